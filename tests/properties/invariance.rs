//! What must not matter to a verdict: the order of lines, the scale of a unit, and which side is which.

use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{Date, Policy};
use allocgate::internals::verdict::Verdict;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::BTreeMap;

/// No waiver is at stake.
const TODAY: Date = Date::constant(2026, 11, 22);

/// One result: benchmark, iterations, tenths of a nanosecond, bytes.
type Line = (usize, u64, u64, u64);

/// A suite of 12 to 16 benchmarks with ten samples each; on the second side some take half as long again.
fn suites() -> impl Strategy<Value = (Vec<Line>, Vec<Line>)> {
    let noise = || prop::collection::vec(0u64..600, 10);
    let benchmark = (prop::bool::weighted(0.2), 10_000u64..90_000_000, noise(), noise(), 0u64..3);
    prop::collection::vec(benchmark, 12..=16).prop_map(|drawn| {
        let (mut base, mut new) = (Vec::new(), Vec::new());
        for (i, (slower, time, x, y, jitter)) in drawn.into_iter().enumerate() {
            let line = |time: u64, noise: u64, bytes: u64| {
                let time = time + time * noise / 10_000;
                (i, 10_000_000_000 / time, time, bytes + jitter * (noise % 2))
            };
            base.extend(x.iter().map(|&noise| line(time, noise, 64)));
            let (time, bytes) = if slower { (time + time / 2, 96) } else { (time, 64) };
            new.extend(y.iter().map(|&noise| line(time, noise, bytes)));
        }
        (base, new)
    })
}

/// As Go prints it, times multiplied by `scale`.
fn text(lines: &[Line], scale: u64) -> String {
    let line = |&(name, n, tenths, bytes): &Line| {
        let tenths = tenths * scale;
        format!("BenchmarkX{name} {n} {}.{} ns/op {bytes} B/op\n", tenths / 10, tenths % 10)
    };
    lines.iter().map(line).collect()
}

/// Every row's verdict, by benchmark and unit.
fn verdicts(base: &str, new: &str) -> BTreeMap<(String, String), Verdict> {
    let policy = Policy::parse("p.toml", "[unit.\"B/op\"]\ntolerance = { absolute = 8 }\n").expect("valid");
    let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
    let rows = Gate::new(&policy, TODAY).report(Some(&base), &new).expect("judged").rows;
    rows.into_iter().map(|row| ((row.benchmark.to_string(), row.unit.to_string()), row.verdict)).collect()
}

fn mirrored(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Regressed => Verdict::Improved,
        Verdict::Improved => Verdict::Regressed,
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_lines_does_not_matter((base, new) in suites(), seed in any::<u64>()) {
        let shuffled = |lines: &[Line]| {
            let mut lines: Vec<(u64, Line)> =
                lines.iter().enumerate().map(|(i, &line)| (seed.wrapping_mul(2 * i as u64 + 1).rotate_left(23), line)).collect();
            lines.sort();
            lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>()
        };
        let straight = verdicts(&text(&base, 1), &text(&new, 1));
        prop_assert_eq!(straight, verdicts(&text(&shuffled(&base), 1), &text(&shuffled(&new), 1)));
    }

    #[test]
    fn the_scale_of_times_does_not_matter((base, new) in suites(), scale in prop_oneof![Just(10u64), Just(1000), 2u64..99]) {
        let straight = verdicts(&text(&base, 1), &text(&new, 1));
        prop_assert_eq!(straight, verdicts(&text(&base, scale), &text(&new, scale)));
    }

    #[test]
    fn swapping_the_sides_mirrors_every_proof((base, new) in suites()) {
        let (there, back) = (verdicts(&text(&base, 1), &text(&new, 1)), verdicts(&text(&new, 1), &text(&base, 1)));
        let proofs = |of: &BTreeMap<(String, String), Verdict>, turn: fn(Verdict) -> Verdict| {
            let proven = |verdict: &Verdict| matches!(verdict, Verdict::Regressed | Verdict::Improved);
            of.iter().map(|(row, &verdict)| (row.clone(), turn(verdict))).filter(|(_, v)| proven(v)).collect::<Vec<_>>()
        };
        prop_assert_eq!(proofs(&there, |verdict| verdict), proofs(&back, mirrored));
    }
}

#[test]
fn the_suites_above_hold_something_to_prove() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = [0; 2];
    for _ in 0..20 {
        let (base, new) = suites().new_tree(&mut runner).expect("drawn").current();
        let verdicts = verdicts(&text(&base, 1), &text(&new, 1));
        seen[0] += verdicts.values().filter(|&&verdict| verdict == Verdict::Regressed).count();
        seen[1] += verdicts.values().filter(|&&verdict| verdict == Verdict::Unchanged).count();
    }
    assert!(seen[0] > 40 && seen[1] > 40, "{seen:?}");
}
