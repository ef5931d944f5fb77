//! The difference of two means, with and without trimming.

use super::Studentized;

/// The difference of the means of two samples, y - x, after `trim` values are cut off at each end of each sample (Yuen, *The
/// two-sample trimmed t for unequal population variances*, Biometrika 61, 1974, with the variance of both samples pooled). With
/// `trim` 0 it is the pooled t of Student.
///
/// The samples must be ascending. The error is 0 if no sample varies. `None` if fewer than 2 values of a sample are left. O(n).
pub fn mean_shift(x: &[f64], y: &[f64], trim: usize) -> Option<Studentized> {
    let (x, y) = (Trimmed::of(x, trim)?, Trimmed::of(y, trim)?);
    let freedom = x.kept + y.kept - 2.0;
    let variance = (x.squares + y.squares) / freedom;
    let error = (variance * (x.kept.recip() + y.kept.recip())).sqrt();
    Some(Studentized { value: y.mean - x.mean, error, freedom })
}

/// A sample without its ends.
struct Trimmed {
    /// How many values are left.
    kept: f64,
    /// Their mean.
    mean: f64,
    /// The sum of squared deviations of the winsorized sample, from its own mean.
    squares: f64,
}

impl Trimmed {
    fn of(ascending: &[f64], trim: usize) -> Option<Trimmed> {
        let n = ascending.len();
        if n < 2 * trim + 2 {
            return None;
        }
        let (low, high) = (ascending[trim], ascending[n - 1 - trim]);
        let kept = &ascending[trim..n - trim];
        let winsorized = |value: &f64| value.clamp(low, high);
        let mean = ascending.iter().map(winsorized).sum::<f64>() / n as f64;
        let squares = ascending.iter().map(winsorized).map(|it| (it - mean) * (it - mean)).sum();
        let count = kept.len() as f64;
        Some(Trimmed { kept: count, mean: kept.iter().sum::<f64>() / count, squares })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-12 * want.abs().max(1.0), "{got} {want}");
    }

    #[test]
    fn without_trimming_it_is_the_pooled_t() {
        // scipy.stats.ttest_ind([3, 5, 7], [1, 2, 3, 4])
        let it = mean_shift(&[1.0, 2.0, 3.0, 4.0], &[3.0, 5.0, 7.0], 0).expect("enough values");
        near(it.value, 2.5);
        near(it.value / it.error, 2.029_994_857_352_875);
        assert_eq!(it.freedom, 5.0);
    }

    #[test]
    fn one_outlier_at_an_end_changes_nothing() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let mut y = x;
        y[7] = 1e9;
        let (clean, with_outlier) = (mean_shift(&x, &x, 1), mean_shift(&x, &y, 1));
        assert_eq!(clean, with_outlier);
        // The winsorized sum of squares of 2, 2, 3 … 7, 7 is 30 about its mean, 4.5.
        let it = clean.expect("enough values");
        near(it.error, (60.0 / 10.0 * (2.0 / 6.0_f64)).sqrt());
        assert_eq!((it.value, it.freedom), (0.0, 10.0));
        // scipy.stats.ttest_ind([1 … 8], [2 … 8, 19], trim=0.125)
        let moved = mean_shift(&x, &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 19.0], 1).expect("enough values");
        near(moved.value / moved.error, std::f64::consts::FRAC_1_SQRT_2);
    }

    #[test]
    fn two_values_must_be_left() {
        assert_eq!(mean_shift(&[1.0], &[1.0, 2.0], 0), None);
        assert_eq!(mean_shift(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0], 1), None);
    }
}
