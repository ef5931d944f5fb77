//! The JSON of findings, conditions and the outcome, apart from these values: renaming a field there changes nothing here. The other
//! parts of a report (`contract`) are made for JSON alone.
//!
//! The doc comments are the descriptions of the schema that programs read. Texts are borrowed when a report is written, row by row,
//! and owned when one is read back.

use super::cause::Cause;
use super::command;
use super::contract::{ExplainedBenchmark, PolicySource, SideEvidence, Summary, Tool};
use super::word::Word;
use crate::cause::Explanation;
use crate::compare::{self, Basis};
use crate::evidence::{self, Fact, OutcomeReason, Overall, UsedDesign};
use crate::model::{self, Design, DesignSource, Looks, Unit};
use crate::policy::{self, ConditionKind, Level};
use crate::stats::PValue;
use crate::verdict::{self, Finding, NoteKind, Reason, ReasonKind, RowNote, Verdict};
use crate::words::SharedText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::mem;
use std::sync::Arc;

/// Everything that a reader may see of one run of the gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Report")]
pub(super) struct Report<Rows> {
    /// Names this contract and its version.
    pub schema: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// The verdict on the whole.
    pub outcome: Outcome,
    /// The policy that was applied; `null` if there was none to apply.
    pub policy: Option<PolicySource>,
    /// How many rows got which verdict.
    pub summary: Summary,
    /// One per benchmark and unit, in the order of the results.
    pub rows: Rows,
    /// What the verdict rests on.
    pub evidence: SuiteEvidence,
}

/// The verdict on the whole suite, and why.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Outcome {
    /// The verdict.
    pub verdict: Word<Overall>,
    /// The exit code: 0 pass, 1 fail, 2 error, 3 undecided.
    pub exit_code: u8,
    /// What led to it, in a few words each; empty for a pass.
    pub reasons: Vec<String>,
}

/// What the verdict rests on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct SuiteEvidence {
    /// The base side; `null` where budgets alone were judged.
    pub base: Option<SideEvidence>,
    /// The new side; `null` if it could not be read.
    pub new: Option<SideEvidence>,
    /// The conditions that hold for the run as a whole.
    pub conditions: Vec<Condition>,
    /// What the run can detect, per time-like unit that was compared.
    #[serde(default)]
    pub noise: Vec<Noise>,
    /// How the samples were taken, and the source of that; `null` where nothing was compared.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// The design that was used, and the processes that the files show. Missing where nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
}

/// One benchmark in one unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Row<'r> {
    /// The package's import path; empty where the output names none.
    pkg: Cow<'r, str>,
    /// The name as Go prints it, without the `Benchmark` prefix.
    benchmark: Cow<'r, str>,
    /// The unit as Go prints it.
    unit: Cow<'r, str>,
    /// The verdict.
    verdict: Word<Verdict>,
    /// Why: a word for programs. `message` says the same with its numbers. Missing in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Word<ReasonKind>>")]
    reason: Option<Cow<'r, str>>,
    /// What a regression of this row does to the outcome; for a row that is missing or new, what that does.
    level: Word<Level>,
    /// The base sample.
    base: Option<Sample>,
    /// The new sample.
    new: Option<Sample>,
    /// The worst new value, where that was held against the maximum rather than the median.
    worst: Option<f64>,
    /// The change from base to new.
    change: Option<Change>,
    /// The two-sided Mann-Whitney p-value of this row alone.
    #[schemars(range(min = 0.0, max = 1.0))]
    p: Option<f64>,
    /// The one-sided p-value of the test that decided, towards the change, divided by the share of its interim analysis where
    /// there were several, and after Holm over all rows of the unit that were tested with it; `null` where nothing was tested.
    #[schemars(range(min = 0.0, max = 1.0))]
    p_adjusted: Option<f64>,
    /// The smallest regression, in percent, that such a run proves in 19 of 20 cases; `null` where there is no ratio, or no
    /// comparison.
    detectable_percent: Option<f64>,
    /// `true` if the row is undecided, but every value of new is worse than every value of base, by more than the tolerance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    suspect: bool,
    /// By how much the best value of new is worse than the worst value of base, in percent of that, for suspects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap_percent: Option<f64>,
    /// The command that decides a suspect. Missing if its name cannot stand in a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decide: Option<String>,
    /// What a reader should know besides; only for rows that got worse or are undecided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note<'r>>,
    /// How many samples per side the row needs, where it has fewer: to be tested, or to prove any change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    needed_samples: Option<usize>,
    /// The largest change for the worse that is tolerated, where one is.
    tolerance: Option<Tolerance>,
    /// The absolute maximum, where there is one.
    max: Option<f64>,
    /// The rule that decided.
    rule: Rule<'r>,
    /// The finding in one sentence, numbers first.
    message: Cow<'r, str>,
    /// The samples, where the row got worse; left out of every other row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    samples: Option<Samples<'r>>,
    /// Which lines allocate more and why, the one that matters most first, where that was looked for: only for rows in B/op and
    /// allocs/op that regressed or are over their budget.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Cause>,
    /// What a reader must know besides the causes: what is hidden, not explained or was not captured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cause_notes: Vec<String>,
}

