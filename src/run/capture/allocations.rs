//! Profiles the allocations of a benchmark, alone in its process.

use super::counts::{self, counts, first_trial, next_trial};
use super::decisions::does_not_build;
use super::figures::{Figures, complaint, results};
use super::folder::Folder;
use super::target::CaptureTarget;
use crate::cause::{CapturedBenchmark, CapturedRun, CapturedRuns};
use crate::model::Name;
use crate::run::build::Built;
use crate::run::event::OnEvent;
use crate::run::measure::{Ending, Finished, TestBinary};
use crate::run::plan::of_benchmark;
use crate::run::prepare::Prepared;
use crate::run::side::{PerSide, Side};
use crate::run::{Event, Request, RunError, Warning};
use crate::words::counted;
use std::path::Path;

/// Of the output of a process, about so many bytes are kept: the end, where the result is.
const MOST_OUTPUT: usize = 1 << 20;

/// A benchmark as a test binary selects it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Selected {
    /// The value of `-bench`.
    pattern: String,
    /// The value of `-cpu`, if there is one.
    cpu: Option<String>,
}

/// What came of running a benchmark.
struct Ran {
    finished: Finished,
    text: String,
}

/// Why there is no profile, or none that can be used.
type Problem = String;

/// Profiles a benchmark on both sides, twice each, with the same two counts.
///
/// # Errors
/// If the run is stopped, or a process cannot be started.
pub(super) fn record(
    prepared: &Prepared,
    target: &CaptureTarget,
    folder: &Folder,
    number: usize,
    on_event: &mut OnEvent,
) -> Result<CapturedBenchmark, RunError> {
    let recorder = Recorder { prepared, target, folder, number };
    let (selected, counts) = recorder.choose()?;
    let mut told: Option<Problem> = None;
    let PerSide { base, new } = PerSide::try_new(|side| {
        if !prepared.sides.contains(&side) {
            return Ok(CapturedRuns::default());
        }
        let runs = match &counts {
            Ok(counts) => recorder.runs(&selected, *counts, side)?,
            Err(problem) => CapturedRuns { problem: Some(problem.clone()), ..CapturedRuns::default() },
        };
        // What holds for both sides is told once.
        if let Some(reason) = runs.problem.as_ref().filter(|it| told.as_ref() != Some(it)) {
            told = Some(reason.clone());
            let (benchmark, revision) =
                (target.benchmark.clone(), prepared.checkouts[side].revision.name.clone());
            on_event(Event::Warning(&Warning::NoProfile { benchmark, revision, reason: reason.clone() }));
        }
        let measured = if side == Side::Base { target.base } else { target.new };
        Ok::<_, RunError>(CapturedRuns { measured, ..runs })
    })?;
    let (package, benchmark) = (target.package.clone(), target.benchmark.clone());
    Ok(CapturedBenchmark { package, benchmark, cpu: selected.cpu, base, new })
}

struct Recorder<'r> {
    prepared: &'r Prepared,
    target: &'r CaptureTarget,
    folder: &'r Folder,
    number: usize,
}

