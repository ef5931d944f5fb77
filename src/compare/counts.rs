//! Compares counts: allocations and bytes, which most benchmarks repeat exactly.

use super::SampleSummary;
use super::comparison::{Effect, RankedKind};
use super::dependence::Dependence;
use super::paired::{self, Enough, PairedRow, RankEstimate, RowTest};
use crate::group::Series;
use crate::model::{Class, Unit};
use crate::stats::{self, Estimate, Interval, PValue};

/// From so many samples on, a count that is the same in all of them is constant.
const CONSTANT_SAMPLES: usize = 5;

/// And from so many processes on.
const CONSTANT_PROCESSES: usize = 3;

/// And in two processes, if each sample is the mean of so many iterations.
const MANY_ITERATIONS: u64 = 1_000;

/// A result with fewer iterations than this part of the median measures mostly startup.
const FEW_ITERATIONS: f64 = 0.1;

/// At most so many results are left out for that, and less than a fifth of a side: more of them are no accident.
const MOST_STRAYS: usize = 2;

/// The largest plausible cost of setting up a process: 128 KiB, 100 allocations.
fn largest_setup(unit: &Unit) -> f64 {
    match unit.as_str() {
        "B/op" => 131_072.0,
        _ => 100.0,
    }
}

pub(super) fn test(base: Series, new: Series, unit: &Unit, enough: Enough) -> PairedRow {
    match strays(base, new) {
        (0, 0) => without_strays(base, new, unit, enough),
        strays => {
            let (kept_base, kept_new) = (Kept::of(base), Kept::of(new));
            let row = without_strays(kept_base.series(), kept_new.series(), unit, enough);
            let (x, y) = (paired::sample(base), paired::sample(new));
            PairedRow {
                base: SampleSummary::new(&x, Class::Counting),
                new: SampleSummary::new(&y, Class::Counting),
                p: paired::mann_whitney(x.ascending(), y.ascending()).two_sided(),
                strays,
                ..row
            }
        }
    }
}

fn without_strays(base: Series, new: Series, unit: &Unit, enough: Enough) -> PairedRow {
    let is_count = unit.class() == Class::Counting;
    let dependence = || Dependence::of(base, new, largest_setup(unit)).filter(|_| is_count);
    if is_constant(base) && is_constant(new) {
        return constant(base, new, unit, enough, dependence);
    }
    let (x, y) = (paired::sample(base), paired::sample(new));
    let ranks = paired::mann_whitney(x.ascending(), y.ascending());
    let effect = Effect::Shift(Estimate { value: y.median() - x.median(), ..paired::shift(&x, &y) });
    let test = if x.len().min(y.len()) >= enough.samples {
        RowTest::Ranks(RankEstimate { effect, tails: ranks.tails(), kind: RankedKind::Count })
    } else {
        RowTest::TooFew(effect)
    };
    PairedRow {
        base: SampleSummary::new(&x, Class::Counting),
        new: SampleSummary::new(&y, Class::Counting),
        p: ranks.two_sided(),
        extremes: paired::extremes(&x, &y),
        strays: (0, 0),
        dependence: dependence(),
        test,
    }
}

/// Most rows of a suite are constant counts. They need no sorting.
fn constant(
    base: Series,
    new: Series,
    unit: &Unit,
    enough: Enough,
    dependence: impl FnOnce() -> Option<Dependence>,
) -> PairedRow {
    let (before, after) = (base.values[0], new.values[0]); // no series is empty
    let is_same = before == after;
    let p = if is_same { PValue::ONE } else { paired::mann_whitney(base.values, new.values).two_sided() };
    let interval = Interval::Bounded { low: after - before, high: after - before, confidence: 1.0 };
    let effect = Effect::Shift(Estimate { value: after - before, interval });
    // Two samples that are equal by chance prove no change, but there is none to prove where both sides are the same.
    let fewest = base.values.len().min(new.values.len());
    let is_proven =
        unit.is_of_program() || is_same && fewest >= 2 || proves(base, enough) && proves(new, enough);
    let summary = |series: Series| SampleSummary::constant(series.values[0], series.values.len());
    PairedRow {
        base: summary(base),
        new: summary(new),
        p,
        extremes: super::Extremes { base: (before, before), new: (after, after) },
        strays: (0, 0),
        dependence: if is_same { None } else { dependence() },
        test: if is_proven { RowTest::Exact(effect) } else { RowTest::TooFew(effect) },
    }
}

/// Whether each side has the same value in enough samples to call it constant.
pub(super) fn always_the_same(base: Series, new: Series) -> bool {
    let is_same = |series: Series| series.values.len() >= CONSTANT_SAMPLES && is_constant(series);
    is_same(base) && is_same(new)
}

/// Whether all values are equal. 0 and -0 are different.
fn is_constant(series: Series) -> bool {
    let first = series.values[0].to_bits(); // never empty
    series.values.iter().all(|value| value.to_bits() == first)
}

/// Whether equal values show that a count is constant. In a few samples of one process, or of few iterations, a count that varies
/// is often the same by chance: of clean pairs with two such samples, a quarter to a half have a row that differs.
fn proves(series: Series, enough: Enough) -> bool {
    let (samples, processes) = (series.values.len(), series.processes());
    let many = || series.iterations.iter().all(|&n| n >= MANY_ITERATIONS);
    samples >= CONSTANT_SAMPLES.min(enough.samples)
        || processes >= CONSTANT_PROCESSES
        || samples >= 2 && processes >= 2 && many()
}

