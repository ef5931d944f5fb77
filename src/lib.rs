//! A regression gate for Go benchmarks: from the text that `go test -bench` prints to one verdict.

pub mod input;
pub mod model;
pub mod parse;
pub mod stats;
