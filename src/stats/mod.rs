//! Statistics on `&[f64]`. Knows nothing about benchmarks, reads nothing and prints nothing.
//!
//! | function | estimates or tests | source |
//! |---|---|---|
//! | [`mann_whitney`] | whether one sample tends to be larger | Mann & Whitney 1947; exact with ties by Streitberg & Röhmel 1986 |
//! | [`rank_test()`] | the same, with the switch points of Go's tools | – |
//! | [`hodges_lehmann`], [`hodges_lehmann_ratio`] | by how much, with an exact interval | Hodges & Lehmann 1963 |
//! | [`median`], [`median_interval`] | the median of one sample, with an interval | David & Nagaraja, *Order Statistics*, 2003, §7.1 |
//! | [`median_ranks`] | the interval of the median as Go's tools choose it | David & Nagaraja 2003, §7.1 |
//! | [`holm`] | p-values adjusted for a family of tests | Holm 1979 |
//! | [`Studentized`] | tests, equivalence, intervals and power of an estimate with an estimated error | Student 1908; Schuirmann 1987 |
//! | [`robust_deviation`] | the spread of one sample, whatever its outliers | Hampel 1974 |
//! | [`two_clusters`] | whether one sample is two | – |
//! | [`mean_shift`] | the difference of two means, of trimmed ones as well | Student 1908; Yuen 1974 |
//! | [`Line`] | the slope of one quantity on another, and the distance of parallel lines | Fisher 1932 |
//! | [`spearman`], [`drift`], [`autocorrelation`] | whether values follow one another, or their order | Spearman 1904 |
//! | [`change_point`] | where a sequence changes its level | Pettitt 1979, by permutation |
//! | [`theil_sen`] | the slope of a sequence | Theil 1950; Sen 1968 |
//! | [`benjamini_hochberg`] | p-values adjusted for the share of false rejections | Benjamini & Hochberg 1995 |
//! | [`geometric_mean`] | the mean of ratios | – |
//!
//! Inputs are finite numbers in any order, unless a function says otherwise. Logarithms and exponentials come from
//! `libm`, so that a verdict does not depend on the machine that computes it.

mod change_point;
mod clusters;
mod descriptive;
mod elementary;
mod known;
mod line;
mod mann_whitney;
mod means;
mod median_ranks;
mod memo;
mod null;
mod rank_test;
mod shift;
mod student;
mod theil_sen;
mod trend;
mod value;

pub use change_point::{ChangePoint, change_point};
pub use clusters::two_clusters;
pub use descriptive::{
    MAD_TO_SIGMA, geometric_mean, median, median_interval, robust_deviation, select_median,
};
pub use elementary::{exp, exp_m1, ln, ln_1p};
pub use line::{Line, Parallel};
pub use mann_whitney::{MannWhitney, Method, mann_whitney, smallest_p};
pub use means::mean_shift;
pub use median_ranks::median_ranks;
pub use rank_test::{RankTest, rank_test};
pub use shift::{hodges_lehmann, hodges_lehmann_log_ratio, hodges_lehmann_ratio};
pub use student::Studentized;
pub use theil_sen::theil_sen;
pub use trend::{autocorrelation, drift, drift_and_autocorrelation, spearman};
pub use value::{Confidence, Estimate, Interval, PValue, Tails, benjamini_hochberg, holm, normal_quantile};
