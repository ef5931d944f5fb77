//! `allocgate run`: measures both revisions in turn, then asks the gate.

use super::exit::{self, Exit};
use super::limit::Limits;
use super::progress::Progress;
use super::{check, console, interrupt, locate, output};
use allocgate::gate::GateError;
use allocgate::input::Source;
use allocgate::model::{Name, Selection};
use allocgate::policy::{Level, Policy};
use allocgate::report::{Detail, Report};
use allocgate::run::{self, Event, Remaining, Request, RunError, Session, Side, Stop, Suspect};
use allocgate::verdict::Verdict;
use anyhow::{Context, bail, ensure};
use jiff::fmt::friendly::SpanParser;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Measure two revisions on this machine, in turn, and judge the new one
///
/// The test binaries of both are built first. Then each round runs every package of both sides once, base and new in turn; what
/// is undecided after the last of the --rounds is measured further, up to --max-rounds. Build flags go into GOFLAGS. Ctrl-C
/// keeps the rounds that are whole, removes everything else, and ends with exit code 130.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::help())]
pub(super) struct Args {
    /// The revision before the change, taken as it is: the tip of a branch [default: where this branch left the default branch]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// The revision after it; `worktree` is the working tree, uncommitted changes included
    #[arg(long, value_name = "REV", default_value = WORKTREE)]
    new: String,
    /// How often each side is measured before anything is decided
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = rounds)]
    rounds: usize,
    /// How often what is still undecided is measured at most [default: twice --rounds]
    #[arg(long, value_name = "N", value_parser = rounds)]
    max_rounds: Option<usize>,
    /// Which benchmarks, as in go test
    #[arg(long, value_name = "REGEX", default_value = ".")]
    bench: String,
    /// How long or how often each runs, as in go test: 2s, 100x
    #[arg(long, value_name = "TIME")]
    benchtime: Option<String>,
    /// With how many processors, as in go test: 1,4
    #[arg(long, value_name = "LIST")]
    cpu: Option<String>,
    /// How long a benchmark may take before it is ended, such as 90s or 10m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    timeout: Duration,
    /// Measure packages whose test binaries are the same on both sides as well
    #[arg(long)]
    unchanged: bool,
    /// The folder of the results, base.txt and new.txt
    #[arg(long, value_name = "DIR", default_value = ".allocgate")]
    out: PathBuf,
    /// Keep memory profiles and the compiler's decisions of benchmarks that got worse, in DIR/profile
    #[arg(long)]
    profile: bool,
    /// Remove what runs that were killed have left behind, and do nothing else
    #[arg(long)]
    clean: bool,
    /// The policy [default: the nearest allocgate.toml upwards, else the built-in one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    outputs: output::Outputs,
    /// Show every row with its reason
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Show the verdict alone
    #[arg(short, long)]
    quiet: bool,
    /// The packages, as in go test
    #[arg(value_name = "PACKAGES", default_value = "./...")]
    packages: Vec<String>,
}

/// What `--new` says of the working tree.
const WORKTREE: &str = "worktree";

fn rounds(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(rounds @ 1..=1000) => Ok(rounds),
        _ => Err("expected a number from 1 to 1000".to_string()),
    }
}

/// A duration as Go writes it.
fn duration(text: &str) -> Result<Duration, String> {
    let duration = SpanParser::new().parse_unsigned_duration(text).ok();
    let expected = || "expected a duration such as 90s, 10m or 1h30m".to_string();
    duration.filter(|duration| !duration.is_zero()).ok_or_else(expected)
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let stop = interrupt::stops_run()?;
    if args.clean {
        return clean(&stop);
    }
    args.outputs.have_folders()?;
    let progress = Progress::new();
    let ended = measure(args, limits, &stop, &progress);
    progress.end();
    match ended {
        Err(error) if is_interrupted(&error) => {
            let out = args.out.display();
            console::warn(&format!("interrupted; if a round was whole before, its results are in {out}"));
            Ok(Exit::Interrupted)
        }
        Ok(ended) => Ok(ended),
        // Whoever waits for a report gets one that says why there is no verdict.
        Err(error) => check::conclude(&args.question()?, Err(error)),
    }
}

fn is_interrupted(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Interrupted))
}

