//! One sample in a few numbers: [`SampleSummary`] for `check`, [`Center`] with footnotes for `compare`.

use crate::model::{Assumption, Class, Sample};
use crate::stats::{self, Confidence};
use bstr::BString;

/// A sample in a few numbers, in the unit of its values.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SampleSummary {
    /// How many values.
    pub n: usize,
    /// Their median.
    pub center: f64,
    /// For continuous units the lower end of the 95 % interval of the median, `None` if there are too few values for one; for
    /// counting units the smallest value.
    pub low: Option<f64>,
    /// The upper end of the interval, or the largest value.
    pub high: Option<f64>,
}

impl SampleSummary {
    /// The summary of `n` equal values of a counting unit.
    pub(super) fn constant(value: f64, n: usize) -> SampleSummary {
        SampleSummary { n, center: value, low: Some(value), high: Some(value) }
    }

    /// Summarizes a sample. O(n).
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

/// The center of a sample, with bounds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Center {
    pub(super) value: f64,
    /// `None` if there are too few values for bounds.
    pub(super) bounds: Option<(f64, f64)>,
    pub(super) note: Option<Note>,
}

impl Center {
    /// The median with its interval; for values that should be exact, the most frequent value with the range. `ascending` has
    /// at least one value.
    pub(super) fn of(ascending: &[f64], assumption: Assumption, confidence: f64) -> Center {
        match assumption {
            Assumption::Nothing => median(ascending, confidence),
            Assumption::Exact => mode(ascending),
        }
    }
}

fn median(ascending: &[f64], confidence: f64) -> Center {
    let n = ascending.len();
    let (below, above) = (ascending[(n - 1) / 2], ascending[n / 2]); // never empty
    // Not `midpoint`: its last digit can differ from what Go prints.
    let value = if n.is_multiple_of(2) { below + 0.5 * (above - below) } else { below };
    let (low, high) = stats::median_ranks(n, confidence);
    let bounds = (low > 0 && high <= n).then(|| (ascending[low - 1], ascending[high - 1]));
    let few = || Note::FewForInterval { need: needed(confidence), confidence };
    Center { value, bounds, note: bounds.is_none().then(few) }
}

/// How many values the interval of a median needs.
fn needed(confidence: f64) -> SamplesNeeded {
    const MOST: usize = 50;
    let enough = |&n: &usize| {
        let (low, high) = stats::median_ranks(n, confidence);
        low > 0 && high <= n
    };
    (2..=MOST).find(enough).map_or(SamplesNeeded::MoreThan(MOST), SamplesNeeded::AtLeast)
}

fn mode(ascending: &[f64]) -> Center {
    let runs = ascending.chunk_by(|a, b| a == b);
    // The first of the longest runs.
    let longest = runs.reduce(|longest, run| if run.len() > longest.len() { run } else { longest });
    let value = longest.map_or(f64::NAN, |run| run[0]); // never empty
    let (low, high) = (ascending[0], ascending[ascending.len() - 1]); // never empty
    Center { value, bounds: Some((low, high)), note: (low != high).then_some(Note::NotExact { low, high }) }
}

/// A footnote.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// The results of a cell differ in these keys, which the layout does not separate.
    Varies(Vec<BString>),
    /// The values of a unit that should be exact differ.
    NotExact {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// There are too few values for the interval of the median.
    FewForInterval {
        /// How many values are needed.
        need: SamplesNeeded,
        /// The confidence level.
        confidence: f64,
    },
    /// All values of both sides are equal, so that nothing was tested.
    AllEqual,
    /// There are too few samples for a significant change.
    FewForChange {
        /// How many samples per side are needed.
        need: SamplesNeeded,
        /// The significance level.
        alpha: f64,
    },
    /// The benchmarks of the column are not those of the baseline.
    SetDiffers,
    /// There is no geometric mean: a center is zero or negative.
    NoMean,
    /// There is no mean ratio: a ratio is zero or negative, or there is no ratio.
    NoRatio,
}

/// How many samples are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SamplesNeeded {
    /// This many.
    AtLeast(usize),
    /// More than this many.
    MoreThan(usize),
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

    #[test]
    fn a_median_needs_six_values_for_an_interval() {
        let six = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(
            Center::of(&six, Assumption::Nothing, 0.95),
            Center { value: 3.5, bounds: Some((1.0, 6.0)), note: None }
        );
        let five = Center::of(&six[..5], Assumption::Nothing, 0.95);
        let note = Note::FewForInterval { need: SamplesNeeded::AtLeast(6), confidence: 0.95 };
        assert_eq!(five, Center { value: 3.0, bounds: None, note: Some(note) });
        assert_eq!(
            (needed(0.99), needed(0.0), needed(1.0)),
            (SamplesNeeded::AtLeast(8), SamplesNeeded::AtLeast(2), SamplesNeeded::MoreThan(50))
        );
    }

    #[test]
    fn exact_values_are_summarized_by_the_most_frequent_one() {
        let got = Center::of(&[1.0, 2.0, 2.0, 3.0, 3.0], Assumption::Exact, 0.95);
        let note = Note::NotExact { low: 1.0, high: 3.0 };
        assert_eq!(got, Center { value: 2.0, bounds: Some((1.0, 3.0)), note: Some(note) });
        assert_eq!(Center::of(&[4.0; 2], Assumption::Exact, 0.95).note, None);
    }
}
