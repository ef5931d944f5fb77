//! `allocgate decisions`: holds what the compiler decided.

use super::args::PolicyArgs;
use super::exit::Exit;
use super::limit::Limits;
use super::progress::Progress;
use super::{console, environment, interrupt, write};
use allocgate::internals::cause::lines::{LineMap, Sources};
use allocgate::internals::pinned::{self, DecidedFunction, Functions, Held, Unheld};
use allocgate::internals::policy::Policy;
use allocgate::internals::query::{FunctionGlob, suggestions};
use allocgate::internals::run::{self, Compiled, CompiledSides, RunError, Stop};
use allocgate::report::{self, DecisionChanges, DecisionReport};
use anyhow::{Context, anyhow, bail, ensure};
use std::path::{Path, PathBuf};

/// Hold the decisions of the compiler that the policy demands: inlining, values on the heap, bounds checks
///
/// Compiles the packages and their tests, links nothing and runs nothing. Holds the [[decision]] entries of the policy, and comments
/// for gcassert (//gcassert:inline, noescape, bce). With --base, also lists what the compiler decides otherwise than in that revision.
/// The exit code is 1 if an entry at level fail does not hold, and 2 if one matches no function, or a package does not build.
/// Build flags go into the environment variable GOFLAGS.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "allocgate decisions [OPTIONS] [-- PACKAGES…]\n       allocgate decisions init [OPTIONS] NAME… [-- PACKAGES…]",
    args_conflicts_with_subcommands = true
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Revision to compare with, in the functions that benchmarks may reach
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Packages, as in go test [default: ./...]
    #[arg(value_name = "PACKAGES", last = true)]
    packages: Vec<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Init(Init),
}

/// Write the entries that hold today
#[derive(Debug, clap::Args)]
struct Init {
    /// Full names of functions such as example.com/hot/wire.(*Writer).Append, patterns for them, or what they end in: Append
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Write to this new file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Packages, as in go test [default: ./...]
    #[arg(value_name = "PACKAGES", last = true)]
    packages: Vec<String>,
}

/// The format of the output.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let stop = interrupt::stops_run()?;
    let progress = Progress::new();
    let ended = match &args.command {
        Some(Command::Init(init)) => write_entries(init, &stop, &progress),
        None => hold(args, limits, &stop, &progress),
    };
    progress.clear();
    match ended {
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Interrupted)) => {
            console::warn("interrupted; nothing is left");
            Ok(Exit::Interrupted)
        }
        ended => ended,
    }
}

/// The packages; without any, those of the folder and below.
fn packages(written: &[String]) -> Vec<String> {
    if written.is_empty() { vec!["./...".to_string()] } else { written.to_vec() }
}

/// Whether these packages are all of a module, so that an entry that matches none of their functions is an error.
pub(super) fn are_all(packages: &[String]) -> bool {
    packages == ["./..."] && Path::new("go.mod").exists()
}

fn compile(
    base: Option<&str>,
    packages: &[String],
    stop: &Stop,
    progress: &Progress,
) -> anyhow::Result<CompiledSides> {
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let compiled = run::compile_sides(&here, base, packages, stop, &mut |event| progress.show(event));
    progress.clear();
    compiled.map_err(in_words)
}

/// The errors of a run in the words of this command.
fn in_words(error: RunError) -> anyhow::Error {
    match error {
        RunError::NotARepository(folder) => {
            anyhow!("{}: not in a git repository, which --base needs", folder.display())
        }
        RunError::NoProgram { program, error } => {
            anyhow!(
                "{program}: cannot be started: {error}; `allocgate decisions` needs {program} on the PATH"
            )
        }
        other => other.into(),
    }
}

/// `the working tree does not build: wire/wire.go:3:12: undefined: x`
fn does_not_build(compiled: &Compiled) -> String {
    format!("{} does not build: {}", compiled.revision, compiled.failures.join("; "))
}

fn sources(compiled: &mut Compiled) -> Sources {
    Sources::new(std::mem::take(&mut compiled.files), std::mem::take(&mut compiled.modules))
}

