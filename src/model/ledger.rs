//! Every result line accounted for.

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
    /// Result lines met, whole or not.
    pub seen: usize,
    /// Results that reached the dataset.
    pub used: usize,
    /// Of the used ones, how many had been torn and were put together again.
    pub repaired: usize,
    /// Results that a filter of the user's set aside.
    pub filtered: usize,
    /// Results that could not be used.
    pub lost: Vec<Loss>,
    /// Single measurements of used results that could not be used.
    pub rejected: Vec<Rejection>,
    /// What the output itself says went wrong.
    pub failures: Vec<Failure>,
}

impl FileLedger {
    /// Whether nothing was lost in silence.
    pub fn balances(&self) -> bool {
        self.seen == self.used + self.filtered + self.lost.len() && self.repaired <= self.used
    }
}

/// A result line that could not be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Its line, from 1.
    pub line: usize,
    /// Why.
    pub reason: LossReason,
}

/// Why a result line could not be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LossReason {
    /// A print of the benchmark's own tore the line apart behind its name.
    #[error(
        "{0} has no values: something printed in the middle of its result (print to a file, or use b.Log)"
    )]
    Torn(BString),
    /// A print of the benchmark's own, without a line end, stands before its name.
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
    },
    /// What should be a measured value is something else.
    #[error("{name}: expected a number, found `{found}`")]
    Value {
        /// The benchmark.
        name: BString,
        /// The text in the number's place.
        found: BString,
    },
    /// The line ends behind a value.
    #[error("{name}: the value {value} has no unit")]
    Unit {
        /// The benchmark.
        name: BString,
        /// The value.
        value: BString,
    },
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

/// A line of the output that reports a failure.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// `FAIL<tab>package`: part of the suite did not run.
    Package {
        /// The line, from 1.
        line: usize,
        /// The package's import path.
        package: BString,
    },
    /// `--- FAIL: BenchmarkX`: this benchmark has no result.
    Benchmark {
        /// The line, from 1.
        line: usize,
        /// The benchmark or test, as printed.
        name: BString,
    },
}

impl Failure {
    /// The line, from 1.
    pub fn line(&self) -> usize {
        match self {
            Failure::Package { line, .. } | Failure::Benchmark { line, .. } => *line,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Package { package, .. } => write!(f, "package {package} failed"),
            Failure::Benchmark { name, .. } => write!(f, "{name} failed"),
        }
    }
}
