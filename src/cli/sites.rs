//! `allocgate sites`: where the code of the working tree allocates.

use super::args::{duration, most};
use super::causes::{open_capture, problem, without_program};
use super::exit::Exit;
use super::progress::Progress;
use super::wanted::{Wanted, check_functions, check_results, is_wanted};
use super::{console, interrupt};
use allocgate::internals::cause::advice::Advice;
use allocgate::internals::run::{
    self, CaptureSession, CaptureTarget, Event, Found, Request, RunError, Stop, StoredCapture,
};
use allocgate::internals::words::counted;
use allocgate::report::{self, BenchmarkSites, Sites};
use anyhow::{Context, anyhow};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Show which lines of the working tree allocate, why the compiler put the values on the heap, and which move of the playbook applies
///
/// Builds the working tree with its uncommitted changes, and runs each benchmark for a moment; nothing is timed. The benchmarks that
/// allocate are run again under the profiler. A move is named only if the compiler or the profile proves that it applies;
/// docs/playbook.md explains each. Build flags go into the environment variable GOFLAGS.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "allocgate sites [OPTIONS] [NAME…] [-- PACKAGES…]\n       allocgate sites [OPTIONS] --capture DIR [NAME…]"
)]
pub(super) struct Args {
    /// Benchmarks, without the `Benchmark` prefix, or globs; all of their sub-benchmarks are included [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Show the ten lines with the most objects over all benchmarks, each with one operation
    #[arg(long)]
    total: bool,
    /// Values of GOMAXPROCS, as in go test: 1,4
    #[arg(long, value_name = "LIST", conflicts_with = "capture")]
    cpu: Option<String>,
    /// How long one benchmark may take, such as 90s, 10m or 1h30m; a profiled run takes at most 1m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration, conflicts_with = "capture")]
    timeout: Duration,
    /// Most benchmarks to look at, those with the most allocs/op first [default: 10; with --total 1000]
    #[arg(long, value_name = "N", value_parser = most)]
    max: Option<usize>,
    /// Read what a run has captured of new, such as .allocgate/profile, instead of capturing
    #[arg(long, value_name = "DIR")]
    capture: Option<PathBuf>,
    /// Most lines of a benchmark to show [default: 5; with --total 10]; JSON has all of them
    #[arg(long, value_name = "N", value_parser = most)]
    lines: Option<usize>,
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
    Json,
    Markdown,
    Html,
}

/// With `--total`, all benchmarks count.
const MOST: usize = 1000;

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let names: Vec<Wanted> = args.names.iter().map(|name| Wanted::new(name)).collect();
    let stop = interrupt::stops_run()?;
    let progress = Progress::new();
    let found = match &args.capture {
        Some(folder) => read(args, &names, folder, &stop),
        None => find(args, &names, &stop, &progress),
    };
    progress.clear();
    let sites = match found {
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Interrupted)) => {
            console::warn("interrupted; nothing is left");
            return Ok(Exit::Interrupted);
        }
        found => found?,
    };
    match args.format {
        Format::Text => console::print(|out| report::sites(&sites, out))?,
        Format::Json => console::print_bytes(|out| report::sites_json(&sites, out))?,
        Format::Markdown => console::print_bytes(|out| report::sites_markdown(&sites, out))?,
        Format::Html => console::print_bytes(|out| report::sites_html(&sites, out))?,
    }
    Ok(Exit::Done)
}

