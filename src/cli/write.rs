//! Files that are written whole or not at all.

use anyhow::Context;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Puts a text in the place of a file: a reader sees the old one or the new one, and a failure leaves the old one. A link
/// stays a link, and the permissions stay.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let failed = || format!("{}: cannot be written", path.display());
    let mut file = NamedTempFile::new_in(folder(&target)).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    match fs::metadata(&target) {
        Ok(old) => file.as_file().set_permissions(old.permissions()).with_context(failed)?,
        Err(_) => readable(&file).with_context(failed)?,
    }
    file.as_file().sync_all().with_context(failed)?;
    file.persist(&target).map_err(|error| error.error).with_context(failed)?;
    Ok(())
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// A temporary file is private; a new policy should not be.
#[cfg(unix)]
fn readable(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.toml");
        for text in ["one", "two"] {
            replace(&path, text).expect("writable");
            assert_eq!(fs::read_to_string(&path).expect("readable"), text);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing is left behind");
        let nowhere = folder.path().join("no/such/p.toml");
        assert!(replace(&nowhere, "x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("p.toml"), folder.path().join("link.toml"));
        fs::write(&path, "one").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        symlink(&path, &link).expect("linked");
        replace(&link, "two").expect("writable");
        assert_eq!(fs::read_to_string(&path).expect("readable"), "two");
        assert!(link.symlink_metadata().expect("there").is_symlink());
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }
}