impl Recorder<'_> {
    /// How the benchmark is selected, and how often it is run. By trials on new, or on base if new does not have it.
    fn choose(&self) -> Result<(Selected, Result<[u64; 2], Problem>), RunError> {
        let candidates = candidates(&self.target.benchmark, &self.prepared.request);
        let has_binary = |side: &Side| self.binary(*side).is_ok();
        let side = [Side::New, Side::Base].into_iter().find(has_binary).unwrap_or(Side::New);
        let mut first_problem = None;
        for selected in &candidates {
            match self.cost(selected, side)? {
                Ok(cost) if counts::is_too_slow(cost) => {
                    let seconds = cost / 1e9;
                    let problem = format!(
                        "an operation takes {seconds:.1} s while it is profiled, too long for 100 of them"
                    );
                    return Ok((selected.clone(), Err(problem)));
                }
                Ok(cost) => return Ok((selected.clone(), Ok(counts(cost)))),
                Err(problem) => first_problem = first_problem.or(Some((selected.clone(), Err(problem)))),
            }
        }
        Ok(first_problem.expect("a name has at least one way to be selected"))
    }

    /// How long an operation takes under the profiler, in nanoseconds.
    fn cost(&self, selected: &Selected, side: Side) -> Result<Result<f64, Problem>, RunError> {
        let mut count = first_trial(self.target.nanoseconds);
        loop {
            let figures = match self.run(selected, side, count, None)? {
                Ok((ran, figures)) => (ran.finished.elapsed, figures.nanoseconds),
                Err(problem) => return Ok(Err(problem)),
            };
            // A benchmark may hide its time; then that of the process tells.
            let elapsed = figures.0.as_nanos() as f64 / count as f64;
            let cost = figures.1.filter(|ns| *ns > 0.0).unwrap_or(elapsed);
            match next_trial(count, cost) {
                Some(next) => count = next,
                None => return Ok(Ok(cost)),
            }
        }
    }

    /// The runs of a side.
    fn runs(&self, selected: &Selected, counts: [u64; 2], side: Side) -> Result<CapturedRuns, RunError> {
        let mut runs = Vec::new();
        for count in counts {
            let profile = format!("{side}/{}-{count}x.memprofile", self.number);
            match self.run(selected, side, count, Some(&self.folder.path(&profile)))? {
                Ok((_, figures)) => runs.push(CapturedRun { count, profile, printed: figures.allocated }),
                Err(problem) => {
                    // What a process without the benchmark allocates is of no use.
                    let _ = std::fs::remove_file(self.folder.path(&profile));
                    return Ok(CapturedRuns { problem: Some(problem), ..CapturedRuns::default() });
                }
            }
        }
        Ok(CapturedRuns { runs, ..CapturedRuns::default() })
    }

    /// Runs the benchmark alone so often, and records every allocation.
    fn run(
        &self,
        selected: &Selected,
        side: Side,
        count: u64,
        profile: Option<&Path>,
    ) -> Result<Result<(Ran, Figures), Problem>, RunError> {
        let (file, folder) = match self.binary(side) {
            Ok(binary) => binary,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut arguments = vec![
            format!("-test.bench={}", selected.pattern),
            format!("-test.benchtime={count}x"),
            "-test.benchmem".to_string(),
            "-test.memprofilerate=1".to_string(),
        ];
        arguments.extend(profile.map(|profile| format!("-test.memprofile={}", profile.display())));
        arguments.extend(selected.cpu.iter().map(|cpu| format!("-test.cpu={cpu}")));
        let binary = TestBinary {
            file,
            folder,
            package: &self.target.package,
            arguments,
            // The flag counts only after the packages are initialised.
            environment: self.environment(side),
            timeout: self.prepared.request.timeout.min(counts::LONGEST),
        };
        let mut bytes = Vec::new();
        let keep = |piece: &[u8]| {
            bytes.extend_from_slice(piece);
            if bytes.len() > 2 * MOST_OUTPUT {
                bytes.drain(..bytes.len() - MOST_OUTPUT);
            }
            Ok(())
        };
        let finished = binary.run(None, &self.prepared.stop, keep, |_| ())?;
        let ran = Ran { finished, text: String::from_utf8_lossy(&bytes).into_owned() };
        let has_profile = profile.is_none_or(|profile| profile.metadata().is_ok_and(|it| it.len() > 0));
        Ok(ran.only_result(has_profile).map(|figures| (ran, figures)))
    }

    /// The environment variables of a side, of which GODEBUG is more.
    fn environment(&self, side: Side) -> Vec<(String, String)> {
        let mut all = self.prepared.request.variant(side).environment.clone();
        let debug = all.iter().rfind(|(name, _)| name == "GODEBUG").map(|(_, value)| value.clone());
        let debug = godebug(debug.or_else(|| std::env::var("GODEBUG").ok()));
        all.push(("GODEBUG".to_string(), debug));
        all
    }

    /// The test binary of a side, and the folder in which it is run.
    fn binary(&self, side: Side) -> Result<(&Path, &Path), Problem> {
        match self.prepared.built(&self.target.package, side) {
            Some(Built::Binary { file, folder }) => Ok((file, folder)),
            Some(Built::Failed { output, .. }) => Err(does_not_build(output)),
            Some(Built::Unchanged { .. }) => Err("its package is unchanged, and was not built".to_string()),
            None => Err("there is no such package, or it has no benchmarks".to_string()),
        }
    }
}

impl Ran {
    /// The result, if the benchmark passed and nothing else ran.
    fn only_result(&self, has_profile: bool) -> Result<Figures, Problem> {
        let mut results = results(&self.text);
        match (&self.finished.ending, results.pop()) {
            (Ending::Passed, Some(_)) if !results.is_empty() => {
                let others = results.len();
                let others = counted(others, "other benchmark");
                Err(format!("it cannot be run alone: its pattern also runs {others}"))
            }
            (Ending::Passed, Some(_)) if !has_profile => Err("Go wrote no profile".to_string()),
            (Ending::Passed, Some(result)) => Ok(result),
            (Ending::Passed, None) => {
                let is_known = !self.finished.printout.begun.is_empty();
                let words = if is_known {
                    "it has no result while it is profiled"
                } else {
                    "there is no such benchmark"
                };
                Err(words.to_string())
            }
            (ending, _) => Err(format!("it fails while it is profiled: {ending}{}", complaint(&self.text))),
        }
    }
}

