//! Two samples: what changed, by how much, how surely.
//!
//! Turns series into numbers that can be judged, and judges nothing: no tolerance, no level, no budget. Doors:
//! [`compare`] for the rows of `check`, [`tabulate`] for the tables of `compare`.

mod arrange;
mod center;
mod comparison;
mod note;
mod summary;
mod tabulate;

pub use arrange::By;
pub use comparison::{Certainty, Compared, Comparison, Contrast, Effect, compare};
pub use note::{Need, Note};
pub use summary::Summary;
pub use tabulate::{
    Cell, Evidence, GeomeanCell, Shown, Significance, Tabulated, Tabulation, Versus, tabulate,
};
