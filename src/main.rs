//! The `allocgate` command: hands its arguments to [`cli`] and returns the exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
