//! Parses one line.

use super::field::{BLANKS, field, iterations, trim};
use crate::model::{LossReason, Name, NumberError, excerpt, go_float, name_excerpt, unchanged_package};
use bstr::ByteSlice;

/// One line of `go test` output.
#[derive(Debug, Clone)]
pub enum Record<'a> {
    /// `BenchmarkDecode-8   100   12.3 ns/op`: a result, if its measurements are valid.
    Result(BenchmarkLine<'a>),
    /// A complete result after text that was printed without a line end.
    AfterText(BenchmarkLine<'a>),
    /// A name without values in its line, because something printed there.
    Torn {
        /// The name.
        name: &'a [u8],
        /// The text after the name.
        found: &'a [u8],
    },
    /// Two names on one line.
    TwoNames {
        /// The first name.
        first: &'a [u8],
        /// The second one.
        second: &'a [u8],
    },
    /// `BenchmarkDecode-8` alone: the start of a benchmark, or the rest of a result.
    Bare(&'a [u8]),
    /// The values of a result without a name.
    Values(Values<'a>),
    /// The values of a result after text that was printed without a line end. The values and the text cannot be separated.
    Spoilt,
    /// A result line that is not valid before its measurements.
    Broken(LossReason),
    /// `key: value`; an empty value removes the key.
    Config {
        /// The key, beginning with a lower-case letter.
        key: &'a [u8],
        /// The value without white space at both ends.
        value: &'a [u8],
    },
    /// `Unit ns/op better=lower`: the part after `Unit`.
    Unit(&'a [u8]),
    /// `PASS`: a test binary passed.
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
    /// `FAIL<tab>package`, with a cause in brackets.
    FailedPackage {
        /// The package.
        package: &'a [u8],
        /// `build failed`, `setup failed`; empty if there is none.
        why: &'a [u8],
    },
    /// `--- FAIL: BenchmarkX`, on its own line or in place of a result.
    FailedBenchmark(&'a [u8]),
    /// `--- SKIP: BenchmarkX`.
    Skipped(&'a [u8]),
    /// `# package: not run, …`: what `allocgate run` did not measure, because the change cannot affect it.
    Unchanged(&'a [u8]),
    /// How a process died: `panic: …`, `exit status 2`, `signal: killed`.
    Died(&'a [u8]),
    /// Any other line: logs, blank lines.
    Other,
}

/// A result line up to its measurements.
#[derive(Debug, Clone)]
pub struct BenchmarkLine<'a> {
    /// The name without the `Benchmark` prefix.
    pub name: &'a [u8],
    /// The values.
    pub values: Values<'a>,
}

/// The part after the name of a result line.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    /// b.N.
    pub iterations: u64,
    measured: &'a [u8],
}

impl<'a> Values<'a> {
    /// The measurements. `name` is the benchmark, for errors.
    pub fn of<'n>(&self, name: &'n [u8]) -> Measurements<'n, 'a> {
        Measurements { name, whole: self.measured, rest: self.measured }
    }

    /// Whether there are no measurements.
    pub fn is_empty(&self) -> bool {
        trim(self.measured).is_empty()
    }
}

/// The `value unit` pairs of a result line. Ends at the first error.
#[derive(Debug, Clone)]
pub struct Measurements<'n, 'a> {
    name: &'n [u8],
    whole: &'a [u8],
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
        let read = match go_float(found) {
            Err(error) => Err(match second(self.whole) {
                // A result has an odd number of fields, so that a second one on the line cannot be read as measurements.
                Some(second) => LossReason::TwoResults { first: name(), second: name_excerpt(second) },
                None => LossReason::Value { name: name(), found: excerpt(found), error },
            }),
            Ok(_) if unit.is_empty() => Err(LossReason::Unit { name: name(), value: excerpt(found) }),
            Ok(value) => Ok((value, unit)),
        };
        if read.is_err() {
            self.rest = b"";
        }
        Some(read)
    }
}

/// Parses a line without its line end. Never fails. O(length); allocates memory only for errors.
pub fn record(line: &[u8]) -> Record<'_> {
    let begun = match line.first() {
        Some(b'B') => line.strip_prefix(b"Benchmark").map_or(Record::Other, benchmark),
        Some(b' ' | b'\0' | b'0'..=b'9') => values_alone(line),
        Some(b'F') => failed_package(line),
        Some(b'-') => ended_benchmark(line),
        Some(b'P') if trim(line) == b"PASS" => Record::Pass,
        Some(b'#') => unchanged_package(line).map_or(Record::Other, Record::Unchanged),
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
        // Text such as `note: ` without a line end before a result is not configuration.
        begun @ (Record::Other | Record::Config { .. }) => match after_text(line) {
            Record::Other if ends_in_values(line) => Record::Spoilt,
            Record::Other => begun,
            glued => glued,
        },
        begun => begun,
    }
}

/// Parses the text after `Benchmark`. If the name begins with a lower-case letter, only a complete result is one, as for benchstat.
fn benchmark(after: &[u8]) -> Record<'_> {
    let Some((name, rest)) = name(after) else { return bare(after) };
    let values = trim(rest);
    let (count, measured) = field(values);
    if Name::new(name).begins_lowercase() {
        let whole = iterations(count).ok().map(|iterations| Values { iterations, measured });
        let whole = whole.filter(|values| !values.is_empty() && values.of(name).all(|it| it.is_ok()));
        return whole.map_or(Record::Other, |values| Record::Result(BenchmarkLine { name, values }));
    }
    let is_from_go = || has_tab(rest) || Name::new(name).procs().is_some();
    match iterations(count) {
        Ok(iterations) => Record::Result(BenchmarkLine { name, values: Values { iterations, measured } }),
        Err(_) if values.starts_with(b"--- FAIL: ") || values.starts_with(b"--- SKIP: ") => {
            ended_benchmark(values)
        }
        // A name with a blank is not one that Go prints, but it has values.
        Err(_) if !is_from_go() && !ends_in_values(values) => Record::Other,
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

/// The name of a benchmark and the rest; `None` if there is no rest.
fn name(after: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, rest) = field(after);
    // There is no white space between `Benchmark` and the name. The name may be empty.
    let name = if after.starts_with(name) { name } else { b"" };
    let rest = if name.is_empty() { after } else { rest };
    (!rest.is_empty()).then_some((name, rest))
}

fn bare(after: &[u8]) -> Record<'_> {
    let is_prose = after.is_empty() || Name::new(after).begins_lowercase();
    let is_one_word = field(after).0.len() == after.len();
    match is_one_word && !is_prose && Name::new(after).procs().is_some() {
        true => Record::Bare(after),
        false => Record::Other,
    }
}

/// Whether there is a tab in the white space after a name. Go prints one after every name; text about benchmarks has none.
fn has_tab(rest: &[u8]) -> bool {
    rest.iter().take_while(|byte| BLANKS.contains(byte)).any(|&byte| byte == b'\t')
}

/// The name of a benchmark, as Go prints it before a result, anywhere in a text.
fn second(text: &[u8]) -> Option<&[u8]> {
    last_name(text).map(|(_, name, _)| name)
}

/// The last name with a tab after it: its position, the name, and the rest. The text before it can mention benchmarks as well.
/// O(length).
fn last_name(text: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    // The rest of a word is the same for every name in it. Each word is checked once.
    let mut seen = text.len();
    text.rfind_iter(b"Benchmark").find_map(|at| {
        let after = &text[at + b"Benchmark".len()..];
        if at >= seen || Name::new(after).begins_lowercase() {
            return None;
        }
        seen = text[..at].rfind_byteset(BLANKS).unwrap_or(0);
        let (name, rest) = name(after)?;
        has_tab(rest).then_some((at, name, rest))
    })
}

/// Whether a text ends in the values of a result: something was printed between them and the name.
fn ends_in_values(text: &[u8]) -> bool {
    let mut pieces = text.split(|&byte| byte == b'\t');
    let ends_in_digit = |piece: &[u8]| trim(piece).last().is_some_and(u8::is_ascii_digit);
    pieces.next().is_some_and(ends_in_digit) && pieces.next_back().is_some_and(is_go_measurement)
}

/// Whether it is a measurement in a unit of Go. In other text, only these are accepted.
fn is_go_measurement(piece: &[u8]) -> bool {
    is_measurement(piece) && [&b"/op"[..], b"/s"].iter().any(|ending| trim(piece).ends_with(ending))
}

/// `12.3 ns/op`.
fn is_measurement(piece: &[u8]) -> bool {
    let (value, rest) = field(piece);
    let (unit, rest) = field(rest);
    go_float(value).is_ok() && !unit.is_empty() && trim(rest).is_empty()
}

/// The values exactly as Go prints them: the number of iterations, and a tab before every measurement. `None` for other text.
fn whole_values(text: &[u8]) -> Option<Values<'_>> {
    let (count, measured) = text.split_at(text.find_byte(b'\t')?);
    let mut pieces = measured.split(|&byte| byte == b'\t').skip(1);
    let iterations = iterations(trim(count)).ok()?;
    pieces.all(is_measurement).then_some(Values { iterations, measured })
}

/// Values without a name, possibly after zero bytes in its place.
fn values_alone(line: &[u8]) -> Record<'_> {
    let text = line.trim_start_with(|c| matches!(c, ' ' | '\0'));
    whole_values(text).map_or(Record::Other, Record::Values)
}

