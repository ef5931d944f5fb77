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
    /// The values of a result behind something that was printed without a line end: they belong to the name that waits, and
    /// cannot be told from what was printed.
    Spoilt,
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
        Some(b'o') if line.starts_with(b"ok ") => passed_package(&line[b"ok".len()..]),
        Some(b'*') if line.starts_with(b"*** Test killed") => Record::Died(line),
        Some(b'S') if line.starts_with(b"SIGQUIT: ") => Record::Died(line),
        Some(b'f') if line.starts_with(b"fatal error: ") => Record::Died(line),
        Some(b'a'..=b'z' | 0x80..) => config(line),
        _ => Record::Other,
    };
    match begun {
        // Who prints `note: ` without a line end before a result must not turn it into configuration.
        begun @ (Record::Other | Record::Config { .. }) => match behind(line) {
            Record::Other if ends_in_values(line) => Record::Spoilt,
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
    let is_prose = begins_lowercase(after);
    let (name, rest) = field(after);
    // A name follows `Benchmark` without a blank between; it may be empty.
    let name = if after.starts_with(name) { name } else { b"" };
    let rest = if name.is_empty() { after } else { rest };
    (!is_prose && !rest.is_empty()).then_some((name, rest))
}

fn begins_lowercase(text: &[u8]) -> bool {
    match text.first() {
        Some(0x80..) => text.chars().next().is_some_and(char::is_lowercase),
        Some(byte) => byte.is_ascii_lowercase(),
        None => false,
    }
}

fn bare(after: &[u8]) -> Record<'_> {
    let is_prose = after.is_empty() || begins_lowercase(after);
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
    last_name(text).map(|(_, name, _)| name)
}

/// The last name in a text that a tab sets apart: where it begins, the name, and what stands behind it. Prose before it may
/// speak of benchmarks as well. O(length).
fn last_name(text: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    // What stands behind a name stands behind every other one in the same word, and is looked at once.
    let mut seen = text.len();
    text.rfind_iter(b"Benchmark").find_map(|at| {
        let after = &text[at + b"Benchmark".len()..];
        if at >= seen || begins_lowercase(after) {
            return None;
        }
        seen = text[..at].rfind_byteset(BLANKS).unwrap_or(0);
        let (name, rest) = name(after)?;
        is_set_apart(rest).then_some((at, name, rest))
    })
}

/// Whether the values of a result stand at the end of a text: something was printed between them and the name.
fn ends_in_values(text: &[u8]) -> bool {
    let mut pieces = text.split(|&byte| byte == b'\t');
    let ends_in_digit = |piece: &[u8]| trim(piece).last().is_some_and(u8::is_ascii_digit);
    pieces.next().is_some_and(ends_in_digit) && pieces.next_back().is_some_and(is_go_measurement)
}

/// A measurement in a unit that Go itself prints: in the midst of other text only these are believed to be one.
fn is_go_measurement(piece: &[u8]) -> bool {
    is_measurement(piece) && [&b"/op"[..], b"/s"].iter().any(|ending| trim(piece).ends_with(ending))
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
    let Some((at, name, rest)) = last_name(line).filter(|&(at, _, _)| at > 0 && !line.starts_with(b"ok  \t"))
    else {
        return Record::Other;
    };
    match whole_values(trim(rest)) {
        Some(values) => Record::Behind(BenchmarkLine { name, values }),
        None => {
            let (name, before) = (name_excerpt(name), excerpt(&line[..at]));
            Record::Broken(LossReason::Glued { name, before })
        }
    }
}

/// `FAIL`, or `FAIL<tab>package 0.1s`, or `FAIL<tab>package [build failed]`.
fn failed_package(line: &[u8]) -> Record<'_> {
    if trim(line) == b"FAIL" {
        return Record::Fail;
    }
    let Some(rest) =
        line.strip_prefix(b"FAIL").filter(|rest| rest.first().is_some_and(|it| BLANKS.contains(it)))
    else {
        return Record::Other;
    };
    let (package, ending) = field(rest);
    // Who prints `FAIL` and a sentence does not mean a package.
    match !package.is_empty() && (rest.starts_with(b"\t") || is_ending(ending)) {
        true => Record::FailedPackage { package, why: bracketed(ending).unwrap_or_default() },
        false => Record::Other,
    }
}

/// `package<tab>0.1s`, or `package<tab>0.1s [no tests to run]`.
fn passed_package(rest: &[u8]) -> Record<'_> {
    let (package, ending) = field(rest);
    let set_apart = rest.trim_start_with(|c| c == ' ').starts_with(b"\t");
    match !package.is_empty() && (set_apart || is_ending(ending)) {
        true => Record::Ok { package, idle: bracketed(ending) == Some(b"no tests to run") },
        false => Record::Other,
    }
}

/// What stands behind a package at its end: `0.1s`, `(cached)`, `[build failed]`; tabs may have become blanks.
fn is_ending(text: &[u8]) -> bool {
    let (first, _) = field(text);
    let is_time = first.strip_suffix(b"s").is_some_and(|time| number::value(time).is_ok());
    is_time || first == b"(cached)" || first.starts_with(b"[")
}

fn bracketed(text: &[u8]) -> Option<&[u8]> {
    trim(text).strip_suffix(b"]").and_then(|text| Some(&text[text.find_byte(b'[')? + 1..]))
}

fn ended_benchmark(line: &[u8]) -> Record<'_> {
    let ended =
        |prefix: &[u8]| line.strip_prefix(prefix).map(|rest| field(rest).0).filter(|name| !name.is_empty());
    let is_benchmark = |name: &&[u8]| name.starts_with(b"Benchmark");
    match (ended(b"--- FAIL: "), ended(b"--- SKIP: ").filter(is_benchmark)) {
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
#[path = "line_tests.rs"]
mod tests;
