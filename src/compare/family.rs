//! Tests all rows of one unit together.

use super::calibrate::{self, Calibration};
use super::comparison::{Calibrated, Certainty, Comparison, Effect, Ranked};
use super::estimate::RowEstimate;
use super::paired::{PairedRow, RankEstimate, RowTest};
use crate::model::{SamplingPlan, Share, Unit};
use crate::stats::{self, Confidence, Estimate, Interval, PValue, Studentized, Tails};
use rayon::prelude::*;

/// Calibrates the ratios of one unit, and adjusts the p-values: one family per kind of test. A row that was looked at several
/// times has a smaller share of alpha. Returns one comparison per row, in the same order, and what is said of the calibration if there
/// is a ratio.
pub(super) fn test_family(
    rows: &[&PairedRow],
    plan: &SamplingPlan,
    unit: &Unit,
) -> (Vec<Comparison>, Option<Calibration>) {
    let (estimates, shares): (Vec<RowEstimate>, Vec<Share>) =
        rows.iter().filter_map(|row| Some((row.ratio()?, row.share(plan)))).unzip();
    let estimates = calibrate::moderate(&estimates);
    let calibration = (!estimates.is_empty()).then(|| {
        let calibration = Calibration::of(&estimates, plan.design);
        if unit.is_of_counter() { calibration.of_counter() } else { calibration }
    });
    let mut calibrated =
        calibration.iter().flat_map(|calibration| calibrate(&estimates, &shares, calibration));
    let ranks: Vec<(&RankEstimate, Share)> =
        rows.iter().filter_map(|row| Some((row.ranks()?, row.share(plan)))).collect();
    let mut ranked = rank(&ranks).into_iter();
    let comparisons = rows
        .iter()
        .map(|row| {
            let (effect, certainty) = match &row.test {
                RowTest::TooFew(effect) => (*effect, Certainty::TooFew),
                RowTest::Exact(effect) => (*effect, Certainty::Exact),
                RowTest::Ratio(_) => calibrated.next().expect("one per ratio"),
                RowTest::Ranks(_) => ranked.next().expect("one per rank test"),
            };
            Comparison {
                base: row.base,
                new: row.new,
                effect,
                p: row.p,
                extremes: row.extremes,
                strays: row.strays,
                dependence: row.dependence,
                certainty,
            }
        })
        .collect();
    (comparisons, calibration.map(|it| it.summary(&estimates)))
}

impl PairedRow {
    fn ratio(&self) -> Option<RowEstimate> {
        match self.test {
            RowTest::Ratio(estimate) => Some(estimate),
            RowTest::TooFew(_) | RowTest::Exact(_) | RowTest::Ranks(_) => None,
        }
    }

    fn ranks(&self) -> Option<&RankEstimate> {
        match &self.test {
            RowTest::Ranks(ranks) => Some(ranks),
            RowTest::TooFew(_) | RowTest::Exact(_) | RowTest::Ratio(_) => None,
        }
    }

    /// The share of the last look at the row. The side with more samples counts: the other one may have lost some.
    fn share(&self, plan: &SamplingPlan) -> Share {
        plan.share(self.base.n.max(self.new.n))
    }
}

/// p-values divided by the share of their look, see [`crate::model::Looks::look`].
pub(super) fn divide_by_share(tails: Tails, share: Share) -> Tails {
    let over = |p: PValue| PValue::new(p.get() / share.get());
    Tails { less: over(tails.less), greater: over(tails.greater) }
}

/// Rows whose error is not known are not tested, and do not make the family larger.
fn calibrate(rows: &[RowEstimate], shares: &[Share], calibration: &Calibration) -> Vec<(Effect, Certainty)> {
    let is_known = |(row, _): &(&RowEstimate, &Share)| calibration.too_few_processes(row).is_none();
    if rows.iter().zip(shares).all(|row| is_known(&row)) {
        return test(rows, shares, calibration); // the usual case, without copies
    }
    let (known, of_known): (Vec<RowEstimate>, Vec<Share>) = rows.iter().zip(shares).filter(is_known).unzip();
    let mut tested = test(&known, &of_known, calibration).into_iter();
    let one = |row: &RowEstimate| match calibration.too_few_processes(row) {
        None => tested.next().expect("one per row whose error is known"),
        Some(processes) => {
            let ratio = Estimate { value: row.change, interval: Interval::Unbounded };
            (Effect::Ratio(ratio.map(stats::exp)), Certainty::FewProcesses(processes))
        }
    };
    rows.iter().map(one).collect()
}

fn test(rows: &[RowEstimate], shares: &[Share], calibration: &Calibration) -> Vec<(Effect, Certainty)> {
    let effects: Vec<Studentized> = rows.iter().map(|&row| calibration.of_row(&row).apply(row)).collect();
    // Both at once: the distribution of a row is made once.
    let alone = |(it, &share): (&Studentized, &Share)| {
        (divide_by_share(it.tails(0.0), share), it.interval(Confidence::P95))
    };
    let (alone, intervals): (Vec<Tails>, Vec<(f64, f64)>) = effects.par_iter().zip(shares).map(alone).unzip();
    let adjusted = holm(&alone);
    let one = |i: usize| {
        let (effect, share) = (effects[i], shares[i]);
        let certainty = Certainty::Calibrated(Calibrated {
            effect,
            scatter: rows[i].error,
            calibration: calibration.of_row(&rows[i]),
            alone: alone[i],
            adjusted: adjusted[i],
            family: rows.len(),
            share,
        });
        let (low, high) = intervals[i];
        let interval = Interval::Bounded { low, high, confidence: Confidence::P95.get() };
        let log = Estimate { value: rows[i].change, interval: interval.map(|end| end + calibration.shift) };
        (Effect::Ratio(log.map(stats::exp)), certainty)
    };
    (0..rows.len()).into_par_iter().map(one).collect()
}

fn rank(rows: &[(&RankEstimate, Share)]) -> Vec<(Effect, Certainty)> {
    let alone: Vec<Tails> = rows.iter().map(|&(row, share)| divide_by_share(row.tails, share)).collect();
    let adjusted = holm(&alone);
    let one = |i: usize| {
        let (&RankEstimate { effect, kind, .. }, share) = rows[i];
        let (alone, adjusted) = (alone[i], adjusted[i]);
        (effect, Certainty::Ranked(Ranked { alone, adjusted, family: rows.len(), share, kind }))
    };
    (0..rows.len()).map(one).collect()
}

/// Holm's method for each side separately: improvements do not raise the p-values of regressions.
fn holm(family: &[Tails]) -> Vec<Tails> {
    let side = |of: fn(&Tails) -> PValue| stats::holm(&family.iter().map(of).collect::<Vec<_>>());
    let (less, greater) = (side(|it| it.less), side(|it| it.greater));
    less.into_iter().zip(greater).map(|(less, greater)| Tails { less, greater }).collect()
}
