//! Something that the compiler decided otherwise.

use super::function::Spot;
use crate::policy::{Level, Origin};
use crate::words::{counted, list};
use std::fmt;

/// How many spots a message lists.
const MOST_SPOTS: usize = 5;

/// An entry that does not hold for a function or line.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Broken {
    /// The file, relative to the root of the tree.
    pub file: String,
    /// The line, from 1: of the function, or of the first value or check.
    pub line: u32,
    /// The full name of the function; empty for a line that is in none.
    pub function: String,
    /// What was decided.
    pub what: Break,
    /// What it does to the verdict.
    pub level: Level,
    /// The entry: a line of the policy, or of a Go file.
    pub origin: Origin,
}

/// What was decided, where something else must be.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Break {
    /// It cannot be inlined.
    NotInlined {
        /// Why.
        reason: String,
        /// Whether base could be.
        could_before: bool,
    },
    /// It can be inlined.
    Inlined {
        /// What that costs.
        cost: Option<u32>,
    },
    /// Too many values move to the heap.
    Heap {
        /// The values.
        spots: Vec<Spot>,
        /// How many may.
        most: u32,
    },
    /// Too many checks of bounds.
    BoundsChecks {
        /// The checks.
        spots: Vec<Spot>,
        /// How many may be.
        most: u32,
    },
    /// A line with `//gcassert:inline` has no call that is inlined.
    NoInlinedCall,
    /// A value of a line with `//gcassert:noescape` moves to the heap.
    LineEscapes(Vec<Spot>),
    /// A line with `//gcassert:bce` has checks of bounds.
    LineChecks(Vec<Spot>),
}

impl Break {
    /// The key of the entry that does not hold.
    pub fn key(&self) -> &'static str {
        match self {
            Break::NotInlined { .. } | Break::Inlined { .. } | Break::NoInlinedCall => "inline",
            Break::Heap { .. } | Break::LineEscapes(_) => "heap",
            Break::BoundsChecks { .. } | Break::LineChecks(_) => "bounds-checks",
        }
    }
}

/// `can no longer be inlined: cost 93 exceeds budget 80`
impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Break::NotInlined { reason, could_before } => {
                let reason = reason.strip_prefix("function too complex: ").unwrap_or(reason);
                let word = if *could_before { "can no longer" } else { "cannot" };
                write!(f, "{word} be inlined: {reason}")
            }
            Break::Inlined { cost: Some(cost) } => {
                write!(f, "can be inlined, which inline = false forbids: cost {cost}")
            }
            Break::Inlined { cost: None } => f.write_str("can be inlined, which inline = false forbids"),
            Break::Heap { spots, most } => {
                let (count, verb) = values(spots);
                write!(f, "{count} {verb} to the heap, at most {most}: {}", named(spots))
            }
            Break::BoundsChecks { spots, most } => {
                let count = counted(spots.len(), "bounds check");
                write!(f, "{count}, at most {most}: {}", named(spots))
            }
            Break::NoInlinedCall => f.write_str("no call of this line is inlined"),
            Break::LineEscapes(spots) => {
                let (count, verb) = values(spots);
                write!(f, "{count} of this line {verb} to the heap: {}", named(spots))
            }
            Break::LineChecks(spots) => write!(f, "this line has {}", counted(spots.len(), "bounds check")),
        }
    }
}

fn values(spots: &[Spot]) -> (String, &'static str) {
    (counted(spots.len(), "value"), if spots.len() == 1 { "moves" } else { "move" })
}

/// `buf` in line 12; of checks: line 20
fn named(spots: &[Spot]) -> String {
    let name = |it: &Spot| match it.text.as_str() {
        "" => format!("line {}", it.line.number),
        text => format!("`{text}` in line {}", it.line.number),
    };
    list(spots.iter().map(name), MOST_SPOTS)
}

/// `wire/wire.go:12: func example.com/hot/wire.Sum: can no longer be inlined: cost 93 exceeds budget 80 (policy allocgate.toml:12)`
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Broken { file, line, function, what, origin, .. } = self;
        let function = if function.is_empty() { String::new() } else { format!("func {function}: ") };
        let from = match what {
            Break::NoInlinedCall | Break::LineEscapes(_) | Break::LineChecks(_) => "comment",
            _ if origin.source.ends_with(".go") => "comment",
            _ => "policy",
        };
        write!(f, "{file}:{line}: {function}{what} ({from} {origin})")
    }
}
