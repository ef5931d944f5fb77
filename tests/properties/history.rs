//! Histories of which the truth is known: how many false steps there are, and what of the planted steps and drift is found.
//!
//! A small history each time; the whole table with
//! `cargo test --release --test properties -- --ignored --nocapture history_table`. `DUMP=folder` writes the series for other tools.

use allocgate::internals::model::Unit;
use allocgate::internals::trend::{Commit, History, MachineKey, Point, Series, SeriesTrend, Settings, judge};
use fastrand::Rng;
use std::fmt::Write;
use std::time::Instant;

/// The noise of one sample, on the log scale: of benchmarks, of their runs, of the whole suite, and spikes. The profiles and their
/// numbers are those of the simulator that comes with the corpus (`verdict_sim.py`).
#[derive(Clone, Copy)]
struct Profile {
    name: &'static str,
    sigma: f64,
    run: f64,
    environment: f64,
    rho: f64,
    outlier: f64,
    spike: f64,
}

const CI: Profile =
    Profile { name: "ci", sigma: 0.025, run: 0.012, environment: 0.012, rho: 0.3, outlier: 0.03, spike: 0.2 };
const NOISY: Profile =
    Profile { name: "noisy", sigma: 0.06, run: 0.05, environment: 0.04, rho: 0.4, outlier: 0.06, spike: 0.3 };

/// What is planted in a tenth of the series.
#[derive(Clone, Copy, PartialEq)]
enum Planted {
    Nothing,
    /// A step by this part.
    Step(f64),
    /// A drift by this part at every commit.
    Drift(f64),
}

/// How many of ten series have something planted: each tenth.
const EVERY: usize = 10;

fn normal(random: &mut Rng) -> f64 {
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (std::f64::consts::TAU * random.f64()).cos()
}

/// The commit at which a series has its step; `None` if nothing is planted.
fn place(planted: Planted, series: usize, commits: usize) -> Option<usize> {
    let is_planted = planted != Planted::Nothing && series.is_multiple_of(EVERY);
    // From a tenth to nine tenths of the history.
    is_planted.then(|| commits / 10 + series * 7919 % (commits * 8 / 10))
}

/// The median of ten samples of each benchmark at each commit.
fn simulated(profile: Profile, planted: Planted, commits: usize, count: usize, seed: u64) -> History {
    let mut random = Rng::with_seed(seed);
    let environment: Vec<f64> = (0..commits).map(|_| profile.environment * normal(&mut random)).collect();
    let machine = MachineKey::read("linux-amd64-simulated-8-go1.26").expect("a key");
    let series = (0..count).map(|index| {
        let base = 4.0 * (random.f64() * 1e6_f64.ln()).exp();
        let sigma = profile.sigma * (0.5 * normal(&mut random)).exp();
        let at = place(planted, index, commits);
        let points = (0..commits).map(|commit| {
            let change = match (planted, at) {
                (Planted::Step(size), Some(at)) if commit >= at => size.ln_1p(),
                (Planted::Drift(size), Some(_)) => size.ln_1p() * commit as f64,
                _ => 0.0,
            };
            let run = base.ln() + change + environment[commit] + profile.run * normal(&mut random);
            let center = median_of_run(profile, run, sigma, &mut random);
            Point {
                commit,
                measured: 0,
                center,
                low: center,
                high: center,
                samples: 10,
                is_interleaved: false,
            }
        });
        let points = points.collect();
        Series {
            machine: machine.clone(),
            pkg: "p".into(),
            benchmark: format!("B{index:04}").into(),
            unit: Unit::new("ns/op"),
            points,
        }
    });
    let series = series.collect();
    let commits = (0..commits).map(|at| Commit { id: format!("{at:040x}"), time: None, position: Some(at) });
    History { commits: commits.collect(), series, ..History::default() }
}

