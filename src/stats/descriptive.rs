//! One sample in one number: its median, its spread, its geometric mean.

use super::elementary::{go_exp, go_ln};
use super::memo::Memo;
use super::{Confidence, Interval};
use statrs::distribution::{Binomial, DiscreteCDF};

/// The median of values in ascending order: the midpoint of the two middle ones for an even count, `None` for no
/// values. O(1).
pub fn median(ascending: &[f64]) -> Option<f64> {
    let n = ascending.len();
    let upper = *ascending.get(n / 2)?;
    Some(if n % 2 == 1 { upper } else { ascending[n / 2 - 1].midpoint(upper) })
}

/// The distribution-free interval of the median between two order statistics, x(k) and x(n+1-k) with the largest k for
/// which 2·P(Bin(n, ½) ≤ k-1) ≤ 1 - confidence (David & Nagaraja, *Order Statistics*, 2003, §7.1).
///
/// `ascending` must be sorted. Below 6 values a 95 % interval is unbounded. O(1) for a count that occurred before.
pub fn median_interval(ascending: &[f64], confidence: Confidence) -> Interval {
    let n = ascending.len();
    match order_statistic(n, confidence) {
        None => Interval::Unbounded,
        Some((k, confidence)) => {
            Interval::Bounded { low: ascending[k - 1], high: ascending[n - k], confidence }
        }
    }
}

/// The k of [`median_interval`] and the confidence that it reaches.
fn order_statistic(n: usize, confidence: Confidence) -> Option<(usize, f64)> {
    thread_local! {
        static MEMO: Memo<(usize, u64), Option<(usize, f64)>> = const { Memo::new() };
    }
    let statistic = || {
        let below = Binomial::new(0.5, n as u64).ok()?;
        let outside = |k: usize| 2.0 * below.cdf(k as u64 - 1);
        // A small tolerance, because levels such as 1 - 0.95 are not exact in binary.
        let allowed = (1.0 - confidence.get()) * (1.0 + 1e-12);
        let k = (1..=n / 2).take_while(|&k| outside(k) <= allowed).last()?;
        Some((k, 1.0 - outside(k)))
    };
    MEMO.with(|memo| memo.get((n, confidence.get().to_bits()), statistic))
}

/// A median absolute deviation, times this, estimates the standard deviation of normal numbers: 1 / Φ⁻¹(¾) (Hampel, *The
/// influence curve and its role in robust estimation*, J. Amer. Statist. Assoc. 69, 1974).
pub const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// The median of values in any order: the midpoint of the two middle ones for an even count, `None` for no values.
/// Reorders the values. O(n).
pub fn select_median(values: &mut [f64]) -> Option<f64> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    if n % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(lower.midpoint(upper))
}

/// The standard deviation, estimated by the median absolute deviation from the median. Up to half of the values can be
/// outliers. Zero if more than half of the values are equal, `None` for no values. O(n).
pub fn robust_deviation(values: &[f64]) -> Option<f64> {
    let mut rest = values.to_vec();
    let center = select_median(&mut rest)?;
    rest.iter_mut().for_each(|value| *value = (*value - center).abs());
    select_median(&mut rest).map(|mad| mad * MAD_TO_SIGMA)
}

/// The geometric mean, as a running mean of logarithms. `None` for no values, and if a value is not positive: it has no
/// logarithm. O(n).
pub fn geometric_mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut mean = 0.0;
    let mut count = 0.0;
    for value in values {
        if value.is_nan() || value <= 0.0 {
            return None;
        }
        count += 1.0;
        mean += (go_ln(value) - mean) / count;
    }
    (count > 0.0).then(|| go_exp(mean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_median_of_an_even_count_lies_half_way() {
        for (values, want) in
            [(&[][..], None), (&[3.0], Some(3.0)), (&[1.0, 2.0], Some(1.5)), (&[1.0, 2.0, 9.0], Some(2.0))]
        {
            assert_eq!(median(values), want, "{values:?}");
        }
        assert_eq!(median(&[f64::MAX, f64::MAX]), Some(f64::MAX), "no overflow on the way");
    }

    #[test]
    fn ten_values_are_bounded_by_the_second_and_the_ninth() {
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        let Interval::Bounded { low, high, confidence } = median_interval(&ten, Confidence::P95) else {
            panic!("ten values bound a median");
        };
        assert_eq!((low, high), (2.0, 9.0));
        assert!((confidence - 0.978515625).abs() < 1e-12, "{confidence}");
    }

    #[test]
    fn five_values_have_no_interval_at_95_percent() {
        for n in 0..6 {
            assert_eq!(median_interval(&vec![1.0; n], Confidence::P95), Interval::Unbounded, "{n}");
        }
    }

    #[test]
    fn an_outlier_does_not_change_the_deviation() {
        let values = [1.0, 2.0, 3.0, 4.0, 1e300];
        assert_eq!(robust_deviation(&values), Some(MAD_TO_SIGMA));
        for (values, want) in [
            (&[][..], None),
            (&[7.0], Some(0.0)),
            (&[0.0, 0.0, 5.0], Some(0.0)),
            (&[-1.0, 1.0], Some(MAD_TO_SIGMA)),
        ] {
            assert_eq!(robust_deviation(values), want, "{values:?}");
        }
    }

    proptest! {
        #[test]
        fn selecting_finds_the_median_of_the_sorted_values(mut values in proptest::collection::vec(-1e9f64..1e9, 0..30)) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(select_median(&mut values), median(&sorted));
        }
    }

    #[test]
    fn the_geometric_mean_is_the_root_of_the_product() {
        let got = geometric_mean([2.0, 8.0]).expect("both are positive");
        assert!((got - 4.0).abs() < 1e-14, "{got}");
    }

    #[test]
    fn no_values_and_values_of_zero_or_less_have_no_geometric_mean() {
        for values in [&[][..], &[1.0, 0.0], &[-1.0], &[f64::NAN]] {
            assert_eq!(geometric_mean(values.iter().copied()), None, "{values:?}");
        }
    }
}
