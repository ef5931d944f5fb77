//! Is new worse than base, by more than is tolerated, and surely so?

use super::change::{Change, Size};
use crate::compare::{
    Basis, Calibrated, Certainty, Comparison, Dependence, DependenceKind, Effect, RankCheck, Ranked,
    RankedKind,
};
use crate::model::Direction;
use crate::policy::{Correction, GateSettings, SmallSample, Tolerance};
use crate::stats::{self, PValue, Studentized, Tails};

/// The rank test of a row must reach this by itself, whatever the suite: one stray sample proves nothing. So few samples that they
/// cannot must not overlap.
const ROW_P: f64 = 0.01;

/// Tests by ranks alone use this level or the policy's alpha, whichever is less.
const RANKS_ALPHA: f64 = 0.01;

/// Samples that are this many times apart are a change, whatever the noise between processes. The largest false shift in our
/// recordings of one binary against itself was 4.4.
const FAR_APART: f64 = 5.0;

/// With fewer samples per side than this, nothing is far apart.
const FEWEST_FAR_APART: usize = 3;

/// A suite that moved by this much as a whole is another machine, or a change to everything: 5 %. The results do not show which.
pub const NOTABLE_SHIFT: f64 = 0.05;

/// The result of holding two samples against a tolerance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Relative {
    /// Proven worse, by more than is tolerated.
    Regressed,
    /// Proven better, by more than would be tolerated the other way.
    Improved,
    /// Every value is worse than before, by at least this factor.
    FarWorse(f64),
    /// Every value is better than before, by at least this factor.
    FarBetter(f64),
    /// A regression beyond the tolerance is ruled out.
    Unchanged,
    /// The change comes from the cost of setting up alone, divided by another number of iterations.
    SetUp(Dependence),
    /// Both sides depend on b.N in the same way, and that explains the change.
    FollowsIterations(Dependence),
    /// The row moved with its suite, or stayed where the suite moved.
    Shifted,
    /// None of these.
    Undecided,
    /// A side has so few processes, and the suite is too small to tell how much processes differ.
    FewProcesses(usize),
    /// There are too few samples for a test.
    TooFew,
}

/// Holds a comparison against a tolerance: a regression must be proven, and the estimate beyond what is tolerated. A row without
/// proof is unchanged only if a regression is ruled out. `ranks` is [`crate::compare::Compared::ranks`], computed where all else is
/// proven.
pub(super) fn decide(
    comparison: &Comparison,
    ranks: impl Fn() -> Option<RankCheck>,
    better: Direction,
    tolerance: &Tolerance,
    gate: &GateSettings,
) -> Relative {
    let decided = match &comparison.certainty {
        Certainty::TooFew => follows_iterations(comparison, better, tolerance).unwrap_or(Relative::TooFew),
        &Certainty::FewProcesses(processes) => Relative::FewProcesses(processes),
        Certainty::Exact => follows_iterations(comparison, better, tolerance)
            .unwrap_or_else(|| exact(Change::of(comparison, better).size(tolerance))),
        Certainty::Calibrated(row) => {
            let limit = log_limit(tolerance.fraction(comparison.base.center), better);
            calibrated(&Oriented::of(row, better, gate), || oriented(ranks(), better), limit, gate)
        }
        Certainty::Ranked(row) => match row.kind {
            RankedKind::Count => follows_iterations(comparison, better, tolerance)
                .unwrap_or_else(|| counts(comparison, row, better, tolerance, gate)),
            RankedKind::NearZero => near_zero(comparison, row, better, tolerance, gate),
        },
    };
    match decided {
        Relative::Regressed | Relative::Improved => decided,
        _ if gate.small_sample.value == SmallSample::Undecided => decided,
        _ => far_apart(comparison, better, tolerance).unwrap_or(decided),
    }
}

