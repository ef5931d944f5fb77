//! Statistics over all rows of a suite: noise, drift, and how the samples were taken.

use super::calibrate::Calibration;
use super::comparison::{Certainty, Comparison, Effect};
use crate::group::Series;
use crate::model::Unit;
use crate::stats;
use rayon::prelude::*;

/// Statistics of one continuous unit over all tested rows.
#[derive(Debug, Clone)]
pub struct SuiteStats<'g> {
    /// The unit.
    pub unit: &'g Unit,
    /// How many rows were tested.
    pub rows: usize,
    /// The common shift of the suite, and the noise between runs.
    pub calibration: Calibration,
    /// The share of rows that rose minus the share of rows that fell. Counts changes of more than 5 % that are significant
    /// without the rest of the suite.
    pub imbalance: f64,
    /// The base side.
    pub base: SampleOrder,
    /// The new side.
    pub new: SampleOrder,
}

/// How the samples of one side depend on their order, over all benchmarks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleOrder {
    /// How many benchmarks have all samples from one process.
    pub single_runs: usize,
    /// How many processes a benchmark has, in the median.
    pub processes: usize,
    /// How many samples a benchmark has, in the median.
    pub samples: usize,
    /// The mean rank correlation of samples with their order, and its standard error without drift.
    pub drift: Option<(f64, f64)>,
    /// The mean rank correlation of each sample with the one before it.
    pub autocorrelation: Option<f64>,
}

/// A row counts as moved if its change is larger than this.
const MOVED: f64 = 0.05;

/// And if the one-sided p-value of its rank test is at most this.
const MOVED_P: f64 = 0.01;

impl<'g> SuiteStats<'g> {
    /// Computes the statistics of one unit. O(values · log).
    pub(super) fn of(
        unit: &'g Unit,
        calibration: Calibration,
        rows: &[(Series, Series)],
        comparisons: &[Comparison],
    ) -> SuiteStats<'g> {
        let tested = || rows.iter().zip(comparisons).filter(|(_, comparison)| is_calibrated(comparison));
        let count = tested().count();
        let moved: i32 = comparisons.iter().map(moved).sum();
        SuiteStats {
            unit,
            rows: count,
            calibration,
            imbalance: f64::from(moved) / count as f64,
            base: SampleOrder::of(tested().map(|((base, _), _)| base)),
            new: SampleOrder::of(tested().map(|((_, new), _)| new)),
        }
    }
}

fn is_calibrated(comparison: &Comparison) -> bool {
    matches!(comparison.certainty, Certainty::Calibrated(_) | Certainty::FewProcesses(_))
}

/// 1 for up, -1 for down, 0 for neither.
fn moved(comparison: &Comparison) -> i32 {
    let (Certainty::Calibrated(_), Effect::Ratio(ratio)) = (comparison.certainty, comparison.effect) else {
        return 0;
    };
    if 0.5 * comparison.p.get() > MOVED_P {
        return 0;
    }
    i32::from(ratio.value >= 1.0 + MOVED) - i32::from(ratio.value <= (1.0 + MOVED).recip())
}

impl SampleOrder {
    fn of<'s>(series: impl Iterator<Item = &'s Series<'s>>) -> SampleOrder {
        let series: Vec<&Series> = series.collect();
        let trends = |it: &&Series| stats::drift_and_autocorrelation(it.values);
        let trends: Vec<(Option<f64>, Option<f64>)> = series.par_iter().map(trends).collect();
        let mut pooled = (0.0, 0.0); // Σ correlation, Σ its variance
        let mut drifting = 0.0;
        for (it, drift) in series.iter().zip(&trends).filter_map(|(it, &(drift, _))| Some((it, drift?))) {
            pooled = (pooled.0 + drift, pooled.1 + 1.0 / (it.values.len() as f64 - 1.0));
            drifting += 1.0;
        }
        let following: Vec<f64> = trends.iter().filter_map(|&(_, following)| following).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        SampleOrder {
            processes: middle(series.iter().map(|it| it.processes())),
            samples: middle(series.iter().map(|it| it.values.len())),
            single_runs: series.iter().filter(|it| it.processes() < 2).count(),
            drift: (drifting > 0.0).then(|| (pooled.0 / drifting, f64::sqrt(pooled.1) / drifting)),
            autocorrelation: (!following.is_empty()).then(|| mean(&following)),
        }
    }
}

/// The upper median; 0 of nothing.
fn middle(counts: impl Iterator<Item = usize>) -> usize {
    let mut counts: Vec<usize> = counts.collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or(0)
}
