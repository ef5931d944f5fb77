//! Units and their properties.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A unit as Go prints it, such as `ns/op`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit(Arc<str>);

/// Which direction is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Direction {
    /// Lower, as for time and memory.
    Lower,
    /// Higher, as for throughput.
    Higher,
}

/// The kind of numbers of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Integers, which Go computes by integer division. Usually the same in every sample: `B/op`, `allocs/op`.
    Counting,
    /// Measured with noise: `ns/op`, `MB/s`, custom metrics.
    Continuous,
}

impl Unit {
    /// Any text is valid.
    pub fn new(unit: impl Into<String>) -> Unit {
        Unit(unit.into().into())
    }

    /// The unit as Go prints it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Counting for the counts of the Go runtime, continuous for all other units.
    pub fn class(&self) -> Class {
        match self.as_str() {
            "B/op" | "allocs/op" => Class::Counting,
            _ => Class::Continuous,
        }
    }

    /// Whether it is a size of a program. The same source always has the same, so one result is proof.
    pub fn is_of_program(&self) -> bool {
        matches!(self.as_str(), "size-bytes" | "text-bytes" | "data-bytes")
    }

    /// Which direction is better, for the units of Go and of `allocgate run`, as printed or in base units.
    pub fn direction(&self) -> Option<Direction> {
        match self.as_str() {
            "ns/op" | "sec/op" | "cpu-ns/op" | "cpu-sec/op" | "B/op" | "allocs/op" | "instructions/op" => {
                Some(Direction::Lower)
            }
            _ if self.is_of_program() => Some(Direction::Lower),
            "MB/s" | "B/s" => Some(Direction::Higher),
            _ => None,
        }
    }

    /// Whether `allocgate run` counts it with another program: `instructions/op`.
    pub fn is_of_counter(&self) -> bool {
        self.as_str() == "instructions/op"
    }

    /// The base unit, and the factor that converts a value to it: `ns/op` is 1e-9 `sec/op`, `MB/s` is 1e6 `B/s`. Converts only
    /// `ns` and `MB` in the numerator, as benchstat does (golang.org/x/perf/benchunit).
    pub fn tidied(&self) -> (Unit, f64) {
        let mut tidied = String::with_capacity(self.0.len() + 1);
        let mut factor = 1.0;
        let mut denominator = false;
        for piece in self.0.split_inclusive(is_separator) {
            let token = piece.trim_end_matches(is_separator);
            let separator = &piece[token.len()..];
            match token {
                "ns" if !denominator => {
                    tidied.push_str("sec");
                    factor /= 1e9;
                }
                "MB" if !denominator => {
                    tidied.push('B');
                    factor *= 1e6;
                }
                _ => tidied.push_str(token),
            }
            tidied.push_str(separator);
            match separator {
                "/" => denominator = true,
                "*" => denominator = false,
                _ => {}
            }
        }
        (Unit(tidied.into()), factor)
    }

    /// Whether values are shown in powers of 1024: if there are bytes in the numerator.
    pub fn is_bytes(&self) -> bool {
        let mut denominator = false;
        self.0.split_inclusive(is_separator).any(|piece| {
            let token = piece.trim_end_matches(is_separator);
            let bytes = !denominator && matches!(token, "B" | "MB" | "bytes");
            match &piece[token.len()..] {
                "/" => denominator = true,
                "*" => denominator = false,
                _ => {}
            }
            bytes
        })
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '*' | '/' | '-') || c.is_whitespace()
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_and_megabytes_in_the_numerator_become_base_units() {
        for (unit, want, factor) in [
            ("ns/op", "sec/op", 1e-9),
            ("MB/s", "B/s", 1e6),
            ("B/op", "B/op", 1.0),
            ("cpu-ns/op", "cpu-sec/op", 1e-9),
            ("MB*MB/s", "B*B/s", 1e12),
            ("MB/MB", "B/MB", 1e6),
            ("op/ns", "op/ns", 1.0),
            ("", "", 1.0),
        ] {
            assert_eq!(Unit::new(unit).tidied(), (Unit::new(want), factor), "{unit}");
        }
    }

    #[test]
    fn bytes_are_recognized() {
        for (unit, want) in
            [("B/op", true), ("disk-B/sec", true), ("sec/B", false), ("text-bytes", true), ("ns/op", false)]
        {
            assert_eq!(Unit::new(unit).is_bytes(), want, "{unit}");
        }
    }
}
