//! Drafts budgets from what was measured.

use super::{MeasuredRow, Policy};
use crate::model::Unit;
use crate::query::Glob;
use bstr::BStr;
use std::collections::BTreeMap;
use std::fmt::Write;
use toml_edit::Value;

/// Maxima by unit, each with the range of what was measured and the number of samples.
type Maxima<'g> = BTreeMap<&'g Unit, Maximum>;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Maximum {
    max: f64,
    low: f64,
    high: f64,
    n: usize,
}

/// The text of one `[[budget]]` entry per benchmark, sorted by package and name; sub-benchmarks of one function that agree
/// in every maximum share one. What varies gets room for what `policy` tolerates. The comment of an entry says what was
/// measured; `note` is a first comment, if not empty.
pub fn draft(measured: &[MeasuredRow<'_>], policy: &Policy, note: &str) -> String {
    let mut packages: BTreeMap<&BStr, BTreeMap<String, Maxima>> = BTreeMap::new();
    for it in measured {
        let names = packages.entry(it.id.pkg).or_default();
        let limits = names.entry(it.id.name.without_procs().to_string()).or_default();
        let (low, high) = it.range.unwrap_or((it.value, it.value));
        let limit = Maximum { max: it.ceiling(policy), low, high, n: it.n };
        limits.entry(it.unit).and_modify(|known| known.widen(limit)).or_insert(limit);
    }
    let mut text = String::new();
    for line in note.lines() {
        text += &format!("# {line}\n");
    }
    for (pkg, names) in packages {
        for (bench, limits) in shared(names) {
            entry(&bench, &pkg.to_string(), &limits, &mut text);
        }
    }
    text
}

impl Maximum {
    /// The same name measured under another GOMAXPROCS.
    fn widen(&mut self, other: Maximum) {
        self.max = self.max.max(other.max);
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self.n += other.n;
    }
}

/// Patterns with their limits: one for all sub-benchmarks of a function where these agree, else one per name.
fn shared(names: BTreeMap<String, Maxima>) -> BTreeMap<String, Maxima> {
    let mut functions: BTreeMap<String, Vec<(String, Maxima)>> = BTreeMap::new();
    for (name, limits) in names {
        let function = name.split('/').next().unwrap_or_default().to_string();
        functions.entry(function).or_default().push((name, limits));
    }
    let mut patterns = BTreeMap::new();
    for (function, members) in functions {
        match members.as_slice() {
            [(first, limits), rest @ ..]
                if !rest.is_empty()
                    && first.contains('/')
                    && rest.iter().all(|(_, it)| agree(it, limits)) =>
            {
                let deep = members.iter().any(|(name, _)| name.matches('/').count() > 1);
                let pattern = format!("{}/{}", Glob::literal(&function), if deep { "**" } else { "*" });
                let mut all = limits.clone();
                for (_, other) in rest {
                    other.iter().for_each(|(unit, limit)| {
                        all.entry(unit).and_modify(|known| known.widen(*limit));
                    });
                }
                patterns.insert(pattern, all);
            }
            _ => patterns.extend(members.into_iter().map(|(name, limits)| (Glob::literal(&name), limits))),
        }
    }
    patterns
}

/// Whether two benchmarks get the same maxima.
fn agree(a: &Maxima, b: &Maxima) -> bool {
    let maxima = |limits: &Maxima| {
        limits.iter().map(|(unit, limit)| (unit.to_string(), limit.max)).collect::<Vec<_>>()
    };
    maxima(a) == maxima(b)
}

fn entry(bench: &str, pkg: &str, limits: &Maxima, text: &mut String) {
    let max: Vec<String> = limits
        .iter()
        .map(|(unit, limit)| format!("{} = {}", quoted(unit.as_str()), number(limit.max)))
        .collect();
    let mut counts: Vec<usize> = limits.values().map(|limit| limit.n).collect();
    counts.dedup();
    let seen: Vec<String> = limits.iter().map(|(unit, limit)| limit.told(unit)).collect();
    let samples = match counts.as_slice() {
        [1] => " in one sample".to_string(),
        [n] => format!(" in {n} samples"),
        _ => String::new(),
    };
    let pkg = if pkg.is_empty() { String::new() } else { format!("pkg = {}\n", quoted(&Glob::literal(pkg))) };
    let (max, seen) = (max.join(", "), seen.join(", "));
    // Writing to a string cannot fail.
    let _ =
        write!(text, "\n# {seen}{samples}\n[[budget]]\nbench = {}\n{pkg}max = {{ {max} }}\n", quoted(bench));
}

impl Maximum {
    fn told(&self, unit: &Unit) -> String {
        let shown = |c: char| if c.is_control() || is_direction(c) { char::REPLACEMENT_CHARACTER } else { c };
        let unit: String = unit.as_str().chars().map(shown).collect();
        match self.low == self.high {
            true => format!("{} {unit}", number(self.low)),
            false => format!("{} … {} {unit}", number(self.low), number(self.high)),
        }
    }
}

/// A text as TOML has it, on one line, without a character that does more than it says on a terminal or in the log of a
/// runner, where `##[` gives commands.
pub fn quoted(text: &str) -> String {
    let acts = |c: char| c.is_control() || is_direction(c);
    if !text.contains(acts) && !text.contains("##") {
        return Value::from(text).to_string();
    }
    let mut last = None;
    let written = |c: char| {
        let is_second = c == '#' && last.replace(c) == Some('#');
        last = Some(c).filter(|_| !is_second);
        match c {
            '"' | '\\' => format!("\\{c}"),
            c if acts(c) || is_second => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        }
    };
    format!("\"{}\"", text.chars().map(written).collect::<String>())
}

/// Unicode's marks, embeddings, overrides and isolates (UAX #9), and its line separators.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number as TOML has it: whole where it is whole.
pub fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BenchmarkId, Name};
    use crate::policy::Platform;
    use proptest::prelude::*;

    fn measured<'g>(pkg: &'g str, name: &'g str, unit: &'g Unit, value: f64) -> MeasuredRow<'g> {
        let id = BenchmarkId { pkg: pkg.into(), name: Name::new(name.as_bytes()) };
        MeasuredRow {
            id,
            unit,
            platform: Platform::default(),
            value,
            range: Some((value - 1.0, value)),
            n: 10,
        }
    }

    #[test]
    fn sub_benchmarks_that_agree_share_an_entry() {
        let (allocs, bytes) = (Unit::new("allocs/op"), Unit::new("B/op"));
        let text = draft(
            &[
                measured("p", "Sort-8", &allocs, 3.0),
                measured("p", "Get/a=1-8", &allocs, 2.0),
                measured("p", "Get/a=2-8", &allocs, 2.0),
                measured("p", "Put/a-8", &allocs, 2.0),
                measured("p", "Put/b-8", &allocs, 4.0),
                measured("p", "Sort-8", &bytes, 64.0),
                measured("p", "Sort-4", &bytes, 96.0),
            ],
            &Policy::builtin(),
            "go1.26.8",
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_shared_entry_reaches_all_that_it_is_for() {
        let allocs = Unit::new("allocs/op");
        let benches = |names: &[&str]| -> Vec<String> {
            let all: Vec<MeasuredRow> = names.iter().map(|name| measured("p", name, &allocs, 2.0)).collect();
            let text = draft(&all, &Policy::builtin(), "");
            let policy = Policy::parse("p.toml", &text).expect("a policy");
            policy.budgets.iter().map(|it| it.bench.pattern().to_string()).collect()
        };
        assert_eq!(benches(&["Get/a-8", "Get/b/c-8"]), ["Get/**"]);
        assert_eq!(benches(&["Get-8", "Get/a-8"]), ["Get", "Get/a"], "`Get/*` says nothing of Get");
    }

    proptest! {
        #[test]
        fn a_draft_is_a_policy_that_holds_what_was_measured(
            names in proptest::collection::btree_map(r#"[A-Z][a-z/*?\[\]{},"\\=0-9é-]{0,12}"#, 0u32..50, 1..8),
            pkg in r#"[a-z./"\\]{0,9}"#,
        ) {
            let unit = Unit::new("allocs/op");
            let all: Vec<MeasuredRow> = names.iter().map(|(name, value)| measured(&pkg, name, &unit, f64::from(*value))).collect();
            let text = draft(&all, &Policy::builtin(), "");
            let policy = Policy::parse("p.toml", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
            for it in &all {
                let rules = policy.rules(it.id, &it.platform).expect("no places");
                let max = rules.unit(&unit).max.expect("it was drafted").value;
                prop_assert!(max >= it.value, "{} {max} {text}", it.id);
            }
        }
    }
}
