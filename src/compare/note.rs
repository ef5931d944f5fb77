//! What a reader of a table should know about a number in it.

use bstr::BString;

/// A footnote.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// The results of a cell differ in these keys, although nothing in the layout tells them apart.
    Varies(Vec<BString>),
    /// A unit that should be exact is not.
    NotExact {
        /// The smallest value.
        low: f64,
        /// The largest one.
        high: f64,
    },
    /// The median is not bounded.
    FewForInterval {
        /// How many values would bound it.
        need: SamplesNeeded,
        /// At this level.
        confidence: f64,
    },
    /// Nothing was tested: all values of both sides are the same.
    AllEqual,
    /// No change could have been proven.
    FewForChange {
        /// With how many samples on either side it could.
        need: SamplesNeeded,
        /// At this level.
        alpha: f64,
    },
    /// The column lacks benchmarks of the baseline.
    SetDiffers,
    /// A center is zero or negative.
    NoMean,
    /// A ratio is zero or negative, or there is none.
    NoRatio,
}

/// A number of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SamplesNeeded {
    /// This many.
    AtLeast(usize),
    /// More than it is worth counting.
    MoreThan(usize),
}
