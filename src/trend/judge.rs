//! Judges every series of a history.

use super::adjust::Adjusted;
use super::exact::{Level, levels, resolution};
use super::measured::{Shape, medians, shape};
use super::{History, MachineKey, Series};
use crate::model::{Direction, Unit};
use crate::stats::{self, PValue, benjamini_hochberg, change_point};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How series are judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The largest expected share of false steps among the steps of noisy units.
    pub alpha: f64,
    /// The fewest points on both sides of a step of a noisy unit. Shorter runs of counts may still go away.
    pub points: usize,
    /// The smallest step of a noisy unit, in percent.
    pub least_percent: f64,
    /// Which direction is better, for units that Go does not print by itself.
    pub better: BTreeMap<Unit, Direction>,
}

impl Default for Settings {
    /// 5 %, 5 points and 1 %.
    fn default() -> Settings {
        Settings { alpha: 0.05, points: 5, least_percent: 1.0, better: BTreeMap::new() }
    }
}

/// What was found in a history.
#[derive(Debug)]
pub struct Trends<'h> {
    /// The history.
    pub history: &'h History,
    /// One per series, what got worst first; then what got better; then the others, in the order of the series.
    pub series: Vec<SeriesTrend<'h>>,
    /// Steps of all benchmarks of a machine together, in a noisy unit. Those of its benchmarks are relative to them.
    pub suites: Vec<SuiteTrend<'h>>,
}

/// What was found in a series.
#[derive(Debug, Clone)]
pub struct SeriesTrend<'h> {
    /// The series.
    pub series: &'h Series,
    /// Which direction is better, if known.
    pub better: Option<Direction>,
    /// Its steps, the oldest first.
    pub steps: Vec<Step>,
    /// Its drift, if that explains it better than steps.
    pub drift: Option<Drift>,
    /// The standard deviation from run to run, as a part of the value; `None` for counts, and where there are too few points.
    pub noise: Option<f64>,
}

/// All benchmarks of a machine in a noisy unit.
#[derive(Debug)]
pub struct SuiteTrend<'h> {
    /// The machine.
    pub machine: &'h MachineKey,
    /// The unit.
    pub unit: &'h Unit,
    /// How many benchmarks.
    pub benchmarks: usize,
    /// Their common steps, as ratios to the first level. The index is that of a commit.
    pub steps: Vec<Step>,
}

/// A change from one level to another that stayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The index of the first point of the new level in [`Series::points`].
    pub at: usize,
    /// The level before.
    pub from: f64,
    /// The level after.
    pub to: f64,
    /// Whether the new level has too few points to know that it stays.
    pub is_fresh: bool,
}

/// A slow change over the whole series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// At the first point, by the line.
    pub from: f64,
    /// At the last point, by the line.
    pub to: f64,
    /// The change from point to point, in percent.
    pub percent_per_commit: f64,
}

impl Step {
    /// The change in percent; `None` from zero.
    pub fn percent(&self) -> Option<f64> {
        percent(self.from, self.to)
    }
}

impl Drift {
    /// The change over the whole series in percent; `None` from zero.
    pub fn percent(&self) -> Option<f64> {
        percent(self.from, self.to)
    }
}

fn percent(from: f64, to: f64) -> Option<f64> {
    (from != 0.0).then(|| (to - from) / from.abs() * 100.0)
}

impl SeriesTrend<'_> {
    /// Whether anything was found.
    pub fn is_notable(&self) -> bool {
        !self.steps.is_empty() || self.drift.is_some()
    }

    /// The levels before the first and after the last step, or both ends of the drift.
    pub fn ends(&self) -> Option<(f64, f64)> {
        let of_steps = self.steps.first().zip(self.steps.last()).map(|(first, last)| (first.from, last.to));
        of_steps.or(self.drift.map(|it| (it.from, it.to)))
    }

    /// How much worse it got in all, as a natural logarithm; negative if it got better. Infinite from zero.
    pub fn worse(&self) -> f64 {
        let Some((from, to)) = self.ends() else { return 0.0 };
        let rise = match (from > 0.0, to > 0.0) {
            (true, true) => stats::ln(to / from),
            (true, false) => f64::NEG_INFINITY,
            (false, true) => f64::INFINITY,
            (false, false) => 0.0,
        };
        match self.better {
            Some(Direction::Lower) => rise,
            Some(Direction::Higher) => -rise,
            None => 0.0,
        }
    }
}

/// Steps or drift.
type Movement = (Vec<Step>, Option<Drift>);

