//! The tables of `compare`, one file per format.
//!
//! `text` and `csv` are the formats of benchstat, byte for byte except where benchstat is wrong.

mod cells;
mod csv;
mod grid;
mod html;
mod json;
mod markdown;
mod number;
mod text;
mod view;

pub use self::csv::csv;
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use text::text;
