//! What all benchmarks of a machine have in common, and what is left without it.

use super::exact::resolution;
use super::{History, MachineKey, Series};
use crate::model::Unit;
use crate::stats::{self, MAD_TO_SIGMA, select_median};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// A machine needs this many benchmarks for a common movement.
const SMALLEST_SUITE: usize = 10;
/// The fewest differences between runs that show the noise of a benchmark.
const FEWEST: usize = 8;

/// The values of a series, relative to what all benchmarks of its machine have in common.
#[derive(Debug)]
pub(super) struct Adjusted {
    /// As natural logarithms if all values are positive.
    pub values: Vec<f64>,
    /// Whether they are logarithms.
    pub is_log: bool,
}

/// What all benchmarks of a machine have in common.
pub(super) struct Suite<'h> {
    pub machine: &'h MachineKey,
    pub unit: &'h Unit,
    /// How many benchmarks.
    pub benchmarks: usize,
    /// The commits that have enough benchmarks.
    pub commits: Vec<usize>,
    /// Their common factors.
    pub adjusted: Adjusted,
}

impl Adjusted {
    /// The values of all series, in the order of the history, and what was common to those that `counts`, by their index. If those
    /// are too few, all count.
    pub fn of<'h>(history: &'h History, counts: &dyn Fn(usize) -> bool) -> (Vec<Adjusted>, Vec<Suite<'h>>) {
        let mut all = Adjusted::each(history);
        let mut groups: IndexMap<(&MachineKey, &Unit), Vec<usize>> = IndexMap::new();
        for (index, series) in history.series.iter().enumerate() {
            if resolution(&series.unit).is_none() && all[index].is_log {
                groups.entry((&series.machine, &series.unit)).or_default().push(index);
            }
        }
        let mut suites = Vec::new();
        for ((machine, unit), members) in groups.into_iter().filter(|(_, it)| it.len() >= SMALLEST_SUITE) {
            let counted: Vec<usize> = members.iter().copied().filter(|&index| counts(index)).collect();
            let is_enough = counted.len() >= SMALLEST_SUITE;
            let common = common(history, &all, if is_enough { &counted } else { &members });
            for &index in &members {
                let points = history.series[index].points.iter().zip(&mut all[index].values);
                points.for_each(|(point, value)| {
                    *value -= common.get(&point.commit).copied().unwrap_or_default()
                });
            }
            let (commits, values) = common.into_iter().unzip();
            let adjusted = Adjusted { values, is_log: true };
            suites.push(Suite { machine, unit, benchmarks: members.len(), commits, adjusted });
        }
        (all, suites)
    }

    /// The values of all series, by themselves.
    pub fn each(history: &History) -> Vec<Adjusted> {
        history.series.iter().map(Adjusted::alone).collect()
    }

    fn alone(series: &Series) -> Adjusted {
        let is_log = series.points.iter().all(|it| it.center > 0.0);
        let value = |center: f64| if is_log { stats::ln(center) } else { center };
        Adjusted { values: series.points.iter().map(|it| value(it.center)).collect(), is_log }
    }

    /// A value in the unit.
    pub fn unit(&self, value: f64) -> f64 {
        if self.is_log { stats::exp(value) } else { value }
    }

    /// The standard deviation from run to run; `None` if there are too few runs, or values of zero or less.
    pub fn noise(&self) -> Option<f64> {
        Some(self.deviation().filter(|_| self.is_log)? / std::f64::consts::SQRT_2)
    }

    /// The standard deviation of the difference between two runs.
    pub fn deviation(&self) -> Option<f64> {
        // Around zero: what goes up from run to run comes down again.
        let mut sizes: Vec<f64> = self.values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
        let is_enough = sizes.len() >= FEWEST;
        select_median(&mut sizes).filter(|_| is_enough).map(|median| MAD_TO_SIGMA * median)
    }
}

/// The median of what each benchmark deviates from its own median, for each commit that enough benchmarks have.
fn common(history: &History, all: &[Adjusted], members: &[usize]) -> BTreeMap<usize, f64> {
    let mut deviations: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for &index in members {
        let Some(center) = select_median(&mut all[index].values.clone()) else { continue };
        for (point, value) in history.series[index].points.iter().zip(&all[index].values) {
            deviations.entry(point.commit).or_default().push(value - center);
        }
    }
    let median = |(commit, mut of_commit): (usize, Vec<f64>)| {
        let is_enough = of_commit.len() >= SMALLEST_SUITE;
        Some((commit, select_median(&mut of_commit)?)).filter(|_| is_enough)
    };
    deviations.into_iter().filter_map(median).collect()
}
