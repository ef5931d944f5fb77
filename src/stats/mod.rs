//! Pure mathematics on `&[f64]`: no word about benchmarks, nothing that reads or prints.
//!
//! | function | estimates or tests | source |
//! |---|---|---|
//! | [`mann_whitney`] | whether one sample tends to be larger | Mann & Whitney 1947; exact with ties by Streitberg & Röhmel 1986 |
//! | [`RankTests`] | the same, with the switch points of Go's tools | – |
//! | [`hodges_lehmann`], [`hodges_lehmann_ratio`] | by how much, with an exact interval | Hodges & Lehmann 1963 |
//! | [`median`], [`median_interval`] | the centre of one sample | David & Nagaraja, *Order Statistics*, 2003, §7.1 |
//! | [`median_ranks`] | the same as Go's tools choose it | David & Nagaraja 2003, §7.1 |
//! | [`holm`] | p-values for a whole family of tests | Holm 1979 |
//! | [`geometric_mean`] | the centre of ratios | – |
//!
//! Inputs are finite numbers in any order, unless a function says otherwise. Logarithms and exponentials come from
//! `libm`, so that a verdict does not depend on the machine that reached it.

mod adjust;
mod geomean;
mod log_exp;
mod mann_whitney;
mod median_ranks;
mod null;
mod order;
mod rank_test;
mod shift;
mod value;

pub use adjust::holm;
pub use geomean::geometric_mean;
pub use mann_whitney::{MannWhitney, Method, mann_whitney, smallest_p};
pub use median_ranks::median_ranks;
pub use order::{median, median_interval};
pub use rank_test::{RankTest, RankTests};
pub use shift::{hodges_lehmann, hodges_lehmann_ratio};
pub use value::{Confidence, Estimate, Interval, PValue};
