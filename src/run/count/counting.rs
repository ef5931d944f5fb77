//! The rounds in which instructions are counted.

use super::counter::Counter;
use super::operations::{FEWEST, Operations, first_trial, judge_trial};
use super::process::{Benchmark, Counted};
use super::{COUNT_ROUNDS, INSTRUCTIONS};
use crate::run::build::Built;
use crate::run::event::OnEvent;
use crate::run::plan::{Task, What, of_benchmark};
use crate::run::prepare::Prepared;
use crate::run::results::Results;
use crate::run::side::{PerSide, Side};
use crate::run::{Event, FileAction, RunError, Warning};
use crate::words::go_value;
use rayon::prelude::*;
use std::path::PathBuf;
use tempfile::TempDir;

/// How often the first trials of a benchmark are repeated with more operations.
const TRIALS: usize = 6;
/// Operations of more instructions are not counted under cachegrind, which is 50 times slower than the processor.
const MOST_INSTRUCTIONS: f64 = 5e8;

/// The benchmarks whose instructions are counted. Other programs do not change the counts, so benchmarks are counted side by side.
#[derive(Debug)]
pub(crate) struct Counting {
    pub(super) counter: Counter,
    pub(super) targets: Vec<Target>,
    /// Whether nothing is timed: then allocations are written as well, and every round counts.
    is_alone: bool,
    pub(super) folder: TempDir,
}

/// A benchmark that can be run alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    /// The index of its package among all packages.
    package: usize,
    /// The import path of that.
    pub path: String,
    /// Its name, without the number of processors: `BenchmarkDecode/size=64`.
    pub name: String,
    /// The sides that have it.
    sides: Vec<Side>,
    /// How long an operation takes, in nanoseconds, roughly.
    speeds: PerSide<Option<f64>>,
    /// How often it is run; `None` if it cannot be counted.
    pub operations: Option<Operations>,
}

/// Why a benchmark cannot be counted.
type Problem = String;

impl Counting {
    /// Finds out how often each benchmark of these tasks must be run, on the first of its sides. Warns of those that cannot be counted.
    ///
    /// # Errors
    /// If the run is stopped, or there is no place for temporary files.
    pub fn new(
        prepared: &Prepared,
        counter: &Counter,
        tasks: &[Task],
        on_event: &mut OnEvent,
    ) -> Result<Counting, RunError> {
        let temporary = prepared.checkouts.base.revision.temporary_folder();
        let folder = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&temporary);
        let folder = folder.map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
        let is_alone = !prepared.request.is_timed();
        let targets = targets(tasks);
        let mut counting = Counting { counter: counter.clone(), targets, is_alone, folder };
        on_event(Event::Counting { round: 0, benchmarks: counting.targets.len() });
        let counting_ref = &counting;
        let found: Vec<Result<Operations, Problem>> = (0..counting.targets.len())
            .into_par_iter()
            .map(|index| counting_ref.operations(prepared, index))
            .collect::<Result<_, RunError>>()?;
        for (target, found) in counting.targets.iter_mut().zip(found) {
            match found {
                Ok(operations) => target.operations = Some(operations),
                Err(reason) => on_event(Event::Warning(&target.not_counted(reason))),
            }
        }
        Ok(counting)
    }

    /// Counts each benchmark once on each side, and writes the results. One that fails is counted no more, on either side.
    ///
    /// # Errors
    /// If the run is stopped, or a file cannot be written.
    pub fn round(
        &mut self,
        prepared: &Prepared,
        number: usize,
        results: &mut Results,
        on_event: &mut OnEvent,
    ) -> Result<(), RunError> {
        if number > COUNT_ROUNDS && !self.is_alone {
            return Ok(());
        }
        let due: Vec<usize> =
            (0..self.targets.len()).filter(|&index| self.targets[index].is_due(number)).collect();
        if due.is_empty() {
            return Ok(());
        }
        on_event(Event::Counting { round: number, benchmarks: due.len() });
        let this = &*self;
        let counted: Vec<Result<Vec<(Side, Sample)>, Problem>> =
            due.par_iter().map(|&index| this.samples(prepared, index)).collect::<Result<_, RunError>>()?;
        for (index, counted) in due.into_iter().zip(counted) {
            match counted {
                Ok(samples) => {
                    for (side, sample) in samples {
                        let text = self.targets[index].result(&sample, self.is_alone);
                        results.write(side, prepared.checkouts[side].header.as_bytes())?;
                        results.write(side, text.as_bytes())?;
                    }
                }
                Err(reason) => {
                    let target = &mut self.targets[index];
                    target.operations = None;
                    on_event(Event::Warning(&target.not_counted(reason)));
                }
            }
        }
        Ok(())
    }

    /// How often a benchmark is run.
    fn operations(&self, prepared: &Prepared, index: usize) -> Result<Result<Operations, Problem>, RunError> {
        let target = &self.targets[index];
        let Some(&side) = target.sides.first() else { return Ok(Err("no side has it".to_string())) };
        let count = |count| self.count(prepared, index, side, count, "trial");
        let fewest = match count(FEWEST)? {
            Ok(fewest) => fewest.instructions as f64,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut operations = first_trial(target.speeds[side]);
        for _ in 0..TRIALS {
            let more = match count(operations)? {
                Ok(counted) => counted.instructions as f64 - fewest,
                Err(problem) => return Ok(Err(problem)),
            };
            match judge_trial(operations, more) {
                Ok(cost) if cost > MOST_INSTRUCTIONS && matches!(self.counter, Counter::Cachegrind(_)) => {
                    let millions = cost / 1e6;
                    let most = MOST_INSTRUCTIONS / 1e6;
                    return Ok(Err(format!(
                        "an operation executes {millions:.0} million instructions; at most {most:.0} million are counted"
                    )));
                }
                Ok(cost) => return Ok(Ok(Operations::of(cost, target.slower()))),
                Err(next) => operations = next,
            }
        }
        Ok(Err("its operations execute too few instructions to be counted".to_string()))
    }

    /// A sample for each side that has the benchmark.
    fn samples(
        &self,
        prepared: &Prepared,
        index: usize,
    ) -> Result<Result<Vec<(Side, Sample)>, Problem>, RunError> {
        let target = &self.targets[index];
        let Some(operations) = target.operations else { return Ok(Ok(Vec::new())) };
        let mut samples = Vec::new();
        for &side in &target.sides {
            let mut counted = Vec::new();
            for (count, which) in [(operations.short, SHORT), (operations.long, LONG)] {
                match self.count(prepared, index, side, count, which)? {
                    Ok(it) => counted.push(it),
                    Err(problem) => return Ok(Err(format!("{side}: {problem}"))),
                }
            }
            let [short, long] = &counted[..] else { return Ok(Ok(Vec::new())) };
            let more = long.instructions as f64 - short.instructions as f64;
            let instructions = more / operations.difference().max(1) as f64;
            if instructions <= 0.0 {
                return Ok(Err(format!("{side}: more operations execute no more instructions")));
            }
            samples.push((side, Sample { long: long.clone(), instructions }));
        }
        Ok(Ok(samples))
    }

    fn count(
        &self,
        prepared: &Prepared,
        index: usize,
        side: Side,
        operations: u64,
        which: &str,
    ) -> Result<Result<Counted, Problem>, RunError> {
        let target = &self.targets[index];
        let Some(Built::Binary { file, folder }) = &prepared.packages[target.package].built[side] else {
            return Ok(Err("it is not built".to_string()));
        };
        let benchmark = Benchmark {
            file,
            folder,
            package: &target.path,
            name: &target.name,
            pattern: &of_benchmark(&target.name),
            environment: &prepared.request.variant(side).environment,
            timeout: prepared.request.timeout,
        };
        benchmark.count(&self.counter, operations, &self.file(index, side, which), &prepared.stop)
    }

    /// The counts of the last process of a benchmark.
    pub(super) fn file(&self, index: usize, side: Side, which: &str) -> PathBuf {
        self.folder.path().join(format!("{index}-{side}-{which}.out"))
    }
}

