//! The history of benchmarks, in the order of commits.

use super::MachineKey;
use crate::model::{Name, Unit};
use crate::words::SharedText;

/// Everything that a store has.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The repository, as most texts name it; empty if none does.
    pub repository: String,
    /// The commits with results, the oldest first.
    pub commits: Vec<Commit>,
    /// One series per machine, package, benchmark and unit, in this order.
    pub series: Vec<Series>,
    /// What was left out or is uncertain, for people.
    pub remarks: Vec<String>,
}

/// A commit with results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: String,
    /// When it was made, in seconds since 1970, if that is recorded.
    pub time: Option<i64>,
    /// Its position on the first-parent line, if it is on it. Two that follow each other have positions that follow each other.
    pub position: Option<usize>,
}

impl Commit {
    /// The first twelve digits of its hash.
    pub fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }
}

/// One benchmark in one unit on one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The machine.
    pub machine: MachineKey,
    /// The import path; empty if the results do not name it.
    pub pkg: SharedText,
    /// The name as Go prints it, without the `Benchmark` prefix: `Decode/size=64-8`.
    pub benchmark: SharedText,
    /// The unit.
    pub unit: Unit,
    /// At most one per commit, the oldest first; at least one.
    pub points: Vec<Point>,
}

impl Series {
    /// GOMAXPROCS by the suffix of the name; 1 if it has none.
    pub fn procs(&self) -> u32 {
        super::machine::procs_of(Name::new(self.benchmark.as_bytes()))
    }
}

/// What was measured at one commit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The index of the commit in [`History::commits`].
    pub commit: usize,
    /// When it was measured, in seconds since 1970; 0 if that is not recorded.
    pub measured: i64,
    /// The median, in the unit.
    pub center: f64,
    /// The low end of the interval of the median; of counts, the smallest value.
    pub low: f64,
    /// The high end.
    pub high: f64,
    /// How many samples.
    pub samples: u32,
    /// Whether base and new alternated, so that neighbours in time share the state of the machine.
    pub is_interleaved: bool,
}
