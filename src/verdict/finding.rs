//! What was found of one benchmark in one unit.

use crate::compare::{Comparison, Effect, Summary};
use crate::model::Unit;
use crate::policy::Level;
use crate::stats::PValue;
use serde::{Deserialize, Serialize};

/// What the gate says of one benchmark in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The package's import path; empty where the output names none.
    pub pkg: String,
    /// The name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: String,
    /// The unit as Go prints it.
    pub unit: Unit,
    /// What was found.
    pub verdict: Verdict,
    /// What a regression of this row does to the outcome; for a row that is missing or new, what that does.
    pub level: Level,
    /// The base sample.
    pub base: Option<Summary>,
    /// The new sample.
    pub new: Option<Summary>,
    /// By how much new differs from base.
    pub change: Option<Change>,
    /// The two-sided Mann-Whitney p-value of this row alone.
    pub p: Option<PValue>,
    /// The one-sided p-value of the test that decided, towards the change, after Holm over all rows of the unit that were
    /// tested with it; `None` where nothing was tested.
    pub p_adjusted: Option<PValue>,
    /// The smallest change for the worse, in percent, that such a run proves in 19 of 20 cases; `None` where there is no
    /// ratio, or no judgement.
    pub detectable_percent: Option<f64>,
    /// The rule that decided.
    pub rule: RuleText,
    /// The verdict in one sentence, numbers first.
    pub message: String,
}

/// By how much new differs from base; positive is more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleText {
    /// The policy file, or `built-in`.
    pub source: String,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// What it says.
    pub text: String,
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
        let summary = |center| Summary { n: 5, center, low: None, high: None };
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
