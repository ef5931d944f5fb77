//! A regression gate for Go benchmarks: from the text that `go test -bench` prints to one verdict.

pub mod compare;
pub mod diag;
pub mod group;
pub mod input;
pub mod model;
pub mod parse;
pub mod policy;
pub mod query;
pub mod stats;
pub mod verdict;
