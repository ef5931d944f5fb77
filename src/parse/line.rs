//! What one line is.

use super::number;
use crate::model::{LossReason, Name};
use bstr::ByteSlice;

/// One line of `go test` output.
#[derive(Debug, Clone)]
pub enum Record<'a> {
    /// `BenchmarkDecode-8   100   12.3 ns/op`: a result, if its measurements turn out to be well formed.
    Result(BenchmarkLine<'a>),
    /// A result line that is broken before its measurements.
    Broken(LossReason),
    /// `key: value`; an empty value unsets the key.
    Config {
        /// The key, beginning with a lower-case letter.
        key: &'a [u8],
        /// The value without blanks around it.
        value: &'a [u8],
    },
    /// `FAIL<tab>package`.
    FailedPackage(&'a [u8]),
    /// `--- FAIL: BenchmarkX`, alone or in place of a result.
    FailedBenchmark(&'a [u8]),
    /// Anything else: `PASS`, `ok`, logs, blank lines.
    Other,
}

/// A result line up to its measurements.
#[derive(Debug, Clone)]
pub struct BenchmarkLine<'a> {
    /// The name without the `Benchmark` prefix.
    pub name: &'a [u8],
    /// How often the loop ran, b.N.
    pub iterations: u64,
    /// What was measured.
    pub measurements: Measurements<'a>,
}

/// The `value unit` pairs of a result line; ends at the first error.
#[derive(Debug, Clone)]
pub struct Measurements<'a> {
    name: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Iterator for Measurements<'a> {
    type Item = Result<(f64, &'a [u8]), LossReason>;

    fn next(&mut self) -> Option<Self::Item> {
        let (number, rest) = field(self.rest);
        let (unit, rest) = field(rest);
        self.rest = rest;
        if number.is_empty() {
            return None;
        }
        let read = match number::value(number) {
            None => Err(LossReason::Value { name: self.name.into(), found: number.into() }),
            Some(_) if unit.is_empty() => {
                Err(LossReason::Unit { name: self.name.into(), value: number.into() })
            }
            Some(value) => Ok((value, unit)),
        };
        if read.is_err() {
            self.rest = b"";
        }
        Some(read)
    }
}

/// Says what a line is, given without its line end. Never fails; O(length), no allocation unless something is broken.
pub fn record(line: &[u8]) -> Record<'_> {
    let begun = match line.first() {
        Some(b'B') => line.strip_prefix(b"Benchmark").map_or(Record::Other, benchmark),
        Some(b'F') => failed_package(line),
        Some(b'-') => failed_benchmark(line),
        Some(b'a'..=b'z' | 0x80..) => config(line),
        _ => Record::Other,
    };
    match begun {
        Record::Other => glued(line),
        Record::Config { value, .. } if matches!(glued(value), Record::Broken(_)) => glued(line),
        begun => begun,
    }
}

/// What follows `Benchmark`. Go's own rule decides what is a benchmark and what is prose: no lower-case letter may come
/// next (`go doc cmd/go`, "Testing functions").
fn benchmark(after: &[u8]) -> Record<'_> {
    // Without a blank behind it, it is the bare name by which `go test -v` announces a benchmark.
    let Some((name, rest)) = name(after) else { return Record::Other };
    let values = trim(rest);
    let (count, measured) = field(values);
    match number::iterations(count) {
        Some(_) if trim(measured).is_empty() => Record::Broken(LossReason::Torn(name.into())),
        Some(iterations) => Record::Result(BenchmarkLine {
            name,
            iterations,
            measurements: Measurements { name, rest: measured },
        }),
        None if values.starts_with(b"--- FAIL: ") => failed_benchmark(values),
        None if !is_set_apart(rest) && Name::new(name).procs().is_none() => Record::Other,
        None if count.is_empty() => Record::Broken(LossReason::Torn(name.into())),
        None => Record::Broken(LossReason::Iterations { name: name.into(), found: excerpt(values).into() }),
    }
}

/// The name of a benchmark, and what stands behind it.
fn name(after: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_prose = after.chars().next().is_some_and(char::is_lowercase);
    after.find_byteset(BLANKS).filter(|_| !is_prose).map(|end| after.split_at(end))
}