/// Builds, captures and advises.
fn find(args: &Args, names: &[Wanted], stop: &Stop, progress: &Progress) -> anyhow::Result<Sites> {
    let mut problems: Vec<String> = Vec::new();
    let mut on_event = |event: Event<'_>| {
        problems.extend(problem(event));
        progress.show(event);
    };
    let prepared = CaptureSession::prepare_alone(request(args)?, stop, &mut on_event);
    let session = prepared.map_err(in_words)?;
    check_functions(names, &session)?;
    let function = |function: &str| names.is_empty() || names.iter().any(|it| it.is_function(function));
    let mut found = session.find(&function, &mut on_event)?;
    check_results(names, &found)?;
    found.retain(|it| is_wanted(names, &it.benchmark));
    let all = found.len();
    found.retain(|it| !names.is_empty() || it.allocates());
    found.sort_by(by_objects);
    let allocating = found.len();
    found.truncate(args.most());
    let mut sites = Sites { is_total: args.total, lines: args.lines, ..Sites::default() };
    sites.revision = session.revisions().1.to_string();
    if !found.is_empty() {
        let temporary = tempfile::Builder::new().prefix("allocgate-").tempdir_in(session.temporary_folder());
        let folder = temporary.context("the folder for temporary files cannot be used")?;
        let folder = folder.path().join("capture");
        let targets: Vec<CaptureTarget> = found.iter().map(target).collect();
        session.capture(&targets, &folder, &mut |event| progress.show(event))?;
        let stored = StoredCapture::open(&folder)?;
        sites.toolchain = stored.manifest.new.toolchain.clone();
        sites.benchmarks = advised(&stored, session.advise(&stored));
    }
    sites.notes = notes(&sites, names.is_empty().then_some(all), allocating);
    sites.notes.append(&mut problems);
    Ok(sites)
}

/// Reads a capture and advises.
fn read(args: &Args, names: &[Wanted], folder: &Path, stop: &Stop) -> anyhow::Result<Sites> {
    let stored = open_capture(names, folder)?;
    let all = stored.manifest.benchmarks.len();
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let advice = stored.advise(&here, args.most(), stop)?;
    let mut sites = Sites { is_total: args.total, lines: args.lines, ..Sites::default() };
    sites.revision = stored.manifest.new.revision.clone();
    sites.toolchain = stored.manifest.new.toolchain.clone();
    sites.benchmarks = advised(&stored, advice);
    sites.notes = notes(&sites, None, all);
    Ok(sites)
}

/// The benchmarks of a capture with their advice, which is in the same order.
fn advised(stored: &StoredCapture, advice: Vec<Advice>) -> Vec<BenchmarkSites> {
    let benchmarks = stored.manifest.benchmarks.iter().zip(advice);
    benchmarks
        .map(|(it, advice)| BenchmarkSites {
            pkg: it.package.as_str().into(),
            benchmark: it.benchmark.as_str().into(),
            allocated: it.new.allocated(),
            advice,
        })
        .collect()
}

impl Args {
    /// The most benchmarks to look at.
    fn most(&self) -> usize {
        self.max.unwrap_or(if self.total { MOST } else { run::MOST_EXPLAINED })
    }
}

/// How many benchmarks allocate, if all were looked at; and how many are left out.
fn notes(sites: &Sites, all: Option<usize>, allocating: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(all) = all {
        let verb = if allocating == 1 { "allocates" } else { "allocate" };
        notes.push(format!("{allocating} of {} {verb}", counted(all, "benchmark")));
    }
    let left = allocating - sites.benchmarks.len();
    if left > 0 {
        notes.push(format!("{} left out; --max {allocating} shows all", counted(left, "benchmark")));
    }
    notes
}

/// The benchmark with the most objects first; then that with the most bytes.
fn by_objects(a: &Found, b: &Found) -> std::cmp::Ordering {
    let allocs = b.new.allocs_per_op.total_cmp(&a.new.allocs_per_op);
    allocs.then(b.new.bytes_per_op.total_cmp(&a.new.bytes_per_op))
}

fn target(found: &Found) -> CaptureTarget {
    CaptureTarget {
        package: found.package.clone(),
        benchmark: found.benchmark.clone(),
        nanoseconds: found.nanoseconds,
        base: None,
        new: Some(found.new),
    }
}

/// The errors of a run in the words of this command.
fn in_words(error: RunError) -> anyhow::Error {
    match error {
        RunError::NotARepository(folder) => anyhow!(
            "{}: not in a git repository, which `allocgate sites` needs to tell whose code a line is",
            folder.display()
        ),
        other => without_program(other, "sites"),
    }
}

fn request(args: &Args) -> anyhow::Result<Request> {
    let folder = std::env::current_dir().context("the working directory cannot be read")?;
    Ok(Request {
        cpu: args.cpu.clone(),
        timeout: args.timeout,
        unchanged: true,
        ..Request::untimed(folder, &args.packages)
    })
}
