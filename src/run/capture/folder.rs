//! The folder of a capture.

use crate::cause::Manifest;
use crate::run::side::Side;
use crate::run::{FileAction, RunError};
use std::fs;
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
}

impl Folder {
    /// Creates it; an earlier capture in it is removed.
    ///
    /// # Errors
    /// If it has files that no run has written, or cannot be created.
    pub fn create(root: &Path) -> Result<Folder, RunError> {
        Folder::remove(root)?;
        for folder in Side::BOTH.map(|side| root.join(side.to_string())) {
            fs::create_dir_all(&folder).map_err(RunError::file(folder, FileAction::Create))?;
        }
        let mark = root.join(MARK);
        fs::write(&mark, "").map_err(RunError::file(&mark, FileAction::Write))?;
        let root = root.canonicalize().map_err(RunError::file(root, FileAction::Read))?;
        Ok(Folder { root })
    }

    /// Removes an earlier capture.
    ///
    /// # Errors
    /// If the folder has files that no run has written, or cannot be removed.
    pub fn remove(root: &Path) -> Result<(), RunError> {
        let is_empty = || fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none());
        if root.join(MARK).exists() {
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
        Folder::create(&root).expect("it is ours");
        assert!(!root.join("new/1.m2.txt").exists());
        Folder::remove(&root).expect("it is ours");
        assert!(!root.exists());
        Folder::remove(&root).expect("nothing is there");
        let foreign = home.path().join("mine");
        fs::create_dir(&foreign).expect("created");
        Folder::create(&foreign).expect("an empty folder may be used");
        fs::remove_file(foreign.join(MARK)).expect("removed");
        assert!(matches!(Folder::create(&foreign), Err(RunError::ForeignFile(_))));
        assert!(foreign.join("base").exists(), "it stays");
    }
}
