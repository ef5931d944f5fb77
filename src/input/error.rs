//! What can go wrong on the way to the bytes.

use std::io;
use std::path::PathBuf;

/// A source that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file is not there.
    #[error("{}: no such file; name a file with the output of `go test -bench . -benchmem -count=10`", .0.display())]
    Missing(PathBuf),
    /// A directory that holds nothing to read.
    #[error("{}: this directory holds no .txt file; name a file with `go test -bench` output", .0.display())]
    NothingInDirectory(PathBuf),
    /// The file cannot be opened.
    #[error("{}: cannot be opened: {error}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Reading stopped in the middle.
    #[error("{file}: cannot be read beyond line {line}: {error}")]
    Read {
        /// The file as it was named.
        file: String,
        /// The last line read.
        line: usize,
        /// What the system says.
        error: io::Error,
    },
}
