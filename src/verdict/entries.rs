//! The entries of a policy, budgets and waivers, that speak of no benchmark that there is.

use super::Evidence;
use super::condition::{NAMES, Text, list};
use super::number::counted;
use super::refuse::{self, Unjudgeable};
use crate::compare::Compared;
use crate::policy::{Origin, Policy};
use std::fmt;

/// A budget or a waiver.
pub(super) struct Entry<'p> {
    pub kind: Kind,
    /// Where it stands.
    pub origin: &'p Origin,
    /// What it asks the name of a benchmark to be.
    pub pattern: &'p str,
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
/// If there are some although everything was measured: they guard nothing.
pub(super) fn set_aside<'p>(
    rows: &[Compared],
    evidence: &Evidence,
    policy: &'p Policy,
) -> Result<Vec<Entry<'p>>, Unjudgeable> {
    let mut dead = dead(rows, policy);
    match (evidence.portion, rows.first()) {
        (Some(_), _) => Ok(dead.collect()),
        (None, Some(first)) => {
            dead.next().map_or(Ok(Vec::new()), |entry| Err(refuse::dead_entry(&entry, rows, first)))
        }
        (None, None) => Ok(Vec::new()),
    }
}

fn dead<'p>(rows: &[Compared], policy: &'p Policy) -> impl Iterator<Item = Entry<'p>> {
    let budgets = policy.budgets.iter().filter(|budget| !rows.iter().any(|row| budget.matches(row.id)));
    let waivers = policy.waivers.iter().filter(|waiver| !rows.iter().any(|row| waiver.matches(row.id)));
    let budgets = budgets.map(|budget| Entry {
        kind: Kind::Budget,
        origin: &budget.origin,
        pattern: budget.bench.pattern(),
        text: budget.to_string(),
    });
    budgets.chain(waivers.map(|waiver| Entry {
        kind: Kind::Waiver,
        origin: &waiver.origin,
        pattern: waiver.bench.pattern(),
        text: waiver.to_string(),
    }))
}

/// Which entries were set aside, and for which portion of the benchmarks.
pub(super) fn unmeasured(entries: &[Entry], evidence: &Evidence) -> Text {
    let portion = evidence.portion?;
    let of = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
    let parts = [(of(Kind::Budget), "unmeasured budget"), (of(Kind::Waiver), "unmeasured waiver")];
    let parts = parts.into_iter().filter(|&(count, _)| count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| counted(count, what)).collect();
    let places = entries.iter().map(|entry| format!("{}: {}", entry.origin, entry.text));
    let message = || format!("not in what was measured ({portion}): {}", list(places, NAMES));
    (!parts.is_empty()).then(|| (parts.join(", "), message()))
}
