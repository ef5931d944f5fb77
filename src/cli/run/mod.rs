//! `allocgate run`: measures two revisions and judges them.

mod args;
mod budgets;
mod counts;
mod grown;
mod job;
mod shard;

pub(super) use args::{Args, benchtime, rounds};

use super::exit::Exit;
use super::explaining::Targets;
use super::limit::Limits;
use super::progress::Progress;
use super::{check, console, decisions, explaining, interrupt};
use allocgate::internals::gate::GateError;
use allocgate::internals::model::quoted;
use allocgate::internals::pinned::Broken;
use allocgate::internals::policy::Policy;
use allocgate::internals::run::{self, RunError, Session, Side, Stop};
use allocgate::internals::verdict::{Finding, RowNote, Verdict};
use allocgate::internals::words::{counted, list};
use allocgate::report::Report;
use anyhow::Context;
use std::collections::BTreeSet;

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let stop = interrupt::stops_run()?;
    if args.clean {
        return clean(&stop);
    }
    args.outputs.have_folders()?;
    let progress = Progress::new();
    let ended = match args.budgets_only {
        true => budgets::run(args, limits, &stop, &progress),
        false => run_and_report(args, limits, &stop, &progress),
    };
    progress.clear();
    match ended {
        Err(error) if is_interrupted(&error) => {
            console::warn(&interrupted(args, progress.rounds()));
            Ok(Exit::Interrupted)
        }
        Ok(ended) => Ok(ended),
        // Reports are written, and say why there is no verdict.
        Err(error) => check::conclude(&args.check_args()?, Err(error)),
    }
}

/// What is kept when a run is interrupted after so many rounds, and the command that judges it.
fn interrupted(args: &Args, rounds: usize) -> String {
    if rounds == 0 {
        return "interrupted; no round was complete".to_string();
    }
    let [base, new] =
        [Side::Base, Side::New].map(|side| run::results_file(&args.out, side).display().to_string());
    let policy = args.policy.given();
    let anchor = if args.anchor.is_some() { " --anchor" } else { "" };
    format!(
        "interrupted; kept {}: allocgate check{anchor}{policy} {} {}",
        counted(rounds, "complete round"),
        quoted(&base),
        quoted(&new)
    )
}

fn is_interrupted(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Interrupted))
}

fn run_and_report(args: &Args, limits: Limits, stop: &Stop, progress: &Progress) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let anchor = args.anchor(&policy)?;
    let whole = policy;
    let policy = anchor.as_ref().map_or_else(|| whole.clone(), |anchor| whole.since(&anchor.name));
    let request = args.request(anchor.as_ref())?;
    let shard = request.shard;
    let mut session = match (Session::prepare(request, stop, &mut |event| progress.show(event)), &anchor) {
        (Err(RunError::NothingChanged(_)), Some(anchor)) => {
            progress.clear();
            let mut report = Report::unchanged(&policy.source, &[]);
            check::add_since(&mut report, anchor, &whole, limits);
            return check::conclude(&args.check_args()?, Ok(report));
        }
        (session, _) => session?,
    };
    let check_args = args.check_args()?.since(anchor.clone());
    check_args.refuse_overwriting_inputs()?;
    let (base, new) = session.revisions();
    let of_anchor = if anchor.is_some() { " (anchor)" } else { "" };
    progress.print(&format!("base  {base}{of_anchor}\nnew   {new}"));
    if let Some(shard) = shard {
        return shard::measure(args, shard, &policy, &mut session, &check_args.partial(), limits, progress);
    }
    let broken = broken_decisions(args, &policy, &session, progress)?;
    let check_args = check_args.with_broken_decisions(broken.clone());
    if let Some(exit) = skip_unchanged(args, &policy, !broken.is_empty(), &mut session, progress)? {
        return Ok(exit);
    }
    let check_args = match session.has_benchmarks(Side::Base) {
        true => check_args,
        false => {
            let (base, _) = session.revisions();
            let why = format!("the base revision {base} has no benchmarks that build");
            check_args.without_base(check::permit_missing_base(&policy, why)?)
        }
    };
    let proposed = args.policy.proposed(limits)?;
    if [Some(&policy), proposed.as_ref()].into_iter().flatten().any(Policy::names_benchmarks) {
        check_policy_early(&mut session, &check_args, limits, progress)?;
    }
    let mut report = measure_and_judge(args, &mut session, &check_args, limits, progress)?;
    name_grown_packages(&mut report, &session);
    grown::name_functions(&mut report, &session);
    let targets = Targets::of(&report, args.explain, args.profile);
    // Before the report is written in any format. If that is interrupted, the verdict is still reported.
    let captured = match args.explain {
        Some(_) if targets.explained > 0 => explaining::explain(&mut report, &session, &targets, progress),
        _ => Ok(()),
    };
    progress.clear();
    if let Some(anchor) = &anchor {
        check::add_since(&mut report, anchor, &whole, limits);
    }
    let only_in_new = only_in_new(&report);
    let exit = check::conclude(&check_args, Ok(report))?;
    captured?;
    if let Some(note) = new_benchmarks(only_in_new, args) {
        progress.print(&note);
    }
    if (args.profile || args.explain.is_some()) && targets.explained == 0 {
        explaining::keep(&session, &targets, progress)?;
    }
    progress.print(&next_steps(&session, !targets.all.is_empty()));
    Ok(exit)
}

