//! The ledger: accounts for every result line.

use super::{Loss, ShardRecord};
use bstr::BString;
use std::fmt;

/// What happened to every result line of a side, by file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// One entry per file, in the order read.
    pub files: Vec<FileLedger>,
}

/// What happened to every result line of one file. The numbers add up: [`seen`](Self::seen) = [`used`](Self::used) +
/// [`filtered`](Self::filtered) + the number of [`lost`](Self::lost).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileLedger {
    /// The path of the file as the user gave it.
    pub file: String,
    /// How many lines were read.
    pub lines: usize,
    /// How many results were found, complete or not. A name and its values on different lines are one result.
    pub seen: usize,
    /// How many results are in the dataset.
    pub used: usize,
    /// How many used results were torn or joined to other text, and repaired.
    pub repaired: usize,
    /// How many results a filter of the user removed.
    pub filtered: usize,
    /// Results that could not be used, in the order of their lines.
    pub lost: Vec<Loss>,
    /// Measurements of used results that could not be used.
    pub rejected: Vec<Rejection>,
    /// Failures that the output reports.
    pub failures: Vec<Failure>,
    /// Skipped benchmarks and packages that the output reports.
    pub skipped: Vec<Skip>,
    /// Packages that `allocgate run` did not measure, because the change cannot affect them.
    pub unchanged: Vec<BString>,
    /// Where the output of several processes is mixed, if it is.
    pub interleaved: Option<Interleaving>,
    /// Packages whose output has no end.
    pub unfinished: Vec<Unfinished>,
    /// Remarks about lines.
    pub remarks: Vec<Remark>,
    /// The shards that its headers name, each once.
    pub shards: Vec<ShardRecord>,
}

/// A file lists at most so many shards: it usually has one.
const MOST_SHARDS: usize = 1000;

impl FileLedger {
    /// Adds a shard.
    pub(super) fn add_shard(&mut self, shard: ShardRecord) {
        if self.shards.len() < MOST_SHARDS && !self.shards.contains(&shard) {
            self.shards.push(shard);
        }
    }

    /// Whether every result is accounted for.
    pub fn balances(&self) -> bool {
        self.seen == self.used + self.filtered + self.lost.len() && self.repaired <= self.used
    }

    /// How many messages there are about lines.
    pub(super) fn problems(&self) -> usize {
        let unusable = self.lost.len() + self.rejected.len() + self.failures.len();
        unusable + self.skipped.len() + self.unchanged.len() + self.remarks.len()
    }
}

/// A measurement that is not a finite number.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejection {
    /// The line, from 1.
    pub line: usize,
    /// The benchmark.
    pub name: BString,
    /// The unit of the measurement.
    pub unit: String,
    /// The value: NaN or an infinity.
    pub value: f64,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {} is not a finite number", self.name, self.value, self.unit)
    }
}

/// A failure that the output reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line of the report, from 1.
    pub line: usize,
    /// The import path of the package; empty if the output does not name it.
    pub package: BString,
    /// What failed.
    pub what: FailedItem,
}

/// What failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailedItem {
    /// The package: a part of the suite did not run.
    Package {
        /// The cause from the output, such as `build failed`, `panic: …`, `exit status 1` or `signal: killed`.
        cause: Option<BString>,
        /// The benchmark that ran when its process died, and has no result.
        running: Option<BString>,
    },
    /// A benchmark or test. It has no result.
    Benchmark {
        /// The name as printed.
        name: BString,
        /// The first line of its log, which is usually the error.
        error: Option<BString>,
    },
}

impl Failure {
    /// The same failure of a package, in which this benchmark ran when the process died.
    pub fn while_running(mut self, benchmark: Option<BString>) -> Failure {
        if let FailedItem::Package { running, .. } = &mut self.what {
            *running = benchmark;
        }
        self
    }

