//! The settings of a policy, and where they come from.

use crate::model::{Design, DesignSource, Recorded, SamplingPlan};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt;
use std::sync::Arc;

/// A value with the line that set it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The line.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A default without a line.
    pub fn fallback(value: T) -> Setting<T> {
        Setting { value, origin: Origin::fallback() }
    }
}

/// A line of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The path of the file as the user gave it, or `built-in`.
    pub source: Arc<str>,
    /// The line, from 1; `None` for a default without a line.
    pub line: Option<usize>,
}

impl Origin {
    /// The name of the built-in policy.
    pub const BUILT_IN: &str = "built-in";

    /// The origin of a default without a line.
    pub fn fallback() -> Origin {
        Origin { source: Origin::BUILT_IN.into(), line: None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.source),
            None => write!(f, "{}", self.source),
        }
    }
}

/// What a finding does to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// Nothing. It is not shown.
    Ignore,
    /// It is shown, but the gate passes.
    Warn,
    /// The gate fails.
    Fail,
}

/// How p-values are adjusted for the number of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Correction {
    /// By Holm's method over all tested rows of a unit: `alpha` is the probability of a false alarm for the suite.
    Holm,
    /// Not at all: `alpha` is the probability of a false alarm for each row.
    None,
}

/// What undecided rows do to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Undecided {
    /// Nothing.
    Pass,
    /// The verdict is undecided, with exit code 3.
    Fail,
}

/// What a few samples may prove about times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SmallSample {
    /// Samples that do not overlap may prove a change: 3 or 4 per side, each from its own process, by the test of all others; from 3
    /// per side on, whatever the test, samples that are 5 times apart.
    Separation,
    /// Nothing. Only the test proves a change, from `min-samples` on.
    Undecided,
}

/// What a base without results does to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum MissingBase {
    /// It is an error, with exit code 2.
    Error,
    /// Only budgets are judged, with a warning.
    Pass,
}

/// How the gate decides.
#[derive(Debug, Clone, PartialEq)]
pub struct GateSettings {
    /// The probability of a false alarm, strictly between 0 and 1.
    pub alpha: Setting<f64>,
    /// How the samples were taken.
    pub design: Setting<DesignSetting>,
    /// How p-values are adjusted for the number of tests.
    pub correction: Setting<Correction>,
    /// The least number of samples per side for a test.
    pub min_samples: Setting<usize>,
    /// What fewer samples may prove about times.
    pub small_sample: Setting<SmallSample>,
    /// What undecided rows do to the verdict.
    pub undecided: Setting<Undecided>,
    /// What a base without results does to the verdict.
    pub missing_base: Setting<MissingBase>,
    /// How many operations a sample has where only budgets are measured, which needs no time.
    pub budget_iterations: Setting<u64>,
}

impl GateSettings {
    /// A policy cannot ask for fewer samples per side than this: no rank test of fewer reaches p = 1/100, 4 against 4 reach 1/70.
    pub const LEAST_SAMPLES: usize = 5;

    /// How the samples were taken: as the policy says, else as the results record it. The looks are always those of the results.
    pub fn plan(&self, recorded: &Recorded) -> SamplingPlan {
        let (design, design_source) = match (self.design.value, recorded.design) {
            (DesignSetting::Block, _) => (Design::Block, DesignSource::Policy),
            (DesignSetting::Interleaved, _) => (Design::Interleaved, DesignSource::Policy),
            (DesignSetting::Recorded, Some(design)) => (design, DesignSource::Files),
            (DesignSetting::Recorded, None) => (Design::Block, DesignSource::Assumed),
        };
        SamplingPlan {
            design,
            design_source,
            looks: recorded.looks.clone(),
            options: recorded.options.clone(),
        }
    }
}

/// How the samples were taken, according to the policy. Ordered by what the gate can detect, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum DesignSetting {
    /// One side after the other, whatever the results record.
    Block,
    /// As the results record it; one side after the other where they record nothing.
    Recorded,
    /// Base and new in turn, whatever the results record.
    Interleaved,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn levels_are_ordered_by_what_they_do() {
        assert!(Level::Ignore < Level::Warn && Level::Warn < Level::Fail);
    }

    #[test]
    fn the_policy_overrides_the_design_of_the_results() {
        let looks = || "10,20".parse().ok();
        let recorded = |design| Recorded { design, looks: looks(), options: None, problems: Vec::new() };
        let plan = |policy: &str, design| {
            let gate = Policy::parse("p.toml", policy).expect("valid").gate;
            let plan = gate.plan(&recorded(design));
            assert_eq!(plan.looks, looks(), "whatever the design");
            (plan.design, plan.design_source)
        };
        let (block, interleaved) = ("[gate]\ndesign = \"block\"", "[gate]\ndesign = \"interleaved\"");
        assert_eq!(plan("", Some(Design::Interleaved)), (Design::Interleaved, DesignSource::Files));
        assert_eq!(plan("", None), (Design::Block, DesignSource::Assumed));
        assert_eq!(
            plan("[gate]\ndesign = \"recorded\"", Some(Design::Block)),
            (Design::Block, DesignSource::Files)
        );
        assert_eq!(plan(block, Some(Design::Interleaved)), (Design::Block, DesignSource::Policy));
        assert_eq!(plan(interleaved, Some(Design::Block)), (Design::Interleaved, DesignSource::Policy));
    }
}
