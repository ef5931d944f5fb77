//! What can be set, and where a setting comes from.

use crate::model::Design;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A value together with the place that set it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub origin: Origin,
}

/// A line of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as it was named, or `built-in`.
    pub source: Arc<str>,
    /// The line, from 1; `None` for what no line says.
    pub line: Option<usize>,
}

impl Origin {
    /// What the policy that is part of the program is called.
    pub const BUILT_IN: &str = "built-in";

    /// A default that stands in no file.
    pub fn fallback() -> Origin {
        Origin { source: Origin::BUILT_IN.into(), line: None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.source),
            None => write!(f, "{}", self.source),
        }
    }
}

/// What a finding does to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing, and it is not shown.
    Ignore,
    /// It is shown.
    Warn,
    /// The gate fails.
    Fail,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Ignore => "ignore",
            Level::Warn => "warn",
            Level::Fail => "fail",
        })
    }
}

/// How p-values are corrected for the number of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Correction {
    /// Over all tested rows of a unit, so that `alpha` holds for the suite.
    Holm,
    /// Not at all: `alpha` holds for each row.
    None,
}

/// What rows that the samples cannot decide do to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Undecided {
    /// Nothing.
    Pass,
    /// The gate ends undecided, with exit code 3.
    Fail,
}

/// How the gate decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// The chance of a false alarm, strictly between 0 and 1.
    pub alpha: f64,
    /// How the samples are said to have been taken.
    pub design: Design,
    /// What that chance refers to.
    pub correction: Correction,
    /// How many samples per side a test needs.
    pub min_samples: usize,
    /// What undecided rows do.
    pub undecided: Undecided,
}

/// Something about the evidence itself that may forbid a verdict: the keys of `[evidence]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// A benchmark or unit of base is not in new.
    MissingBenchmark,
    /// A benchmark of new is not in base.
    NewBenchmark,
    /// No budget matches a benchmark.
    UnbudgetedBenchmark,
    /// Results that could not be read.
    LostResults,
    /// The output reports failures.
    FailedPackages,
    /// Measurements that are NaN or infinite.
    NonFinite,
    /// The two sides ran on different processors.
    DifferentCpu,
    /// The two sides ran on different operating systems or architectures.
    DifferentPlatform,
    /// The two sides ran with a different GOMAXPROCS.
    DifferentProcs,
    /// A package has another name in new.
    RenamedPackage,
    /// Results of one benchmark stand in several places of a file.
    NameCollision,
    /// The output of several processes is mixed up.
    InterleavedOutput,
    /// The output of a package does not end.
    UnfinishedPackages,
    /// Benchmarks that were skipped, and packages that had nothing to run.
    SkippedBenchmarks,
    /// A file without any result, among others.
    EmptyFiles,
    /// Waivers whose last day has passed.
    ExpiredWaiver,
    /// Waivers that nothing needed.
    UnusedWaiver,
    /// Rows with fewer samples than the policy asks for.
    TooFewSamples,
    /// Results with so few iterations that they say more of starting up than of running.
    FewIterations,
    /// The whole suite moved.
    SuiteShift,
    /// The run could not have seen even large regressions.
    BlindRun,
    /// A change rests on an assumed noise, for the suite is too small to measure it.
    SmallSuite,
    /// The policy says that base and new were interleaved, and the data say that they were not.
    NotInterleaved,
    /// All samples of a side come from one process per package.
    SingleProcess,
    /// Times rose or fell while a side was measured.
    Drift,
    /// Samples resemble the ones before them.
    Autocorrelation,
}

impl Condition {
    /// The key in `[evidence]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Condition::MissingBenchmark => "missing-benchmark",
            Condition::NewBenchmark => "new-benchmark",
            Condition::UnbudgetedBenchmark => "unbudgeted-benchmark",
            Condition::LostResults => "lost-results",
            Condition::FailedPackages => "failed-packages",
            Condition::NonFinite => "non-finite",
            Condition::DifferentCpu => "different-cpu",
            Condition::DifferentPlatform => "different-platform",
            Condition::DifferentProcs => "different-procs",
            Condition::RenamedPackage => "renamed-package",
            Condition::NameCollision => "name-collision",
            Condition::InterleavedOutput => "interleaved-output",
            Condition::UnfinishedPackages => "unfinished-packages",
            Condition::SkippedBenchmarks => "skipped-benchmarks",
            Condition::EmptyFiles => "empty-files",
            Condition::ExpiredWaiver => "expired-waiver",
            Condition::UnusedWaiver => "unused-waiver",
            Condition::TooFewSamples => "too-few-samples",
            Condition::FewIterations => "few-iterations",
            Condition::SuiteShift => "suite-shift",
            Condition::BlindRun => "blind-run",
            Condition::SmallSuite => "small-suite",
            Condition::NotInterleaved => "not-interleaved",
            Condition::SingleProcess => "single-process",
            Condition::Drift => "drift",
            Condition::Autocorrelation => "autocorrelation",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_by_what_they_do() {
        assert!(Level::Ignore < Level::Warn && Level::Warn < Level::Fail);
    }

    #[test]
    fn a_condition_is_written_as_its_key() {
        let written = serde_json::to_string(&Condition::DifferentCpu).expect("plain");
        assert_eq!(written, format!("\"{}\"", Condition::DifferentCpu));
    }
}
