//! Why nothing can be judged.

use crate::model::Unit;
use crate::policy::{Budget, Level, PlatformKey, Rules};
use std::collections::BTreeSet;

/// Why nothing can be judged: the policy does not fit the results, or there is nothing to judge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// A budget or waiver matches no benchmark, so that it guards nothing.
    #[error("{origin}: the {entry} matches no benchmark; {}", suggested(.similar, .example))]
    UnmatchedEntry {
        /// Its file and line.
        origin: String,
        /// A budget or a waiver, with its patterns.
        entry: String,
        /// The benchmarks whose names are most similar to its pattern.
        similar: Vec<String>,
        /// Any benchmark of the results.
        example: String,
    },
    /// A budget applies to some platforms only, and the results do not record theirs.
    #[error("{origin}: this budget is for some `{key}` only, but the results do not record it{}", key.help())]
    UnknownPlatform {
        /// Its file and line.
        origin: String,
        /// What the results do not record.
        key: PlatformKey,
    },
    /// A maximum that no value can exceed, because its unit is ignored or not measured.
    #[error("{origin}: the maximum of {unit} can never be exceeded: {why}")]
    UnreachableMaximum {
        /// Its file and line.
        origin: String,
        /// Its unit.
        unit: Unit,
        /// What makes it so.
        why: String,
    },
    /// The names and the patterns of the policy are so long that matching them takes too long.
    #[error(
        "{policy}: the names of these benchmarks take too long to match; limit the alternatives and wildcards of the patterns"
    )]
    TooManySteps {
        /// The policy.
        policy: String,
    },
    /// There is no base, and no budget applies.
    #[error("there is no base to compare with, and {}; name a base file, or add a [[budget]]", no_budget(.policy, .budgets))]
    NothingToJudge {
        /// The policy.
        policy: String,
        /// How many budgets it has; none of them applies.
        budgets: usize,
    },
}

impl JudgeError {
    /// Whether the policy does not fit what was measured. More samples of the same benchmarks do not change that.
    pub fn is_policy_mismatch(&self) -> bool {
        match self {
            JudgeError::UnmatchedEntry { .. }
            | JudgeError::UnknownPlatform { .. }
            | JudgeError::TooManySteps { .. }
            | JudgeError::UnreachableMaximum { .. } => true,
            JudgeError::NothingToJudge { .. } => false,
        }
    }
}

fn suggested(similar: &[String], example: &str) -> String {
    match similar {
        [] => format!("was one renamed? there is {example}, for example"),
        similar => format!("did you mean {}?", similar.join(" or ")),
    }
}

fn no_budget(policy: &str, budgets: &usize) -> String {
    match budgets {
        0 => format!("the policy ({policy}) has no budget"),
        1 => format!("the budget of {policy} does not apply to what was measured"),
        budgets => format!("none of the {budgets} budgets of {policy} applies to what was measured"),
    }
}

/// The error of a budget for some platforms only.
pub(super) fn unknown_platform((budget, key): (&Budget, PlatformKey)) -> JudgeError {
    JudgeError::UnknownPlatform { origin: budget.origin.to_string(), key }
}

/// Every maximum must be one that a value can exceed. `measured` are the units of the results.
pub(super) fn unreachable_maxima(rules: &Rules, measured: &BTreeSet<&Unit>) -> Result<(), JudgeError> {
    for unit in rules.units_with_max() {
        let rule = rules.unit(unit);
        let Some(max) = &rule.max else { continue };
        let why = if rule.max_level.value == Level::Ignore {
            format!("the unit is ignored ({})", rule.max_level.origin)
        } else if unit.direction().is_none() && !measured.contains(unit) {
            let measured: Vec<&str> = measured.iter().map(|unit| unit.as_str()).collect();
            format!("no result has this unit; there are {}", measured.join(", "))
        } else {
            continue;
        };
        let origin = max.origin.to_string();
        return Err(JudgeError::UnreachableMaximum { origin, unit: unit.clone(), why });
    }
    Ok(())
}