/// How many results of each side have too few iterations. None if there are too many of them to be strays.
pub(super) fn strays(base: Series, new: Series) -> (usize, usize) {
    (few(base), few(new))
}

/// Below this many iterations a result measures mostly startup.
fn few_iterations(series: Series) -> f64 {
    let mut iterations: Vec<f64> = series.iterations.iter().map(|&n| n as f64).collect();
    FEW_ITERATIONS * stats::select_median(&mut iterations).unwrap_or(0.0)
}

fn few(series: Series) -> usize {
    let most = series.iterations.iter().max().copied().unwrap_or(0) as f64;
    let least = series.iterations.iter().min().copied().unwrap_or(0) as f64;
    if least >= FEW_ITERATIONS * most {
        return 0; // the usual case
    }
    let limit = few_iterations(series);
    let few = series.iterations.iter().filter(|&&n| (n as f64) < limit).count();
    if few <= MOST_STRAYS && 5 * few < series.iterations.len() { few } else { 0 }
}

/// A series without the results that have too few iterations.
struct Kept {
    values: Vec<f64>,
    iterations: Vec<u64>,
    ends: Vec<usize>,
}

impl Kept {
    fn of(series: Series) -> Kept {
        let limit = if few(series) == 0 { 0.0 } else { few_iterations(series) };
        let mut kept = Kept { values: Vec::new(), iterations: Vec::new(), ends: Vec::new() };
        let mut iterations = series.iterations.iter();
        for process in series.by_process() {
            for (&value, &n) in process.iter().zip(&mut iterations) {
                if n as f64 >= limit {
                    kept.values.push(value);
                    kept.iterations.push(n);
                }
            }
            let end = kept.values.len();
            if kept.ends.last().copied().unwrap_or(0) < end {
                kept.ends.push(end);
            }
        }
        kept
    }

    fn series(&self) -> Series<'_> {
        Series::new(&self.values, &self.iterations, &self.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENOUGH: Enough = Enough { samples: 5, apart: true };

    fn row(base: (&[f64], &[usize], u64), new: (&[f64], &[usize], u64)) -> PairedRow {
        let iterations = [vec![base.2; base.0.len()], vec![new.2; new.0.len()]];
        let base = Series::new(base.0, &iterations[0], base.1);
        let new = Series::new(new.0, &iterations[1], new.1);
        test(base, new, &Unit::new("allocs/op"), ENOUGH)
    }

    #[test]
    fn few_samples_prove_a_constant_count_only_from_several_processes() {
        let exact = |ends: &[usize], n: usize, iterations| {
            let row = row((&[5.0; 9][..n], ends, iterations), (&[6.0; 9][..n], ends, iterations));
            matches!(row.test, RowTest::Exact(_))
        };
        for (ends, n, iterations, want) in [
            (&[2][..], 2, 1_000_000, false),
            (&[3], 3, 1_000_000, false),
            (&[4], 4, 1_000_000, false),
            (&[5], 5, 1, true),
            (&[1, 2], 2, 999, false),
            (&[1, 2], 2, 1_000, true),
            (&[1, 2, 3], 3, 1, true),
        ] {
            assert_eq!(exact(ends, n, iterations), want, "{ends:?} {n} {iterations}");
        }
    }

    #[test]
    fn equal_counts_need_no_proof() {
        let same = row((&[5.0; 2], &[2], 1), (&[5.0; 2], &[2], 1));
        assert!(matches!(same.test, RowTest::Exact(_)));
        let once = row((&[5.0], &[1], 1), (&[5.0], &[1], 1));
        assert!(matches!(once.test, RowTest::TooFew(_)));
    }

    #[test]
    fn a_stray_or_two_are_left_out_but_never_a_fifth() {
        let series = |few: usize, all: usize| {
            let iterations: Vec<u64> = (0..all).map(|i| if i < few { 10 } else { 1_000 }).collect();
            let values = vec![1.0; all];
            let of = |iterations: &[u64]| self::few(Series::new(&values, iterations, &[all]));
            of(&iterations)
        };
        for (few, all, want) in [(1, 10, 1), (2, 10, 0), (2, 11, 2), (3, 20, 0), (1, 5, 0), (1, 6, 1)] {
            assert_eq!(series(few, all), want, "{few} of {all}");
        }
        let iterations = [10, 1000, 1000, 1000, 1000, 1000];
        let kept = Kept::of(Series::new(&[9.0, 1.0, 1.0, 1.0, 1.0, 1.0], &iterations, &[1, 4, 6]));
        assert_eq!((kept.values.as_slice(), kept.ends.as_slice()), (&[1.0; 5][..], &[3, 5][..]));
    }

    proptest! {
        #[test]
        fn the_shortcut_for_constant_counts_summarizes_as_sorting_does(
            before in -2i32..3, after in -2i32..3, n1 in 2usize..12, n2 in 2usize..12,
        ) {
            let (before, after) = (vec![f64::from(before); n1], vec![f64::from(after); n2]);
            let got = row((&before, &[n1], 100), (&after, &[n2], 100));
            let sample = |values: &[f64]| crate::model::Sample::new(values).expect("numbers");
            let (x, y) = (sample(&before), sample(&after));
            prop_assert_eq!(got.base, SampleSummary::new(&x, Class::Counting));
            prop_assert_eq!(got.new, SampleSummary::new(&y, Class::Counting));
            prop_assert_eq!(got.p, paired::mann_whitney(x.ascending(), y.ascending()).two_sided());
        }
    }
}
