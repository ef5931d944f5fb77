//! `allocgate causes`: why benchmarks allocate more, without timing them.

use super::args::{WORKTREE, duration, most};
use super::exit::Exit;
use super::explaining::explained;
use super::progress::Progress;
use super::wanted::{Wanted, check_functions, check_names, check_results, is_wanted};
use super::{console, interrupt};
use allocgate::internals::run::{
    self, CaptureSession, CaptureTarget, Event, Found, Request, RunError, Stop, StoredCapture, Variant,
    Warning,
};
use allocgate::internals::words::{counted, list};
use allocgate::report::{self, BenchmarkCauses, Causes};
use anyhow::{Context, anyhow, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Explain which lines allocate more than in base, why the compiler put the values on the heap, and which edit did it
///
/// Builds both revisions as `allocgate run` does, and runs each benchmark for a moment; nothing is timed. The benchmarks that allocate
/// more are run again under the profiler. With --capture, reads what `allocgate run --explain` or --profile has left instead.
/// Build flags go into the environment variable GOFLAGS. This is no gate: the exit code is 0 also if benchmarks allocate more.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "allocgate causes [OPTIONS] [NAME…] [-- PACKAGES…]\n       allocgate causes [OPTIONS] --capture DIR [NAME…]"
)]
pub(super) struct Args {
    /// Benchmarks, without the `Benchmark` prefix, or globs; all of their sub-benchmarks are included [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Base revision [default: merge base with the default branch]
    #[arg(long, value_name = "REV", conflicts_with = "capture")]
    base: Option<String>,
    /// New revision; `worktree` is the working tree with its uncommitted changes
    #[arg(long, value_name = "REV", default_value = WORKTREE, conflicts_with = "capture")]
    new: String,
    /// Values of GOMAXPROCS, as in go test: 1,4
    #[arg(long, value_name = "LIST", conflicts_with = "capture")]
    cpu: Option<String>,
    /// How long one benchmark may take, such as 90s, 10m or 1h30m; a profiled run takes at most 1m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration, conflicts_with = "capture")]
    timeout: Duration,
    /// Most benchmarks to explain, those that grew most first
    #[arg(long, value_name = "N", default_value_t = run::MOST_EXPLAINED, value_parser = most)]
    max: usize,
    /// Keep what was captured in this folder, for --capture
    #[arg(long, value_name = "DIR", conflicts_with = "capture")]
    out: Option<PathBuf>,
    /// Read what a run has captured, such as .allocgate/profile, instead of capturing
    #[arg(long, value_name = "DIR")]
    capture: Option<PathBuf>,
    /// Most lines of a benchmark to show; JSON has all of them
    #[arg(long, value_name = "N", default_value_t = report::CAUSE_LINES, value_parser = most)]
    lines: usize,
    /// Format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Packages, as in go test [default: ./...]
    #[arg(value_name = "PACKAGES", last = true, conflicts_with = "capture")]
    packages: Vec<String>,
}

/// The format of the output.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Markdown,
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let names: Vec<Wanted> = args.names.iter().map(|name| Wanted::new(name)).collect();
    let stop = interrupt::stops_run()?;
    let progress = Progress::new();
    let found = match &args.capture {
        Some(folder) => read(args, &names, folder, &stop),
        None => capture(args, &names, &stop, &progress),
    };
    progress.clear();
    let mut causes = match found {
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Interrupted)) => {
            console::warn(match &args.out {
                None => "interrupted; nothing is left",
                Some(_) => "interrupted; the capture is not complete",
            });
            return Ok(Exit::Interrupted);
        }
        found => found?,
    };
    causes.lines = args.lines;
    match args.format {
        Format::Text => console::print(|out| report::causes(&causes, out))?,
        Format::Markdown => console::print_bytes(|out| report::causes_markdown(&causes, out))?,
        Format::Json => console::print_bytes(|out| report::causes_json(&causes, out))?,
    }
    Ok(Exit::Done)
}

