//! A [`Report`] and everything in it, and the formats that show it.
//!
//! [`terminal()`] writes a report for a developer, [`render`] in every other [`Format`]. A renderer chooses words and layout,
//! never a verdict. What was written as JSON is read back by [`Report::read`]; [`schema`] describes it.

mod command;
mod contract;
mod format;
mod json;
mod screen;
mod since;
#[doc(hidden)]
pub mod table;
mod wire;
mod word;

pub use crate::compare::{Basis, SampleSummary};
pub use crate::evidence::{
    BrokenDecisions, Condition, ContradictoryDesign, Coverage, Environment, Fact, LooserPolicy, Missing,
    Noise, Outcome, OutcomeReason, Overall, ProcessCount, Reading, SampleShortage, Sampling, SuiteFact,
    UnmeasuredEntries, Unprovable, Untested, UsedDesign, WaiverState,
};
pub use crate::model::{Design, DesignSource, SamplingPlan, Unit};
pub use crate::policy::{ConditionKind, Level, Tolerance};
pub use crate::stats::PValue;
pub use crate::verdict::{
    Advice, AgainstSuite, Change, Cluster, CpuTime, Finding, Message, NotCompared, NoteKind, NoteSide, Proof,
    Reason, ReasonKind, RowNote, RuleText, Samples, Suspect, Undecided, Verdict, WaiverNote,
};
pub(crate) use contract::Parts;
pub use contract::{
    ExplainedBenchmark, Incident, PolicySource, Report, SideEvidence, SuiteEvidence, Summary, Tool,
};
pub use format::{
    BenchmarkLocations, Detail, Format, GateId, RenderContext, SourceLocation, github, markdown, render,
    terminal,
};
pub use json::{Unreadable, json, schema};
#[doc(hidden)]
pub use screen::{
    BenchmarkCauses, BenchmarkSites, CAUSE_LINES, Causes, DecisionChanges, DecisionReport, Explanation,
    HistoryView, Selftest, Sites, causes, causes_json, causes_markdown, decisions, decisions_json,
    diagnostics, explain, history_csv, history_html, history_json, history_markdown, history_text, inspect,
    policy, rule, selftest, sites, sites_html, sites_json, sites_markdown, trend_schema,
};
pub use since::{Since, SinceRow, SinceSteps};
