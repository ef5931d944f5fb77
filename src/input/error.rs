//! Errors of reading, and the limits.

use std::io;
use std::path::PathBuf;

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file does not exist.
    #[error("{}: no such file; expected a file with the output of `go test -bench . -benchmem`", .0.display())]
    Missing(PathBuf),
    /// The directory has no benchmark files.
    #[error("{}: the directory has no {endings} file", .folder.display())]
    NothingInDirectory {
        /// The directory.
        folder: PathBuf,
        /// The file name endings of benchmark files.
        endings: String,
    },
    /// No file matches the pattern.
    #[error("{pattern}: no file matches this pattern")]
    NothingMatches {
        /// The pattern as the user gave it.
        pattern: String,
    },
    /// The pattern is not valid.
    #[error("{pattern}: invalid pattern: {why}")]
    Pattern {
        /// The pattern as the user gave it.
        pattern: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The file cannot be opened.
    #[error("{}: cannot be opened: {error}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// Reading failed in the middle of the file.
    #[error("{file}: cannot be read beyond line {line}: {error}")]
    Read {
        /// The path of the file as the user gave it.
        file: String,
        /// The last line read.
        line: usize,
        /// The error of the system.
        error: io::Error,
    },
    /// A line is too long.
    #[error("{file}:{line}: the line has more than {limit} bytes; raise the limit with --limit line=N")]
    LongLine {
        /// The path of the file as the user gave it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// There are too many packages.
    #[error("{file}:{line}: more than {limit} packages; raise the limit with --limit packages=N")]
    Packages {
        /// The path of the file as the user gave it.
        file: String,
        /// The line that exceeds the limit, from 1.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// A compressed file is too large.
    #[error("{file}: unpacks to more than {limit} bytes; raise the limit with --limit unpacked=N")]
    Unpacked {
        /// The path of the file as the user gave it.
        file: String,
        /// The limit.
        limit: usize,
    },
}

/// Limits on what is read, so that a hostile file cannot use all memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputLimits {
    /// The bytes of a line, without its end; for `go test -json`, the bytes of all incomplete lines together.
    pub line: usize,
    /// The unpacked bytes of a compressed file.
    pub unpacked: usize,
    /// The packages of `go test -json`.
    pub packages: usize,
}

impl Default for InputLimits {
    /// A line of 1 MiB, a compressed file of 8 GiB, 100,000 packages.
    fn default() -> InputLimits {
        let unpacked = usize::try_from(8_u64 << 30).unwrap_or(usize::MAX);
        InputLimits { line: 1 << 20, unpacked, packages: 100_000 }
    }
}
