//! What a change is held to be.

use super::*;
use crate::compare::{Basis, Calibration, Extremes, Ranked, SampleSummary};
use crate::model::{Share, Unit};
use crate::policy::{Policy, Setting};
use crate::stats::{Estimate, Interval};

fn tails(p: f64) -> Tails {
    Tails { less: PValue::new(1.0 - p), greater: PValue::new(p) }
}

fn compared(base: f64, effect: Effect, certainty: Certainty) -> Comparison {
    let summary = SampleSummary { n: 10, center: base, low: None, high: None };
    let extremes = Extremes { base: (0.0, 0.0), new: (0.0, 0.0) };
    Comparison { base: summary, new: summary, effect, p: PValue::ONE, extremes, strays: (0, 0), certainty }
}

/// A ratio with this error in percent among 9 rows.
fn ratio(percent: f64, error: f64) -> Comparison {
    let value = (1.0 + percent / 100.0).ln();
    let effect = Studentized { value, error: error / 100.0, freedom: 18.0 };
    let alone = Tails { less: effect.below(0.0), greater: effect.above(0.0) };
    let times_nine = |p: PValue| PValue::new(9.0 * p.get());
    let calibration =
        Calibration { basis: Basis::Measured, shift: 0.0, shift_variance: 0.0, noise: 0.005, freedom: None };
    let certainty = Certainty::Calibrated(Calibrated {
        effect,
        scatter: 0.9 * effect.error,
        calibration,
        alone,
        adjusted: Tails { less: times_nine(alone.less), greater: times_nine(alone.greater) },
        family: 9,
        share: Share::WHOLE,
    });
    let interval = Interval::Unbounded; // decided on the logarithms
    compared(100.0, Effect::Ratio(Estimate { value: value.exp(), interval }), certainty)
}

fn shift(low: f64, value: f64, high: f64) -> Effect {
    Effect::Shift(Estimate { value, interval: Interval::Bounded { low, high, confidence: 0.95 } })
}

fn ranked(base: f64, effect: Effect, p: f64, subject: RankedKind) -> Comparison {
    let (alone, adjusted) = (tails(p), tails(p));
    compared(
        base,
        effect,
        Certainty::Ranked(Ranked { alone, adjusted, family: 9, share: Share::WHOLE, kind: subject }),
    )
}

/// With this p-value of the rank test of a ratio.
fn verdict_with(ranks: f64, unit: &str, better: Direction, comparison: &Comparison) -> Relative {
    let policy = Policy::builtin();
    let tolerance = policy.units[&Unit::new(unit)].tolerance.as_ref().expect("built in").value;
    decide(comparison, || tails(ranks), better, &tolerance, &policy.gate)
}

fn verdict(unit: &str, better: Direction, comparison: &Comparison) -> Relative {
    verdict_with(0.5, unit, better, comparison)
}

#[test]
fn a_ratio_regressed_where_it_is_proven_and_beyond_the_tolerance() {
    use Direction::{Higher, Lower};
    use Relative::{Improved, Regressed, Unchanged, Undecided};
    for (better, percent, error, ranks, want) in [
        (Lower, 6.0, 0.5, 1e-5, Regressed),
        (Lower, 6.0, 0.5, 0.02, Undecided), // one stray sample
        (Lower, 6.0, 4.0, 1e-5, Undecided), // too noisy
        (Lower, 4.0, 0.1, 1e-5, Unchanged), // proven, and tolerated
        (Lower, 4.0, 1.0, 1e-5, Undecided),
        (Lower, 0.0, 1.0, 0.5, Unchanged),
        (Lower, -20.0, 1.0, 1e-5, Improved),
        (Lower, -4.0, 0.1, 1e-5, Unchanged), // better, by no more than is tolerated
        (Lower, -20.0, 9.0, 0.1, Unchanged), // surely not worse
        (Higher, -6.0, 0.5, 1e-5, Regressed),
        (Higher, -4.9, 0.01, 1e-5, Unchanged), // as shown: within 5 %
        (Higher, 6.0, 0.5, 1e-5, Improved),
        (Higher, 20.0, 9.0, 0.1, Unchanged),
    ] {
        let unit = if better == Lower { "ns/op" } else { "MB/s" };
        let rises = if percent < 0.0 { 1.0 - ranks } else { ranks };
        assert_eq!(
            verdict_with(rises, unit, better, &ratio(percent, error)),
            want,
            "{better} {percent} {error} {ranks}"
        );
    }
}

#[test]
fn counts_must_move_with_and_without_the_cost_of_setting_up() {
    use Relative::{Improved, Regressed, Unchanged, Undecided};
    let cost = |shift| SetupCost { cost: 1000.0, shift };
    let setup = |shift| Some(cost(shift));
    for (base, value, p, setup, want) in [
        (100.0, 20.0, 0.001, None, Regressed),
        (100.0, 20.0, 0.02, None, Undecided),
        (100.0, 20.0, 0.001, setup(19.0), Regressed),
        (100.0, 20.0, 0.001, setup(1.0), Relative::SetUp(cost(1.0))),
        (100.0, 2.0, 0.001, setup(20.0), Undecided),
        (100.0, 2.0, 0.5, None, Unchanged),
        (100.0, -20.0, 0.999, None, Improved),
        (100.0, -20.0, 0.9, None, Undecided),
        (1.0, 0.5, 0.001, None, Unchanged), // half of a count
        (0.0, 16.0, 0.001, None, Regressed),
    ] {
        let high = if want == Unchanged { value } else { 99.0 };
        let row = ranked(base, shift(0.0, value, high), p, RankedKind::Count { setup });
        assert_eq!(verdict("B/op", Direction::Lower, &row), want, "{base} {value} {p} {setup:?}");
    }
    let nearly_half_are_worse = ranked(2.0, shift(0.0, 0.0, 7.0), 0.04, RankedKind::Count { setup: None });
    assert_eq!(verdict("allocs/op", Direction::Lower, &nearly_half_are_worse), Undecided);
}

