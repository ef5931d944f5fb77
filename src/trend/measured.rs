//! Steps and drift in numbers that are measured with noise.

use crate::stats::{self, change_point, select_median, theil_sen};

/// How a sequence moves.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// It stays at one level, or goes from level to level: the index of the first point of each level but the first.
    Levels(Vec<usize>),
    /// It follows a line: the slope per point and the value at the first one.
    Line(f64, f64),
}

/// The largest p-value of a split of a part: those are tests that the false discovery rate of the whole does not count.
const INNER: f64 = 0.005;

/// The shape of values with a change point, whose p-value is at most `critical`.
///
/// The values are split at their change point, and each part again, while its p-value is at most `critical` and [`INNER`] (binary segmentation; Scott &
/// Knott, *A cluster analysis method for grouping means in the analysis of variance*, Biometrics 30, 1974) and the step is larger than
/// `least_step`. A level between two others went away again if it is shorter than both together and they differ by less than half of what
/// it differs from them. A line is chosen if it explains the values better than the levels, by n·ln(mean distance) plus ln n for each
/// parameter (Schwarz, *Estimating the dimension of a model*, Ann. Statist. 6, 1978, for Laplace's errors). O(n log n · levels).
pub(super) fn shape(values: &[f64], critical: f64, least: usize, least_step: f64) -> Shape {
    let mut starts = Vec::new();
    if let Some(found) = change_point(values, least).filter(|it| it.p.get() <= critical) {
        starts.push(found.at);
        let (before, after) = values.split_at(found.at);
        split(before, 0, critical.min(INNER), least, &mut starts);
        split(after, found.at, critical.min(INNER), least, &mut starts);
    }
    starts.sort_unstable();
    refine(values, &mut starts, least);
    keep_steps(values, &mut starts, least_step);
    if starts.is_empty() {
        return Shape::Levels(starts);
    }
    let total = |slope: f64| slope.abs() * (values.len() - 1) as f64;
    match theil_sen(values).filter(|(slope, _)| total(*slope) >= least_step) {
        Some((slope, start)) if is_line(values, &starts, slope, start) => Shape::Line(slope, start),
        _ => Shape::Levels(starts),
    }
}

fn split(values: &[f64], offset: usize, critical: f64, least: usize, starts: &mut Vec<usize>) {
    let Some(found) = change_point(values, least).filter(|it| it.p.get() <= critical) else { return };
    starts.push(offset + found.at);
    let (before, after) = values.split_at(found.at);
    split(before, offset, critical, least, starts);
    split(after, offset + found.at, critical, least, starts);
}

/// Places each step anew between its neighbours: the first splits saw more than two levels (Bai, *Estimating multiple breaks one at a
/// time*, Econometric Theory 13, 1997).
fn refine(values: &[f64], starts: &mut [usize], least: usize) {
    for index in 0..starts.len() {
        let begin = index.checked_sub(1).map_or(0, |before| starts[before]);
        let end = starts.get(index + 1).copied().unwrap_or(values.len());
        if let Some(found) = change_point(&values[begin..end], least) {
            starts[index] = begin + found.at;
        }
    }
}

/// Removes steps that are too small, and levels that went away again.
fn keep_steps(values: &[f64], starts: &mut Vec<usize>, least_step: f64) {
    loop {
        let levels = medians(values, starts);
        let step = |index: usize| levels[index + 1] - levels[index]; // there is one level more than steps
        let smallest = (0..starts.len()).min_by(|&a, &b| step(a).abs().total_cmp(&step(b).abs()));
        if let Some(index) = smallest.filter(|&index| step(index).abs() < least_step) {
            starts.remove(index);
            continue;
        }
        let went_away = (1..starts.len()).find(|&index| {
            let (up, back) = (step(index - 1), step(index));
            up * back < 0.0 && (up + back).abs() < 0.5 * up.abs().min(back.abs())
        });
        match went_away {
            Some(index) => drop(starts.drain(index - 1..=index)),
            None => break,
        }
    }
}

/// The median of each level.
pub(super) fn medians(values: &[f64], starts: &[usize]) -> Vec<f64> {
    let begins = std::iter::once(0).chain(starts.iter().copied());
    let ends = starts.iter().copied().chain(std::iter::once(values.len()));
    let median =
        |(begin, end): (usize, usize)| select_median(&mut values[begin..end].to_vec()).unwrap_or(f64::NAN);
    begins.zip(ends).map(median).collect()
}

/// Whether a line explains the values better than levels do.
fn is_line(values: &[f64], starts: &[usize], slope: f64, start: f64) -> bool {
    let n = values.len() as f64;
    let levels = medians(values, starts);
    let level = |index: usize| levels[starts.partition_point(|&it| it <= index)];
    let distance = |of: &dyn Fn(usize) -> f64| {
        let sum: f64 = values.iter().enumerate().map(|(index, value)| (value - of(index)).abs()).sum();
        n * stats::ln((sum / n).max(f64::MIN_POSITIVE))
    };
    let of_levels = distance(&level) + (2 * starts.len() + 1) as f64 * stats::ln(n);
    let of_line = distance(&|index| start + slope * index as f64) + 2.0 * stats::ln(n);
    of_line < of_levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize, seed: u64) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..n).map(|_| (random.f64() + random.f64() + random.f64() - 1.5) * 0.02).collect()
    }

    fn with(n: usize, of: impl Fn(usize) -> f64) -> Vec<f64> {
        noise(n, 3).iter().enumerate().map(|(index, noise)| of(index) + noise).collect()
    }

    #[test]
    fn steps_are_found_near_where_they_are() {
        let values = with(120, |index| {
            if index < 40 {
                0.0
            } else if index < 80 {
                0.05
            } else {
                0.12
            }
        });
        let Shape::Levels(starts) = shape(&values, 0.01, 5, 0.01) else { panic!("levels") };
        assert!(
            starts.len() == 2 && starts[0].abs_diff(40) <= 1 && starts[1].abs_diff(80) <= 1,
            "{starts:?}"
        );
    }

    #[test]
    fn a_slow_drift_is_a_line() {
        let Shape::Line(slope, start) = shape(&with(150, |index| 0.003 * index as f64), 0.01, 5, 0.01) else {
            panic!("a line")
        };
        assert!((slope - 0.003).abs() < 2e-4 && start.abs() < 0.01, "{slope} {start}");
    }

    #[test]
    fn a_level_that_went_away_again_and_a_tiny_step_are_none() {
        let gone = with(120, |index| if (50..70).contains(&index) { 0.2 } else { 0.0 });
        assert_eq!(shape(&gone, 0.001, 5, 0.01), Shape::Levels(vec![]));
        let tiny: Vec<f64> = (0..100).map(|index| if index < 50 { 0.0 } else { 0.001 }).collect();
        assert_eq!(shape(&tiny, 0.01, 5, 0.01), Shape::Levels(vec![]));
    }
}
