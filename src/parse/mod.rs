//! Go benchmark text to records: total (every line is something) and free of panics.
//!
//! Takes lines, knows nothing of files, encodings or pipes. In through [`Parser`], which fills a
//! [`Dataset`](crate::model::Dataset); [`record`] says what one line is.

mod line;
mod number;
mod parser;

pub use line::{BenchmarkLine, Measurements, Record, record};
pub use parser::{Parser, text};