fn median_of_run(profile: Profile, run: f64, sigma: f64, random: &mut Rng) -> f64 {
    let mut follows = normal(random);
    let mut samples: Vec<f64> = (0..10)
        .map(|_| {
            follows = profile.rho * follows + (1.0 - profile.rho * profile.rho).sqrt() * normal(random);
            let spike =
                if random.f64() < profile.outlier { -profile.spike * (1.0 - random.f64()).ln() } else { 0.0 };
            (run + sigma * follows + spike).exp()
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    f64::midpoint(samples[4], samples[5])
}

/// What was found.
#[derive(Debug, Default)]
struct Score {
    planted: usize,
    found: usize,
    /// Steps and drift in series that have none, and steps that are not where one was planted.
    wrong: usize,
    clean: usize,
    /// How many commits from where they are.
    distances: Vec<usize>,
    seconds: f64,
    /// What is wrong.
    examples: Vec<String>,
}

/// A step counts as found within so many commits.
const NEAR: usize = 5;

fn score(history: &History, planted: Planted) -> Score {
    let begin = Instant::now();
    let trends = judge(history, &Settings::default());
    let mut score = Score { seconds: begin.elapsed().as_secs_f64(), ..Score::default() };
    for trend in &trends.series {
        let index: usize = trend.series.benchmark[1..].parse().expect("a number");
        let moved = trend.steps.len() + usize::from(trend.drift.is_some());
        match (planted, place(planted, index, history.commits.len())) {
            (Planted::Step(size), Some(at)) => {
                score.planted += 1;
                let is_up = |it: &&allocgate::internals::trend::Step| (it.to > it.from) == (size > 0.0);
                let nearest = trend.steps.iter().filter(is_up).map(|it| it.at.abs_diff(at)).min();
                score.found += usize::from(nearest.is_some_and(|it| it <= NEAR));
                score.distances.extend(nearest);
                score.wrong += moved.saturating_sub(1);
            }
            (Planted::Drift(_), Some(_)) => {
                score.planted += 1;
                score.found += usize::from(is_found(trend));
            }
            _ => {
                score.clean += 1;
                score.wrong += moved;
                if moved > 0 {
                    let drift = trend.drift.map(|it| (it.from, it.to));
                    score.examples.push(format!("{}: {:?} {drift:?}", trend.series.benchmark, trend.steps));
                }
            }
        }
    }
    score
}

/// A drift is found as a drift, or as steps upwards.
fn is_found(trend: &SeriesTrend<'_>) -> bool {
    trend.ends().is_some_and(|(from, to)| to > from * 1.05)
}

impl Score {
    fn row(&mut self, name: &str) -> String {
        self.distances.sort_unstable();
        let distance =
            self.distances.get(self.distances.len() / 2).map_or("-".to_string(), ToString::to_string);
        format!(
            "{name:<24} {:>4} of {:>4} found, distance {distance:>3}, {:>3} wrong in {:>4} other series, {:.1} s\n",
            self.found, self.planted, self.wrong, self.clean, self.seconds
        )
    }
}

#[test]
fn a_history_without_changes_has_hardly_any_steps() {
    for seed in 1..=3 {
        let score = score(&simulated(CI, Planted::Nothing, 60, 60, seed), Planted::Nothing);
        assert!(score.wrong <= 2, "{score:?}");
    }
}

#[test]
fn planted_steps_and_drift_are_found() {
    let steps = Planted::Step(0.1);
    let score_of = |planted| score(&simulated(CI, planted, 80, 60, 4), planted);
    let found = score_of(steps);
    assert!(found.found >= 5 && found.planted == 6 && found.wrong <= 2, "{found:?}");
    let found = score_of(Planted::Drift(0.003));
    assert!(found.found >= 5 && found.planted == 6 && found.wrong <= 2, "{found:?}");
}

#[test]
#[ignore = "takes minutes and prints the whole table: nightly.yml runs it, and the reduced form above always runs"]
fn history_table() {
    let mut table = String::new();
    for profile in [CI, NOISY] {
        for (name, planted) in [
            ("nothing", Planted::Nothing),
            ("step 3 %", Planted::Step(0.03)),
            ("step 5 %", Planted::Step(0.05)),
            ("step 10 %", Planted::Step(0.1)),
            ("drift 0.3 % a commit", Planted::Drift(0.003)),
        ] {
            let history = simulated(profile, planted, 300, 500, 5);
            dump(&history, &format!("{}-{name}", profile.name));
            let mut score = score(&history, planted);
            assert!(score.wrong <= 25, "of 500 series: {} {name}: {score:?}", profile.name);
            table += &score.row(&format!("{} {name}", profile.name));
        }
    }
    println!("{table}");
}

/// One line per series, for other tools.
fn dump(history: &History, name: &str) {
    let Some(folder) = std::env::var_os("DUMP") else { return };
    let mut text = String::new();
    for series in &history.series {
        let values: Vec<String> = series.points.iter().map(|it| it.center.to_string()).collect();
        let _ = writeln!(text, "{},{}", series.benchmark, values.join(","));
    }
    let file = name.replace([' ', '%'], "_") + ".csv";
    std::fs::write(std::path::Path::new(&folder).join(file), text).expect("writable");
}
