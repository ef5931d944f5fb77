//! Too few samples, and samples of too few iterations.

use super::NAMES;
use crate::compare::{Compared, Contrast};
use crate::policy::ConditionKind;
use crate::verdict::{Advice, Finding, Reason, Shortage, Undecided};
use crate::words::{Listed, counted};
use std::collections::BTreeSet;
use std::fmt;

/// What the samples lack.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SampleShortage {
    /// Rows with too few samples.
    TooFew {
        /// Rows that were not tested, if there are any.
        untested: Option<Untested>,
        /// Rows whose test cannot prove anything, if there are any.
        unprovable: Option<Unprovable>,
        /// How to get enough samples for all of them.
        advice: Advice,
    },
    /// Results with so few iterations that their allocations mean nothing.
    FewIterations {
        /// How many results.
        results: usize,
        /// Of these benchmarks.
        benchmarks: Listed,
    },
}

/// Rows with fewer samples than the policy asks for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Untested {
    rows: usize,
    /// The fewest samples that one of them has on a side.
    fewest: usize,
    /// How many each side needs.
    needed: usize,
    benchmarks: Listed,
}

/// Rows with so few samples that no change among so many varying rows can be proven.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Unprovable {
    rows: usize,
    /// How many samples per side could prove a change in all of them.
    needed: usize,
    benchmarks: Listed,
}

impl SampleShortage {
    pub(super) fn too_few(findings: &[Finding]) -> Option<SampleShortage> {
        let mut untested: Vec<(&Finding, usize, Advice)> = Vec::new();
        let mut unprovable: Vec<(&Finding, usize, Advice)> = Vec::new();
        for finding in findings {
            if let Some(Shortage { needed, advice }) = finding.shortage {
                untested.push((finding, needed, advice));
            } else if let Reason::Undecided(Undecided::TooFewForProof { needed, advice, .. }) = finding.reason
            {
                unprovable.push((finding, needed, advice));
            }
        }
        // The largest number of samples is enough for all.
        let most =
            |rows: &[(&Finding, usize, Advice)]| rows.iter().map(|it| (it.1, it.2)).max_by_key(|it| it.0);
        let advice = [most(&untested), most(&unprovable)].into_iter().flatten().max_by_key(|it| it.0)?.1;
        let fewest = |(finding, ..): &(&Finding, usize, Advice)| Some(finding.base?.n.min(finding.new?.n));
        let untested = most(&untested).map(|(needed, _)| Untested {
            rows: untested.len(),
            fewest: untested.iter().filter_map(fewest).min().unwrap_or(0),
            needed,
            benchmarks: benchmarks(&untested),
        });
        let unprovable = most(&unprovable).map(|(needed, _)| Unprovable {
            rows: unprovable.len(),
            needed,
            benchmarks: benchmarks(&unprovable),
        });
        Some(SampleShortage::TooFew { untested, unprovable, advice })
    }

    pub(super) fn few_iterations(rows: &[Compared]) -> Option<SampleShortage> {
        let mut results = 0;
        let mut names = BTreeSet::new();
        for row in rows {
            let Contrast::Both(comparison) = &row.contrast else { continue };
            let (base, new) = comparison.strays;
            // Once per benchmark, whatever its units.
            if base + new > 0 && names.insert((row.id.pkg.to_string(), row.id.name.full().to_string())) {
                results += base + new;
            }
        }
        let benchmarks = Listed::new(names.iter().map(|(_, name)| name), NAMES);
        (results > 0).then_some(SampleShortage::FewIterations { results, benchmarks })
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            SampleShortage::TooFew { .. } => ConditionKind::TooFewSamples,
            SampleShortage::FewIterations { .. } => ConditionKind::FewIterations,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            SampleShortage::TooFew { untested, unprovable, .. } => {
                let rows =
                    untested.as_ref().map_or(0, |it| it.rows) + unprovable.as_ref().map_or(0, |it| it.rows);
                format!("{} with too few samples", counted(rows, "row"))
            }
            SampleShortage::FewIterations { results, .. } => {
                format!("{} with few iterations", counted(*results, "result"))
            }
        }
    }
}

fn benchmarks(rows: &[(&Finding, usize, Advice)]) -> Listed {
    let names: BTreeSet<(&str, &str)> = rows.iter().map(|(it, ..)| (&*it.pkg, &*it.benchmark)).collect();
    Listed::new(names.into_iter().map(|(_, name)| name), NAMES)
}

impl fmt::Display for SampleShortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SampleShortage::TooFew { untested, unprovable, advice } => {
                if let Some(Untested { fewest, needed, benchmarks, .. }) = untested {
                    write!(f, "{}, {needed} per side needed: {benchmarks}; ", counted(*fewest, "sample"))?;
                }
                if let Some(Unprovable { needed, benchmarks, .. }) = unprovable {
                    write!(
                        f,
                        "so many rows vary that fewer than {needed} samples per side cannot prove a change: {benchmarks}; "
                    )?;
                }
                write!(f, "{advice}")
            }
            SampleShortage::FewIterations { benchmarks, .. } => write!(
                f,
                "less than a tenth of the usual b.N: {benchmarks}; counts are compared without these results"
            ),
        }
    }
}