/// Whether a tab follows: Go puts one behind every name, people who write about benchmarks do not.
fn is_set_apart(rest: &[u8]) -> bool {
    rest.iter().take_while(|byte| BLANKS.contains(byte)).any(|&byte| byte == b'\t')
}

/// A result that does not begin its line: something was printed before it without a line end.
fn glued(line: &[u8]) -> Record<'_> {
    // A result at the very beginning has been looked at.
    let Some(at) = line.find(b"Benchmark").filter(|&at| at > 0) else { return Record::Other };
    match name(&line[at + b"Benchmark".len()..]) {
        Some((name, rest)) if is_set_apart(rest) && !line.starts_with(b"ok  \t") => {
            Record::Broken(LossReason::Glued { name: name.into(), before: excerpt(&line[..at]).into() })
        }
        Some(_) | None => Record::Other,
    }
}

fn failed_package(line: &[u8]) -> Record<'_> {
    match line.strip_prefix(b"FAIL\t").map(field) {
        Some((package, _)) if !package.is_empty() => Record::FailedPackage(package),
        _ => Record::Other,
    }
}

fn failed_benchmark(line: &[u8]) -> Record<'_> {
    match line.strip_prefix(b"--- FAIL: ").map(field) {
        Some((name, _)) if !name.is_empty() => Record::FailedBenchmark(name),
        _ => Record::Other,
    }
}

/// `key: value`, as the Go benchmark data format has it (proposal 14313): the key begins with a lower-case letter and
/// holds neither blanks nor capitals.
fn config(line: &[u8]) -> Record<'_> {
    let Some(colon) = line.find_byte(b':') else {
        return Record::Other;
    };
    let (key, value) = (&line[..colon], &line[colon + 1..]);
    let begins_lower = key.chars().next().is_some_and(char::is_lowercase);
    if !begins_lower || key.chars().any(|c| c.is_whitespace() || c.is_uppercase()) {
        return Record::Other;
    }
    match value.first() {
        None | Some(b' ' | b'\t') => Record::Config { key, value: trim(value) },
        Some(_) => Record::Other,
    }
}

const BLANKS: &[u8] = b" \t\r\x0b\x0c";

/// The first field and what follows it.
fn field(text: &[u8]) -> (&[u8], &[u8]) {
    let start = text.iter().position(|byte| !BLANKS.contains(byte)).unwrap_or(text.len());
    let text = &text[start..];
    text.split_at(text.iter().position(|byte| BLANKS.contains(byte)).unwrap_or(text.len()))
}

fn trim(text: &[u8]) -> &[u8] {
    text.trim_with(|c| c.is_ascii() && BLANKS.contains(&(c as u8)))
}

