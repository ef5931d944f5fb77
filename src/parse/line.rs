//! What one line is.

use super::field::{BLANKS, field, trim};
use super::number;
use crate::model::{LossReason, Name, NumberError, excerpt, name_excerpt};
use bstr::ByteSlice;

/// One line of `go test` output.
#[derive(Debug, Clone)]
pub enum Record<'a> {
    /// `BenchmarkDecode-8   100   12.3 ns/op`: a result, if its measurements turn out to be well formed.
    Result(BenchmarkLine<'a>),
    /// The same behind text that something printed without a line end; the result itself is whole.
    Behind(BenchmarkLine<'a>),
    /// A name in whose line no values follow: something printed there.
    Torn {
        /// The name.
        name: &'a [u8],
        /// What stands behind it.
        found: &'a [u8],
    },
    /// Two names on one line, and whatever follows.
    TwoNames {
        /// The first name.
        first: &'a [u8],
        /// The second one.
        second: &'a [u8],
    },
    /// `BenchmarkDecode-8` alone: how a benchmark is announced, or what is left of a result.
    Bare(&'a [u8]),
    /// The values of a result without its name.
    Values(Values<'a>),
    /// A result line that is broken before its measurements.
    Broken(LossReason),
    /// `key: value`; an empty value unsets the key.
    Config {
        /// The key, beginning with a lower-case letter.
        key: &'a [u8],
        /// The value without blanks around it.
        value: &'a [u8],
    },
    /// `Unit ns/op better=lower`: what is said about a unit; given without `Unit`.
    Unit(&'a [u8]),
    /// `PASS`: a test binary is done.
    Pass,
    /// `ok  <tab>package`.
    Ok {
        /// The package.
        package: &'a [u8],
        /// Whether it had nothing to run.
        idle: bool,
    },
    /// `FAIL`: a test binary, or the whole run, failed.
    Fail,
    /// `FAIL<tab>package`, and in brackets why.
    FailedPackage {
        /// The package.
        package: &'a [u8],
        /// `build failed`, `setup failed`; empty if nothing is given.
        why: &'a [u8],
    },
    /// `--- FAIL: BenchmarkX`, alone or in place of a result.
    FailedBenchmark(&'a [u8]),
    /// `--- SKIP: BenchmarkX`.
    Skipped(&'a [u8]),
    /// How a process died: `panic: …`, `exit status 2`, `signal: killed`.
    Died(&'a [u8]),
    /// Anything else: logs, blank lines.
    Other,
}

/// A result line up to its measurements.
#[derive(Debug, Clone)]
pub struct BenchmarkLine<'a> {
    /// The name without the `Benchmark` prefix.
    pub name: &'a [u8],
    /// What was measured.
    pub values: Values<'a>,
}

/// What stands behind the name in a result line.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    /// How often the loop ran, b.N.
    pub iterations: u64,
    measured: &'a [u8],
}

impl<'a> Values<'a> {
    /// The measurements, of the benchmark that `name` names.
    pub fn of<'n>(&self, name: &'n [u8]) -> Measurements<'n, 'a> {
        Measurements { name, rest: self.measured }
    }

    /// Whether there is no measurement at all.
    pub fn is_empty(&self) -> bool {
        trim(self.measured).is_empty()
    }
}

/// The `value unit` pairs of a result line; ends at the first error.
#[derive(Debug, Clone)]
pub struct Measurements<'n, 'a> {
    name: &'n [u8],
    rest: &'a [u8],
}

impl<'a> Iterator for Measurements<'_, 'a> {
    type Item = Result<(f64, &'a [u8]), LossReason>;

    fn next(&mut self) -> Option<Self::Item> {
        let (found, rest) = field(self.rest);
        let (unit, rest) = field(rest);
        self.rest = rest;
        if found.is_empty() {
            return None;
        }
        let name = || name_excerpt(self.name);
        let read = match number::value(found) {
            Err(error) => Err(LossReason::Value { name: name(), found: excerpt(found), error }),
            Ok(_) if unit.is_empty() => Err(LossReason::Unit { name: name(), value: excerpt(found) }),
            Ok(value) => Ok((value, unit)),
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
        Some(b' ' | b'\0' | b'0'..=b'9') => values_alone(line),
        Some(b'F') => failed_package(line),
        Some(b'-') => ended_benchmark(line),
        Some(b'P') if trim(line) == b"PASS" => Record::Pass,
        Some(b'U') => line.strip_prefix(b"Unit").map_or(Record::Other, unit),
        Some(b'e') if line.starts_with(b"exit status ") => Record::Died(line),
        Some(b'o') if line.starts_with(b"ok  \t") => passed_package(&line[b"ok  \t".len()..]),
        Some(b'*') if line.starts_with(b"*** Test killed") => Record::Died(line),
        Some(b'S') if line.starts_with(b"SIGQUIT: ") => Record::Died(line),
        Some(b'f') if line.starts_with(b"fatal error: ") => Record::Died(line),
        Some(b'a'..=b'z' | 0x80..) => config(line),
        _ => Record::Other,
    };
    match begun {
        // Who prints `note: ` without a line end before a result must not turn it into configuration.
        begun @ (Record::Other | Record::Config { .. }) => match behind(line) {
            Record::Other => begun,
            glued => glued,
        },
        begun => begun,
    }
}

/// What follows `Benchmark`. Go's own rule decides what is a benchmark and what is prose: no lower-case letter may come
/// next (`go doc cmd/go`, "Testing functions").
fn benchmark(after: &[u8]) -> Record<'_> {
    let Some((name, rest)) = name(after) else { return bare(after) };
    let values = trim(rest);
    let (count, measured) = field(values);
    let is_told_apart = || is_set_apart(rest) || Name::new(name).procs().is_some();
    match number::iterations(count) {
        Ok(iterations) => Record::Result(BenchmarkLine { name, values: Values { iterations, measured } }),
        Err(_) if values.starts_with(b"--- FAIL: ") || values.starts_with(b"--- SKIP: ") => {
            ended_benchmark(values)
        }
        Err(_) if !is_told_apart() => Record::Other,
        Err(error @ NumberError::Range) => {
            Record::Broken(LossReason::Iterations { name: name_excerpt(name), found: excerpt(count), error })
        }
        Err(NumberError::Syntax) => match second(values) {
            Some(second) => Record::TwoNames { first: name, second },
            None if ends_in_values(values) => {
                let (name, found) = (name_excerpt(name), excerpt(values));
                Record::Broken(LossReason::Iterations { name, found, error: NumberError::Syntax })
            }
            None => Record::Torn { name, found: values },
        },
    }
}

/// The name of a benchmark, and what stands behind it, if anything does.
fn name(after: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_prose = after.chars().next().is_some_and(char::is_lowercase);
    let (name, rest) = field(after);
    // A name follows `Benchmark` without a blank between; it may be empty.
    let name = if after.starts_with(name) { name } else { b"" };
    let rest = if name.is_empty() { after } else { rest };
    (!is_prose && !rest.is_empty()).then_some((name, rest))
}

fn bare(after: &[u8]) -> Record<'_> {
    let is_prose = after.chars().next().is_none_or(char::is_lowercase);
    let is_one_word = field(after).0.len() == after.len();
    match is_one_word && !is_prose && Name::new(after).procs().is_some() {
        true => Record::Bare(after),
        false => Record::Other,
    }
}

/// Whether a tab follows: Go puts one behind every name, people who write about benchmarks do not.
fn is_set_apart(rest: &[u8]) -> bool {
    rest.iter().take_while(|byte| BLANKS.contains(byte)).any(|&byte| byte == b'\t')
}

/// A benchmark's name, as Go prints it before a result, anywhere in a text.
fn second(text: &[u8]) -> Option<&[u8]> {
    let (name, rest) = name(&text[text.find(b"Benchmark")? + b"Benchmark".len()..])?;
    is_set_apart(rest).then_some(name)
}

/// Whether the values of a result stand at the end of a text: something was printed between them and the name.
fn ends_in_values(text: &[u8]) -> bool {
    let mut pieces = text.split(|&byte| byte == b'\t');
    let ends_in_digit = |piece: &[u8]| trim(piece).last().is_some_and(u8::is_ascii_digit);
    pieces.next().is_some_and(ends_in_digit) && pieces.next_back().is_some_and(is_measurement)
}

/// `12.3 ns/op`.
fn is_measurement(piece: &[u8]) -> bool {
    let (value, rest) = field(piece);
    let (unit, rest) = field(rest);
    number::value(value).is_ok() && !unit.is_empty() && trim(rest).is_empty()
}

/// What Go prints behind a name: the number of iterations, and a tab before every measurement. `None` if it is not
/// exactly that.
fn whole_values(text: &[u8]) -> Option<Values<'_>> {
    let (count, measured) = text.split_at(text.find_byte(b'\t')?);
    let mut pieces = measured.split(|&byte| byte == b'\t').skip(1);
    let iterations = number::iterations(trim(count)).ok()?;
    pieces.all(is_measurement).then_some(Values { iterations, measured })
}

/// Values without a name; zero bytes may be all that is left of it.
fn values_alone(line: &[u8]) -> Record<'_> {
    let text = line.trim_start_with(|c| matches!(c, ' ' | '\0'));
    whole_values(text).map_or(Record::Other, Record::Values)
}

/// A result that does not begin its line: something was printed before it without a line end. Where nothing was printed
/// behind the name, the result is whole.
fn behind(line: &[u8]) -> Record<'_> {
    // A result at the very beginning has been looked at.
    let Some(at) = line.find(b"Benchmark").filter(|&at| at > 0) else { return Record::Other };
    match name(&line[at + b"Benchmark".len()..]) {
        Some((name, rest)) if is_set_apart(rest) && !line.starts_with(b"ok  \t") => {
            match whole_values(trim(rest)) {
                Some(values) => Record::Behind(BenchmarkLine { name, values }),
                None => {
                    let (name, before) = (name_excerpt(name), excerpt(&line[..at]));
                    Record::Broken(LossReason::Glued { name, before })
                }
            }
        }
        Some(_) | None => Record::Other,
    }
}

