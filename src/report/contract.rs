//! The report as a value: everything that a format may show.

use super::since::Since;
use crate::cause::Explanation;
use crate::evidence::{Condition, Noise, Outcome, Overall, Sampling};
use crate::model::{FileLedger, Ledger, RunOptions, SamplingPlan};
use crate::verdict::{Finding, Verdict};
use crate::words::SharedText;
use indexmap::IndexSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The result of one run of the gate, decided: a format only shows it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The program that wrote it.
    pub tool: Tool,
    /// The verdict on the whole.
    pub outcome: Outcome,
    /// The policy that was applied; `None` if there was none to apply.
    pub policy: Option<PolicySource>,
    /// How many rows got which verdict.
    pub summary: Summary,
    /// One per benchmark and unit, in the order of the results.
    pub rows: Vec<Finding>,
    /// Why benchmarks allocate more, where that was looked for; each benchmark once.
    pub explanations: Vec<ExplainedBenchmark>,
    /// What got worse since the anchor, if that is what new was compared with.
    pub since: Option<Since>,
    /// What the verdict rests on.
    pub evidence: SuiteEvidence,
}

/// Why a benchmark allocates more.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedBenchmark {
    /// The package's import path.
    pub pkg: SharedText,
    /// The name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: SharedText,
    /// Why.
    pub explanation: Explanation,
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Tool {
    /// `allocgate`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The file of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PolicySource {
    /// The file as it was named, or `built-in`.
    pub source: String,
}

/// How many rows got which verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is the count of the verdict of that name")]
#[non_exhaustive]
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
    /// Undecided rows that look worse; they are counted under `undecided` as well.
    #[serde(default)]
    pub suspects: usize,
    pub not_judged: usize,
    pub missing: usize,
    pub new: usize,
}

/// What the verdict rests on.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SuiteEvidence {
    /// The base side; `None` where budgets alone were judged.
    pub base: Option<SideEvidence>,
    /// The new side; `None` if it could not be read.
    pub new: Option<SideEvidence>,
    /// The packages that `allocgate run` did not measure, because the change cannot affect them.
    pub unchanged_packages: Vec<String>,
    /// The conditions that hold for the run as a whole.
    pub conditions: Vec<Condition>,
    /// What the run can detect, per time-like unit that was compared.
    pub noise: Vec<Noise>,
    /// How the samples were taken, and the source of that; `None` where nothing was compared.
    pub plan: Option<SamplingPlan>,
    /// The design that was used, and the processes that the files show; `None` where nothing was compared.
    pub sampling: Option<Sampling>,
}

impl SuiteEvidence {
    /// The options with which `allocgate run` measures the same again, if it measured.
    pub(super) fn options(&self) -> Option<&RunOptions> {
        self.plan.as_ref()?.options.as_ref()
    }
}

/// What became of every result line of one side: `results` = `used` + `filtered` + the number of `lost`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Incident {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// What a report is made of.
pub(crate) struct Parts<'p> {
    /// The verdict on the whole.
    pub outcome: Outcome,
    /// The findings on rows.
    pub findings: Vec<Finding>,
    /// The conditions that hold.
    pub conditions: Vec<Condition>,
    /// What the run can detect.
    pub noise: Vec<Noise>,
    /// How the samples were taken.
    pub plan: SamplingPlan,
    /// The design that was used, and the processes that the files show.
    pub sampling: Option<Sampling>,
    /// The file of the policy.
    pub policy: &'p str,
    /// The ledger of base, if there is one.
    pub base: Option<&'p Ledger>,
    /// The ledger of new.
    pub new: &'p Ledger,
}

impl Report {
    /// Why the benchmark of a row allocates more, if that was looked for and the row says that it does.
    pub fn explanation(&self, row: &Finding) -> Option<&Explanation> {
        let of = |it: &&ExplainedBenchmark| it.benchmark == row.benchmark && it.pkg == row.pkg;
        let explained = self.explanations.iter().filter(|_| Report::is_explainable(row)).find(of);
        explained.map(|it| &it.explanation)
    }

    /// Whether a row says that its benchmark allocates more.
    pub fn is_explainable(row: &Finding) -> bool {
        let is_worse = matches!(row.verdict, Verdict::Regressed | Verdict::OverBudget);
        is_worse && matches!(row.unit.as_str(), "B/op" | "allocs/op")
    }

    /// The report on what was decided.
    pub(crate) fn new(parts: Parts) -> Report {
        Report {
            tool: Tool::default(),
            outcome: parts.outcome,
            policy: Some(PolicySource { source: parts.policy.to_string() }),
            summary: Summary::of(&parts.findings),
            rows: parts.findings,
            explanations: Vec::new(),
            since: None,
            evidence: SuiteEvidence {
                base: parts.base.map(SideEvidence::of),
                new: Some(SideEvidence::of(parts.new)),
                unchanged_packages: unchanged(parts.new),
                conditions: parts.conditions,
                noise: parts.noise,
                plan: parts.base.map(|_| parts.plan),
                sampling: parts.sampling,
            },
        }
    }

    /// The report on a run that measured nothing, because the change can affect none of these packages: a pass without rows. `policy` is
    /// the file of the policy.
    pub fn unchanged(policy: &str, packages: &[String]) -> Report {
        Report {
            outcome: Outcome { verdict: Overall::Pass, reasons: Vec::new() },
            policy: Some(PolicySource { source: policy.to_string() }),
            evidence: SuiteEvidence { unchanged_packages: packages.to_vec(), ..SuiteEvidence::default() },
            ..Report::error("")
        }
    }

    /// The report on a run that ended in an error, with its text.
    pub fn error(reason: impl Into<String>) -> Report {
        Report {
            tool: Tool::default(),
            outcome: Outcome::error(reason),
            policy: None,
            summary: Summary::default(),
            rows: Vec::new(),
            explanations: Vec::new(),
            since: None,
            evidence: SuiteEvidence::default(),
        }
    }
}

/// Each package once, in the order of the files.
fn unchanged(ledger: &Ledger) -> Vec<String> {
    let all = ledger.files.iter().flat_map(|file| &file.unchanged);
    all.map(ToString::to_string).collect::<IndexSet<_>>().into_iter().collect()
}

impl Default for Tool {
    /// This program.
    fn default() -> Tool {
        let (name, version) = (env!("CARGO_PKG_NAME").to_string(), env!("CARGO_PKG_VERSION").to_string());
        Tool { name, version }
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
            summary.suspects += usize::from(finding.suspect.is_some());
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
