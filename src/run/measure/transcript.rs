//! Turns the output of a test binary into the text of a result file, with the lines that `go test` adds.

use crate::words::duration;
use bstr::ByteSlice;
use indexmap::IndexSet;
use std::collections::BTreeSet;
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

/// What a test binary printed about its benchmarks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Printout {
    /// Each benchmark that began, once, in this order, without the number of processors.
    pub begun: Vec<String>,
    /// Those that began more than once.
    pub repeated: BTreeSet<String>,
    /// The results.
    pub printed: Vec<Printed>,
    /// Whether a benchmark failed or was skipped.
    pub has_trouble: bool,
}

/// A result as a test binary prints it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Printed {
    /// The name with the number of processors: `BenchmarkTally-2`.
    pub name: String,
    /// How many operations were done.
    pub iterations: u64,
    /// How long one took, in nanoseconds, if that is among the values.
    pub nanoseconds: Option<f64>,
}

impl Printed {
    /// Reads a line; `None` if it is no result.
    pub fn read(line: &str) -> Option<Printed> {
        let mut words = line.split_whitespace();
        let name = words.next().filter(|name| name.starts_with("Benchmark"))?.to_string();
        let iterations = words.next()?.parse().ok()?;
        let words: Vec<&str> = words.collect();
        let of_unit = |pair: &&[&str]| pair.get(1) == Some(&"ns/op");
        let nanoseconds = words.chunks(2).find(of_unit).and_then(|pair| pair[0].parse().ok());
        (words.len() > 1).then_some(Printed { name, iterations, nanoseconds })
    }

    /// Whether it is a result of this benchmark, whose name is without the number of processors.
    pub fn is_of(&self, benchmark: &str) -> bool {
        let rest = self.name.strip_prefix(benchmark);
        let is_procs = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_procs))
    }
}

/// Takes the output of a test binary with `-test.v` piece by piece, and returns it line by line.
#[derive(Debug)]
pub(super) struct Transcript {
    package: String,
    /// The only benchmark of the process. Its result is kept until the process has ended, and then gets one more value.
    only: Option<String>,
    /// What was printed from its result on.
    kept: Vec<u8>,
    /// The beginning of a line whose end has not arrived.
    partial: Vec<u8>,
    /// The benchmark that began last.
    benchmark: Option<String>,
    /// Each benchmark that began, once, in this order.
    begun: IndexSet<String>,
    /// Benchmarks that began more than once.
    repeated: BTreeSet<String>,
    printed: Vec<Printed>,
    /// Whether a benchmark failed or was skipped.
    has_trouble: bool,
    results: usize,
}

/// A longer line is passed on before its end has arrived, so that it cannot fill the memory. Nor can what is kept.
const LONGEST: usize = 1 << 20;
/// More benchmarks are not told apart, for the same reason.
const MOST: usize = 100_000;

impl Transcript {
    /// For the output of this package's binary, with its only benchmark if there is but one.
    pub fn new(package: impl Into<String>, only: Option<&str>) -> Transcript {
        Transcript {
            package: package.into(),
            only: only.map(String::from),
            kept: Vec::new(),
            partial: Vec::new(),
            benchmark: None,
            begun: IndexSet::new(),
            repeated: BTreeSet::new(),
            printed: Vec::new(),
            has_trouble: false,
            results: 0,
        }
    }

