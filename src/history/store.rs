//! A store, wherever it is.

use super::StoreError;
use super::branch::Branch;
use super::folder::Folder;
use std::path::Path;

/// The branch that is the store.
pub const BRANCH: &str = "allocgate-history";

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

/// A file of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its path in the store, with slashes. If it is taken when the file is added, the file gets the next number.
    pub path: String,
    /// What it holds.
    pub text: Vec<u8>,
}

/// How many files were added, and how many the store had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Those that were added.
    pub added: usize,
    /// Those of the same content and commit that were there.
    pub known: usize,
}

/// What a push did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// How many files the remote did not have.
    pub files: usize,
    /// How often another push came first.
    pub lost: usize,
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

/// The numbers of files of one commit.
pub(super) mod number {
    /// A path up to the number: `v1/m/ab/abcdef-`.
    pub fn stem(path: &str) -> &str {
        path.rfind('-').map_or(path, |dash| &path[..=dash])
    }

    /// The path with the first number that is free.
    pub fn free(stem: &str, is_taken: impl Fn(&str) -> bool) -> String {
        let mut number = 1;
        loop {
            let path = format!("{stem}{number}.txt");
            if !is_taken(&path) {
                return path;
            }
            number += 1;
        }
    }
}
