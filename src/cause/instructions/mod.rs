//! Which functions execute more instructions: from the counts of cachegrind, per function and line.

mod growth;
mod read;

pub use growth::{FunctionGrowth, MOST_FUNCTIONS, PerOperation, growth};
pub use read::{Counts, CountsError, CountsProblem};
