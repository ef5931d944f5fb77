//! Parses the output of `go test -bench`. Every line is a record; no line is an error or a panic.
//!
//! Knows nothing about files and encodings. Public API: [`Parser`] fills a [`Dataset`](crate::model::Dataset) line by line, and
//! [`record`] parses one line.

mod field;
mod line;
mod parser;
mod pending;
mod plain;
mod prefix;
mod result;
mod runs;

use field::{field, trim};
pub use line::{BenchmarkLine, Measurements, Record, Values, record};
pub use parser::{Parser, text};