/// One sample in a few numbers, in the unit of its values.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Sample {
    /// How many values.
    n: usize,
    /// Their median.
    center: f64,
    /// For continuous units the lower end of the median's 95 % interval, `null` if so few values bound nothing; for counting
    /// units the smallest value.
    low: Option<f64>,
    /// The upper end, or the largest value, likewise.
    high: Option<f64>,
}

/// The change from base to new; positive is more.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Change {
    /// The difference of the medians, in the unit.
    absolute: f64,
    /// In percent of base: by the Hodges-Lehmann ratio for continuous units, by the medians for counting units. `null` on a
    /// base that is not positive.
    percent: Option<f64>,
    /// The lower end of its 95 % interval, in percent; `null` where so few samples bound nothing. For continuous units it
    /// includes the noise between runs.
    low: Option<f64>,
    /// The upper end.
    high: Option<f64>,
}

/// The largest change that is tolerated: a change within either part is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Tolerance {
    /// In percent of base.
    percent: Option<f64>,
    /// In the unit itself.
    absolute: Option<f64>,
}

/// The rule that decided, with its file and line.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Rule<'r> {
    /// The policy file, or `built-in`.
    source: Cow<'r, str>,
    /// Its line, from 1.
    line: Option<usize>,
    /// Its text.
    text: Cow<'r, str>,
}

/// What a reader should know about a row besides its verdict.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Note<'r> {
    /// A word for programs.
    #[schemars(with = "Word<NoteKind>")]
    kind: Cow<'r, str>,
    /// The note in a few words.
    text: Cow<'r, str>,
}

/// Values in the unit and in the order of measurement; of long samples evenly picked ones.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Samples<'r> {
    /// Before the change.
    base: Cow<'r, [f64]>,
    /// After it.
    new: Cow<'r, [f64]>,
}

/// A condition that holds and is not ignored.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Condition {
    /// Which one: a key of `[evidence]`.
    kind: Word<ConditionKind>,
    /// What it does to the outcome.
    level: Word<Level>,
    /// A few words, with a count where there is one.
    title: String,
    /// One sentence, with places and what to do.
    message: String,
}

/// What the run can detect in one time-like unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Noise {
    /// The unit.
    unit: String,
    /// How many rows were tested together.
    rows: usize,
    /// How the noise is known.
    basis: Word<Basis>,
    /// How much a benchmark differs between runs, beyond the scatter of its samples: a standard deviation in percent.
    noise_percent: f64,
    /// How far the suite moved as a whole; changes are judged relative to that.
    shift_percent: f64,
    /// The median over the rows of `detectable_percent`.
    detectable_percent: Option<f64>,
}

/// How the samples were taken, and the source of that.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Plan {
    /// How the samples of the two sides lie in time.
    design: Word<Design>,
    /// Where that comes from.
    said_by: Word<DesignSource>,
    /// After which rounds the results were looked at, as the files record it; `null` where they do not.
    looks: Option<Vec<usize>>,
    /// The options with which `allocgate run` measures the same again, as the files record them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    options: Option<String>,
}

/// The design that was used, and the processes that the files show.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Sampling {
    /// The design that the policy or the files name.
    claimed: Word<Design>,
    /// Where that comes from.
    said_by: Word<DesignSource>,
    /// The design that times were judged by.
    used: Word<UsedDesign>,
    /// The base side.
    base: ProcessCount,
    /// The new side.
    new: ProcessCount,
}

