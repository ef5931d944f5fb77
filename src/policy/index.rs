//! Finds the entries of a policy that are for one benchmark or function.

use crate::model::BenchmarkId;
use crate::query::{Glob, GlobIndex};

/// The entries of a policy, arranged by their patterns. It has the places of entries, and is made again when they change.
#[derive(Debug, Clone, Default)]
pub(super) struct PolicyIndex {
    pub budgets: GlobIndex,
    pub waivers: GlobIndex,
    pub removals: GlobIndex,
    pub decisions: GlobIndex,
}

/// Names and patterns for which matching would take too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManySteps;

/// The most steps that matching all benchmarks takes, a few seconds. A step is a byte of a name and a pattern with a wildcard that
/// begins like it. A pattern with a large automaton has eight times its length of steps for each byte.
pub const MOST_STEPS: u64 = 5_000_000_000;

impl PolicyIndex {
    /// Checks that looking up these benchmarks takes no more than [`MOST_STEPS`].
    pub fn bounded<'d>(&self, ids: impl Iterator<Item = BenchmarkId<'d>>) -> Result<(), TooManySteps> {
        let mut steps: u64 = 0;
        let indices: Vec<&GlobIndex> =
            [&self.budgets, &self.waivers, &self.removals].into_iter().filter(|it| !it.is_empty()).collect();
        if indices.is_empty() {
            return Ok(());
        }
        for id in ids {
            for index in &indices {
                steps = steps.saturating_add(index.steps(id.name.full()));
            }
            if steps > MOST_STEPS {
                return Err(TooManySteps);
            }
        }
        Ok(())
    }
}

/// The places of the entries whose patterns match the name, with or without its `-N` suffix, and the package. Ascending.
pub(super) fn places<'p>(
    index: &GlobIndex,
    id: BenchmarkId<'_>,
    pkg: impl Fn(usize) -> Option<&'p Glob>,
) -> Vec<usize> {
    let mut found = Vec::new();
    if index.is_empty() {
        return found; // most policies have no entry of some kind, and many benchmarks are looked up
    }
    let (full, without) = (id.name.full(), id.name.without_procs());
    index.find(full, &mut found);
    if without.len() < full.len() {
        index.find(without, &mut found);
        found.sort_unstable();
        found.dedup();
    } else {
        found.sort_unstable();
    }
    found.retain(|&place| pkg(place).is_none_or(|it| it.matches(id.pkg)));
    found
}
