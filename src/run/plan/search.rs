//! Finds the benchmarks of all packages and how long they take, by running each for a moment.

use super::iterations::iterations;
use super::meter::Meter;
use super::names::{Leaf, NotAlone, leaves};
use super::pattern;
use super::startup::calibrate;
use super::task::{One, Task, What};
use crate::run::build::Built;
use crate::run::event::OnEvent;
use crate::run::measure::{Finished, Printed, TestBinary};
use crate::run::prepare::Prepared;
use crate::run::results::{self, Results};
use crate::run::side::{PerSide, Side};
use crate::run::{BenchTime, Event, RunError, Warning};
use std::time::Duration;

/// A test binary that takes longer to start, or half of the time of a sample, runs all of its benchmarks in one process.
const SLOW_START: Duration = Duration::from_millis(500);
/// Of the output of a process for a moment, at most so much is kept.
const MOST_OUTPUT: usize = 16 << 20;

/// A package that is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its index among all packages.
    pub index: usize,
    /// Its import path.
    pub path: String,
    /// The sides that have a binary of it.
    pub sides: Vec<Side>,
    /// Its functions that other shards measure.
    pub others: Vec<String>,
}

/// What every round consists of.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The processes.
    pub tasks: Vec<Task>,
    /// Whether any benchmark began, with a result or without.
    pub has_benchmarks: bool,
    /// How long a round takes, without what is not known.
    pub round: Duration,
}

/// Runs the benchmarks of these packages for a moment. What fails is written to the result files, and is not run again.
///
/// # Errors
/// If the run is stopped, a file cannot be written, or a test binary refuses its arguments.
pub(crate) fn plan(
    prepared: &Prepared,
    packages: &[Candidate],
    results: &mut Results,
    on_event: &mut OnEvent,
) -> Result<Plan, RunError> {
    let mut search = Search { prepared, results, on_event, plan: Plan::default() };
    packages.iter().try_for_each(|package| search.package(package))?;
    Ok(search.plan)
}

struct Search<'s, 'e> {
    prepared: &'s Prepared,
    results: &'s mut Results,
    on_event: &'s mut OnEvent<'e>,
    plan: Plan,
}

/// The benchmarks that run together if they cannot run alone: those of a function, or all that a pattern for sub-benchmarks selects.
struct Group<'g> {
    package: &'g Candidate,
    function: Option<String>,
    sides: Vec<Side>,
    /// How long the test binary takes to start.
    start: Duration,
}

impl Group<'_> {
    fn pattern(&self, bench: &str) -> String {
        self.function.as_deref().map_or(bench.to_string(), |name| pattern::of_functions([name]))
    }

    fn task(&self, what: What) -> Task {
        let Candidate { index, path, others, .. } = self.package;
        Task { package: *index, path: path.clone(), sides: self.sides.clone(), what, others: others.clone() }
    }
}

impl Search<'_, '_> {
    fn package(&mut self, package: &Candidate) -> Result<(), RunError> {
        let mut functions: PerSide<Vec<String>> = PerSide::default();
        let mut start = Duration::MAX;
        let mut has_failed = false;
        for &side in &package.sides {
            let listed = self.list(package, side)?;
            has_failed |= !listed.has_passed();
            start = start.min(listed.elapsed);
            let mut begun = listed.printout.begun;
            if let Some(plan) = &self.prepared.shard {
                begun.retain(|function| plan.has(&package.path, function));
            }
            *functions.get_mut(side) = begun;
        }
        let all = Group { package, function: None, sides: package.sides.clone(), start };
        let limit = match self.prepared.request.benchtime {
            BenchTime::For(time) => SLOW_START.max(time / 2),
            BenchTime::Times(_) => SLOW_START,
        };
        if has_failed {
            // The first round shows why.
            self.plan.has_benchmarks = true;
            self.plan.tasks.push(all.task(What::Many(None)));
            return Ok(());
        }
        // What is counted may start slowly.
        if start > limit && self.prepared.request.is_timed() {
            self.run_together(&all, NotAlone::SlowStart(start));
            return Ok(());
        }
        if self.prepared.request.bench.contains('/') {
            return self.group(all);
        }
        let only_in_base = functions.base.iter().filter(|name| !functions.new.contains(name));
        for function in functions.new.iter().chain(only_in_base) {
            let has_it = |side: &Side| functions[*side].contains(function);
            let sides = package.sides.iter().copied().filter(has_it).collect();
            self.group(Group { package, function: Some(function.clone()), sides, start })?;
        }
        Ok(())
    }

