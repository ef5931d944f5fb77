//! All findings and conditions in one verdict.

use super::condition::{Condition, Fact};
use super::coverage::Missing;
use crate::policy::{ConditionKind, Level, Policy, Undecided};
use crate::verdict::{Finding, JudgeError, Sides, Verdict};
use crate::words::counted;
use std::fmt;
use strum::IntoStaticStr;

/// The verdict on the whole suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, strum::Display)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Overall {
    /// No row and no condition fails.
    Pass,
    /// A regression, an exceeded budget or a condition at level fail.
    Fail,
    /// The samples do not decide, and the policy demands a decision.
    Undecided,
    /// An error: usage, input, policy, or nothing to compare.
    Error,
}

impl Overall {
    /// The exit code of the program: 0 pass, 1 fail, 2 error, 3 undecided.
    pub fn exit_code(self) -> u8 {
        match self {
            Overall::Pass => 0,
            Overall::Fail => 1,
            Overall::Error => 2,
            Overall::Undecided => 3,
        }
    }
}

/// The verdict on the whole suite, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The verdict.
    pub verdict: Overall,
    /// What led to it; empty for a pass.
    pub reasons: Vec<OutcomeReason>,
}

/// What led to an outcome.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum OutcomeReason {
    /// So many rows at level fail regressed.
    Regressions(usize),
    /// So many rows at level fail are above their maximum.
    ExceededBudgets(usize),
    /// Benchmarks or units are missing.
    Missing(Missing),
    /// A condition at level fail, or one that leaves times undecided.
    Condition(Fact),
    /// So many rows at level fail are undecided.
    UndecidedRows(usize),
    /// An error, or the text of a report that was read back.
    Text(String),
}

impl fmt::Display for OutcomeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            OutcomeReason::Regressions(count) => counted(*count, "regression"),
            OutcomeReason::ExceededBudgets(count) => counted(*count, "exceeded budget"),
            OutcomeReason::Missing(missing) => missing.title(),
            OutcomeReason::Condition(fact) => fact.title(),
            OutcomeReason::UndecidedRows(count) => counted(*count, "undecided row"),
            OutcomeReason::Text(text) => text.clone(),
        })
    }
}

impl Outcome {
    /// The exit code of the program.
    pub fn exit_code(&self) -> u8 {
        self.verdict.exit_code()
    }

    /// An error.
    pub fn error(reason: impl Into<String>) -> Outcome {
        Outcome { verdict: Overall::Error, reasons: vec![OutcomeReason::Text(reason.into())] }
    }

    /// Sums up findings and conditions. Failures win over undecided rows.
    pub fn of(findings: &[Finding], conditions: &[Condition], undecided: Undecided) -> Outcome {
        let failures = failures(findings, conditions);
        if !failures.is_empty() {
            return Outcome { verdict: Overall::Fail, reasons: failures };
        }
        let open = match undecided {
            Undecided::Pass => Vec::new(),
            Undecided::Fail => open(findings, conditions),
        };
        let verdict = if open.is_empty() { Overall::Pass } else { Overall::Undecided };
        Outcome { verdict, reasons: open }
    }
}

fn failures(findings: &[Finding], conditions: &[Condition]) -> Vec<OutcomeReason> {
    let count = |verdict| {
        let count = findings.iter().filter(|it| it.level == Level::Fail && it.verdict == verdict).count();
        Some(count).filter(|&count| count > 0)
    };
    // A budget can make a missing row fail where the condition does not: rows count, not the condition.
    let missing = Missing::of(findings, |finding| finding.level == Level::Fail);
    let failed = conditions
        .iter()
        .filter(|it| it.level == Level::Fail && it.kind() != ConditionKind::MissingBenchmark)
        .map(|it| OutcomeReason::Condition(it.fact.clone()));
    let rows = [
        count(Verdict::Regressed).map(OutcomeReason::Regressions),
        count(Verdict::OverBudget).map(OutcomeReason::ExceededBudgets),
        (!missing.is_empty()).then_some(OutcomeReason::Missing(missing)),
    ];
    rows.into_iter().flatten().chain(failed).collect()
}

/// What is left undecided where the policy demands a decision: rows that would fail, and times that would fail if the suite had
/// not shifted, or the run had been less noisy.
fn open(findings: &[Finding], conditions: &[Condition]) -> Vec<OutcomeReason> {
    let rows = findings.iter().filter(|it| it.is_open()).count();
    let rows = (rows > 0).then_some(OutcomeReason::UndecidedRows(rows));
    let has_times = findings.iter().any(|it| it.level == Level::Fail && it.detectable_percent.is_some());
    let is_doubtful = |it: &&Condition| {
        has_times && matches!(it.kind(), ConditionKind::SuiteShift | ConditionKind::TooNoisy)
    };
    let doubtful = conditions.iter().filter(is_doubtful).map(|it| OutcomeReason::Condition(it.fact.clone()));
    rows.into_iter().chain(doubtful).collect()
}

/// A gate that judged no row must not pass. Rows that are ignored, new or not judged do not count.
///
/// # Errors
/// If no row was judged: why not.
pub fn require_judged_row(findings: &[Finding], sides: &Sides, policy: &Policy) -> Result<(), JudgeError> {
    let is_judged = |finding: &Finding| match finding.verdict {
        Verdict::NotJudged | Verdict::New => false,
        Verdict::Missing => finding.level == Level::Fail,
        Verdict::OverBudget | Verdict::Regressed | Verdict::Waived | Verdict::Undecided => true,
        Verdict::Improved | Verdict::Unchanged | Verdict::WithinBudget => true,
    };
    if findings.iter().any(is_judged) {
        return Ok(());
    }
    if sides.base.is_none() {
        let (policy, budgets) = (policy.source.to_string(), policy.budgets.len());
        return Err(JudgeError::NothingToJudge { policy, budgets });
    }
    let rejected = sides.files().flat_map(|file| file.rejected.iter().map(move |it| (file, it))).next();
    let first = findings.iter().find(|finding| finding.verdict == Verdict::NotJudged).or(findings.first());
    Err(JudgeError::NothingJudged(match (first, rejected) {
        (Some(first), _) => format!("{}: {}", first.benchmark, first.message()),
        (None, Some((file, it))) => format!("{}:{}: {it}", file.file, it.line),
        (None, None) => "the policy ignores every unit that both sides have".to_string(),
    }))
}
