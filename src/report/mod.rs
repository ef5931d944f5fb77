//! One [`Report`], already decided, and one file per format that renders it.
//!
//! A renderer chooses words and layout, never a verdict. [`terminal`] and [`json`] render a report, [`table`]
//! the tables of `compare`, [`diagnostics`] the problems of a policy.

mod contract;
mod diagnostics;
mod explain;
mod inspect;
mod json;
mod policy;
mod repeat;
mod section;
mod selftest;
pub mod table;
mod terminal;
mod untrusted;

pub use contract::{Incident, PolicySource, Report, SideEvidence, SuiteEvidence, Summary, Tool};
pub use diagnostics::diagnostics;
pub use explain::{Trail, explain};
pub use inspect::inspect;
pub use json::json;
pub use policy::{policy, rule};
pub use selftest::{Probe, Selftest, selftest};
pub use terminal::{Detail, terminal};
pub use untrusted::clean;
