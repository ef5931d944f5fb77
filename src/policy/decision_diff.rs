//! What a new policy permits the compiler to decide, and an old one did not.

use super::decision::{DecisionEntry, DecisionRule, Pinned};
use super::overlap::distinct;
use super::{Level, Policy};
use crate::query::{Matched, combinations};
use crate::words::{counted, list};
use std::collections::BTreeSet;
use std::fmt;

/// A setting that is looser: what, the old value, and the new one.
pub(super) type Looser = (String, String, String);

/// How many patterns a line lists.
const MOST_PATTERNS: usize = 5;

/// What is looser, for each set of entries that apply to a function together.
pub(super) fn decisions(old: &Policy, new: &Policy) -> Vec<Looser> {
    let entries: Vec<&DecisionEntry> = old.decisions.iter().chain(&new.decisions).collect();
    let (patterns, of_pattern) = distinct(entries.iter().map(|it| Some(it.func.glob())));
    let Some(combinations) = combinations(&patterns, Matched::Packages) else {
        let what = "overlapping decisions".to_string();
        let to = "not compared, they overlap in too many ways".to_string();
        return vec![(what, counted(entries.len(), "pattern"), to)];
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for combination in &combinations {
        let applying: BTreeSet<usize> =
            combination.patterns.iter().flat_map(|&pattern| &of_pattern[pattern]).copied().collect();
        let of = |places: std::ops::Range<usize>| {
            DecisionRule::of(applying.range(places).map(|&place| entries[place]))
        };
        let (was, is) = (of(0..old.decisions.len()), of(old.decisions.len()..entries.len()));
        let applying: BTreeSet<&str> = applying.iter().map(|&place| entries[place].func.pattern()).collect();
        let example = match applying.len() {
            1 => String::new(),
            _ => format!(", such as `{}`", combination.example),
        };
        let word = if applying.len() == 1 { "decision" } else { "decisions" };
        let names = list(applying.iter().map(|it| format!("`{it}`")), MOST_PATTERNS);
        for (key, origin, from, to) in rule(&was, &is) {
            // What an entry of old demands is listed once, and not for every set that it is in.
            if seen.insert((key, origin, from.clone(), to.clone())) {
                found.push((format!("{word} {names}{example} {key}"), from, to));
            }
        }
    }
    found
}

/// A key that is looser: its name, the line of the old entry, the old value, and the new one.
type LooserKey = (&'static str, String, String, String);

fn rule(was: &DecisionRule, is: &DecisionRule) -> Vec<LooserKey> {
    // A key that is not compared does not compile.
    let DecisionRule { inline, heap, bounds_checks } = was;
    [
        looser("inline", inline, &is.inline, |was, is| was != is),
        looser("heap", heap, &is.heap, |was, is| is > was),
        looser("bounds-checks", bounds_checks, &is.bounds_checks, |was, is| is > was),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn looser<T: fmt::Display>(
    key: &'static str,
    was: &Option<Pinned<T>>,
    is: &Option<Pinned<T>>,
    is_looser: impl Fn(&T, &T) -> bool,
) -> Option<LooserKey> {
    let was = was.as_ref().filter(|it| it.level != Level::Ignore)?;
    let origin = was.origin.to_string();
    match is.as_ref().filter(|it| it.level != Level::Ignore) {
        None => Some((key, origin, was.value.to_string(), "anything".to_string())),
        Some(is) if is_looser(&was.value, &is.value) => {
            Some((key, origin, was.value.to_string(), format!("{} ({})", is.value, is.origin)))
        }
        Some(is) if is.level < was.level => {
            let level = |it: &Pinned<T>| format!("{} at level {}", it.value, it.level);
            Some((key, origin, level(was), format!("{} ({})", level(is), is.origin)))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::{Policy, diff};

    fn looser(old: &str, new: &str) -> Vec<String> {
        let parse = |name: &str, text: &str| Policy::parse(name, text).expect("a policy");
        diff(&parse("old", old), &parse("new", new)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_a_new_policy_permits_is_listed() {
        let entry = |func: &str, rest: &str| format!("[[decision]]\nfunc = \"{func}\"\n{rest}\n");
        let old = entry("m.(*W).Add", "inline = true\nheap = 1\nbounds-checks = 2");
        for (new, want) in [
            (old.clone(), vec![]),
            (entry("m.(*W).Add", "inline = true\nheap = 0\nbounds-checks = 0"), vec![]),
            (entry("m.*", "inline = true\nheap = 1\nbounds-checks = 2"), vec![]),
            (
                entry("m.(*W).Add", "inline = false\nheap = 2\nbounds-checks = 2"),
                vec![
                    "decision `m.(*W).Add` inline: true → false (new:3)",
                    "decision `m.(*W).Add` heap: 1 → 2 (new:4)",
                ],
            ),
            (
                entry("m.(*W).Add", "inline = true\nheap = 1"),
                vec!["decision `m.(*W).Add` bounds-checks: 2 → anything"],
            ),
            (
                format!("{old}{}", entry("m.(*W).*", "heap = 3\nlevel = \"warn\"")),
                vec!["decisions `m.(*W).*`, `m.(*W).Add`, such as `m.(*W).Add` heap: 1 → 3 (new:8)"],
            ),
            (
                format!("{old}level = \"warn\"\n"),
                vec![
                    "decision `m.(*W).Add` inline: true at level fail → true at level warn (new:3)",
                    "decision `m.(*W).Add` heap: 1 at level fail → 1 at level warn (new:4)",
                    "decision `m.(*W).Add` bounds-checks: 2 at level fail → 2 at level warn (new:5)",
                ],
            ),
        ] {
            assert_eq!(looser(&old, &new), want, "{new}");
        }
        let two = format!("{}{}", entry("m.A", "heap = 0"), entry("m.B", "heap = 0"));
        assert_eq!(looser(&two, "").len(), 2, "each is listed");
        assert!(looser("", &old).is_empty(), "a new entry permits nothing");
        assert_eq!(looser(&old, "").len(), 3);
    }
}
