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

pub use arrange::RowOrder;
pub use calibrate::{Basis, Calibration};
pub use comparison::{
    Calibrated, Certainty, Compared, Comparison, Comparisons, Contrast, Effect, Ranked, RankedKind, compare,
};
pub use note::{Note, SamplesNeeded};
pub use setup::SetupCost;
pub use suite::{SampleOrder, SuiteStats};
pub use summary::SampleSummary;
pub use tabulate::{
    ChangeTest, ComparedTable, GeomeanCell, MedianChange, Significance, TableCell, Tabulation, Versus,
    tabulate,
};
