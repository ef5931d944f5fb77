//! What a change is held to be.

use super::super::power::{detectable_percent, reach, samples_needed};
use super::*;
use crate::compare::{Calibration, Extremes, SampleSummary};
use crate::model::{Share, Unit};
use crate::policy::{Policy, Setting, SmallSample};
use crate::stats::{Estimate, Interval};

fn tails(p: f64) -> Tails {
    Tails { less: PValue::new(1.0 - p), greater: PValue::new(p) }
}

fn compared(base: f64, effect: Effect, certainty: Certainty) -> Comparison {
    let summary = SampleSummary { n: 10, center: base, low: None, high: None };
    Comparison {
        base: summary,
        new: summary,
        effect,
        p: PValue::ONE,
        extremes: OVERLAPPING,
        strays: (0, 0),
        dependence: None,
        certainty,
    }
}

const OVERLAPPING: Extremes = Extremes { base: (0.0, 1e9), new: (0.0, 1e9) };

fn ranks(p: f64) -> Option<RankCheck> {
    Some(RankCheck { tails: tails(p), smallest: PValue::new(1e-5) })
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
    decide(comparison, || self::ranks(ranks), better, &tolerance, &policy.gate)
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

fn counted(base: f64, effect: Effect, p: f64) -> Comparison {
    ranked(base, effect, p, RankedKind::Count)
}

#[test]
fn counts_regress_by_the_test_of_all_rows_that_vary() {
    use Relative::{Improved, Regressed, Unchanged, Undecided};
    for (base, value, p, want) in [
        (100.0, 20.0, 0.001, Regressed),
        (100.0, 20.0, 0.02, Undecided),
        (100.0, 2.0, 0.5, Unchanged),
        (100.0, -20.0, 0.999, Improved),
        (100.0, -20.0, 0.9, Undecided),
        (1.0, 0.5, 0.001, Unchanged), // half of a count
        (0.0, 16.0, 0.001, Regressed),
    ] {
        let high = if want == Unchanged { value } else { 99.0 };
        let row = counted(base, shift(0.0, value, high), p);
        assert_eq!(verdict("B/op", Direction::Lower, &row), want, "{base} {value} {p}");
    }
    let nearly_half_are_worse = counted(2.0, shift(0.0, 0.0, 7.0), 0.04);
    assert_eq!(verdict("allocs/op", Direction::Lower, &nearly_half_are_worse), Undecided);
}

#[test]
fn counts_that_do_not_overlap_regress_whatever_the_other_rows() {
    let row = |gap: f64, alone: f64| {
        let ranked = Ranked {
            alone: tails(alone),
            adjusted: tails(1.0),
            family: 99,
            share: Share::WHOLE,
            kind: RankedKind::Count,
        };
        let extremes = Extremes { base: (95.0, 105.0), new: (105.0 + gap, 140.0) };
        Comparison { extremes, ..compared(100.0, shift(1.0, 30.0, 50.0), Certainty::Ranked(ranked)) }
    };
    let verdict = |row: Comparison| verdict("B/op", Direction::Lower, &row);
    assert_eq!(verdict(row(10.0, 0.004)), Relative::Regressed);
    assert_eq!(verdict(row(8.0, 0.004)), Relative::Undecided, "a gap of 8 B is tolerated");
    assert_eq!(verdict(row(10.0, 0.014)), Relative::Undecided, "4 against 4");
    assert_eq!(verdict(row(-1.0, 0.004)), Relative::Undecided, "they overlap");
}

#[test]
fn a_change_that_follows_b_n_is_no_regression() {
    use DependenceKind::{Iterations, SetUp, Time};
    let row = |kind, low: f64, high: f64| {
        let interval = Interval::Bounded { low, high, confidence: 0.95 };
        let dependence = Some(Dependence { kind, without: Estimate { value: 0.5 * (low + high), interval } });
        let certainty = counted(100.0, shift(10.0, 20.0, 30.0), 0.001).certainty;
        Comparison { dependence, ..compared(100.0, shift(10.0, 20.0, 30.0), certainty) }
    };
    let set_up = SetUp { cost: 1000.0 };
    for (kind, low, high) in
        [(set_up, -2.0, 2.0), (set_up, -9.0, 9.0), (Time, -2.0, 2.0), (Iterations, -2.0, 2.0)]
    {
        let got = verdict("B/op", Direction::Lower, &row(kind, low, high));
        match (kind, got) {
            (SetUp { .. }, Relative::SetUp(_)) => assert_eq!(high, 2.0, "a regression is ruled out"),
            (_, Relative::FollowsIterations(_)) => assert!(kind != set_up || high == 9.0, "{kind:?} {high}"),
            (kind, other) => panic!("{kind:?} {high}: {other:?}"),
        }
    }
    for (kind, low, high) in [(set_up, 3.0, 20.0), (Time, 5.0, 9.0), (Iterations, -9.0, -5.0)] {
        let got = verdict("B/op", Direction::Lower, &row(kind, low, high));
        assert_eq!(got, Relative::Regressed, "{kind:?} does not explain it: {low} … {high} is left");
    }
}

#[test]
fn samples_far_apart_need_no_test() {
    let row = |base: (f64, f64), new: (f64, f64), n: usize| {
        let effect = Effect::Ratio(Estimate { value: new.0 / base.1, interval: Interval::Unbounded });
        let row = compared(base.0, effect, Certainty::TooFew);
        let of = |center| SampleSummary { n, center, low: None, high: None };
        Comparison { base: of(base.0), new: of(new.0), extremes: Extremes { base, new }, ..row }
    };
    let lower = |row| verdict("ns/op", Direction::Lower, &row);
    assert_eq!(lower(row((90.0, 100.0), (600.0, 900.0), 3)), Relative::FarWorse(6.0));
    assert_eq!(lower(row((90.0, 100.0), (600.0, 900.0), 2)), Relative::TooFew);
    assert_eq!(lower(row((90.0, 100.0), (499.0, 900.0), 3)), Relative::TooFew);
    assert_eq!(lower(row((600.0, 900.0), (90.0, 100.0), 3)), Relative::FarBetter(6.0));
    assert_eq!(
        verdict("MB/s", Direction::Higher, &row((600.0, 900.0), (90.0, 100.0), 3)),
        Relative::FarWorse(6.0)
    );
    let gate =
        GateSettings { small_sample: Setting::fallback(SmallSample::Undecided), ..Policy::builtin().gate };
    let far = row((90.0, 100.0), (600.0, 900.0), 3);
    let decided = decide(&far, || None, Direction::Lower, &Tolerance::UNLISTED, &gate);
    assert_eq!(decided, Relative::TooFew, "the policy wants a test");
}

#[test]
fn where_the_suite_moved_a_row_must_have_moved_by_itself() {
    let row = |raw: f64, relative: f64| {
        let Certainty::Calibrated(it) = ratio(0.0, 0.5).certainty else { panic!("a ratio") };
        let effect = Studentized { value: relative, ..it.effect };
        let sure = |p: PValue| PValue::new(p.get() * 9.0);
        let alone = Tails { less: effect.below(0.0), greater: effect.above(0.0) };
        let adjusted = Tails { less: sure(alone.less), greater: sure(alone.greater) };
        let calibration = Calibration { shift: raw - relative, ..it.calibration };
        let certainty = Certainty::Calibrated(Calibrated { effect, alone, adjusted, calibration, ..it });
        let interval = Interval::Unbounded;
        compared(100.0, Effect::Ratio(Estimate { value: raw.exp(), interval }), certainty)
    };
    for (raw, relative, want) in [
        (0.7, 0.0, Relative::Shifted),    // twice as slow, as the suite
        (0.0, -0.7, Relative::Shifted),   // as before, and the suite is twice as slow
        (0.0, 0.7, Relative::Shifted),    // as before, and the suite is twice as fast
        (0.9, 0.2, Relative::Regressed),  // slower than the suite, which is slower too
        (0.3, 0.33, Relative::Regressed), // the suite moved little
        (-0.9, -0.2, Relative::Improved),
        (-0.2, 0.0, Relative::Unchanged), // faster, as the suite
    ] {
        let ranks = if relative < 0.0 { 1.0 - 1e-5 } else { 1e-5 };
        assert_eq!(
            verdict_with(ranks, "ns/op", Direction::Lower, &row(raw, relative)),
            want,
            "{raw} {relative}"
        );
    }
}

#[test]
fn counts_change_by_whole_numbers() {
    let row = |value| counted(1.0, shift(0.0, value, value), 0.001);
    assert_eq!(verdict("allocs/op", Direction::Lower, &row(0.5)), Relative::Unchanged, "half of a count");
    assert_eq!(verdict("allocs/op", Direction::Lower, &row(1.0)), Relative::Regressed);
}

#[test]
fn a_policy_may_ask_for_more_than_ranks_must_prove() {
    let gate = GateSettings { alpha: Setting::fallback(0.001), ..Policy::builtin().gate };
    let row = counted(100.0, shift(0.0, 20.0, 99.0), 0.005);
    let decided =
        |gate: &GateSettings| decide(&row, || ranks(0.5), Direction::Lower, &Tolerance::UNLISTED, gate);
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
        let extremes = if separated { Extremes { base: (0.0, 1.0), new: (2.0, 3.0) } } else { OVERLAPPING };
        let row = Comparison { extremes, ..ranked(0.0, shift(low, value, high), p, RankedKind::NearZero) };
        assert_eq!(verdict("MB/s", Direction::Higher, &row), want, "{value} {separated} {p}");
    }
}

#[test]
fn without_a_correction_each_row_stands_alone() {
    let gate = GateSettings { correction: Setting::fallback(Correction::None), ..Policy::builtin().gate };
    let row = ratio(10.0, 4.0);
    let decided =
        |gate: &GateSettings| decide(&row, || ranks(1e-5), Direction::Lower, &Tolerance::UNLISTED, gate);
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
