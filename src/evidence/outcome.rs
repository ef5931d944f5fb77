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
    /// No row could be judged, or none of those at level fail.
    NothingJudged {
        /// Whether rows at level fail were measured, so that one of them had to be judged.
        at_fail: bool,
        /// Why the first of them was not.
        why: String,
    },
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
            OutcomeReason::NothingJudged { at_fail: false, why } => format!("no row could be judged: {why}"),
            OutcomeReason::NothingJudged { at_fail: true, why } => {
                format!("no row at level fail could be judged: {why}")
            }
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

    /// Sums up findings and conditions. Failures win over everything, and rows that could not be judged over undecided ones.
    pub fn of(
        findings: &[Finding],
        conditions: &[Condition],
        nothing_judged: Option<OutcomeReason>,
        undecided: Undecided,
    ) -> Outcome {
        let failures = failures(findings, conditions);
        if !failures.is_empty() {
            return Outcome { verdict: Overall::Fail, reasons: failures };
        }
        if let Some(reason) = nothing_judged {
            return Outcome { verdict: Overall::Error, reasons: vec![reason] };
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

/// Why no row could be judged, if none could: a gate that judged nothing must not pass. If rows at level fail were measured, one of
/// them must be judged. Rows that are ignored, new, not compared, or short of samples are not judged.
pub fn nothing_judged(findings: &[Finding], sides: &Sides) -> Option<OutcomeReason> {
    let is_failing = |finding: &&Finding| finding.level == Level::Fail && finding.verdict != Verdict::New;
    let at_fail = findings.iter().any(|finding| is_failing(&finding));
    let is_judged = match at_fail {
        true => findings.iter().filter(is_failing).any(is_judged),
        false => findings.iter().any(is_judged),
    };
    if is_judged {
        return None;
    }
    let is_open = |it: &&Finding| it.not_compared().is_some();
    let first = findings.iter().find(|it| it.level == Level::Fail && is_open(it));
    let first = first.or_else(|| findings.iter().find(is_open)).or(findings.first());
    let rejected = sides.files().flat_map(|file| file.rejected.iter().map(move |it| (file, it))).next();
    let why = match (first, rejected) {
        (Some(first), _) => match first.not_compared() {
            Some(why) => format!("{}: {why}", first.benchmark),
            None => format!("{}: {}", first.benchmark, first.message()),
        },
        (None, Some((file, it))) => format!("{}:{}: {it}", file.file, it.line),
        (None, None) => "the policy ignores every unit that both sides have".to_string(),
    };
    Some(OutcomeReason::NothingJudged { at_fail, why })
}

fn is_judged(finding: &Finding) -> bool {
    match finding.verdict {
        Verdict::NotJudged | Verdict::New => false,
        Verdict::Missing => finding.level == Level::Fail,
        Verdict::Undecided => finding.not_compared().is_none(),
        Verdict::Waived => finding.new.is_some(),
        Verdict::OverBudget | Verdict::Regressed => true,
        Verdict::Improved | Verdict::Unchanged | Verdict::WithinBudget => true,
    }
}

/// Without a base, a budget must apply to something that was measured.
///
/// # Errors
/// If none does, so that there is nothing to judge.
pub fn require_budget(findings: &[Finding], policy: &Policy) -> Result<(), JudgeError> {
    match findings.iter().any(is_judged) {
        true => Ok(()),
        false => {
            let (policy, budgets) = (policy.source.to_string(), policy.budgets.len());
            Err(JudgeError::NothingToJudge { policy, budgets })
        }
    }
}