    /// Adds a piece of output; complete lines go to `out`. Whether there was progress: a benchmark began that had not begun before.
    pub fn add(&mut self, piece: &[u8], out: &mut Vec<u8>) -> bool {
        self.partial.extend_from_slice(piece);
        let Some(end) = self.partial.iter().rposition(|&byte| byte == b'\n') else {
            if self.partial.len() > LONGEST {
                out.append(&mut self.kept);
                out.append(&mut self.partial);
            }
            return false;
        };
        let rest = self.partial.split_off(end + 1);
        let lines = std::mem::replace(&mut self.partial, rest);
        let before = self.begun.len();
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            let is_only = self.line(line);
            let is_kept = is_only || !self.kept.is_empty();
            if is_kept { &mut self.kept } else { &mut *out }.extend_from_slice(line);
        }
        if self.kept.len() > LONGEST {
            out.append(&mut self.kept);
        }
        self.begun.len() > before
    }

    /// Whether the line is the result of the only benchmark.
    fn line(&mut self, line: &[u8]) -> bool {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']);
        self.has_trouble |= ["--- FAIL: ", "--- SKIP: "].iter().any(|it| text.trim_start().starts_with(it));
        // Printed text without a line end may come before the name.
        let Some(at) = text.find("Benchmark") else { return false };
        if at == 0 && !text.contains(char::is_whitespace) {
            self.begins(text);
            return false;
        }
        let is_result = text[at..].contains('\t') && !text[at..].contains("--- ");
        self.results += usize::from(is_result);
        let printed = Printed::read(text).filter(|_| is_result && self.printed.len() < MOST);
        let is_only =
            printed.as_ref().is_some_and(|it| self.only.as_ref().is_some_and(|only| it.is_of(only)));
        self.printed.extend(printed);
        is_only
    }

    fn begins(&mut self, name: &str) {
        self.benchmark = Some(name.to_string());
        if self.begun.contains(name) {
            self.repeated.insert(name.to_string());
        } else if self.begun.len() < MOST {
            self.begun.insert(name.to_string());
        }
    }

    /// The benchmark that began last.
    pub fn benchmark(&self) -> Option<&str> {
        self.benchmark.as_deref()
    }

    /// How many results there are.
    pub fn results(&self) -> usize {
        self.results
    }

    /// The result of the only benchmark, if there is exactly one.
    pub fn result_of_only(&self) -> Option<&Printed> {
        let only = self.only.as_ref()?;
        match &self.printed[..] {
            [printed] if printed.is_of(only) && !self.kept.is_empty() => Some(printed),
            _ => None,
        }
    }

    /// What was printed about benchmarks.
    pub fn printout(&self) -> Printout {
        Printout {
            begun: self.begun.iter().cloned().collect(),
            repeated: self.repeated.clone(),
            printed: self.printed.clone(),
            has_trouble: self.has_trouble,
        }
    }

    /// Adds a value to the result that is kept.
    pub fn add_value(&mut self, value: &str) {
        let end = self.kept.iter().position(|&byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.kept.len());
        let is_there = self.kept[..end].find(value.rsplit(' ').next().unwrap_or(value)).is_some();
        if !self.kept.is_empty() && !is_there {
            self.kept.splice(end..end, format!("\t{value}").into_bytes());
        }
    }

    /// What comes after the output.
    pub fn finish(mut self, ending: &Ending, took: Duration) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.kept);
        out.append(&mut self.partial);
        if out.last().is_some_and(|&byte| byte != b'\n') {
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
        let mut transcript = Transcript::new("m/p", None);
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
        let printout = transcript.printout();
        assert_eq!(printout.begun, ["BenchmarkA", "BenchmarkB"]);
        let a = Printed { name: "BenchmarkA-2".to_string(), iterations: 10, nanoseconds: Some(5.0) };
        assert_eq!((printout.printed, printout.has_trouble), (vec![a], false));
        assert_eq!((transcript.benchmark(), transcript.results()), (Some("BenchmarkB"), 1));
        let end = transcript.finish(&Ending::Code(1), SECOND);
        assert_eq!(String::from_utf8_lossy(&end), ".\nexit status 1\nFAIL\tm/p\t1.000s\n");
    }

    #[test]
    fn what_a_benchmark_prints_is_no_progress() {
        let (transcript, _, progress) = taken(&[
            "BenchmarkA\n",
            "tick\n",
            "--- FAIL: BenchmarkA\n",
            "BenchmarkA\nBenchmarkA-2 \t1\t5 ns/op\n",
        ]);
        assert_eq!(progress, [true, false, false, false], "it begins once");
        let printout = transcript.printout();
        assert_eq!((transcript.results(), printout.has_trouble), (1, true));
        assert!(printout.repeated.contains("BenchmarkA"));
        let (transcript, ..) = taken(&["..BenchmarkA-2 \t1\t5 ns/op\n"]);
        assert_eq!(
            (transcript.results(), transcript.printout().printed),
            (1, Vec::new()),
            "text comes before it"
        );
    }

    fn with_value(text: &str) -> String {
        let mut transcript = Transcript::new("m/p", Some("BenchmarkA/x"));
        let mut out = Vec::new();
        transcript.add(text.as_bytes(), &mut out);
        if transcript.result_of_only().is_some() {
            transcript.add_value("7 cpu-ns/op");
        }
        out.extend(transcript.finish(&Ending::Passed, SECOND));
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_result_of_the_only_benchmark_gets_a_value() {
        assert_eq!(
            with_value("BenchmarkA/x\nBenchmarkA/x-2 \t 1\t 5 ns/op\nPASS\n"),
            "BenchmarkA/x\nBenchmarkA/x-2 \t 1\t 5 ns/op\t7 cpu-ns/op\nPASS\nok  \tm/p\t1.000s\n"
        );
        for other in [
            "BenchmarkA/x-2 \t 1\t 5 ns/op\nBenchmarkA/x-2 \t 1\t 5 ns/op\n",
            "BenchmarkA/xy-2 \t 1\t 5 ns/op\n",
            "BenchmarkA/x-y \t 1\t 5 ns/op\n",
            "..BenchmarkA/x-2 \t 1\t 5 ns/op\n",
            "BenchmarkA/x-2 \t 1\t 5 ns/op\t 9 cpu-ns/op\n",
            "BenchmarkA/x-2 \t 1\n",
        ] {
            assert!(with_value(other).starts_with(other), "{other}");
        }
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
        let silent = Transcript::new("m/p", None).finish(&Ending::TimedOut(SECOND), SECOND);
        assert!(String::from_utf8_lossy(&silent).starts_with("*** Test killed: no result within 1s\n"));
    }
}
