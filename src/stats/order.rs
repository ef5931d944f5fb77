//! Order statistics of one sample.

use super::memo::Memo;
use super::{Confidence, Interval};
use statrs::distribution::{Binomial, DiscreteCDF};

/// The median of values in ascending order; the midpoint of the two middle ones for an even count, `None` for no
/// values. O(1).
pub fn median(ascending: &[f64]) -> Option<f64> {
    let n = ascending.len();
    let upper = *ascending.get(n / 2)?;
    Some(if n % 2 == 1 { upper } else { ascending[n / 2 - 1].midpoint(upper) })
}

/// The distribution-free interval of the median between two order statistics, x(k) and x(n+1-k) with the largest k for
/// which 2·P(Bin(n, ½) ≤ k-1) ≤ 1 - confidence (David & Nagaraja, *Order Statistics*, 2003, §7.1).
///
/// `ascending` must be sorted. Below 6 values a 95 % interval is unbounded. O(1) for a count that was met before.
pub fn median_interval(ascending: &[f64], confidence: Confidence) -> Interval {
    let n = ascending.len();
    match order_statistic(n, confidence) {
        None => Interval::Unbounded,
        Some((k, confidence)) => {
            Interval::Bounded { low: ascending[k - 1], high: ascending[n - k], confidence }
        }
    }
}

/// The k of [`median_interval`] and the confidence it reaches, kept once found: a suite has few sizes of samples.
fn order_statistic(n: usize, confidence: Confidence) -> Option<(usize, f64)> {
    static MEMO: Memo<(usize, u64), Option<(usize, f64)>> = Memo::new();
    MEMO.get((n, confidence.get().to_bits()), || {
        let below = Binomial::new(0.5, n as u64).ok()?;
        let outside = |k: usize| 2.0 * below.cdf(k as u64 - 1);
        // A hair of slack: levels such as 1 - 0.95 are not exact in binary.
        let allowed = (1.0 - confidence.get()) * (1.0 + 1e-12);
        let k = (1..=n / 2).take_while(|&k| outside(k) <= allowed).last()?;
        Some((k, 1.0 - outside(k)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn five_values_bound_nothing_at_95_percent() {
        for n in 0..6 {
            assert_eq!(median_interval(&vec![1.0; n], Confidence::P95), Interval::Unbounded, "{n}");
        }
    }
}
