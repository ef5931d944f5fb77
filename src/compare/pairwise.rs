//! Tests two samples by themselves, without the rest of the suite.

use super::comparison::{Effect, RankedKind};
use super::estimate::{Replication, RowEstimate};
use super::paired::{self, Enough, PairedRow, RankEstimate, RowTest};
use super::{SampleSummary, counts};
use crate::group::Series;
use crate::model::{Class, Unit};
use crate::stats::{self, Confidence};

/// Tests a row.
pub(super) fn test(base: Series, new: Series, unit: &Unit, enough: Enough) -> PairedRow {
    match unit.class() {
        Class::Continuous
            if unit.is_of_program() || !is_clocked(unit) && counts::always_the_same(base, new) =>
        {
            counts::test(base, new, unit, enough)
        }
        Class::Continuous => continuous(base, new, enough),
        Class::Counting => counts::test(base, new, unit, enough),
    }
}

/// Whether a clock measured it: equal values are then a matter of rounding. A metric of a benchmark that is always the same, such as a
/// number of comparisons, is as exact as a count.
fn is_clocked(unit: &Unit) -> bool {
    matches!(unit.as_str(), "ns/op" | "cpu-ns/op" | "MB/s")
}

/// The fewest samples in separate processes that can show a change by not overlapping.
const FEWEST_APART: usize = 3;

fn continuous(base: Series, new: Series, enough: Enough) -> PairedRow {
    let (x, y) = (paired::sample(base), paired::sample(new));
    let replication = Replication::of(base, new);
    let fewest = x.len().min(y.len());
    let is_enough = fewest >= enough.samples
        || enough.apart && replication == Replication::OneEach && fewest >= FEWEST_APART;
    let ranks = paired::mann_whitney(x.ascending(), y.ascending());
    let estimate =
        || RowEstimate::of(&replication.independent(base), &replication.independent(new), replication);
    let plain_ratio = || stats::hodges_lehmann_ratio(x.ascending(), y.ascending(), Confidence::P95);
    let estimate = if is_enough { estimate() } else { None };
    let test = match (estimate, if estimate.is_none() { plain_ratio() } else { None }) {
        (Some(estimate), _) => RowTest::Ratio(estimate),
        (None, Some(ratio)) => RowTest::TooFew(Effect::Ratio(ratio)),
        (None, None) if fewest >= enough.samples => {
            let (effect, tails) = (Effect::Shift(paired::shift(&x, &y)), ranks.tails());
            RowTest::Ranks(RankEstimate { effect, tails, kind: RankedKind::NearZero })
        }
        (None, None) => RowTest::TooFew(Effect::Shift(paired::shift(&x, &y))),
    };
    PairedRow {
        base: SampleSummary::new(&x, Class::Continuous),
        new: SampleSummary::new(&y, Class::Continuous),
        p: ranks.two_sided(),
        extremes: paired::extremes(&x, &y),
        strays: counts::strays(base, new),
        dependence: None,
        test,
    }
}
