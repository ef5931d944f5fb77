//! Student's t distribution: estimates whose standard error is itself an estimate.

use super::{Confidence, PValue, Tails, normal_quantile};
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::gamma::ln_gamma;
use std::cell::Cell;

/// An estimate for which (value - truth) / error follows Student's t distribution.
///
/// Tests, intervals and the power of tests are those of the textbook (Student, *The probable error of a mean*, Biometrika
/// 6, 1908). Each is O(1). `error` and `freedom` must be positive.
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
        PValue::new(Student::new(self.freedom).above((self.value - limit) / self.error))
    }

    /// The p-value of the hypothesis that the truth is at least `limit`: small if it is below.
    pub fn below(&self, limit: f64) -> PValue {
        PValue::new(Student::new(self.freedom).below((self.value - limit) / self.error))
    }

    /// The p-values of both sides of `limit`: [`below`](Studentized::below) and [`above`](Studentized::above) at the price of one.
    pub fn tails(&self, limit: f64) -> Tails {
        let (below, above) = Student::new(self.freedom).tails((self.value - limit) / self.error);
        Tails { less: PValue::new(below), greater: PValue::new(above) }
    }

    /// Whether [`below`](Studentized::below) is at most 5 %. Of most rows a glance at the distance from the limit shows that.
    pub fn is_below(&self, limit: f64) -> bool {
        let t = (self.value - limit) / self.error;
        match self.freedom >= FEW_FREEDOM {
            true if t <= -SURELY => true,
            _ if t > -HARDLY => false,
            _ => self.below(limit).get() <= 0.05,
        }
    }

    /// Whether [`above`](Studentized::above) is at most 5 %.
    pub fn is_above(&self, limit: f64) -> bool {
        Studentized { value: -self.value, ..*self }.is_below(-limit)
    }

    /// Whether the truth is in `low` … `high`, at the 5 % level: two one-sided tests (Schuirmann, *A comparison of the two
    /// one-sided tests procedure and the power approach*, J. Pharmacokinet. Biopharm. 15, 1987). So it is where the 90 %
    /// interval is inside.
    pub fn is_inside(&self, low: f64, high: f64) -> bool {
        self.is_below(high) && self.is_above(low)
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
    /// Remembers the latest of each thread: the rows of a suite mostly have the same degrees of freedom, and the policy few levels.
    fn quantile(&self, upper: f64) -> f64 {
        #[derive(Clone, Copy)]
        struct Known {
            upper: f64,
            freedom: f64,
            t: f64,
        }
        thread_local! {
            static LATEST: Cell<[Option<Known>; 4]> = const { Cell::new([None; 4]) };
        }
        let mut latest = LATEST.get();
        let is_it = |it: &&Known| it.upper == upper && it.freedom == self.freedom;
        if let Some(known) = latest.iter().flatten().find(is_it) {
            return known.t;
        }
        let t = self.find_quantile(upper);
        latest.rotate_right(1);
        latest[0] = Some(Known { upper, freedom: self.freedom, t });
        LATEST.set(latest);
        t
    }

    /// The library searches for it with a dozen evaluations of the incomplete beta function. Two are enough: one Taylor step
    /// of third order (Abramowitz and Stegun, *Handbook of Mathematical Functions*, 3.6.6) improves an approximation of five
    /// digits to full precision.
    fn find_quantile(&self, upper: f64) -> f64 {
        let freedom = self.freedom;
        if !(MOST_SKEWED..=0.5).contains(&upper) || freedom < 2.0 {
            // By symmetry: a small probability keeps its digits only in the lower tail.
            return -library(freedom).inverse_cdf(upper);
        }
        let distribution = Student::new(freedom);
        let mut t = nearly_quantile(upper, freedom);
        for _ in 0..8 {
            let step = (distribution.above(t) - upper) / distribution.density(t);
            let step = step * (1.0 + step * t * (freedom + 1.0) / (2.0 * (t * t + freedom)));
            t += step;
            if step.abs() <= 1e-5 * t.abs() {
                break;
            }
        }
        t
    }
}

/// The lower 5 % of Student's distribution end between these, from [`FEW_FREEDOM`] degrees of freedom on: at the 5 % quantile of
/// the normal distribution, 1.64485, or farther out, but at 2.91999 at most.
const HARDLY: f64 = 1.6448;
const SURELY: f64 = 2.92;
const FEW_FREEDOM: f64 = 2.0;

fn library(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("the degrees of freedom are positive")
}

/// Student's distribution with so many degrees of freedom. Its values are those of `statrs`, to the last digit, which takes three
/// logarithms of the gamma function for each of them: here they are computed once for each number of degrees of freedom.
#[derive(Clone, Copy)]
struct Student {
    freedom: f64,
    /// ln Γ((ν + 1)/2) - ln Γ(ν/2).
    ratio: f64,
    /// ln Γ(½).
    of_half: f64,
}

