//! What the samples of a suite say of how they were taken.

use super::calibrate::Calibration;
use super::{Certainty, Comparison, Effect};
use crate::group::Series;
use crate::model::{Design, Unit};
use crate::stats;
use rayon::prelude::*;

/// One time-like unit over all its rows that could be tested.
#[derive(Debug, Clone)]
pub struct SuiteStats<'g> {
    /// The unit.
    pub unit: &'g Unit,
    /// How many rows that is.
    pub rows: usize,
    /// How far the suite moved, and how noisy the run was.
    pub calibration: Calibration,
    /// The share of rows that went up, less the share that went down: those by more than 5 %, and surely so by themselves.
    pub imbalance: f64,
    /// The base side, in the order measured.
    pub base: SampleOrder,
    /// The new side.
    pub new: SampleOrder,
}

/// How the samples of one side came in, over all benchmarks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleOrder {
    /// How many benchmarks have all their samples from one run of a test binary.
    pub single_runs: usize,
    /// The mean rank correlation of a benchmark's samples with their order, and its standard error if there is no drift.
    pub drift: Option<(f64, f64)>,
    /// The mean rank correlation of each sample with the one before it.
    pub autocorrelation: Option<f64>,
}

/// By more than this a single row counts as moved.
const MOVED: f64 = 0.05;

/// And with a one-sided p-value of the rank test of at most this.
const SURELY: f64 = 0.01;

/// A suite of which not even half of the benchmarks have samples from several processes was not interleaved.
pub(super) fn effective(design: Design, rows: &[(Series, Series)]) -> Design {
    let single = rows.iter().filter(|(base, new)| base.runs < 2 || new.runs < 2).count();
    if 2 * single > rows.len() { Design::Block } else { design }
}

impl<'g> SuiteStats<'g> {
    /// Of the rows of one unit, compared, with their series. O(values · log).
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
    matches!(comparison.certainty, Certainty::Calibrated(_))
}

/// 1 for up, -1 for down, 0 for neither.
fn moved(comparison: &Comparison) -> i32 {
    let (Certainty::Calibrated(_), Effect::Ratio(ratio)) = (comparison.certainty, comparison.effect) else {
        return 0;
    };
    if 0.5 * comparison.p.get() > SURELY {
        return 0;
    }
    i32::from(ratio.value >= 1.0 + MOVED) - i32::from(ratio.value <= (1.0 + MOVED).recip())
}

impl SampleOrder {
    fn of<'s>(series: impl Iterator<Item = &'s Series<'s>>) -> SampleOrder {
        let series: Vec<&Series> = series.collect();
        let trends = |it: &&Series| (stats::drift(it.values), stats::autocorrelation(it.values));
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
            single_runs: series.iter().filter(|it| it.runs < 2).count(),
            drift: (drifting > 0.0).then(|| (pooled.0 / drifting, f64::sqrt(pooled.1) / drifting)),
            autocorrelation: (!following.is_empty()).then(|| mean(&following)),
        }
    }
}