/// The names of the two processes of a sample.
pub(super) const SHORT: &str = "short";
pub(super) const LONG: &str = "long";

/// What is counted once on a side.
#[derive(Debug, Clone, PartialEq)]
struct Sample {
    /// The longer process.
    long: Counted,
    /// The instructions of an operation.
    instructions: f64,
}

impl Target {
    /// Whether it is counted in a round. What only base has is counted once, which shows that it is gone.
    fn is_due(&self, round: usize) -> bool {
        self.operations.is_some() && (round == 1 || self.sides.contains(&Side::New))
    }

    /// How many times slower it is in new, if that is known.
    fn slower(&self) -> f64 {
        match (self.speeds.base, self.speeds.new) {
            (Some(base), Some(new)) if base > 0.0 => new / base,
            _ => 1.0,
        }
    }

    fn not_counted(&self, reason: Problem) -> Warning {
        Warning::NotCounted { package: self.path.clone(), benchmark: self.name.clone(), reason }
    }

    /// As `go test` would print it.
    fn result(&self, sample: &Sample, has_allocations: bool) -> String {
        let operations = self.operations.map_or(0, |it| it.long);
        let allocations = if has_allocations { sample.long.allocations.as_str() } else { "" };
        let value = go_value(sample.instructions, INSTRUCTIONS);
        let (header, name) = (&sample.long.header, &self.name);
        format!("{header}{name}\t{operations}\t{value}{allocations}\nPASS\n")
    }
}

/// The benchmarks that run alone, each once, whatever the values of `-cpu`.
fn targets(tasks: &[Task]) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for task in tasks {
        let What::One(one) = &task.what else { continue };
        if targets.iter().any(|it| it.package == task.package && it.name == one.name) {
            continue;
        }
        targets.push(Target {
            package: task.package,
            path: task.path.clone(),
            name: one.name.clone(),
            sides: task.sides.clone(),
            speeds: one.speeds.clone(),
            operations: None,
        });
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(sides: &[Side]) -> Target {
        Target {
            package: 0,
            path: "m/p".to_string(),
            name: "BenchmarkA".to_string(),
            sides: sides.to_vec(),
            speeds: PerSide { base: Some(10.0), new: Some(25.0) },
            operations: Some(Operations { long: 100, short: 10 }),
        }
    }

    #[test]
    fn what_only_base_has_is_counted_once() {
        let due = |sides: &[Side]| [1, 2].map(|round| target(sides).is_due(round));
        assert_eq!(due(&[Side::Base]), [true, false]);
        assert_eq!(due(&[Side::Base, Side::New]), [true, true]);
        assert!(!Target { operations: None, ..target(&Side::BOTH) }.is_due(1));
        assert_eq!(target(&Side::BOTH).slower(), 2.5);
    }

    #[test]
    fn a_result_is_a_line_of_go_test() {
        let long = Counted {
            instructions: 1,
            header: "pkg: m/p\n".to_string(),
            allocations: "\t2 allocs/op".to_string(),
        };
        let sample = Sample { long, instructions: 7353.4 };
        let target = target(&Side::BOTH);
        let want = "pkg: m/p\nBenchmarkA\t100\t      7353 instructions/op\nPASS\n";
        assert_eq!(target.result(&sample, false), want);
        assert!(target.result(&sample, true).contains(" instructions/op\t2 allocs/op\nPASS"));
    }
}
