//! A sample: the values of one benchmark in one unit.

/// At least one measured value, in ascending order, all finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample(Box<[f64]>);

impl Sample {
    /// Sorts the values. `None` if there are no values, or one is not finite.
    pub fn new(values: &[f64]) -> Option<Sample> {
        if values.is_empty() || !values.iter().all(|v| v.is_finite()) {
            return None;
        }
        let mut sorted: Box<[f64]> = values.into();
        sorted.sort_unstable_by(f64::total_cmp);
        Some(Sample(sorted))
    }

    /// The values in ascending order.
    pub fn ascending(&self) -> &[f64] {
        &self.0
    }

    /// The number of values: at least one.
    #[allow(clippy::len_without_is_empty, reason = "a sample is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The median: the midpoint of the two middle values for an even count.
    pub fn median(&self) -> f64 {
        let n = self.0.len();
        self.0[(n - 1) / 2].midpoint(self.0[n / 2]) // never empty
    }

    /// The smallest value.
    pub fn min(&self) -> f64 {
        self.0[0] // never empty
    }

    /// The largest value.
    pub fn max(&self) -> f64 {
        self.0[self.0.len() - 1] // never empty
    }

    /// Whether all values are equal.
    pub fn is_constant(&self) -> bool {
        self.min() == self.max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_sorted_finite_and_not_empty() {
        let sample = Sample::new(&[3.0, 1.0, 2.0]).expect("three finite values");
        assert_eq!(sample.ascending(), [1.0, 2.0, 3.0]);
        assert_eq!((sample.median(), Sample::new(&[1.0, 2.0]).map(|it| it.median())), (2.0, Some(1.5)));
        assert_eq!((sample.min(), sample.max(), sample.len(), sample.is_constant()), (1.0, 3.0, 3, false));
        for values in [&[][..], &[f64::NAN], &[1.0, f64::INFINITY]] {
            assert_eq!(Sample::new(values), None, "{values:?}");
        }
    }
}
