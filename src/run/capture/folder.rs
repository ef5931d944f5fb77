//! The folder of a capture.

use crate::cause::Manifest;
use crate::run::side::Side;
use crate::run::{FileAction, RunError};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// The file that marks a folder as written by a run, so that the next run may replace it.
const MARK: &str = ".allocgate";
/// The file with the manifest.
pub(super) const MANIFEST: &str = "capture.json";

/// A folder that is being filled.
#[derive(Debug)]
pub(super) struct Folder {
    /// Absolute, because test binaries are run in other folders.
    root: PathBuf,
    /// Locked as long as it is filled.
    _mark: File,
}

impl Folder {
    /// Creates it; an earlier capture in it is removed.
    ///
    /// # Errors
    /// If it has files that no run has written, or cannot be created.
    pub fn create(root: &Path) -> Result<Folder, RunError> {
        fs::create_dir_all(root).map_err(RunError::file(root, FileAction::Create))?;
        let mark = Folder::lock(root)?;
        Folder::clear(root)?;
        for folder in Side::BOTH.map(|side| root.join(side.to_string())) {
            fs::create_dir_all(&folder).map_err(RunError::file(folder, FileAction::Create))?;
        }
        let root = root.canonicalize().map_err(RunError::file(root, FileAction::Read))?;
        Ok(Folder { root, _mark: mark })
    }

    /// Marks a folder as ours, and locks it.
    fn lock(root: &Path) -> Result<File, RunError> {
        let path = root.join(MARK);
        let is_empty = || fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none());
        if !path.exists() && !is_empty() {
            return Err(RunError::ForeignFile(root.to_path_buf()));
        }
        let mark = File::options().write(true).create(true).truncate(false).open(&path);
        let mark = mark.map_err(RunError::file(&path, FileAction::Write))?;
        match mark.try_lock() {
            Err(TryLockError::WouldBlock) => Err(RunError::InUse(root.to_path_buf())),
            // Some file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(mark),
        }
    }

    /// Removes everything but the mark.
    fn clear(root: &Path) -> Result<(), RunError> {
        let entries = fs::read_dir(root).map_err(RunError::file(root, FileAction::Read))?;
        for entry in entries {
            let entry = entry.map_err(RunError::file(root, FileAction::Read))?;
            let path = entry.path();
            let removed = match entry.file_type() {
                _ if entry.file_name() == MARK => Ok(()),
                Ok(kind) if kind.is_dir() => fs::remove_dir_all(&path),
                _ => fs::remove_file(&path),
            };
            removed.map_err(RunError::file(&path, FileAction::Remove))?;
        }
        Ok(())
    }

    /// Removes an earlier capture.
    ///
    /// # Errors
    /// If the folder has files that no run has written, or cannot be removed.
    pub fn remove(root: &Path) -> Result<(), RunError> {
        let is_empty = || fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none());
        if root.join(MARK).exists() {
            drop(Folder::lock(root)?);
            fs::remove_dir_all(root).map_err(RunError::file(root, FileAction::Remove))
        } else if root.exists() && !is_empty() {
            Err(RunError::ForeignFile(root.to_path_buf()))
        } else {
            Ok(())
        }
    }

    /// The absolute path of a file in it.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// If that fails, for example because the disk is full.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> Result<(), RunError> {
        let path = self.path(relative);
        fs::write(&path, content).map_err(RunError::file(path, FileAction::Write))
    }

    /// Writes the manifest: last, so that a capture with a manifest is complete.
    ///
    /// # Errors
    /// If that fails.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<(), RunError> {
        self.write(MANIFEST, manifest.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_capture_is_replaced() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("profile");
        let folder = Folder::create(&root).expect("created");
        folder.write("new/1.m2.txt", "text").expect("written");
        assert!(matches!(Folder::create(&root), Err(RunError::InUse(_))), "it is being filled");
        assert!(matches!(Folder::remove(&root), Err(RunError::InUse(_))));
        drop(folder);
        drop(Folder::create(&root).expect("it is ours"));
        assert!(!root.join("new/1.m2.txt").exists());
        Folder::remove(&root).expect("it is ours");
        assert!(!root.exists());
        Folder::remove(&root).expect("nothing is there");
        let foreign = home.path().join("mine");
        fs::create_dir(&foreign).expect("created");
        drop(Folder::create(&foreign).expect("an empty folder may be used"));
        fs::remove_file(foreign.join(MARK)).expect("removed");
        assert!(matches!(Folder::create(&foreign), Err(RunError::ForeignFile(_))));
        assert!(foreign.join("base").exists(), "it stays");
    }
}
