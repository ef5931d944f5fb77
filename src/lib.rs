//! A regression gate for Go benchmarks: from the text that `go test -bench` prints to one verdict.

pub mod compare;
pub mod group;
pub mod input;
pub mod model;
pub mod parse;
pub mod query;
pub mod stats;
