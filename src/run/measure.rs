//! Runs one test binary once, under a watchdog: Go's own time limit does not stop benchmarks.

use super::process::stream;
use super::transcript::{Ending, Transcript};
use super::{RunError, Stop};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// One process to run.
#[derive(Debug)]
pub(super) struct Job<'j> {
    /// The test binary.
    pub binary: &'j Path,
    /// The folder that it runs in.
    pub folder: &'j Path,
    /// Its package.
    pub package: &'j str,
    /// Its arguments, besides those that every one has.
    pub arguments: Vec<String>,
    /// How long a benchmark may take.
    pub limit: Duration,
}

/// What came of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measured {
    /// How it ended.
    pub ending: Ending,
    /// The benchmark that ran last.
    pub last: Option<String>,
    /// How many results it printed.
    pub results: usize,
}

impl Measured {
    /// Whether there is no point in trying again: it hangs, or takes the rest of its package down with it.
    pub fn is_lost(&self) -> bool {
        match self.ending {
            Ending::Passed | Ending::Code(1) => false,
            Ending::Code(_) | Ending::Signal(_) | Ending::Hung(_) => true,
        }
    }
}

impl Job<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.binary);
        // As `go test` has it; -v lets a result be in one piece whatever is printed, and says what runs.
        command.args(["-test.paniconexit0", "-test.v", "-test.run=^$", "-test.timeout=0", "-test.count=1"]);
        command.args(&self.arguments).current_dir(self.folder).env("PWD", self.folder);
        command
    }

    /// Runs it. `write` gets the text of the result file, `begins` the benchmarks as they begin.
    ///
    /// # Errors
    /// If it cannot be started, is stopped, or `write` fails.
    pub fn run(
        &self,
        stop: &Stop,
        mut write: impl FnMut(&[u8]) -> Result<(), RunError>,
        mut begins: impl FnMut(Option<&str>),
    ) -> Result<Measured, RunError> {
        begins(None);
        let start = Instant::now();
        let mut transcript = Transcript::new(self.package);
        let (mut since, mut text) = (start, Vec::new());
        let take = |piece: Option<&[u8]>| {
            if transcript.take(piece.unwrap_or_default(), &mut text) {
                since = Instant::now();
                begins(transcript.benchmark());
            }
            write(&text)?;
            text.clear();
            let is_over = since.elapsed() > self.limit;
            Ok(if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        let failed = |error| RunError::Start { package: self.package.to_string(), error };
        let status = stream(self.command(), stop, take, failed)?;
        let ending = status.map_or(Ending::Hung(self.limit), ending);
        let measured = Measured {
            last: transcript.benchmark().map(String::from),
            results: transcript.results(),
            ending,
        };
        write(&transcript.close(&measured.ending, start.elapsed()))?;
        Ok(measured)
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

    /// Runs a script in the place of a test binary.
    fn run(script: &str, limit: Duration) -> (Measured, String, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = folder.path().join("p.test");
        fs::write(&binary, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).expect("made executable");
        let arguments = vec!["-test.bench=X".to_string()];
        let job = Job { binary: &binary, folder: folder.path(), package: "m/p", arguments, limit };
        let (mut text, mut begun) = (Vec::new(), Vec::new());
        let write = |piece: &[u8]| {
            text.extend_from_slice(piece);
            Ok(())
        };
        let measured = job.run(&Stop::default(), write, |name| begun.extend(name.map(String::from)));
        (measured.expect("it starts"), String::from_utf8(text).expect("text"), begun)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_process_that_passes_is_written_down_as_go_test_does() {
        let (measured, text, mut begun) =
            run("echo $*; pwd >&2; echo BenchmarkA; printf 'BenchmarkA-2 \\t 1 \\t 5 ns/op\\nPASS\\n'", LONG);
        assert_eq!((measured.ending.clone(), measured.results), (Ending::Passed, 1));
        assert!(text.starts_with(
            "-test.paniconexit0 -test.v -test.run=^$ -test.timeout=0 -test.count=1 -test.bench=X\n/"
        ));
        assert!(text.contains("PASS\nok  \tm/p\t") && !measured.is_lost());
        begun.dedup();
        assert_eq!(begun, ["BenchmarkA"]);
    }

    #[test]
    fn a_benchmark_that_hangs_is_ended_and_named() {
        let (measured, text, _) = run(
            "echo BenchmarkA; echo BenchmarkB/x; while :; do echo tick; sleep 0.05; done",
            Duration::from_millis(500),
        );
        assert_eq!(measured.last.as_deref(), Some("BenchmarkB/x"));
        assert!(measured.is_lost() && text.contains("tick\n--- FAIL: BenchmarkB/x\n"), "{text}");
    }

    #[test]
    fn a_death_is_told_from_a_failure() {
        let (failed, text, _) = run("echo FAIL; exit 1", LONG);
        assert!(!failed.is_lost() && text.contains("FAIL\nexit status 1\nFAIL\tm/p\t"), "{text}");
        let (died, text, _) = run("kill -SEGV $$", LONG);
        assert!(died.is_lost() && text.contains("signal: segmentation fault\nFAIL\tm/p\t"), "{text}");
    }
}