/// A fraction as the distance of logarithms that a change for the worse goes: a rise, or a fall.
pub(super) fn log_limit(fraction: f64, better: Direction) -> f64 {
    match better {
        Direction::Lower => stats::ln_1p(fraction),
        Direction::Higher if fraction >= 1.0 => f64::INFINITY,
        Direction::Higher => -stats::ln_1p(-fraction),
    }
}

/// The p-values that count: those of the family, or of the row alone where the policy wants no correction.
pub(super) fn family_tails(alone: Tails, adjusted: Tails, gate: &GateSettings) -> Tails {
    match gate.correction.value {
        Correction::Holm => adjusted,
        Correction::None => alone,
    }
}

/// How many rows share one chance of a false alarm.
pub(super) fn family_size(family: usize, gate: &GateSettings) -> usize {
    match gate.correction.value {
        Correction::Holm => family,
        Correction::None => 1,
    }
}

/// The level of tests by ranks.
pub(super) fn ranks_alpha(gate: &GateSettings) -> f64 {
    gate.alpha.value.min(RANKS_ALPHA)
}

/// The tails with worse values as the greater ones.
fn orient(tails: Tails, better: Direction) -> Tails {
    match better {
        Direction::Lower => tails,
        Direction::Higher => Tails { less: tails.greater, greater: tails.less },
    }
}

fn oriented(ranks: Option<RankCheck>, better: Direction) -> Option<RankCheck> {
    ranks.map(|ranks| RankCheck { tails: orient(ranks.tails, better), ..ranks })
}

/// A calibrated row, turned so that more is worse.
struct Oriented {
    effect: Studentized,
    /// The change without regard to the suite, if the suite moved so much that the results do not show whether the machine did.
    raw: Option<f64>,
    p: Tails,
}

impl Oriented {
    fn of(row: &Calibrated, better: Direction, gate: &GateSettings) -> Oriented {
        let turned = |value: f64| match better {
            Direction::Lower => value,
            Direction::Higher => -value,
        };
        let p = family_tails(row.alone, row.adjusted, gate);
        let shift = row.calibration.shift;
        let is_relative = matches!(row.calibration.basis, Basis::Measured | Basis::Learned);
        let is_moved = is_relative && shift.abs() >= NOTABLE_SHIFT;
        Oriented {
            effect: Studentized { value: turned(row.effect.value), ..row.effect },
            raw: is_moved.then(|| turned(row.effect.value + shift)),
            p: orient(p, better),
        }
    }
}

fn calibrated(
    row: &Oriented,
    ranks: impl Fn() -> Option<RankCheck>,
    limit: f64,
    gate: &GateSettings,
) -> Relative {
    let proven = |side: fn(Tails) -> PValue| {
        let by_ranks = |it: RankCheck| side(it.tails).get() <= ROW_P.max(it.smallest.get());
        side(row.p).get() <= gate.alpha.value && ranks().is_some_and(by_ranks)
    };
    let value = row.effect.value;
    let relative = if value > limit && proven(|tails| tails.greater) {
        Relative::Regressed
    } else if value < -limit && proven(|tails| tails.less) {
        Relative::Improved
    } else if row.effect.is_below(limit) {
        // A regression beyond the tolerance is ruled out. Every look may spend all 5 %: no suite fails because a row is unchanged.
        Relative::Unchanged
    } else {
        Relative::Undecided
    };
    let is_same_without_the_suite = row.raw.is_none_or(|raw| match relative {
        Relative::Regressed => raw > limit,
        Relative::Improved => raw < -limit,
        Relative::Unchanged => raw <= limit,
        _ => true,
    });
    if is_same_without_the_suite { relative } else { Relative::Shifted }
}

fn exact(size: Size) -> Relative {
    match size {
        Size::Worse => Relative::Regressed,
        Size::Better => Relative::Improved,
        Size::Tolerated => Relative::Unchanged,
    }
}

