//! One [`Report`], already decided, and one file per format that renders it.
//!
//! A renderer chooses words and layout, never a verdict. [`terminal()`] renders a report for a developer, [`render`] in every
//! other [`Format`]; [`table`] the tables of `compare`, [`diagnostics`] the problems of a policy. A report that was written
//! as JSON comes back by [`Report::read`].

mod contract;
mod diagnostics;
mod entry;
mod explain;
mod format;
mod github;
mod gitlab;
mod headline;
mod html;
mod inspect;
mod issue;
mod json;
mod junit;
mod markdown;
mod place;
mod policy;
mod read;
mod records;
mod repeat;
mod sarif;
mod schema;
mod section;
mod selftest;
pub mod table;
mod terminal;

pub use contract::{Incident, PolicySource, Report, SideEvidence, SuiteEvidence, Summary, Tool};
pub use diagnostics::diagnostics;
pub use explain::{Trail, explain};
pub use format::{Format, GateId, Surroundings, render};
pub use github::github;
pub use gitlab::gitlab;
pub use html::html;
pub use inspect::inspect;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use place::{Functions, Place};
pub use policy::{policy, rule};
pub use read::Unreadable;
pub use records::csv_of_rows;
pub use sarif::sarif;
pub use schema::schema;
pub use selftest::{Probe, Selftest, selftest};
pub use terminal::{Detail, terminal};