/// Both revisions to the verdict on them.
fn measure(args: &Args, limits: Limits, stop: &Stop, progress: &Progress) -> anyhow::Result<Exit> {
    let policy = locate::policy(args.policy.as_deref(), limits)?;
    let mut tell = |event: Event| progress.tell(event);
    let mut session = Session::prepare(args.request()?, stop, &mut tell)?;
    let question = args.question()?;
    question.spare()?;
    let (base, new) = session.revisions();
    progress.say(&format!("base  {base}\nnew   {new}"));
    if let Some(exit) = pass_over(args, &policy, &mut session, progress)? {
        return Ok(exit);
    }
    if policy.names_benchmarks() {
        does_the_policy_fit(&mut session, &question, limits, progress)?;
    }
    let report = rounds_and_looks(&mut session, &question, limits, progress)?;
    let suspects = suspects(&report);
    progress.end();
    let exit = check::conclude(&question, Ok(report))?;
    if args.profile {
        keep_profiles(&session, &suspects, progress)?;
    }
    progress.say(&farewell(&session, args.profile));
    Ok(exit)
}

/// What cannot be kept takes nothing from the verdict.
fn keep_profiles(session: &Session, suspects: &[Suspect], progress: &Progress) -> anyhow::Result<()> {
    let kept = session.profile(suspects, &mut |event| progress.tell(event));
    progress.end();
    match kept {
        Err(RunError::Interrupted) => Err(RunError::Interrupted.into()),
        Err(error) => {
            console::error(&anyhow::Error::new(error).context("profiles were not kept"));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Deals with packages that cannot have changed; where there are no others, that is the verdict.
fn pass_over(
    args: &Args,
    policy: &Policy,
    session: &mut Session,
    progress: &Progress,
) -> anyhow::Result<Option<Exit>> {
    let unchanged = session.unchanged().join(", ");
    if unchanged.is_empty() {
        return Ok(None);
    }
    let same = format!("the same test binary on both sides: {unchanged}");
    // A policy that names benchmarks is held against them, and a report needs rows.
    let why = if args.unchanged {
        "--unchanged"
    } else if policy.names_benchmarks() {
        "the policy names benchmarks"
    } else if !session.is_idle() && session.leaves_a_side_empty() {
        "of a side there would be nothing else"
    } else if session.is_idle() && args.outputs.are_wanted() {
        "a report is to be written"
    } else if session.is_idle() {
        progress.end();
        console::print(|out| writeln!(out, "PASS  unchanged by construction; {same}"))?;
        progress.say("nothing was measured; --unchanged measures all the same, --base REV compares with another revision");
        return Ok(Some(Exit::Done));
    } else {
        progress.say(&format!("{same}; not run"));
        return Ok(None);
    };
    progress.say(&format!("{same}; run all the same ({why})"));
    session.run_unchanged();
    Ok(None)
}

/// Measures until nothing is undecided, or the last look is taken.
fn rounds_and_looks(
    session: &mut Session,
    question: &check::Args,
    limits: Limits,
    progress: &Progress,
) -> anyhow::Result<Report> {
    let looks = session.looks().clone();
    let mut looks = looks.rounds().iter().copied().peekable();
    while let Some(last) = looks.next() {
        session.measure(last, &mut |event| progress.tell(event))?;
        let report = check::decide(question, limits)?;
        let Some(next) = looks.peek().copied() else { return Ok(report) };
        let remaining = remaining(&report);
        session.narrow(&remaining);
        if session.is_over() {
            return Ok(report);
        }
        let functions: usize = remaining.values().map(|functions| functions.len()).sum();
        let (rows, undecided) = (report.summary.rows, report.summary.undecided);
        let rounds =
            if last + 1 == next { format!("round {next}") } else { format!("rounds {} to {next}", last + 1) };
        let s = if functions == 1 { "" } else { "s" };
        progress.say(&format!(
            "after round {last}: {undecided} of {rows} rows undecided; {rounds} for {functions} benchmark{s}"
        ));
    }
    bail!("there is no round to look after")
}

/// Ends a run whose policy does not fit its benchmarks as soon as that shows, and not after all the rounds. A result may be lost
/// once: two rounds must say so.
fn does_the_policy_fit(
    session: &mut Session,
    question: &check::Args,
    limits: Limits,
    progress: &Progress,
) -> anyhow::Result<()> {
    let is_of_policy =
        |error: &anyhow::Error| error.downcast_ref().is_some_and(GateError::is_policy_mismatch);
    let first_look = session.looks().rounds()[0];
    for round in 1..=first_look.min(2) {
        session.measure(round, &mut |event| progress.tell(event))?;
        match check::decide(question, limits) {
            Err(error) if is_of_policy(&error) && round == 2 => return Err(error),
            Err(error) if is_of_policy(&error) => {}
            _ => break,
        }
    }
    Ok(())
}

/// The benchmark functions with a row that more samples could decide.
fn remaining(report: &Report) -> Remaining {
    let mut remaining = Remaining::new();
    for row in report.rows.iter().filter(|row| row.wants_samples()) {
        remaining
            .entry(row.pkg.to_string())
            .or_default()
            .insert(Name::new(row.benchmark.as_bytes()).go_function());
    }
    remaining
}

/// The benchmarks that got worse, each once, in the order of the report.
fn suspects(report: &Report) -> Vec<Suspect> {
    let mut suspects: Vec<Suspect> = Vec::new();
    let is_worse = |verdict| matches!(verdict, Verdict::Regressed | Verdict::OverBudget);
    for row in report.rows.iter().filter(|row| is_worse(row.verdict) && row.level != Level::Ignore) {
        let is_same = |pkg: &str, benchmark: &str| (pkg, benchmark) == (&*row.pkg, &*row.benchmark);
        if suspects.iter().any(|it| is_same(&it.package, &it.benchmark)) {
            continue;
        }
        let time =
            report.rows.iter().find(|it| it.unit.as_str() == "ns/op" && is_same(&it.pkg, &it.benchmark));
        let nanoseconds = time.and_then(|row| row.new.as_ref()).map(|new| new.center);
        suspects.push(Suspect {
            package: row.pkg.to_string(),
            benchmark: row.benchmark.to_string(),
            nanoseconds,
        });
    }
    suspects
}

/// Where the results are, and how to see them as tables.
fn farewell(session: &Session, profile: bool) -> String {
    let [base, new] = [Side::Base, Side::New].map(|side| session.file(side).display().to_string());
    let profiles =
        if profile { format!("\nprofiles  {}", session.profiles().display()) } else { String::new() };
    let ignore = session.apart();
    format!(
        "tables    allocgate compare --ignore {ignore} {base} {new}\n          benchstat -ignore {ignore} {base} {new}{profiles}"
    )
}

impl Args {
    fn request(&self) -> anyhow::Result<Request> {
        let max_rounds = self.max_rounds.unwrap_or(2 * self.rounds);
        ensure!(
            max_rounds >= self.rounds,
            "--max-rounds {max_rounds}: fewer than --rounds {}; at least as many are needed",
            self.rounds
        );
        Ok(Request {
            folder: std::env::current_dir().context("the working directory cannot be read")?,
            base: self.base.clone(),
            new: Some(self.new.clone()).filter(|new| new != WORKTREE),
            packages: self.packages.clone(),
            bench: self.bench.clone(),
            selection: self.selection(),
            benchtime: self.benchtime.clone(),
            cpu: self.cpu.clone(),
            timeout: self.timeout,
            out: self.out.clone(),
            looks: run::looks(self.rounds, max_rounds)?,
            unchanged: self.unchanged,
        })
    }

    /// What `check` would be asked of the results.
    fn question(&self) -> anyhow::Result<check::Args> {
        let [base, new] = [Side::Base, Side::New].map(|side| source(&run::file(&self.out, side)));
        let detail = Detail::new(self.quiet, self.verbose);
        Ok(check::Args::of(base?, new?, self.policy.clone(), self.outputs.clone(), detail))
    }

    /// Which benchmarks are to be measured, where not all of the module.
    fn selection(&self) -> Option<Selection> {
        let is_module = self.packages == ["./..."] && Path::new("go.mod").exists();
        Selection::new(&self.bench, if is_module { &[] } else { &self.packages })
    }
}

fn source(path: &Path) -> anyhow::Result<Source> {
    let text =
        path.to_str().with_context(|| format!("{}: the name of the folder is no text", path.display()))?;
    Ok(text.parse()?)
}

fn clean(stop: &Stop) -> anyhow::Result<Exit> {
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let remains = run::remains(&here, stop)?;
    run::clean(&here, &remains, stop)?;
    for left in &remains {
        console::warn(&format!("{}: removed", left.tree.display()));
    }
    if remains.is_empty() {
        console::warn("no run has left anything behind");
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_in_go() {
        for (text, want) in [
            ("90s", 90.0),
            ("1.5m", 90.0),
            ("1.5s", 1.5),
            ("250ms", 0.25),
            ("10m", 600.0),
            ("1h", 3600.0),
            ("1h30m", 5400.0),
        ] {
            assert_eq!(duration(text).map(|it| it.as_secs_f64()), Ok(want), "{text}");
        }
        for text in ["", "90", "s", "0s", "-1s", "1e400s", "2 days", "1d", "99999999999999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
