//! Suites of which the truth is known, measured as `run` measures them: rounds in turn, a look at the results after some of
//! them, and what is undecided measured on. How often a clean suite fails, what of the planted regressions is found, and how
//! many rounds that takes; beside a fixed number of rounds, and beside looking as often without paying for it.
//!
//! A few suites each time; the whole table, in some minutes, with
//! `cargo test --release --test properties sequential -- --ignored --nocapture table`; `SUITES=n` says how many per cell.

use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{Date, Policy};
use allocgate::internals::verdict::Verdict;
use allocgate::report::Report;
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

/// No waiver is at stake.
const TODAY: Date = Date::constant(2026, 11, 22);

/// When `run` looks.
const LOOKS: [usize; 3] = [10, 15, 20];

/// Times that block, with the built-in tolerance of 5 %.
const USUAL: &str = "[unit.\"ns/op\"]\nlevel = \"fail\"\n";

/// The same without any: proof alone decides, and nothing is ever found unchanged, so that nearly all is looked at each time.
const STRICT: &str = "[unit.\"ns/op\"]\nlevel = \"fail\"\ntolerance = { percent = 0 }\n";

/// How many benchmarks of a suite regress, if any do.
const REGRESSED: usize = 3;

/// How noisy a machine is, in logarithms: the interleaved profiles of the simulator by which the gate was designed.
struct Profile {
    name: &'static str,
    /// The scatter of a typical benchmark, and by how much benchmarks differ in it.
    scatter: f64,
    spread: f64,
    /// From process to process, of one benchmark.
    run: f64,
    /// From round to round, of all benchmarks on both sides.
    machine: f64,
    /// How often a sample is disturbed, and by how much in the mean.
    disturbed: f64,
    disturbance: f64,
    /// How many benchmarks have two speeds, and how far these are apart.
    two_speeds: f64,
    apart: f64,
}

const PROFILES: [Profile; 3] = [
    Profile {
        name: "iid 3%",
        scatter: 0.03,
        spread: 0.0,
        run: 0.0,
        machine: 0.0,
        disturbed: 0.0,
        disturbance: 0.0,
        two_speeds: 0.0,
        apart: 0.0,
    },
    Profile {
        name: "ci",
        scatter: 0.025,
        spread: 0.5,
        run: 0.012,
        machine: 0.012,
        disturbed: 0.03,
        disturbance: 0.2,
        two_speeds: 0.03,
        apart: 0.06,
    },
    Profile {
        name: "noisy",
        scatter: 0.06,
        spread: 0.5,
        run: 0.05,
        machine: 0.04,
        disturbed: 0.06,
        disturbance: 0.3,
        two_speeds: 0.05,
        apart: 0.12,
    },
];

/// A normal number (Box & Muller, *A note on the generation of random normal deviates*, Ann. Math. Statist. 29, 1958).
fn normal(rng: &mut Rng) -> f64 {
    (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (std::f64::consts::TAU * rng.f64()).cos()
}

/// Everything that could be measured of a suite: by side, round and benchmark, in ns.
struct Suite {
    sides: [Vec<Vec<f64>>; 2],
    benchmarks: usize,
}

/// A way to decide when to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Procedure {
    /// After so many rounds.
    Fixed(usize),
    /// At each look, what is decided; every look pays.
    Sequential,
    /// The same, as if each look were the only one.
    Naive,
}

const PROCEDURES: [Procedure; 4] =
    [Procedure::Fixed(10), Procedure::Fixed(20), Procedure::Sequential, Procedure::Naive];

