//! One cell of a table in a few numbers.

use super::note::{Note, SamplesNeeded};
use crate::model::Assumption;
use crate::stats;

/// Where the values of a sample lie.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Center {
    pub(super) value: f64,
    /// `None` where so few values bound nothing.
    pub(super) bounds: Option<(f64, f64)>,
    pub(super) note: Option<Note>,
}

impl Center {
    /// The median with its interval; of values that should be exact the most frequent one with their range. `ascending`
    /// holds at least one value.
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
    // Not the midpoint of the two: it differs in the last digit from what Go prints.
    let value = if n.is_multiple_of(2) { below + 0.5 * (above - below) } else { below };
    let (low, high) = stats::median_ranks(n, confidence);
    let bounds = (low > 0 && high <= n).then(|| (ascending[low - 1], ascending[high - 1]));
    let few = || Note::FewForInterval { need: needed(confidence), confidence };
    Center { value, bounds, note: bounds.is_none().then(few) }
}

/// How many values bound a median.
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
    // Of the longest ones the first.
    let longest = runs.reduce(|longest, run| if run.len() > longest.len() { run } else { longest });
    let value = longest.map_or(f64::NAN, |run| run[0]); // never empty
    let (low, high) = (ascending[0], ascending[ascending.len() - 1]); // never empty
    Center { value, bounds: Some((low, high)), note: (low != high).then_some(Note::NotExact { low, high }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_bounded_from_six_values_on() {
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
    fn exact_values_are_summed_up_by_the_most_frequent_one() {
        let got = Center::of(&[1.0, 2.0, 2.0, 3.0, 3.0], Assumption::Exact, 0.95);
        let note = Note::NotExact { low: 1.0, high: 3.0 };
        assert_eq!(got, Center { value: 2.0, bounds: Some((1.0, 3.0)), note: Some(note) });
        assert_eq!(Center::of(&[4.0; 2], Assumption::Exact, 0.95).note, None);
    }
}
