//! Two samples, compared: the numbers that a verdict needs.

use super::SampleSummary;
use super::calibrate::Calibration;
use super::dependence::Dependence;
use crate::model::{Direction, Share};
use crate::stats::{Estimate, PValue, Studentized, Tails};

/// Two samples, compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The base sample.
    pub base: SampleSummary,
    /// The new sample.
    pub new: SampleSummary,
    /// How much new differs from base, with a 95 % interval.
    pub effect: Effect,
    /// The two-sided Mann-Whitney p-value of this row, not adjusted.
    pub p: PValue,
    /// The smallest and the largest value of each side.
    pub extremes: Extremes,
    /// How many samples of base and new have too few iterations. Counts are compared without them.
    pub strays: (usize, usize),
    /// How a count depends on b.N, if the samples show that.
    pub dependence: Option<Dependence>,
    /// How certain the effect is.
    pub certainty: Certainty,
}

/// The smallest and the largest value of each side, of the samples that were compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    /// Of base.
    pub base: (f64, f64),
    /// Of new.
    pub new: (f64, f64),
}

impl Extremes {
    /// Whether all values of one side are below all values of the other.
    pub fn are_apart(&self) -> bool {
        self.base.1 < self.new.0 || self.new.1 < self.base.0
    }

    /// By how much the worst value of new is better than the best one of base.
    pub fn gap_back(&self, better: Direction) -> f64 {
        match better {
            Direction::Lower => self.base.0 - self.new.1,
            Direction::Higher => self.new.0 - self.base.1,
        }
    }

    /// By how much the best value of new is worse than the worst one of base: positive if the samples do not overlap and new is
    /// worse.
    pub fn gap(&self, better: Direction) -> f64 {
        match better {
            Direction::Lower => self.new.0 - self.base.1,
            Direction::Higher => self.base.0 - self.new.1,
        }
    }
}

/// How much new differs from base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// new / base, by Hodges-Lehmann on logarithms: for continuous units with positive values. The interval includes the noise
    /// of the suite, unless there are too few samples for a test.
    Ratio(Estimate),
    /// new - base: for counting units the difference of the medians with the Hodges-Lehmann interval, for continuous units with
    /// values of zero or less the Hodges-Lehmann shift.
    Shift(Estimate),
}

/// How certain an effect is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Certainty {
    /// A count that is the same in every sample of a side: there is nothing to test.
    Exact,
    /// A ratio, tested against its scatter and the noise of the suite.
    Calibrated(Calibrated),
    /// A ratio that cannot be tested: a side has so few processes, and the suite is too small to tell how much processes differ.
    FewProcesses(usize),
    /// Tested by ranks: a count that varies, or a number for which there is no ratio.
    Ranked(Ranked),
    /// Too few samples for a test.
    TooFew,
}

/// A ratio, calibrated by its suite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibrated {
    /// ln(new / base) minus the shift of the suite. Its error includes the noise of the suite.
    pub effect: Studentized,
    /// The part of the error that comes from the scatter of its samples.
    pub scatter: f64,
    /// The shift and the noise of the suite.
    pub calibration: Calibration,
    /// The p-values of the effect, divided by the share of its look, not adjusted.
    pub alone: Tails,
    /// The p-values adjusted by Holm's method over the family, for each side separately.
    pub adjusted: Tails,
    /// How many rows the family has.
    pub family: usize,
    /// The part of the chance of a false alarm that its last look may use.
    pub share: Share,
}

/// A shift, tested by ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The p-values of the rank test, divided by the share of its look, not adjusted.
    pub alone: Tails,
    /// The p-values adjusted by Holm's method over the family, for each side separately.
    pub adjusted: Tails,
    /// How many rows the family has.
    pub family: usize,
    /// The part of the chance of a false alarm that its last look may use.
    pub share: Share,
    /// What kind of number was tested.
    pub kind: RankedKind,
}

/// The kind of number that a rank test compares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RankedKind {
    /// A count that varies.
    Count,
    /// A number without a ratio: some values are zero or less.
    NearZero,
}