impl Suite {
    /// The first [`REGRESSED`] benchmarks of new are slower by `effect`.
    fn new(profile: &Profile, benchmarks: usize, effect: f64, rng: &mut Rng) -> Suite {
        let rounds = LOOKS[LOOKS.len() - 1];
        let kinds: Vec<(f64, f64, bool)> = (0..benchmarks)
            .map(|_| {
                let base = 4f64.ln() + rng.f64() * 1e6f64.ln(); // 4 ns … 4 ms
                let scatter = profile.scatter * (profile.spread * normal(rng)).exp();
                (base, scatter, rng.f64() < profile.two_speeds)
            })
            .collect();
        let mut machine = 0.0;
        let mut sides = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            machine = 0.6 * machine + 0.8 * normal(rng);
            for (side, measured) in sides.iter_mut().enumerate() {
                let one = |(i, &(base, scatter, two_speeds)): (usize, &(f64, f64, bool))| {
                    let slower = if side == 1 && i < REGRESSED { effect.ln_1p() } else { 0.0 };
                    let mut log = base + slower + profile.machine * machine;
                    log += profile.run * normal(rng) + scatter * normal(rng);
                    if rng.f64() < profile.disturbed {
                        log -= profile.disturbance * (1.0 - rng.f64()).ln();
                    }
                    if two_speeds && rng.f64() < 0.3 {
                        log += profile.apart;
                    }
                    log.exp()
                };
                measured.push(kinds.iter().enumerate().map(one).collect());
            }
        }
        Suite { sides, benchmarks }
    }

    /// One side as `run` writes it, of each benchmark as many rounds as it was measured.
    fn text(&self, side: usize, rounds: &[usize], looks: Option<&str>) -> String {
        let mut text = String::new();
        for (round, values) in self.sides[side].iter().enumerate() {
            let measured: Vec<usize> = (0..self.benchmarks).filter(|&i| round < rounds[i]).collect();
            if measured.is_empty() {
                break;
            }
            text += "design: interleaved\n";
            text += &looks.map(|looks| format!("looks: {looks}\n")).unwrap_or_default();
            text += "goos: linux\ngoarch: amd64\npkg: example.com/sim\n";
            for i in measured {
                writeln!(text, "BenchmarkSim{i}-8 1000 {:.4} ns/op", values[i]).expect("memory");
            }
            text += "PASS\nok  \texample.com/sim\t1.0s\n";
        }
        text
    }

    /// What the gate says after so many rounds.
    fn report(&self, policy: &str, rounds: &[usize], looks: Option<&str>) -> Report {
        let policy = Policy::parse("p.toml", policy).expect("valid");
        let data = |side| parse::text("f", self.text(side, rounds, looks).as_bytes());
        let (base, new) = (data(0), data(1));
        Gate::new(&policy, TODAY).report(Some(&base), &new).expect("judged")
    }

    /// Measures, looks and stops; the last report, and the rounds that each benchmark took.
    fn measure(&self, policy: &str, procedure: Procedure) -> (Report, Vec<usize>) {
        let written = LOOKS.map(|rounds| rounds.to_string()).join(",");
        let looks = match procedure {
            Procedure::Fixed(rounds) => {
                let rounds = vec![rounds; self.benchmarks];
                return (self.report(policy, &rounds, None), rounds);
            }
            Procedure::Sequential => Some(written.as_str()),
            Procedure::Naive => None,
        };
        let mut rounds = vec![LOOKS[0]; self.benchmarks];
        let mut report = self.report(policy, &rounds, looks);
        for next in &LOOKS[1..] {
            let open: BTreeSet<usize> =
                report.rows.iter().filter(|row| row.verdict == Verdict::Undecided).map(number).collect();
            if open.is_empty() {
                break;
            }
            open.iter().for_each(|&i| rounds[i] = *next);
            report = self.report(policy, &rounds, looks);
        }
        (report, rounds)
    }
}

/// Which benchmark of its suite a row is of.
fn number(row: &allocgate::internals::verdict::Finding) -> usize {
    let digits = row.benchmark.trim_start_matches("Sim").trim_end_matches("-8");
    digits.parse().unwrap_or_else(|error| panic!("{}: {error}", row.benchmark))
}

#[derive(Debug, Default, Clone, Copy)]
struct Score {
    suites: usize,
    /// Suites in which something innocent was blamed.
    failed: usize,
    planted: usize,
    found: usize,
    /// Over all benchmarks.
    rounds: usize,
    benchmarks: usize,
}

impl Score {
    fn add(&mut self, (report, rounds): &(Report, Vec<usize>), regressed: usize) {
        let blamed = || report.rows.iter().filter(|row| row.verdict == Verdict::Regressed).map(number);
        self.suites += 1;
        self.failed += usize::from(blamed().any(|i| i >= regressed));
        self.planted += regressed;
        self.found += blamed().filter(|&i| i < regressed).count();
        self.rounds += rounds.iter().sum::<usize>();
        self.benchmarks += rounds.len();
    }