/// A result that is not at the beginning of its line, because something was printed before it without a line end. If nothing was
/// printed after the name, the result is complete.
fn after_text(line: &[u8]) -> Record<'_> {
    // A result at the beginning was handled before.
    let Some((at, name, rest)) = last_name(line).filter(|&(at, _, _)| at > 0 && !line.starts_with(b"ok  \t"))
    else {
        return Record::Other;
    };
    match whole_values(trim(rest)) {
        Some(values) => Record::AfterText(BenchmarkLine { name, values }),
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
    // `FAIL` and a sentence is not a package.
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

/// Whether a text is what follows the name of a package at its end: `0.1s`, `(cached)`, `[build failed]`. Tabs may have become
/// spaces.
fn is_ending(text: &[u8]) -> bool {
    let (first, _) = field(text);
    let is_time = first.strip_suffix(b"s").is_some_and(|time| go_float(time).is_ok());
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

/// The rest of a line after `Unit`, if `Unit` is a whole field.
fn unit(rest: &[u8]) -> Record<'_> {
    match rest.is_empty() || field(rest).0.as_ptr() != rest.as_ptr() {
        true => Record::Unit(rest),
        false => Record::Other,
    }
}

/// `key: value` as in the Go benchmark data format (proposal 14313): the key begins with a lower-case letter and has no white
/// space and no upper-case letters.
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
