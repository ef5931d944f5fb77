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
    #[error("{}: this directory holds no {endings} file; name a file with `go test -bench` output", .folder.display())]
    NothingInDirectory {
        /// The directory.
        folder: PathBuf,
        /// What was looked for.
        endings: String,
    },
    /// A pattern that no file matches.
    #[error("{pattern}: no file matches this pattern")]
    NothingMatches {
        /// The pattern as typed.
        pattern: String,
    },
    /// A pattern that is none.
    #[error("{pattern}: not a pattern: {why}")]
    Pattern {
        /// The pattern as typed.
        pattern: String,
        /// What is wrong with it.
        why: &'static str,
    },
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
    /// A line that is no line of benchmark output.
    #[error(
        "{file}:{line}: this line has more than {limit} bytes; if it is meant to, raise the limit with --limit line=N"
    )]
    LongLine {
        /// The file as it was named.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The limit that it exceeds.
        limit: usize,
    },
    /// More packages than a suite has.
    #[error(
        "{file}:{line}: more than {limit} packages; if they are meant to be there, raise the limit with --limit packages=N"
    )]
    Packages {
        /// The file as it was named.
        file: String,
        /// The line that is too much, from 1.
        line: usize,
        /// The limit that it exceeds.
        limit: usize,
    },
    /// A compressed file that unpacks without end.
    #[error(
        "{file}: unpacks to more than {limit} bytes; if it is meant to, raise the limit with --limit unpacked=N"
    )]
    Unpacked {
        /// The file as it was named.
        file: String,
        /// The limit that it exceeds.
        limit: usize,
    },
}
