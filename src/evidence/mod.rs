//! The run as a whole: conditions by subject, and the outcome.
//!
//! [`conditions`] collects the [`Condition`]s that hold, each with the numbers behind it; [`Outcome::of`] sums up findings and
//! conditions in one verdict with its exit code. [`judge`](crate::verdict::judge) judges the rows before that. Pure functions.

mod base;
mod collect;
mod condition;
mod coverage;
mod decisions;
mod design;
mod entry;
mod environment;
mod names;
mod outcome;
mod policy;
mod reading;
mod samples;
mod sampling;
mod shards;
mod suite;
mod unequal;
mod waiver;

pub use base::BrokenBase;
pub use collect::{Run, conditions, noise};
pub use condition::{Condition, Fact};
pub use coverage::{Coverage, Missing};
pub use decisions::BrokenDecisions;
pub use design::ContradictoryDesign;
pub use entry::{UnmatchedEntry, UnmeasuredEntries, unmatched_entries};
pub use environment::Environment;
pub use outcome::{Outcome, OutcomeReason, Overall, nothing_judged, require_budget};
pub use policy::LooserPolicy;
pub use reading::Reading;
pub use samples::{SampleShortage, Unprovable, Untested};
pub use sampling::{ProcessCount, Sampling, UsedDesign};
pub use shards::ShardState;
pub use suite::{Noise, SuiteFact};
pub use unequal::UnequalSamples;
pub use waiver::WaiverState;

/// How many names a message lists.
const NAMES: usize = 5;
