//! The Hodges-Lehmann estimate: by how much one sample is larger than the other.

use super::null::lower_tail;
use super::{Confidence, Estimate, Interval, elementary, normal_quantile};
use std::cmp::Ordering;

/// Up to this many pairs the interval's order statistics come from the exact distribution.
const EXACT_PAIRS: usize = 10_000;

/// Up to this many pairs the differences are listed; beyond it they are counted only.
const LISTED_PAIRS: usize = 10_000;

/// The Hodges-Lehmann estimate of the shift from `x` to `y`, the median of all differences y - x, with its exact
/// distribution-free interval (Hodges & Lehmann, *Estimates of location based on rank tests*, Ann. Math. Statist. 34,
/// 1963; interval: Hollander, Wolfe & Chicken, *Nonparametric Statistical Methods*, 2014, §4.3).
///
/// `None` if a sample is empty. A 95 % interval is unbounded below 4 values per side. Ties make it wider than necessary.
/// Up to 10,000 pairs the confidence is exact; above it is a normal approximation. O(n1·n2) up to 10,000 pairs,
/// O((n1+n2) log(n1+n2)) time and memory beyond.
pub fn hodges_lehmann(x: &[f64], y: &[f64], confidence: Confidence) -> Option<Estimate> {
    if x.is_empty() || y.is_empty() {
        return None;
    }
    let mut differences = Differences::of(x, y);
    let pairs = x.len() * y.len();
    let value = differences.smallest((pairs - 1) / 2).midpoint(differences.smallest(pairs / 2));
    let interval = match order_statistic(x.len(), y.len(), confidence) {
        None => Interval::Unbounded,
        Some((k, confidence)) => Interval::Bounded {
            low: differences.smallest(k - 1),
            high: differences.smallest(pairs - k),
            confidence,
        },
    };
    Some(Estimate { value, interval })
}

/// The Hodges-Lehmann estimate of ln(y / x): the shift of the logarithms. `None` if a sample is empty or holds a value
/// that is not positive: there is no ratio to zero.
pub fn hodges_lehmann_log_ratio(x: &[f64], y: &[f64], confidence: Confidence) -> Option<Estimate> {
    let logs = |values: &[f64]| -> Option<Vec<f64>> {
        values.iter().map(|&v| (v > 0.0).then(|| elementary::ln(v))).collect()
    };
    hodges_lehmann(&logs(x)?, &logs(y)?, confidence)
}

/// The Hodges-Lehmann estimate of the ratio y / x: the exponential of [`hodges_lehmann_log_ratio`].
pub fn hodges_lehmann_ratio(x: &[f64], y: &[f64], confidence: Confidence) -> Option<Estimate> {
    hodges_lehmann_log_ratio(x, y, confidence).map(|shift| shift.map(elementary::exp))
}

/// All differences y - x.
enum Differences {
    /// A list of [`ordered`] integers, partitioned around the middle one.
    Listed(Vec<i64>),
    /// The two samples, ascending.
    Counted(Vec<f64>, Vec<f64>),
}

