//! The size of a change in the unit itself, turned so that more is worse.

use crate::compare::{Comparison, Effect};
use crate::model::Direction;
use crate::policy::Tolerance;
use crate::stats::Estimate;

/// Which way new differs from base, by the estimate.
pub(super) enum Size {
    Worse,
    Tolerated,
    Better,
}

/// A change in the unit itself, turned so that more is worse.
#[derive(Clone, Copy)]
pub(super) struct Change {
    amount: f64,
    /// The lower end of its interval.
    at_least: Option<f64>,
    /// The upper end.
    at_most: Option<f64>,
    base: f64,
}

impl Change {
    pub fn of(comparison: &Comparison, better: Direction) -> Change {
        let base = comparison.base.center;
        let shift = match comparison.effect {
            Effect::Ratio(ratio) => ratio.map(|ratio| base * (ratio - 1.0)),
            Effect::Shift(shift) => shift,
        };
        Change::by(shift, base, better)
    }

    /// A change by this much from a base.
    pub fn by(shift: Estimate, base: f64, better: Direction) -> Change {
        let ends = shift.interval.ends();
        let (amount, at_least, at_most) = match better {
            Direction::Lower => (shift.value, ends.map(|(low, _)| low), ends.map(|(_, high)| high)),
            Direction::Higher => (-shift.value, ends.map(|(_, high)| -high), ends.map(|(low, _)| -low)),
        };
        Change { amount, at_least, at_most, base }
    }

    /// Whether its interval covers no change.
    pub fn may_be_none(&self) -> bool {
        self.at_least.is_none_or(|low| low <= 0.0) && self.at_most.is_none_or(|high| 0.0 <= high)
    }

    pub fn size(&self, tolerance: &Tolerance) -> Size {
        match (tolerance.allows(self.amount, self.base), tolerance.allows(-self.amount, self.base)) {
            (false, _) => Size::Worse,
            (true, false) => Size::Better,
            (true, true) => Size::Tolerated,
        }
    }

    /// The size of a change of counts that vary: what is less than one is no change of a whole number.
    pub fn whole(&self, tolerance: &Tolerance) -> Size {
        if self.amount.abs() < 1.0 { Size::Tolerated } else { self.size(tolerance) }
    }

    pub fn whole_is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| at_most < 1.0) || self.is_ruled_out(tolerance)
    }

    pub fn is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| tolerance.allows(at_most, self.base))
    }
}
