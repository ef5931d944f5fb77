//! Runs the rounds and writes the result files.

use super::build::Built;
use super::event::OnEvent;
use super::measure::{Finished, TestBinary};
use super::prepare::Prepared;
use super::results::{self, Results};
use super::schedule::{Schedule, Scheduled};
use super::side::Side;
use super::{Event, Remaining, RunError, Warning};
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// The rounds of a run.
#[derive(Debug)]
pub(crate) struct Rounds {
    schedule: Schedule,
    results: Results,
    /// How many are complete.
    done: usize,
}

/// A round, and the one after which the results are judged next.
#[derive(Debug, Clone, Copy)]
struct Round {
    number: usize,
    last: usize,
    /// How long the rounds until then take, if that is known.
    left: Option<Duration>,
}

impl Rounds {
    /// Creates the result files. All packages are run but those that are unchanged.
    ///
    /// # Errors
    /// If the files cannot be created.
    pub fn new(prepared: &Prepared) -> Result<Rounds, RunError> {
        let results = Results::create(&prepared.request.out)?;
        Ok(Rounds { schedule: schedule(prepared), results, done: 0 })
    }

    /// Makes the schedule anew.
    pub fn reschedule(&mut self, prepared: &Prepared) {
        self.schedule = schedule(prepared);
    }

    /// Whether any package is run on a side.
    pub fn run_on(&self, side: Side) -> bool {
        self.schedule.packages.iter().any(|package| package.sides.contains(&side))
    }

    /// Whether there is nothing left to run.
    pub fn is_done(&self) -> bool {
        self.schedule.packages.is_empty()
    }

    /// Keeps only these benchmarks.
    pub fn keep_only(&mut self, remaining: &Remaining) {
        self.schedule.keep_only(remaining);
    }

    /// Measures until round `last` is complete.
    ///
    /// # Errors
    /// If the run is stopped, a file cannot be written, or no benchmark matches the pattern.
    pub fn measure(
        &mut self,
        prepared: &Prepared,
        last: usize,
        on_event: &mut OnEvent,
    ) -> Result<(), RunError> {
        if self.done == 0 {
            self.write_what_is_not_run(prepared)?;
        }
        let looks = prepared.request.looks.rounds();
        let next_look = looks.iter().copied().find(|&look| look >= last).unwrap_or(last);
        let (begin, before) = (Instant::now(), self.done);
        let mut per_round: Option<Duration> = None;
        for number in before + 1..=last {
            let start = Instant::now();
            let rounds_left =
                |including: usize| u32::try_from(next_look + including - number).unwrap_or(u32::MAX);
            let left = per_round.map(|time| time * rounds_left(1));
            let has_packages = !self.is_done();
            let results = self.round(prepared, Round { number, last: next_look, left }, on_event)?;
            if number == 1 && results == 0 && has_packages {
                return Err(nothing_matches(prepared));
            }
            self.results.complete_round();
            self.done = number;
            let time = begin.elapsed() / u32::try_from(number - before).unwrap_or(u32::MAX);
            per_round = Some(time);
            let left = time * rounds_left(0);
            on_event(Event::Round { round: number, last: next_look, took: start.elapsed(), left });
        }
        Ok(())
    }

    /// Runs every package once per side. How many results there are.
    fn round(
        &mut self,
        prepared: &Prepared,
        round: Round,
        on_event: &mut OnEvent,
    ) -> Result<usize, RunError> {
        let begin = Instant::now();
        let (mut crashed, mut results_of) = (Vec::new(), BTreeMap::new());
        for (index, side) in self.schedule.order(round.number) {
            let package = self.schedule.packages[index].clone();
            if crashed.contains(&package.path) {
                continue;
            }
            let mut on_benchmark = |name: Option<&str>| {
                let left = round.left.map(|left| left.saturating_sub(begin.elapsed()));
                let (round, last) = (round.number, round.last);
                on_event(Event::Benchmark { round, last, side, package: &package.path, name, left });
            };
            let Some(finished) = self.run(prepared, &package, side, &mut on_benchmark)? else { continue };
            *results_of.entry(package.path.clone()).or_insert(0) += finished.results;
            if finished.is_crash() {
                crashed.push(package.path.clone());
                on_event(Event::Warning(&Warning::PackageStopped {
                    package: package.path,
                    side,
                    ending: finished.ending,
                    benchmark: finished.last_benchmark,
                    file: results::path(&prepared.request.out, side),
                }));
            }
        }
        let silent = results_of.iter().filter(|&(_, &results)| results == 0).map(|(path, _)| path);
        crashed.iter().chain(silent).for_each(|path| self.schedule.remove(path));
        Ok(results_of.values().sum())
    }

    /// Runs a package on a side, if that has a binary of it.
    fn run(
        &mut self,
        prepared: &Prepared,
        package: &Scheduled,
        side: Side,
        on_benchmark: &mut dyn FnMut(Option<&str>),
    ) -> Result<Option<Finished>, RunError> {
        let Prepared { request, stop, packages, checkouts, .. } = prepared;
        let Some(Built::Binary { file, folder }) = &packages[package.index].built[side] else {
            return Ok(None);
        };
        let binary = TestBinary {
            file,
            folder,
            package: &package.path,
            arguments: request.arguments(&package.pattern(&request.bench)),
            timeout: request.timeout,
        };
        let results = &mut self.results;
        results.write(side, checkouts[side].header.as_bytes())?;
        binary.run(stop, |text| results.write(side, text), on_benchmark).map(Some)
    }

    /// Writes what `go test` would have printed of packages that do not build, and which are not run because they are unchanged.
    fn write_what_is_not_run(&mut self, prepared: &Prepared) -> Result<(), RunError> {
        for side in Side::BOTH {
            let mut text = prepared.checkouts[side].header.clone();
            for path in &prepared.unchanged {
                text += &format!("# {path}: not run, for its test binary is the same on both sides\n");
            }
            for package in &prepared.packages {
                if let Some(Built::Failed { stage, .. }) = &package.built[side] {
                    text += &format!("FAIL\t{} [{stage}]\n", package.path);
                }
            }
            self.results.write(side, text.as_bytes())?;
        }
        Ok(())
    }
}

fn schedule(prepared: &Prepared) -> Schedule {
    let is_run = |path: &String| !prepared.unchanged.contains(path);
    let packages = prepared.packages.iter().enumerate().filter(|(_, package)| is_run(&package.path));
    let packages = packages.map(|(index, package)| Scheduled {
        index,
        path: package.path.clone(),
        sides: Side::BOTH.into_iter().filter(|&side| package.has_binary(side)).collect(),
        functions: None,
    });
    Schedule { packages: packages.filter(|package| !package.sides.is_empty()).collect() }
}

/// Why there are no results: the test binaries print it if an argument is wrong.
fn nothing_matches(prepared: &Prepared) -> RunError {
    let text = fs::read_to_string(results::path(&prepared.request.out, Side::New)).unwrap_or_default();
    let is_complaint =
        |line: &&str| line.starts_with("testing: invalid") || line.starts_with("invalid value ");
    if let Some(line) = text.lines().find(is_complaint) {
        return RunError::InvalidArgument(line.to_string());
    }
    let names: Vec<&str> =
        prepared.packages.iter().flat_map(|package| &package.benchmarks).map(String::as_str).collect();
    let more = if names.len() > 5 { ", …" } else { "" };
    let examples = format!("{}{more}", names[..names.len().min(5)].join(", "));
    RunError::NothingMatches { pattern: prepared.request.bench.clone(), examples }
}