#[test]
fn counts_change_by_whole_numbers() {
    let row = |value| ranked(1.0, shift(0.0, value, value), 0.001, RankedKind::Count { setup: None });
    assert_eq!(verdict("allocs/op", Direction::Lower, &row(0.5)), Relative::Unchanged, "half of a count");
    assert_eq!(verdict("allocs/op", Direction::Lower, &row(1.0)), Relative::Regressed);
}

#[test]
fn a_policy_may_ask_for_more_than_ranks_must_prove() {
    let gate = GateSettings { alpha: Setting::fallback(0.001), ..Policy::builtin().gate };
    let row = ranked(100.0, shift(0.0, 20.0, 99.0), 0.005, RankedKind::Count { setup: None });
    let decided =
        |gate: &GateSettings| decide(&row, || tails(0.5), Direction::Lower, &Tolerance::UNLISTED, gate);
    assert_eq!(decided(&gate), Relative::Undecided);
    assert_eq!(decided(&Policy::builtin().gate), Relative::Regressed);
}

fn detectable(comparison: &Comparison, better: Direction, gate: &GateSettings) -> f64 {
    let Certainty::Calibrated(row) = &comparison.certainty else { panic!("a ratio") };
    detectable_percent(row, reach(row, gate), better).expect("finite")
}

#[test]
fn a_detectable_fall_is_less_than_everything() {
    let row = ratio(0.0, 40.0);
    let percent = |better| detectable(&row, better, &Policy::builtin().gate);
    assert!(percent(Direction::Lower) > 100.0 && percent(Direction::Higher) < 100.0);
}

#[test]
fn exact_counts_need_no_proof() {
    use Relative::{Improved, Regressed, Unchanged};
    for (base, value, want) in [(0.0, 2.0, Regressed), (2.0, -2.0, Improved), (1000.0, 1.0, Unchanged)] {
        let row = compared(base, shift(value, value, value), Certainty::Exact);
        assert_eq!(verdict("allocs/op", Direction::Lower, &row), want, "{base} {value}");
    }
}

#[test]
fn numbers_that_touch_zero_are_proven_apart_by_separation_alone() {
    use Relative::{Improved, Regressed, Unchanged, Undecided};
    for (low, value, high, separated, p, want) in [
        (-9.0, -8.0, -7.0, true, 0.999, Regressed),
        (-9.0, -8.0, -7.0, false, 0.999, Undecided),
        (-9.0, -8.0, -7.0, true, 0.98, Undecided), // apart, and so few that it proves nothing
        (7.0, 8.0, 9.0, true, 0.02, Unchanged),
        (7.0, 8.0, 9.0, true, 0.001, Improved),
        (0.0, 8.0, 9.0, false, 0.001, Unchanged),
        (-1.0, 8.0, 9.0, false, 0.1, Undecided),
    ] {
        let row = ranked(0.0, shift(low, value, high), p, RankedKind::NearZero { separated });
        assert_eq!(verdict("MB/s", Direction::Higher, &row), want, "{value} {separated} {p}");
    }
}

#[test]
fn without_a_correction_each_row_stands_alone() {
    let gate = GateSettings { correction: Setting::fallback(Correction::None), ..Policy::builtin().gate };
    let row = ratio(10.0, 4.0);
    let decided =
        |gate: &GateSettings| decide(&row, || tails(1e-5), Direction::Lower, &Tolerance::UNLISTED, gate);
    assert_eq!(decided(&Policy::builtin().gate), Relative::Undecided);
    assert_eq!(decided(&gate), Relative::Regressed);
    let percent = |gate| detectable(&row, Direction::Lower, gate);
    assert!(percent(&gate) < percent(&Policy::builtin().gate));
}

#[test]
fn more_samples_help_against_scatter_and_not_against_noise() {
    let needed = |row: &Comparison, noise: f64| match row.certainty {
        Certainty::Calibrated(it) => {
            let it = Calibrated { scatter: it.effect.error * (1.0 - noise * noise).sqrt(), ..it };
            let reach = reach(&it, &Policy::builtin().gate);
            samples_needed(row, &it, reach, log_limit(0.05, Direction::Lower))
        }
        _ => None,
    };
    let row = ratio(3.0, 2.0);
    let (little, some) = (needed(&row, 0.1).expect("enough"), needed(&row, 0.3).expect("enough"));
    assert!(10 < little && little < some, "{little} {some}");
    assert_eq!(needed(&row, 0.9), None);
    assert_eq!(needed(&ratio(3.0, 20.0), 0.0), None, "so many are not suggested");
}
