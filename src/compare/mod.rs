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
mod counts;
mod dependence;
mod estimate;
mod family;
mod paired;
mod pairwise;
mod rows;
mod suite;
mod summary;
mod tabulate;

pub use arrange::RowOrder;
pub use calibrate::{Basis, Calibration, SMALLEST_SUITE};
pub use comparison::{Calibrated, Certainty, Comparison, Effect, Extremes, Ranked, RankedKind};
pub use dependence::{Dependence, DependenceKind};
pub use paired::Enough;
pub use rows::{Compared, Comparisons, Contrast, RankCheck, compare};
pub use suite::{SampleOrder, SuiteStats};
pub use summary::{Note, SampleSummary, SamplesNeeded};
pub use tabulate::{
    ChangeTest, ComparedTable, GeomeanCell, MedianChange, Significance, TableCell, Tabulation, Versus,
    tabulate,
};
