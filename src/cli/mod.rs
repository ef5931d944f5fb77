//! Arguments in, wiring, exit code out: one file per command, each reads like the pipeline.
//!
//! An edge, and the only user of clap, anyhow, stdout and exit codes.

mod argv;
mod budget;
mod check;
mod clock;
mod compare;
mod console;
mod exit;
mod explain;
mod github;
mod inspect;
mod limit;
mod locate;
mod output;
mod policy;
mod progress;
mod read;
mod render;
mod run;
mod selftest;
mod source;
mod write;

use clap::{CommandFactory, Parser, Subcommand};
use exit::Exit;
use std::process::ExitCode;

/// A regression gate for Go benchmarks: reads what `go test -bench` prints, and says what got worse, by how much, and
/// under which rule.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour the output
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    color: console::Color,
    #[command(flatten)]
    limits: limit::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Run(run::Args),
    Compare(compare::Args),
    Inspect(inspect::Args),
    Budget(budget::Args),
    Policy(policy::Args),
    Explain(explain::Args),
    Selftest(selftest::Args),
    Render(render::Args),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let arguments = argv::modernised(&Cli::command(), std::env::args_os());
    let cli = Cli::parse_from(arguments); // exits with 2 on a usage error, as we do
    cli.color.install();
    let limits = cli.limits.limits();
    let result = match cli.command {
        Command::Check(args) => check::run(&args, limits),
        Command::Run(args) => run::run(&args, limits),
        Command::Compare(args) => compare::run(&args, limits),
        Command::Inspect(args) => inspect::run(&args, limits),
        Command::Budget(args) => budget::run(&args, limits),
        Command::Policy(args) => policy::run(&args),
        Command::Explain(args) => explain::run(&args, limits),
        Command::Selftest(args) => selftest::run(&args, limits),
        Command::Render(args) => render::run(&args),
    };
    let exit = result.unwrap_or_else(|error| {
        console::error(&error);
        Exit::Error
    });
    exit.into()
}
