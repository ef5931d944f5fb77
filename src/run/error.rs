//! Why a run can fail.

use super::Side;
use crate::cause::ManifestError;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Ctrl-C, SIGTERM or a lost terminal.
    #[error("interrupted")]
    Interrupted,
    /// `git` or `go` is missing.
    #[error("{program}: cannot be started: {error}; `allocgate run` needs {program} on the PATH")]
    NoProgram {
        /// The program.
        program: String,
        /// The error of the system.
        error: io::Error,
    },
    /// The folder is in no git repository.
    #[error("{}: not in a git repository, which `allocgate run` needs; to compare two files of results use `allocgate check BASE NEW`", .0.display())]
    NotARepository(PathBuf),
    /// A revision that git does not know.
    #[error("{revision}: unknown revision; expected a branch, a tag or a commit{}", if *.is_shallow { ". This clone is shallow: fetch its history first (actions/checkout: fetch-depth: 0)" } else { "" })]
    UnknownRevision {
        /// As it was given.
        revision: String,
        /// Whether the clone lacks history.
        is_shallow: bool,
    },
    /// A path that no revision can have.
    #[error("{}: outside of the repository {}; no revision has this file", .path.display(), .root.display())]
    OutsideOfRepository {
        /// The path.
        path: PathBuf,
        /// The top of the repository.
        root: PathBuf,
    },
    /// A path of a revision that is no file.
    #[error("{name}: is {what}; expected a file")]
    NotAFile {
        /// The revision and the path.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// A file of a revision that is too large.
    #[error("{name}: has more than {most} bytes; raise the limit with --limit policy=N")]
    TooLarge {
        /// The revision and the path.
        name: String,
        /// The limit.
        most: usize,
    },
    /// Base and new are the same.
    #[error(
        "base and new are the same commit, {0}, without uncommitted changes: nothing to compare; name another revision with --base REV, or measure anyway with --unchanged"
    )]
    NothingChanged(String),
    /// A line of the file with the times of functions that is none.
    #[error("{}:{line}: not a time of a benchmark function, got `{text}`; expected `package function seconds`, as allocgate run writes into times.txt", .path.display())]
    ShardTimes {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Its text.
        text: String,
    },
    /// Base has no checkout of its own for the test files of new.
    #[error("--tests new needs a base with a source of its own; name it with --base REV")]
    TestsOfOneSource,
    /// A package of one side is outside of its source tree.
    #[error(
        "{package} of {revision} is outside of its source tree, in {}: both sides would be built from the same source; if GOWORK or a go.work file uses that folder, set GOWORK=off", .folder.display()
    )]
    OutsideOfTree {
        /// The import path.
        package: String,
        /// The revision.
        revision: String,
        /// Where go finds it.
        folder: PathBuf,
    },
    /// A go.work that only new has.
    #[error(
        "{}: git does not track this workspace, so it applies to new but not to base; set GOWORK=off", .0.display()
    )]
    UntrackedWorkspace(PathBuf),
    /// No branch to find the merge base with.
    #[error(
        "no default branch found (tried origin/HEAD, origin/main, origin/master, main and master); name the revision to compare with: --base REV"
    )]
    NoDefaultBranch,
    /// Two revisions without a common ancestor.
    #[error("HEAD and {branch} have no commit in common{}; name the revision to compare with: --base REV", if *.is_shallow { ", because this clone is shallow: fetch its history (actions/checkout: fetch-depth: 0)" } else { "" })]
    NoMergeBase {
        /// The default branch.
        branch: String,
        /// Whether the clone lacks history.
        is_shallow: bool,
    },
    /// A revision lacks the folder in which `run` was called.
    #[error(
        "{folder}: {revision} has no such folder; call `allocgate run` in a folder that both revisions have"
    )]
    NoFolder {
        /// The folder, from the root of the repository.
        folder: String,
        /// The revision.
        revision: String,
    },
    /// git or go failed.
    #[error("{command}: {output}{}", hint(output))]
    CommandFailed {
        /// The command.
        command: String,
        /// What it printed.
        output: String,
    },
    /// Packages without benchmarks.
    #[error("{patterns}: no benchmarks in these packages (functions `BenchmarkX` in _test.go files)")]
    NoBenchmarks {
        /// The patterns of the packages.
        patterns: String,
    },
    /// A pattern for programs that matches none.
    #[error(
        "--size {pattern}: no main package matches; name the packages of programs, such as --size ./cmd/..."
    )]
    NoPrograms {
        /// The pattern.
        pattern: String,
    },
    /// A program that is no executable file that we can read.
    #[error("{package} ({side}): the size of its program cannot be read: {error}")]
    UnreadableProgram {
        /// Its package.
        package: String,
        /// The side.
        side: Side,
        /// What is wrong with it.
        error: object::Error,
    },
    /// A test binary refuses its arguments.
    #[error("{0} (from --bench, --benchtime or --cpu)")]
    InvalidArgument(String),
    /// A pattern that selects nothing.
    #[error("--bench {pattern}: no benchmark matches; the packages have {examples}")]
    NothingMatches {
        /// The pattern.
        pattern: String,
        /// Some benchmarks that there are.
        examples: String,
    },
    /// Nothing counts instructions here, and nothing else is wanted.
    #[error("instructions cannot be counted: {0}")]
    NoCounter(String),
    /// No package of new builds.
    #[error("no package builds in {revision}: {output}")]
    NothingBuilds {
        /// The revision.
        revision: String,
        /// The beginning of what the compiler printed.
        output: String,
    },
    /// A folder without a capture.
    #[error("{}: no capture in this folder; expected one that `allocgate run --explain` or --profile has left, such as .allocgate/profile", .0.display())]
    NoCapture(PathBuf),
    /// A capture whose manifest cannot be read.
    #[error("{}: {error}", .path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        error: ManifestError,
    },
    /// A file that `run` would overwrite and did not write.
    #[error("{}: exists, and was not written by `allocgate run`; use another folder: --out DIR", .0.display())]
    ForeignFile(PathBuf),
    /// Another run writes to the same folder.
    #[error("{}: another allocgate run is writing it; wait until it has ended, or use another folder: --out DIR", .0.display())]
    InUse(PathBuf),
    /// A file or folder of a run that cannot be used.
    #[error("{}: cannot be {action}: {error}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: FileAction,
        /// The error of the system.
        error: io::Error,
    },
    /// A test binary that does not start.
    #[error("test binary of {package}: cannot be started: {error}")]
    Start {
        /// Its package.
        package: String,
        /// The error of the system.
        error: io::Error,
    },
}

