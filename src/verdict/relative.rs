//! Is new worse than base, by more than is tolerated, and surely so?

use crate::compare::{Certainty, Comparison, Effect};
use crate::model::Direction;
use crate::policy::{Correction, Gate, Tolerance};

/// A two-sided p-value above this is no evidence about a single row, whatever the suite: one-sided 1 %.
const ROW_P: f64 = 0.02;

/// What two samples say under a tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relative {
    /// Proven worse, by more than is tolerated.
    Regressed,
    /// Proven better, by more than would be tolerated the other way.
    Improved,
    /// A regression beyond the tolerance is ruled out.
    Unchanged,
    /// Neither.
    Undecided,
    /// There are too few samples to ask.
    TooFew,
}

/// Holds a comparison against a tolerance: a regression must be proven, and the estimate beyond what is tolerated; an
/// unproven row is unchanged only if its interval rules a regression out.
pub(super) fn decide(
    comparison: &Comparison,
    better: Direction,
    tolerance: &Tolerance,
    gate: &Gate,
) -> Relative {
    let worse = Worsening::of(comparison, better);
    match (Proof::of(comparison, gate), worse.size(tolerance), worse.is_ruled_out(tolerance)) {
        (Proof::Impossible, _, _) => Relative::TooFew,
        (Proof::Exact | Proof::Given, Size::Worse, _) => Relative::Regressed,
        (Proof::Exact | Proof::Given, Size::Better, _) => Relative::Improved,
        (Proof::Exact, Size::Tolerated, _) => Relative::Unchanged,
        (Proof::Given, Size::Tolerated, true) | (Proof::Lacking, _, true) => Relative::Unchanged,
        (Proof::Given, Size::Tolerated, false) | (Proof::Lacking, _, false) => Relative::Undecided,
    }
}

/// How sure it is that new differs from base.
enum Proof {
    /// Nothing varies.
    Exact,
    /// The p-values are small enough.
    Given,
    /// They are not.
    Lacking,
    /// There are too few samples to ask.
    Impossible,
}

impl Proof {
    fn of(comparison: &Comparison, gate: &Gate) -> Proof {
        match comparison.certainty {
            Certainty::Exact => Proof::Exact,
            Certainty::TooFew => Proof::Impossible,
            Certainty::Tested { adjusted, .. } => {
                let p = match gate.correction {
                    Correction::Holm => adjusted,
                    Correction::None => comparison.p,
                };
                if p.get() <= gate.alpha && comparison.p.get() <= ROW_P {
                    Proof::Given
                } else {
                    Proof::Lacking
                }
            }
        }
    }
}

/// Which way new differs from base, by the estimate.
enum Size {
    Worse,
    Tolerated,
    Better,
}

/// The effect, turned so that more is worse, in the unit itself.
struct Worsening {
    amount: f64,
    /// The upper end of its interval.
    at_most: Option<f64>,
    base: f64,
}

impl Worsening {
    fn of(comparison: &Comparison, better: Direction) -> Worsening {
        let base = comparison.base.center;
        let ratio = |ratio: f64| base * (ratio - 1.0);
        let (amount, at_most) = match (comparison.effect, better) {
            (Effect::Ratio(it), Direction::Lower) => {
                (ratio(it.value), it.interval.ends().map(|(_, high)| ratio(high)))
            }
            (Effect::Ratio(it), Direction::Higher) => {
                (-ratio(it.value), it.interval.ends().map(|(low, _)| -ratio(low)))
            }
            (Effect::Shift(it), Direction::Lower) => (it.value, it.interval.ends().map(|(_, high)| high)),
            (Effect::Shift(it), Direction::Higher) => (-it.value, it.interval.ends().map(|(low, _)| -low)),
        };
        Worsening { amount, at_most, base }
    }

    fn size(&self, tolerance: &Tolerance) -> Size {
        match (tolerance.allows(self.amount, self.base), tolerance.allows(-self.amount, self.base)) {
            (false, _) => Size::Worse,
            (true, false) => Size::Better,
            (true, true) => Size::Tolerated,
        }
    }

