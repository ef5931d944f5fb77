//! What can end a run.

use std::io;
use std::path::PathBuf;

/// Why a run ended before it had measured everything.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Ctrl-C, or what a system sends that wants a program to end.
    #[error("interrupted")]
    Interrupted,
    /// A program that a run needs is not there.
    #[error("{program}: cannot be started: {error}; `allocgate run` needs {program} on the PATH")]
    NoProgram {
        /// `git` or `go`.
        program: String,
        /// What the system says.
        error: io::Error,
    },
    /// The folder is in no git repository.
    #[error("{}: not in a git repository, and `run` compares two revisions of one; measure by hand and use `allocgate check BASE NEW`", .0.display())]
    NotARepository(PathBuf),
    /// A revision that git does not know.
    #[error("{0}: git knows no such revision; expected a branch, a tag or a commit{shallow}", shallow = if *.1 { ". This clone is shallow: fetch its history first (actions/checkout: fetch-depth: 0)" } else { "" })]
    UnknownRevision(String, bool),
    /// Base and new are the same.
    #[error(
        "base and new are the same commit, {0}, and nothing is uncommitted: there is nothing to compare; say with which revision: --base REV (--unchanged measures all the same)"
    )]
    NothingChanged(String),
    /// The source of a side is not its own.
    #[error(
        "{package} of {revision} is in {}, which is not part of it, so that both sides would be built from the same source; is GOWORK set, or does a go.work use that folder? set GOWORK=off", .folder.display()
    )]
    Elsewhere {
        /// The import path.
        package: String,
        /// The revision.
        revision: String,
        /// Where go finds it.
        folder: PathBuf,
    },
    /// A workspace that holds for new alone.
    #[error(
        "{}: this workspace holds for new and not for base, for git does not know it, so that their modules differ; set GOWORK=off", .0.display()
    )]
    Workspace(PathBuf),
    /// No branch from which this one began.
    #[error(
        "no default branch found: looked for origin/HEAD, origin/main, origin/master, main and master; say which revision to compare with: --base REV"
    )]
    NoDefaultBranch,
    /// Two revisions without a common ancestor.
    #[error("HEAD and {branch} have no commit in common{shallow}; say which revision to compare with: --base REV", shallow = if *.shallow { ", for this clone is shallow: fetch its history (actions/checkout: fetch-depth: 0)" } else { "" })]
    NoMergeBase {
        /// The default branch.
        branch: String,
        /// Whether history is missing here.
        shallow: bool,
    },
    /// The folder in which `run` was called is not part of the other revision.
    #[error(
        "{folder}: {revision} has no such folder; call `allocgate run` in a folder that both revisions have"
    )]
    NoFolder {
        /// The folder, from the root of the repository.
        folder: String,
        /// The revision.
        revision: String,
    },
    /// git or go said no.
    #[error("{command}: {said}")]
    Refused {
        /// What was asked.
        command: String,
        /// What it answered.
        said: String,
    },
    /// Nothing to measure.
    #[error("{patterns}: no package here has a benchmark (a function `BenchmarkX` in a _test.go file)")]
    NoBenchmarks {
        /// The packages that were asked for.
        patterns: String,
    },
    /// What a test binary says of its arguments.
    #[error("{0} (of --bench, --benchtime or --cpu)")]
    Arguments(String),
    /// A pattern that selects nothing.
    #[error("--bench {pattern}: no benchmark that ran matches; the packages have {examples}")]
    NothingMatches {
        /// The pattern.
        pattern: String,
        /// Some that there are.
        examples: String,
    },
    /// Nothing was built on the new side.
    #[error("no package builds in {revision}: {said}")]
    NothingBuilds {
        /// The revision.
        revision: String,
        /// What the compiler said first.
        said: String,
    },
    /// A file in the way that no run has written.
    #[error("{}: already there, and not written by `allocgate run`; it is left as it is. Name another folder: --out DIR", .0.display())]
    NotOurs(PathBuf),
    /// Another run writes to the same folder.
    #[error("{}: another run of allocgate is writing it; wait for it, or name another folder: --out DIR", .0.display())]
    InUse(PathBuf),
    /// A file or folder of ours that cannot be used.
    #[error("{}: cannot be {what}: {error}", .path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// `written`, `created`, …
        what: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// A test binary that does not even start.
    #[error("the test binary of {package} cannot be started: {error}")]
    Start {
        /// Its package.
        package: String,
        /// What the system says.
        error: io::Error,
    },
}

impl RunError {
    /// An error with a file, as a function of what the system says.
    pub(super) fn file(path: impl Into<PathBuf>, what: &'static str) -> impl FnOnce(io::Error) -> RunError {
        let path = path.into();
        move |error| RunError::File { path, what, error }
    }
}