/// What is done with a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAction {
    /// It is read.
    Read,
    /// It is written.
    Write,
    /// It is created.
    Create,
    /// It is removed.
    Remove,
    /// Temporary files are created in it.
    UseForTemporaryFiles,
}

impl fmt::Display for FileAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileAction::Read => "read",
            FileAction::Write => "written",
            FileAction::Create => "created",
            FileAction::Remove => "removed",
            FileAction::UseForTemporaryFiles => "used for temporary files",
        })
    }
}

/// What to do about what go prints, where its words do not say that.
pub(super) fn hint(output: &str) -> &'static str {
    const IN_WORKSPACE: &str = "does not contain modules listed in go.work";
    match output.contains(IN_WORKSPACE) {
        true => "; name the packages of the modules of go.work behind --, such as `-- ./app/... ./lib/...`",
        false => "",
    }
}

impl RunError {
    /// An error with a file, as a function of the error of the system.
    pub(crate) fn file(path: impl Into<PathBuf>, action: FileAction) -> impl FnOnce(io::Error) -> RunError {
        let path = path.into();
        move |error| RunError::File { path, action, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_says_about_a_workspace_comes_with_what_to_do() {
        let failed = |output: &str| RunError::CommandFailed {
            command: "go list ./...".to_string(),
            output: output.to_string(),
        };
        let workspace = "pattern ./...: directory prefix . does not contain modules listed in go.work or their selected dependencies";
        let text = failed(workspace).to_string();
        assert!(
            text.ends_with(
                "name the packages of the modules of go.work behind --, such as `-- ./app/... ./lib/...`"
            ),
            "{text}"
        );
        assert_eq!(failed("no Go files").to_string(), "go list ./...: no Go files");
    }
}
