//! One sample in a few numbers.

use crate::model::{Class, Sample};
use crate::stats::{self, Confidence};

/// One sample in a few numbers, in the unit of its values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSummary {
    /// How many values.
    pub n: usize,
    /// Their median.
    pub center: f64,
    /// Where the median lies: for continuous units the lower end of its 95 % interval, `None` if so few values bound
    /// nothing; for counting units the smallest value.
    pub low: Option<f64>,
    /// The upper end, or the largest value, likewise.
    pub high: Option<f64>,
}

impl SampleSummary {
    /// So many samples of a counting unit that are all the same.
    pub(super) fn constant(value: f64, n: usize) -> SampleSummary {
        SampleSummary { n, center: value, low: Some(value), high: Some(value) }
    }

    /// Sums a sample up. O(n).
    pub fn new(sample: &Sample, class: Class) -> SampleSummary {
        let values = sample.ascending();
        let ends = match class {
            Class::Counting => Some((sample.min(), sample.max())),
            Class::Continuous => stats::median_interval(values, Confidence::P95).ends(),
        };
        SampleSummary {
            n: sample.len(),
            center: sample.median(),
            low: ends.map(|(low, _)| low),
            high: ends.map(|(_, high)| high),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_units_show_their_range_and_continuous_ones_an_interval() {
        let sample = Sample::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).expect("eight finite values");
        let counting = SampleSummary::new(&sample, Class::Counting);
        assert_eq!((counting.center, counting.low, counting.high), (4.5, Some(1.0), Some(8.0)));
        let few = Sample::new(&[1.0, 2.0]).expect("two finite values");
        assert_eq!(SampleSummary::new(&few, Class::Continuous).low, None);
        let enough = SampleSummary::new(&sample, Class::Continuous);
        assert_eq!((enough.low, enough.high), (Some(1.0), Some(8.0)));
    }
}
