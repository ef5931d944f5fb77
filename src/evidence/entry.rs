//! The budgets and waivers of a policy that match no benchmark.

use super::NAMES;
use super::shards::ShardState;
use crate::compare::Compared;
use crate::group::selections;
use crate::model::{BenchmarkId, Name, Selection};
use crate::policy::{Origin, Policy, TooManySteps};
use crate::query::{Glob, Regexp, suggestions};
use crate::verdict::{JudgeError, Sides};
use crate::words::{Listed, counted};
use bstr::BStr;
use std::collections::HashSet;
use std::fmt;

/// A budget or a waiver that matches no benchmark, although that is no mistake: only a selection was measured.
pub struct UnmatchedEntry<'p> {
    kind: EntryKind,
    /// Its file and line.
    pub origin: &'p Origin,
    /// Its pattern of names.
    bench: &'p Glob,
    /// Its pattern of packages.
    pkg: Option<&'p Glob>,
    /// Its patterns, as a message names them.
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    Budget,
    Waiver,
}

impl fmt::Display for UnmatchedEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.kind == EntryKind::Budget { "budget" } else { "waiver" };
        write!(f, "{kind} {}", self.text)
    }
}

/// The entries that match no benchmark because only a selection of benchmarks was measured. One look-up per benchmark.
///
/// # Errors
/// If an entry should match: it guards nothing. If matching takes too long.
pub fn unmatched_entries<'p>(
    rows: &[Compared],
    sides: &Sides,
    policy: &'p Policy,
) -> Result<Vec<UnmatchedEntry<'p>>, JudgeError> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let benchmarks: Vec<BenchmarkId> = rows.chunk_by(|a, b| a.id == b.id).map(|rows| rows[0].id).collect();
    let too_long = |TooManySteps| JudgeError::TooManySteps { policy: policy.source.to_string() };
    policy.bounded(benchmarks.iter().copied()).map_err(too_long)?;
    if policy.budgets.is_empty() && policy.waivers.is_empty() {
        return Ok(Vec::new());
    }
    let packages: HashSet<&BStr> = benchmarks.iter().map(|it| it.pkg).collect();
    let selections: Vec<Selected> = selections(sides.base, sides.new).iter().map(Selected::of).collect();
    let is_partial = sides.is_partial || ShardState::missing(sides).is_some();
    let is_excused = |entry: &UnmatchedEntry| {
        is_partial
            || !selections.is_empty()
                && !selections.iter().any(|it| it.covers(entry, &packages, selections.len()))
    };
    let checked = |entry: UnmatchedEntry<'p>| match is_excused(&entry) {
        true => Ok(entry),
        false => Err(unmatched(&entry, &benchmarks, first)),
    };
    without_match(&benchmarks, policy).map(checked).collect()
}

/// The error of an entry that matches nothing. `first` is any row.
fn unmatched(entry: &UnmatchedEntry, benchmarks: &[BenchmarkId], first: &Compared) -> JudgeError {
    let names: Vec<String> = benchmarks.iter().map(|it| it.name.without_procs().to_string()).collect();
    // Names are written without `Benchmark`; a pattern with it is the likeliest mistake.
    let pattern = entry.bench.pattern();
    let pattern = pattern.strip_prefix("Benchmark").unwrap_or(pattern);
    let similar = suggestions(pattern, names.iter().map(String::as_str));
    JudgeError::UnmatchedEntry {
        origin: entry.origin.to_string(),
        entry: entry.to_string(),
        similar: similar.into_iter().map(|name| format!("`{name}`")).collect(),
        example: first.id.to_string(),
    }
}

/// The benchmarks that a run selected.
struct Selected {
    /// What its `-bench` matches; `Some(None)` where only running it shows that.
    bench: Option<Option<Regexp>>,
    /// What its `-skip` matches, likewise.
    skip: Option<Option<Regexp>>,
    is_of_packages: bool,
}