impl Differences {
    fn of(x: &[f64], y: &[f64]) -> Differences {
        let sorted = |values: &[f64]| {
            let mut values = values.to_vec();
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        if x.len() * y.len() > LISTED_PAIRS {
            return Differences::Counted(sorted(x), sorted(y));
        }
        let mut all = Vec::with_capacity(x.len() * y.len());
        y.iter().for_each(|&b| all.extend(x.iter().map(|&a| ordered(difference(a, b)))));
        let middle = all.len() / 2;
        all.select_nth_unstable(middle);
        Differences::Listed(all)
    }

    /// The difference with `rank` others below it.
    fn smallest(&mut self, rank: usize) -> f64 {
        match self {
            // Callers need few of them. Sorting them all would be most of the work of a comparison.
            Differences::Listed(all) => {
                let middle = all.len() / 2;
                unordered(match rank.cmp(&middle) {
                    Ordering::Less => *all[..middle].select_nth_unstable(rank).1,
                    Ordering::Equal => all[middle],
                    Ordering::Greater => *all[middle + 1..].select_nth_unstable(rank - middle - 1).1,
                })
            }
            Differences::Counted(x, y) => select(x, y, rank),
        }
    }
}

/// The difference b - a, clamped: it can exceed the largest finite number.
fn difference(a: f64, b: f64) -> f64 {
    (b - a).clamp(f64::MIN, f64::MAX)
}

/// The difference y - x with `rank` others below it, for ascending samples. A binary search over the ordered bit patterns of
/// `f64`; each step counts the differences that are not above, in one pass over both samples. O(64·(n1+n2)), no memory.
fn select(x: &[f64], y: &[f64], rank: usize) -> f64 {
    let (mut low, mut high) =
        (ordered(difference(x[x.len() - 1], y[0])), ordered(difference(x[0], y[y.len() - 1])));
    while low < high {
        let middle = low.midpoint(high); // rounds towards zero, so it may be `high` if both are negative
        let middle = if middle == high { middle - 1 } else { middle };
        if at_most(x, y, unordered(middle)) > rank {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    unordered(low)
}

/// How many differences are at most `limit`. With ascending `y`, more and more of the smallest `x` are left out.
fn at_most(x: &[f64], y: &[f64], limit: f64) -> usize {
    let mut left_out = 0;
    let kept = y.iter().map(|&b| {
        while left_out < x.len() && difference(x[left_out], b) > limit {
            left_out += 1;
        }
        x.len() - left_out
    });
    kept.sum()
}

/// An integer with the same order as the number, as in [`f64::total_cmp`].
fn ordered(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The inverse of [`ordered`].
fn unordered(bits: i64) -> f64 {
    f64::from_bits((bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// The largest k with 2·P(U ≤ k-1) ≤ 1 - confidence, and the confidence that it reaches.
fn order_statistic(n1: usize, n2: usize, confidence: Confidence) -> Option<(usize, f64)> {
    let allowed = (1.0 - confidence.get()) * (1.0 + 1e-12);
    if n1 * n2 <= EXACT_PAIRS {
        let tail = lower_tail(n1, n2);
        let k = tail.partition_point(|&below| 2.0 * below <= allowed);
        return (k > 0).then(|| (k, 1.0 - 2.0 * tail[k - 1]));
    }
    let k = normal_rank(n1 as f64, n2 as f64, allowed);
    (k >= 1.0).then_some((k as usize, confidence.get()))
}

/// The same k by the normal distribution, with continuity correction.
fn normal_rank(n1: f64, n2: f64, allowed: f64) -> f64 {
    let deviation = (n1 * n2 * (n1 + n2 + 1.0) / 12.0).sqrt();
    (n1 * n2 / 2.0 + 0.5 - normal_quantile(allowed / 2.0) * deviation).floor()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_shift_is_the_median_of_all_differences() {
        let got = hodges_lehmann(&[1.0, 2.0, 4.0], &[5.0, 9.0], Confidence::P95).expect("neither is empty");
        assert_eq!(got.value, 4.5, "of 1, 3, 4, 5, 7, 8");
        assert_eq!(got.interval, Interval::Unbounded, "three against two bound nothing");
    }

    #[test]
    fn ten_against_ten_take_the_24th_difference_from_each_end() {
        assert_eq!(order_statistic(10, 10, Confidence::P95).map(|(k, _)| k), Some(24));
        assert_eq!(order_statistic(3, 3, Confidence::P95), None);
        assert_eq!(order_statistic(4, 4, Confidence::P95).map(|(k, _)| k), Some(1));
    }

    #[test]
    fn the_approximate_order_statistic_is_the_exact_one_or_its_neighbour() {
        for (n, want) in [(50, 966), (100, 4198)] {
            let exact = order_statistic(n, n, Confidence::P95).map(|(k, _)| k);
            assert_eq!(exact, Some(want), "counted with exact integers");
            let normal = normal_rank(n as f64, n as f64, 0.05);
            assert!((normal - want as f64).abs() <= 1.0, "{n}: {normal}");
        }
        assert!(order_statistic(100, 101, Confidence::P95).is_some_and(|(k, _)| (4198..4300).contains(&k)));
    }

    #[test]
    fn there_is_no_ratio_to_zero_or_less() {
        assert_eq!(hodges_lehmann_ratio(&[0.0, 1.0], &[1.0], Confidence::P95), None);
        assert_eq!(hodges_lehmann_ratio(&[1.0], &[-1.0], Confidence::P95), None);
        assert_eq!(hodges_lehmann_ratio(&[], &[1.0], Confidence::P95), None);
        let doubled = hodges_lehmann_ratio(&[1.0, 2.0], &[2.0, 4.0], Confidence::P95).expect("all positive");
        assert!((doubled.value - 2.0).abs() < 1e-14, "{doubled:?}");
    }

    #[test]
    fn numbers_keep_their_order_as_integers() {
        for pair in [f64::MIN, -1.0, -1e-300, 0.0, 1e-300, 1.0, f64::MAX].windows(2) {
            assert!(ordered(pair[0]) < ordered(pair[1]), "{pair:?}");
            assert_eq!(unordered(ordered(pair[0])), pair[0]);
        }
    }

    #[test]
    fn large_samples_work_without_a_list_of_differences() {
        let x: Vec<f64> = (0..40_000).map(|i| f64::from(i % 1_000)).collect();
        let y: Vec<f64> = x.iter().map(|v| v + 7.0).collect();
        let got = hodges_lehmann(&x, &y, Confidence::P95).expect("neither is empty");
        assert_eq!(got.value, 7.0);
        let (low, high) = got.interval.ends().expect("there are enough values for an interval");
        assert!((2.0..=7.0).contains(&low) && (7.0..=12.0).contains(&high), "{low} {high}");
    }

    proptest! {
        #[test]
        fn counting_and_selecting_find_what_sorting_finds(
            x in proptest::collection::vec(prop_oneof![-1e6f64..1e6, Just(0.0), Just(-3.0)], 1..12),
            y in proptest::collection::vec(prop_oneof![-1e6f64..1e6, Just(0.0), Just(f64::MAX)], 1..12),
        ) {
            let sorted = |mut values: Vec<f64>| { values.sort_by(f64::total_cmp); values };
            let (x, y) = (sorted(x), sorted(y));
            let listed = sorted(y.iter().flat_map(|&b| x.iter().map(move |&a| difference(a, b))).collect());
            let mut selected = Differences::of(&x, &y);
            for (rank, &want) in listed.iter().enumerate() {
                prop_assert_eq!(select(&x, &y, rank), want, "{}", rank);
                prop_assert_eq!(selected.smallest(rank), want, "{}", rank);
            }
        }

        #[test]
        fn the_interval_holds_the_estimate_and_swapping_negates_it(
            x in proptest::collection::vec(-1e6f64..1e6, 1..20), y in proptest::collection::vec(-1e6f64..1e6, 1..20),
        ) {
            let there = hodges_lehmann(&x, &y, Confidence::P95).expect("not empty");
            let back = hodges_lehmann(&y, &x, Confidence::P95).expect("not empty");
            prop_assert_eq!(there.value, -back.value);
            if let Some((low, high)) = there.interval.ends() {
                prop_assert!(low <= there.value && there.value <= high);
                prop_assert_eq!(back.interval.ends(), Some((-high, -low)));
            }
        }
    }
}