/// What the compiler decides otherwise about new than the policy demands. Compiles only if the policy has entries for that.
fn broken_decisions(
    args: &Args,
    policy: &Policy,
    session: &Session,
    progress: &Progress,
) -> anyhow::Result<Vec<Broken>> {
    if policy.decisions.is_empty() {
        return Ok(Vec::new());
    }
    let compiled = session.compile(&mut |event| progress.show(event))?;
    progress.clear();
    let are_all = decisions::are_all(&args.packages);
    let (broken, note) = decisions::broken_in(policy, compiled, are_all)?;
    note.iter().for_each(|note| progress.print(note));
    Ok(broken)
}

/// Skips packages that cannot have changed, unless they are needed. If there are no others, the run passes.
fn skip_unchanged(
    args: &Args,
    policy: &Policy,
    is_broken: bool,
    session: &mut Session,
    progress: &Progress,
) -> anyhow::Result<Option<Exit>> {
    if session.unchanged().is_empty() {
        return Ok(None);
    }
    let same = "unchanged";
    let packages = list(session.unchanged().iter(), 5);
    let reason = if args.unchanged {
        "--unchanged"
    } else if session.is_unchanged() && is_broken {
        "a decision of the compiler does not hold"
    } else if policy.names_benchmarks() {
        "the policy names benchmarks"
    } else if !session.is_unchanged() && !session.runs_both_sides() {
        "otherwise one side would have no benchmarks"
    } else if session.is_unchanged() && session.has_sizes() {
        progress.print(&format!("not run, {same}: {packages}"));
        return Ok(None);
    } else if session.is_unchanged() {
        progress.clear();
        let report = Report::unchanged(&policy.source, session.unchanged());
        let exit = check::conclude(&args.check_args()?, Ok(report))?;
        progress.print(
            "nothing was measured; use --unchanged to measure anyway, or --base REV to compare with another revision",
        );
        return Ok(Some(exit));
    } else {
        progress.print(&format!("not run, {same}: {packages}"));
        return Ok(None);
    };
    progress.print(&format!("run anyway ({reason}), {same}: {packages}"));
    session.measure_unchanged(&mut |event| progress.show(event))?;
    Ok(None)
}

