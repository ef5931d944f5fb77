//! What a whole suite makes of the rows of one unit.

use super::calibrate::{self, Calibration, Own};
use super::pairwise::{Measured, Question, Ranks, Ratio};
use super::{Calibrated, Certainty, Comparison, Effect, Ranked};
use crate::model::Design;
use crate::stats::{self, Confidence, Estimate, Interval, PValue, Studentized, Tails};

/// Calibrates the ratios of one unit by one another, and adjusts the p-values of all that is tested: one family per kind of
/// test. One comparison per row, in their order, and the calibration if there was anything to calibrate.
pub(super) fn resolve(rows: &[&Measured], design: Design) -> (Vec<Comparison>, Option<Calibration>) {
    let ratios: Vec<&Ratio> = rows.iter().filter_map(|row| row.ratio()).collect();
    let own = calibrate::moderate(&ratios.iter().map(|ratio| ratio.own).collect::<Vec<_>>());
    let calibration = (!own.is_empty()).then(|| Calibration::of(&own, design));
    let mut calibrated = calibration.iter().flat_map(|calibration| calibrate(&ratios, &own, calibration));
    let mut ranked = rank(&rows.iter().filter_map(|row| row.ranks()).collect::<Vec<_>>()).into_iter();
    let comparisons = rows
        .iter()
        .map(|row| {
            let (effect, certainty) = match &row.question {
                Question::TooFew(effect) => (*effect, Certainty::TooFew),
                Question::Exact(effect) => (*effect, Certainty::Exact),
                Question::Ratio(_) => calibrated.next().expect("one per ratio"),
                Question::Ranks(_) => ranked.next().expect("one per rank test"),
            };
            Comparison { base: row.base, new: row.new, effect, p: row.p, strays: row.strays, certainty }
        })
        .collect();
    (comparisons, calibration)
}

impl Measured {
    fn ratio(&self) -> Option<&Ratio> {
        match &self.question {
            Question::Ratio(ratio) => Some(ratio),
            Question::TooFew(_) | Question::Exact(_) | Question::Ranks(_) => None,
        }
    }

    fn ranks(&self) -> Option<&Ranks> {
        match &self.question {
            Question::Ranks(ranks) => Some(ranks),
            Question::TooFew(_) | Question::Exact(_) | Question::Ratio(_) => None,
        }
    }
}

fn calibrate(ratios: &[&Ratio], own: &[Own], calibration: &Calibration) -> Vec<(Effect, Certainty)> {
    let effects: Vec<Studentized> = own.iter().map(|&own| calibration.apply(own)).collect();
    let alone: Vec<Tails> =
        effects.iter().map(|it| Tails { less: it.below(0.0), greater: it.above(0.0) }).collect();
    let adjusted = holm(&alone);
    let one = |i: usize| {
        let (effect, own) = (effects[i], own[i]);
        let certainty = Certainty::Calibrated(Calibrated {
            effect,
            scatter: own.error,
            calibration: *calibration,
            alone: alone[i],
            adjusted: adjusted[i],
            ranks: ranks_without_shift(ratios[i], calibration.shift),
            family: ratios.len(),
        });
        let (low, high) = effect.interval(Confidence::P95);
        let interval = Interval::Bounded { low, high, confidence: Confidence::P95.get() };
        let around = Estimate { value: own.change, interval: interval.map(|end| end + calibration.shift) };
        (Effect::Ratio(around.map(stats::exp)), certainty)
    };
    (0..ratios.len()).map(one).collect()
}

/// The rank test after the suite's shift has been taken from new.
fn ranks_without_shift(ratio: &Ratio, shift: f64) -> Tails {
    if shift == 0.0 {
        return ratio.tails;
    }
    let factor = stats::exp(-shift);
    let new: Vec<f64> = ratio.new.ascending().iter().map(|value| value * factor).collect();
    stats::mann_whitney(ratio.base.ascending(), &new).map_or(ratio.tails, |test| test.tails())
}

fn rank(rows: &[&Ranks]) -> Vec<(Effect, Certainty)> {
    let alone: Vec<Tails> = rows.iter().map(|row| row.tails).collect();
    let one = |(row, adjusted): (&&Ranks, Tails)| {
        let Ranks { effect, tails, subject } = **row;
        (effect, Certainty::Ranked(Ranked { alone: tails, adjusted, family: rows.len(), subject }))
    };
    rows.iter().zip(holm(&alone)).map(one).collect()
}

/// Each side by itself: who asks whether anything got worse does not pay for what got better.
fn holm(family: &[Tails]) -> Vec<Tails> {
    let side = |of: fn(&Tails) -> PValue| stats::holm(&family.iter().map(of).collect::<Vec<_>>());
    let (less, greater) = (side(|it| it.less), side(|it| it.greater));
    less.into_iter().zip(greater).map(|(less, greater)| Tails { less, greater }).collect()
}
