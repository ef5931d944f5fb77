//! The noise between runs, learned from a history.

use super::adjust::Adjusted;
use super::exact::resolution;
use super::{History, MachineKey, Series};
use crate::model::{BenchmarkId, LearnedNoise, RunNoise};
use crate::stats::{self, select_median};

/// The efficiency of a robust deviation on normal numbers (Rousseeuw & Croux, *Alternatives to the median absolute deviation*, J. Amer.
/// Statist. Assoc. 88, 1993).
const EFFICIENCY: f64 = 0.37;
/// How many standard errors a 95 % interval reaches to either side.
const REACH: f64 = 1.96;
/// From this many samples on, an interval of the median is one of 95 %, not the range.
const BOUNDED: u32 = 6;

/// Learns the noise of every benchmark on one of these machines: the robust deviation of the changes from run to run, less what the
/// intervals of the medians explain. A real change among many runs does not matter. Of several machines the noisiest one counts.
/// `is_suite` says that changes will be judged relative to those of a whole suite; then its common movements are no noise.
/// O(points · log).
pub fn learn(history: &History, machines: &[MachineKey], is_suite: bool) -> LearnedNoise {
    let adjusted = if is_suite { Adjusted::of(history, &|_| true).0 } else { Adjusted::each(history) };
    let mut learned = LearnedNoise::default();
    for (series, adjusted) in history.series.iter().zip(&adjusted) {
        let is_noisy = resolution(&series.unit).is_none() && adjusted.is_log;
        if !is_noisy || !machines.contains(&series.machine) {
            continue;
        }
        let Some(deviation) = adjusted.deviation() else { continue };
        let noise = (deviation * deviation - 2.0 * within(series)).max(0.0).sqrt();
        let runs = series.points.len();
        let noise = RunNoise { noise, freedom: EFFICIENCY * (runs - 1) as f64, runs };
        learned.add(BenchmarkId::new(&series.pkg, &series.benchmark), &series.unit, noise);
    }
    learned
}

/// The typical variance of the median of a run, from its interval. 0 if the runs have too few samples.
fn within(series: &Series) -> f64 {
    let bounded = series.points.iter().filter(|it| it.samples >= BOUNDED && it.low > 0.0 && it.high > it.low);
    let mut variances: Vec<f64> = bounded
        .map(|it| {
            let error = stats::ln(it.high / it.low) / (2.0 * REACH);
            error * error
        })
        .collect();
    select_median(&mut variances).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Unit;
    use crate::trend::{Commit, Point};

    fn history(benchmarks: usize, value: impl Fn(usize, usize) -> f64) -> History {
        let machine = MachineKey::read("linux-amd64-x-8-go1.26").expect("a key");
        let commits =
            (0..40).map(|index| Commit { id: format!("{index:040}"), time: None, position: Some(index) });
        let series = (0..benchmarks).map(|benchmark| Series {
            machine: machine.clone(),
            pkg: "p".into(),
            benchmark: format!("B{benchmark}").into(),
            unit: Unit::new("ns/op"),
            points: (0..40)
                .map(|commit| {
                    let center = value(benchmark, commit);
                    Point {
                        commit,
                        measured: 0,
                        center,
                        low: center,
                        high: center,
                        samples: 1,
                        is_interleaved: false,
                    }
                })
                .collect(),
        });
        History { commits: commits.collect(), series: series.collect(), ..History::default() }
    }

    fn wave(benchmark: usize, commit: usize, size: f64) -> f64 {
        let mut random = fastrand::Rng::with_seed((benchmark * 1000 + commit) as u64);
        100.0 * (1.0 + size * (random.f64() + random.f64() + random.f64() + random.f64() - 2.0))
    }

    #[test]
    fn noise_is_learned_for_each_benchmark() {
        // The sum of four uniform numbers has a deviation of √(4/12), a difference √2 times that.
        let history = history(3, |benchmark, commit| wave(benchmark, commit, 0.01 * (benchmark + 1) as f64));
        let machines = [history.series[0].machine.clone()];
        let learned = learn(&history, &machines, true);
        assert_eq!(learned.len(), 3);
        for benchmark in 0..3 {
            let got = learned
                .get(BenchmarkId::new("p", &format!("B{benchmark}")), &Unit::new("ns/op"))
                .expect("40 runs");
            let want = 0.01 * (benchmark + 1) as f64 * (4.0f64 / 12.0).sqrt() * 2.0f64.sqrt();
            assert!((0.6..1.6).contains(&(got.noise / want)), "{got:?} {want}");
        }
        assert!(learn(&history, &[], true).is_empty(), "another machine");
    }

    #[test]
    fn what_all_benchmarks_have_in_common_is_no_noise_of_theirs() {
        let common = |commit: usize| if commit.is_multiple_of(2) { 1.3 } else { 1.0 };
        let history = history(12, |benchmark, commit| wave(benchmark, commit, 0.001) * common(commit));
        let learned = learn(&history, &[history.series[0].machine.clone()], true);
        let got = learned.get(BenchmarkId::new("p", "B3"), &Unit::new("ns/op")).expect("40 runs");
        assert!(got.noise < 0.01, "{got:?}");
        let alone = learn(&history, &[history.series[0].machine.clone()], false);
        let got = alone.get(BenchmarkId::new("p", "B3"), &Unit::new("ns/op")).expect("40 runs");
        assert!(got.noise > 0.2, "{got:?}");
    }
}