    /// The benchmark functions that are selected, as Go lists them.
    fn list(&mut self, package: &Candidate, side: Side) -> Result<Finished, RunError> {
        let bench = &self.prepared.request.bench;
        // A pattern for sub-benchmarks is no pattern for functions; then only the start of the process is measured.
        let pattern = if bench.contains('/') { "^$" } else { bench };
        let (listed, text) = self.run(package, side, vec![format!("-test.list={pattern}")])?;
        match complaint(&text).filter(|_| !listed.has_passed()) {
            Some(complaint) => Err(RunError::InvalidArgument(complaint)),
            None => Ok(listed),
        }
    }

    fn run(
        &mut self,
        package: &Candidate,
        side: Side,
        arguments: Vec<String>,
    ) -> Result<(Finished, Vec<u8>), RunError> {
        let mut text = Vec::new();
        let keep = |piece: &[u8]| {
            text.extend_from_slice(piece);
            if text.len() > MOST_OUTPUT {
                text.truncate(MOST_OUTPUT / 16);
                text.push(b'\n');
            }
            Ok(())
        };
        let binary = binary(self.prepared, package, side, arguments).expect("the side has a binary");
        let path = &package.path;
        let on_benchmark = |name: Option<&str>| {
            if let Some(name) = name {
                (self.on_event)(Event::WarmUp { side, package: path, name });
            }
        };
        let finished = binary.run(None, &self.prepared.stop, keep, on_benchmark)?;
        Ok((finished, text))
    }

    /// Plans a process for each benchmark of a group, or one for all.
    fn group(&mut self, mut group: Group) -> Result<(), RunError> {
        let mut tasks = Vec::new();
        for cpu in self.prepared.request.cpus() {
            let mut found: PerSide<Vec<Leaf>> = PerSide::default();
            for side in group.sides.clone() {
                let (leaves, is_crash) = self.find(&group, side, cpu)?;
                if is_crash {
                    group.sides.retain(|it| *it != side);
                }
                match leaves {
                    Ok(leaves) => *found.get_mut(side) = leaves,
                    Err(reason) => {
                        self.run_together(&group, reason);
                        return Ok(());
                    }
                }
            }
            for (name, sides) in names(&found) {
                let mut one = self.one(name, cpu, &found);
                let binary = |side, arguments| binary(self.prepared, group.package, side, arguments);
                (self.on_event)(Event::WarmUp {
                    side: sides[0],
                    package: &group.package.path,
                    name: &one.name,
                });
                if self.prepared.request.is_timed()
                    && let Err(reason) = calibrate(&mut one, &sides, &binary, &self.prepared.stop)?
                {
                    self.run_together(&group, reason);
                    return Ok(());
                }
                tasks.push(Task { sides, ..group.task(What::One(Box::new(one))) });
            }
        }
        for task in &tasks {
            self.plan.round += task.duration().saturating_add(group.start * task.sides.len() as u32);
        }
        self.plan.tasks.extend(tasks);
        Ok(())
    }

    /// Runs a group for a moment. Its benchmarks with a result, and whether it crashed.
    fn find(
        &mut self,
        group: &Group,
        side: Side,
        cpu: Option<&str>,
    ) -> Result<(Result<Vec<Leaf>, NotAlone>, bool), RunError> {
        let request = &self.prepared.request;
        let time = request.benchtime.for_a_moment();
        let mut arguments = vec![
            format!("-test.bench={}", group.pattern(&request.bench)),
            "-test.benchmem".to_string(),
            format!("-test.benchtime={time}"),
        ];
        arguments.extend(cpu.map(|cpu| format!("-test.cpu={cpu}")));
        arguments.extend(request.skip_argument(&group.package.others));
        let (finished, text) = self.run(group.package, side, arguments)?;
        if let Some(complaint) = complaint(&text).filter(|_| !finished.has_passed()) {
            return Err(RunError::InvalidArgument(complaint));
        }
        self.plan.has_benchmarks |= !finished.printout.begun.is_empty() || finished.results > 0;
        if !finished.has_passed() || finished.printout.has_trouble {
            self.results.write(side, self.prepared.checkouts[side].header.as_bytes())?;
            self.results.write(side, &without_results(&text))?;
        }
        if finished.is_crash() {
            (self.on_event)(Event::Warning(&Warning::Stopped {
                package: group.package.path.clone(),
                side,
                ending: finished.ending.clone(),
                benchmark: finished.last_benchmark.clone(),
                file: results::path(&request.out, side),
            }));
        }
        Ok((leaves(&finished.printout, finished.results), finished.is_crash()))
    }

