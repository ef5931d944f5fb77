//! Student's t distribution: estimates whose standard error is itself an estimate.

use super::{Confidence, PValue, normal_quantile};
use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};

/// An estimate for which (value - truth) / error follows Student's t distribution.
///
/// Tests, intervals and the power of tests are those of the textbook (Student, *The probable error of a mean*, Biometrika
/// 6, 1908); the distribution comes from `statrs`. Each is O(1). `error` and `freedom` must be positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Studentized {
    /// The estimate.
    pub value: f64,
    /// Its standard error: positive.
    pub error: f64,
    /// The degrees of freedom of the standard error: positive, not necessarily whole.
    pub freedom: f64,
}

impl Studentized {
    /// The p-value of the hypothesis that the truth is at most `limit`: small if it is above.
    pub fn above(&self, limit: f64) -> PValue {
        PValue::new(self.distribution().sf((self.value - limit) / self.error))
    }

    /// The p-value of the hypothesis that the truth is at least `limit`: small if it is below.
    pub fn below(&self, limit: f64) -> PValue {
        PValue::new(self.distribution().cdf((self.value - limit) / self.error))
    }

    /// The p-value of the hypothesis that the truth is outside `low` … `high`: the larger p-value of two one-sided tests
    /// (Schuirmann, *A comparison of the two one-sided tests procedure and the power approach*, J. Pharmacokinet. Biopharm.
    /// 15, 1987). It is at most 5 % where the 90 % interval is inside.
    pub fn outside(&self, low: f64, high: f64) -> PValue {
        let (from_below, from_above) = (self.above(low), self.below(high));
        if from_below.get() < from_above.get() { from_above } else { from_below }
    }

    /// The confidence interval at this level.
    pub fn interval(&self, confidence: Confidence) -> (f64, f64) {
        let reach = self.quantile((1.0 - confidence.get()) / 2.0) * self.error;
        (self.value - reach, self.value + reach)
    }

    /// The smallest truth above zero that a one-sided test at `alpha` detects with probability `power`, for the same standard
    /// error: (t(α) + t(1 - power)) · error, the usual approximation to the noncentral distribution.
    pub fn detectable(&self, alpha: f64, power: f64) -> f64 {
        self.reach(alpha, power) * self.error
    }

    /// The same in standard errors.
    pub fn reach(&self, alpha: f64, power: f64) -> f64 {
        self.quantile(alpha) + self.quantile(1.0 - power)
    }

    /// The number of standard errors that is exceeded with probability `upper`, at most one half.
    ///
    /// The library searches for it with a dozen evaluations of the incomplete beta function. Two are enough: one Taylor step
    /// of third order (Abramowitz and Stegun, *Handbook of Mathematical Functions*, 3.6.6) improves an approximation of five
    /// digits to full precision.
    fn quantile(&self, upper: f64) -> f64 {
        let (distribution, freedom) = (self.distribution(), self.freedom);
        if !(MOST_SKEWED..=0.5).contains(&upper) || freedom < 2.0 {
            // By symmetry: a small probability keeps its digits only in the lower tail.
            return -distribution.inverse_cdf(upper);
        }
        let mut t = nearly_quantile(upper, freedom);
        for _ in 0..8 {
            let step = (distribution.sf(t) - upper) / distribution.pdf(t);
            let step = step * (1.0 + step * t * (freedom + 1.0) / (2.0 * (t * t + freedom)));
            t += step;
            if step.abs() <= 1e-5 * t.abs() {
                break;
            }
        }
        t
    }

    fn distribution(&self) -> StudentsT {
        StudentsT::new(0.0, 1.0, self.freedom).expect("the degrees of freedom are positive")
    }
}

/// Below this probability the library computes the quantile. It does not occur in practice.
const MOST_SKEWED: f64 = 1e-30;

