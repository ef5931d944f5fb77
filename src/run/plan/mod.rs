//! Which processes a round consists of: one for each benchmark if that is possible, which runs it a fixed number of times.
//!
//! Before the first round, [`plan`] runs each benchmark for a moment: that shows which sub-benchmarks there are, and how long an
//! operation takes.

mod iterations;
mod meter;
mod names;
mod pattern;
mod search;
mod shard;
mod startup;
mod task;

pub use names::NotAlone;
pub(crate) use pattern::{of_benchmark, of_functions};
pub(crate) use search::{Candidate, plan};
pub(crate) use shard::{Function, ShardPlan, Times, read_times};
pub(crate) use task::{Task, What};