/// Finds steps and drift. Counts, sizes and instructions change exactly where their value does. Other units are tested: Pettitt's change
/// point in each series, by permutation, the false discovery rate held by Benjamini and Hochberg's method over all series. Where ten or
/// more benchmarks of a machine have a commit, their values are relative to the median of all, and in a second pass to that of those
/// that did not move. O(points · log).
pub fn judge<'h>(history: &'h History, settings: &Settings) -> Trends<'h> {
    let exact: Vec<Option<Vec<Step>>> =
        history.series.par_iter().map(|series| exact_steps(series, settings.points)).collect();
    let first = find(&Adjusted::of(history, &|_| true).0, &exact, settings);
    let is_still = |index: usize| first[index].0.is_empty() && first[index].1.is_none();
    let (adjusted, suites) = Adjusted::of(history, &is_still);
    let found = find(&adjusted, &exact, settings).into_iter().enumerate();
    let one = |(index, (steps, drift)): (usize, Movement)| {
        let series = &history.series[index]; // one movement per series
        let better = series.unit.direction().or_else(|| settings.better.get(&series.unit).copied());
        let noise = exact[index].is_none().then(|| adjusted[index].noise()).flatten();
        SeriesTrend { series, better, steps, drift, noise }
    };
    let mut series: Vec<SeriesTrend> = found.map(one).collect();
    series.sort_by(|a, b| {
        let rank = |it: &SeriesTrend| if !it.is_notable() { 2 } else { usize::from(it.worse() <= 0.0) };
        rank(a).cmp(&rank(b)).then(b.worse().abs().total_cmp(&a.worse().abs()))
    });
    let suites = suites.into_iter().filter_map(|suite| {
        let (steps, _) = suite.adjusted.movement(0.001, settings);
        let steps: Vec<Step> = steps.into_iter().map(|it| Step { at: suite.commits[it.at], ..it }).collect();
        let (machine, unit, benchmarks) = (suite.machine, suite.unit, suite.benchmarks);
        (!steps.is_empty()).then_some(SuiteTrend { machine, unit, benchmarks, steps })
    });
    Trends { history, suites: suites.collect(), series }
}

/// The movement of each series.
fn find(adjusted: &[Adjusted], exact: &[Option<Vec<Step>>], settings: &Settings) -> Vec<Movement> {
    let p_value = |(adjusted, exact): (&Adjusted, &Option<Vec<Step>>)| match exact {
        Some(_) => None,
        None => change_point(&adjusted.values, settings.points).map(|it| it.p),
    };
    let p_values: Vec<Option<PValue>> = adjusted.par_iter().zip(exact).map(p_value).collect();
    let critical = critical(&p_values, settings.alpha).unwrap_or(-1.0); // below every p-value
    let one = |((adjusted, exact), p): ((&Adjusted, &Option<Vec<Step>>), &Option<PValue>)| match exact {
        Some(steps) => (steps.clone(), None),
        None if p.is_some_and(|p| p.get() <= critical) => adjusted.movement(critical, settings),
        None => (Vec::new(), None),
    };
    adjusted.par_iter().zip(exact).zip(&p_values).map(one).collect()
}

/// The largest p-value that is rejected; `None` if none is.
fn critical(p_values: &[Option<PValue>], alpha: f64) -> Option<f64> {
    let family: Vec<PValue> = p_values.iter().flatten().copied().collect();
    let rejected =
        benjamini_hochberg(&family).into_iter().zip(&family).filter(|(adjusted, _)| adjusted.get() <= alpha);
    rejected.map(|(_, p)| p.get()).max_by(f64::total_cmp)
}

/// The steps of a unit without noise; `None` for others, and for counts that vary.
fn exact_steps(series: &Series, least: usize) -> Option<Vec<Step>> {
    let values: Vec<f64> = series.points.iter().map(|it| it.center).collect();
    let levels = levels(&values, resolution(&series.unit)?, least)?;
    let step = |pair: &[Level]| {
        let (before, after) = (pair[0], pair[1]); // windows of two
        Step { at: after.start, from: before.value, to: after.value, is_fresh: after.length < least }
    };
    Some(levels.windows(2).map(step).collect())
}

impl Adjusted {
    /// Steps or drift, in the unit.
    fn movement(&self, critical: f64, settings: &Settings) -> Movement {
        let least_step = match self.is_log {
            true => stats::ln_1p(settings.least_percent / 100.0),
            false => 0.0,
        };
        match shape(&self.values, critical, settings.points, least_step) {
            Shape::Levels(starts) => {
                let levels = medians(&self.values, &starts);
                let step = |(index, &at): (usize, &usize)| {
                    let (from, to) = (self.unit(levels[index]), self.unit(levels[index + 1]));
                    Step { at, from, to, is_fresh: false }
                };
                (starts.iter().enumerate().map(step).collect(), None)
            }
            Shape::Line(slope, start) => {
                let last = start + slope * (self.values.len() - 1) as f64;
                let (from, to) = (self.unit(start), self.unit(last));
                let percent_per_commit = match self.is_log {
                    true => 100.0 * stats::exp_m1(slope),
                    false => percent(start, start + slope).unwrap_or(f64::INFINITY),
                };
                (Vec::new(), Some(Drift { from, to, percent_per_commit }))
            }
        }
    }
}
