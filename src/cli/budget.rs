//! `allocgate budget`: writes budgets from measured results, and changes them.

use super::args::GoArgs;
use super::exit::Exit;
use super::limit::Limits;
use super::{console, environment, read, write};
use allocgate::internals::evidence::Overall;
use allocgate::internals::gate::Gate;
use allocgate::internals::group::Side;
use allocgate::internals::input::Source;
use allocgate::internals::model::{Class, Dataset, Unit};
use allocgate::internals::policy::{self, BudgetChange, LoosenRequest, MeasuredRow, Policy};
use allocgate::internals::words::counted;
use anyhow::{Context, bail, ensure};
use similar::TextDiff;
use std::path::{Path, PathBuf};

/// Write allocation budgets from measured results, lower them, or raise them with a reason
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Init(Init),
    Tighten(Tighten),
    Loosen(Loosen),
    Diff(Diff),
}

/// Write budgets that these results meet
#[derive(Debug, clap::Args)]
struct Init {
    /// Files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    sources: Vec<Source>,
    /// Units that get a maximum [default: B/op and allocs/op]
    #[arg(long = "unit", value_name = "UNIT")]
    units: Vec<String>,
    /// Go version, for the comment [default: the `go:` line of the results]
    #[arg(long, value_name = "VERSION")]
    go: Option<String>,
    /// Write to this new file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Lower budgets to the values of these results
///
/// Never raises a budget. Comments and layout stay.
#[derive(Debug, clap::Args)]
struct Tighten {
    /// Files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    sources: Vec<Source>,
    /// Units to lower [default: B/op and allocs/op]
    #[arg(long = "unit", value_name = "UNIT")]
    units: Vec<String>,
    /// Policy file to change [default: the nearest allocgate.toml upwards]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    go: GoArgs,
    /// Show the changes, but do not write them
    #[arg(long)]
    dry_run: bool,
}

/// Raise the budget of one benchmark, with a reason that stays in the policy
#[derive(Debug, clap::Args)]
struct Loosen {
    /// Benchmark, without the `Benchmark` prefix
    name: String,
    /// New maximum
    #[arg(long, value_name = "N")]
    to: f64,
    /// Why the budget is raised
    #[arg(long)]
    reason: String,
    /// Unit of the maximum
    #[arg(long, default_value = "allocs/op")]
    unit: String,
    /// Package, if several have a benchmark of this name
    #[arg(long)]
    pkg: Option<String>,
    /// Policy file to change [default: the nearest allocgate.toml upwards]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Show the changes, but do not write them
    #[arg(long)]
    dry_run: bool,
}

/// List everything that a new policy tolerates and the old one did not
///
/// The exit code is 1 if there is anything.
#[derive(Debug, clap::Args)]
struct Diff {
    /// Policy before the change
    #[arg(value_name = "OLD.toml")]
    old: PathBuf,
    /// Policy after the change
    #[arg(value_name = "NEW.toml")]
    new: PathBuf,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Init(args) => init(args, limits),
        Command::Tighten(args) => tighten(args, limits),
        Command::Loosen(args) => loosen(args, limits),
        Command::Diff(args) => diff(args, limits),
    }
}

fn init(args: &Init, limits: Limits) -> anyhow::Result<Exit> {
    let dataset = read::read(&args.sources, limits)?;
    let side = read::side(&dataset, limits)?;
    let measured = measured_in(&side, &args.units, args.go.as_deref())?;
    read::warn_of_losses(&dataset);
    warn_of_few_processes(&measured);
    let text = policy::draft(&measured, &Policy::builtin(), &note(&dataset, &measured));
    // The draft must be a valid policy. It is not if a value is negative, or if higher is better.
    Policy::parse("the draft", &text)?;
    match &args.output {
        None => console::print(|out| out.write_all(text.as_bytes()))?,
        Some(path) => {
            let exists = path.symlink_metadata().is_ok();
            ensure!(
                !exists,
                "{}: the file exists; append to it with >>, or use `allocgate budget tighten`",
                path.display()
            );
            write::create(path, &text)?;
            console::warn(&format!(
                "{}: {} written",
                path.display(),
                counted(text.matches("[[budget]]").count(), "budget")
            ));
        }
    }
    Ok(Exit::Done)
}

/// Warns where samples do not show how much counts differ between processes.
pub(super) fn warn_of_few_processes(measured: &[MeasuredRow]) {
    let few = measured.iter().map(|it| it.processes).filter(|&it| it < MeasuredRow::ENOUGH_PROCESSES).max();
    if let Some(processes) = few {
        let noun = if processes == 1 { "process" } else { "processes" };
        let enough = MeasuredRow::ENOUGH_PROCESSES;
        console::warn(&format!(
            "warning: measured in {processes} {noun}: counts can differ in another one; measure in at least {enough}"
        ));
    }
}

