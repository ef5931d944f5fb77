//! Allocation profiles of Go: which lines allocate, how many objects and bytes per operation.
//!
//! A profile counts everything that a process allocates, setting up and ending included. Two runs with two fixed counts tell what
//! one operation costs: the difference divided by the difference of the counts, stack by stack.

mod error;
mod name;
mod per_op;
mod read;
mod site;
mod stack;
mod wire;

pub use error::ProfileError;
pub use per_op::{StackCost, per_op, per_op_of_one};
pub use read::{LARGEST, MOST, Profile, Sample};
pub use site::site;
pub use stack::{Frame, Stack};
