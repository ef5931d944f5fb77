//! Turns the output of a test binary into the text of a result file, with the lines that `go test` adds.

use crate::words::duration;
use std::fmt;
use std::time::Duration;

/// How a test binary ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It passed.
    Passed,
    /// With this exit code.
    Code(i32),
    /// It was killed by this signal.
    Signal(i32),
    /// It had no result for this long, and was killed.
    TimedOut(Duration),
}

/// As `go test` prints it.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Passed => f.write_str("passed"),
            Ending::Code(code) => write!(f, "exit status {code}"),
            Ending::Signal(6) => f.write_str("signal: aborted"),
            Ending::Signal(9) => f.write_str("signal: killed"),
            Ending::Signal(11) => f.write_str("signal: segmentation fault"),
            Ending::Signal(15) => f.write_str("signal: terminated"),
            Ending::Signal(other) => write!(f, "signal: signal {other}"),
            Ending::TimedOut(limit) => write!(f, "no result within {}", duration(*limit)),
        }
    }
}

/// Takes the output of a test binary with `-test.v` piece by piece, and returns it line by line.
#[derive(Debug)]
pub(super) struct Transcript {
    package: String,
    /// The beginning of a line whose end has not arrived.
    partial: Vec<u8>,
    /// The benchmark that began last.
    benchmark: Option<String>,
    results: usize,
}

/// A longer line is passed on before its end has arrived, so that it cannot fill the memory.
const LONGEST: usize = 1 << 20;

impl Transcript {
    /// For the output of this package's binary.
    pub fn new(package: impl Into<String>) -> Transcript {
        Transcript { package: package.into(), partial: Vec::new(), benchmark: None, results: 0 }
    }

    /// Adds a piece of output; complete lines go to `out`. Whether there was progress: a benchmark began or has a result.
    pub fn add(&mut self, piece: &[u8], out: &mut Vec<u8>) -> bool {
        self.partial.extend_from_slice(piece);
        let Some(end) = self.partial.iter().rposition(|&byte| byte == b'\n') else {
            if self.partial.len() > LONGEST {
                out.append(&mut self.partial);
            }
            return false;
        };
        let rest = self.partial.split_off(end + 1);
        let lines = std::mem::replace(&mut self.partial, rest);
        let progress = lines.split(|&byte| byte == b'\n').filter(|line| self.line(line)).count() > 0;
        out.extend_from_slice(&lines);
        progress
    }

    fn line(&mut self, line: &[u8]) -> bool {
        let text = String::from_utf8_lossy(line);
        // Printed text without a line end may come before the name.
        let Some(at) = text.find("Benchmark") else { return false };
        let is_name = at == 0 && !text.contains(char::is_whitespace);
        let is_result = text[at..].contains('\t') && !text[at..].contains("--- ");
        if is_name {
            self.benchmark = Some(text.into_owned());
        }
        self.results += usize::from(is_result);
        is_name || is_result
    }

    /// The benchmark that began last.
    pub fn benchmark(&self) -> Option<&str> {
        self.benchmark.as_deref()
    }

    /// How many results there are.
    pub fn results(&self) -> usize {
        self.results
    }

    /// What comes after the output.
    pub fn finish(mut self, ending: &Ending, took: Duration) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.partial);
        if !out.is_empty() {
            out.push(b'\n');
        }
        let (package, seconds) = (&self.package, took.as_secs_f64());
        let failed = format!("FAIL\t{package}\t{seconds:.3}s\n");
        let text = match ending {
            Ending::Passed => format!("ok  \t{package}\t{seconds:.3}s\n"),
            Ending::Code(_) | Ending::Signal(_) => format!("{ending}\n{failed}"),
            // As `go test` prints it of tests.
            Ending::TimedOut(_) => {
                let killed = format!("*** Test killed: {ending}\n{failed}");
                self.benchmark().map_or(String::new(), |name| format!("--- FAIL: {name}\n")) + &killed
            }
        };
        out.extend_from_slice(text.as_bytes());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn taken(pieces: &[&str]) -> (Transcript, String, Vec<bool>) {
        let mut transcript = Transcript::new("m/p");
        let mut out = Vec::new();
        let progress = pieces.iter().map(|piece| transcript.add(piece.as_bytes(), &mut out)).collect();
        (transcript, String::from_utf8(out).expect("text"), progress)
    }

    #[test]
    fn lines_are_complete_however_they_arrive() {
        let (transcript, out, progress) = taken(&[
            "pkg: m/p\nBench",
            "markA\n",
            "BenchmarkA-2 \t 10\t5 ns",
            "/op\nBenchmarkB\nlog",
            " line\n.",
        ]);
        assert_eq!(out, "pkg: m/p\nBenchmarkA\nBenchmarkA-2 \t 10\t5 ns/op\nBenchmarkB\nlog line\n");
        assert_eq!(progress, [false, true, false, true, false]);
        assert_eq!((transcript.benchmark(), transcript.results()), (Some("BenchmarkB"), 1));
        let end = transcript.finish(&Ending::Code(1), SECOND);
        assert_eq!(String::from_utf8_lossy(&end), ".\nexit status 1\nFAIL\tm/p\t1.000s\n");
    }

    #[test]
    fn what_a_benchmark_prints_is_no_progress() {
        let (transcript, _, progress) =
            taken(&["BenchmarkA\n", "tick\n", "--- FAIL: BenchmarkA\n", "..BenchmarkA-2 \t1\t5 ns/op\n"]);
        assert_eq!(progress, [true, false, false, true]);
        assert_eq!(transcript.results(), 1);
    }

    #[test]
    fn every_ending_is_written_as_go_test_writes_it() {
        for (ending, want) in [
            (Ending::Passed, "ok  \tm/p\t1.000s\n"),
            (Ending::Code(2), "exit status 2\nFAIL\tm/p\t1.000s\n"),
            (Ending::Signal(11), "signal: segmentation fault\nFAIL\tm/p\t1.000s\n"),
            (
                Ending::TimedOut(SECOND * 2),
                "--- FAIL: BenchmarkA/x\n*** Test killed: no result within 2s\nFAIL\tm/p\t1.000s\n",
            ),
        ] {
            let (transcript, ..) = taken(&["BenchmarkA/x\n"]);
            assert_eq!(String::from_utf8_lossy(&transcript.finish(&ending, SECOND)), want);
        }
        let silent = Transcript::new("m/p").finish(&Ending::TimedOut(SECOND), SECOND);
        assert!(String::from_utf8_lossy(&silent).starts_with("*** Test killed: no result within 1s\n"));
    }
}
