//! Which notes a row gets.

use super::finding::{Finding, Verdict};
use super::note::{CPU_TIME, Cluster, CpuTime, NoteSide, RowNote};
use crate::group::{Pair, Series};
use crate::model::{Class, Unit};
use crate::stats;

/// Clusters that are closer than this are not worth a note: the factor between the neighbours, less 1.
const CLUSTER_GAP: f64 = 0.05;

/// A side whose largest sample is this many times its smallest one hides most regressions.
const WIDE: f64 = 2.0;

/// The unit of wall time.
const WALL_TIME: &str = "ns/op";

/// The notes on the samples of a row that got worse or is undecided; none on other rows. O(n log n) for n samples.
pub(super) fn on_samples(verdict: Verdict, unit: &Unit, series: &Pair<Series>) -> Vec<RowNote> {
    let is_shown = match verdict {
        Verdict::OverBudget | Verdict::Regressed | Verdict::Waived => true,
        Verdict::Undecided | Verdict::NotJudged => true,
        Verdict::Missing | Verdict::Improved | Verdict::Unchanged => false,
        Verdict::WithinBudget | Verdict::New => false,
    };
    let sides = match series {
        _ if !is_shown => [None, None],
        Pair::Both { base, new } => [Some(base), Some(new)],
        Pair::BaseOnly(base) => [Some(base), None],
        Pair::NewOnly(new) => [None, Some(new)],
    };
    let sides = [NoteSide::Base, NoteSide::New].into_iter().zip(sides);
    sides.filter_map(|(side, series)| on_side(side, unit, series?.values)).collect()
}

/// The note on one side: two clusters, else a wide spread. Counts that vary show their range anyway. There is no ratio to a value of
/// zero or less.
fn on_side(side: NoteSide, unit: &Unit, values: &[f64]) -> Option<RowNote> {
    let mut ascending = values.to_vec();
    ascending.sort_by(f64::total_cmp);
    let (&low, &high) = (ascending.first()?, ascending.last()?);
    if low <= 0.0 {
        return None;
    }
    if let Some(split) = split(&ascending, unit.class()) {
        let cluster = |values: &[f64]| Some(Cluster { n: values.len(), center: stats::median(values)? });
        let (low, high) = ascending.split_at(split);
        return Some(RowNote::TwoClusters { side, low: cluster(low)?, high: cluster(high)? });
    }
    let is_wide = unit.class() == Class::Continuous && high / low >= WIDE;
    is_wide.then_some(RowNote::WideSpread { side, low, high })
}

/// Where positive values in ascending order fall into two clusters. Neighbouring counts are not clusters.
fn split(ascending: &[f64], class: Class) -> Option<usize> {
    let logs: Vec<f64> = ascending.iter().map(|&value| stats::ln(value)).collect();
    let split = stats::two_clusters(&logs)?;
    let is_notable = logs[split] - logs[split - 1] >= stats::ln_1p(CLUSTER_GAP);
    let is_apart = class == Class::Continuous || ascending[split] - ascending[split - 1] > 1.0;
    (is_notable && is_apart).then_some(split)
}

/// Adds what CPU time shows to a benchmark whose wall time is undecided. The findings are those of one benchmark.
pub(super) fn add_cpu_time(findings: &mut [Finding]) {
    let Some(cpu) = findings.iter().find(|it| it.unit.as_str() == CPU_TIME) else { return };
    let percent = cpu.change.and_then(|it| it.percent);
    let note = RowNote::CpuTime(match cpu.verdict {
        Verdict::Unchanged => CpuTime::Unchanged,
        Verdict::Regressed | Verdict::Waived => CpuTime::Regressed(percent),
        Verdict::Improved => CpuTime::Improved(percent),
        _ => return,
    });
    let is_open = |it: &&mut Finding| it.unit.as_str() == WALL_TIME && it.verdict == Verdict::Undecided;
    if let Some(wall) = findings.iter_mut().find(is_open) {
        wall.notes.push(note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(unit: &str, values: &[f64]) -> Option<String> {
        on_side(NoteSide::New, &Unit::new(unit), values).map(|note| note.to_string())
    }

    #[test]
    fn two_clusters_are_named_with_their_medians() {
        let values = [100.0, 131.2, 99.0, 101.0, 100.0, 130.8, 98.0, 100.0, 102.0, 100.0];
        assert_eq!(note("ns/op", &values).as_deref(), Some("two clusters in new: 8 at 100, 2 at 131"));
        let bytes = [512.0, 1024.0, 512.0, 512.0, 1024.0, 512.0];
        assert_eq!(note("B/op", &bytes).as_deref(), Some("two clusters in new: 4 at 512, 2 at 1,024"));
    }

    #[test]
    fn a_wide_spread_is_named_if_there_are_no_clusters() {
        let values = [80.0, 95.0, 110.0, 130.0, 150.0, 190.0];
        assert_eq!(note("ns/op", &values).as_deref(), Some("wide spread in new: 80 … 190"));
        assert_eq!(note("B/op", &values), None, "the range of a count is shown anyway");
    }

    #[test]
    fn what_is_normal_has_no_note() {
        let counts = [4.0, 5.0, 4.0, 5.0, 4.0, 5.0];
        assert_eq!(note("allocs/op", &counts), None, "neighbouring counts");
        let close = [100.0, 100.0, 100.0, 102.0, 102.0, 102.0];
        assert_eq!(note("ns/op", &close), None, "2% apart");
        assert_eq!(note("ns/op", &[0.0, 0.0, 5.0, 5.0, 5.0]), None, "no ratio to zero");
        assert_eq!(note("ns/op", &[]), None);
    }
}
