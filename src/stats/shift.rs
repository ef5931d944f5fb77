//! By how much is one sample larger than the other?

use super::null::lower_tail;
use super::{Confidence, Estimate, Interval, median};
use statrs::distribution::{ContinuousCDF, Normal};

/// Up to this many pairs the interval's order statistics come from the exact distribution.
const EXACT_PAIRS: usize = 10_000;

/// The Hodges-Lehmann estimate of the shift from `x` to `y`, the median of all differences y - x, with its exact
/// distribution-free interval (Hodges & Lehmann, *Estimates of location based on rank tests*, Ann. Math. Statist. 34,
/// 1963; interval: Hollander, Wolfe & Chicken, *Nonparametric Statistical Methods*, 2014, §4.3).
///
/// `None` if a sample is empty. A 95 % interval is unbounded below 4 values per side; ties only make it wider than it
/// need be. Up to 10,000 pairs the confidence is exact, above it rests on the normal approximation. O(n1·n2 log(n1·n2)).
pub fn hodges_lehmann(x: &[f64], y: &[f64], confidence: Confidence) -> Option<Estimate> {
    // Finite values far apart can differ by more than the largest number.
    let difference = |a: f64, b: f64| (b - a).clamp(f64::MIN, f64::MAX);
    let mut differences: Vec<f64> =
        y.iter().flat_map(|&b| x.iter().map(move |&a| difference(a, b))).collect();
    differences.sort_unstable_by(f64::total_cmp);
    let value = median(&differences)?;
    let interval = match order_statistic(x.len(), y.len(), confidence) {
        None => Interval::Unbounded,
        Some((k, confidence)) => Interval::Bounded {
            low: differences[k - 1],
            high: differences[differences.len() - k],
            confidence,
        },
    };
    Some(Estimate { value, interval })
}

/// The Hodges-Lehmann estimate of the ratio y / x: the shift of the logarithms, taken back. `None` if a sample is empty
/// or holds a value that is not positive: no ratio is ever computed on zero.
pub fn hodges_lehmann_ratio(x: &[f64], y: &[f64], confidence: Confidence) -> Option<Estimate> {
    let logs = |values: &[f64]| -> Option<Vec<f64>> {
        values.iter().map(|&v| (v > 0.0).then(|| libm::log(v))).collect()
    };
    let shift = hodges_lehmann(&logs(x)?, &logs(y)?, confidence)?;
    Some(Estimate { value: libm::exp(shift.value), interval: shift.interval.map(libm::exp) })
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
    (n1 * n2 / 2.0 + 0.5 + Normal::standard().inverse_cdf(allowed / 2.0) * deviation).floor()
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
    fn a_ratio_on_zero_or_less_is_refused() {
        assert_eq!(hodges_lehmann_ratio(&[0.0, 1.0], &[1.0], Confidence::P95), None);
        assert_eq!(hodges_lehmann_ratio(&[1.0], &[-1.0], Confidence::P95), None);
        assert_eq!(hodges_lehmann_ratio(&[], &[1.0], Confidence::P95), None);
        let doubled = hodges_lehmann_ratio(&[1.0, 2.0], &[2.0, 4.0], Confidence::P95).expect("all positive");
        assert!((doubled.value - 2.0).abs() < 1e-14, "{doubled:?}");
    }

    proptest! {
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
