//! What a whole suite makes of the rows of one unit.

use super::calibrate::{self, Calibration, RowEstimate};
use super::pairwise::{PairedRow, RankEstimate, RowTest};
use super::{Calibrated, Certainty, Comparison, Effect, Ranked};
use crate::model::{Plan, Share};
use crate::stats::{self, Confidence, Estimate, Interval, PValue, Studentized, Tails};
use rayon::prelude::*;

/// Calibrates the ratios of one unit by one another, and adjusts the p-values of all that is tested: one family per kind of
/// test. What was looked at several times pays for each look before that. One comparison per row, in their order, and the
/// calibration if there was anything to calibrate.
pub(super) fn resolve(rows: &[&PairedRow], plan: &Plan) -> (Vec<Comparison>, Option<Calibration>) {
    let (own, shares): (Vec<RowEstimate>, Vec<Share>) =
        rows.iter().filter_map(|row| Some((row.ratio()?, row.share(plan)))).unzip();
    let own = calibrate::moderate(&own);
    let calibration = (!own.is_empty()).then(|| Calibration::of(&own, plan.design));
    let mut calibrated = calibration.iter().flat_map(|calibration| calibrate(&own, &shares, calibration));
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
            Comparison { base: row.base, new: row.new, effect, p: row.p, strays: row.strays, certainty }
        })
        .collect();
    (comparisons, calibration)
}

impl PairedRow {
    fn ratio(&self) -> Option<RowEstimate> {
        match self.test {
            RowTest::Ratio(own) => Some(own),
            RowTest::TooFew(_) | RowTest::Exact(_) | RowTest::Ranks(_) => None,
        }
    }

    fn ranks(&self) -> Option<&RankEstimate> {
        match &self.test {
            RowTest::Ranks(ranks) => Some(ranks),
            RowTest::TooFew(_) | RowTest::Exact(_) | RowTest::Ratio(_) => None,
        }
    }

    /// What the last look at the row may spend. Where a side lost samples, the other one tells how far it was measured.
    fn share(&self, plan: &Plan) -> Share {
        plan.share(self.base.n.max(self.new.n))
    }
}

/// p-values that pay for every look, see [`crate::model::Looks::look`].
pub(super) fn charge(tails: Tails, share: Share) -> Tails {
    let over = |p: PValue| PValue::new(p.get() / share.get());
    Tails { less: over(tails.less), greater: over(tails.greater) }
}

fn calibrate(own: &[RowEstimate], shares: &[Share], calibration: &Calibration) -> Vec<(Effect, Certainty)> {
    let effects: Vec<Studentized> = own.iter().map(|&own| calibration.apply(own)).collect();
    let tails = |it: &Studentized| Tails { less: it.below(0.0), greater: it.above(0.0) };
    let alone: Vec<Tails> =
        effects.par_iter().zip(shares).map(|(it, &share)| charge(tails(it), share)).collect();
    let adjusted = holm(&alone);
    let one = |i: usize| {
        let (effect, share) = (effects[i], shares[i]);
        let certainty = Certainty::Calibrated(Calibrated {
            effect,
            scatter: own[i].error,
            calibration: *calibration,
            alone: alone[i],
            adjusted: adjusted[i],
            family: own.len(),
            share,
        });
        let (low, high) = effect.interval(Confidence::P95);
        let interval = Interval::Bounded { low, high, confidence: Confidence::P95.get() };
        let around = Estimate { value: own[i].change, interval: interval.map(|end| end + calibration.shift) };
        (Effect::Ratio(around.map(stats::exp)), certainty)
    };
    (0..own.len()).into_par_iter().map(one).collect()
}

fn rank(rows: &[(&RankEstimate, Share)]) -> Vec<(Effect, Certainty)> {
    let alone: Vec<Tails> = rows.iter().map(|&(row, share)| charge(row.tails, share)).collect();
    let adjusted = holm(&alone);
    let one = |i: usize| {
        let (&RankEstimate { effect, kind, .. }, share) = rows[i];
        let (alone, adjusted) = (alone[i], adjusted[i]);
        (effect, Certainty::Ranked(Ranked { alone, adjusted, family: rows.len(), share, kind }))
    };
    (0..rows.len()).map(one).collect()
}

/// Each side by itself: who asks whether anything got worse does not pay for what got better.
fn holm(family: &[Tails]) -> Vec<Tails> {
    let side = |of: fn(&Tails) -> PValue| stats::holm(&family.iter().map(of).collect::<Vec<_>>());
    let (less, greater) = (side(|it| it.less), side(|it| it.greater));
    less.into_iter().zip(greater).map(|(less, greater)| Tails { less, greater }).collect()
}
