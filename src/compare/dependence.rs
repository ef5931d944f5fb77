//! Counts that depend on b.N. Go divides by b.N what a process allocates once, and b.N changes with speed: a benchmark that became
//! slower seems to allocate more.

use crate::group::Series;
use crate::stats::{Confidence, Estimate, Interval, Line, Parallel, Studentized};

/// A count that depends on b.N in the same way on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dependence {
    /// How.
    pub kind: DependenceKind,
    /// The difference of the sides without it, new - base, with its 99 % interval.
    pub without: Estimate,
}

/// How a count depends on b.N.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DependenceKind {
    /// A process pays a cost once, in the unit times iterations; each operation has its part of it.
    SetUp {
        /// The cost: positive.
        cost: f64,
    },
    /// Nearly all of it falls as 1/b.N, and it is too much for setting up: it grows with the time of an operation.
    Time,
    /// It rises with b.N.
    Iterations,
}

/// How sure it must be that a slope is not zero.
const SLOPE_P: f64 = 0.01;

/// The largest error of a slope, as a part of it.
const LARGEST_ERROR: f64 = 0.25;

/// How far b.N must vary for a total to be the same by more than chance.
const LEAST_RANGE: f64 = 1.02;

/// The variance of rounding to a whole number.
const ROUNDING: f64 = 1.0 / 12.0;

impl Dependence {
    /// What both sides show, if they agree. `most` is the largest plausible cost of setting up. O(n).
    pub(super) fn of(base: Series, new: Series, most: f64) -> Option<Dependence> {
        let iterations = || base.iterations.iter().chain(new.iterations).map(|&n| n as f64);
        let (least, largest) =
            iterations().fold((f64::INFINITY, 0.0), |(low, high), n| (n.min(low), n.max(high)));
        if largest < LEAST_RANGE * least {
            return None;
        }
        constant_total(base, new, most).or_else(|| falling(base, new, most)).or_else(|| rising(base, new))
    }
}

/// Each count v was truncated, so that the total of a process is in [v·b.N, (v + 1)·b.N). If one small total explains all samples of
/// both sides, all of the count is setting up. The count must fall with b.N within a side: twice the work halves b.N and doubles the
/// count, and leaves the same total as well.
fn constant_total(base: Series, new: Series, most: f64) -> Option<Dependence> {
    let varies = |series: Series| series.values.iter().any(|value| *value != series.values[0]); // never empty
    if !varies(base) && !varies(new) {
        return None;
    }
    let samples = |series: Series<'_>| {
        let pairs = series.values.iter().zip(series.iterations);
        pairs.map(|(&value, &n)| (value * n as f64, (value + 1.0) * n as f64)).collect::<Vec<_>>()
    };
    let all = [samples(base), samples(new)].concat();
    let low = all.iter().map(|&(low, _)| low).fold(0.0, f64::max);
    let high = all.iter().map(|&(_, high)| high).fold(f64::INFINITY, f64::min);
    let nothing = Interval::Bounded { low: 0.0, high: 0.0, confidence: 1.0 };
    let without = Estimate { value: 0.0, interval: nothing };
    (0.0 < low && low < high && low <= most)
        .then_some(Dependence { kind: DependenceKind::SetUp { cost: low }, without })
}

/// A count that falls as a + cost/b.N.
fn falling(base: Series, new: Series, most: f64) -> Option<Dependence> {
    let lines = agreeing(base, new, |n| n.recip())?;
    let [first, second] = lines.at_zero();
    let is_impossible = |left: &Studentized| left.below(0.0).get() <= SLOPE_P;
    if is_impossible(&first) || is_impossible(&second) {
        return None;
    }
    let is_steady = |left: &Studentized| left.above(0.0).get() <= SLOPE_P;
    let cost = lines.slope.value;
    let kind = if cost <= most || is_steady(&first) && is_steady(&second) {
        DependenceKind::SetUp { cost }
    } else {
        DependenceKind::Time
    };
    Some(Dependence { kind, without: lines.distance(Confidence::P99) })
}

/// A count that rises with b.N.
fn rising(base: Series, new: Series) -> Option<Dependence> {
    let lines = agreeing(base, new, |n| n)?;
    Some(Dependence { kind: DependenceKind::Iterations, without: lines.distance(Confidence::P99) })
}

