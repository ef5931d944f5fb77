//! The conditions of results: the keys of `[evidence]`.

use serde::Deserialize;
use strum::{EnumMessage, VariantArray};

/// A condition of the results as a whole, which can make a verdict unreliable: a key of `[evidence]`. The documentation of each
/// is shown to users.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    strum::Display,
    strum::EnumMessage,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum ConditionKind {
    /// A benchmark or unit of base is not in new.
    MissingBenchmark,
    /// A benchmark of new is not in base.
    NewBenchmark,
    /// No budget matches a benchmark.
    UnbudgetedBenchmark,
    /// Some results could not be read.
    LostResults,
    /// The output reports failures.
    FailedPackages,
    /// Some measurements are NaN or infinite.
    NonFinite,
    /// Base alone failed, lost results or was cut off.
    BrokenBase,
    /// The two sides ran on different processors.
    DifferentCpu,
    /// The two sides ran on different operating systems or architectures.
    DifferentPlatform,
    /// Instructions of the two sides were counted by different programs.
    DifferentCounter,
    /// The two sides ran with a different GOMAXPROCS.
    DifferentProcs,
    /// A package has a different name in new.
    RenamedPackage,
    /// Results of one benchmark are in several places of a file.
    NameCollision,
    /// Packages of one file have a benchmark in common, and nothing names them.
    UnnamedPackages,
    /// The output of several processes is mixed.
    InterleavedOutput,
    /// The output of a package has no end.
    UnfinishedPackages,
    /// Benchmarks were skipped, or packages had nothing to run.
    SkippedBenchmarks,
    /// One of several files has no results.
    EmptyFiles,
    /// Some shards of the suite have no results.
    MissingShards,
    /// Shards do not belong to one plan, or measured the same benchmark.
    ContradictoryShards,
    /// Base has no results, so that only budgets were judged.
    NothingCompared,
    /// Base and new have exactly the same measurements.
    IdenticalSides,
    /// The last day of a waiver has passed.
    ExpiredWaiver,
    /// No regression and no removed benchmark needed a waiver.
    UnusedWaiver,
    /// Budgets and waivers match benchmarks that the run did not select.
    UnmeasuredBudgets,
    /// The policy of the change permits what the policy that judged does not.
    LooserPolicy,
    /// The compiler decides otherwise than a `[[decision]]` of the policy demands.
    BrokenDecisions,
    /// New has less than half of the samples of base, or too few where base has enough.
    FewerSamples,
    /// Benchmarks have an unusual number of samples on one side.
    UnevenSamples,
    /// Rows have fewer samples than the policy requires.
    TooFewSamples,
    /// Results have so few iterations that they measure mostly startup.
    FewIterations,
    /// The files disagree on how base and new were measured.
    ContradictoryDesign,
    /// The whole suite got slower or faster.
    SuiteShift,
    /// The run could not detect even large regressions.
    TooNoisy,
    /// The noise is assumed, because the suite is too small to measure it.
    SmallSuite,
    /// The policy or the files say that base and new were interleaved, but the results show that they were not.
    NotInterleaved,
    /// All samples of a side come from one process per package.
    SingleProcess,
    /// Times rose or fell while a side was measured.
    Drift,
    /// Samples are similar to the samples before them.
    Autocorrelation,
}

impl ConditionKind {
    /// All conditions, in the order of reports.
    pub const ALL: &[ConditionKind] = ConditionKind::VARIANTS;

    /// The key in `[evidence]`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What the condition means, in one sentence.
    pub fn meaning(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// Former keys, which policies may still use.
    pub(crate) const FORMER_NAMES: &[(&str, ConditionKind)] = &[("blind-run", ConditionKind::TooNoisy)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_reads_every_condition_by_its_key() {
        for &condition in ConditionKind::ALL {
            let read = ConditionKind::deserialize(toml::Value::from(condition.as_str()));
            assert_eq!(read, Ok(condition));
            assert!(condition.meaning().ends_with('.'), "{condition}");
        }
    }
}