/// A comment that says where the budgets come from.
pub(super) fn note(dataset: &Dataset, measured: &[MeasuredRow]) -> String {
    let files: Vec<&str> = dataset.ledger().files.iter().map(|file| file.file.as_str()).collect();
    let platform = measured.first().map(|it| it.platform.clone()).unwrap_or_default();
    let go = platform.go.map(|go| if go.starts_with("go") { go } else { format!("go{go}") });
    let place: Vec<String> = [go, platform.goos, platform.goarch].into_iter().flatten().collect();
    let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(" ")) };
    allocgate::internals::words::clean(format!(
        "Measured on {} in {}{place}.",
        environment::today(),
        files.join(", ")
    ))
}

/// The measured rows in the requested units; by default the counts.
fn measured_in<'g>(
    side: &'g Side<'g>,
    units: &[String],
    go: Option<&str>,
) -> anyhow::Result<Vec<MeasuredRow<'g>>> {
    let wanted = |it: &Unit| match units {
        [] => it.class() == Class::Counting,
        units => units.iter().any(|unit| unit == it.as_str()),
    };
    let measured = Gate::measured(side, go, wanted);
    let has = |unit: &String| measured.iter().any(|it| it.unit.as_str() == unit);
    if let Some(missing) = units.iter().find(|unit| !has(unit)) {
        let all = Gate::measured(side, go, |_| true);
        let known: Vec<&str> = all.iter().map(|it| it.unit.as_str()).collect();
        bail!("no result has the unit {missing}; the units are {}", sorted(known).join(", "));
    }
    ensure!(!measured.is_empty(), "no result has allocations; run `go test` with -benchmem");
    Ok(measured)
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names.dedup();
    names
}

fn tighten(args: &Tighten, limits: Limits) -> anyhow::Result<Exit> {
    let (path, text, policy) = policy_file(args.policy.as_deref(), limits)?;
    let dataset = read::read(&args.sources, limits)?;
    let side = read::side(&dataset, limits)?;
    let measured = measured_in(&side, &args.units, args.go.go.as_deref())?;
    let (changed, changes) =
        policy::tighten(&text, &policy, &measured).with_context(|| path.display().to_string())?;
    finish(&path, &text, &changed, &changes, args.dry_run)
}

fn loosen(args: &Loosen, limits: Limits) -> anyhow::Result<Exit> {
    ensure!(
        args.to.is_finite() && args.to >= 0.0,
        "--to must be a finite number of at least 0, got {}",
        args.to
    );
    ensure!(!args.reason.trim().is_empty(), "--reason must not be empty");
    let (path, text, policy) = policy_file(args.policy.as_deref(), limits)?;
    let how = LoosenRequest {
        name: &args.name,
        pkg: args.pkg.as_deref(),
        unit: &Unit::new(args.unit.clone()),
        to: args.to,
        reason: &args.reason,
        today: environment::today(),
    };
    let (changed, change) =
        policy::loosen(&text, &policy, &how).with_context(|| path.display().to_string())?;
    finish(&path, &text, &changed, &[change], args.dry_run)
}

/// Shows the changes, and writes them.
fn finish(
    path: &Path,
    old: &str,
    new: &str,
    changes: &[BudgetChange],
    dry_run: bool,
) -> anyhow::Result<Exit> {
    let name = path.display().to_string();
    if changes.is_empty() {
        console::warn(&format!("{name}: no changes, all budgets are as tight as the results"));
        return Ok(Exit::Done);
    }
    // The new text must be a valid policy.
    Policy::parse(&name, new)?;
    // Nearly all lines can differ: this algorithm takes linear time then, as names are there once.
    let diff = TextDiff::configure().algorithm(similar::Algorithm::Patience).diff_lines(old, new);
    console::print(|out| write!(out, "{}", diff.unified_diff().context_radius(1).header(&name, &name)))?;
    if !dry_run {
        write::replace(path, new)?;
    }
    Ok(Exit::Done)
}

fn diff(args: &Diff, limits: Limits) -> anyhow::Result<Exit> {
    let read = |path: &Path| environment::policy(Some(path), limits);
    let looser = policy::diff(&read(&args.old)?, &read(&args.new)?);
    console::print(|out| {
        looser
            .iter()
            .try_for_each(|it| writeln!(out, "{}", allocgate::internals::words::clean(it.to_string())))
    })?;
    Ok(if looser.is_empty() { Exit::Done } else { Exit::Verdict(Overall::Fail) })
}

/// The policy file to change.
fn policy_file(file: Option<&Path>, limits: Limits) -> anyhow::Result<(PathBuf, String, Policy)> {
    let Some(path) = file.map(Path::to_path_buf).or_else(environment::nearest_policy) else {
        bail!(
            "found no allocgate.toml in this directory or above; write one with `allocgate budget init FILE --output allocgate.toml`"
        )
    };
    let name = path.display().to_string();
    let text = environment::policy_text(&path, limits)?;
    let policy = Policy::parse(&name, &text)?;
    Ok((path, text, policy))
}