/// A change of a count that its dependence on b.N explains. Only a set-up cost without which a regression is ruled out makes a row
/// unchanged; anything else must be measured again with the same b.N.
fn follows_iterations(comparison: &Comparison, better: Direction, tolerance: &Tolerance) -> Option<Relative> {
    let dependence = comparison.dependence?;
    let base = comparison.base.center;
    let without = Change::by(dependence.without, base, better);
    let is_explained = without.may_be_none()
        && matches!(Change::of(comparison, better).whole(tolerance), Size::Worse | Size::Better);
    is_explained.then(|| match dependence.kind {
        DependenceKind::SetUp { .. } if without.whole_is_ruled_out(tolerance) => Relative::SetUp(dependence),
        _ => Relative::FollowsIterations(dependence),
    })
}

/// Counts that vary. Beside the test over all rows that vary, samples that do not overlap prove a change by themselves: among many
/// varying rows no p-value of few samples is small enough. What is not proven is unchanged only if its interval rules a regression
/// out: equal medians do not, since nearly half of the samples may be worse.
fn counts(
    comparison: &Comparison,
    row: &Ranked,
    better: Direction,
    tolerance: &Tolerance,
    gate: &GateSettings,
) -> Relative {
    let change = Change::of(comparison, better);
    let (alone, p) = (orient(row.alone, better), orient(family_tails(row.alone, row.adjusted, gate), better));
    let alpha = ranks_alpha(gate);
    let base = comparison.base.center;
    let gap = comparison.extremes.gap(better);
    let gap_back = comparison.extremes.gap_back(better);
    let are_apart = |gap: f64, p: PValue| gap > 0.0 && !tolerance.allows(gap, base) && p.get() <= alpha;
    match change.whole(tolerance) {
        Size::Worse if p.greater.get() <= alpha || are_apart(gap, alone.greater) => Relative::Regressed,
        Size::Better if p.less.get() <= alpha || are_apart(gap_back, alone.less) => Relative::Improved,
        Size::Tolerated | Size::Better if change.whole_is_ruled_out(tolerance) => Relative::Unchanged,
        Size::Worse | Size::Tolerated | Size::Better => Relative::Undecided,
    }
}

/// Numbers that touch zero have no ratio, and no noise that a suite could tell: only samples that do not overlap prove.
fn near_zero(
    comparison: &Comparison,
    row: &Ranked,
    better: Direction,
    tolerance: &Tolerance,
    gate: &GateSettings,
) -> Relative {
    let change = Change::of(comparison, better);
    let p = orient(family_tails(row.alone, row.adjusted, gate), better);
    let (alpha, are_apart) = (ranks_alpha(gate), comparison.extremes.are_apart());
    match change.size(tolerance) {
        Size::Worse if are_apart && p.greater.get() <= alpha => Relative::Regressed,
        Size::Better if are_apart && p.less.get() <= alpha => Relative::Improved,
        Size::Worse | Size::Tolerated | Size::Better if change.is_ruled_out(tolerance) => Relative::Unchanged,
        Size::Worse | Size::Tolerated | Size::Better => Relative::Undecided,
    }
}

/// Whether the samples of a ratio are so far apart that no noise explains it.
fn far_apart(comparison: &Comparison, better: Direction, tolerance: &Tolerance) -> Option<Relative> {
    let Effect::Ratio(_) = comparison.effect else { return None };
    let (base, new) = (comparison.extremes.base, comparison.extremes.new);
    let is_enough = comparison.base.n.min(comparison.new.n) >= FEWEST_FAR_APART;
    let (up, down) = (new.0 / base.1, base.0 / new.1);
    let is_far = |factor: f64| is_enough && factor.is_finite() && factor >= FAR_APART;
    let (worse, improved) = match better {
        Direction::Lower => (up, down),
        Direction::Higher => (down, up),
    };
    let is_tolerated = tolerance.allows(comparison.extremes.gap(better), comparison.base.center);
    if is_far(worse) && !is_tolerated {
        Some(Relative::FarWorse(worse))
    } else {
        is_far(improved).then_some(Relative::FarBetter(improved))
    }
}

#[cfg(test)]
#[path = "relative_tests.rs"]
mod tests;
