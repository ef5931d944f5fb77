//! Runs the binary as a user would, from the root of the repository.

use assert_cmd::Command;
use std::fmt;

/// What a run left behind.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// Runs `allocgate` with these arguments, split at blanks, and nothing on standard input.
pub fn allocgate(arguments: &str) -> Ran {
    allocgate_with(arguments, "")
}

/// The same with something on standard input.
pub fn allocgate_with(arguments: &str, stdin: &str) -> Ran {
    let mut command = Command::cargo_bin("allocgate").expect("cargo builds the binary for integration tests");
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"] {
        command.env_remove(variable);
    }
    let output =
        command.args(arguments.split_whitespace()).write_stdin(stdin).output().expect("the binary starts");
    Ran {
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
        code: output.status.code().expect("it ends by itself"),
    }
}

/// Everything that a user sees, for snapshots.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- stderr\n{}", self.stderr)?;
        }
        write!(f, "--- exit code {}", self.code)
    }
}