    fn found_percent(&self) -> f64 {
        100.0 * self.found as f64 / self.planted as f64
    }

    fn mean_rounds(&self) -> f64 {
        self.rounds as f64 / self.benchmarks as f64
    }

    /// Within which the share of failed suites lies in 95 of 100 cases, in percent (Wilson, *Probable inference, the law of
    /// succession, and statistical inference*, J. Amer. Statist. Assoc. 22, 1927).
    fn wilson(&self) -> (f64, f64) {
        let (n, z) = (self.suites as f64, 1.959964);
        let p = self.failed as f64 / n;
        let (center, scale) = (p + z * z / (2.0 * n), 1.0 + z * z / n);
        let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (100.0 * ((center - reach) / scale).max(0.0), 100.0 * (center + reach) / scale)
    }
}

/// `1.50% [0.74, 3.00]`
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.wilson();
        f.pad(&format!("{:.2}% [{low:.2}, {high:.2}]", 100.0 * self.failed as f64 / self.suites as f64))
    }
}

/// Several procedures on the same suites.
fn scores(
    profile: &Profile,
    policy: &str,
    procedures: &[Procedure],
    (suites, benchmarks): (usize, usize),
    percent: u32,
) -> BTreeMap<Procedure, Score> {
    let mut rng = Rng::with_seed(9_000 + u64::from(percent));
    let mut scores: BTreeMap<Procedure, Score> = BTreeMap::new();
    let regressed = if percent > 0 { REGRESSED } else { 0 };
    for _ in 0..suites {
        let suite = Suite::new(profile, benchmarks, f64::from(percent) / 100.0, &mut rng);
        for &procedure in procedures {
            scores.entry(procedure).or_default().add(&suite.measure(policy, procedure), regressed);
        }
    }
    scores
}

/// So few suites cannot prove 5 %: the upper bound may be 20 points beyond it, which allows for no failure among 15. The
/// table looks closer.
#[test]
fn clean_suites_pass_and_more_is_found_than_in_ten_rounds() {
    let procedures = [Procedure::Fixed(10), Procedure::Sequential];
    let clean = scores(&PROFILES[1], USUAL, &procedures[1..], (15, 20), 0)[&Procedure::Sequential];
    assert!(clean.wilson().1 <= 5.0 + 20.0, "{clean}");
    let planted = scores(&PROFILES[1], USUAL, &procedures, (12, 20), 10);
    let (ten, sequential) = (planted[&Procedure::Fixed(10)], planted[&Procedure::Sequential]);
    assert!(sequential.found > ten.found, "{} {}", sequential.found_percent(), ten.found_percent());
    assert!(sequential.mean_rounds() < 20.0, "{}", sequential.mean_rounds());
}

#[test]
#[ignore = "takes minutes and prints the whole table: nightly.yml runs it, and the reduced form above always runs"]
fn table() {
    let suites = std::env::var("SUITES").map_or(400, |it| it.parse().expect("a number of suites"));
    println!("{suites} suites of 100 benchmarks per cell, {REGRESSED} of them regressed");
    println!(
        "profile                            10 rounds             20 rounds            sequential                 naive"
    );
    for profile in &PROFILES {
        let row = |what: &str, cells: &dyn Fn(&Procedure) -> String| {
            let cells: Vec<String> = PROCEDURES.iter().map(|it| format!("{:>22}", cells(it))).collect();
            println!("{:8} {what:22}{}", profile.name, cells.concat());
        };
        let clean = scores(profile, USUAL, &PROCEDURES, (suites, 100), 0);
        row("clean suites failed", &|it| clean[it].to_string());
        row("mean rounds", &|it| format!("{:.1}", clean[it].mean_rounds()));
        for percent in [5, 10, 30] {
            let planted = scores(profile, USUAL, &PROCEDURES, (suites / 4, 100), percent);
            row(&format!("+{percent}% found"), &|it| format!("{:.1}%", planted[it].found_percent()));
            row("  innocents blamed", &|it| planted[it].to_string());
        }
        let strict = scores(profile, STRICT, &PROCEDURES, (suites, 100), 0);
        row("clean, tolerance 0", &|it| strict[it].to_string());
    }
}
