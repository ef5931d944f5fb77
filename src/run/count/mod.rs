//! Counts the instructions of benchmarks: `instructions/op`, which other programs on the machine do not disturb.
//!
//! Each benchmark is run twice under a counter, with two fixed `b.N`. The difference of the counts is that of the operations alone: the
//! start of the process, the garbage collection before a benchmark, and setting up cancel out.

mod attribution;
mod counter;
mod counting;
mod operations;
mod process;

pub use attribution::CountedGrowth;
pub use counter::{CountRequest, CounterChoice};
pub(crate) use counter::{Counter, NoCounter, find};
pub(crate) use counting::Counting;

/// The unit of the results.
pub const INSTRUCTIONS: &str = "instructions/op";
/// How many rounds count instructions: the least number of samples that is tested. They vary little, and more of them tell no more.
pub const COUNT_ROUNDS: usize = 5;
