//! Tests two samples by themselves, without the rest of the suite.

use super::calibrate::RowEstimate;
use super::comparison::{Effect, Extremes, RankedKind};
use super::{SampleSummary, setup};
use crate::group::Series;
use crate::model::{Class, Sample};
use crate::stats::{self, Confidence, Estimate, Interval, PValue, Tails};

/// A constant count is compared exactly if each side has this many samples, or `min_samples` if that is less: one sample cannot show
/// that a count is constant.
const CONSTANT_FROM: usize = 2;

/// A result with fewer iterations than this part of the median measures mostly startup.
const FEW_ITERATIONS: f64 = 0.1;

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
    pub(super) fn of(base: Series, new: Series, class: Class, min_samples: usize) -> PairedRow {
        let strays = (strays(base), strays(new));
        let is_constant = |series| never_varies(series, CONSTANT_FROM.min(min_samples));
        if class == Class::Counting && strays == (0, 0) && is_constant(base) && is_constant(new) {
            return PairedRow::constant(base, new);
        }
        let (x, y) = (sample(base), sample(new));
        let ranks = mann_whitney(x.ascending(), y.ascending());
        let extremes =
            |x: &Sample, y: &Sample| Extremes { base: (x.min(), x.max()), new: (y.min(), y.max()) };
        let (extremes, test) = match class {
            Class::Continuous => (extremes(&x, &y), continuous(&x, &y, ranks.tails(), min_samples)),
            Class::Counting if strays == (0, 0) => {
                (extremes(&x, &y), counting((&x, &y), (base, new), || ranks.tails(), min_samples))
            }
            Class::Counting => {
                let (base, new) = (WithoutStrays::of(base), WithoutStrays::of(new));
                let (base, new) = (base.series(), new.series());
                let (x, y) = (sample(base), sample(new));
                let tails = || mann_whitney(x.ascending(), y.ascending()).tails();
                (extremes(&x, &y), counting((&x, &y), (base, new), tails, min_samples))
            }
        };
        let (base, new) = (SampleSummary::new(&x, class), SampleSummary::new(&y, class));
        PairedRow { base, new, p: ranks.two_sided(), extremes, strays, test }
    }

    /// Most rows of a suite are constant counts. They need no sorting.
    fn constant(base: Series, new: Series) -> PairedRow {
        let (before, after) = (base.values[0], new.values[0]); // no series is empty
        let p = if before == after { PValue::ONE } else { mann_whitney(base.values, new.values).two_sided() };
        let summary = |series: Series| SampleSummary::constant(series.values[0], series.values.len());
        let test = RowTest::Exact(exactly(after - before));
        let extremes = Extremes { base: (before, before), new: (after, after) };
        PairedRow { base: summary(base), new: summary(new), p, extremes, strays: (0, 0), test }
    }
}

/// Whether the count is constant, over enough samples to show it. 0 and -0 are different.
fn never_varies(series: Series, enough: usize) -> bool {
    let first = series.values[0].to_bits(); // never empty
    series.values.len() >= enough && series.values.iter().all(|value| value.to_bits() == first)
}

fn exactly(value: f64) -> Effect {
    let interval = Interval::Bounded { low: value, high: value, confidence: 1.0 };
    Effect::Shift(Estimate { value, interval })
}

pub(super) fn sample(series: Series) -> Sample {
    Sample::new(series.values).expect("a dataset holds finite values only, and no series is empty")
}

fn mann_whitney(x: &[f64], y: &[f64]) -> stats::MannWhitney {
    stats::mann_whitney(x, y).expect("no series is empty")
}

fn continuous(x: &Sample, y: &Sample, tails: Tails, min_samples: usize) -> RowTest {
    let log_ratio = stats::hodges_lehmann_log_ratio(x.ascending(), y.ascending(), Confidence::P95);
    let enough = x.len().min(y.len()) >= min_samples;
    let estimate = |log: Estimate| {
        let error = log.interval.standard_error()?;
        Some(RowEstimate { change: log.value, error, freedom: (x.len() + y.len() - 2) as f64 })
    };
    match (log_ratio.and_then(estimate).filter(|_| enough), log_ratio) {
        (Some(estimate), _) => RowTest::Ratio(estimate),
        (None, Some(log)) => RowTest::TooFew(Effect::Ratio(log.map(stats::exp))),
        (None, None) => {
            let separated = x.max() < y.min() || y.max() < x.min();
            ranks(shift(x, y), tails, RankedKind::NearZero { separated }, enough)
        }
    }
}