impl Selected {
    fn of(selection: &Selection) -> Selected {
        let bench = selection.bench();
        // After a slash it selects among sub-benchmarks.
        let compiled = |bench: &str| Regexp::new(bench).ok().filter(|_| !bench.contains('/'));
        Selected {
            bench: bench.map(compiled),
            skip: selection.skip().map(compiled),
            is_of_packages: selection.is_of_packages(),
        }
    }

    /// Whether the selection would contain a benchmark for this entry: its function was selected, in a package that was
    /// measured. With several selections it is not known which packages belong to which.
    fn covers(&self, entry: &UnmatchedEntry, packages: &HashSet<&BStr>, selections: usize) -> bool {
        let pattern = entry.bench.pattern();
        let function = || Glob::new(pattern.split_once('/').map_or(pattern, |it| it.0)).ok()?.as_literal();
        let matches = |regexp: &Regexp| {
            function().is_some_and(|it| regexp.is_found_in(Name::new(it.as_bytes()).go_function().as_bytes()))
        };
        let in_names = match &self.bench {
            None => true,
            Some(bench) => bench.as_ref().is_some_and(matches),
        };
        let is_measured = |pkg: String| packages.contains(BStr::new(&pkg));
        let is_skipped = self.skip.as_ref().is_some_and(|skip| skip.as_ref().is_none_or(matches));
        let in_packages = || selections == 1 && entry.pkg.and_then(Glob::as_literal).is_some_and(is_measured);
        in_names && !is_skipped && (!self.is_of_packages || in_packages())
    }
}

fn without_match<'p>(
    benchmarks: &[BenchmarkId],
    policy: &'p Policy,
) -> impl Iterator<Item = UnmatchedEntry<'p>> {
    let (mut has_budgets, mut has_waivers) =
        (vec![false; policy.budgets.len()], vec![false; policy.waivers.len()]);
    for &id in benchmarks {
        policy.budget_places(id).into_iter().for_each(|place| has_budgets[place] = true);
        policy.waiver_places(id).0.into_iter().for_each(|place| has_waivers[place] = true);
    }
    let budgets = policy.budgets.iter().zip(has_budgets).filter(|(_, has)| !has).map(|(it, _)| it);
    let waivers = policy.waivers.iter().zip(has_waivers).filter(|(_, has)| !has).map(|(it, _)| it);
    let budgets = budgets.map(|budget| UnmatchedEntry {
        kind: EntryKind::Budget,
        origin: &budget.origin,
        bench: &budget.bench,
        pkg: budget.pkg.as_ref(),
        text: budget.to_string(),
    });
    budgets.chain(waivers.map(|waiver| UnmatchedEntry {
        kind: EntryKind::Waiver,
        origin: &waiver.origin,
        bench: &waiver.bench,
        pkg: waiver.pkg.as_ref(),
        text: waiver.to_string(),
    }))
}

/// Budgets and waivers of benchmarks that were not selected.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnmeasuredEntries {
    budgets: usize,
    waivers: usize,
    /// With their places.
    entries: Listed,
    /// What was selected.
    selections: Listed,
}

impl UnmeasuredEntries {
    pub(super) fn of(entries: &[UnmatchedEntry], sides: &Sides) -> Option<UnmeasuredEntries> {
        let of = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
        let places = entries.iter().map(|entry| format!("{}: {}", entry.origin, entry.text));
        let selections = Listed::new(selections(sides.base, sides.new), NAMES).some()?;
        Some(UnmeasuredEntries {
            budgets: of(EntryKind::Budget),
            waivers: of(EntryKind::Waiver),
            entries: Listed::new(places, NAMES).some()?,
            selections,
        })
    }

    pub(super) fn title(&self) -> String {
        let parts = [(self.budgets, "unmeasured budget"), (self.waivers, "unmeasured waiver")];
        let parts = parts.into_iter().filter(|&(count, _)| count > 0);
        parts.map(|(count, what)| counted(count, what)).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for UnmeasuredEntries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not among the selected benchmarks ({}): {}", self.selections, self.entries)
    }
}
