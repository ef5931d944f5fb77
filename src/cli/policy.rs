//! `allocgate policy`: shows the policy, and where each setting comes from.

use super::args::PolicyArgs;
use super::console;
use super::exit::Exit;
use super::explain::without_prefix;
use super::limit::Limits;
use allocgate::internals::model::{BenchmarkId, Name, Unit};
use allocgate::internals::policy::{Platform, Policy};

use allocgate::internals::words::counted;
use allocgate::internals::{policy, report};

/// Show the effective policy, or the rule for one benchmark
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
    /// Print the JSON Schema of allocgate.toml, for editors
    Schema,
}

/// Print the effective policy with the line of every setting; with a name, the rule for that benchmark
#[derive(Debug, clap::Args)]
struct Show {
    /// Benchmark, without the `Benchmark` prefix
    name: Option<String>,
    /// Package of the benchmark
    #[arg(long, requires = "name", default_value = "")]
    pkg: String,
    /// Unit [default: all units of the policy]
    #[arg(long, requires = "name")]
    unit: Option<String>,
    /// Operating system, for budgets that depend on it
    #[arg(long, requires = "name")]
    goos: Option<String>,
    /// Architecture, for budgets that depend on it
    #[arg(long, requires = "name")]
    goarch: Option<String>,
    /// Go version, for budgets that depend on it
    #[arg(long, requires = "name", value_name = "VERSION")]
    go: Option<String>,
    #[command(flatten)]
    policy: PolicyArgs,
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
    let policy = args.policy.read(limits)?;
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
    let with_package =
        policy.budgets.iter().filter(|it| it.pkg.is_some() && it.bench.matches_name(id.name)).count();
    if args.pkg.is_empty() && with_package > 0 {
        let budgets = counted(with_package, "budget");
        console::warn(&format!("not shown: {budgets} for `{name}` in one package only; pass --pkg"));
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
