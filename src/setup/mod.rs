//! What a project needs for its first run: the files that `allocgate init` writes, and what `allocgate doctor` looks at.
//!
//! Functions of [`Facts`] and of measured results. The facts are collected by `run` and `cli`, which also write the files.

mod diagnosis;
mod facts;
mod starter;
mod workflow;

pub use diagnosis::{Check, State, diagnose};
pub use facts::{Facts, MachineFacts, PolicyFacts, Program, RepositoryFacts};
pub use starter::{Starter, starter};
pub use workflow::{Ci, PLACEHOLDER, Workflow, workflow};
