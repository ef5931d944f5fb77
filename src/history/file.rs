//! The files of a store, and what was done with them.

/// The branch that is the store.
pub const BRANCH: &str = "allocgate-history";

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
