//! Runs the binary as a user would, from the root of the repository.

use std::fmt;
use std::process::{Command, Output};

/// The program, as cargo builds it for integration tests.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_allocgate");

/// What a run left behind.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
            code: output.status.code().expect("it ends by itself"),
        }
    }
}

/// `allocgate`, without the variables around it that change what it prints.
pub fn command() -> Command {
    let mut command = Command::new(PROGRAM);
    let variables = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"];
    for variable in variables.into_iter().chain(["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"]) {
        command.env_remove(variable);
    }
    command
}

/// Runs `allocgate` in a folder where no other program can be started: its exit code, and all that it prints.
#[allow(dead_code, reason = "only some test binaries need it")]
pub fn alone(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let output = command().args(arguments).current_dir(folder).env("PATH", folder).output();
    let output = output.expect("the binary starts");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().expect("it ends by itself"), String::from_utf8(text).expect("text"))
}

/// Runs `allocgate` with these arguments, split at blanks, and nothing on standard input.
pub fn allocgate(arguments: &str) -> Ran {
    allocgate_with(arguments, "")
}

/// The same with something on standard input.
pub fn allocgate_with(arguments: &str, stdin: &str) -> Ran {
    let mut command = assert_cmd::Command::from_std(command());
    command.args(arguments.split_whitespace()).write_stdin(stdin).output().expect("the binary starts").into()
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