/// Captures both revisions and explains.
fn capture(args: &Args, names: &[Wanted], stop: &Stop, progress: &Progress) -> anyhow::Result<Causes> {
    let mut problems: Vec<String> = Vec::new();
    let mut on_event = |event: Event<'_>| {
        problems.extend(problem(event));
        progress.show(event);
    };
    let prepared = CaptureSession::prepare(request(args)?, stop, &mut on_event);
    let session = prepared.map_err(in_words)?;
    let (base, new) = session.revisions();
    progress.print(&format!("base  {base}\nnew   {new}"));
    if !session.unchanged().is_empty() {
        let packages = list(session.unchanged().iter(), 5);
        progress.print(&format!("not run, unchanged: {packages}"));
    }
    check_functions(names, &session)?;
    let function = |function: &str| names.is_empty() || names.iter().any(|it| it.is_function(function));
    let mut found = session.find(&function, &mut on_event)?;
    let measured = session.has_changed_benchmarks();
    ensure!(!found.is_empty() || !measured, "no benchmark has a result in new; the warnings say why");
    // What is unchanged was not run, so it is not known which sub-benchmarks there are.
    if session.unchanged().is_empty() {
        check_results(names, &found)?;
    }
    found.retain(|it| is_wanted(names, &it.benchmark));
    let (all, only_new) = (found.len(), found.iter().filter(|it| it.is_new).count());
    let is_named = !names.is_empty();
    found.retain(|it| is_named || it.has_grown());
    found.sort_by(by_growth);
    let grown = found.len();
    found.truncate(args.max);
    let targets: Vec<CaptureTarget> = found.iter().map(target).collect();
    let mut causes = Causes { base: base.to_string(), new: new.to_string(), ..Causes::default() };
    let mut equal = Vec::new();
    if targets.is_empty()
        && let Some(out) = &args.out
    {
        // What an earlier call has captured is no answer to this one.
        session.capture(&[], out, &mut |event| progress.show(event))?;
    }
    if !targets.is_empty() {
        let temporary = tempfile::Builder::new().prefix("allocgate-").tempdir_in(session.temporary_folder());
        let temporary = temporary.context("the folder for temporary files cannot be used")?;
        let folder = args.out.clone().unwrap_or_else(|| temporary.path().join("capture"));
        session.capture(&targets, &folder, &mut |event| progress.show(event))?;
        let stored = StoredCapture::open(&folder)?;
        causes.benchmarks = explained(&stored, session.explain(&stored, targets.len()));
        for (benchmark, found) in causes.benchmarks.iter_mut().zip(&found) {
            benchmark.base = benchmark.base.or(found.base);
            benchmark.new = benchmark.new.or(Some(found.new));
        }
        if !is_named {
            equal = without_growth(&mut causes.benchmarks);
        }
    }
    causes.notes.extend(counts(all, grown - equal.len(), causes.benchmarks.len(), is_named));
    if !equal.is_empty() {
        let names = list(equal.iter(), 5);
        causes.notes.push(format!("left out, because run equally often they do not allocate more: {names}"));
    }
    if only_new > 0 && !is_named {
        causes
            .notes
            .push(format!("{} only in new: name them to explain them", counted(only_new, "benchmark")));
    }
    causes.notes.append(&mut problems);
    if let Some(out) = args.out.as_ref().filter(|_| !targets.is_empty()) {
        progress.print(&format!("capture   {}", out.display()));
    }
    Ok(causes)
}

/// Removes the benchmarks that do not allocate more where both sides ran them equally often, as they did not when they were found.
/// Returns their names.
fn without_growth(benchmarks: &mut Vec<BenchmarkCauses>) -> Vec<String> {
    let mut names = Vec::new();
    benchmarks.retain(|it| {
        let is_grown = it.new.is_none_or(|new| run::has_grown(it.base, new));
        if !is_grown {
            names.push(it.explained.benchmark.to_string());
        }
        is_grown
    });
    names
}

/// A package that does not build or a benchmark that fails, in one sentence, for readers who do not see standard error.
pub(super) fn problem(event: Event<'_>) -> Option<String> {
    match event {
        Event::Warning(warning @ (Warning::BuildFailed { .. } | Warning::NoProfile { .. })) => {
            let text = warning.to_string();
            let lines: Vec<&str> = text.lines().filter(|it| !it.starts_with('#')).take(2).collect();
            Some(lines.join("; "))
        }
        _ => None,
    }
}

/// How many benchmarks there are, and how many are left out.
fn counts(all: usize, grown: usize, shown: usize, is_named: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !is_named {
        let all = counted(all, "benchmark");
        notes.push(match grown {
            0 => format!("none of {all} allocates more than in base"),
            1 => format!("1 of {all} allocates more than in base"),
            more => format!("{more} of {all} allocate more than in base"),
        });
    }
    if grown > shown {
        notes.push(format!("{} left out; --max {grown} explains all", counted(grown - shown, "benchmark")));
    }
    notes
}

