//! `budget diff` on random policies: where some benchmark may get worse than before, it says so.

use allocgate::internals::model::{BenchmarkId, Direction, Unit};
use allocgate::internals::policy::{Date, Level, Platform, Policy, diff};
use proptest::prelude::*;
use std::fmt::Write;

/// What a `[[budget]]` or `[[waiver]]` applies to.
fn scope() -> impl Strategy<Value = String> {
    let bench = prop::sample::select(vec![
        "A", "b", "A/*", "*/b", "**", "*", "A/**", "**/b", "{A,b}", "[Ab]/?", "[!A]*", "A/{A,b}", "A-8", "?",
    ]);
    let pkg = prop::sample::select(vec!["", "", "", "p", "p/*", "*", "**/a", "{p,q}"]);
    (bench, pkg).prop_map(|(bench, pkg)| {
        let pkg = if pkg.is_empty() { String::new() } else { format!("pkg = \"{pkg}\"\n") };
        format!("bench = \"{bench}\"\n{pkg}")
    })
}

fn budget() -> impl Strategy<Value = String> {
    let goos = prop::sample::select(vec!["", "", "linux", "darwin"]);
    let goarch = prop::sample::select(vec!["", "", "amd64"]);
    let go = prop::sample::select(vec!["", "", "1.2", "1.26", "go1.26.8"]);
    let level = prop::sample::select(vec!["", "", "fail", "warn", "ignore"]);
    let (max, tolerance) = (0_u8..5, 0_u8..6);
    (scope(), goos, goarch, go, level, max, tolerance).prop_map(
        |(scope, goos, goarch, go, level, max, tolerance)| {
            let mut text = format!("[[budget]]\n{scope}");
            for (key, value) in [("goos", goos), ("goarch", goarch), ("go", go)] {
                if !value.is_empty() {
                    writeln!(text, "{key} = \"{value}\"").expect("a string");
                }
            }
            if !level.is_empty() {
                writeln!(text, "level = {{ \"allocs/op\" = \"{level}\" }}").expect("a string");
            }
            if tolerance < 3 {
                writeln!(text, "tolerance = {{ \"allocs/op\" = {{ absolute = {tolerance} }} }}")
                    .expect("a string");
            }
            // An empty budget is an error.
            if max < 4 || level.is_empty() && tolerance >= 3 {
                writeln!(text, "max = {{ \"allocs/op\" = {max} }}").expect("a string");
            }
            text
        },
    )
}

fn waiver() -> impl Strategy<Value = String> {
    (scope(), 1_u8..4, 1_u8..4).prop_map(|(scope, up_to, day)| {
        format!("[[waiver]]\n{scope}unit = \"allocs/op\"\nup-to = {up_to}\nexpires = 2027-01-0{day}\nreason = \"r\"\n")
    })
}

/// Entries of the old policy, and what the new one does with each: keep it, drop it, or add another one behind it.
fn policies() -> impl Strategy<Value = (String, String)> {
    let entry = || prop_oneof![4 => budget(), 1 => waiver()];
    let change = (0_u8..8, entry());
    prop::collection::vec((entry(), change), 0..5).prop_map(|entries| {
        let (mut old, mut new) = (String::new(), String::new());
        for (entry, (change, other)) in entries {
            old += &entry;
            match change {
                0 => {}
                1 => new += &other,
                2 | 3 => new += &(entry + &other),
                _ => new += &entry,
            }
        }
        (old, new)
    })
}

fn names() -> Vec<String> {
    let mut names = vec![String::new()];
    let mut last = names.clone();
    for _ in 0..3 {
        last = last.iter().flat_map(|name| ["A", "b", "/", "-8"].map(|it| format!("{name}{it}"))).collect();
        names.extend(last.clone());
    }
    names
}

fn platforms() -> Vec<Platform> {
    let mut platforms = Vec::new();
    for goos in ["linux", "darwin", "plan9"] {
        for goarch in ["amd64", "arm64"] {
            for go in ["1.2", "1.26", "1.26.8", "1.27"] {
                let [goos, goarch, go] = [goos, goarch, go].map(|it| Some(it.to_string()));
                platforms.push(Platform { goos, goarch, go });
            }
        }
    }
    platforms
}

/// What a policy does with a benchmark: from each of some bases to each of some new values, on each of some days.
fn outcomes(policy: &Policy, id: BenchmarkId, platform: &Platform) -> Vec<Level> {
    let unit = Unit::new("allocs/op");
    let rules = policy.rules(id, platform).expect("everything is known");
    let rule = rules.unit(&unit);
    let mut outcomes = Vec::new();
    for base in [0.0, 1.0, 2.0] {
        for new in [0.0, 1.0, 2.0, 3.0, 4.0] {
            let exceeds = rule.max.as_ref().is_some_and(|max| new > max.value);
            let regresses = !rule.tolerance.value.allows(new - base, base);
            let by_maximum = if exceeds { rule.max_level.value } else { Level::Ignore };
            let by_base = if regresses { rule.level.value } else { Level::Ignore };
            let level = by_maximum.max(by_base);
            for day in 1..=3 {
                let today = Date::constant(2027, 1, day);
                let accepts = |it: &&allocgate::internals::policy::Waiver| {
                    !it.is_expired(today) && it.covers(new, Direction::Lower)
                };
                let is_waived = rules.waivers(&unit).find(accepts).is_some();
                outcomes.push(if is_waived { level.min(Level::Warn) } else { level });
            }
        }
    }
    outcomes
}

/// A benchmark for which the new policy permits more.
fn looser_for(old: &Policy, new: &Policy) -> Option<String> {
    for name in names() {
        for pkg in ["", "p", "p/a", "q"] {
            for platform in platforms() {
                let id = BenchmarkId::new(pkg, &name);
                let (was, is) = (outcomes(old, id, &platform), outcomes(new, id, &platform));
                if was.iter().zip(&is).any(|(was, is)| is < was) {
                    return Some(format!("{id} on {platform:?}"));
                }
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_permits_more_is_listed((old, new) in policies()) {
        let policy = |text: &str| Policy::parse("p", text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        let (before, after) = (policy(&old), policy(&new));
        if let Some(benchmark) = looser_for(&before, &after) {
            prop_assert!(!diff(&before, &after).is_empty(), "{benchmark}\n{old}\n→\n{new}");
        }
        prop_assert!(diff(&before, &before).is_empty(), "{old}");
    }
}