impl Student {
    /// Remembers the last one of each thread: a row has several questions to its distribution, one after the other.
    fn new(freedom: f64) -> Student {
        thread_local! {
            static LAST: Cell<Option<Student>> = const { Cell::new(None) };
        }
        let compute = || {
            let half = freedom / 2.0;
            Student { freedom, ratio: ln_gamma(half + 0.5) - ln_gamma(half), of_half: ln_gamma(0.5) }
        };
        let student = LAST.get().filter(|last| last.freedom == freedom).unwrap_or_else(compute);
        LAST.set(Some(student));
        student
    }

    /// P(T ≤ t).
    fn below(self, t: f64) -> f64 {
        self.tails(t).0
    }

    /// P(T ≥ t).
    fn above(self, t: f64) -> f64 {
        self.tails(t).1
    }

    /// Both.
    fn tails(self, t: f64) -> (f64, f64) {
        if self.freedom.is_infinite() {
            return (library(self.freedom).cdf(t), library(self.freedom).sf(t));
        }
        let far = 0.5 * self.regularized_beta(self.freedom / (self.freedom + t * t));
        if t <= 0.0 { (far, 1.0 - far) } else { (1.0 - far, far) }
    }

    /// The density at t.
    fn density(self, t: f64) -> f64 {
        if self.freedom >= 1e8 {
            return statrs::distribution::Continuous::pdf(&library(self.freedom), t);
        }
        let n = self.freedom;
        self.ratio.exp() * (1.0 + t * t / n).powf(-0.5 * (n + 1.0)) / (n * std::f64::consts::PI).sqrt()
    }

    /// The regularized incomplete beta function I(x; ν/2, ½), by the continued fraction (Abramowitz and Stegun, *Handbook of
    /// Mathematical Functions*, 26.5.8) in the order of Lentz (*Generating Bessel functions in Mie scattering calculations using
    /// continued fractions*, Applied Optics 15, 1976).
    fn regularized_beta(self, x: f64) -> f64 {
        const HALF: f64 = 0.5;
        let half = self.freedom / 2.0;
        let front = match x == 0.0 || (x - 1.0).abs() <= 1e-15 {
            true => 0.0,
            false => (self.ratio - self.of_half + half * x.ln() + HALF * (1.0 - x).ln()).exp(),
        };
        // The fraction converges quickly on one side of the mean. On the other one, exchange both tails.
        let is_far = x >= (half + 1.0) / (half + HALF + 2.0);
        let (a, b, x) = if is_far { (HALF, half, 1.0 - x) } else { (half, HALF, x) };
        let tail = front * fraction(a, b, x) / a;
        if is_far { 1.0 - tail } else { tail }
    }
}

/// The continued fraction of the incomplete beta function.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const ENOUGH: f64 = f64::EPSILON / 2.0;
    const LEAST: f64 = f64::MIN_POSITIVE / ENOUGH;
    const MOST_TERMS: u32 = 140;
    let away_from_zero = |value: f64| if value.abs() < LEAST { LEAST } else { value };
    let sum = a + b;
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - sum * x / (a + 1.0));
    let mut product = d;
    for m in (1..=MOST_TERMS).map(f64::from) {
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        product = product * d * c;
        let odd = -(a + m) * (sum + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        product *= d * c;
        if (d * c - 1.0).abs() <= ENOUGH {
            break;
        }
    }
    product
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
            assert_eq!(it.is_inside(-limit, limit), want, "{limit}");
        }
    }

    #[test]
    fn extreme_arguments_stay_probabilities() {
        for (value, error, freedom) in [(1e300, 1e-300, 1.0), (-1e300, 1e-9, 0.5), (0.0, 1e-12, 1e9)] {
            let it = Studentized { value, error, freedom };
            for p in [it.above(0.0), it.below(0.0), it.above(1.0), it.below(-1.0)] {
                assert!((0.0..=1.0).contains(&p.get()), "{it:?} {p:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn values_are_those_of_the_library_to_the_last_digit(t in -40.0f64..40.0, exponent in -1.0f64..9.0, near in 0..2) {
            let (t, freedom) = (if near == 1 { t / 1e3 } else { t }, 10.0f64.powf(exponent));
            let (student, library) = (Student::new(freedom), library(freedom));
            prop_assert_eq!(student.tails(t), (library.cdf(t), library.sf(t)));
            prop_assert_eq!(student.density(t), statrs::distribution::Continuous::pdf(&library, t));
        }

        #[test]
        fn a_glance_agrees_with_the_p_value(value in -4.0f64..4.0, exponent in -0.5f64..9.0) {
            let it = Studentized { value, error: 1.0, freedom: 10.0f64.powf(exponent) };
            prop_assert_eq!(it.is_below(0.5), it.below(0.5).get() <= 0.05);
            prop_assert_eq!(it.is_above(0.5), it.above(0.5).get() <= 0.05);
        }

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