/// The processes of one side, in the median over its rows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct ProcessCount {
    /// How many processes a row comes from: each header in a file starts one.
    processes: usize,
    /// How many samples a row has.
    samples: usize,
}

impl<'r> Row<'r> {
    /// The row of a finding of a run with these options.
    pub fn of(
        finding: &'r Finding,
        explanation: Option<&Explanation>,
        options: Option<&model::RunOptions>,
    ) -> Row<'r> {
        Row {
            pkg: Cow::Borrowed(&finding.pkg),
            benchmark: Cow::Borrowed(&finding.benchmark),
            unit: Cow::Borrowed(finding.unit.as_str()),
            verdict: Word(finding.verdict),
            reason: match &finding.reason {
                Reason::Read { kind, .. } => kind.as_deref().map(Cow::Borrowed),
                reason => reason.kind().map(|kind| Cow::Borrowed(Word(kind).as_str())),
            },
            level: Word(finding.level),
            base: finding.base.map(Sample::of),
            new: finding.new.map(Sample::of),
            worst: finding.worst,
            change: finding.change.map(|it| Change {
                absolute: it.absolute,
                percent: it.percent,
                low: it.low,
                high: it.high,
            }),
            p: finding.p.map(PValue::get),
            p_adjusted: finding.p_adjusted.map(PValue::get),
            detectable_percent: finding.detectable_percent,
            suspect: finding.suspect.is_some(),
            gap_percent: finding.suspect.and_then(|it| it.gap_percent),
            decide: finding.suspect.and_then(|_| command::decide([finding], options)),
            notes: finding.notes.iter().map(Note::of).collect(),
            needed_samples: finding.reason.needed_samples(),
            tolerance: finding
                .tolerance
                .map(|it| Tolerance { percent: it.percent(), absolute: it.absolute() }),
            max: finding.max,
            rule: Rule {
                source: Cow::Borrowed(&finding.rule.source),
                line: finding.rule.line,
                text: Cow::Borrowed(&finding.rule.text),
            },
            message: Cow::Owned(finding.message().to_string()),
            samples: finding
                .samples
                .as_deref()
                .map(|it| Samples { base: Cow::Borrowed(&it.base), new: Cow::Borrowed(&it.new) }),
            causes: explanation.map(Cause::all).unwrap_or_default(),
            cause_notes: explanation
                .map(|it| it.remarks.iter().map(ToString::to_string).collect())
                .unwrap_or_default(),
        }
    }

    /// Why the benchmark allocates more, if the row says that. Leaves it empty there.
    pub fn take_explanation(&mut self) -> Option<ExplainedBenchmark> {
        let (causes, notes) = (mem::take(&mut self.causes), mem::take(&mut self.cause_notes));
        let explanation = Cause::explanation(causes, notes)?;
        let (pkg, benchmark) = (self.pkg.as_ref().into(), self.benchmark.as_ref().into());
        Some(ExplainedBenchmark { pkg, benchmark, explanation })
    }

    pub fn into_finding(self) -> Finding {
        let text = |text: Cow<str>| SharedText::from(text.into_owned());
        Finding {
            pkg: text(self.pkg),
            benchmark: text(self.benchmark),
            unit: Unit::new(self.unit),
            verdict: self.verdict.0,
            level: self.level.0,
            base: self.base.map(Sample::into_summary),
            new: self.new.map(Sample::into_summary),
            worst: self.worst,
            change: self.change.map(|it| verdict::Change {
                absolute: it.absolute,
                percent: it.percent,
                low: it.low,
                high: it.high,
                shift: None,
            }),
            p: self.p.map(PValue::new),
            p_adjusted: self.p_adjusted.map(PValue::new),
            detectable_percent: self.detectable_percent,
            tolerance: self.tolerance.map(|it| policy::Tolerance::of(it.percent, it.absolute)),
            max: self.max,
            rule: Arc::new(verdict::RuleText {
                source: text(self.rule.source),
                line: self.rule.line,
                text: text(self.rule.text),
            }),
            reason: Reason::Read {
                kind: self.reason.map(|it| it.into_owned().into()),
                message: self.message.into_owned().into(),
                needed_samples: self.needed_samples,
            },
            suspect: self.suspect.then_some(verdict::Suspect { gap_percent: self.gap_percent }),
            notes: self.notes.into_iter().map(Note::into_note).collect(),
            shortage: None,
            waivers: Vec::new(),
            samples: self.samples.map(|it| {
                Box::new(verdict::Samples { base: it.base.into_owned(), new: it.new.into_owned() })
            }),
        }
    }
}

