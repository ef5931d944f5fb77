//! Suspects: rows that look worse, although nothing proves it. No reader should have to find them.

use super::finding::{Suspect, Verdict};
use crate::compare::{Comparison, Effect};
use crate::model::Direction;
use crate::policy::Tolerance;

/// With fewer samples than this on a side, samples that do not overlap are common: the gap must then be larger.
const FEW: usize = 3;

/// The gap that counts with so few samples, as a fraction of the worst value of base.
const LARGE_GAP: f64 = 0.5;

/// Whether a row is a suspect: it is undecided, but every value of new is worse than every value of base, by more than the
/// tolerance.
pub(super) fn suspect(
    verdict: Verdict,
    comparison: &Comparison,
    better: Direction,
    tolerance: &Tolerance,
) -> Option<Suspect> {
    let gap = comparison.extremes.gap(better);
    let worst = match better {
        Direction::Lower => comparison.extremes.base.1,
        Direction::Higher => comparison.extremes.base.0,
    };
    // Counts have no noise that a few samples would hide.
    let is_time = matches!(comparison.effect, Effect::Ratio(_));
    let is_few = is_time && comparison.base.n.min(comparison.new.n) < FEW;
    let is_large = !is_few || gap > LARGE_GAP * worst.max(0.0);
    let is_open = verdict == Verdict::Undecided;
    let is_suspect = is_open && gap > 0.0 && is_large && !tolerance.allows(gap, comparison.base.center);
    let percent = Some(100.0 * gap / worst).filter(|percent| worst > 0.0 && percent.is_finite());
    is_suspect.then_some(Suspect { gap_percent: percent })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Certainty, Extremes, SampleSummary};
    use crate::model::{Class, Sample};
    use crate::stats::{Estimate, Interval, PValue};

    fn gap_percent(base: &[f64], new: &[f64], better: Direction, tolerance: f64) -> Option<f64> {
        let summary = |values| SampleSummary::new(&Sample::new(values).expect("numbers"), Class::Continuous);
        let ends = |values: &[f64]| {
            let sample = Sample::new(values).expect("numbers");
            (sample.min(), sample.max())
        };
        let comparison = Comparison {
            base: summary(base),
            new: summary(new),
            effect: Effect::Ratio(Estimate { value: 1.0, interval: Interval::Unbounded }),
            p: PValue::ONE,
            extremes: Extremes { base: ends(base), new: ends(new) },
            strays: (0, 0),
            dependence: None,
            certainty: Certainty::TooFew,
        };
        let tolerance = Tolerance::of(Some(tolerance), None);
        suspect(Verdict::Undecided, &comparison, better, &tolerance)
            .map(|it| it.gap_percent.expect("base is positive"))
    }

    #[test]
    fn samples_that_do_not_overlap_beyond_the_tolerance_are_suspect() {
        let base = [90.0, 100.0, 95.0];
        assert_eq!(gap_percent(&base, &[110.0, 120.0, 112.0], Direction::Lower, 5.0), Some(10.0));
        assert_eq!(gap_percent(&base, &[110.0, 120.0, 112.0], Direction::Lower, 12.0), None, "tolerated");
        assert_eq!(gap_percent(&base, &[99.0, 200.0, 200.0], Direction::Lower, 5.0), None, "they overlap");
        assert_eq!(gap_percent(&base, &[50.0, 60.0, 55.0], Direction::Lower, 5.0), None, "better");
        let fell = gap_percent(&[100.0, 110.0, 105.0], &[50.0, 60.0, 55.0], Direction::Higher, 5.0);
        assert_eq!(fell, Some(40.0));
    }

    #[test]
    fn with_one_or_two_samples_the_gap_must_be_large() {
        assert_eq!(gap_percent(&[100.0], &[130.0; 10], Direction::Lower, 5.0), None);
        assert_eq!(gap_percent(&[100.0], &[200.0; 10], Direction::Lower, 5.0), Some(100.0));
    }
}