fn hold(args: &Args, limits: Limits, stop: &Stop, progress: &Progress) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let packages = packages(&args.packages);
    let CompiledSides { base, mut new, .. } = compile(args.base.as_deref(), &packages, stop, progress)?;
    ensure!(new.failures.is_empty(), "{}", does_not_build(&new));
    let (before, base) = match base {
        Some(mut base) => (sources(&mut base), Some(base)),
        None => (Sources::default(), None),
    };
    let map = LineMap::new(before, sources(&mut new));
    let functions = Functions::of(&new.decisions, &map.new);
    let base_functions = base.as_ref().map(|it| Functions::of(&it.decisions, &map.base));
    let could_inline = |function: &DecidedFunction| could_inline(&map, base_functions.as_ref(), function);
    let mut held = pinned::hold(&policy, &functions, &map.new, &could_inline);
    let mut notes: Vec<String> = base.iter().chain([&new]).filter_map(|it| it.problem.clone()).collect();
    let missing = base.as_ref().filter(|it| !it.failures.is_empty());
    notes.extend(missing.map(|it| format!("not all is compared: {}", does_not_build(it))));
    notes.extend(settle(&mut held, are_all(&packages))?);
    let has_base = base.is_some();
    let changes = base.zip(base_functions).map(|(base, of_base)| {
        let reached = pinned::reached(&map.new);
        let is_meant = |unit| reached.as_ref().is_none_or(|it| it.contains(&unit));
        DecisionChanges {
            base: base.revision,
            toolchain: base.toolchain,
            only_reached: reached.is_some(),
            functions: functions.all.iter().filter(|it| it.is_compiled() && is_meant(it.unit)).count(),
            list: pinned::changes(&map, &of_base, &functions, &is_meant),
        }
    });
    ensure!(
        held.checked > 0 || has_base,
        "{}: nothing to hold: no [[decision]] matches a function of these packages, and their sources have no comment for gcassert; write entries with `allocgate decisions init NAME`",
        policy.source
    );
    let report =
        DecisionReport { held, policy: policy.source.to_string(), toolchain: new.toolchain, changes, notes };
    match args.format {
        Format::Text => console::print(|out| report::decisions(&report, out))?,
        Format::Json => console::print_bytes(|out| report::decisions_json(&report, out))?,
    }
    Ok(Exit::Verdict(report.verdict()))
}

/// Whether a function could be inlined in base.
fn could_inline(map: &LineMap, base: Option<&Functions>, function: &DecidedFunction) -> bool {
    let before = map.unit_to_base(function.unit).and_then(|unit| base?.get(unit));
    before.is_some_and(DecidedFunction::can_inline)
}

/// What entries that say nothing mean: an error, unless only some packages were compiled, which may lack the function.
///
/// # Errors
/// The first of them, and how many there are.
pub(super) fn settle(held: &mut Held, are_all: bool) -> anyhow::Result<Option<String>> {
    let (elsewhere, errors): (Vec<Unheld>, Vec<Unheld>) = std::mem::take(&mut held.unheld)
        .into_iter()
        .partition(|it| !are_all && matches!(it, Unheld::NoFunction { .. }));
    match errors.as_slice() {
        [] => {}
        [only] => bail!("{only}"),
        [first, rest @ ..] => bail!("{first}; and {} more", rest.len()),
    }
    let entries = match elsewhere.len() {
        0 => return Ok(None),
        1 => "1 entry matches".to_string(),
        count => format!("{count} entries match"),
    };
    Ok(Some(format!("not held: {entries} no function of these packages")))
}

fn write_entries(args: &Init, stop: &Stop, progress: &Progress) -> anyhow::Result<Exit> {
    let packages = packages(&args.packages);
    let mut new = compile(None, &packages, stop, progress)?.new;
    ensure!(new.failures.is_empty(), "{}", does_not_build(&new));
    let sources = sources(&mut new);
    let functions = Functions::of(&new.decisions, &sources);
    let mut wanted = Vec::new();
    for name in &args.names {
        let found = matching(name, &functions)?;
        ensure!(!found.is_empty(), "{}", not_found(name, &functions));
        let is_new =
            |it: &&DecidedFunction| !wanted.iter().any(|known: &&DecidedFunction| known.unit == it.unit);
        let found: Vec<&DecidedFunction> = found.into_iter().filter(is_new).collect();
        wanted.extend(found);
    }
    if let Some(external) = wanted.iter().find(|it| it.is_external()) {
        bail!(
            "{}: the function has no body in Go (assembly, or linked from elsewhere), so that the compiler decides nothing about it",
            external.name
        );
    }
    wanted.retain(|it| it.is_compiled());
    ensure!(
        !wanted.is_empty(),
        "nothing is decided about these functions: generic ones need an instance in the packages or their tests"
    );
    let note = format!("Decided on {} by {}.", environment::today(), new.toolchain);
    let text = pinned::draft(wanted.iter().copied(), &allocgate::internals::words::clean(note));
    Policy::parse("the draft", &text)?;
    match &args.output {
        None => console::print(|out| out.write_all(text.as_bytes()))?,
        Some(path) => create(path, &text)?,
    }
    Ok(Exit::Done)
}

fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    let exists = path.symlink_metadata().is_ok();
    ensure!(!exists, "{}: the file exists; append to it with >>", path.display());
    write::create(path, text)?;
    let count = text.matches("[[decision]]").count();
    let entries = if count == 1 { "1 entry".to_string() } else { format!("{count} entries") };
    console::warn(&format!("{}: {entries} written", path.display()));
    Ok(())
}

/// The functions that a name means: by their full names, else by what is behind the folders, behind the package, or behind the type.
/// Those of test files only if there are no others.
fn matching<'f>(name: &str, functions: &'f Functions) -> anyhow::Result<Vec<&'f DecidedFunction>> {
    let glob =
        FunctionGlob::new(name).map_err(|error| anyhow!("{name}: not a name, and not a pattern: {error}"))?;
    let parts: [fn(&str) -> &str; 4] = [|it| it, below_folders, below_package, last_part];
    for part in parts {
        let all = functions.all.iter().filter(|it| glob.matches(part(&it.name)));
        let (tests, mut found): (Vec<_>, Vec<_>) = all.partition(|it| it.is_test);
        if found.is_empty() {
            found = tests;
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// `wire.(*Writer).Append`
fn below_folders(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |it| it.1)
}

/// `(*Writer).Append`
fn below_package(name: &str) -> &str {
    let name = below_folders(name);
    name.split_once('.').map_or(name, |it| it.1)
}

/// `Append`
fn last_part(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |it| it.1)
}

fn not_found(name: &str, functions: &Functions) -> String {
    let short = |it: &'_ DecidedFunction| below_folders(&it.name).to_string();
    let known: Vec<String> = functions.all.iter().map(short).collect();
    let near = suggestions(name, known.iter().map(String::as_str));
    match near.is_empty() {
        true => format!("no function `{name}` in these packages"),
        false => format!("no function `{name}`; did you mean {}?", near.join(" or ")),
    }
}

/// What the compiler decides otherwise about new than the policy demands, for `run`, and what there is to say besides. A package that
/// does not build is a matter of the report.
///
/// # Errors
/// If an entry says nothing although everything builds.
pub(super) fn broken_in(
    policy: &Policy,
    mut compiled: Compiled,
    are_all: bool,
) -> anyhow::Result<(Vec<pinned::Broken>, Option<String>)> {
    let sources = sources(&mut compiled);
    let functions = Functions::of(&compiled.decisions, &sources);
    let mut held = pinned::hold(policy, &functions, &sources, &|_| false);
    let note = match compiled.failures.is_empty() {
        true => settle(&mut held, are_all)?,
        false => Some(format!("warning: not all decisions are held: {}", does_not_build(&compiled))),
    };
    Ok((held.broken, note))
}

#[cfg(test)]
mod tests {
    use super::*;
    use allocgate::internals::cause::decision::Decisions;
    use allocgate::internals::cause::lines::{Module, SourceFile};

    fn functions() -> Functions {
        let text = "package wire\n\nfunc (w *Writer) Append() {}\n\nfunc Sum() {}\n";
        let file = SourceFile { path: "wire/w.go".into(), text: text.into() };
        let module = Module { path: "example.com/hot".into(), folder: String::new() };
        Functions::of(&Decisions::default(), &Sources::new(vec![file], vec![module]))
    }

    #[test]
    fn a_name_is_full_or_the_end_of_one() {
        let functions = functions();
        for (name, want) in [
            ("example.com/hot/wire.(*Writer).Append", 1),
            ("example.com/hot/wire.*", 2),
            ("wire.(*Writer).Append", 1),
            ("(*Writer).Append", 1),
            ("Sum", 1),
            ("S*", 1),
            ("*", 2),
            ("Append", 1),
            ("nothing", 0),
        ] {
            assert_eq!(matching(name, &functions).expect("a pattern").len(), want, "{name}");
        }
        assert!(matching("Sum[int]", &functions).is_err());
        let error = not_found("wire.Sun", &functions);
        assert_eq!(error, "no function `wire.Sun`; did you mean wire.Sum?");
    }
}