/// The median of all differences.
fn shift(x: &Sample, y: &Sample) -> Estimate {
    stats::hodges_lehmann(x.ascending(), y.ascending(), Confidence::P95).expect("a sample is never empty")
}

fn ranks(shift: Estimate, tails: Tails, kind: RankedKind, enough: bool) -> RowTest {
    let effect = Effect::Shift(shift);
    if enough { RowTest::Ranks(RankEstimate { effect, tails, kind }) } else { RowTest::TooFew(effect) }
}

/// Below this many iterations a result measures mostly startup.
fn few_iterations(series: Series) -> f64 {
    let mut iterations: Vec<f64> = series.iterations.iter().map(|&n| n as f64).collect();
    FEW_ITERATIONS * stats::select_median(&mut iterations).unwrap_or(0.0)
}

/// How many results have too few iterations.
fn strays(series: Series) -> usize {
    let most = series.iterations.iter().max().copied().unwrap_or(0) as f64;
    let least = series.iterations.iter().min().copied().unwrap_or(0) as f64;
    if least >= FEW_ITERATIONS * most {
        return 0; // the usual case
    }
    let few = few_iterations(series);
    series.iterations.iter().filter(|&&n| (n as f64) < few).count()
}

/// A series without the results that have too few iterations.
struct WithoutStrays {
    values: Vec<f64>,
    iterations: Vec<u64>,
    runs: usize,
}

impl WithoutStrays {
    fn of(series: Series) -> WithoutStrays {
        let few = few_iterations(series);
        let measured = series.values.iter().copied().zip(series.iterations.iter().copied());
        // The median is always kept, so that the series does not become empty.
        let (values, iterations) = measured.filter(|&(_, n)| n as f64 >= few).unzip();
        WithoutStrays { values, iterations, runs: series.runs }
    }

    fn series(&self) -> Series<'_> {
        Series { values: &self.values, iterations: &self.iterations, runs: self.runs }
    }
}

fn counting(
    (x, y): (&Sample, &Sample),
    series: (Series, Series),
    tails: impl FnOnce() -> Tails,
    min_samples: usize,
) -> RowTest {
    let fewest = x.len().min(y.len());
    let value = y.median() - x.median();
    if x.is_constant() && y.is_constant() && fewest >= CONSTANT_FROM.min(min_samples) {
        return RowTest::Exact(exactly(value));
    }
    let shift = Estimate { value, ..shift(x, y) };
    let points = |series: Series| -> Vec<(f64, f64)> {
        series.iterations.iter().zip(series.values).map(|(&n, &v)| (1.0 / n.max(1) as f64, v)).collect()
    };
    let kind = RankedKind::Count { setup: setup::estimate(&points(series.0), &points(series.1)) };
    ranks(shift, tails(), kind, fewest >= min_samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_shortcut_for_constant_counts_gives_the_same_answer(
            before in -2i32..3, after in -2i32..3, n1 in 2usize..12, n2 in 2usize..12,
        ) {
            let (before, after) = (vec![f64::from(before); n1], vec![f64::from(after); n2]);
            let (base, new) = ([100; 12], [100; 12]);
            let base = Series { values: &before, iterations: &base[..n1], runs: 1 };
            let new = Series { values: &after, iterations: &new[..n2], runs: 1 };
            let got = PairedRow::of(base, new, Class::Counting, 5);
            let (x, y) = (sample(base), sample(new));
            prop_assert_eq!(got.base, SampleSummary::new(&x, Class::Counting));
            prop_assert_eq!(got.new, SampleSummary::new(&y, Class::Counting));
            let test = mann_whitney(x.ascending(), y.ascending());
            prop_assert_eq!(got.p, test.two_sided());
            let want = counting((&x, &y), (base, new), || test.tails(), 5);
            prop_assert_eq!(format!("{:?}", got.test), format!("{want:?}"));
        }
    }
}