/// As much of a text as fits a message.
fn excerpt(text: &[u8]) -> &[u8] {
    &text[..text.len().min(40)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(line: &str) -> String {
        match record(line.as_bytes()) {
            Record::Result(BenchmarkLine { name, iterations, measurements }) => {
                let measured: Vec<String> = measurements
                    .map(|m| {
                        m.map_or_else(
                            |e| e.to_string(),
                            |(value, unit)| format!("{value} {}", unit.as_bstr()),
                        )
                    })
                    .collect();
                format!("result {} x{iterations}: {}", name.as_bstr(), measured.join(", "))
            }
            Record::Broken(reason) => format!("broken: {reason}"),
            Record::Config { key, value } => {
                format!("config {}={}", key.as_bstr(), value.as_bstr())
            }
            Record::FailedPackage(package) => format!("failed package {}", package.as_bstr()),
            Record::FailedBenchmark(name) => format!("failed {}", name.as_bstr()),
            Record::Other => "other".to_string(),
        }
    }

    #[test]
    fn every_line_is_something() {
        for (line, want) in [
            ("BenchmarkX-8 \t 100\t 12.3 ns/op\t 0 B/op", "result X-8 x100: 12.3 ns/op, 0 B/op"),
            ("Benchmark 1 2 x", "result  x1: 2 x"),
            (
                "BenchmarkX 1",
                "broken: X has no values: something printed in the middle of its result (print to a file, or use b.Log)",
            ),
            (
                "Flushing BenchmarkX-2 \t 1\t 1 ns/op",
                "broken: X-2: its line begins with `Flushing `, which something printed without a line end",
            ),
            (
                "redis: ok BenchmarkX-2 \t 1\t 1 ns/op",
                "broken: X-2: its line begins with `redis: ok `, which something printed without a line end",
            ),
            ("note: see BenchmarkX", "config note=see BenchmarkX"),
            ("BenchmarkX 1 2 x 3 x", "result X x1: 2 x, 3 x"),
            ("BenchmarkX 1 2 x # c", "result X x1: 2 x, X: expected a number, found `#`"),
            ("BenchmarkX 1 2", "result X x1: X: the value 2 has no unit"),
            ("BenchmarkX 1 2 ns/op \r", "result X x1: 2 ns/op"),
            ("BenchmarkX", "other"),
            ("Benchmarks are great", "other"),
            ("Benchmark", "other"),
            (
                "BenchmarkX-2   \t",
                "broken: X-2 has no values: something printed in the middle of its result (print to a file, or use b.Log)",
            ),
            (
                "BenchmarkX-2 \tconnected",
                "broken: X-2: expected a number of iterations, found `connected` (did the benchmark print something?)",
            ),
            ("BenchmarkA: three workers", "other"),
            ("Benchmark results are in out.json", "other"),
            ("BenchmarkX 12a ns/op", "other"),
            (
                "xBenchmarkX-2 \txx 100\t 1 ns/op",
                "broken: X-2: its line begins with `x`, which something printed without a line end",
            ),
            (
                "7\tBenchmarkX-2\t 100\t 1 ns/op",
                "broken: X-2: its line begins with `7\t`, which something printed without a line end",
            ),
            ("--- BENCH: BenchmarkX-2", "other"),
            ("=== RUN   BenchmarkX", "other"),
            ("ok  \texample.com/BenchmarkX\t0.1s", "other"),
            ("see BenchmarkX for more", "other"),
            ("BenchmarkX-2 \t--- FAIL: BenchmarkX-2", "failed BenchmarkX-2"),
            ("--- FAIL: BenchmarkX (0.00s)", "failed BenchmarkX"),
            ("FAIL\texample.com/x\t0.450s", "failed package example.com/x"),
            ("FAIL\texample.com/x [build failed]", "failed package example.com/x"),
            ("FAIL", "other"),
            ("pkg: example.com/x", "config pkg=example.com/x"),
            ("cpu: AMD EPYC   ", "config cpu=AMD EPYC"),
            ("note:", "config note="),
            ("key:value", "other"),
            ("Key: value", "other"),
            ("two words: value", "other"),
            ("é: v", "config é=v"),
            ("PASS", "other"),
            ("ok  \texample.com/x\t1.2s", "other"),
            ("", "other"),
        ] {
            assert_eq!(told(line), want, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in proptest::collection::vec(any::<u8>(), 0..80)) {
            told(&String::from_utf8_lossy(&line));
            let mut result = b"Benchmark".to_vec();
            result.extend(line);
            if let Record::Result(result) = record(&result) {
                prop_assert!(result.measurements.count() <= 40);
            }
        }

        #[test]
        fn what_go_prints_is_read_back(
            name in "[A-Z][a-zA-Z0-9_/=-]{0,20}", n in any::<u64>(), values in proptest::collection::vec((any::<f64>(), "[a-zA-Z/]{1,8}"), 1..5),
        ) {
            let mut line = format!("Benchmark{name}-8   \t{n:>8}");
            for (value, unit) in &values {
                line += &format!("\t{value:>12} {unit}");
            }
            let Record::Result(result) = record(line.as_bytes()) else { panic!("{line}") };
            let read: Result<Vec<_>, _> = result.measurements.collect();
            let read = read.expect("well formed");
            prop_assert_eq!(result.iterations, n);
            prop_assert_eq!(read.len(), values.len());
            for ((got, unit), (value, want)) in read.iter().zip(&values) {
                prop_assert!(got.to_bits() == value.to_bits() || got.is_nan() && value.is_nan());
                prop_assert_eq!(unit.as_bstr(), want.as_str());
            }
        }
    }
}
