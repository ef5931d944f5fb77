//! Which file it is, whatever names lead to it.

use std::path::{Path, PathBuf};

/// Identifies a file, whatever names and links lead to it. Files are not opened: a pipe can be read only once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileIdentity(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// Standard input that is no file.
    Stdin,
    /// Its device and its number there.
    #[cfg(unix)]
    Inode(u64, u64),
    /// Its path without links, where the system has no numbers.
    #[cfg_attr(unix, allow(dead_code, reason = "files have numbers"))]
    Path(PathBuf),
}

impl FileIdentity {
    /// The identity of the file with this path; `None` if it does not exist.
    #[cfg(unix)]
    pub fn of(path: &Path) -> Option<FileIdentity> {
        std::fs::metadata(path).ok().as_ref().map(FileIdentity::of_metadata)
    }

    /// The identity of the file with this path; `None` if it does not exist.
    #[cfg(not(unix))]
    pub fn of(path: &Path) -> Option<FileIdentity> {
        path.canonicalize().ok().map(|path| FileIdentity(Kind::Path(path)))
    }

    /// The identity of standard input: that of the file that it is redirected from, if it is one.
    pub fn of_stdin() -> FileIdentity {
        stdin_file().unwrap_or(FileIdentity(Kind::Stdin))
    }

    #[cfg(unix)]
    fn of_metadata(metadata: &std::fs::Metadata) -> FileIdentity {
        use std::os::unix::fs::MetadataExt;
        FileIdentity(Kind::Inode(metadata.dev(), metadata.ino()))
    }
}

#[cfg(unix)]
fn stdin_file() -> Option<FileIdentity> {
    use std::os::fd::AsFd;
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    let metadata = std::fs::File::from(stdin).metadata().ok()?;
    metadata.is_file().then(|| FileIdentity::of_metadata(&metadata))
}

#[cfg(not(unix))]
fn stdin_file() -> Option<FileIdentity> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_the_same_by_every_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "").expect("written");
        fs::write(path("other"), "").expect("written");
        std::os::unix::fs::symlink("file", path("link")).expect("linked");
        fs::hard_link(path("file"), path("hard")).expect("linked");
        let of = |name: &str| FileIdentity::of(&path(name));
        assert!(of("file").is_some() && of("file") == of("link") && of("file") == of("hard"));
        assert_ne!(of("file"), of("other"));
        assert_eq!(of("none"), None);
    }
}
