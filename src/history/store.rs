//! A store, wherever it is.

use super::StoreError;
use super::branch::Branch;
use super::file::{Added, Pushed, StoredFile};
use super::folder::Folder;
use std::path::Path;

/// How often a push is tried again when another one came first. With twenty jobs that push at the same moment, each loses a few times.
const TRIES: usize = 60;

/// A store: a branch, or a folder.
#[derive(Debug, Clone)]
pub struct Store(Place);

#[derive(Debug, Clone)]
enum Place {
    Branch(Branch),
    Folder(Folder),
}

impl Store {
    /// The store in a folder, or in the branch of the repository that `here` is in.
    ///
    /// # Errors
    /// If there is no repository, or no git.
    pub fn open(here: &Path, folder: Option<&Path>) -> Result<Store, StoreError> {
        Ok(Store(match folder {
            Some(folder) => Place::Folder(Folder::new(folder)),
            None => Place::Branch(Branch::open(here)?),
        }))
    }

    /// All files, in the order of their paths.
    ///
    /// # Errors
    /// If there is no history yet, or it cannot be read.
    pub fn read(&self) -> Result<Vec<StoredFile>, StoreError> {
        match &self.0 {
            Place::Branch(branch) => branch.read(),
            Place::Folder(folder) => folder.read(),
        }
    }

    /// Adds files. Nothing that is there is changed.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn add(&self, files: &[StoredFile], message: &str) -> Result<Added, StoreError> {
        match &self.0 {
            Place::Branch(branch) => branch.add(files, message),
            Place::Folder(folder) => folder.add(files),
        }
    }

    /// Merges the branch with that of a remote. A folder has none: `None`.
    ///
    /// # Errors
    /// If the remote refuses, or other pushes come first again and again.
    pub fn push(&self, remote: &str) -> Result<Option<Pushed>, StoreError> {
        match &self.0 {
            Place::Branch(branch) => branch.push(remote, TRIES).map(Some),
            Place::Folder(_) => Ok(None),
        }
    }
}
