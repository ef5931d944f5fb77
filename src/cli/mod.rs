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
mod threads;
mod variants;
mod wanted;
mod write;

use allocgate::internals::input::Source;
use clap::{Args as _, CommandFactory, FromArgMatches, Parser, Subcommand};
use exit::Exit;
use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

/// A regression gate for Go benchmarks: reads what `go test -bench` prints, and reports what got worse, by how much, and
/// under which rule.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = exit::help())]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command accepts.
#[derive(Debug, clap::Args)]
struct Common {
    /// When to colour the output
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    color: console::Color,
    #[command(flatten)]
    limits: limit::Args,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one value of it")]
enum Command {
    Check(check::Args),
    Run(Box<run::Args>),
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

impl Command {
    /// The sources of commands that read and judge results, and no more.
    fn sources(&self) -> Vec<&Source> {
        match self {
            Command::Check(args) => args.sources().collect(),
            Command::Compare(args) => args.sources.iter().collect(),
            Command::Inspect(args) => args.sources.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The arguments of a command that is started often and does little, without those of all other commands.
    fn alone(name: &OsStr) -> Option<clap::Command> {
        let command = |name: &'static str| clap::Command::new(name);
        match name.to_str()? {
            "check" => Some(check::Args::augment_args(command("check"))),
            "compare" => Some(compare::Args::augment_args(command("compare"))),
            "inspect" => Some(inspect::Args::augment_args(command("inspect"))),
            "render" => Some(render::Args::augment_args(command("render"))),
            _ => None,
        }
    }
}

impl Cli {
    /// Reads the arguments. Exits with 2 on a usage error.
    fn read(arguments: Vec<OsString>) -> Cli {
        if let Some(cli) = Cli::read_alone(&arguments) {
            return cli;
        }
        let mut command = Cli::command();
        let arguments = argv::expand_go_flags(&command, arguments);
        let matches = command.try_get_matches_from_mut(arguments).unwrap_or_else(|error| error.exit());
        Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }

    /// Reads the arguments of a command whose name comes first: in a third of the time. `None` where there is help or an error to print,
    /// because they show all commands.
    fn read_alone(arguments: &[OsString]) -> Option<Cli> {
        let alone = Command::alone(arguments.get(1)?)?;
        let mut command = Common::augment_args(clap::Command::new("allocgate")).subcommand(alone);
        let arguments = argv::expand_go_flags(&command, arguments.iter().cloned());
        let matches = command.try_get_matches_from_mut(arguments).ok()?;
        Cli::from_arg_matches(&matches).ok()
    }
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::read(std::env::args_os().collect());
    cli.common.color.install();
    threads::start(cli.command.sources());
    let limits = cli.common.limits.limits();
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
