//! The noise between runs that the history has shown, for `allocgate check --history`.

use super::load::{StoreArgs, load};
use crate::cli::console;
use crate::cli::limit::Limits;
use allocgate::internals::model::{Dataset, LearnedNoise};
use allocgate::internals::trend;
use allocgate::internals::words::{counted, list};
use std::collections::BTreeSet;

/// So many benchmarks are judged relative to their suite.
const SUITE: usize = 10;

/// Learns the noise of the benchmarks on the machines of new results, and says so.
pub(in crate::cli) fn learned(
    args: &StoreArgs,
    new: &Dataset,
    limits: Limits,
) -> anyhow::Result<LearnedNoise> {
    let history = load(args, limits)?;
    let machines = trend::machines(new);
    let names: BTreeSet<_> = new.segments().map(|it| (new.package(it.block), new.name(it.name))).collect();
    let learned = trend::learn(&history, &machines, names.len() >= SUITE);
    let of_them = |it: &&trend::Series| {
        machines.contains(&it.machine)
            && names.contains(&(it.pkg.as_bytes().into(), it.benchmark.as_bytes().into()))
    };
    let points = history.series.iter().filter(of_them).flat_map(|it| &it.points);
    let commits: BTreeSet<usize> = points.map(|it| it.commit).collect();
    let machines = list(&machines, 2);
    console::warn(&match learned.len() {
        0 => format!(
            "history: no benchmark has 9 commits on {machines}, so that the noise between runs is not learned"
        ),
        rows => format!(
            "history: the noise between runs of {} is learned from {} on {machines}",
            counted(rows, "row"),
            counted(commits.len(), "commit")
        ),
    });
    Ok(learned)
}
