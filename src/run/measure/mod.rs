//! Runs a test binary, and kills it if a benchmark takes too long: Go's own `-timeout` does not stop benchmarks.

mod transcript;

pub use transcript::Ending;
pub(crate) use transcript::{Printed, Printout};

use super::process::stream;
use super::{RunError, Stop};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};
use transcript::Transcript;

/// A test binary and how to run it.
#[derive(Debug)]
pub(crate) struct TestBinary<'j> {
    /// The binary.
    pub file: &'j Path,
    /// The folder in which it is run.
    pub folder: &'j Path,
    /// Its package.
    pub package: &'j str,
    /// Its arguments, besides those of every run.
    pub arguments: Vec<String>,
    /// Environment variables, besides those of this process.
    pub environment: Vec<(String, String)>,
    /// How long a benchmark may take.
    pub timeout: Duration,
}

/// The only benchmark of a process, and how to compute one more value for its result when the process has ended; the value comes
/// with its unit.
pub(crate) struct Only<'o> {
    /// Its name, without the number of processors.
    pub name: &'o str,
    /// Computes the value; it may not be known.
    pub value: &'o mut dyn FnMut(&Used) -> Option<String>,
}

/// What a process used for its only benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Used {
    /// The CPU time of the process.
    pub cpu: Duration,
    /// How long the process ran.
    pub elapsed: Duration,
    /// How long an operation took, in nanoseconds, as the benchmark printed it.
    pub nanoseconds: Option<f64>,
}

/// What came of running it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finished {
    /// How it ended.
    pub ending: Ending,
    /// The benchmark that ran last.
    pub last_benchmark: Option<String>,
    /// How many results it printed.
    pub results: usize,
    /// What it printed about benchmarks.
    pub printout: Printout,
    /// Its CPU time; `None` if it was killed, or where the system does not tell.
    pub cpu: Option<Duration>,
    /// How long it ran.
    pub elapsed: Duration,
}

impl Finished {
    /// Whether nothing failed.
    pub fn has_passed(&self) -> bool {
        self.ending == Ending::Passed
    }

    /// Whether it crashed or hung, which it would do again.
    pub fn is_crash(&self) -> bool {
        match self.ending {
            Ending::Passed | Ending::Code(1) => false,
            Ending::Code(_) | Ending::Signal(_) | Ending::TimedOut(_) => true,
        }
    }
}

impl TestBinary<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.file);
        // As `go test` does. With -v, a result is on one line whatever is printed, and each benchmark is announced.
        command.args(["-test.paniconexit0", "-test.v", "-test.run=^$", "-test.timeout=0", "-test.count=1"]);
        command.args(&self.arguments).current_dir(self.folder).env("PWD", self.folder);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it. `only` is its only benchmark, if there is but one; then the time for a benchmark is that of the process. `write` gets
    /// the text for the result file, `on_benchmark` each benchmark that begins; `None` before the first.
    ///
    /// # Errors
    /// If it cannot be started, the run is stopped, or `write` fails.
    pub fn run(
        &self,
        only: Option<Only>,
        stop: &Stop,
        mut write: impl FnMut(&[u8]) -> Result<(), RunError>,
        mut on_benchmark: impl FnMut(Option<&str>),
    ) -> Result<Finished, RunError> {
        on_benchmark(None);
        let start = Instant::now();
        let mut transcript = Transcript::new(self.package, only.as_ref().map(|only| only.name));
        let (mut begin, mut text) = (start, Vec::new());
        let take = |piece: Option<&[u8]>| {
            if transcript.add(piece.unwrap_or_default(), &mut text) {
                if only.is_none() {
                    begin = Instant::now();
                }
                on_benchmark(transcript.benchmark());
            }
            write(&text)?;
            text.clear();
            let is_too_long = begin.elapsed() > self.timeout;
            Ok(if is_too_long { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        let failed = |error| RunError::Start { package: self.package.to_string(), error };
        let ended = stream(self.command(), stop, take, failed)?;
        let elapsed = start.elapsed();
        let ending = ended.map_or(Ending::TimedOut(self.timeout), |ended| ending(ended.status));
        let cpu = ended.and_then(|ended| ended.cpu);
        if let (Some(cpu), Some(only), Some(printed)) = (cpu, only, transcript.result_of_only())
            && let Some(value) = (only.value)(&Used { cpu, elapsed, nanoseconds: printed.nanoseconds })
        {
            transcript.add_value(&value);
        }
        let finished = Finished {
            last_benchmark: transcript.benchmark().map(String::from),
            results: transcript.results(),
            printout: transcript.printout(),
            ending,
            cpu,
            elapsed,
        };
        write(&transcript.finish(&finished.ending, elapsed))?;
        Ok(finished)
    }
}

fn ending(status: ExitStatus) -> Ending {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ending::Signal(signal);
    }
    match status.code() {
        Some(0) => Ending::Passed,
        code => Ending::Code(code.unwrap_or(-1)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// Runs a script as a test binary.
    fn run(script: &str, timeout: Duration) -> (Finished, String, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("p.test");
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("made executable");
        let arguments = vec!["-test.bench=X".to_string()];
        let binary = TestBinary {
            file: &file,
            folder: folder.path(),
            package: "m/p",
            arguments,
            environment: Vec::new(),
            timeout,
        };
        let (mut text, mut begun) = (Vec::new(), Vec::new());
        let write = |piece: &[u8]| {
            text.extend_from_slice(piece);
            Ok(())
        };
        let finished = binary.run(None, &Stop::default(), write, |name| begun.extend(name.map(String::from)));
        (finished.expect("it starts"), String::from_utf8(text).expect("text"), begun)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_pass_is_written_as_go_test_does() {
        let (finished, text, mut begun) =
            run("echo $*; pwd >&2; echo BenchmarkA; printf 'BenchmarkA-2 \\t 1 \\t 5 ns/op\\nPASS\\n'", LONG);
        assert_eq!((finished.ending.clone(), finished.results), (Ending::Passed, 1));
        assert!(text.starts_with(
            "-test.paniconexit0 -test.v -test.run=^$ -test.timeout=0 -test.count=1 -test.bench=X\n/"
        ));
        assert!(text.contains("PASS\nok  \tm/p\t") && !finished.is_crash());
        begun.dedup();
        assert_eq!(begun, ["BenchmarkA"]);
    }

    #[test]
    fn a_benchmark_that_hangs_is_killed_and_named() {
        let (finished, text, _) = run(
            "echo BenchmarkA; echo BenchmarkB/x; while :; do echo tick; sleep 0.05; done",
            Duration::from_millis(500),
        );
        assert_eq!(finished.last_benchmark.as_deref(), Some("BenchmarkB/x"));
        assert!(finished.is_crash() && text.contains("tick\n--- FAIL: BenchmarkB/x\n"), "{text}");
    }

    #[test]
    fn a_printed_name_does_not_extend_the_time() {
        let (finished, text, _) =
            run("echo BenchmarkA; while :; do echo BenchmarkA; sleep 0.05; done", Duration::from_millis(500));
        assert!(finished.is_crash() && text.contains("no result within 500ms"), "{text}");
    }

    #[test]
    fn a_crash_is_not_a_failure() {
        let (failed, text, _) = run("echo FAIL; exit 1", LONG);
        assert!(!failed.is_crash() && text.contains("FAIL\nexit status 1\nFAIL\tm/p\t"), "{text}");
        let (died, text, _) = run("kill -SEGV $$", LONG);
        assert!(died.is_crash() && text.contains("signal: segmentation fault\nFAIL\tm/p\t"), "{text}");
    }
}
