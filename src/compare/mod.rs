//! Two samples: what changed, by how much, how surely.
//!
//! Turns series into numbers that can be judged, and judges nothing: no tolerance, no level, no budget. Doors:
//! [`compare`] for the rows of `check`, [`tabulate`] for the tables of `compare`.

mod comparison;
mod summary;
mod tabulate;

pub use comparison::{Certainty, Compared, Comparison, Contrast, Effect, compare};
pub use summary::Summary;
pub use tabulate::{Cell, GeomeanCell, Shown, Significance, Tabulated, Versus, tabulate};
