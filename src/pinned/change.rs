//! What the compiler decides otherwise than in base, function by function.

use super::function::{DecidedFunction, Functions, Spot};
use crate::cause::decision::Inlining;
use crate::cause::lines::{Line, LineMap, Unit};
use crate::words::{counted, list};
use std::fmt;

/// How many values a sentence lists.
const MOST_VALUES: usize = 5;

/// A decision about a function that differs from base.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChangedDecision {
    /// The file in new, relative to the root of the tree.
    pub file: String,
    /// The line in new, from 1: of the function, or of the first new value or check.
    pub line: u32,
    /// The full name of the function in new.
    pub function: String,
    /// What changed.
    pub what: DecisionChange,
    /// Whether it costs time or memory.
    pub is_worse: bool,
}

/// What changed about a function.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DecisionChange {
    /// It can no longer be inlined, for this reason; with its cost in base.
    NotInlined(String, Option<u32>),
    /// It can be inlined now, at this cost.
    Inlined(Option<u32>),
    /// These values move to the heap, and did not.
    ToHeap(Vec<String>),
    /// These values no longer do.
    FromHeap(Vec<String>),
    /// So many checks of bounds, in base and in new.
    BoundsChecks(usize, usize),
}

impl DecisionChange {
    /// The key of a policy that it is about.
    pub fn key(&self) -> &'static str {
        match self {
            DecisionChange::NotInlined(..) | DecisionChange::Inlined(_) => "inline",
            DecisionChange::ToHeap(_) | DecisionChange::FromHeap(_) => "heap",
            DecisionChange::BoundsChecks(..) => "bounds-checks",
        }
    }
}

/// `can no longer be inlined: cost 93 exceeds budget 80; cost 71 in base`
impl fmt::Display for DecisionChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The same text may be several values.
        let name = |(text, count): (&String, usize)| match count {
            1 => format!("`{text}`"),
            count => format!("`{text}` ({count} times)"),
        };
        let names = |values: &[String]| list(grouped(values).into_iter().map(name), MOST_VALUES);
        let verb = |values: &[String]| if values.len() == 1 { "moves" } else { "move" };
        match self {
            DecisionChange::NotInlined(reason, cost) => {
                let reason = reason.strip_prefix("function too complex: ").unwrap_or(reason);
                write!(f, "can no longer be inlined: {reason}")?;
                cost.map_or(Ok(()), |cost| write!(f, "; cost {cost} in base"))
            }
            DecisionChange::Inlined(cost) => {
                f.write_str("can be inlined now")?;
                cost.map_or(Ok(()), |cost| write!(f, ": cost {cost}"))
            }
            DecisionChange::ToHeap(values) => write!(f, "{} now {} to the heap", names(values), verb(values)),
            DecisionChange::FromHeap(values) => {
                write!(f, "{} no longer {} to the heap", names(values), verb(values))
            }
            DecisionChange::BoundsChecks(base, new) => {
                write!(f, "{}, {base} in base", counted(*new, "bounds check"))
            }
        }
    }
}

/// Each text once, with how often it is there.
fn grouped(values: &[String]) -> Vec<(&String, usize)> {
    let mut groups: Vec<(&String, usize)> = Vec::new();
    for value in values {
        match groups.iter_mut().find(|it| it.0 == value) {
            Some(group) => group.1 += 1,
            None => groups.push((value, 1)),
        }
    }
    groups
}

/// `wire/wire.go:12: func example.com/hot/wire.Sum: 2 bounds checks, 1 in base`
impl fmt::Display for ChangedDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChangedDecision { file, line, function, what, .. } = self;
        write!(f, "{file}:{line}: func {function}: {what}")
    }
}

/// What changed in the functions that both sides have, wherever they are now. `is_meant` selects declarations of new. Functions that
/// are new or gone have nothing to compare.
pub fn changes(
    map: &LineMap,
    base: &Functions,
    new: &Functions,
    is_meant: &dyn Fn(Unit) -> bool,
) -> Vec<ChangedDecision> {
    let mut found = Vec::new();
    for function in new.all.iter().filter(|it| it.is_compiled() && is_meant(it.unit)) {
        let before = map.unit_to_base(function.unit).and_then(|unit| base.get(unit));
        let Some(before) = before.filter(|it| it.is_compiled()) else { continue };
        let changed = inlining(before, function).map(|what| (function.line, what));
        let changed = changed.into_iter().chain(heap(map, before, function)).chain(checks(before, function));
        found.extend(changed.map(|(line, what)| ChangedDecision {
            file: map.new.path(line.file).to_string(),
            line: line.number,
            function: function.name.clone(),
            is_worse: is_worse(&what),
            what,
        }));
    }
    found
}

fn is_worse(what: &DecisionChange) -> bool {
    match what {
        DecisionChange::NotInlined(..) | DecisionChange::ToHeap(_) => true,
        DecisionChange::Inlined(_) | DecisionChange::FromHeap(_) => false,
        DecisionChange::BoundsChecks(base, new) => new > base,
    }
}

fn inlining(base: &DecidedFunction, new: &DecidedFunction) -> Option<DecisionChange> {
    match (base.inlining.as_ref()?, new.inlining.as_ref()?) {
        (Inlining::Can { cost }, Inlining::Cannot { reason, .. }) => {
            Some(DecisionChange::NotInlined(reason.to_string(), *cost))
        }
        (Inlining::Cannot { .. }, Inlining::Can { cost }) => Some(DecisionChange::Inlined(*cost)),
        _ => None,
    }
}

/// Values that are only on one side. Those with the same text are the same, and then those of the same line: a renamed variable.
fn heap(map: &LineMap, base: &DecidedFunction, new: &DecidedFunction) -> Vec<(Line, DecisionChange)> {
    let mut gone: Vec<&Spot> = base.heap.iter().collect();
    let mut added: Vec<&Spot> = new.heap.iter().collect();
    remove_pairs(&mut gone, &mut added, |base, new| base.text == new.text);
    remove_pairs(&mut gone, &mut added, |base, new| map.to_base(new.line).line() == Some(base.line));
    let texts = |spots: &[&Spot]| spots.iter().map(|it| it.text.clone()).collect();
    let mut found = Vec::new();
    if let Some(first) = added.first() {
        found.push((first.line, DecisionChange::ToHeap(texts(&added))));
    }
    if !gone.is_empty() {
        found.push((new.line, DecisionChange::FromHeap(texts(&gone))));
    }
    found
}

/// Removes each value of new with one of base that is the same.
fn remove_pairs(base: &mut Vec<&Spot>, new: &mut Vec<&Spot>, is_same: impl Fn(&Spot, &Spot) -> bool) {
    new.retain(|new| match base.iter().position(|base| is_same(base, new)) {
        Some(at) => {
            base.remove(at);
            false
        }
        None => true,
    });
}

fn checks(base: &DecidedFunction, new: &DecidedFunction) -> Option<(Line, DecisionChange)> {
    let counts = (base.bounds_checks.len(), new.bounds_checks.len());
    let line = new.bounds_checks.first().map_or(new.line, |it| it.line);
    (counts.0 != counts.1).then_some((line, DecisionChange::BoundsChecks(counts.0, counts.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_moves_twice_is_listed_once() {
        let values = ["x", "&T{...}", "x"].map(String::from).to_vec();
        let text = DecisionChange::ToHeap(values).to_string();
        assert_eq!(text, "`x` (2 times), `&T{...}` now move to the heap");
        assert_eq!(DecisionChange::FromHeap(vec!["x".into()]).to_string(), "`x` no longer moves to the heap");
    }
}
