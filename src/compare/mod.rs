//! Compares samples: what changed, by how much, and how certain that is.
//!
//! Computes numbers and judges nothing: it knows no tolerance, no level and no budget. Public API: [`compare`] for the rows of
//! `check`, and [`tabulate()`] for the tables of the command `compare`.
//!
//! [`compare`] takes two steps. `pairwise` tests each row by itself. `family` takes all rows of one unit together: `calibrate`
//! estimates their common shift and noise, and Holm's method adjusts their p-values.

mod arrange;
mod calibrate;
mod comparison;
mod family;
mod pairwise;
mod rows;
mod setup;
mod suite;
mod summary;
mod tabulate;

pub use arrange::RowOrder;
pub use calibrate::{Basis, Calibration};
pub use comparison::{Calibrated, Certainty, Comparison, Effect, Extremes, Ranked, RankedKind};
pub use rows::{Compared, Comparisons, Contrast, compare};
pub use setup::SetupCost;
pub use suite::{SampleOrder, SuiteStats};
pub use summary::{Note, SampleSummary, SamplesNeeded};
pub use tabulate::{
    ChangeTest, ComparedTable, GeomeanCell, MedianChange, Significance, TableCell, Tabulation, Versus,
    tabulate,
};
