//! Runs a benchmark under a counter.

use super::counter::Counter;
use crate::run::measure::Printed;
use crate::run::process::stream;
use crate::run::{RunError, Stop};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// The environment of a counted process: one thread runs Go code, and the garbage collector does not run, because both add what varies
/// from run to run. The memory is limited, since without a collector it only grows.
pub(super) const ENVIRONMENT: [(&str, &str); 3] =
    [("GOMAXPROCS", "1"), ("GOGC", "off"), ("GOMEMLIMIT", "1GiB")];
/// How long a process may take, unless the timeout of a benchmark is less.
const LONGEST: Duration = Duration::from_secs(120);
/// Of the output of a process, at most so much is kept.
const MOST_OUTPUT: usize = 1 << 20;
/// A file of counts has at most so many bytes.
const MOST_COUNTS: u64 = 64 << 20;
/// The lines that Go prints before results, which are part of a result file. Not `cpu: `, for valgrind gives the CPU another name.
const KEYS: [&str; 3] = ["goos: ", "goarch: ", "pkg: "];

/// A benchmark of a side, as its process is started.
#[derive(Debug, Clone, Copy)]
pub(super) struct Benchmark<'b> {
    /// The test binary.
    pub file: &'b Path,
    /// The folder in which it is run.
    pub folder: &'b Path,
    /// The import path of its package.
    pub package: &'b str,
    /// Its name, without the number of processors.
    pub name: &'b str,
    /// The value of `-test.bench`.
    pub pattern: &'b str,
    /// Environment variables of its side.
    pub environment: &'b [(String, String)],
    /// How long a benchmark may take.
    pub timeout: Duration,
}

/// What a counted process executed and printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counted {
    /// Its instructions.
    pub instructions: u64,
    /// The lines of its output that say where it ran.
    pub header: String,
    /// The values of allocations in its result: ` 16 B/op 2 allocs/op`; empty if there are none.
    pub allocations: String,
}

impl Benchmark<'_> {
    /// Runs it so often, and writes its counts to a file. Inside, why it cannot be counted.
    ///
    /// # Errors
    /// If the run is stopped.
    pub fn count(
        &self,
        counter: &Counter,
        operations: u64,
        counts: &Path,
        stop: &Stop,
    ) -> Result<Result<Counted, String>, RunError> {
        let mut command = counter.command(self.file, counts);
        command.args(["-test.paniconexit0", "-test.run=^$", "-test.timeout=0", "-test.count=1"]);
        command.args(["-test.benchmem", "-test.cpu=1"]);
        command.arg(format!("-test.bench={}", self.pattern));
        command.arg(format!("-test.benchtime={operations}x"));
        command.current_dir(self.folder).env("PWD", self.folder);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(ENVIRONMENT);
        let begin = Instant::now();
        let longest = self.timeout.min(LONGEST);
        let mut output = Vec::new();
        let take = |piece: Option<&[u8]>| {
            let piece = piece.unwrap_or_default();
            output.extend_from_slice(&piece[..piece.len().min(MOST_OUTPUT - output.len())]);
            let is_too_long = begin.elapsed() > longest;
            Ok(if is_too_long { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        let failed = |error| RunError::Start { package: self.package.to_string(), error };
        let ended = match stream(command, stop, take, failed) {
            Err(RunError::Start { error, .. }) => {
                return Ok(Err(format!("{counter} does not start: {error}")));
            }
            ended => ended?,
        };
        let Some(ended) = ended else {
            return Ok(Err(format!("it takes longer than {}s under {counter}", longest.as_secs())));
        };
        let output = String::from_utf8_lossy(&output);
        if !ended.status.success() {
            return Ok(Err(format!("it fails under {counter}: {}", complaint(&output, ended.status))));
        }
        let text = match read(counts) {
            Ok(text) => text,
            Err(error) => return Ok(Err(format!("{counter} left no counts: {error}"))),
        };
        Ok(counter.total(&text).and_then(|instructions| self.counted(instructions, &output)))
    }

    /// What was printed, if this benchmark alone ran.
    fn counted(&self, instructions: u64, output: &str) -> Result<Counted, String> {
        let results: Vec<(&str, Printed)> =
            output.lines().filter_map(|line| Some((line, Printed::read(line)?))).collect();
        match &results[..] {
            [(line, printed)] if printed.is_of(self.name) => {
                let header = output.lines().filter(|line| KEYS.iter().any(|key| line.starts_with(key)));
                let header = header.take(KEYS.len()).map(|line| format!("{line}\n")).collect();
                Ok(Counted { instructions, header, allocations: allocations(line) })
            }
            _ => Err("its pattern does not run exactly this benchmark".to_string()),
        }
    }
}

/// The values of a result that count allocations, as Go has printed them.
fn allocations(result: &str) -> String {
    let words: Vec<&str> = result.split_whitespace().skip(2).collect();
    let is_count = |pair: &&[&str]| matches!(pair.get(1), Some(&"B/op" | &"allocs/op"));
    words.chunks(2).filter(is_count).map(|pair| format!("\t{} {}", pair[0], pair[1])).collect()
}

/// What a process printed when it failed: its last line that is not empty, else its status.
fn complaint(output: &str, status: ExitStatus) -> String {
    let is_telling = |line: &&str| !line.trim().is_empty() && !matches!(line.trim(), "FAIL" | "PASS");
    output.lines().rfind(is_telling).map_or_else(|| status.to_string(), |line| line.trim().to_string())
}

fn read(file: &Path) -> std::io::Result<String> {
    if fs::metadata(file)?.len() > MOST_COUNTS {
        return Err(std::io::Error::other(format!("more than {MOST_COUNTS} bytes")));
    }
    Ok(String::from_utf8_lossy(&fs::read(file)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> Result<Counted, String> {
        let path = Path::new("p.test");
        let benchmark = Benchmark {
            file: path,
            folder: path,
            package: "m/p",
            name: "BenchmarkA/x",
            pattern: "",
            environment: &[],
            timeout: LONGEST,
        };
        benchmark.counted(7, output)
    }

    #[test]
    fn the_header_and_allocations_of_a_result_are_kept() {
        let found = counted(
            "goos: linux\npkg: m/p\ncpu: X\nBenchmarkA/x \t 10\t5 ns/op\t 16 B/op\t 2 allocs/op\nPASS\n",
        );
        let want = Counted {
            instructions: 7,
            header: "goos: linux\npkg: m/p\n".to_string(),
            allocations: "\t16 B/op\t2 allocs/op".to_string(),
        };
        assert_eq!(found, Ok(want));
        for other in ["", "BenchmarkB \t 10\t5 ns/op\n", "BenchmarkA/x 1 5 ns/op\nBenchmarkA/x 1 5 ns/op\n"] {
            assert!(counted(other).is_err(), "{other}");
        }
    }
}
