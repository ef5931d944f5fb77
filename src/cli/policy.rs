//! `allocgate policy`: what holds, and where it comes from.

use super::exit::Exit;
use super::explain::without_prefix;
use super::limit::Limits;
use super::{console, locate};
use allocgate::internals::model::{BenchmarkId, Name, Unit};
use allocgate::internals::policy::{Platform, Policy};

use allocgate::internals::words::counted;
use allocgate::internals::{policy, report};
use std::path::PathBuf;

/// Show the effective policy, or the one rule that holds for a benchmark
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
    /// Print the JSON Schema of an allocgate.toml, for editors
    Schema,
}

/// Print the policy that holds, every setting with its place; with a name, the rule for that benchmark
#[derive(Debug, clap::Args)]
struct Show {
    /// A benchmark, without the `Benchmark` prefix
    name: Option<String>,
    /// Its package
    #[arg(long, requires = "name", default_value = "")]
    pkg: String,
    /// A unit [default: every unit that the policy names]
    #[arg(long, requires = "name")]
    unit: Option<String>,
    /// Where it runs, for budgets that hold in some places only
    #[arg(long, requires = "name")]
    goos: Option<String>,
    /// The architecture
    #[arg(long, requires = "name")]
    goarch: Option<String>,
    /// The Go version
    #[arg(long, requires = "name", value_name = "VERSION")]
    go: Option<String>,
    /// The policy [default: the nearest allocgate.toml upwards, else the built-in one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Show(args) => show(args, limits)?,
        Command::Schema => console::print(|out| {
            serde_json::to_writer_pretty(&mut *out, &policy::schema())?;
            writeln!(out)
        })?,
    }
    Ok(Exit::Done)
}

fn show(args: &Show, limits: Limits) -> anyhow::Result<()> {
    let policy = locate::policy(args.policy.as_deref(), limits)?;
    match &args.name {
        None => console::print(|out| report::policy(&policy, out)),
        Some(name) => rule(&policy, name, args),
    }
}

fn rule(policy: &Policy, name: &str, args: &Show) -> anyhow::Result<()> {
    let name = without_prefix(name);
    let id = BenchmarkId { pkg: args.pkg.as_str().into(), name: Name::new(name.as_bytes()) };
    let platform = Platform { goos: args.goos.clone(), goarch: args.goarch.clone(), go: args.go.clone() };
    let rules = policy.rules(id, &platform).map_err(|(budget, key)| {
        anyhow::anyhow!("{}: this budget is for some `{key}` only; pass --{key}", budget.origin)
    })?;
    let elsewhere =
        policy.budgets.iter().filter(|it| it.pkg.is_some() && it.bench.matches_name(id.name)).count();
    if args.pkg.is_empty() && elsewhere > 0 {
        let budgets = counted(elsewhere, "budget");
        console::warn(&format!("{budgets} for `{name}` in one package only; pass --pkg"));
    }
    let units: Vec<Unit> = match &args.unit {
        Some(unit) => vec![Unit::new(unit.clone())],
        None => policy
            .units
            .keys()
            .chain(rules.units_with_max().into_iter().filter(|it| !policy.units.contains_key(*it)))
            .cloned()
            .collect(),
    };
    console::print(|out| units.iter().try_for_each(|unit| report::rule(id, unit, &rules, out)))
}