/// `FAIL`, or `FAIL<tab>package 0.1s`, or `FAIL<tab>package [build failed]`.
fn failed_package(line: &[u8]) -> Record<'_> {
    if trim(line) == b"FAIL" {
        return Record::Fail;
    }
    match line.strip_prefix(b"FAIL\t").map(field) {
        Some((package, rest)) if !package.is_empty() => {
            Record::FailedPackage { package, why: bracketed(rest).unwrap_or_default() }
        }
        _ => Record::Other,
    }
}

/// `package<tab>0.1s`, or `package<tab>0.1s [no tests to run]`.
fn passed_package(rest: &[u8]) -> Record<'_> {
    let (package, rest) = field(rest);
    match package.is_empty() {
        true => Record::Other,
        false => Record::Ok { package, idle: bracketed(rest) == Some(b"no tests to run") },
    }
}

fn bracketed(text: &[u8]) -> Option<&[u8]> {
    trim(text).strip_suffix(b"]").and_then(|text| Some(&text[text.find_byte(b'[')? + 1..]))
}

fn ended_benchmark(line: &[u8]) -> Record<'_> {
    let ended =
        |prefix: &[u8]| line.strip_prefix(prefix).map(|rest| field(rest).0).filter(|name| !name.is_empty());
    match (ended(b"--- FAIL: "), ended(b"--- SKIP: ")) {
        (Some(name), _) => Record::FailedBenchmark(name),
        (None, Some(name)) => Record::Skipped(name),
        (None, None) => Record::Other,
    }
}

