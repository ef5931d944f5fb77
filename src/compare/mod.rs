//! Two samples: what changed, by how much, how surely.
//!
//! Turns series into numbers that can be judged, and judges nothing: no tolerance, no level, no budget. Doors:
//! [`compare`] for the rows of `check`, [`tabulate`] for the tables of `compare`.
//!
//! [`compare`] takes two steps: `pairwise` looks at each row alone, `family` at all rows of one unit together, which
//! `calibrate` each other and share one chance of a false alarm.

mod arrange;
mod calibrate;
mod center;
mod comparison;
mod family;
mod note;
mod pairwise;
mod setup;
mod suite;
mod summary;
mod tabulate;

pub use arrange::By;
pub use calibrate::{Basis, Calibration};
pub use comparison::{
    Calibrated, Certainty, Compared, Comparison, Comparisons, Contrast, Effect, Ranked, Subject, compare,
};
pub use note::{Need, Note};
pub use setup::Setup;
pub use suite::{Course, Suite};
pub use summary::Summary;
pub use tabulate::{
    Cell, Evidence, GeomeanCell, Shown, Significance, Tabulated, Tabulation, Versus, tabulate,
};
