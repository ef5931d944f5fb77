//! `allocgate run --shard`: one machine of several measures its part of the suite. `allocgate check` judges all parts together.

use super::super::check;
use super::super::console;
use super::super::exit::Exit;
use super::super::limit::Limits;
use super::super::progress::Progress;
use super::args::Args;
use allocgate::internals::model::Shard;
use allocgate::internals::policy::Policy;
use allocgate::internals::run::{self, Remaining, Session, Side};
use allocgate::internals::verdict::Finding;
use allocgate::internals::words::list;
use allocgate::report::Report;

/// Measures the part of the shard. What the gate says of it decides only which benchmarks need more rounds.
pub(super) fn measure(
    args: &Args,
    shard: Shard,
    policy: &Policy,
    session: &mut Session,
    check_args: &check::Args,
    limits: Limits,
    progress: &Progress,
) -> anyhow::Result<Exit> {
    if !policy.decisions.is_empty() {
        progress
            .print("decisions of the compiler are not looked at in shards; `allocgate decisions` does that");
    }
    if !session.unchanged().is_empty() {
        let packages = list(session.unchanged().iter(), 5);
        let same = format!("same test binary on both sides: {packages}");
        if args.unchanged || policy.names_benchmarks() {
            let reason = if args.unchanged { "--unchanged" } else { "the policy names benchmarks" };
            progress.print(&format!("run anyway ({reason}), {same}"));
            session.measure_unchanged(&mut |event| progress.show(event))?;
        } else {
            progress.print(&format!("not run, {same}"));
        }
    }
    let is_empty = ![Side::Base, Side::New].into_iter().any(|side| session.has_benchmarks(side));
    for look in session.looks().clone().rounds() {
        session.measure(*look, &mut |event| progress.show(event))?;
        if is_empty {
            break;
        }
        // What cannot be judged alone, such as a part that only new has, is measured in all rounds.
        if let Ok(report) = check::decide(check_args, limits) {
            session.keep_only(&remaining(&report, args.decide_all));
        }
        if session.is_done() {
            break;
        }
    }
    progress.clear();
    let [base, new] = [Side::Base, Side::New].map(|side| session.results_file(side).display().to_string());
    let what = if is_empty { "has nothing to measure" } else { "is measured" };
    console::print(|out| writeln!(out, "shard {shard} {what}: {base} {new}"))?;
    progress.print("`allocgate check --base FILE… --new FILE…` judges the files of all shards together");
    Ok(Exit::Done)
}

/// Whether more rounds could decide a row. Instructions are counted in the first rounds only.
pub(super) fn wants_rounds(row: &Finding, warnings: bool) -> bool {
    row.wants_samples(warnings) && row.unit.as_str() != run::INSTRUCTIONS
}

/// The benchmarks with a row that more samples could decide, if the verdict depends on that; with `warnings`, also the others.
pub(super) fn remaining(report: &Report, warnings: bool) -> Remaining {
    let mut remaining = Remaining::new();
    for row in report.rows.iter().filter(|row| wants_rounds(row, warnings)) {
        remaining.entry(row.pkg.to_string()).or_default().insert(row.benchmark.to_string());
    }
    remaining
}
