//! Questions that make no sense, and verdicts that rest on nothing.

use super::entries::Entry;
use super::{Evidence, Finding, Verdict};
use crate::compare::Compared;
use crate::model::Unit;
use crate::policy::{self, Level, Policy, Rules, Unknown};
use crate::query::suggestions;
use std::collections::BTreeSet;

/// A question that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unjudgeable {
    /// An entry that speaks of no benchmark guards nothing.
    #[error("{origin}: the {what} matches no benchmark; {}", meant(.near, .example))]
    DeadEntry {
        /// Where it stands.
        origin: String,
        /// A budget or a waiver, with its patterns.
        what: String,
        /// The benchmarks whose names come nearest to its pattern.
        near: Vec<String>,
        /// A benchmark that there is.
        example: String,
    },
    /// A budget that holds in some places only, and results that do not say where they were measured.
    #[error("{origin}: this budget holds for some `{key}` only, and the results do not say which it was{}", says(.key))]
    Nowhere {
        /// Where it stands.
        origin: String,
        /// What the results do not say.
        key: &'static str,
    },
    /// A maximum that no value can break, because its unit is ignored or measured nowhere.
    #[error("{origin}: the maximum of {unit} can never be exceeded: {why}")]
    DeadLimit {
        /// Where it stands.
        origin: String,
        /// Its unit.
        unit: Unit,
        /// What makes it so.
        why: String,
    },
    /// A single side, and no budget to hold it against.
    #[error("there is no base to compare with, and {}: name a base file, or add a [[budget]]", unasked(.policy, .budgets))]
    NoQuestion {
        /// The policy.
        policy: String,
        /// How many budgets it has: none of them holds.
        budgets: usize,
    },
    /// Not one row could be judged.
    #[error("nothing could be judged: {0}")]
    NothingJudged(String),
}

impl Unjudgeable {
    /// Whether it is the policy that does not fit what was measured. More samples of the same benchmarks change nothing of that.
    pub fn is_of_policy(&self) -> bool {
        match self {
            Unjudgeable::DeadEntry { .. } | Unjudgeable::Nowhere { .. } | Unjudgeable::DeadLimit { .. } => {
                true
            }
            Unjudgeable::NoQuestion { .. } | Unjudgeable::NothingJudged(_) => false,
        }
    }
}

fn meant(near: &[String], example: &str) -> String {
    match near {
        [] => format!("was one renamed? (there is {example}, for example)"),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

fn unasked(policy: &str, budgets: &usize) -> String {
    match budgets {
        0 => format!("no budget in the policy ({policy})"),
        1 => format!("the budget of {policy} does not hold for what was measured"),
        budgets => format!("none of the {budgets} budgets of {policy} holds for what was measured"),
    }
}

fn says(key: &str) -> &'static str {
    if key == "go" { "; say so with --go VERSION" } else { "" }
}

/// The refusal of a budget that holds in some places only.
pub(super) fn nowhere((budget, Unknown(key)): (&policy::Budget, Unknown)) -> Unjudgeable {
    Unjudgeable::Nowhere { origin: budget.origin.to_string(), key }
}

/// The refusal of an entry that speaks of nothing. `first` is any row.
pub(super) fn dead_entry(entry: &Entry, rows: &[Compared], first: &Compared) -> Unjudgeable {
    let names: Vec<String> = rows.iter().map(|row| row.id.name.without_procs().to_string()).collect();
    let near = suggestions(entry.bench.pattern(), names.iter().map(String::as_str));
    let near = near.into_iter().map(|name| format!("`{name}`")).collect();
    Unjudgeable::DeadEntry {
        origin: entry.origin.to_string(),
        what: entry.to_string(),
        near,
        example: first.id.to_string(),
    }
}

/// Every maximum must be one that a value could break. `measured` are the units that there are.
pub(super) fn dead_limits(rules: &Rules, measured: &BTreeSet<&Unit>) -> Result<(), Unjudgeable> {
    for unit in rules.limited() {
        let rule = rules.unit(unit);
        let Some(max) = &rule.max else { continue };
        let why = if rule.max_level.value == Level::Ignore {
            format!("the unit is ignored ({})", rule.max_level.origin)
        } else if unit.direction().is_none() && !measured.contains(unit) {
            let measured: Vec<&str> = measured.iter().map(|unit| unit.as_str()).collect();
            format!("nothing measures it; there are {}", measured.join(", "))
        } else {
            continue;
        };
        return Err(Unjudgeable::DeadLimit { origin: max.origin.to_string(), unit: unit.clone(), why });
    }
    Ok(())
}

/// A gate that looked at nothing must not pass. What is ignored, new or beyond judgement is nothing.
pub(super) fn idle_verdict(
    findings: &[Finding],
    evidence: &Evidence,
    policy: &Policy,
) -> Result<(), Unjudgeable> {
    let judged = |finding: &Finding| match finding.verdict {
        Verdict::NotJudged | Verdict::New => false,
        Verdict::Missing => finding.level == Level::Fail,
        Verdict::OverBudget | Verdict::Regressed | Verdict::Waived | Verdict::Undecided => true,
        Verdict::Improved | Verdict::Unchanged | Verdict::WithinBudget => true,
    };
    if findings.iter().any(judged) {
        return Ok(());
    }
    let rejected = evidence.files().flat_map(|file| file.rejected.iter().map(move |it| (file, it))).next();
    let first = findings.iter().find(|finding| finding.verdict == Verdict::NotJudged).or(findings.first());
    Err(match (evidence.base, rejected, first) {
        (None, _, _) => {
            let budgets = policy.budgets.len();
            Unjudgeable::NoQuestion { policy: policy.source.to_string(), budgets }
        }
        (Some(_), Some((file, it)), None) => {
            Unjudgeable::NothingJudged(format!("{}:{}: {it}", file.file, it.line))
        }
        (Some(_), _, Some(first)) => {
            Unjudgeable::NothingJudged(format!("{}: {}", first.benchmark, first.message))
        }
        (Some(_), None, None) => {
            Unjudgeable::NothingJudged("every unit that both sides have is ignored".to_string())
        }
    })
}
