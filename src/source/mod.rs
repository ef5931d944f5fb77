//! Finds benchmark functions in Go source files.
//!
//! [`benchmarks`] is pure: text in, functions out. [`benchmarks_in`] reads one file, [`benchmarks_under`] a tree of them. No Go
//! toolchain is needed, and nothing is type-checked.

mod scan;
mod tree;

pub use scan::{Function, benchmarks};
pub use tree::{Located, benchmarks_in, benchmarks_under};
