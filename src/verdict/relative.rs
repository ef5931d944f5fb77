//! Is new worse than base, by more than is tolerated, and surely so?

use crate::compare::{Calibrated, Certainty, Comparison, Effect, Setup, Subject};
use crate::model::Direction;
use crate::policy::{Correction, Gate, Tolerance};
use crate::stats::{self, PValue, Studentized, Tails};

/// The rank test of a row must reach this by itself, whatever the suite: one stray sample proves nothing.
const ROW_P: f64 = 0.01;

/// Where nothing but ranks can be tested, this or the policy's alpha is asked for after the correction, if that is less.
const RANKS_ALPHA: f64 = 0.01;

/// How sure it must be that a regression beyond the tolerance is ruled out. Every look may spend all of it: no suite fails
/// because a row was called unchanged.
const RULED_OUT: f64 = 0.05;

/// A detectable change is one that this share of such runs would find.
const POWER: f64 = 0.95;

/// What two samples say under a tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relative {
    /// Proven worse, by more than is tolerated.
    Regressed,
    /// Proven better, by more than would be tolerated the other way.
    Improved,
    /// A regression beyond the tolerance is ruled out.
    Unchanged,
    /// A regression beyond the tolerance is what setting up costs over fewer iterations, and nothing else.
    SetUp,
    /// Neither.
    Undecided,
    /// There are too few samples to ask.
    TooFew,
}

/// Holds a comparison against a tolerance: a regression must be proven, and the estimate beyond what is tolerated; an
/// unproven row is unchanged only if a regression is ruled out. `ranks` are those of a ratio, see [`crate::compare::Compared::ranks`]:
/// asked for where all else is proven.
pub(super) fn decide(
    comparison: &Comparison,
    ranks: impl Fn() -> Tails,
    better: Direction,
    tolerance: &Tolerance,
    gate: &Gate,
) -> Relative {
    match &comparison.certainty {
        Certainty::TooFew => Relative::TooFew,
        Certainty::Exact => match Change::of(comparison, better).size(tolerance) {
            Size::Worse => Relative::Regressed,
            Size::Better => Relative::Improved,
            Size::Tolerated => Relative::Unchanged,
        },
        Certainty::Calibrated(row) => {
            let limit = log_limit(tolerance.fraction(comparison.base.center), better);
            calibrated(&Turned::of(row, better, gate), || turn(ranks(), better), limit, gate)
        }
        Certainty::Ranked(row) => {
            let p = turn(family_tails(row.alone, row.adjusted, gate), better);
            let (change, alpha) = (Change::of(comparison, better), ranks_alpha(gate));
            match row.subject {
                Subject::Count { setup } => {
                    counts(change, change.without(setup, better), p, tolerance, alpha)
                }
                Subject::NearZero { separated } => near_zero(change, separated, p, tolerance, alpha),
            }
        }
    }
}

/// How many standard errors off a change must be for this run to find it in 19 of 20 cases.
pub(super) fn reach(row: &Calibrated, gate: &Gate) -> f64 {
    row.effect.reach(level(row, gate), POWER)
}

/// The smallest change in percent that this run would have found in 19 of 20 cases, if it is known: for better units a
/// rise, for higher-is-better ones a fall.
pub(super) fn detectable_percent(row: &Calibrated, reach: f64, better: Direction) -> Option<f64> {
    let detectable = reach * row.effect.error;
    let percent = match better {
        Direction::Lower => 100.0 * stats::exp_m1(detectable),
        Direction::Higher => -100.0 * stats::exp_m1(-detectable),
    };
    Some(percent).filter(|percent| percent.is_finite())
}

/// How many samples per side would find a regression as large as the tolerance in 19 of 20 cases; `None` if no number
/// would, since the noise from run to run alone hides it. `limit` is in logarithms.
pub(super) fn samples_needed(
    comparison: &Comparison,
    row: &Calibrated,
    reach: f64,
    limit: f64,
) -> Option<usize> {
    let allowed = (limit / reach) * (limit / reach);
    let scatter = row.scatter * row.scatter;
    let noise = row.effect.error * row.effect.error - scatter;
    let (n1, n2) = (comparison.base.n as f64, comparison.new.n as f64);
    let now = 2.0 * n1 * n2 / (n1 + n2);
    let needed = (now * scatter / (allowed - noise)).ceil();
    // The last fifth of the way would take five times as many.
    (noise <= 0.8 * allowed && needed <= MOST_SAMPLES).then_some(needed as usize)
}

/// What a row of its family may spend at its look.
fn level(row: &Calibrated, gate: &Gate) -> f64 {
    row.share.get() * gate.alpha / family_size(row.family, gate) as f64
}

/// Nobody waits for more than this many samples per side.
const MOST_SAMPLES: f64 = 100.0;

/// A fraction as the distance of logarithms that a change for the worse goes: a rise, or a fall.
pub(super) fn log_limit(fraction: f64, better: Direction) -> f64 {
    match better {
        Direction::Lower => stats::ln_1p(fraction),
        Direction::Higher if fraction >= 1.0 => f64::INFINITY,
        Direction::Higher => -stats::ln_1p(-fraction),
    }
}

