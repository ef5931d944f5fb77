//! Writes files completely or not at all.

use super::interrupt;
use anyhow::Context;
#[cfg(unix)]
use std::fs::Permissions;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// The beginning of the names of temporary files.
const PREFIX: &str = ".allocgate-";

/// Replaces the content of a file: readers see the old one or the new one, and if it fails, the old one stays. Links, owner and
/// permissions stay.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    atomic(&target, &whole(text), |file| {
        file.as_file().sync_all()?;
        file.persist(&target).map(drop).map_err(|error| error.error)
    })
    .with_context(|| format!("{}: cannot be written", path.display()))
}

/// Writes a file that must not exist.
pub(super) fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    atomic(path, &whole(text), |file| file.persist_noclobber(path).map(drop).map_err(|error| error.error))
        .with_context(|| format!("{}: cannot be written", path.display()))
}

/// Writes the content of a file; may be called twice.
type Render<'r> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'r;

/// Writes a text.
fn whole(text: &str) -> impl Fn(&mut dyn Write) -> io::Result<()> {
    move |out: &mut dyn Write| out.write_all(text.as_bytes())
}

/// Writes a report, completely or not at all where that is possible. Devices and pipes are written directly, and so is a file in a
/// folder that cannot be written; that one is left empty if it fails. A reader that closes a pipe early is no error.
pub(super) fn report(path: &Path, render: &Render) -> anyhow::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let there = target.symlink_metadata();
    let written = match &there {
        Ok(there) if !there.is_file() && !there.is_dir() => directly(&target, render),
        _ => atomic(&target, render, |file| file.persist(&target).map(drop).map_err(|it| it.error)),
    };
    let is_file = there.is_ok_and(|it| it.is_file());
    let written = match written {
        Err(error) if is_file && is_of_the_folder(&error) => in_place(&target, render),
        written => written,
    };
    written.with_context(|| format!("{}: the report cannot be written", path.display()))
}

/// Writes a temporary file beside `target`, with the owner and permissions of `target`; `name` gives it its name.
fn atomic(
    target: &Path,
    render: &Render,
    name: impl FnOnce(NamedTempFile) -> io::Result<()>,
) -> io::Result<()> {
    let _delayed = interrupt::delayed();
    let file = temporary().tempfile_in(folder(target)).map_err(without_name)?;
    buffered(file.as_file(), render)?;
    if let Ok(old) = fs::metadata(target) {
        keep_owner(file.as_file(), &old);
        file.as_file().set_permissions(old.permissions())?;
    }
    name(file)
}

/// Whether the folder does not allow to replace a file: it cannot be written, or the file is a mount point.
fn is_of_the_folder(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::ResourceBusy
    )
}

fn buffered(file: &File, render: &Render) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    render(&mut out)?;
    out.flush()
}

fn directly(target: &Path, render: &Render) -> io::Result<()> {
    let mut bytes = Vec::new();
    render(&mut bytes)?;
    match File::options().write(true).open(target)?.write_all(&bytes) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn in_place(target: &Path, render: &Render) -> io::Result<()> {
    let file = File::options().write(true).truncate(true).open(target)?;
    let written = buffered(&file, render);
    if written.is_err() {
        file.set_len(0)?; // an incomplete report could be taken for a complete one
    }
    written
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// Temporary files are private; these get the permissions of other new files.
#[cfg(unix)]
fn temporary() -> Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = Builder::new();
    builder.prefix(PREFIX).permissions(Permissions::from_mode(0o666)); // minus the umask
    builder
}

#[cfg(not(unix))]
fn temporary() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    builder
}

/// The error without the name of the temporary file, which means nothing to the user.
fn without_name(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|it| it.source()).and_then(|it| it.downcast_ref::<io::Error>());
    inner.and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error)
}

/// Succeeds only for root, and only root needs it.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

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
