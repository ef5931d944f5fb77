//! The conditions of results: the keys of `[evidence]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Defines the conditions, each with its key and its meaning.
macro_rules! conditions {
    ($($condition:ident = $key:literal: $meaning:literal,)*) => {
        /// A condition of the results as a whole, which can make a verdict unreliable: a key of `[evidence]`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[schemars(rename = "ConditionKind")]
        pub enum ConditionKind {
            $(#[doc = $meaning] #[serde(rename = $key)] $condition,)*
        }

        impl ConditionKind {
            /// All conditions, in the order of reports.
            pub const ALL: &[ConditionKind] = &[$(ConditionKind::$condition,)*];

            /// The key in `[evidence]`.
            pub fn as_str(self) -> &'static str {
                match self { $(ConditionKind::$condition => $key,)* }
            }

            /// What the condition means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(ConditionKind::$condition => $meaning,)* }
            }
        }
    };
}

conditions! {
    MissingBenchmark = "missing-benchmark": "A benchmark or unit of base is not in new.",
    NewBenchmark = "new-benchmark": "A benchmark of new is not in base.",
    UnbudgetedBenchmark = "unbudgeted-benchmark": "No budget matches a benchmark.",
    LostResults = "lost-results": "Some results could not be read.",
    FailedPackages = "failed-packages": "The output reports failures.",
    NonFinite = "non-finite": "Some measurements are NaN or infinite.",
    DifferentCpu = "different-cpu": "The two sides ran on different processors.",
    DifferentPlatform = "different-platform": "The two sides ran on different operating systems or architectures.",
    DifferentProcs = "different-procs": "The two sides ran with a different GOMAXPROCS.",
    RenamedPackage = "renamed-package": "A package has a different name in new.",
    NameCollision = "name-collision": "Results of one benchmark are in several places of a file.",
    InterleavedOutput = "interleaved-output": "The output of several processes is mixed.",
    UnfinishedPackages = "unfinished-packages": "The output of a package has no end.",
    SkippedBenchmarks = "skipped-benchmarks": "Benchmarks were skipped, or packages had nothing to run.",
    EmptyFiles = "empty-files": "One of several files has no results.",
    IdenticalSides = "identical-sides": "Base and new have exactly the same measurements.",
    ExpiredWaiver = "expired-waiver": "The last day of a waiver has passed.",
    UnusedWaiver = "unused-waiver": "No regression needed a waiver.",
    UnmeasuredBudgets = "unmeasured-budgets": "Budgets and waivers match benchmarks that the run did not select.",
    TooFewSamples = "too-few-samples": "Rows have fewer samples than the policy requires.",
    FewIterations = "few-iterations": "Results have so few iterations that they measure mostly startup.",
    ContradictoryDesign = "contradictory-design": "The files disagree on how base and new were measured.",
    SuiteShift = "suite-shift": "The whole suite got slower or faster.",
    TooNoisy = "too-noisy": "The run could not detect even large regressions.",
    SmallSuite = "small-suite": "The noise is assumed, because the suite is too small to measure it.",
    NotInterleaved = "not-interleaved": "The policy or the files say that base and new were interleaved, but the results show that they were not.",
    SingleProcess = "single-process": "All samples of a side come from one process per package.",
    Drift = "drift": "Times rose or fell while a side was measured.",
    Autocorrelation = "autocorrelation": "Samples are similar to the samples before them.",
}

impl ConditionKind {
    /// Former keys, which policies may still use.
    pub(super) const FORMER_NAMES: &[(&str, ConditionKind)] = &[("blind-run", ConditionKind::TooNoisy)];
}

impl fmt::Display for ConditionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_written_as_its_key() {
        let written = serde_json::to_string(&ConditionKind::DifferentCpu).expect("plain");
        assert_eq!(written, format!("\"{}\"", ConditionKind::DifferentCpu));
    }
}
