//! All findings and conditions in one word.

use super::condition::Missing;
use super::{Condition, Finding, Verdict};
use crate::policy::{ConditionKind as Kind, Level, Undecided};
use crate::words::counted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The verdict on the whole suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Overall {
    /// Nothing speaks against it.
    Pass,
    /// A regression, an exceeded budget or a condition at level fail.
    Fail,
    /// The samples cannot tell, and the policy demands a decision.
    Undecided,
    /// The question could not be asked.
    Error,
}

/// The verdict on the whole suite, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// In one word.
    pub verdict: Overall,
    /// 0 pass, 1 fail, 2 error, 3 undecided.
    pub exit_code: u8,
    /// What led to it, in a few words each; empty for a pass.
    pub reasons: Vec<String>,
}

impl Outcome {
    /// Nothing could be judged.
    pub fn error(reason: impl Into<String>) -> Outcome {
        Outcome::new(Overall::Error, vec![reason.into()])
    }

    /// Failures win over undecided rows.
    pub(super) fn of(findings: &[Finding], conditions: &[Condition], undecided: Undecided) -> Outcome {
        let failing = || findings.iter().filter(|finding| finding.level == Level::Fail);
        let count = |verdict| failing().filter(|finding| finding.verdict == verdict).count();
        let rows = [(Verdict::Regressed, "regression"), (Verdict::OverBudget, "exceeded budget")];
        let rows =
            rows.map(|(verdict, what)| (count(verdict), what)).into_iter().filter(|&(count, _)| count > 0);
        // Missing rows speak for themselves: a budget can make them fail where the condition does not.
        let missing = Missing::of(findings, |finding| finding.level == Level::Fail).title();
        let failed = conditions
            .iter()
            .filter(|condition| condition.level == Level::Fail && condition.kind != Kind::MissingBenchmark);
        let reasons: Vec<String> = rows
            .map(|(count, what)| counted(count, what))
            .chain(missing)
            .chain(failed.map(|condition| condition.title.clone()))
            .collect();
        if !reasons.is_empty() {
            return Outcome::new(Overall::Fail, reasons);
        }
        let open = match undecided {
            Undecided::Pass => Vec::new(),
            Undecided::Fail => open(findings, conditions),
        };
        let overall = if open.is_empty() { Overall::Pass } else { Overall::Undecided };
        Outcome::new(overall, open)
    }

    fn new(verdict: Overall, reasons: Vec<String>) -> Outcome {
        let exit_code = match verdict {
            Overall::Pass => 0,
            Overall::Fail => 1,
            Overall::Error => 2,
            Overall::Undecided => 3,
        };
        Outcome { verdict, exit_code, reasons }
    }
}

/// What is left undecided where a decision is demanded: rows that would fail, and times that would fail if the whole suite
/// had not moved, or the run had not been blind.
fn open(findings: &[Finding], conditions: &[Condition]) -> Vec<String> {
    let failing = || findings.iter().filter(|finding| finding.level == Level::Fail);
    let undecided = |finding: &&Finding| matches!(finding.verdict, Verdict::Undecided | Verdict::NotJudged);
    let rows = failing().filter(undecided).count();
    let times = failing().any(|finding| finding.detectable_percent.is_some());
    let doubtful = |it: &&Condition| times && matches!(it.kind, Kind::SuiteShift | Kind::BlindRun);
    let rows = (rows > 0).then(|| counted(rows, "undecided row"));
    rows.into_iter().chain(conditions.iter().filter(doubtful).map(|it| it.title.clone())).collect()
}
