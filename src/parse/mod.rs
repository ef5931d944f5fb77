//! Go benchmark text to records: total (every line is something) and free of panics.
//!
//! Takes lines, knows nothing of files, encodings or pipes. In through [`Parser`], which fills a
//! [`Dataset`](crate::model::Dataset); [`record`] says what one line is.

mod field;
mod line;
mod number;
mod parser;
mod pending;
mod plain;
mod result;
mod runs;

use field::field;
pub use line::{BenchmarkLine, Measurements, Record, Values, record};
pub use parser::{Parser, text};
