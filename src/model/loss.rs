//! Why a result could not be used.

use bstr::{BStr, BString, ByteSlice};
use std::fmt;

/// A result line that could not be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Its line, from 1.
    pub line: usize,
    /// Why.
    pub reason: LossReason,
}

/// Why a result could not be used. Texts from the file are cut to a length that fits a message.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LossReason {
    /// A name whose values are nowhere to be found.
    #[error("{name} has no values{}", behind_the_name(.found))]
    Torn {
        /// The benchmark.
        name: BString,
        /// What stands behind the name in their place; may be empty.
        found: BString,
    },
    /// Values that stand alone, and could belong to none or to more than one name.
    #[error("values {}", without_name(.names))]
    Nameless {
        /// The names whose values are missing at this place.
        names: Vec<BString>,
    },
    /// A whole line, where another process's name waits for its values as well: these may be the other's.
    #[error("{name}: these values may belong to {other}; several processes wrote into this file")]
    Doubtful {
        /// The name on the line.
        name: BString,
        /// The other name.
        other: BString,
    },
    /// Two names on one line: whose the values are is anybody's guess.
    #[error("{first} and {second} stand on one line; whose values these are cannot be told")]
    TwoNames {
        /// The first benchmark.
        first: BString,
        /// The second one.
        second: BString,
    },
    /// A print of the benchmark's own, without a line end, stands before its name, and what follows is not a whole result.
    #[error("{name}: its line begins with `{before}`, which something printed without a line end")]
    Glued {
        /// The benchmark.
        name: BString,
        /// What stands before it.
        before: BString,
    },
    /// What should be the number of iterations is something else.
    #[error("{name}: expected a number of iterations, found `{found}` (did the benchmark print something?)")]
    Iterations {
        /// The benchmark.
        name: BString,
        /// The text in the number's place.
        found: BString,
        /// What is wrong with it.
        error: NumberError,
    },
    /// What should be a measured value is something else.
    #[error("{name}: expected a number, found `{found}`")]
    Value {
        /// The benchmark.
        name: BString,
        /// The text in the number's place.
        found: BString,
        /// What is wrong with it.
        error: NumberError,
    },
    /// The line ends behind a value.
    #[error("{name}: the value {value} has no unit")]
    Unit {
        /// The benchmark.
        name: BString,
        /// The value.
        value: BString,
    },
    /// The last line of the file, without a line end, and in units in which nothing else was measured.
    #[error("{0}: the file ends in the middle of this result")]
    Cut(BString),
    /// An event of `go test -json` that was cut off.
    #[error("an event of go test -json that cannot be read: {0}")]
    Event(String),
}

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// It is none.
    Syntax,
    /// It is larger than can be represented.
    Range,
}

/// Where a result line departs from the Go benchmark data format
/// ([proposal 14313](https://go.dev/design/14313-benchmark-format)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Nothing stands behind the name.
    NoIterations,
    /// The number of iterations.
    Iterations(NumberError),
    /// Nothing stands behind the number of iterations.
    NoMeasurements,
    /// A measured value.
    Measurement(NumberError),
    /// Nothing stands behind a value.
    NoUnit,
}

impl LossReason {
    /// What a reader that takes every line by itself finds wrong with it; `None` where the line by itself is fine or is
    /// no result line.
    pub fn syntax(&self) -> Option<Syntax> {
        match self {
            LossReason::Torn { found, .. } if found.is_empty() => Some(Syntax::NoIterations),
            LossReason::Torn { .. } => Some(Syntax::Iterations(NumberError::Syntax)),
            LossReason::TwoNames { .. } => Some(Syntax::Iterations(NumberError::Syntax)),
            LossReason::Iterations { error, .. } => Some(Syntax::Iterations(*error)),
            LossReason::Value { error, .. } => Some(Syntax::Measurement(*error)),
            LossReason::Unit { .. } => Some(Syntax::NoUnit),
            LossReason::Nameless { .. } | LossReason::Doubtful { .. } => None,
            LossReason::Glued { .. } | LossReason::Cut(_) | LossReason::Event(_) => None,
        }
    }
}

fn behind_the_name(found: &BString) -> String {
    let advice = "something printed in the middle of its result (print to a file, or use b.Log)";
    match found.is_empty() {
        true => format!(": {advice}"),
        false => format!(", but `{found}`: {advice}"),
    }
}

fn without_name(names: &[BString]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => "without a name: something printed in the middle of a result".to_string(),
        [one] => format!("that are torn from their name, which may be {one}"),
        several => format!("that are torn from their name, which may be {}", several.join(" or ")),
    }
}

/// As much of a text from the file as fits a message.
pub fn excerpt(text: &[u8]) -> BString {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _, _)) => [&text[..end], "…".as_bytes()].concat().into(),
        None => text.into(),
    }
}

/// A benchmark's name in a message: whole, unless it is absurdly long.
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
