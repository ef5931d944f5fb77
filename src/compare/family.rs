//! Tests all rows of one unit together.

use super::calibrate::{self, Calibration};
use super::comparison::{Calibrated, Certainty, Comparison, Effect, Ranked};
use super::estimate::RowEstimate;
use super::paired::{PairedRow, RankEstimate, RowTest};
use crate::model::{SamplingPlan, Shard, Share, Unit};
use crate::stats::{self, Confidence, Estimate, Interval, PValue, Studentized, Tails};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Calibrates the ratios of one unit, those of each shard by themselves, and adjusts the p-values: one family per kind of test, over all
/// shards. A row that was looked at several times has a smaller share of alpha. Returns one comparison per row, in the same order, and
/// what is said of the calibration if there is a ratio: that of the shard with the most noise.
pub(super) fn test_family(
    rows: &[&PairedRow],
    shards: &[Option<Shard>],
    plan: &SamplingPlan,
    unit: &Unit,
) -> (Vec<Comparison>, Option<Calibration>) {
    let mut ratios: Vec<Ratio> = Vec::new();
    let mut by_shard: BTreeMap<Option<Shard>, Vec<usize>> = BTreeMap::new();
    for (row, &shard) in rows.iter().zip(shards) {
        if let Some(estimate) = row.ratio() {
            by_shard.entry(shard).or_default().push(ratios.len());
            ratios.push(Ratio { estimate, share: row.share(plan), calibration: None });
        }
    }
    let mut noisiest: Option<Calibration> = None;
    for indices in by_shard.values() {
        let estimates: Vec<RowEstimate> = indices.iter().map(|&index| ratios[index].estimate).collect();
        let estimates = calibrate::moderate(&estimates);
        let calibration = Calibration::of(&estimates, plan.design);
        let calibration = if unit.is_of_counter() { calibration.of_counter() } else { calibration };
        let summary = calibration.summary(&estimates);
        noisiest = noisiest.filter(|it| it.noise >= summary.noise).or(Some(summary));
        for (&index, estimate) in indices.iter().zip(estimates) {
            ratios[index] = Ratio { estimate, calibration: Some(calibration), ..ratios[index] };
        }
    }
    let mut calibrated = calibrate(&ratios).into_iter();
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
    (comparisons, noisiest)
}

/// A row that is compared by ratio.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    estimate: RowEstimate,
    share: Share,
    /// That of its shard.
    calibration: Option<Calibration>,
}

impl Ratio {
    fn calibration(&self) -> Calibration {
        self.calibration.expect("every shard was calibrated")
    }

    fn too_few_processes(&self) -> Option<usize> {
        self.calibration().too_few_processes(&self.estimate)
    }
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
fn calibrate(rows: &[Ratio]) -> Vec<(Effect, Certainty)> {
    if rows.iter().all(|row| row.too_few_processes().is_none()) {
        return test(rows); // the usual case, without copies
    }
    let known: Vec<Ratio> = rows.iter().filter(|row| row.too_few_processes().is_none()).copied().collect();
    let mut tested = test(&known).into_iter();
    let one = |row: &Ratio| match row.too_few_processes() {
        None => tested.next().expect("one per row whose error is known"),
        Some(processes) => {
            let ratio = Estimate { value: row.estimate.change, interval: Interval::Unbounded };
            (Effect::Ratio(ratio.map(stats::exp)), Certainty::FewProcesses(processes))
        }
    };
    rows.iter().map(one).collect()
}

fn test(rows: &[Ratio]) -> Vec<(Effect, Certainty)> {
    let of_row = |row: &Ratio| row.calibration().of_row(&row.estimate);
    let effects: Vec<Studentized> = rows.iter().map(|row| of_row(row).apply(row.estimate)).collect();
    // Both at once: the distribution of a row is made once.
    let alone = |(it, row): (&Studentized, &Ratio)| {
        (divide_by_share(it.tails(0.0), row.share), it.interval(Confidence::P95))
    };
    let (alone, intervals): (Vec<Tails>, Vec<(f64, f64)>) = effects.par_iter().zip(rows).map(alone).unzip();
    let adjusted = holm(&alone);
    let one = |i: usize| {
        let (effect, row) = (effects[i], &rows[i]);
        let calibration = of_row(row);
        let certainty = Certainty::Calibrated(Calibrated {
            effect,
            scatter: row.estimate.error,
            calibration,
            alone: alone[i],
            adjusted: adjusted[i],
            family: rows.len(),
            share: row.share,
        });
        let (low, high) = intervals[i];
        let interval = Interval::Bounded { low, high, confidence: Confidence::P95.get() };
        let log =
            Estimate { value: row.estimate.change, interval: interval.map(|end| end + calibration.shift) };
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