/// The ways to select a benchmark by its name: a number at its end is that of the processors, or a part of the name.
fn candidates(benchmark: &str, request: &Request) -> Vec<Selected> {
    let name = Name::new(benchmark.as_bytes());
    let pattern = |name: &str| of_benchmark(&format!("Benchmark{name}"));
    let cpus: Vec<Option<&str>> = request.cpus().collect();
    let procs = name.procs().map(ToString::to_string);
    let named = cpus.iter().find(|cpu| cpu.is_none_or(|cpu| Some(cpu) == procs.as_deref()));
    let single = cpus.iter().find(|cpu| cpu.is_none_or(|cpu| cpu == "1"));
    let stripped = named.map(|cpu| Selected {
        pattern: pattern(&name.without_procs().to_string()),
        cpu: cpu.map(String::from),
    });
    let whole = single
        .or(cpus.first())
        .map(|cpu| Selected { pattern: pattern(benchmark), cpu: cpu.map(String::from) });
    let mut all: Vec<Selected> = stripped.into_iter().chain(whole).collect();
    all.dedup();
    all
}

/// The value of GODEBUG under which also the initialisation of packages is recorded.
fn godebug(before: Option<String>) -> String {
    let before = before.filter(|it| !it.is_empty()).map(|it| format!("{it},")).unwrap_or_default();
    format!("{before}memprofilerate=1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::measure::Printout;
    use std::path::PathBuf;
    use std::time::Duration;

    fn request(cpu: Option<&str>) -> Request {
        Request { cpu: cpu.map(String::from), ..Request::untimed(PathBuf::new(), &[]) }
    }

    #[test]
    fn a_benchmark_is_selected_with_its_processors() {
        let select = |benchmark: &str, cpu| -> Vec<(String, Option<String>)> {
            candidates(benchmark, &request(cpu)).into_iter().map(|it| (it.pattern, it.cpu)).collect()
        };
        let want = |pattern: &str, cpu: Option<&str>| (pattern.to_string(), cpu.map(String::from));
        assert_eq!(select("Tally", None), [want("^BenchmarkTally$", None)]);
        assert_eq!(
            select("Decode/size-64", None),
            [want("^BenchmarkDecode$/^size$", None), want("^BenchmarkDecode$/^size-64$", None)]
        );
        assert_eq!(select("Tally", Some("1,4")), [want("^BenchmarkTally$", Some("1"))]);
        assert_eq!(
            select("Tally-4", Some("1, 4")),
            [want("^BenchmarkTally$", Some("4")), want("^BenchmarkTally-4$", Some("1"))]
        );
        assert_eq!(select("Tally-64", Some("1,4")), [want("^BenchmarkTally-64$", Some("1"))]);
        assert_eq!(select("Tally-8", Some("4")), [want("^BenchmarkTally-8$", Some("4"))]);
    }

    #[test]
    fn what_was_in_godebug_stays() {
        assert_eq!(godebug(None), "memprofilerate=1");
        assert_eq!(godebug(Some("gctrace=1".to_string())), "gctrace=1,memprofilerate=1");
    }

    #[test]
    fn a_run_without_exactly_one_result_is_told_in_words() {
        let ran = |text: &str, ending| Ran {
            finished: Finished {
                ending,
                last_benchmark: None,
                results: 0,
                printout: Printout {
                    begun: text.lines().filter(|it| *it == "BenchmarkA").map(String::from).collect(),
                    ..Printout::default()
                },
                cpu: None,
                elapsed: Duration::ZERO,
            },
            text: text.to_string(),
        };
        let line = "BenchmarkA-2 \t 5\t 7 ns/op\t 8 B/op\t 1 allocs/op\n";
        assert_eq!(ran(line, Ending::Passed).only_result(true).map(|it| it.name), Ok("A-2".to_string()));
        for (text, ending, has_profile, words) in [
            (&line.repeat(2) as &str, Ending::Passed, true, "also runs 1 other"),
            (line, Ending::Passed, false, "Go wrote no profile"),
            ("PASS\n", Ending::Passed, true, "there is no such benchmark"),
            ("BenchmarkA\n--- SKIP\n", Ending::Passed, true, "it has no result while it is profiled"),
            (
                "goos: linux\nBenchmarkA\n--- FAIL: BenchmarkA\n    a_test.go:7: too slow\nFAIL\n",
                Ending::Code(1),
                true,
                "fails while it is profiled: exit status 1; a_test.go:7: too slow",
            ),
            (line, Ending::TimedOut(Duration::from_secs(60)), true, "no result within 1m"),
        ] {
            let problem = ran(text, ending).only_result(has_profile).expect_err(text);
            assert!(problem.contains(words), "{problem}");
        }
    }
}