/// The p-values that count: those of the family, or of the row alone where the policy wants no correction.
pub(super) fn family_tails(alone: Tails, adjusted: Tails, gate: &Gate) -> Tails {
    match gate.correction {
        Correction::Holm => adjusted,
        Correction::None => alone,
    }
}

/// How many rows share one chance of a false alarm.
pub(super) fn family_size(family: usize, gate: &Gate) -> usize {
    match gate.correction {
        Correction::Holm => family,
        Correction::None => 1,
    }
}

/// The level of tests by ranks.
pub(super) fn ranks_alpha(gate: &Gate) -> f64 {
    gate.alpha.min(RANKS_ALPHA)
}

/// Tails with more on the worse side.
fn turn(tails: Tails, better: Direction) -> Tails {
    match better {
        Direction::Lower => tails,
        Direction::Higher => Tails { less: tails.greater, greater: tails.less },
    }
}

/// A calibrated row, turned so that more is worse.
struct Turned {
    effect: Studentized,
    p: Tails,
}

impl Turned {
    fn of(row: &Calibrated, better: Direction, gate: &Gate) -> Turned {
        let value = match better {
            Direction::Lower => row.effect.value,
            Direction::Higher => -row.effect.value,
        };
        let p = family_tails(row.alone, row.adjusted, gate);
        Turned { effect: Studentized { value, ..row.effect }, p: turn(p, better) }
    }
}

fn calibrated(row: &Turned, ranks: impl Fn() -> Tails, limit: f64, gate: &Gate) -> Relative {
    let proven = |side: fn(Tails) -> PValue| side(row.p).get() <= gate.alpha && side(ranks()).get() <= ROW_P;
    if row.effect.value > limit && proven(|tails| tails.greater) {
        Relative::Regressed
    } else if row.effect.value < -limit && proven(|tails| tails.less) {
        Relative::Improved
    } else if row.effect.below(limit).get() <= RULED_OUT {
        Relative::Unchanged
    } else {
        Relative::Undecided
    }
}

/// Counts: both as measured and without the cost of setting up, the change must be beyond the tolerance. What is not proven
/// is unchanged only if its interval rules a regression out.
fn counts(change: Change, steady: Change, p: Tails, tolerance: &Tolerance, alpha: f64) -> Relative {
    match (change.whole(tolerance), steady.whole(tolerance)) {
        (Size::Worse, Size::Worse) if p.greater.get() <= alpha => Relative::Regressed,
        (Size::Better, Size::Better) if p.less.get() <= alpha => Relative::Improved,
        (Size::Worse, Size::Tolerated | Size::Better) => Relative::SetUp,
        // Equal medians rule nothing out: nearly half of the samples may be worse.
        (Size::Tolerated | Size::Better, Size::Tolerated | Size::Better)
            if change.whole_is_ruled_out(tolerance) =>
        {
            Relative::Unchanged
        }
        (Size::Worse | Size::Tolerated | Size::Better, Size::Worse | Size::Tolerated | Size::Better) => {
            Relative::Undecided
        }
    }
}

/// Numbers that touch zero have no ratio, and no noise that a suite could tell: only samples that do not overlap prove.
fn near_zero(change: Change, separated: bool, p: Tails, tolerance: &Tolerance, alpha: f64) -> Relative {
    match change.size(tolerance) {
        Size::Worse if separated && p.greater.get() <= alpha => Relative::Regressed,
        Size::Better if separated && p.less.get() <= alpha => Relative::Improved,
        Size::Worse | Size::Tolerated | Size::Better if change.is_ruled_out(tolerance) => Relative::Unchanged,
        Size::Worse | Size::Tolerated | Size::Better => Relative::Undecided,
    }
}

/// Which way new differs from base, by the estimate.
enum Size {
    Worse,
    Tolerated,
    Better,
}

/// A change in the unit itself, turned so that more is worse.
#[derive(Clone, Copy)]
struct Change {
    amount: f64,
    /// The upper end of its interval.
    at_most: Option<f64>,
    base: f64,
}

impl Change {
    fn of(comparison: &Comparison, better: Direction) -> Change {
        let base = comparison.base.center;
        let shift = match comparison.effect {
            Effect::Ratio(ratio) => ratio.map(|ratio| base * (ratio - 1.0)),
            Effect::Shift(shift) => shift,
        };
        let ends = shift.interval.ends();
        match better {
            Direction::Lower => Change { amount: shift.value, at_most: ends.map(|(_, high)| high), base },
            Direction::Higher => Change { amount: -shift.value, at_most: ends.map(|(low, _)| -low), base },
        }
    }

    /// The same without the cost of setting up.
    fn without(self, setup: Option<Setup>, better: Direction) -> Change {
        let amount = setup.map_or(self.amount, |setup| match better {
            Direction::Lower => setup.shift,
            Direction::Higher => -setup.shift,
        });
        Change { amount, ..self }
    }

    fn size(&self, tolerance: &Tolerance) -> Size {
        match (tolerance.allows(self.amount, self.base), tolerance.allows(-self.amount, self.base)) {
            (false, _) => Size::Worse,
            (true, false) => Size::Better,
            (true, true) => Size::Tolerated,
        }
    }