    fn is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| tolerance.allows(at_most, self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Summary;
    use crate::model::Unit;
    use crate::policy::Policy;
    use crate::stats::{Estimate, Interval, PValue};

    fn summary(center: f64) -> Summary {
        Summary { n: 10, center, low: None, high: None }
    }

    fn ratio(low: f64, value: f64, high: f64) -> Effect {
        Effect::Ratio(Estimate { value, interval: Interval::Bounded { low, high, confidence: 0.95 } })
    }

    fn shift(low: f64, value: f64, high: f64) -> Effect {
        Effect::Shift(Estimate { value, interval: Interval::Bounded { low, high, confidence: 0.95 } })
    }

    fn tested(p: f64, adjusted: f64) -> (PValue, Certainty) {
        (PValue::new(p), Certainty::Tested { adjusted: PValue::new(adjusted), family: 9 })
    }

    #[test]
    fn a_regression_is_proven_and_beyond_the_tolerance() {
        use Direction::{Higher, Lower};
        use Relative::{Improved, Regressed, TooFew, Unchanged, Undecided};
        let (sure, unsure) = (tested(1e-5, 1e-4), tested(0.3, 1.0));
        let exact = (PValue::ONE, Certainty::Exact);
        for (unit, base, effect, (p, certainty), better, want) in [
            ("ns/op", 100.0, ratio(1.05, 1.06, 1.07), sure, Lower, Regressed),
            ("ns/op", 100.0, ratio(1.02, 1.04, 1.049), sure, Lower, Unchanged),
            ("ns/op", 100.0, ratio(1.02, 1.04, 1.06), sure, Lower, Undecided),
            ("ns/op", 100.0, ratio(0.98, 1.06, 1.2), unsure, Lower, Undecided),
            ("ns/op", 100.0, ratio(0.98, 1.01, 1.04), unsure, Lower, Unchanged),
            ("ns/op", 100.0, ratio(0.5, 0.7, 0.9), sure, Lower, Improved),
            ("ns/op", 100.0, ratio(0.5, 0.7, 0.9), unsure, Lower, Unchanged),
            ("ns/op", 100.0, ratio(1.05, 1.06, 1.07), tested(0.03, 0.03), Lower, Undecided),
            ("ns/op", 100.0, ratio(1.05, 1.06, 1.07), tested(1e-3, 0.06), Lower, Undecided),
            ("ns/op", 100.0, ratio(2.0, 2.0, 2.0), (PValue::ONE, Certainty::TooFew), Lower, TooFew),
            ("MB/s", 100.0, ratio(0.5, 0.7, 0.9), sure, Higher, Regressed),
            ("MB/s", 100.0, ratio(0.951, 0.953, 0.96), sure, Higher, Unchanged),
            ("MB/s", 100.0, ratio(1.05, 1.06, 1.07), sure, Higher, Improved),
            ("MB/s", 100.0, ratio(0.97, 1.0, 1.5), unsure, Higher, Unchanged),
            ("MB/s", 100.0, ratio(0.9, 1.0, 1.5), unsure, Higher, Undecided),
            ("MB/s", 0.0, shift(-9.0, -8.0, -7.0), sure, Higher, Regressed),
            ("MB/s", 0.0, shift(7.0, 8.0, 9.0), sure, Higher, Improved),
            ("MB/s", 0.0, shift(0.0, 8.0, 9.0), unsure, Higher, Unchanged),
            ("MB/s", 0.0, shift(-1.0, 8.0, 9.0), unsure, Higher, Undecided),
            ("allocs/op", 0.0, shift(2.0, 2.0, 2.0), exact, Lower, Regressed),
            ("allocs/op", 2.0, shift(-2.0, -2.0, -2.0), exact, Lower, Improved),
            ("allocs/op", 1000.0, shift(1.0, 1.0, 1.0), exact, Lower, Unchanged),
            ("allocs/op", 0.0, shift(0.0, 0.0, 1.0), unsure, Lower, Undecided),
            ("B/op", 0.0, shift(0.0, 2.0, 8.0), unsure, Lower, Unchanged),
        ] {
            let comparison = Comparison { base: summary(base), new: summary(base), effect, p, certainty };
            let policy = Policy::builtin();
            let tolerance = policy.units[&Unit::new(unit)].tolerance.as_ref().expect("built in").value;
            assert_eq!(decide(&comparison, better, &tolerance, &policy.gate), want, "{unit} {comparison:?}");
        }
    }

    #[test]
    fn without_a_correction_each_row_stands_alone() {
        let gate = Gate { correction: Correction::None, ..Policy::builtin().gate };
        let (p, certainty) = tested(1e-3, 0.06);
        let comparison =
            Comparison { base: summary(1.0), new: summary(2.0), effect: ratio(1.9, 2.0, 2.1), p, certainty };
        assert_eq!(decide(&comparison, Direction::Lower, &Tolerance::UNLISTED, &gate), Relative::Regressed);
    }
}
