//! The command line: one file per command. Only this module uses clap, anyhow, standard output and exit codes.

mod anchor;
mod args;
mod argv;
mod bisect;
mod budget;
mod causes;
mod check;
mod compare;
mod console;
mod decisions;
mod doctor;
mod environment;
mod exit;
mod explain;
mod explaining;
mod generate;
mod github;
mod history;
mod init;
mod inspect;
mod interrupt;
mod limit;
mod output;
mod policy;
mod progress;
mod read;
mod render;
mod run;
mod selftest;
mod sites;
mod write;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use exit::Exit;
use std::process::ExitCode;

/// A regression gate for Go benchmarks: reads what `go test -bench` prints, and reports what got worse, by how much, and
/// under which rule.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = exit::help())]
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
    Init(init::Args),
    Doctor(doctor::Args),
    Compare(compare::Args),
    Inspect(inspect::Args),
    Budget(budget::Args),
    Policy(policy::Args),
    Explain(explain::Args),
    Causes(causes::Args),
    Decisions(decisions::Args),
    Sites(sites::Args),
    History(history::Args),
    Bisect(bisect::Args),
    Selftest(selftest::Args),
    Render(render::Args),
    Completions(generate::Completions),
    Man(generate::Man),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let mut command = Cli::command();
    let arguments = argv::expand_go_flags(&command, std::env::args_os());
    // Exits with 2 on a usage error.
    let matches = command.try_get_matches_from_mut(arguments).unwrap_or_else(|error| error.exit());
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit());
    cli.color.install();
    limit_threads();
    let limits = cli.limits.limits();
    let result = match cli.command {
        Command::Check(args) => check::run(&args, limits),
        Command::Run(args) => run::run(&args, limits),
        Command::Init(args) => init::run(&args, limits),
        Command::Doctor(args) => doctor::run(&args, limits),
        Command::Compare(args) => compare::run(&args, limits),
        Command::Inspect(args) => inspect::run(&args, limits),
        Command::Budget(args) => budget::run(&args, limits),
        Command::Policy(args) => policy::run(&args, limits),
        Command::Causes(args) => causes::run(&args),
        Command::Decisions(args) => decisions::run(&args, limits),
        Command::Sites(args) => sites::run(&args),
        Command::Explain(args) => explain::run(&args, limits),
        Command::Bisect(args) => bisect::run(&args, limits),
        Command::History(args) => history::run(&args, limits),
        Command::Selftest(args) => selftest::run(&args, limits),
        Command::Render(args) => render::run(&args, limits),
        Command::Completions(args) => generate::completions(&args, Cli::command()),
        Command::Man(args) => generate::man(&args, Cli::command()),
    };
    let exit = result.unwrap_or_else(|error| {
        console::error(&error);
        Exit::Error
    });
    exit.into()
}

/// Limits the threads on large machines, where starting one per core would take longer than the work, which is milliseconds.
fn limit_threads() {
    const MOST: usize = 8;
    let is_set = std::env::var_os("RAYON_NUM_THREADS").is_some();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if !is_set && cores > MOST {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(MOST);
        let _ = threads.build_global(); // if that fails, there are more
    }
}
