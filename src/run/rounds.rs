//! Runs the rounds and writes the result files.

use super::build::Built;
use super::count::{CountedGrowth, Counting};
use super::event::OnEvent;
use super::measure::{Finished, Only, TestBinary, Used};
use super::plan::{Candidate, Task, What, plan};
use super::prepare::Prepared;
use super::results::{self, Results};
use super::schedule::Schedule;
use super::side::Side;
use super::times::FunctionTimes;
use super::{Event, Remaining, RunError, Warning};
use crate::model::unchanged_line;
use crate::words::go_value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// The rounds of a run.
#[derive(Debug)]
pub(crate) struct Rounds {
    packages: Vec<Candidate>,
    /// Empty until the first round.
    schedule: Schedule,
    /// The benchmarks whose instructions are counted, once they are known.
    counting: Option<Counting>,
    results: Results,
    times: FunctionTimes,
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
        Ok(Rounds {
            packages: candidates(prepared),
            schedule: Schedule::default(),
            counting: None,
            results,
            times: FunctionTimes::default(),
            done: 0,
        })
    }

    /// Chooses the packages anew, before the first round.
    pub fn reschedule(&mut self, prepared: &Prepared) {
        self.packages = candidates(prepared);
    }

    /// Whether any package is run on a side.
    pub fn run_on(&self, side: Side) -> bool {
        self.packages.iter().any(|package| package.sides.contains(&side))
    }

    /// Whether there is nothing left to run.
    pub fn is_done(&self) -> bool {
        self.done > 0 && self.schedule.tasks.is_empty()
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
        let looks = prepared.request.looks.rounds();
        let next_look = looks.iter().copied().find(|&look| look >= last).unwrap_or(last);
        let mut per_round: Option<Duration> = None;
        if self.done == 0 {
            self.write_what_is_not_run(prepared)?;
            per_round = self.plan(prepared, next_look, on_event)?;
        }
        let (begin, before) = (Instant::now(), self.done);
        for number in before + 1..=last {
            let start = Instant::now();
            let rounds_left =
                |including: usize| u32::try_from(next_look + including - number).unwrap_or(u32::MAX);
            let left = per_round.map(|time| time.saturating_mul(rounds_left(1)));
            self.round(prepared, Round { number, last: next_look, left }, on_event)?;
            if let Some(counting) = &mut self.counting {
                counting.round(prepared, number, &mut self.results, on_event)?;
            }
            if number == 1 {
                self.warn_of_cpu_time(on_event);
            }
            self.results.complete_round();
            self.done = number;
            let time = begin.elapsed() / u32::try_from(number - before).unwrap_or(u32::MAX);
            per_round = Some(time);
            let left = time * rounds_left(0);
            on_event(Event::Round { round: number, last: next_look, took: start.elapsed(), left });
            if self.schedule.tasks.is_empty() && self.counting.is_none() {
                break; // the other rounds would be empty
            }
        }
        self.times.write(&prepared.request.out)?;
        Ok(())
    }

    /// The functions of these benchmarks that execute more instructions; their counts are kept in a folder.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn growth(
        &self,
        prepared: &Prepared,
        benchmarks: &[(String, String)],
        folder: &Path,
    ) -> Result<Vec<CountedGrowth>, RunError> {
        self.counting.as_ref().map_or(Ok(Vec::new()), |it| it.growth(prepared, benchmarks, folder))
    }

    /// Finds the benchmarks. How long a round takes, if that is known.
    fn plan(
        &mut self,
        prepared: &Prepared,
        last: usize,
        on_event: &mut OnEvent,
    ) -> Result<Option<Duration>, RunError> {
        let plan = plan(prepared, &self.packages, &mut self.results, on_event)?;
        if !plan.has_benchmarks
            && !self.packages.is_empty()
            && prepared.programs.is_empty()
            && prepared.shard.is_none()
        {
            return Err(nothing_matches(prepared));
        }
        if let Some(counter) = &prepared.counter {
            self.counting = Some(Counting::new(prepared, counter, &plan.tasks, on_event)?);
        }
        if !prepared.request.is_timed() {
            return Ok(None);
        }
        self.schedule.tasks = plan.tasks;
        let tasks = &self.schedule.tasks;
        let is_known = tasks.iter().all(|task| matches!(task.what, What::One(_)));
        let round = Some(plan.round).filter(|time| is_known && !time.is_zero());
        if let Some(time) = round {
            let left = time.saturating_mul(u32::try_from(last).unwrap_or(u32::MAX));
            on_event(Event::Planned { benchmarks: tasks.len(), last, left });
        }
        Ok(round)
    }

    /// Runs every task once per side.
    fn round(&mut self, prepared: &Prepared, round: Round, on_event: &mut OnEvent) -> Result<(), RunError> {
        let begin = Instant::now();
        let (mut stopped, mut results_of) = (BTreeSet::new(), BTreeMap::new());
        for (index, side) in self.schedule.order(round.number) {
            if stopped.contains(&index) {
                continue;
            }
            let path = self.schedule.tasks[index].path.clone();
            let mut on_benchmark = |name: Option<&str>| {
                let left = round.left.map(|left| left.saturating_sub(begin.elapsed()));
                let (round, last) = (round.number, round.last);
                on_event(Event::Benchmark { round, last, side, package: &path, name, left });
            };
            let Some(finished) = self.run(prepared, index, side, &mut on_benchmark)? else { continue };
            let benchmarks = finished.printout.begun.iter().map(String::as_str);
            self.times.add(round.number, &path, benchmarks, finished.elapsed);
            *results_of.entry(index).or_insert(0) += finished.results;
            if finished.is_crash() {
                stopped.insert(index);
                on_event(Event::Warning(&Warning::Stopped {
                    package: path,
                    side,
                    ending: finished.ending,
                    benchmark: finished.last_benchmark,
                    file: results::path(&prepared.request.out, side),
                }));
            }
        }
        stopped.extend(results_of.into_iter().filter(|&(_, results)| results == 0).map(|(index, _)| index));
        self.schedule.remove(&stopped);
        Ok(())
    }

    /// Runs a task on a side, if that has a binary of its package.
    fn run(
        &mut self,
        prepared: &Prepared,
        index: usize,
        side: Side,
        on_benchmark: &mut dyn FnMut(Option<&str>),
    ) -> Result<Option<Finished>, RunError> {
        let Prepared { request, stop, packages, checkouts, .. } = prepared;
        let task = &mut self.schedule.tasks[index];
        let Some(Built::Binary { file, folder }) = &packages[task.package].built[side] else {
            return Ok(None);
        };
        let arguments = task.arguments(request);
        let Task { path, what, .. } = task;
        let (environment, timeout) = (request.variant(side).environment.clone(), request.timeout);
        let binary = TestBinary { file, folder, package: path, arguments, environment, timeout };
        let results = &mut self.results;
        results.write(side, checkouts[side].header.as_bytes())?;
        let write = |text: &[u8]| results.write(side, text);
        match what {
            What::One(one) => {
                let meter = &mut one.meter;
                let mut value = |used: &Used| {
                    let nanoseconds = meter.per_operation(side, used)?;
                    Some(go_value(nanoseconds, "cpu-ns/op"))
                };
                let only = Only { name: &one.name, value: &mut value };
                binary.run(Some(only), stop, write, on_benchmark).map(Some)
            }
            What::Many(_) => binary.run(None, stop, write, on_benchmark).map(Some),
        }
    }

    /// Names the benchmarks whose CPU time cannot be told.
    fn warn_of_cpu_time(&self, on_event: &mut OnEvent) {
        let one = |task: &Task| match &task.what {
            What::One(one) => Some((one.name.clone(), one.meter.clone())),
            What::Many(_) => None,
        };
        let all: Vec<_> = self.schedule.tasks.iter().filter_map(one).collect();
        if all.is_empty() {
            return;
        }
        if cfg!(not(unix)) {
            on_event(Event::Warning(&Warning::NoCpuTime { benchmarks: None }));
            return;
        }
        let without: Vec<String> =
            all.into_iter().filter(|(_, meter)| meter.is_too_little()).map(|(name, _)| name).collect();
        if !without.is_empty() {
            on_event(Event::Warning(&Warning::NoCpuTime { benchmarks: Some(without) }));
        }
    }

    /// Writes what `go test` would have printed of packages that do not build, and which are not run because they are unchanged.
    fn write_what_is_not_run(&mut self, prepared: &Prepared) -> Result<(), RunError> {
        for side in Side::BOTH {
            let mut text = prepared.checkouts[side].header.clone();
            for path in &prepared.unchanged {
                text += &unchanged_line(path);
            }
            for package in &prepared.packages {
                if let Some(Built::Failed { stage, .. }) = &package.built[side] {
                    text += &format!("FAIL\t{} [{stage}]\n", package.path);
                }
            }
            text.extend(prepared.programs.iter().map(|it| it.text(&prepared.checkouts[side], side)));
            self.results.write(side, text.as_bytes())?;
        }
        Ok(())
    }
}

fn candidates(prepared: &Prepared) -> Vec<Candidate> {
    let is_run = |path: &String| !prepared.unchanged.contains(path);
    let packages = prepared.packages.iter().enumerate().filter(|(_, package)| is_run(&package.path));
    let candidates = packages.map(|(index, package)| Candidate {
        index,
        path: package.path.clone(),
        sides: Side::BOTH.into_iter().filter(|&side| package.has_binary(side)).collect(),
        others: prepared.shard.as_ref().map_or_else(Vec::new, |plan| plan.others(&package.path)),
    });
    candidates.filter(|package| !package.sides.is_empty()).collect()
}

/// No benchmark began: the pattern matches none.
fn nothing_matches(prepared: &Prepared) -> RunError {
    let names: Vec<&str> =
        prepared.packages.iter().flat_map(|package| &package.benchmarks).map(String::as_str).collect();
    let more = if names.len() > 5 { ", …" } else { "" };
    let examples = format!("{}{more}", names[..names.len().min(5)].join(", "));
    RunError::NothingMatches { pattern: prepared.request.bench.clone(), examples }
}
