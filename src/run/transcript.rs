//! The output of one test binary as the text of a result file: with what `go test` would have written around it.

use crate::words::duration;
use std::time::Duration;

/// How a test binary ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// It passed.
    Passed,
    /// With this exit code.
    Code(i32),
    /// By a signal of this number.
    #[cfg_attr(not(unix), expect(dead_code, reason = "other systems have no signals"))]
    Signal(i32),
    /// We ended it: there was no result for that long.
    Hung(Duration),
}

/// Takes the output of a test binary with `-test.v` as it comes, and gives it back line by line.
#[derive(Debug)]
pub(super) struct Transcript {
    package: String,
    /// What has come of a line that is not over.
    partial: Vec<u8>,
    /// The benchmark that began last.
    benchmark: Option<String>,
    results: usize,
}

/// The longest line that is kept back until it is over; one without end must not fill the memory.
const LONGEST: usize = 1 << 20;

impl Transcript {
    /// For the output of this package's binary.
    pub fn new(package: impl Into<String>) -> Transcript {
        Transcript { package: package.into(), partial: Vec::new(), benchmark: None, results: 0 }
    }

    /// Takes a piece; whole lines go to `out`. Whether there was progress: a benchmark has begun, or has a result.
    pub fn take(&mut self, piece: &[u8], out: &mut Vec<u8>) -> bool {
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
        // A print without a line end may stand before the name.
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

    /// How many results came.
    pub fn results(&self) -> usize {
        self.results
    }

    /// What stands behind the output in the end.
    pub fn close(mut self, ending: &Ending, took: Duration) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.partial);
        if !out.is_empty() {
            out.push(b'\n');
        }
        let (package, seconds) = (&self.package, took.as_secs_f64());
        let failed = format!("FAIL\t{package}\t{seconds:.3}s\n");
        let text = match ending {
            Ending::Passed => format!("ok  \t{package}\t{seconds:.3}s\n"),
            Ending::Code(code) => format!("exit status {code}\n{failed}"),
            Ending::Signal(number) => format!("signal: {}\n{failed}", signal(*number)),
            // In the words of `go test`, which says so of tests; a line that begins with `signal:` would be configuration.
            Ending::Hung(limit) => {
                let killed = format!("*** Test killed: no result within {}\n{failed}", duration(*limit));
                self.benchmark().map_or(String::new(), |name| format!("--- FAIL: {name}\n")) + &killed
            }
        };
        out.extend_from_slice(text.as_bytes());
        out
    }
}

/// A signal as Go calls it.
fn signal(number: i32) -> String {
    match number {
        6 => "aborted".to_string(),
        9 => "killed".to_string(),
        11 => "segmentation fault".to_string(),
        15 => "terminated".to_string(),
        other => format!("signal {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn taken(pieces: &[&str]) -> (Transcript, String, Vec<bool>) {
        let mut transcript = Transcript::new("m/p");
        let mut out = Vec::new();
        let progress = pieces.iter().map(|piece| transcript.take(piece.as_bytes(), &mut out)).collect();
        (transcript, String::from_utf8(out).expect("text"), progress)
    }

    #[test]
    fn lines_come_out_whole_however_they_come_in() {
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
        let end = transcript.close(&Ending::Code(1), SECOND);
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
                Ending::Hung(SECOND * 2),
                "--- FAIL: BenchmarkA/x\n*** Test killed: no result within 2s\nFAIL\tm/p\t1.000s\n",
            ),
        ] {
            let (transcript, ..) = taken(&["BenchmarkA/x\n"]);
            assert_eq!(String::from_utf8_lossy(&transcript.close(&ending, SECOND)), want);
        }
        let silent = Transcript::new("m/p").close(&Ending::Hung(SECOND), SECOND);
        assert!(String::from_utf8_lossy(&silent).starts_with("*** Test killed: no result within 1s\n"));
    }
}