    /// The size of a change of counts that vary: what is less than one is no change of a whole number.
    fn whole(&self, tolerance: &Tolerance) -> Size {
        if self.amount.abs() < 1.0 { Size::Tolerated } else { self.size(tolerance) }
    }

    fn whole_is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| at_most < 1.0) || self.is_ruled_out(tolerance)
    }

    fn is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| tolerance.allows(at_most, self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Basis, Calibration, Ranked, Summary};
    use crate::model::{Share, Unit};
    use crate::policy::Policy;
    use crate::stats::{Estimate, Interval};

    fn tails(p: f64) -> Tails {
        Tails { less: PValue::new(1.0 - p), greater: PValue::new(p) }
    }

    fn compared(base: f64, effect: Effect, certainty: Certainty) -> Comparison {
        let summary = Summary { n: 10, center: base, low: None, high: None };
        Comparison { base: summary, new: summary, effect, p: PValue::ONE, strays: (0, 0), certainty }
    }

    /// A ratio with this error in percent among 9 rows.
    fn ratio(percent: f64, error: f64) -> Comparison {
        let value = (1.0 + percent / 100.0).ln();
        let effect = Studentized { value, error: error / 100.0, freedom: 18.0 };
        let alone = Tails { less: effect.below(0.0), greater: effect.above(0.0) };
        let times_nine = |p: PValue| PValue::new(9.0 * p.get());
        let calibration = Calibration {
            basis: Basis::Measured,
            shift: 0.0,
            shift_variance: 0.0,
            noise: 0.005,
            freedom: None,
        };
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

    fn ranked(base: f64, effect: Effect, p: f64, subject: Subject) -> Comparison {
        let (alone, adjusted) = (tails(p), tails(p));
        compared(
            base,
            effect,
            Certainty::Ranked(Ranked { alone, adjusted, family: 9, share: Share::WHOLE, subject }),
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
        use Relative::{Improved, Regressed, SetUp, Unchanged, Undecided};
        let setup = |shift| Some(Setup { cost: 1000.0, shift });
        for (base, value, p, setup, want) in [
            (100.0, 20.0, 0.001, None, Regressed),
            (100.0, 20.0, 0.02, None, Undecided),
            (100.0, 20.0, 0.001, setup(19.0), Regressed),
            (100.0, 20.0, 0.001, setup(1.0), SetUp),
            (100.0, 2.0, 0.001, setup(20.0), Undecided),
            (100.0, 2.0, 0.5, None, Unchanged),
            (100.0, -20.0, 0.999, None, Improved),
            (100.0, -20.0, 0.9, None, Undecided),
            (1.0, 0.5, 0.001, None, Unchanged), // half of a count
            (0.0, 16.0, 0.001, None, Regressed),
        ] {
            let high = if want == Unchanged { value } else { 99.0 };
            let row = ranked(base, shift(0.0, value, high), p, Subject::Count { setup });
            assert_eq!(verdict("B/op", Direction::Lower, &row), want, "{base} {value} {p} {setup:?}");
        }
        let nearly_half_are_worse = ranked(2.0, shift(0.0, 0.0, 7.0), 0.04, Subject::Count { setup: None });
        assert_eq!(verdict("allocs/op", Direction::Lower, &nearly_half_are_worse), Undecided);
    }

    #[test]
    fn counts_change_by_whole_numbers() {
        let row = |value| ranked(1.0, shift(0.0, value, value), 0.001, Subject::Count { setup: None });
        assert_eq!(verdict("allocs/op", Direction::Lower, &row(0.5)), Relative::Unchanged, "half of a count");
        assert_eq!(verdict("allocs/op", Direction::Lower, &row(1.0)), Relative::Regressed);
    }

    #[test]
    fn a_policy_may_ask_for_more_than_ranks_must_prove() {
        let gate = Gate { alpha: 0.001, ..Policy::builtin().gate };
        let row = ranked(100.0, shift(0.0, 20.0, 99.0), 0.005, Subject::Count { setup: None });
        let decided = |gate: &Gate| decide(&row, || tails(0.5), Direction::Lower, &Tolerance::UNLISTED, gate);
        assert_eq!(decided(&gate), Relative::Undecided);
        assert_eq!(decided(&Policy::builtin().gate), Relative::Regressed);
    }

    fn detectable(comparison: &Comparison, better: Direction, gate: &Gate) -> f64 {
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
            let row = ranked(0.0, shift(low, value, high), p, Subject::NearZero { separated });
            assert_eq!(verdict("MB/s", Direction::Higher, &row), want, "{value} {separated} {p}");
        }
    }

    #[test]
    fn without_a_correction_each_row_stands_alone() {
        let gate = Gate { correction: Correction::None, ..Policy::builtin().gate };
        let row = ratio(10.0, 4.0);
        let decided =
            |gate: &Gate| decide(&row, || tails(1e-5), Direction::Lower, &Tolerance::UNLISTED, gate);
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
        assert_eq!(needed(&ratio(3.0, 20.0), 0.0), None, "nobody takes so many");
    }
}
