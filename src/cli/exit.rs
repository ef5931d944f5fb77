//! Exit codes.

use allocgate::internals::evidence::Overall;
use std::process::ExitCode;

/// What the exit codes mean.
pub(super) const CODES: [(Overall, &str); 4] = [
    (Overall::Pass, "pass"),
    (Overall::Fail, "a regression, an exceeded budget, or a condition at level fail"),
    (Overall::Error, "error: usage, input, policy, or nothing to compare"),
    (Overall::Undecided, "undecided, and the policy asks for a decision"),
];

/// The section of `--help` about them.
pub(super) fn help() -> String {
    let lines = CODES.map(|(verdict, meaning)| format!("\n  {}  {meaning}", verdict.exit_code()));
    format!("Exit codes:{}", lines.concat())
}

/// The exit code of a program that SIGINT ended, as shells give it.
pub(super) const INTERRUPTED: u8 = 130;

/// The exit code by which `git bisect run` passes over a commit.
const SKIP: u8 = 125;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The command did its work.
    Done,
    /// With a verdict.
    Verdict(Overall),
    /// With an error.
    Error,
    /// A bad commit, for `git bisect run`.
    Bad,
    /// A commit that cannot be measured, for `git bisect run`.
    Skip,
    /// By Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Verdict(verdict) => ExitCode::from(verdict.exit_code()),
            Exit::Error => ExitCode::from(Overall::Error.exit_code()),
            Exit::Bad => ExitCode::from(1),
            Exit::Skip => ExitCode::from(SKIP),
            Exit::Interrupted => ExitCode::from(INTERRUPTED),
        }
    }
}
