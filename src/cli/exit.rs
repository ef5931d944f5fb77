//! Exit codes.

use allocgate::verdict::Outcome;
use std::process::ExitCode;

/// What the exit codes mean.
pub(super) const CODES: [(u8, &str); 4] = [
    (0, "pass"),
    (1, "a regression, an exceeded budget, or a condition at level fail"),
    (2, "error: usage, input, policy, or nothing to compare"),
    (3, "undecided, and the policy asks for a decision"),
];

/// What `--help` says of them.
pub(super) fn help() -> String {
    let lines = CODES.map(|(code, meaning)| format!("\n  {code}  {meaning}"));
    format!("Exit codes:{}", lines.concat())
}

/// What shells say of a program that SIGINT ended.
pub(super) const INTERRUPTED: u8 = 130;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The command did what it was asked to.
    Done,
    /// The gate decided.
    Verdict(u8),
    /// It could not.
    Error,
    /// Somebody ended it.
    Interrupted,
}

impl From<&Outcome> for Exit {
    fn from(outcome: &Outcome) -> Exit {
        Exit::Verdict(outcome.exit_code)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Verdict(code) => ExitCode::from(code),
            Exit::Error => ExitCode::from(2),
            Exit::Interrupted => ExitCode::from(INTERRUPTED),
        }
    }
}