/// The value that Student's t exceeds with probability `upper`, at most one half, to about five digits; `freedom` is at
/// least 2 (Hill, *Algorithm 396: Student's t-quantiles*, Communications of the ACM 13, 1970).
fn nearly_quantile(upper: f64, freedom: f64) -> f64 {
    let n = freedom;
    let a = 1.0 / (n - 0.5);
    let b = 48.0 / (a * a);
    let c = ((20_700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
    let d = ((94.5 / (b + c) - 3.0) / b + 1.0) * (a * std::f64::consts::FRAC_PI_2).sqrt() * n;
    let y = libm::pow(2.0 * upper * d, 2.0 / n);
    let y = if y > 0.05 + a {
        let x = -normal_quantile(upper);
        let c = if n < 5.0 { c + 0.3 * (n - 4.5) * (x + 0.6) } else { c };
        let c = (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b + c;
        let y = x * x;
        let y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
        libm::expm1(a * y * y)
    } else {
        let tail = 1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0);
        ((tail + 0.5 / (n + 4.0)) * y - 1.0) * (n + 1.0) / (n + 2.0) + 1.0 / y
    };
    (n * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, want: f64) {
        assert!((got / want - 1.0).abs() < 1e-11, "{got} {want}");
    }

    #[test]
    fn the_tails_agree_with_scipy() {
        // scipy.stats.t.sf and t.isf
        let it = Studentized { value: 3.0, error: 1.0, freedom: 18.0 };
        near(it.above(0.0).get(), 0.0038427060701571);
        near(it.below(0.0).get(), 1.0 - 0.0038427060701571);
        near(it.above(1.0).get(), Studentized { value: 1.0, error: 0.5, ..it }.above(0.0).get());
        let (low, high) = it.interval(Confidence::P95);
        near(high - 3.0, 2.10092204024104);
        near(3.0 - low, 2.10092204024104);
        near(it.detectable(0.0005, 0.95), 3.92164582508516 + 1.73406360661754);
        near(normal_quantile(0.025), 1.95996398454005);
    }

    #[test]
    fn p_of_equivalence_is_5_percent_where_the_90_percent_interval_is_inside() {
        let it = Studentized { value: 0.01, error: 0.01, freedom: 18.0 };
        let reach = 0.01 * 1.734063606617535;
        for (limit, want) in [(0.01 + reach * 1.001, true), (0.01 + reach * 0.999, false)] {
            assert_eq!(it.outside(-limit, limit).get() <= 0.05, want, "{limit}");
        }
    }

    #[test]
    fn extreme_arguments_stay_probabilities() {
        for (value, error, freedom) in [(1e300, 1e-300, 1.0), (-1e300, 1e-9, 0.5), (0.0, 1e-12, 1e9)] {
            let it = Studentized { value, error, freedom };
            for p in [it.above(0.0), it.below(0.0), it.outside(-1.0, 1.0)] {
                assert!((0.0..=1.0).contains(&p.get()), "{it:?} {p:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn quantiles_are_exceeded_with_the_given_probability(exponent in -9.0f64..-0.302, freedom in 2.0f64..5.0, scale in 0..4) {
            let (upper, freedom) = (10.0f64.powf(exponent), freedom.powi(1 + 2 * scale));
            let it = Studentized { value: 0.0, error: 1.0, freedom };
            let t = it.quantile(upper);
            // Near one half the library has no more digits.
            prop_assert!((it.above(-t).get() / upper - 1.0).abs() < 1e-9, "{} {}", t, freedom);
            prop_assert!((it.below(t).get() / upper - 1.0).abs() < 1e-9, "{} {}", t, freedom);
            let nearly = nearly_quantile(upper, freedom);
            prop_assert!((nearly - t).abs() < 1e-2 * t.max(0.1), "{nearly} {t} {freedom}");
        }

        #[test]
        fn above_and_below_share_the_whole(value in -9.0f64..9.0, error in 0.01f64..9.0, freedom in 1.0f64..99.0) {
            let it = Studentized { value, error, freedom };
            prop_assert!((it.above(0.0).get() + it.below(0.0).get() - 1.0).abs() < 1e-12);
            let mirrored = Studentized { value: -value, ..it };
            prop_assert!((it.above(0.5).get() - mirrored.below(-0.5).get()).abs() < 1e-12);
        }
    }
}
