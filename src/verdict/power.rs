//! What samples like these can prove: the smallest change, and how many samples would prove a smaller one.

use super::relative::{family_size, ranks_alpha};
use crate::compare::{Calibrated, Comparison, Ranked, RankedKind};
use crate::model::Direction;
use crate::policy::GateSettings;
use crate::stats;

/// A detectable change is one that this share of such runs would find.
const POWER: f64 = 0.95;

/// How many standard errors off a change must be for this run to find it in 19 of 20 cases.
pub(super) fn reach(row: &Calibrated, gate: &GateSettings) -> f64 {
    row.effect.reach(level(row, gate), POWER)
}

/// The smallest change in percent that this run would have found in 19 of 20 cases, if it is known: for better units a
/// rise, for higher-is-better ones a fall.
pub(super) fn detectable_percent(row: &Calibrated, reach: f64, better: Direction) -> Option<f64> {
    let detectable = reach * row.effect.error;
    let percent = match better {
        Direction::Lower => 100.0 * stats::exp_m1(detectable),
        Direction::Higher => -100.0 * stats::exp_m1(-detectable),
    };
    Some(percent).filter(|percent| percent.is_finite())
}

/// How many samples per side would find a regression as large as the tolerance in 19 of 20 cases; `None` if no number
/// would, since the noise from run to run alone hides it. `limit` is in logarithms.
pub(super) fn samples_needed(
    comparison: &Comparison,
    row: &Calibrated,
    reach: f64,
    limit: f64,
) -> Option<usize> {
    let allowed = (limit / reach) * (limit / reach);
    let scatter = row.scatter * row.scatter;
    let noise = row.effect.error * row.effect.error - scatter;
    let (n1, n2) = (comparison.base.n as f64, comparison.new.n as f64);
    let now = 2.0 * n1 * n2 / (n1 + n2);
    let needed = (now * scatter / (allowed - noise)).ceil();
    // The last fifth of the way would take five times as many.
    (noise <= 0.8 * allowed && needed <= MOST_SAMPLES).then_some(needed as usize)
}

/// How many samples per side could prove anything by their ranks, among as many rows as vary; `None` if those that there are can.
/// Samples that do not overlap at all have the smallest p that there is.
pub(super) fn provable_from(comparison: &Comparison, row: &Ranked, gate: &GateSettings) -> Option<usize> {
    // A count is also proven by samples that do not overlap, whatever the other rows.
    let family = if row.kind == RankedKind::Count { 1 } else { family_size(row.family, gate) };
    let tests = family as f64 / row.share.get();
    let provable = |n1, n2| stats::smallest_p(n1, n2).get() * tests <= ranks_alpha(gate);
    let (n1, n2) = (comparison.base.n, comparison.new.n);
    if provable(n1, n2) { None } else { (1..).find(|&n| provable(n, n)) }
}

/// What a row of its family may spend at its look.
fn level(row: &Calibrated, gate: &GateSettings) -> f64 {
    row.share.get() * gate.alpha.value / family_size(row.family, gate) as f64
}

/// More samples per side than this are not worth suggesting.
const MOST_SAMPLES: f64 = 100.0;