    fn one(&self, name: String, cpu: Option<&str>, found: &PerSide<Vec<Leaf>>) -> One {
        let benchtime = self.prepared.request.benchtime;
        let speed = |side: Side| {
            let leaf = found[side].iter().find(|leaf| leaf.name == name)?;
            // A benchmark may replace the time that it prints; but it ran for a moment.
            let moment = benchtime.for_a_moment().duration().as_nanos() as f64;
            Some(leaf.nanoseconds.filter(|time| *time > 0.0).unwrap_or(moment / leaf.iterations as f64))
        };
        let speeds = PerSide { base: speed(Side::Base), new: speed(Side::New) };
        let iterations = match benchtime {
            BenchTime::Times(times) => times,
            BenchTime::For(time) => iterations(time, speeds.base, speeds.new),
        };
        let meter = Meter::new(iterations, PerSide::default());
        One { name, cpu: cpu.map(String::from), iterations, speeds, meter }
    }

    /// Plans one process for all benchmarks of a group.
    fn run_together(&mut self, group: &Group, reason: NotAlone) {
        let (package, function) = (group.package.path.clone(), group.function.clone());
        self.plan.has_benchmarks |= matches!(reason, NotAlone::SlowStart(_));
        (self.on_event)(Event::Warning(&Warning::NotAlone { package, function, reason }));
        if !group.sides.is_empty() {
            self.plan
                .tasks
                .push(group.task(What::Many(group.function.iter().cloned().map(|it| [it].into()).next())));
        }
    }
}

/// The test binary of a package on a side, if there is one.
fn binary<'b>(
    prepared: &'b Prepared,
    package: &'b Candidate,
    side: Side,
    arguments: Vec<String>,
) -> Option<TestBinary<'b>> {
    match prepared.packages[package.index].built[side].as_ref()? {
        Built::Binary { file, folder } => Some(TestBinary {
            file,
            folder,
            package: &package.path,
            arguments,
            environment: prepared.request.variant(side).environment.clone(),
            timeout: prepared.request.timeout,
        }),
        Built::Failed { .. } | Built::Unchanged { .. } => None,
    }
}

/// The benchmarks that were found, in the order of new, then those that only base has; each with its sides.
fn names(found: &PerSide<Vec<Leaf>>) -> Vec<(String, Vec<Side>)> {
    let has = |side: Side, name: &str| found[side].iter().any(|leaf| leaf.name == name);
    let only_in_base = found.base.iter().filter(|leaf| !has(Side::New, &leaf.name));
    let all = found.new.iter().chain(only_in_base).map(|leaf| leaf.name.clone());
    all.map(|name| {
        let sides = Side::BOTH.into_iter().filter(|&side| has(side, &name)).collect();
        (name, sides)
    })
    .collect()
}

/// What a test binary prints if an argument is wrong.
fn complaint(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let is_complaint =
        |line: &&str| line.starts_with("testing: invalid") || line.starts_with("invalid value ");
    text.lines().find(is_complaint).map(String::from)
}

/// The output of a process for a moment, without the results, which are not needed.
fn without_results(text: &[u8]) -> Vec<u8> {
    let is_result = |line: &&[u8]| Printed::read(&String::from_utf8_lossy(line)).is_some();
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    lines.filter(|line| !is_result(line)).flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(name: &str) -> Leaf {
        Leaf { name: name.to_string(), iterations: 1, nanoseconds: None }
    }

    #[test]
    fn benchmarks_have_the_order_of_new() {
        let found = PerSide {
            base: vec![leaf("A"), leaf("B"), leaf("C")],
            new: vec![leaf("C"), leaf("D"), leaf("A")],
        };
        let (both, base, new) = (Side::BOTH.to_vec(), vec![Side::Base], vec![Side::New]);
        let want = [("C", both.clone()), ("D", new), ("A", both), ("B", base)];
        assert_eq!(names(&found), want.map(|(name, sides)| (name.to_string(), sides)));
    }

    #[test]
    fn of_a_failure_everything_is_kept_but_results() {
        let text =
            "pkg: p\nBenchmarkA\nBenchmarkA-2 \t 1\t 5 ns/op\nBenchmarkB\n--- FAIL: BenchmarkB\nFAIL\n";
        let want = "pkg: p\nBenchmarkA\nBenchmarkB\n--- FAIL: BenchmarkB\nFAIL\n";
        assert_eq!(String::from_utf8_lossy(&without_results(text.as_bytes())), want);
        let invalid = b"x\ntesting: invalid regexp for element 0\n";
        assert_eq!(complaint(invalid).as_deref(), Some("testing: invalid regexp for element 0"));
        assert_eq!(complaint(text.as_bytes()), None);
    }
}