/// Measures until nothing is undecided, or the last look is taken.
fn measure_and_judge(
    args: &Args,
    session: &mut Session,
    check_args: &check::Args,
    limits: Limits,
    progress: &Progress,
) -> anyhow::Result<Report> {
    let looks = session.looks().clone();
    for pair in looks.rounds().windows(2) {
        let (look, next) = (pair[0], pair[1]);
        session.measure(look, &mut |event| progress.show(event))?;
        let report = check::decide(check_args, limits)?;
        let remaining = shard::remaining(&report, args.decide_all);
        session.keep_only(&remaining);
        if session.is_done() {
            return Ok(report);
        }
        let benchmarks: usize = remaining.values().map(|names| names.len()).sum();
        let open = report.rows.iter().filter(|row| shard::wants_rounds(row, args.decide_all)).count();
        let rows = report.summary.rows;
        let rounds = match look + 1 == next {
            true => format!("round {next}"),
            false => format!("rounds {} to {next}", look + 1),
        };
        let benchmarks = counted(benchmarks, "benchmark");
        progress.print(&format!(
            "after round {look}: {open} of {rows} rows not decided; {rounds} for {benchmarks}"
        ));
    }
    let last = looks.rounds().last().expect("there is at least one look");
    session.measure(*last, &mut |event| progress.show(event))?;
    check::decide(check_args, limits)
}

/// Ends a run whose policy does not fit its benchmarks after two rounds. Not after one, because a result may be lost.
fn check_policy_early(
    session: &mut Session,
    check_args: &check::Args,
    limits: Limits,
    progress: &Progress,
) -> anyhow::Result<()> {
    let is_of_policy =
        |error: &anyhow::Error| error.downcast_ref().is_some_and(GateError::is_policy_mismatch);
    let first_look = session.looks().rounds()[0];
    for round in 1..=first_look.min(2) {
        session.measure(round, &mut |event| progress.show(event))?;
        match check::decide(check_args, limits) {
            Err(error) if is_of_policy(&error) && round == 2 => return Err(error),
            Err(error) if is_of_policy(&error) => {}
            _ => break,
        }
    }
    Ok(())
}

/// Notes on programs that grew, which of their packages did.
fn name_grown_packages(report: &mut Report, session: &Session) {
    let is_worse = |row: &&mut Finding| matches!(row.verdict, Verdict::Regressed | Verdict::OverBudget);
    let is_size = |row: &&mut Finding| row.unit.as_str() == "size-bytes";
    for row in report.rows.iter_mut().filter(is_size).filter(is_worse) {
        let grown = session.growth(&row.pkg);
        if !grown.is_empty() {
            row.notes.push(RowNote::GrownPackages(grown));
        }
    }
}

/// How many benchmarks only new has.
fn only_in_new(report: &Report) -> usize {
    let rows = report.rows.iter().filter(|row| row.verdict == Verdict::New);
    rows.map(|row| (&row.pkg, &row.benchmark)).collect::<BTreeSet<_>>().len()
}

/// How to measure benchmarks that only new has on base as well.
fn new_benchmarks(count: usize, args: &Args) -> Option<String> {
    let is = if count == 1 { "is" } else { "are" };
    let note =
        || format!("{} {is} new; --tests new measures them on base as well", counted(count, "benchmark"));
    (count > 0 && args.tests != "new").then(note)
}

/// The commands that show the results as tables, and the causes.
fn next_steps(session: &Session, is_captured: bool) -> String {
    let [base, new] = [Side::Base, Side::New].map(|side| session.results_file(side).display().to_string());
    let ignore = session.differing_keys();
    let causes = match is_captured {
        true => format!("\ncauses    allocgate causes --capture {}", session.profile_folder().display()),
        false => String::new(),
    };
    format!(
        "tables    allocgate compare --ignore {ignore} {base} {new}\n          benchstat -ignore {ignore} {base} {new}{causes}"
    )
}

fn clean(stop: &Stop) -> anyhow::Result<Exit> {
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let leftovers = run::leftovers(&here, stop)?;
    run::remove_leftovers(&here, &leftovers, stop)?;
    for leftover in &leftovers {
        console::warn(&format!("{}: removed", leftover.tree.display()));
    }
    if leftovers.is_empty() {
        console::warn("nothing to remove");
    }
    Ok(Exit::Done)
}