/// `Unit`, as a field of its own.
fn unit(rest: &[u8]) -> Record<'_> {
    match rest.is_empty() || field(rest).0.as_ptr() != rest.as_ptr() {
        true => Record::Unit(rest),
        false => Record::Other,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(line: &str) -> String {
        let values = |name: &[u8], values: &Values| {
            let told = |it: Result<(f64, &[u8]), LossReason>| {
                it.map_or_else(
                    |error| error.to_string(),
                    |(value, unit)| format!("{value} {}", unit.as_bstr()),
                )
            };
            let measured: Vec<String> = values.of(name).map(told).collect();
            format!("x{}: {}", values.iterations, measured.join(", "))
        };
        let result =
            |line: &BenchmarkLine| format!("{} {}", line.name.as_bstr(), values(line.name, &line.values));
        match record(line.as_bytes()) {
            Record::Result(line) => format!("result {}", result(&line)),
            Record::Behind(line) => format!("behind {}", result(&line)),
            Record::Torn { name, found } => format!("torn {} `{}`", name.as_bstr(), found.as_bstr()),
            Record::TwoNames { first, second } => format!("two {} {}", first.as_bstr(), second.as_bstr()),
            Record::Bare(name) => format!("bare {}", name.as_bstr()),
            Record::Values(alone) => format!("values {}", values(b"?", &alone)),
            Record::Broken(reason) => format!("broken: {reason}"),
            Record::Config { key, value } => format!("config {}={}", key.as_bstr(), value.as_bstr()),
            Record::Unit(rest) => format!("unit{}", rest.as_bstr()),
            Record::FailedPackage { package, why } => {
                format!("failed package {} {}", package.as_bstr(), why.as_bstr())
            }
            Record::FailedBenchmark(name) => format!("failed {}", name.as_bstr()),
            Record::Skipped(name) => format!("skipped {}", name.as_bstr()),
            Record::Ok { package, idle } => format!("ok {} {idle}", package.as_bstr()),
            Record::Died(how) => format!("died {}", how.as_bstr()),
            other @ (Record::Pass | Record::Fail | Record::Other) => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn a_line_that_go_prints_is_what_it_is() {
        for (line, want) in [
            ("BenchmarkX-8 \t 100\t 12.3 ns/op\t 0 B/op", "result X-8 x100: 12.3 ns/op, 0 B/op"),
            ("Benchmark 1 2 x", "result  x1: 2 x"),
            ("BenchmarkX 1 2 x 3 x", "result X x1: 2 x, 3 x"),
            ("BenchmarkX\u{a0}1\u{2003}2 µs", "result X x1: 2 µs"),
            ("BenchmarkX 1 2 ns/op \r", "result X x1: 2 ns/op"),
            ("BenchmarkX-2 \t 31188", "result X-2 x31188: "),
            ("BenchmarkX", "other"),
            ("BenchmarkSort/size-32", "bare Sort/size-32"),
            ("Benchmarks-2", "other"),
            ("Benchmark", "other"),
            ("--- BENCH: BenchmarkX-2", "other"),
            ("=== RUN   BenchmarkX", "other"),
            ("BenchmarkX-2 \t--- FAIL: BenchmarkX-2", "failed BenchmarkX-2"),
            ("--- FAIL: BenchmarkX (0.00s)", "failed BenchmarkX"),
            ("--- SKIP: BenchmarkX", "skipped BenchmarkX"),
            ("FAIL\texample.com/x\t0.450s", "failed package example.com/x "),
            ("FAIL\texample.com/x [build failed]", "failed package example.com/x build failed"),
            ("FAIL", "fail"),
            ("PASS", "pass"),
            ("ok  \texample.com/x\t1.2s", "ok example.com/x false"),
            ("ok  \texample.com/x\t1.2s [no tests to run]", "ok example.com/x true"),
            ("ok  \texample.com/BenchmarkX\t0.1s", "ok example.com/BenchmarkX false"),
            ("exit status 2", "died exit status 2"),
            ("signal: killed", "config signal=killed"),
            ("pkg: example.com/x", "config pkg=example.com/x"),
            ("cpu: AMD EPYC   ", "config cpu=AMD EPYC"),
            ("note:", "config note="),
            ("note: see BenchmarkX", "config note=see BenchmarkX"),
            ("key:value", "other"),
            ("Key: value", "other"),
            ("two words: value", "other"),
            ("é: v", "config é=v"),
            ("Unit ns/op better=lower", "unit ns/op better=lower"),
            ("Unit", "unit"),
            ("Units are great", "other"),
            ("", "other"),
        ] {
            assert_eq!(told(line), want, "{line:?}");
        }
    }

    #[test]
    fn prose_about_benchmarks_is_no_result() {
        for line in [
            "Benchmarks are great",
            "BenchmarkA: three workers",
            "Benchmark results are in out.json",
            "BenchmarkX 12a ns/op",
            "see BenchmarkX for more",
            "  BenchmarkPlain-8       38747 ns/op",
            "  12 of 14",
            "2026/04/16 07:31:33 WARN",
        ] {
            assert_eq!(told(line), "other", "{line:?}");
        }
    }

    #[test]
    fn what_a_print_tore_or_glued_is_told_apart() {
        for (line, want) in [
            ("BenchmarkX-2   \t", "torn X-2 ``"),
            ("BenchmarkX-2 \tconnected", "torn X-2 `connected`"),
            (" 3612573\t         1.817 ns/op", "values x3612573: 1.817 ns/op"),
            ("\0 \0 23791658\t 228.7 ns/op\t 163 B/op", "values x23791658: 228.7 ns/op, 163 B/op"),
            ("100\t 3.0 ns/op\t", "other"),
            ("BenchmarkX 1 2 x # c", "result X x1: 2 x, X: expected a number, found `#`"),
            ("BenchmarkX 1 2", "result X x1: X: the value 2 has no unit"),
            (
                "BenchmarkX-2 \t77777 4672675\t 0.5 ns/op",
                "result X-2 x77777: 4672675 0.5, X-2: expected a number, found `ns/op`",
            ),
            (
                "BenchmarkX-2 \txxxx 3126992\t 0.8473 ns/op",
                "broken: X-2: expected a number of iterations, found `xxxx 3126992\t 0.8473 ns/op` (did the benchmark print something?)",
            ),
            (
                "BenchmarkX-2 \t18446744073709551616\t 1 ns/op",
                "broken: X-2: expected a number of iterations, found `18446744073709551616` (did the benchmark print something?)",
            ),
            ("BenchmarkX-2 \tBenchmarkY-2 \t 100\t 5.0 ns/op", "two X-2 Y-2"),
            ("Flushing BenchmarkX-2 \t 1\t 1 ns/op", "behind X-2 x1: 1 ns/op"),
            ("redis: ok BenchmarkX-2 \t 1\t 1 ns/op", "behind X-2 x1: 1 ns/op"),
            ("7777BenchmarkX-2   \t 1\t 1 ns/op", "behind X-2 x1: 1 ns/op"),
            (
                "xBenchmarkX-2 \txx 100\t 1 ns/op",
                "broken: X-2: its line begins with `x`, which something printed without a line end",
            ),
            (
                "redis: ok BenchmarkX-2 \t",
                "broken: X-2: its line begins with `redis: ok `, which something printed without a line end",
            ),
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
            if let Record::Result(line) = record(&result) {
                prop_assert!(line.values.of(line.name).count() <= 40);
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
            let read: Result<Vec<_>, _> = result.values.of(result.name).collect();
            let read = read.expect("well formed");
            prop_assert_eq!(result.values.iterations, n);
            prop_assert_eq!(read.len(), values.len());
            for ((got, unit), (value, want)) in read.iter().zip(&values) {
                prop_assert!(got.to_bits() == value.to_bits() || got.is_nan() && value.is_nan());
                prop_assert_eq!(unit.as_bstr(), want.as_str());
            }
        }
    }
}
