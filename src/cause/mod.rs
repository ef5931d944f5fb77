//! Why a benchmark allocates more: the line that allocates, the decision of the compiler, and the edit behind it.
//!
//! Functions of their arguments: bytes of profiles, text of the compiler, Go sources. `run` captures them.

pub mod advice;
pub mod decision;
mod explanation;
pub mod instructions;
pub mod join;
pub mod lines;
mod manifest;
pub mod profile;

pub use explanation::{
    Cause, Confidence, Decision, Edit, EditSide, Evidence, Explained, Explanation, FlowStep, Input, Place,
    Remark, Site,
};
pub use join::{Captured, ChangedDecision, Growth, decisions_changed, explain};
pub use manifest::{
    Allocated, CapturedBenchmark, CapturedDecisions, CapturedInputs, CapturedModule, CapturedRun,
    CapturedRuns, CapturedSide, Dependency, LARGEST as LARGEST_MANIFEST, Manifest, ManifestError,
    is_inside as is_inside_of_capture,
};
