//! The JSON of a row.

use super::cause::Cause;
use crate::cause::Explanation;
use crate::compare;
use crate::model::{self, Unit};
use crate::policy::{self, Level};
use crate::report::command;
use crate::report::contract::ExplainedBenchmark;
use crate::report::word::Word;
use crate::stats::PValue;
use crate::verdict::{self, Finding, NoteKind, Reason, ReasonKind, RowNote, Verdict};
use crate::words::SharedText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::mem;
use std::sync::Arc;

/// One benchmark in one unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::report) struct Row<'r> {
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
