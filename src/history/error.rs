//! What can go wrong with a store.

use std::io;
use std::path::PathBuf;

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no git.
    #[error("git: cannot be started: {0}")]
    NoGit(io::Error),
    /// The folder is not in a repository.
    #[error("{}: not in a git repository, whose branch `allocgate-history` is the store; use a folder: --store DIR", .0.display())]
    NotARepository(PathBuf),
    /// A git command failed.
    #[error("git {command}: {output}")]
    Git {
        /// The command.
        command: String,
        /// What it printed as an error.
        output: String,
    },
    /// The branch is checked out, so that a commit to it would look like a deletion there.
    #[error("the branch `{BRANCH}` is checked out in {}: switch to another branch there", .0.display(), BRANCH = super::file::BRANCH)]
    CheckedOut(PathBuf),
    /// The branch is something else.
    #[error("the branch `{BRANCH}` is no history: it has {0}, which allocgate does not write; rename that branch, or use a folder: --store DIR", BRANCH = super::file::BRANCH)]
    Foreign(String),
    /// There is no history yet.
    #[error(
        "no history: there is no branch `{0}`, neither here nor fetched from a remote; get it with `git fetch origin {0}:{0}`, or begin one with `allocgate history add FILE`"
    )]
    NoBranch(&'static str),
    /// The folder of a store does not exist.
    #[error("{}: no history: there is no such folder; begin one with `allocgate history add --store {} FILE`", .0.display(), .0.display())]
    NoFolder(PathBuf),
    /// A revision that git does not know.
    #[error("unknown revision `{0}`{note}", note = if *.1 { "; this clone is shallow, get the rest with `git fetch --unshallow`" } else { "" })]
    UnknownRevision(String, bool),
    /// A file or folder that cannot be used.
    #[error("{}: cannot be {action}: {error}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The error of the system.
        error: io::Error,
    },
    /// Other pushes came first, every time.
    #[error(
        "{remote}: other pushes came first {tries} times; nothing is lost, the results are in the local branch `{BRANCH}`: try again with `allocgate history push`",
        BRANCH = super::file::BRANCH
    )]
    LostRaces {
        /// The remote.
        remote: String,
        /// How often it was tried.
        tries: usize,
    },
    /// There is no tag that the anchor could be.
    #[error("no tag is reachable from {0}, and the anchor is the latest tag{note}; name another revision: `rev = \"v1.2.3\"` under [anchor]", note = if *.1 { " (this clone is shallow, get the rest with `git fetch --unshallow --tags`)" } else { "" })]
    NoTag(String, bool),
}

impl StoreError {
    /// An error with a file, as a function of the error of the system.
    pub(super) fn file(
        path: impl Into<PathBuf>,
        action: &'static str,
    ) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.into();
        move |error| StoreError::File { path, action, error }
    }
}
