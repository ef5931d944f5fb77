//! Numbers that mean something: probabilities, levels and intervals.

use super::normal_quantile;

/// A probability under the null hypothesis, always within [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct PValue(f64);

impl PValue {
    /// No evidence at all against the null hypothesis.
    pub const ONE: PValue = PValue(1.0);

    /// Takes a computed probability; rounding beyond either end is cut off, NaN becomes 1.
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

/// A number from outside is cut off like a computed one.
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

/// The two one-sided p-values of one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// Small where the second sample is smaller.
    pub less: PValue,
    /// Small where it is larger.
    pub greater: PValue,
}

impl Tails {
    /// None at all on either side.
    pub const NO_EVIDENCE: Tails = Tails { less: PValue::ONE, greater: PValue::ONE };
}

/// A confidence level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence(f64);

impl Confidence {
    /// The customary 95 %.
    pub const P95: Confidence = Confidence(0.95);

    /// `None` unless `0 < level < 1`.
    pub fn new(level: f64) -> Option<Confidence> {
        (level > 0.0 && level < 1.0).then_some(Confidence(level))
    }

    /// The level as a plain number.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// An interval, or the fact that so few observations bound nothing at the level that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Interval {
    /// Both ends are known.
    Bounded {
        /// The lower end.
        low: f64,
        /// The upper end, at least `low`.
        high: f64,
        /// The confidence really reached: at least the one that was asked for.
        confidence: f64,
    },
    /// The whole real line.
    Unbounded,
}

impl Interval {
    /// Both ends, where there are ends.
    pub fn ends(self) -> Option<(f64, f64)> {
        match self {
            Interval::Bounded { low, high, .. } => Some((low, high)),
            Interval::Unbounded => None,
        }
    }

    /// The standard error that would give a normal estimate an interval of this width.
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
    /// Where the true value lies, at the confidence that was asked for.
    pub interval: Interval,
}

impl Estimate {
    /// Applies an increasing function to the value and to both ends of its interval.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Estimate {
        Estimate { value: f(self.value), interval: self.interval.map(f) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
