//! What was found of one benchmark in one unit.

use super::note::RowNote;
use super::reason::{Reason, Shortage, WaiverNote};
use crate::compare::{Comparison, Effect, SampleSummary};
use crate::group::{Pair, Series};
use crate::model::{Direction, Unit};
use crate::policy::{Level, Origin, Tolerance};
use crate::stats::PValue;
use crate::words::SharedText;
use std::sync::Arc;
use strum::IntoStaticStr;

/// The verdict on one benchmark in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, strum::Display)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Above an absolute maximum.
    OverBudget,
    /// Proven worse, and by more than is tolerated.
    Regressed,
    /// Not measured on a side where it should have been: in new, or the counts of a benchmark in base.
    Missing,
    /// A regression that a waiver accepts, or a benchmark that is removed with a waiver.
    Waived,
    /// The samples do not decide.
    Undecided,
    /// Base and new were not compared; the reason says why.
    NotJudged,
    /// Proven better, and by more than would be tolerated the other way.
    Improved,
    /// A regression beyond the tolerance is ruled out.
    Unchanged,
    /// Within its absolute maximum, where there is nothing to compare with.
    WithinBudget,
    /// Not measured in base.
    New,
}

impl Verdict {
    /// The word that stands for it in reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What the gate found about one benchmark in one unit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The package's import path; empty where the output names none.
    pub pkg: SharedText,
    /// The name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: SharedText,
    /// The unit as Go prints it.
    pub unit: Unit,
    /// The verdict.
    pub verdict: Verdict,
    /// What a regression of this row does to the outcome; for a row that is missing or new, what that does.
    pub level: Level,
    /// The base sample.
    pub base: Option<SampleSummary>,
    /// The new sample.
    pub new: Option<SampleSummary>,
    /// The worst new value, where that was held against the maximum rather than the median.
    pub worst: Option<f64>,
    /// The change from base to new.
    pub change: Option<Change>,
    /// The two-sided Mann-Whitney p-value of this row alone.
    pub p: Option<PValue>,
    /// The one-sided p-value of the test that decided, towards the change, divided by the share of its interim analysis where
    /// there were several, and after Holm over all rows of the unit that were tested with it; `None` where nothing was tested.
    pub p_adjusted: Option<PValue>,
    /// The smallest regression, in percent, that such a run proves in 19 of 20 cases; `None` where there is no ratio, or
    /// no comparison.
    pub detectable_percent: Option<f64>,
    /// The largest change for the worse that is tolerated, where one is.
    pub tolerance: Option<Tolerance>,
    /// The absolute maximum, where there is one.
    pub max: Option<f64>,
    /// The rule that decided.
    pub rule: Arc<RuleText>,
    /// Why it got its verdict.
    pub reason: Reason,
    /// Set if the row is undecided, but its samples do not overlap and new is worse by more than the tolerance.
    pub suspect: Option<Suspect>,
    /// What a reader should know besides; only for rows that got worse or are undecided.
    pub notes: Vec<RowNote>,
    /// The samples that it lacks, if it is undecided or not judged and a side has fewer than the policy asks for.
    pub shortage: Option<Shortage>,
    /// The waivers that apply to it, in the order of the policy.
    pub waivers: Vec<WaiverNote>,
    /// The samples, where the row got worse or is a suspect; `None` for every other row.
    pub samples: Option<Box<Samples>>,
}

/// A row that looks worse, although nothing proves it: every value of new is worse than every value of base, by more than the
/// tolerance.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Suspect {
    /// By how much the best value of new is worse than the worst value of base, in percent of that; `None` if that is not
    /// positive.
    pub gap_percent: Option<f64>,
}

/// What was measured, in the unit and in the order of measurement; of long samples evenly picked values.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Samples {
    /// Before the change.
    pub base: Vec<f64>,
    /// After it.
    pub new: Vec<f64>,
}

/// By how much new differs from base; positive is more.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The difference of the medians, in the unit.
    pub absolute: f64,
    /// In percent of base: by the Hodges-Lehmann ratio for continuous units, by the medians for counting units. `None` on a
    /// base that is not positive.
    pub percent: Option<f64>,
    /// The lower end of its 95 % interval, in percent; `None` where so few samples bound nothing. For continuous units it
    /// holds the noise of the run as well.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The estimate in the unit itself, where no ratio is taken: counts, and values that touch zero.
    pub shift: Option<f64>,
}

/// The rule that decided, with its file and line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleText {
    /// The policy file, or `built-in`.
    pub source: SharedText,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// Its text.
    pub text: SharedText,
}

impl Finding {
    /// Whether the row makes the gate fail.
    pub fn fails(&self) -> bool {
        self.level == Level::Fail && self.is_bad()
    }

    /// Whether the row is a warning.
    pub fn warns(&self) -> bool {
        let is_accepted = self.verdict == Verdict::Waived && self.level != Level::Ignore;
        is_accepted || self.level == Level::Warn && self.is_bad()
    }

    /// Whether the row is open, and would fail if it were worse.
    pub fn is_open(&self) -> bool {
        self.level == Level::Fail && matches!(self.verdict, Verdict::Undecided | Verdict::NotJudged)
    }

