//! Every result line accounted for.

use super::Loss;
use bstr::BString;
use std::fmt;

/// What became of every result line of a side, file by file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// One entry per file, in the order read.
    pub files: Vec<FileLedger>,
}

/// What became of every result line of one file. It balances: [`seen`](Self::seen) = [`used`](Self::used) +
/// [`filtered`](Self::filtered) + the number of [`lost`](Self::lost).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileLedger {
    /// The file as it was named.
    pub file: String,
    /// Lines read.
    pub lines: usize,
    /// Results met, whole or not. A name and the values that were torn from it are one result.
    pub seen: usize,
    /// Results that reached the dataset.
    pub used: usize,
    /// Of the used ones, how many had been torn or glued to other text and were put right again.
    pub repaired: usize,
    /// Results that a filter of the user's set aside.
    pub filtered: usize,
    /// Results that could not be used, in the order of their lines.
    pub lost: Vec<Loss>,
    /// Single measurements of used results that could not be used.
    pub rejected: Vec<Rejection>,
    /// What the output itself says went wrong.
    pub failures: Vec<Failure>,
    /// What the output itself says was not run.
    pub skipped: Vec<Skip>,
    /// Where the output of several processes is mixed up, if it is.
    pub interleaved: Option<Interleaving>,
    /// Packages whose output does not end.
    pub unfinished: Vec<Unfinished>,
    /// What else a reader should know about lines of the file.
    pub remarks: Vec<Remark>,
}

impl FileLedger {
    /// Whether nothing was lost in silence.
    pub fn balances(&self) -> bool {
        self.seen == self.used + self.filtered + self.lost.len() && self.repaired <= self.used
    }

    /// How much there is to say about single lines.
    pub(super) fn problems(&self) -> usize {
        self.lost.len() + self.rejected.len() + self.failures.len() + self.skipped.len() + self.remarks.len()
    }
}

/// A measurement that is not a finite number.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejection {
    /// Its line, from 1.
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

/// Something that the output reports as failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line that says so, from 1.
    pub line: usize,
    /// The package's import path; empty where the output names none.
    pub package: BString,
    /// What failed.
    pub what: FailedItem,
}

/// What failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailedItem {
    /// The package: part of the suite did not run. With what its output gives as the cause, such as `build failed`,
    /// `panic: …`, `exit status 1` or `signal: killed`.
    Package(Option<BString>),
    /// A benchmark or test, as printed: it has no result.
    Benchmark(BString),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let package = PackageName(&self.package);
        match &self.what {
            FailedItem::Package(Some(cause)) => write!(f, "{package} failed: {cause}"),
            FailedItem::Package(None) => write!(f, "{package} failed"),
            FailedItem::Benchmark(name) if self.package.is_empty() => write!(f, "{name} failed"),
            FailedItem::Benchmark(name) => write!(f, "{name} in {package} failed"),
        }
    }
}

/// Something that the output reports as not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The line that says so, from 1.
    pub line: usize,
    /// The package's import path; empty where the output names none.
    pub package: BString,
    /// The benchmark, as printed; `None` for a package in which there was nothing to run.
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

/// Output of several processes in one file: results may stand under the wrong package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interleaving {
    /// The first line that shows it, from 1.
    pub line: usize,
    /// How it shows.
    pub sign: InterleavingSign,
    /// How many results from there on were used: their package is not certain.
    pub results: usize,
}

/// How output shows that it comes from several processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterleavingSign {
    /// A package begins while a benchmark of another one has not printed its values.
    Begun {
        /// The package that begins.
        package: BString,
        /// The benchmark that waits.
        waiting: BString,
    },
    /// A package begins right behind the header of another one, which has printed nothing yet.
    Together {
        /// The package that begins.
        package: BString,
        /// The other one.
        silent: BString,
    },
    /// A result stands behind the line that says that its package is over.
    Over(BString),
    /// A package ends while another one is under way.
    Ended {
        /// The package that ends.
        package: BString,
        /// The one under way.
        within: BString,
    },
}

impl fmt::Display for InterleavingSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InterleavingSign::Begun { package, waiting } => {
                write!(f, "{package} begins while {waiting} waits for its values")
            }
            InterleavingSign::Together { package, silent } => {
                write!(f, "{package} begins right behind the header of {silent}")
            }
            InterleavingSign::Over(package) => write!(f, "a result stands behind the end of {package}"),
            InterleavingSign::Ended { package, within } => {
                write!(f, "{package} ends in the middle of {within}")
            }
        }
    }
}

/// A package that begins and does not end, in a file in which others do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Where it begins, from 1.
    pub line: usize,
    /// The package's import path.
    pub package: BString,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} begins and neither passes nor fails", self.package)
    }
}

/// Something about a line that takes nothing away from the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line, from 1.
    pub line: usize,
    /// What about it.
    pub kind: RemarkKind,
}

/// What about a line is worth a remark.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemarkKind {
    /// A result without a measurement: what `b.ReportMetric(0, "ns/op")` leaves where nothing else is measured.
    #[error("{0} has no measurement")]
    NoMeasurements(BString),
    /// A `Unit` line without a unit.
    #[error("missing unit")]
    MissingUnit,
    /// A field of a `Unit` line that is not `key=value`.
    #[error("expected key=value")]
    NoKeyValue,
    /// A `Unit` line that contradicts an earlier one, which holds.
    #[error("metadata {key} of unit {unit} already set to {held}")]
    UnitConflict {
        /// What is said of the unit.
        key: BString,
        /// The unit as written here.
        unit: BString,
        /// The value that holds.
        held: BString,
    },
}

/// A package in a sentence.
struct PackageName<'a>(&'a BString);

impl fmt::Display for PackageName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => f.write_str("a package without a name"),
            false => write!(f, "{}", self.0),
        }
    }
}
