//! Two samples on their own, before the suite is asked.

use super::calibrate::Own;
use super::{Effect, Subject, Summary, setup};
use crate::group::Series;
use crate::model::{Class, Sample};
use crate::stats::{self, Confidence, Estimate, Interval, PValue, Tails};

/// Counting units that never varied are compared exactly from this many samples per side: one sample cannot show that a
/// count does not vary.
const CONSTANT_FROM: usize = 2;

/// A result with fewer iterations than this part of its benchmark's median says more of starting up than of running.
const FEW_ITERATIONS: f64 = 0.1;

/// A row of both sides.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub base: Summary,
    pub new: Summary,
    /// The two-sided Mann-Whitney p-value of all samples.
    pub p: PValue,
    /// How many samples of base and new had too few iterations; counts are compared without them.
    pub strays: (usize, usize),
    pub question: Question,
}

/// What can be asked of two samples.
#[derive(Debug, Clone)]
pub(super) enum Question {
    /// Nothing: there are too few.
    TooFew(Effect),
    /// Nothing is left open: no count varies.
    Exact(Effect),
    /// How far apart they are, as a ratio.
    Ratio(Ratio),
    /// Whether one tends to be larger.
    Ranks(Ranks),
}

/// Two samples of positive numbers.
#[derive(Debug, Clone)]
pub(super) struct Ratio {
    pub own: Own,
    pub base: Sample,
    pub new: Sample,
    pub tails: Tails,
}

/// Two samples of counts, or of numbers that touch zero.
#[derive(Debug, Clone)]
pub(super) struct Ranks {
    pub effect: Effect,
    pub tails: Tails,
    pub subject: Subject,
}

impl Measured {
    pub(super) fn of(base: Series, new: Series, class: Class, min_samples: usize) -> Measured {
        let (x, y) = (sample(base), sample(new));
        let test = mann_whitney(&x, &y);
        let strays = (strays(base).count(), strays(new).count());
        let question = match class {
            Class::Continuous => continuous(x, y, test.tails(), min_samples),
            Class::Counting if strays == (0, 0) => {
                counting(&Counts::all(base), &Counts::all(new), min_samples)
            }
            Class::Counting => counting(&Counts::settled(base), &Counts::settled(new), min_samples),
        };
        let summary = |series| Summary::new(&sample(series), class);
        Measured { base: summary(base), new: summary(new), p: test.two_sided(), strays, question }
    }
}

pub(super) fn sample(series: Series) -> Sample {
    Sample::new(series.values).expect("a dataset holds finite values only, and no series is empty")
}

fn mann_whitney(x: &Sample, y: &Sample) -> stats::MannWhitney {
    stats::mann_whitney(x.ascending(), y.ascending()).expect("a sample is never empty")
}

fn continuous(x: Sample, y: Sample, tails: Tails, min_samples: usize) -> Question {
    let log_ratio = stats::hodges_lehmann_log_ratio(x.ascending(), y.ascending(), Confidence::P95);
    let enough = x.len().min(y.len()) >= min_samples;
    let own = |log: Estimate| {
        let error = log.interval.standard_error()?;
        Some(Own { change: log.value, error, freedom: (x.len() + y.len() - 2) as f64 })
    };
    match (log_ratio.and_then(own).filter(|_| enough), log_ratio) {
        (Some(own), _) => Question::Ratio(Ratio { own, base: x, new: y, tails }),
        (None, Some(log)) => Question::TooFew(Effect::Ratio(log.map(stats::exp))),
        (None, None) => {
            let separated = x.max() < y.min() || y.max() < x.min();
            ranks(shift(&x, &y), tails, Subject::NearZero { separated }, enough)
        }
    }
}

/// The median of all differences.
fn shift(x: &Sample, y: &Sample) -> Estimate {
    stats::hodges_lehmann(x.ascending(), y.ascending(), Confidence::P95).expect("a sample is never empty")
}

fn ranks(shift: Estimate, tails: Tails, subject: Subject, enough: bool) -> Question {
    let effect = Effect::Shift(shift);
    if enough { Question::Ranks(Ranks { effect, tails, subject }) } else { Question::TooFew(effect) }
}

/// Counts with the iterations that they were averaged over.
struct Counts {
    sample: Sample,
    points: Vec<(f64, f64)>,
}

impl Counts {
    fn all(series: Series) -> Counts {
        let points =
            series.iterations.iter().zip(series.values).map(|(&n, &v)| (1.0 / n.max(1) as f64, v)).collect();
        Counts { sample: sample(series), points }
    }

    /// Without the results that had too few iterations.
    fn settled(series: Series) -> Counts {
        let few = few_iterations(series);
        let mut counts = Counts::all(series);
        counts.points.retain(|&(per_iteration, _)| per_iteration.recip() >= few);
        let values: Vec<f64> = counts.points.iter().map(|&(_, value)| value).collect();
        counts.sample =
            Sample::new(&values).expect("half of the results have the median's iterations at least");
        counts
    }
}

/// Below this many iterations a result says little.
fn few_iterations(series: Series) -> f64 {
    let mut iterations: Vec<f64> = series.iterations.iter().map(|&n| n as f64).collect();
    FEW_ITERATIONS * stats::select_median(&mut iterations).unwrap_or(0.0)
}

fn strays(series: Series<'_>) -> impl Iterator<Item = &u64> {
    let few = few_iterations(series);
    series.iterations.iter().filter(move |&&n| (n as f64) < few)
}

fn counting(base: &Counts, new: &Counts, min_samples: usize) -> Question {
    let (x, y) = (&base.sample, &new.sample);
    let fewest = x.len().min(y.len());
    let value = y.median() - x.median();
    if x.is_constant() && y.is_constant() && fewest >= CONSTANT_FROM {
        let interval = Interval::Bounded { low: value, high: value, confidence: 1.0 };
        return Question::Exact(Effect::Shift(Estimate { value, interval }));
    }
    let shift = Estimate { value, ..shift(x, y) };
    let subject = Subject::Count { setup: setup::of(&base.points, &new.points) };
    ranks(shift, mann_whitney(x, y).tails(), subject, fewest >= min_samples)
}
