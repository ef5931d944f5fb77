//! Lost results: result lines that could not be used, and why.

use bstr::{BStr, BString, ByteSlice};
use std::fmt;

/// A result line that could not be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The line, from 1.
    pub line: usize,
    /// The import path of the package; empty if the output does not name it.
    pub package: BString,
    /// Why.
    pub reason: LossReason,
}

/// Why a result could not be used. Long texts from the file are cut.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LossReason {
    /// A name without values.
    #[error("{name} has no values{}", torn_by(.by, .found))]
    Torn {
        /// The benchmark.
        name: BString,
        /// The text after the name; may be empty.
        found: BString,
        /// What keeps its values from being read.
        by: TornBy,
    },
    /// Values without a name, which can belong to no name or to several.
    #[error("values without a name{}", possible_names(.names))]
    Nameless {
        /// The names that still miss their values at this line.
        names: Vec<BString>,
    },
    /// A complete line, while a name of another process misses its values. The values can belong to either name.
    #[error("{name}: these values may belong to {other}; several processes wrote to this file")]
    Doubtful {
        /// The name on the line.
        name: BString,
        /// The other name.
        other: BString,
    },
    /// Two names on one line.
    #[error("{first} and {second} are on one line; the values may belong to either")]
    TwoNames {
        /// The first benchmark.
        first: BString,
        /// The second one.
        second: BString,
    },
    /// Two results on one line.
    #[error("the results of {first} and {second} are on one line, without a line end between them")]
    TwoResults {
        /// The first benchmark.
        first: BString,
        /// The last one.
        second: BString,
    },
    /// The benchmark printed text without a line end before its name, and the rest is not a complete result.
    #[error("{name}: the line begins with `{before}`, which was printed without a line end")]
    Glued {
        /// The benchmark.
        name: BString,
        /// The text before the name.
        before: BString,
    },
    /// The number of iterations is not a number.
    #[error("{name}: expected a number of iterations, got `{found}` (did the benchmark print something?)")]
    Iterations {
        /// The benchmark.
        name: BString,
        /// The text in the number's place.
        found: BString,
        /// What is wrong with it.
        error: NumberError,
    },
    /// A measured value is not a number.
    #[error("{name}: expected a number, got `{found}`")]
    Value {
        /// The benchmark.
        name: BString,
        /// The text in the number's place.
        found: BString,
        /// What is wrong with it.
        error: NumberError,
    },
    /// The line ends after a value, without a unit.
    #[error("{name}: the value {value} has no unit")]
    Unit {
        /// The benchmark.
        name: BString,
        /// The value.
        value: BString,
    },
    /// The last line has no line end, and its units occur in no other result.
    #[error("{0}: the file ends in the middle of this result")]
    Cut(BString),
    /// An event of `go test -json` that is not valid.
    #[error("invalid event of go test -json: {0}")]
    Event(String),
}

/// Why a name has no values, told by what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TornBy {
    /// Its benchmark, or another process, printed in the middle of the result.
    Print,
    /// Its process died: `signal: killed`, `exit status 2`, `panic: …`. The output reports that as a failure as well.
    Death(BString),
    /// Another run begins.
    NewRun,
    /// The file ends.
    EndOfFile,
}

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// It is not a number.
    Syntax,
    /// It is too large.
    Range,
}

/// Where a result line does not have the Go benchmark data format
/// ([proposal 14313](https://go.dev/design/14313-benchmark-format)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// There is nothing after the name.
    NoIterations,
    /// The number of iterations is not valid.
    Iterations(NumberError),
    /// There is nothing after the number of iterations.
    NoMeasurements,
    /// A measured value is not valid.
    Measurement(NumberError),
    /// There is nothing after a value.
    NoUnit,
}

impl LossReason {
    /// The error of a reader that reads every line by itself, as Go's does; `None` if the line alone is valid or is not a result
    /// line.
    pub fn syntax(&self) -> Option<Syntax> {
        match self {
            LossReason::Torn { found, .. } if found.is_empty() => Some(Syntax::NoIterations),
            LossReason::Torn { .. } => Some(Syntax::Iterations(NumberError::Syntax)),
            LossReason::TwoNames { .. } => Some(Syntax::Iterations(NumberError::Syntax)),
            LossReason::Iterations { error, .. } => Some(Syntax::Iterations(*error)),
            LossReason::Value { error, .. } => Some(Syntax::Measurement(*error)),
            LossReason::Unit { .. } => Some(Syntax::NoUnit),
            LossReason::TwoResults { .. } => Some(Syntax::Measurement(NumberError::Syntax)),
            LossReason::Nameless { .. } | LossReason::Doubtful { .. } => None,
            LossReason::Glued { .. } | LossReason::Cut(_) | LossReason::Event(_) => None,
        }
    }

    /// The benchmarks whose result is lost, or may be.
    pub fn names(&self) -> Vec<&BStr> {
        match self {
            LossReason::Torn { name, .. } | LossReason::Glued { name, .. } | LossReason::Cut(name) => {
                vec![name.as_bstr()]
            }
            LossReason::Iterations { name, .. }
            | LossReason::Value { name, .. }
            | LossReason::Unit { name, .. } => {
                vec![name.as_bstr()]
            }
            LossReason::Doubtful { name: first, other: second }
            | LossReason::TwoNames { first, second }
            | LossReason::TwoResults { first, second } => {
                vec![first.as_bstr(), second.as_bstr()]
            }
            LossReason::Nameless { names } => names.iter().map(|name| name.as_bstr()).collect(),
            LossReason::Event(_) => Vec::new(),
        }
    }

    /// Whether the process died before it printed the values. The output reports that as a failure as well.
    pub fn is_death(&self) -> bool {
        matches!(self, LossReason::Torn { by: TornBy::Death(_), .. })
    }
}

fn torn_by(by: &TornBy, found: &BString) -> String {
    let got = if found.is_empty() { String::new() } else { format!(", got `{found}`") };
    match by {
        TornBy::Print => {
            format!("{got}: something printed in the middle of its result (print to a file, or use b.Log)")
        }
        TornBy::Death(how) if how.starts_with(b"panic: test timed out") => {
            format!(": it ran into the timeout ({how})")
        }
        TornBy::Death(how) if how.starts_with(b"signal: killed") || how.starts_with(b"*** Test killed") => {
            format!(": its process was killed ({how})")
        }
        TornBy::Death(how) => format!(": its process died ({how})"),
        TornBy::NewRun => format!("{got}: its output is cut off, and another run begins"),
        TornBy::EndOfFile => format!("{got}: the file ends here"),
    }
}

fn possible_names(names: &[BString]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => ": something printed in the middle of a result".to_string(),
        names => format!("; they may belong to {}", names.join(" or ")),
    }
}

/// The beginning of a text from the file, short enough for a message.
pub fn excerpt(text: &[u8]) -> BString {
    const MOST: usize = 40;
    beginning(text, MOST)
}

/// The beginning of an error message of a test, short enough for a message.
pub fn error_excerpt(text: &[u8]) -> BString {
    const MOST: usize = 160;
    beginning(text, MOST)
}

fn beginning(text: &[u8], most: usize) -> BString {
    match text.char_indices().nth(most) {
        Some((end, _, _)) => [&text[..end], "…".as_bytes()].concat().into(),
        None => text.into(),
    }
}

/// The name of a benchmark for a message, cut if it is very long.
pub fn name_excerpt(name: &[u8]) -> BString {
    const MOST: usize = 1000;
    BStr::new(&name[..name.len().min(MOST)]).into()
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            NumberError::Syntax => "not a number",
            NumberError::Range => "a number too large to represent",
        })
    }
}
