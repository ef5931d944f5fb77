//! Benchmarks with a different number of samples on the two sides.

use super::NAMES;
use super::names::Names;
use crate::policy::{ConditionKind, Policy};
use crate::verdict::Finding;
use crate::words::{Listed, counted};
use std::fmt;

/// Benchmarks with a different number of samples on the two sides, each with its numbers: `Parse-8 (10 in base, 1 in new)`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum UnequalSamples {
    /// New has less than half of the samples of base, or too few where base has enough.
    Fewer(Listed),
    /// The numbers differ by more than the sides differ otherwise.
    Uneven {
        /// These benchmarks.
        benchmarks: Listed,
        /// How many samples a benchmark usually has in base and in new, if there are enough benchmarks to tell.
        usual: Option<(usize, usize)>,
    },
}

/// So many benchmarks show how many samples a benchmark usually has.
const ENOUGH: usize = 3;

impl UnequalSamples {
    /// What holds of these findings.
    pub(super) fn of(findings: &[Finding], policy: &Policy) -> Vec<UnequalSamples> {
        let benchmarks: Vec<Measured> = findings
            .chunk_by(|a, b| (&a.pkg, &a.benchmark) == (&b.pkg, &b.benchmark))
            .filter_map(Measured::of)
            .collect();
        let usual = usual(&benchmarks);
        let (fewer, rest): (Vec<&Measured>, _) =
            benchmarks.iter().partition(|it| it.counts().any(|(row, counts)| is_fewer(row, counts, policy)));
        let uneven: Vec<&Measured> = rest.into_iter().filter(|it| is_uneven(it.most(), usual)).collect();
        if fewer.is_empty() && uneven.is_empty() {
            return Vec::new(); // the usual case
        }
        let names = Names::of(findings);
        let entry = |it: &Measured, (base, new): Counts| {
            format!("{} ({base} in base, {new} in new)", names.name(it.rows[0].0))
        };
        let few = |it: &Measured| {
            let of_rows = it.counts().find(|&(row, counts)| is_fewer(row, counts, policy));
            of_rows.map(|(_, counts)| counts)
        };
        let fewer = fewer.into_iter().filter_map(|it| Some(entry(it, few(it)?)));
        let fewer = Listed::new(fewer, NAMES).some().map(UnequalSamples::Fewer);
        let uneven = Listed::new(uneven.into_iter().map(|it| entry(it, it.most())), NAMES).some();
        let uneven = uneven.map(|benchmarks| UnequalSamples::Uneven { benchmarks, usual });
        fewer.into_iter().chain(uneven).collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            UnequalSamples::Fewer(_) => ConditionKind::FewerSamples,
            UnequalSamples::Uneven { .. } => ConditionKind::UnevenSamples,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            UnequalSamples::Fewer(it) => format!("{} with fewer samples", counted(it.count, "benchmark")),
            UnequalSamples::Uneven { benchmarks, .. } => {
                format!("{} with uneven samples", counted(benchmarks.count, "benchmark"))
            }
        }
    }
}

impl fmt::Display for UnequalSamples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnequalSamples::Fewer(benchmarks) => write!(
                f,
                "{benchmarks}; did the run end early, or was a benchmark skipped? measure new as often as base"
            ),
            UnequalSamples::Uneven { benchmarks, usual } => {
                write!(f, "{benchmarks}")?;
                if let Some((base, new)) = usual {
                    write!(f, ", where {base} and {new} are usual")?;
                }
                write!(f, "; was one side measured more often, cut off, or did a benchmark print results?")
            }
        }
    }
}

/// How many samples a row has in base and in new.
type Counts = (usize, usize);

/// The rows of a benchmark that both sides have; at least one.
struct Measured<'f> {
    rows: Vec<(&'f Finding, Counts)>,
}

impl<'f> Measured<'f> {
    fn of(findings: &'f [Finding]) -> Option<Measured<'f>> {
        let counted = |finding: &'f Finding| Some((finding, (finding.base?.n, finding.new?.n)));
        let rows: Vec<_> = findings.iter().filter_map(counted).collect();
        (!rows.is_empty()).then_some(Measured { rows })
    }

    /// How many results each side has. Some measurements of a result may be rejected, which is a condition of its own.
    fn most(&self) -> Counts {
        let most = |of: fn(Counts) -> usize| self.counts().map(|(_, counts)| of(counts)).max().unwrap_or(0);
        (most(|it| it.0), most(|it| it.1))
    }

    fn counts(&self) -> impl Iterator<Item = (&'f Finding, Counts)> {
        self.rows.iter().copied()
    }
}

/// The median number of samples of each side, over the benchmarks that both have.
fn usual(benchmarks: &[Measured]) -> Option<Counts> {
    let median = |of: fn(Counts) -> usize| {
        let mut counts: Vec<usize> = benchmarks.iter().map(|it| of(it.most())).collect();
        let middle = counts.len() / 2;
        *counts.select_nth_unstable(middle).1
    };
    (benchmarks.len() >= ENOUGH).then(|| (median(|it| it.0), median(|it| it.1)))
}

fn is_fewer(row: &Finding, (base, new): Counts, policy: &Policy) -> bool {
    let needed = policy.min_samples(&row.unit).value;
    2 * new < base || new < needed && base >= needed
}

/// Whether the numbers are in another ratio than is usual. Each side may have a `-count` of its own, and so may each package.
fn is_uneven((base, new): Counts, usual: Option<Counts>) -> bool {
    let (usual_base, usual_new) = usual.unwrap_or((1, 1));
    base * usual_new != new * usual_base
}