/// The lines of both sides over a function of b.N, if they rise, with the same slope and a small error of it.
fn agreeing(base: Series, new: Series, of: impl Fn(f64) -> f64) -> Option<Parallel> {
    let points = |series: Series<'_>| -> Vec<(f64, f64)> {
        let pairs = series.iterations.iter().zip(series.values);
        // Go cuts off the fraction of a count: half of one on average.
        pairs.map(|(&n, &value)| (of(n.max(1) as f64), value + 0.5)).collect()
    };
    let (first, second) = (Line::through(&points(base))?, Line::through(&points(new))?);
    let (a, b) = (first.slope(ROUNDING), second.slope(ROUNDING));
    let error = (a.error * a.error + b.error * b.error).sqrt();
    let difference = Studentized { value: a.value - b.value, error, freedom: a.freedom.min(b.freedom) };
    let (low, high) = difference.interval(Confidence::P99);
    let lines = first.parallel(second, ROUNDING);
    let slope = lines.slope;
    let is_clear =
        slope.value > 0.0 && slope.above(0.0).get() <= SLOPE_P && slope.error <= LARGEST_ERROR * slope.value;
    (low <= 0.0 && 0.0 <= high && is_clear).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Series;

    const MOST: f64 = 131_072.0;

    fn of(base: (&[f64], &[u64]), new: (&[f64], &[u64])) -> Option<Dependence> {
        let ends = [base.0.len(), new.0.len()];
        let base = Series::new(base.0, base.1, &ends[..1]);
        let new = Series::new(new.0, new.1, &ends[1..]);
        Dependence::of(base, new, MOST)
    }

    fn counts(iterations: &[u64], count: impl Fn(f64) -> f64) -> Vec<f64> {
        iterations.iter().map(|&n| count(n as f64).floor()).collect()
    }

    const FAST: [u64; 5] = [10_000, 10_400, 10_800, 11_200, 9_600];
    const SLOW: [u64; 5] = [5_000, 4_900, 5_200, 5_400, 4_700];

    #[test]
    fn a_slower_benchmark_divides_the_same_cost_by_fewer_iterations() {
        let count = |n| 10.0 + 112_000.0 / n;
        let found =
            of((&counts(&FAST, count), &FAST), (&counts(&SLOW, count), &SLOW)).expect("it depends on b.N");
        let DependenceKind::SetUp { cost } = found.kind else { panic!("{found:?}") };
        assert!((90_000.0..130_000.0).contains(&cost), "{found:?}");
        let (low, high) = found.without.interval.ends().expect("bounded");
        assert!((-6.0..=0.0).contains(&low) && (0.0..6.0).contains(&high), "{found:?}");
    }

    #[test]
    fn one_total_explains_few_samples() {
        let count = |n| 100.0 / n;
        let found = of((&counts(&[50, 40], count), &[50, 40]), (&counts(&[20, 10], count), &[20, 10]));
        assert!(
            matches!(found, Some(Dependence { kind: DependenceKind::SetUp { cost: 100.0 }, .. })),
            "{found:?}"
        );
        assert_eq!(of((&[2.0, 2.0], &[50, 50]), (&[9.0], &[20])), None, "the totals are 100 and 180");
        assert_eq!(of((&[2.0, 2.0], &[50, 50]), (&[3.0, 3.0], &[50, 50])), None, "b.N is the same");
    }

    #[test]
    fn twice_the_work_is_no_set_up_cost_although_the_total_is_the_same() {
        assert_eq!(of((&[10.0; 10], &[4; 10]), (&[20.0; 10], &[2; 10])), None);
        let around = [49, 50, 51, 50, 49];
        assert_eq!(of((&[10.0; 5], &around), (&[20.0; 5], &[25; 5])), None);
    }

    #[test]
    fn sides_that_disagree_show_nothing() {
        let base = counts(&FAST, |n| 10.0 + 112_000.0 / n);
        assert_eq!(
            of((&base, &FAST), (&[40.0, 40.0, 40.0, 41.0, 40.0], &SLOW)),
            None,
            "new does not depend on b.N"
        );
        let scattered = [33.0, 28.0, 24.0, 31.0, 35.0];
        assert_eq!(of((&[1.0; 5], &FAST), (&scattered, &SLOW)), None, "new scatters, and base is constant");
    }

    #[test]
    fn a_cost_that_is_too_large_for_setting_up_is_time() {
        let count = |n| 5e7 / n;
        let found =
            of((&counts(&FAST, count), &FAST), (&counts(&SLOW, count), &SLOW)).expect("it depends on b.N");
        assert_eq!(found.kind, DependenceKind::Time);
        let steady = |n| 5000.0 + 5e7 / n;
        let found =
            of((&counts(&FAST, steady), &FAST), (&counts(&SLOW, steady), &SLOW)).expect("it depends on b.N");
        assert!(matches!(found.kind, DependenceKind::SetUp { .. }), "a steady part remains: {found:?}");
    }

    #[test]
    fn counts_may_rise_with_b_n() {
        let count = |n| 200_000.0 + 30.0 * n;
        let found =
            of((&counts(&SLOW, count), &SLOW), (&counts(&FAST, count), &FAST)).expect("it depends on b.N");
        assert_eq!(found.kind, DependenceKind::Iterations);
        let (low, high) = found.without.interval.ends().expect("bounded");
        assert!(low <= 1e-6 && -1e-6 <= high, "{found:?}");
    }
}
