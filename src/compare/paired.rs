//! A row of both sides, before the rest of the suite is known, and how it is tested.

use super::SampleSummary;
use super::comparison::{Effect, Extremes, RankedKind};
use super::dependence::Dependence;
use super::estimate::RowEstimate;
use crate::group::Series;
use crate::model::{RunNoise, Sample};
use crate::stats::{self, Confidence, Estimate, PValue, Tails};

/// How many samples a side needs to be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enough {
    /// So many, in any case.
    pub samples: usize,
    /// Whether 3 samples of times are enough as well, if each comes from its own process: they must then not overlap.
    pub apart: bool,
}

/// A row of both sides.
#[derive(Debug, Clone)]
pub(super) struct PairedRow {
    pub base: SampleSummary,
    pub new: SampleSummary,
    /// The two-sided Mann-Whitney p-value of all samples.
    pub p: PValue,
    pub extremes: Extremes,
    /// How many samples of base and new have too few iterations. Counts are compared without them.
    pub strays: (usize, usize),
    /// See [`super::Comparison::dependence`].
    pub dependence: Option<Dependence>,
    pub test: RowTest,
}

/// How a row is tested.
#[derive(Debug, Clone)]
pub(super) enum RowTest {
    /// Not at all: there are too few samples.
    TooFew(Effect),
    /// Exactly: the counts are constant.
    Exact(Effect),
    /// By the ratio: all values are positive.
    Ratio(RowEstimate),
    /// By ranks.
    Ranks(RankEstimate),
}

/// Two samples of counts, or of numbers without a ratio.
#[derive(Debug, Clone)]
pub(super) struct RankEstimate {
    pub effect: Effect,
    pub tails: Tails,
    pub kind: RankedKind,
}

impl PairedRow {
    /// The same with the noise between runs that earlier runs have shown.
    pub fn with_noise(mut self, learned: Option<RunNoise>) -> PairedRow {
        if let RowTest::Ratio(estimate) = &mut self.test {
            estimate.learned = learned;
        }
        self
    }
}

pub(super) fn extremes(x: &Sample, y: &Sample) -> Extremes {
    Extremes { base: (x.min(), x.max()), new: (y.min(), y.max()) }
}

pub(super) fn sample(series: Series) -> Sample {
    Sample::new(series.values).expect("a dataset holds finite values only, and no series is empty")
}

pub(super) fn mann_whitney(x: &[f64], y: &[f64]) -> stats::MannWhitney {
    stats::mann_whitney(x, y).expect("no series is empty")
}

/// The median of all differences.
pub(super) fn shift(x: &Sample, y: &Sample) -> Estimate {
    stats::hodges_lehmann(x.ascending(), y.ascending(), Confidence::P95).expect("a sample is never empty")
}
