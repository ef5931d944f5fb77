//! Where a decision stands.

use crate::words::SharedText;

/// A place in a file of a package. Ordered by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The name of the file without folders: with the package it is the key, because printed folders depend on where the build was
    /// started that filled the cache.
    pub file: SharedText,
    /// The line, from 1.
    pub line: u32,
    /// The column in bytes, from 1; 0 if the compiler prints none, as for a `//line` without one.
    pub column: u32,
}

impl Position {
    /// What decisions are found by.
    pub(super) fn key(&self) -> (&str, u32) {
        (&self.file, self.line)
    }
}