/// Opens a capture, and leaves the benchmarks that are meant. Fails if it has none, or a name means none of them.
pub(super) fn open_capture(names: &[Wanted], folder: &Path) -> anyhow::Result<StoredCapture> {
    let mut stored = StoredCapture::open(folder)?;
    let benchmarks = &mut stored.manifest.benchmarks;
    ensure!(!benchmarks.is_empty(), "{}: the capture has no benchmarks", folder.display());
    check_names(names, benchmarks.iter().map(|it| it.benchmark.as_str()))?;
    benchmarks.retain(|it| is_wanted(names, &it.benchmark));
    Ok(stored)
}

/// Reads a capture and explains it.
fn read(args: &Args, names: &[Wanted], folder: &Path, stop: &Stop) -> anyhow::Result<Causes> {
    let stored = open_capture(names, folder)?;
    let all = stored.manifest.benchmarks.len();
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let explanations = stored.explain(&here, args.max, stop)?;
    let (base, new) = (stored.manifest.base.revision.clone(), stored.manifest.new.revision.clone());
    let notes = counts(all, all, explanations.len(), true);
    Ok(Causes { base, new, benchmarks: explained(&stored, explanations), notes, ..Causes::default() })
}

/// The benchmark whose allocations grew most first; then bytes.
fn by_growth(a: &Found, b: &Found) -> std::cmp::Ordering {
    let (a, b) = (a.growth(), b.growth());
    let allocs = b.allocs_per_op.total_cmp(&a.allocs_per_op);
    allocs.then(b.bytes_per_op.total_cmp(&a.bytes_per_op))
}

fn target(found: &Found) -> CaptureTarget {
    CaptureTarget {
        package: found.package.clone(),
        benchmark: found.benchmark.clone(),
        nanoseconds: found.nanoseconds,
        // The profiled runs tell that for the same counts as the profiles. The run for a moment had another count.
        base: None,
        new: None,
    }
}

/// The errors of a run in the words of this command.
fn in_words(error: RunError) -> anyhow::Error {
    match error {
        RunError::NothingChanged(commit) => anyhow!(
            "base and new are the same commit, {commit}, without uncommitted changes: nothing to compare; name another revision with --base REV"
        ),
        RunError::NotARepository(folder) => anyhow!(
            "{}: not in a git repository, which `allocgate causes` needs to build two revisions; --capture DIR reads what a run has captured",
            folder.display()
        ),
        other => without_program(other, "causes"),
    }
}

/// The error of a missing program in the words of a command; other errors as they are.
pub(super) fn without_program(error: RunError, command: &str) -> anyhow::Error {
    match error {
        RunError::NoProgram { program, error } => anyhow!(
            "{program}: cannot be started: {error}; `allocgate {command}` needs {program} on the PATH"
        ),
        other => other.into(),
    }
}

fn request(args: &Args) -> anyhow::Result<Request> {
    let folder = std::env::current_dir().context("the working directory cannot be read")?;
    Ok(Request {
        base: Variant { revision: args.base.clone(), ..Variant::default() },
        new: Variant { revision: Some(args.new.clone()).filter(|new| new != WORKTREE), ..Variant::default() },
        cpu: args.cpu.clone(),
        timeout: args.timeout,
        ..Request::untimed(folder, &args.packages)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allocgate::internals::cause::Allocated;
    use allocgate::report::ExplainedBenchmark;

    #[test]
    fn what_does_not_grow_in_equal_runs_is_left_out() {
        let benchmark = |name: &str, base: (f64, f64), new: (f64, f64)| {
            let allocated = |it: (f64, f64)| Some(Allocated { bytes_per_op: it.0, allocs_per_op: it.1 });
            let explanation = Default::default();
            let explained = ExplainedBenchmark { pkg: "m".into(), benchmark: name.into(), explanation };
            BenchmarkCauses { base: allocated(base), new: allocated(new), explained }
        };
        let mut all = vec![
            benchmark("Pooler-2", (12_849.0, 51.0), (12_644.0, 50.0)),
            benchmark("Waiter-2", (12_849.0, 51.0), (12_644.0, 52.0)),
        ];
        assert_eq!(without_growth(&mut all), ["Pooler-2"]);
        assert_eq!(all.len(), 1);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(counts(12, 1, 1, false), ["1 of 12 benchmarks allocates more than in base"]);
        assert_eq!(counts(5, 4, 2, true), ["2 benchmarks left out; --max 4 explains all"]);
    }
}