    /// The cause of the failure of a package.
    pub fn cause(&self) -> Option<&BString> {
        match &self.what {
            FailedItem::Package { cause, .. } => cause.as_ref(),
            FailedItem::Benchmark { .. } => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let package = PackageName(&self.package);
        match &self.what {
            FailedItem::Package { cause, running } => {
                write!(f, "{package} failed")?;
                cause.iter().try_for_each(|cause| write!(f, ": {cause}"))?;
                running.iter().try_for_each(|name| write!(f, "; {name} has no result"))
            }
            FailedItem::Benchmark { name, error } => {
                match self.package.is_empty() {
                    true => write!(f, "{name} failed")?,
                    false => write!(f, "{name} in {package} failed")?,
                }
                error.iter().try_for_each(|error| write!(f, ": {error}"))
            }
        }
    }
}

/// A skipped benchmark or package that the output reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The line of the report, from 1.
    pub line: usize,
    /// The import path of the package; empty if the output does not name it.
    pub package: BString,
    /// The benchmark, as printed; `None` for a package that had nothing to run.
    pub benchmark: Option<BString>,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let package = PackageName(&self.package);
        match &self.benchmark {
            Some(name) if self.package.is_empty() => write!(f, "{name} was skipped"),
            Some(name) => write!(f, "{name} in {package} was skipped"),
            None => write!(f, "{package} had nothing to run"),
        }
    }
}

/// Mixed output of several processes in one file. Results may be under the wrong package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interleaving {
    /// The first line that shows it, from 1.
    pub line: usize,
    /// What shows it.
    pub sign: InterleavingSign,
    /// How many results after that line were used. Their package is uncertain.
    pub results: usize,
}

/// What shows that output comes from several processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterleavingSign {
    /// A package starts before a benchmark of another package has its values.
    Begun {
        /// The package that starts.
        package: BString,
        /// The benchmark without values.
        waiting: BString,
    },
    /// A package starts right after the header of another package, which has no results yet.
    Together {
        /// The package that starts.
        package: BString,
        /// The other package.
        silent: BString,
    },
    /// A result follows the end of its package.
    Over(BString),
    /// A package ends after another package has started.
    Ended {
        /// The package that ends.
        package: BString,
        /// The other package.
        within: BString,
    },
}

impl fmt::Display for InterleavingSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InterleavingSign::Begun { package, waiting } => {
                write!(f, "{package} starts before {waiting} has its values")
            }
            InterleavingSign::Together { package, silent } => {
                write!(f, "{package} starts right after the header of {silent}")
            }
            InterleavingSign::Over(package) => write!(f, "a result follows the end of {package}"),
            InterleavingSign::Ended { package, within } => {
                write!(f, "{package} ends in the middle of {within}")
            }
        }
    }
}

/// A package whose output has no end, in a file in which other packages have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Its first line, from 1.
    pub line: usize,
    /// The import path of the package.
    pub package: BString,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} starts, but does not pass or fail", self.package)
    }
}

/// A remark about a line. All results are used nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line, from 1.
    pub line: usize,
    /// The remark.
    pub kind: RemarkKind,
}

/// A kind of remark.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemarkKind {
    /// A result without a measurement, as after `b.ReportMetric(0, "ns/op")` if nothing else is measured.
    #[error("{0} has no measurement")]
    NoMeasurements(BString),
    /// What was before this line and others of its shape: the time of a log, the name of a job.
    #[error("removed `{0}` before this line and others like it")]
    Prefix(BString),
    /// A `Unit` line without a unit.
    #[error("missing unit")]
    MissingUnit,
    /// A field of a `Unit` line that is not `key=value`.
    #[error("expected key=value")]
    NoKeyValue,
    /// A `Unit` line that contradicts an earlier one. The earlier one applies.
    #[error("metadata {key} of unit {unit} already set to {held}")]
    UnitConflict {
        /// The key.
        key: BString,
        /// The unit as written in this line.
        unit: BString,
        /// The value in force.
        held: BString,
    },
}

/// The name of a package in a message.
struct PackageName<'a>(&'a BString);

impl fmt::Display for PackageName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => f.write_str("an unnamed package"),
            false => write!(f, "{}", self.0),
        }
    }
}
