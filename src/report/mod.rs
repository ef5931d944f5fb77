//! One [`Report`], already decided, and one file per format that renders it.
//!
//! A renderer chooses words and layout, never a verdict. [`terminal()`] renders a report for a developer, [`render`] in every
//! other [`Format`]; [`table`] the tables of `compare`, [`diagnostics`] the problems of a policy. A report that was written
//! as JSON comes back by [`Report::read`].

mod contract;
mod format;
mod json;
mod screen;
pub mod table;
mod wire;
mod word;

pub(crate) use contract::Parts;
pub use contract::{Incident, PolicySource, Report, SideEvidence, SuiteEvidence, Summary, Tool};
pub use format::{
    BenchmarkLocations, Detail, Format, GateId, RenderContext, SourceLocation, github, markdown, render,
    terminal,
};
pub use json::{Unreadable, json, schema};
pub use screen::{Explanation, Selftest, diagnostics, explain, inspect, policy, rule, selftest};