    /// Whether more samples could decide the row, and that could change the verdict on the whole; with `warnings`, also where it could
    /// only change a warning.
    pub fn wants_samples(&self, warnings: bool) -> bool {
        let matters = match self.level {
            Level::Fail => true,
            Level::Warn => warnings,
            Level::Ignore => false,
        };
        let is_undecided = self.verdict == Verdict::Undecided && self.reason.samples_may_decide();
        matters && (is_undecided || self.shortage.is_some())
    }

    /// Whether base has the row, and the results of new were lost. Another condition reports that.
    pub fn is_lost(&self) -> bool {
        match &self.reason {
            Reason::LostInNew => true,
            Reason::Read { kind, .. } => kind.as_deref() == Some("lost-in-new"),
            _ => false,
        }
    }

    fn is_bad(&self) -> bool {
        matches!(self.verdict, Verdict::OverBudget | Verdict::Regressed | Verdict::Missing | Verdict::New)
    }

    /// Whether the interval of the change, in percent, reaches beyond the tolerance. Where it does not, the correction over the
    /// suite is what leaves the row undecided. `None` where there is no interval. If only the policy knows the direction of the
    /// unit, either end may be the bad one.
    pub fn may_be_worse(&self) -> Option<bool> {
        let (low, high) = self.change.and_then(|it| it.low.zip(it.high))?;
        let worst = match self.unit.direction() {
            Some(Direction::Lower) => high,
            Some(Direction::Higher) => -low,
            None => high.max(-low),
        };
        let tolerated = |base: SampleSummary| Some(100.0 * self.tolerance?.fraction(base.center));
        Some(self.base.and_then(tolerated).is_none_or(|tolerated| worst > tolerated))
    }
}

impl RuleText {
    /// The text of a line of a policy.
    pub(super) fn new(origin: &Origin, text: String) -> RuleText {
        RuleText { source: origin.source.clone().into(), line: origin.line, text: text.into() }
    }
}

impl Samples {
    /// As many values of a side as a picture can show.
    const MOST: usize = 200;

    pub(super) fn of(series: &Pair<Series>) -> Samples {
        let picked = |series: &Series| {
            let values = series.values;
            let step = values.len().div_ceil(Samples::MOST).max(1);
            values.iter().copied().step_by(step).collect()
        };
        match series {
            Pair::Both { base, new } => Samples { base: picked(base), new: picked(new) },
            Pair::BaseOnly(base) => Samples { base: picked(base), new: Vec::new() },
            Pair::NewOnly(new) => Samples { base: Vec::new(), new: picked(new) },
        }
    }
}

impl Change {
    pub(super) fn of(comparison: &Comparison) -> Change {
        let base = comparison.base.center;
        let percent = |value: f64| {
            let fraction = match comparison.effect {
                Effect::Ratio(_) => value - 1.0,
                Effect::Shift(_) if base > 0.0 => value / base,
                Effect::Shift(_) => return None,
            };
            Some(fraction * 100.0).filter(|percent| percent.is_finite())
        };
        let (Effect::Ratio(estimate) | Effect::Shift(estimate)) = comparison.effect;
        let ends = estimate.interval.ends();
        Change {
            absolute: (comparison.new.center - base).clamp(f64::MIN, f64::MAX),
            percent: percent(estimate.value),
            low: ends.and_then(|(low, _)| percent(low)),
            high: ends.and_then(|(_, high)| percent(high)),
            shift: match comparison.effect {
                Effect::Ratio(_) => None,
                Effect::Shift(shift) => Some(shift.value),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Certainty, Extremes};
    use crate::stats::{Estimate, Interval};

    fn change(base: f64, new: f64) -> Change {
        let summary = |center| SampleSummary { n: 5, center, low: None, high: None };
        let interval = Interval::Bounded { low: 1.0, high: 3.0, confidence: 0.95 };
        let effect = Effect::Shift(Estimate { value: new - base, interval });
        let (p, certainty) = (PValue::ONE, Certainty::Exact);
        Change::of(&Comparison {
            base: summary(base),
            new: summary(new),
            effect,
            p,
            extremes: Extremes { base: (base, base), new: (new, new) },
            strays: (0, 0),
            dependence: None,
            certainty,
        })
    }

    #[test]
    fn a_verdict_is_written_as_its_word() {
        for (verdict, want) in [(Verdict::OverBudget, "over-budget"), (Verdict::New, "new")] {
            assert_eq!((verdict.as_str(), verdict.to_string().as_str()), (want, want));
        }
    }

    #[test]
    fn there_is_no_percentage_of_zero_or_less() {
        for base in [0.0, -4.0] {
            let change = change(base, base + 2.0);
            assert_eq!(
                (change.absolute, change.percent, change.low, change.high),
                (2.0, None, None, None),
                "{base}"
            );
        }
        let change = change(4.0, 6.0);
        assert_eq!((change.percent, change.low, change.high), (Some(50.0), Some(25.0), Some(75.0)));
    }

    #[test]
    fn a_change_beyond_all_numbers_is_the_largest_one() {
        let change = change(f64::MIN, f64::MAX);
        assert_eq!((change.absolute, change.percent), (f64::MAX, None));
    }
}
