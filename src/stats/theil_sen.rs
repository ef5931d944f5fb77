//! The slope of values in their order, whatever their outliers.

use super::select_median;

/// Up to this many values all pairs are used.
const COMPLETE: usize = 400;

/// The slope per step and the value at index 0 of a line through values in their order: the median of the slopes of all pairs
/// (Theil, *A rank-invariant method of linear and polynomial regression analysis*, Proc. Kon. Ned. Akad. Wetensch. 53, 1950; Sen, J.
/// Amer. Statist. Assoc. 63, 1968), and the median of what the slope leaves. Above `COMPLETE` values only pairs half of the length
/// apart are used, which is Theil's incomplete method. `None` for fewer than 3 values. O(n²) up to `COMPLETE` values, then O(n).
pub fn theil_sen(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len();
    if n < 3 {
        return None;
    }
    let slope = |i: usize, j: usize| (values[j] - values[i]) / (j - i) as f64;
    let mut slopes: Vec<f64> = match n {
        ..=COMPLETE => (0..n).flat_map(|i| (i + 1..n).map(move |j| slope(i, j))).collect(),
        _ => (0..n - n / 2).map(|i| slope(i, i + n / 2)).collect(),
    };
    let slope = select_median(&mut slopes)?;
    let mut left: Vec<f64> = values.iter().enumerate().map(|(i, value)| value - slope * i as f64).collect();
    Some((slope, select_median(&mut left)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_an_outlier_keeps_its_slope() {
        let mut values: Vec<f64> = (0..20).map(|i| 3.0 + 0.5 * f64::from(i)).collect();
        values[7] = 1e9;
        let (slope, start) = theil_sen(&values).expect("enough values");
        assert!((slope - 0.5).abs() < 1e-12 && (start - 3.0).abs() < 1e-12, "{slope} {start}");
        assert_eq!(theil_sen(&values[..2]), None);
    }

    #[test]
    fn the_slope_is_that_of_scipy() {
        // scipy.stats.theilslopes([1, 3, 2, 5, 4, 8]).slope
        let (slope, _) = theil_sen(&[1.0, 3.0, 2.0, 5.0, 4.0, 8.0]).expect("enough values");
        assert!((slope - 1.25).abs() < 1e-12, "{slope}");
    }

    #[test]
    fn many_values_have_the_same_slope_by_fewer_pairs() {
        let values: Vec<f64> = (0..1001).map(|i| f64::from(i) * 0.25 + f64::from(i % 7)).collect();
        let (slope, _) = theil_sen(&values).expect("enough values");
        assert!((slope - 0.25).abs() < 0.01, "{slope}");
    }
}
