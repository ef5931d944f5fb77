//! The change of one benchmark, estimated from its own samples: of positive numbers, on logarithms.

use crate::group::Series;
use crate::model::RunNoise;
use crate::stats::{self, Confidence, Studentized};
use std::borrow::Cow;

/// From this many samples per side on, the smallest and the largest one are cut off. One stray sample, or a few samples in a second
/// cluster, then do not decide. With fewer samples too little would be left.
const TRIMMED_FROM: usize = 8;

/// The fewest processes whose scatter shows how much processes differ. Two are often close together by chance.
const ENOUGH_PROCESSES: usize = 3;

/// How the samples of a row are spread over processes. Two processes of one test binary differ by more than the samples of one
/// process do: memory is laid out differently, and other work runs beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replication {
    /// Each process gave one sample.
    OneEach,
    /// Each side has at least so many processes, at least 2, and some gave several samples. Only the medians of the processes are
    /// independent.
    Several(usize),
    /// A side has one process: its samples do not show how much processes differ.
    Single,
}

impl Replication {
    pub fn of(base: Series, new: Series) -> Replication {
        match base.processes().min(new.processes()) {
            _ if base.is_one_each() && new.is_one_each() => Replication::OneEach,
            0 | 1 => Replication::Single,
            processes => Replication::Several(processes),
        }
    }

    /// How many processes the side with fewer has, if they are too few to show how much processes differ.
    pub fn too_few(self) -> Option<usize> {
        match self {
            Replication::Single => Some(1),
            Replication::Several(processes) if processes < ENOUGH_PROCESSES => Some(processes),
            Replication::Several(_) | Replication::OneEach => None,
        }
    }

    /// The values that may be compared as independent ones, in the order measured: of several processes with several samples, the
    /// median of each.
    pub fn independent(self, series: Series<'_>) -> Cow<'_, [f64]> {
        match self {
            Replication::OneEach | Replication::Single => Cow::Borrowed(series.values),
            Replication::Several(_) => {
                let median = |values: &[f64]| stats::select_median(&mut values.to_vec());
                Cow::Owned(series.by_process().filter_map(median).collect()) // no process is without values
            }
        }
    }
}

/// The change of one benchmark, estimated from its own samples only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RowEstimate {
    /// ln(new / base).
    pub change: f64,
    /// Its standard error.
    pub error: f64,
    /// The degrees of freedom of the standard error.
    pub freedom: f64,
    /// How its samples are spread over processes.
    pub replication: Replication,
    /// By how much the second half of a side differs from the first one beyond the scatter: the mean square over both sides. It
    /// may be negative, as any estimate of a variance component.
    pub drift: f64,
    /// The noise between runs that earlier runs have shown.
    pub learned: Option<RunNoise>,
}

impl RowEstimate {
    /// From the independent values of both sides, in the order measured. `None` if a value is zero or less, or there are too few
    /// values for an error.
    ///
    /// Values of separate processes are compared by the means of their logarithms, trimmed where there are enough of them. The
    /// samples of one process depend on one another in ways that no formula knows; there the Hodges-Lehmann estimate is the
    /// sturdier one.
    pub fn of(base: &[f64], new: &[f64], replication: Replication) -> Option<RowEstimate> {
        let mut logs = logarithms(base, new)?;
        let (in_order, ascending) = logs.split_at_mut(base.len() + new.len());
        let (x, y) = ascending.split_at_mut(base.len());
        let (x, y) = (sorted(x), sorted(y));
        if replication == Replication::Single {
            let log = stats::hodges_lehmann(x, y, Confidence::P95)?;
            let (error, freedom) = (log.interval.standard_error()?, (x.len() + y.len() - 2) as f64);
            return Some(RowEstimate {
                change: log.value,
                error,
                freedom,
                replication,
                drift: 0.0,
                learned: None,
            });
        }
        let trim = usize::from(x.len().min(y.len()) >= TRIMMED_FROM);
        let Studentized { value: change, error, freedom } = stats::mean_shift(x, y, trim)?;
        let (base, new) = in_order.split_at_mut(base.len());
        let drift = 0.5 * (drift(base) + drift(new));
        Some(RowEstimate { change, error, freedom, replication, drift, learned: None })
    }
}

/// The square of the difference between the means of the two halves, less what their scatter explains; 0 if there are too few
/// values. Sorts both halves.
fn drift(values: &mut [f64]) -> f64 {
    let (first, second) = values.split_at_mut(values.len() / 2);
    let shift = stats::mean_shift(sorted(first), sorted(second), 0);
    shift.map_or(0.0, |it| it.value * it.value - it.error * it.error)
}

fn sorted(values: &mut [f64]) -> &[f64] {
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The logarithms of both sides, twice: every row needs them in their order and sorted, and one piece of memory is faster than eight.
fn logarithms(base: &[f64], new: &[f64]) -> Option<Vec<f64>> {
    let mut logs = Vec::with_capacity(2 * (base.len() + new.len()));
    for &value in base.iter().chain(new) {
        logs.push((value > 0.0).then(|| stats::ln(value))?);
    }
    logs.extend_from_within(..);
    Some(logs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series<'s>(values: &'s [f64], ends: &'s [usize]) -> Series<'s> {
        const ITERATIONS: [u64; 20] = [100; 20];
        Series::new(values, &ITERATIONS[..values.len()], ends)
    }

    #[test]
    fn replication_is_counted_from_processes() {
        let values = [1.0, 2.0, 3.0, 4.0];
        let (each, two, one) =
            (series(&values, &[1, 2, 3, 4]), series(&values, &[2, 4]), series(&values, &[4]));
        for (base, new, want) in [
            (each, each, Replication::OneEach),
            (each, two, Replication::Several(2)),
            (two, two, Replication::Several(2)),
            (each, one, Replication::Single),
            (one, one, Replication::Single),
        ] {
            assert_eq!(Replication::of(base, new), want);
        }
        assert_eq!(*Replication::Several(2).independent(two), [1.5, 3.5]);
        assert_eq!(*Replication::OneEach.independent(each), values);
    }

    #[test]
    fn one_stray_sample_of_ten_does_not_move_the_estimate() {
        let base = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8, 100.1, 99.9, 100.0];
        let mut new = base;
        new[1] = 1e6; // the largest one before
        let got = RowEstimate::of(&base, &new, Replication::OneEach).expect("positive");
        assert!(got.change.abs() < 1e-12 && got.error < 0.01, "{got:?}");
        assert_eq!(got.freedom, 14.0);
    }

    #[test]
    fn there_is_no_ratio_to_zero() {
        assert_eq!(RowEstimate::of(&[0.0, 1.0], &[1.0, 1.0], Replication::OneEach), None);
    }

    #[test]
    fn a_side_that_moves_while_it_is_measured_drifts() {
        let drift = |new: [f64; 6]| {
            RowEstimate::of(&[1.0, 1.01, 0.99, 1.0, 1.01, 0.99], &new, Replication::OneEach)
                .expect("positive")
                .drift
        };
        assert!(drift([1.0, 1.01, 0.99, 1.0, 1.01, 0.99]).abs() < 1e-3);
        let half = 2.0_f64.ln() * 2.0_f64.ln() / 2.0; // one side of two
        assert!((drift([1.0, 1.01, 0.99, 2.0, 2.02, 1.98]) - half).abs() < 1e-3);
    }
}
