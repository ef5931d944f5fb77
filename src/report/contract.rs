//! The report as a value: the contract that JSON writes down.

use crate::group::Side;
use crate::model::{FileLedger, Ledger, Plan};
use crate::policy::Policy;
use crate::verdict::{Condition, Evidence, Finding, Judgement, Noise, Outcome, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Everything that a reader may see of one run of the gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Names this contract and its version.
    pub schema: String,
    /// Who wrote it.
    pub tool: Tool,
    /// The verdict on the whole.
    pub outcome: Outcome,
    /// The policy that was applied; `None` if there was none to apply.
    pub policy: Option<PolicySource>,
    /// How many rows got which verdict.
    pub summary: Summary,
    /// One per benchmark and unit, in the order of the input.
    pub rows: Vec<Finding>,
    /// What the verdict rests on.
    pub evidence: SuiteEvidence,
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `allocgate`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Where the policy stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicySource {
    /// The file as it was named, or `built-in`.
    pub source: String,
}

/// How many rows got which verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is the count of the verdict of that name")]
pub struct Summary {
    pub benchmarks: usize,
    pub rows: usize,
    pub regressed: usize,
    pub over_budget: usize,
    pub improved: usize,
    pub unchanged: usize,
    pub within_budget: usize,
    pub waived: usize,
    pub undecided: usize,
    pub not_judged: usize,
    pub missing: usize,
    pub new: usize,
}

/// What the verdict rests on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SuiteEvidence {
    /// The base side; `None` where budgets alone were judged.
    pub base: Option<SideEvidence>,
    /// The new side; `None` if it could not be read.
    pub new: Option<SideEvidence>,
    /// What speaks against the verdict.
    pub conditions: Vec<Condition>,
    /// What the run could see, per time-like unit that was judged.
    #[serde(default)]
    pub noise: Vec<Noise>,
    /// How the samples were taken, and who says so; `None` where nothing was compared.
    #[serde(default)]
    pub plan: Option<Plan>,
}

/// What became of every result line of one side: `results` = `used` + `filtered` + the number of `lost`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SideEvidence {
    /// The files read, as they were named.
    pub files: Vec<String>,
    /// Result lines met.
    pub results: usize,
    /// Result lines used.
    pub used: usize,
    /// Used ones that had been torn apart.
    pub repaired: usize,
    /// Result lines that a filter set aside.
    pub filtered: usize,
    /// Result lines that could not be used.
    pub lost: Vec<Incident>,
    /// Single measurements of used results that could not be used.
    pub rejected: Vec<Incident>,
    /// Failures that the output reports.
    pub failures: Vec<Incident>,
    /// What the output reports as not run.
    pub skipped: Vec<Incident>,
    /// Packages whose output does not end, although that of others does.
    pub unfinished: Vec<Incident>,
    /// The first sign of each file that the output of several processes is mixed up in it.
    pub interleaved: Vec<Incident>,
    /// What else there is to know about lines.
    pub remarks: Vec<Incident>,
}

/// Something about one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl Report {
    /// The contract that reports are written to.
    pub const SCHEMA: &str = "allocgate/report/v1";

    /// The report on a judgement.
    pub fn new(judgement: Judgement, evidence: &Evidence, policy: &Policy) -> Report {
        Report {
            outcome: judgement.outcome,
            policy: Some(PolicySource { source: policy.source.to_string() }),
            summary: Summary::of(&judgement.findings),
            rows: judgement.findings,
            evidence: SuiteEvidence {
                base: evidence.base.map(Side::ledger).map(SideEvidence::of),
                new: Some(SideEvidence::of(evidence.new.ledger())),
                conditions: judgement.conditions,
                noise: judgement.noise,
                plan: evidence.base.map(|_| judgement.plan),
            },
            ..Report::error("")
        }
    }

    /// The report on a question that could not be asked.
    pub fn error(reason: impl Into<String>) -> Report {
        Report {
            schema: Report::SCHEMA.to_string(),
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_string(),
                version: env!("CARGO_PKG_VERSION").to_string(),
            },
            outcome: Outcome::error(reason),
            policy: None,
            summary: Summary::default(),
            rows: Vec::new(),
            evidence: SuiteEvidence::default(),
        }
    }
}

impl Summary {
    pub(super) fn of(findings: &[Finding]) -> Summary {
        // Rows of a benchmark mostly stand together.
        let chunks = findings.chunk_by(|a, b| (&a.pkg, &a.benchmark) == (&b.pkg, &b.benchmark));
        let benchmarks: HashSet<_> = chunks.map(|rows| (&rows[0].pkg, &rows[0].benchmark)).collect();
        let mut summary =
            Summary { benchmarks: benchmarks.len(), rows: findings.len(), ..Summary::default() };
        for finding in findings {
            *match finding.verdict {
                Verdict::OverBudget => &mut summary.over_budget,
                Verdict::Regressed => &mut summary.regressed,
                Verdict::Missing => &mut summary.missing,
                Verdict::Waived => &mut summary.waived,
                Verdict::Undecided => &mut summary.undecided,
                Verdict::NotJudged => &mut summary.not_judged,
                Verdict::Improved => &mut summary.improved,
                Verdict::Unchanged => &mut summary.unchanged,
                Verdict::WithinBudget => &mut summary.within_budget,
                Verdict::New => &mut summary.new,
            } += 1;
        }
        summary
    }
}

impl SideEvidence {
    fn of(ledger: &Ledger) -> SideEvidence {
        let sum = |of: fn(&FileLedger) -> usize| ledger.files.iter().map(of).sum();
        let incidents = |of: fn(&FileLedger) -> Vec<(usize, String)>| {
            let file = |it: &FileLedger| {
                of(it)
                    .into_iter()
                    .map(|(line, reason)| Incident { file: it.file.clone(), line, reason })
                    .collect::<Vec<_>>()
            };
            ledger.files.iter().flat_map(file).collect()
        };
        SideEvidence {
            files: ledger.files.iter().map(|file| file.file.clone()).collect(),
            results: sum(|file| file.seen),
            used: sum(|file| file.used),
            repaired: sum(|file| file.repaired),
            filtered: sum(|file| file.filtered),
            lost: incidents(|file| file.lost.iter().map(|it| (it.line, it.reason.to_string())).collect()),
            rejected: incidents(|file| file.rejected.iter().map(|it| (it.line, it.to_string())).collect()),
            failures: incidents(|file| file.failures.iter().map(|it| (it.line, it.to_string())).collect()),
            skipped: incidents(|file| file.skipped.iter().map(|it| (it.line, it.to_string())).collect()),
            unfinished: incidents(|file| {
                file.unfinished.iter().map(|it| (it.line, it.to_string())).collect()
            }),
            interleaved: incidents(|file| {
                file.interleaved.iter().map(|it| (it.line, it.sign.to_string())).collect()
            }),
            remarks: incidents(|file| file.remarks.iter().map(|it| (it.line, it.kind.to_string())).collect()),
        }
    }
}
