//! Types for p-values, confidence levels and intervals, and Holm's adjustment of p-values.

use statrs::distribution::{ContinuousCDF, Normal};

/// A probability under the null hypothesis, always within [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct PValue(f64);

impl PValue {
    /// No evidence at all against the null hypothesis.
    pub const ONE: PValue = PValue(1.0);

    /// Clamps a computed probability to [0, 1]. NaN becomes 1.
    pub fn new(p: f64) -> PValue {
        if p.is_nan() { PValue::ONE } else { PValue(p.clamp(0.0, 1.0)) }
    }

    /// The probability as a plain number within [0, 1].
    pub fn get(self) -> f64 {
        self.0
    }

    /// The smaller of two p-values.
    pub fn min(self, other: PValue) -> PValue {
        if other.0 < self.0 { other } else { self }
    }
}

/// Clamps, as [`PValue::new`] does.
impl From<f64> for PValue {
    fn from(p: f64) -> PValue {
        PValue::new(p)
    }
}

impl From<PValue> for f64 {
    fn from(p: PValue) -> f64 {
        p.0
    }
}

/// Two one-sided p-values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// Small where the second sample is smaller.
    pub less: PValue,
    /// Small where it is larger.
    pub greater: PValue,
}

impl Tails {
    /// No evidence on either side.
    pub const NO_EVIDENCE: Tails = Tails { less: PValue::ONE, greater: PValue::ONE };
}

/// A confidence level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence(f64);

impl Confidence {
    /// The usual 95 %.
    pub const P95: Confidence = Confidence(0.95);

    /// 99 %.
    pub const P99: Confidence = Confidence(0.99);

    /// `None` unless `0 < level < 1`.
    pub fn new(level: f64) -> Option<Confidence> {
        (level > 0.0 && level < 1.0).then_some(Confidence(level))
    }

    /// The level as a plain number.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// A confidence interval. Too few observations give no bounds at the requested level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Interval {
    /// Both ends are known.
    Bounded {
        /// The lower end.
        low: f64,
        /// The upper end, at least `low`.
        high: f64,
        /// The confidence that the interval reaches: at least the requested one.
        confidence: f64,
    },
    /// The whole real line.
    Unbounded,
}

impl Interval {
    /// Both ends; `None` if the interval is unbounded.
    pub fn ends(self) -> Option<(f64, f64)> {
        match self {
            Interval::Bounded { low, high, .. } => Some((low, high)),
            Interval::Unbounded => None,
        }
    }

    /// The standard error of a normal estimate with an interval of this width.
    pub fn standard_error(self) -> Option<f64> {
        match self {
            Interval::Bounded { low, high, confidence } => {
                Some((high - low) / (2.0 * normal_quantile((1.0 - confidence) / 2.0)))
            }
            Interval::Unbounded => None,
        }
    }

    /// Applies an increasing function to both ends.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Interval {
        match self {
            Interval::Bounded { low, high, confidence } => {
                Interval::Bounded { low: f(low), high: f(high), confidence }
            }
            Interval::Unbounded => Interval::Unbounded,
        }
    }
}

/// A point estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// The interval of the true value, at the requested confidence.
    pub interval: Interval,
}

impl Estimate {
    /// Applies an increasing function to the value and to both ends of its interval.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Estimate {
        Estimate { value: f(self.value), interval: self.interval.map(f) }
    }
}

/// The value that a standard normal number exceeds with probability `upper`, strictly between 0 and 1.
pub fn normal_quantile(upper: f64) -> f64 {
    -Normal::standard().inverse_cdf(upper)
}

/// Holm's step-down adjustment for many tests (*A simple sequentially rejective multiple test procedure*, Scand. J.
/// Statist. 6, 1979): rejecting where the result is at most α keeps the chance of any false rejection in the family at α,
/// whatever the dependence between the tests.
///
/// Returns one value per input, in the same order, never below the input. O(m log m).
pub fn holm(family: &[PValue]) -> Vec<PValue> {
    let mut order: Vec<usize> = (0..family.len()).collect();
    order.sort_by(|&a, &b| family[a].get().total_cmp(&family[b].get()));
    let mut adjusted = vec![PValue::ONE; family.len()];
    let mut highest = 0.0f64;
    for (rank, &i) in order.iter().enumerate() {
        highest = highest.max((family.len() - rank) as f64 * family[i].get());
        adjusted[i] = PValue::new(highest);
    }
    adjusted
}

/// Benjamini and Hochberg's step-up adjustment for many tests (*Controlling the false discovery rate*, J. R. Statist. Soc. B 57,
/// 1995): rejecting where the result is at most q keeps the expected share of false rejections among all at q, for independent tests.
///
/// Returns one value per input, in the same order, never below the input. O(m log m).
pub fn benjamini_hochberg(family: &[PValue]) -> Vec<PValue> {
    let mut order: Vec<usize> = (0..family.len()).collect();
    order.sort_by(|&a, &b| family[b].get().total_cmp(&family[a].get()));
    let mut adjusted = vec![PValue::ONE; family.len()];
    let mut lowest = 1.0f64;
    for (from_largest, &i) in order.iter().enumerate() {
        let rank = (family.len() - from_largest) as f64;
        lowest = lowest.min(family.len() as f64 / rank * family[i].get());
        adjusted[i] = PValue::new(lowest);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_p_value_stays_within_zero_and_one() {
        for (given, want) in [(-1e-18, 0.0), (0.25, 0.25), (1.0 + 1e-15, 1.0), (f64::NAN, 1.0)] {
            assert_eq!(PValue::new(given).get(), want, "{given}");
        }
    }

    #[test]
    fn a_confidence_is_strictly_between_zero_and_one() {
        assert!(Confidence::new(0.95).is_some());
        for level in [0.0, 1.0, -0.1, f64::NAN] {
            assert!(Confidence::new(level).is_none(), "{level}");
        }
    }

    fn adjusted(p: &[f64]) -> Vec<f64> {
        holm(&p.iter().map(|&p| PValue::new(p)).collect::<Vec<_>>()).iter().map(|p| p.get()).collect()
    }

    #[test]
    fn the_textbook_example_steps_down() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        let want = [0.03, 0.06, 0.06, 0.02];
        for (got, want) in adjusted(&[0.01, 0.04, 0.03, 0.005]).iter().zip(want) {
            assert!((got - want).abs() < 1e-15, "{got} {want}");
        }
    }

    #[test]
    fn the_textbook_example_steps_up() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")
        let family = [0.01, 0.04, 0.03, 0.005].map(PValue::new);
        for (got, want) in benjamini_hochberg(&family).iter().zip([0.02, 0.04, 0.04, 0.02]) {
            assert!((got.get() - want).abs() < 1e-15, "{got:?} {want}");
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn an_empty_family_and_a_family_of_one_are_left_alone() {
        assert!(adjusted(&[]).is_empty());
        assert_eq!(adjusted(&[0.2]), [0.2]);
    }

    proptest! {
        #[test]
        fn adjusting_keeps_the_order_and_never_makes_a_value_smaller(p in proptest::collection::vec(0.0f64..=1.0, 0..40)) {
            let adjusted = adjusted(&p);
            for i in 0..p.len() {
                prop_assert!(adjusted[i] >= p[i] && adjusted[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}