impl<'r> Note<'r> {
    fn of(note: &'r RowNote) -> Note<'r> {
        let kind = match note {
            RowNote::Read { kind, .. } => kind,
            note => note.kind().map_or("", |kind| Word(kind).as_str()),
        };
        Note { kind: Cow::Borrowed(kind), text: Cow::Owned(note.to_string()) }
    }

    fn into_note(self) -> RowNote {
        RowNote::Read { kind: self.kind.into_owned().into(), text: self.text.into_owned().into() }
    }
}

impl Sample {
    fn of(summary: compare::SampleSummary) -> Sample {
        Sample { n: summary.n, center: summary.center, low: summary.low, high: summary.high }
    }

    fn into_summary(self) -> compare::SampleSummary {
        compare::SampleSummary { n: self.n, center: self.center, low: self.low, high: self.high }
    }
}

impl Outcome {
    pub fn of(outcome: &evidence::Outcome) -> Outcome {
        Outcome {
            verdict: Word(outcome.verdict),
            exit_code: outcome.verdict.exit_code(),
            reasons: outcome.reasons.iter().map(ToString::to_string).collect(),
        }
    }

    pub fn into_outcome(self) -> evidence::Outcome {
        let reasons = self.reasons.into_iter().map(OutcomeReason::Text).collect();
        evidence::Outcome { verdict: self.verdict.0, reasons }
    }
}

impl Condition {
    pub fn of(condition: &evidence::Condition) -> Condition {
        Condition {
            kind: Word(condition.kind()),
            level: Word(condition.level),
            title: condition.title(),
            message: condition.message(),
        }
    }

    pub fn into_condition(self) -> evidence::Condition {
        let fact = Fact::Read { kind: self.kind.0, title: self.title, message: self.message };
        evidence::Condition { level: self.level.0, fact }
    }
}

impl Noise {
    pub fn of(noise: &evidence::Noise) -> Noise {
        Noise {
            unit: noise.unit.as_str().to_string(),
            rows: noise.rows,
            basis: Word(noise.basis),
            noise_percent: noise.noise_percent,
            shift_percent: noise.shift_percent,
            detectable_percent: noise.detectable_percent,
        }
    }

    pub fn into_noise(self) -> evidence::Noise {
        evidence::Noise {
            unit: Unit::new(self.unit),
            rows: self.rows,
            basis: self.basis.0,
            noise_percent: self.noise_percent,
            shift_percent: self.shift_percent,
            detectable_percent: self.detectable_percent,
        }
    }
}

impl Sampling {
    pub fn of(sampling: evidence::Sampling) -> Sampling {
        let count =
            |it: evidence::ProcessCount| ProcessCount { processes: it.processes, samples: it.samples };
        Sampling {
            claimed: Word(sampling.claimed),
            said_by: Word(sampling.source),
            used: Word(sampling.used),
            base: count(sampling.base),
            new: count(sampling.new),
        }
    }

    pub fn into_sampling(self) -> evidence::Sampling {
        let count =
            |it: ProcessCount| evidence::ProcessCount { processes: it.processes, samples: it.samples };
        evidence::Sampling {
            claimed: self.claimed.0,
            source: self.said_by.0,
            used: self.used.0,
            base: count(self.base),
            new: count(self.new),
        }
    }
}

impl Plan {
    pub fn of(plan: &model::SamplingPlan) -> Plan {
        let looks = plan.looks.as_ref().map(|looks| looks.rounds().to_vec());
        let options = plan.options.as_ref().map(|options| options.as_str().to_string());
        Plan { design: Word(plan.design), said_by: Word(plan.design_source), looks, options }
    }

    /// # Errors
    /// If the looks are not positive and ascending.
    pub fn into_plan(self) -> Result<model::SamplingPlan, model::LooksError> {
        let looks = self.looks.map(Looks::new).transpose()?;
        // It becomes part of a command: only what is safe there.
        let options = self.options.as_deref().and_then(model::RunOptions::new);
        Ok(model::SamplingPlan { design: self.design.0, design_source: self.said_by.0, looks, options })
    }
}
