//! What can be set, and where a setting comes from.

use crate::model::{Design, DesignSource, Plan, Recorded};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A value together with the place that set it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A default that no file sets.
    pub fn fallback(value: T) -> Setting<T> {
        Setting { value, origin: Origin::fallback() }
    }
}

/// A line of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as it was named, or `built-in`.
    pub source: Arc<str>,
    /// The line, from 1; `None` for what no line says.
    pub line: Option<usize>,
}

impl Origin {
    /// What the policy that is part of the program is called.
    pub const BUILT_IN: &str = "built-in";

    /// A default that stands in no file.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing, and it is not shown.
    Ignore,
    /// It is shown.
    Warn,
    /// The gate fails.
    Fail,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Ignore => "ignore",
            Level::Warn => "warn",
            Level::Fail => "fail",
        })
    }
}

/// How p-values are corrected for the number of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Correction {
    /// Over all tested rows of a unit, so that `alpha` holds for the suite.
    Holm,
    /// Not at all: `alpha` holds for each row.
    None,
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Correction::Holm => "holm",
            Correction::None => "none",
        })
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Undecided::Pass => "pass",
            Undecided::Fail => "fail",
        })
    }
}

/// What rows that the samples cannot decide do to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Undecided {
    /// Nothing.
    Pass,
    /// The gate ends undecided, with exit code 3.
    Fail,
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
    /// What undecided rows do to the verdict.
    pub undecided: Setting<Undecided>,
}

impl GateSettings {
    /// How the samples were taken: as the policy says, else as the results record it. How often the results were looked at
    /// is a fact that no policy takes back.
    pub fn plan(&self, recorded: &Recorded) -> Plan {
        let (design, design_source) = match (self.design.value, recorded.design) {
            (DesignSetting::Block, _) => (Design::Block, DesignSource::Policy),
            (DesignSetting::Interleaved, _) => (Design::Interleaved, DesignSource::Policy),
            (DesignSetting::Recorded, Some(design)) => (design, DesignSource::Files),
            (DesignSetting::Recorded, None) => (Design::Block, DesignSource::Nobody),
        };
        Plan { design, design_source, looks: recorded.looks.clone() }
    }
}

/// How samples are said to have been taken, by what it lets the gate see: the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DesignSetting {
    /// One side after the other, whatever the results record.
    Block,
    /// As the results record it; one side after the other where they record nothing.
    Recorded,
    /// Base and new in turn, whatever the results record.
    Interleaved,
}

impl fmt::Display for DesignSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DesignSetting::Block => "block",
            DesignSetting::Recorded => "recorded",
            DesignSetting::Interleaved => "interleaved",
        })
    }
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
    fn a_policy_wins_over_the_results_unless_it_believes_them() {
        let looks = || "10,20".parse().ok();
        let recorded = |design| Recorded { design, looks: looks(), problems: Vec::new() };
        let plan = |policy: &str, design| {
            let gate = Policy::parse("p.toml", policy).expect("valid").gate;
            let plan = gate.plan(&recorded(design));
            assert_eq!(plan.looks, looks(), "whatever the design");
            (plan.design, plan.design_source)
        };
        let (block, interleaved) = ("[gate]\ndesign = \"block\"", "[gate]\ndesign = \"interleaved\"");
        assert_eq!(plan("", Some(Design::Interleaved)), (Design::Interleaved, DesignSource::Files));
        assert_eq!(plan("", None), (Design::Block, DesignSource::Nobody));
        assert_eq!(
            plan("[gate]\ndesign = \"recorded\"", Some(Design::Block)),
            (Design::Block, DesignSource::Files)
        );
        assert_eq!(plan(block, Some(Design::Interleaved)), (Design::Block, DesignSource::Policy));
        assert_eq!(plan(interleaved, Some(Design::Block)), (Design::Interleaved, DesignSource::Policy));
    }
}
