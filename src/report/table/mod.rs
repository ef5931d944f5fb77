//! The tables of `compare`, one file per format.
//!
//! `text` and `csv` are benchstat's formats to the byte, wherever benchstat is right.

mod cells;
mod csv;
mod grid;
mod html;
mod json;
mod markdown;
mod notes;
mod number;
mod text;

pub use self::csv::csv;
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use text::text;
