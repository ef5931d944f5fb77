//! What was found of one benchmark in one unit.

use super::Text;
use crate::compare::{Comparison, Effect, SampleSummary};
use crate::group::{Pair, Series};
use crate::model::Unit;
use crate::policy::{Level, Origin, Tolerance};
use crate::stats::PValue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// What the gate says of one benchmark in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Above an absolute maximum.
    OverBudget,
    /// Proven worse, and by more than is tolerated.
    Regressed,
    /// Not measured on a side where it should have been: in new, or the counts of a benchmark in base.
    Missing,
    /// A regression that a waiver accepts.
    Waived,
    /// The samples cannot tell.
    Undecided,
    /// A condition forbids a judgement.
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
    /// The word that stands for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::OverBudget => "over-budget",
            Verdict::Regressed => "regressed",
            Verdict::Missing => "missing",
            Verdict::Waived => "waived",
            Verdict::Undecided => "undecided",
            Verdict::NotJudged => "not-judged",
            Verdict::Improved => "improved",
            Verdict::Unchanged => "unchanged",
            Verdict::WithinBudget => "within-budget",
            Verdict::New => "new",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The package's import path; empty where the output names none.
    pub pkg: Text,
    /// The name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: Text,
    /// The unit as Go prints it.
    pub unit: Unit,
    /// What was found.
    pub verdict: Verdict,
    /// What a regression of this row does to the outcome; for a row that is missing or new, what that does.
    pub level: Level,
    /// The base sample.
    pub base: Option<SampleSummary>,
    /// The new sample.
    pub new: Option<SampleSummary>,
    /// The worst new value, where that was held against the maximum rather than the median.
    pub worst: Option<f64>,
    /// By how much new differs from base.
    pub change: Option<Change>,
    /// The two-sided Mann-Whitney p-value of this row alone.
    #[schemars(with = "Option<f64>", range(min = 0.0, max = 1.0))]
    pub p: Option<PValue>,
    /// The one-sided p-value of the test that decided, towards the change, over the share of its look where there were
    /// several, and after Holm over all rows of the unit that were tested with it; `None` where nothing was tested.
    #[schemars(with = "Option<f64>", range(min = 0.0, max = 1.0))]
    pub p_adjusted: Option<PValue>,
    /// The smallest change for the worse, in percent, that such a run proves in 19 of 20 cases; `None` where there is no
    /// ratio, or no judgement.
    pub detectable_percent: Option<f64>,
    /// How many samples per side could prove anything, of a row of which those that there are cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_samples: Option<usize>,
    /// The largest change for the worse that is tolerated, where one is.
    pub tolerance: Option<Tolerance>,
    /// The absolute maximum, where there is one.
    pub max: Option<f64>,
    /// The rule that decided.
    pub rule: Arc<RuleText>,
    /// The verdict in one sentence, numbers first.
    pub message: String,
    /// What was measured, where it got worse; left out of every other row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<Box<Samples>>,
}

/// What was measured, in the unit and in the order of measurement; of long samples evenly picked values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Samples {
    /// Before the change.
    pub base: Vec<f64>,
    /// After it.
    pub new: Vec<f64>,
}

/// By how much new differs from base; positive is more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
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
}

/// The rule that decided, with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleText {
    /// The policy file, or `built-in`.
    pub source: Text,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// What it says.
    pub text: Text,
}

impl RuleText {
    /// What a line of a policy says.
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Certainty;
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
            strays: (0, 0),
            certainty,
        })
    }

    #[test]
    fn a_verdict_is_written_as_its_word() {
        for verdict in [Verdict::OverBudget, Verdict::NotJudged, Verdict::WithinBudget, Verdict::New] {
            assert_eq!(serde_json::to_string(&verdict).expect("plain"), format!("\"{verdict}\""));
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
