//! The entries of a policy, budgets and waivers, that speak of no benchmark that there is.

use super::Evidence;
use super::condition::{NAMES, Text};
use super::refuse::{self, Unjudgeable};
use crate::compare::Compared;
use crate::group::selections;
use crate::model::{Name, Selection};
use crate::policy::{Origin, Policy};
use crate::query::{Glob, Regexp};
use crate::words::{counted, list};
use std::fmt;

/// A budget or a waiver.
pub(super) struct Entry<'p> {
    pub kind: Kind,
    /// Where it stands.
    pub origin: &'p Origin,
    /// What it asks the name of a benchmark to be.
    pub bench: &'p Glob,
    /// What it asks the package to be.
    pkg: Option<&'p Glob>,
    /// With everything that it asks of a benchmark.
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Budget,
    Waiver,
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.kind == Kind::Budget { "budget" } else { "waiver" };
        write!(f, "{kind} {}", self.text)
    }
}

/// The entries that no benchmark stands under, set aside: of a portion of the benchmarks they cannot be asked for.
///
/// # Errors
/// If what was measured should have had benchmarks for one: it guards nothing.
pub(super) fn set_aside<'p>(
    rows: &[Compared],
    evidence: &Evidence,
    policy: &'p Policy,
) -> Result<Vec<Entry<'p>>, Unjudgeable> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let asked: Vec<Asked> = selections(evidence.base, evidence.new).iter().map(Asked::of).collect();
    let is_excused = |entry: &Entry| {
        evidence.is_excerpt
            || !asked.is_empty() && !asked.iter().any(|it| it.is_for(entry, rows, asked.len()))
    };
    let refused = |entry: Entry<'p>| match is_excused(&entry) {
        true => Ok(entry),
        false => Err(refuse::dead_entry(&entry, rows, first)),
    };
    dead(rows, policy).map(refused).collect()
}

/// What a portion asked for.
struct Asked {
    /// What its `-bench` matches; `Some(None)` where only running shows what it selects.
    bench: Option<Option<Regexp>>,
    is_of_packages: bool,
}

impl Asked {
    fn of(selection: &Selection) -> Asked {
        let bench = selection.bench();
        // Behind a slash it selects among sub-benchmarks.
        let compiled = |bench: &str| Regexp::new(bench).ok().filter(|_| !bench.contains('/'));
        Asked { bench: bench.map(compiled), is_of_packages: selection.is_of_packages() }
    }

    /// Whether there would be what an entry speaks of, if there were any of it: a function that was asked for, in a package that
    /// was measured. Of several portions nobody knows which packages are whose.
    fn is_for(&self, entry: &Entry, rows: &[Compared], portions: usize) -> bool {
        let pattern = entry.bench.pattern();
        let function = || Glob::new(pattern.split_once('/').map_or(pattern, |it| it.0)).ok()?.as_literal();
        let matches = |regexp: &Regexp| {
            function().is_some_and(|it| regexp.is_found_in(Name::new(it.as_bytes()).go_function().as_bytes()))
        };
        let in_names = match &self.bench {
            None => true,
            Some(bench) => bench.as_ref().is_some_and(matches),
        };
        let is_measured = |pkg: String| rows.iter().any(|row| row.id.pkg == pkg.as_str());
        let in_packages = || portions == 1 && entry.pkg.and_then(Glob::as_literal).is_some_and(is_measured);
        in_names && (!self.is_of_packages || in_packages())
    }
}

fn dead<'p>(rows: &[Compared], policy: &'p Policy) -> impl Iterator<Item = Entry<'p>> {
    let budgets = policy.budgets.iter().filter(|budget| !rows.iter().any(|row| budget.matches(row.id)));
    let waivers = policy.waivers.iter().filter(|waiver| !rows.iter().any(|row| waiver.matches(row.id)));
    let budgets = budgets.map(|budget| Entry {
        kind: Kind::Budget,
        origin: &budget.origin,
        bench: &budget.bench,
        pkg: budget.pkg.as_ref(),
        text: budget.to_string(),
    });
    budgets.chain(waivers.map(|waiver| Entry {
        kind: Kind::Waiver,
        origin: &waiver.origin,
        bench: &waiver.bench,
        pkg: waiver.pkg.as_ref(),
        text: waiver.to_string(),
    }))
}

/// Which entries were set aside, and for which portions of the benchmarks.
pub(super) fn unmeasured(entries: &[Entry], evidence: &Evidence) -> Text {
    let of = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
    let parts = [(of(Kind::Budget), "unmeasured budget"), (of(Kind::Waiver), "unmeasured waiver")];
    let parts = parts.into_iter().filter(|&(count, _)| count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| counted(count, what)).collect();
    let places = entries.iter().map(|entry| format!("{}: {}", entry.origin, entry.text));
    let portions = selections(evidence.base, evidence.new);
    let message = || {
        let measured = list(portions.iter(), NAMES);
        format!("not in what was measured ({measured}): {}", list(places, NAMES))
    };
    (!parts.is_empty() && !portions.is_empty()).then(|| (parts.join(", "), message()))
}
