//! Is new worse than base, by more than is tolerated, and surely so?

use crate::compare::{Calibrated, Certainty, Comparison, Effect, Ranked, RankedKind, SetupCost};
use crate::model::Direction;
use crate::policy::{Correction, GateSettings, Tolerance};
use crate::stats::{self, PValue, Studentized, Tails};

/// The rank test of a row must reach this by itself, whatever the suite: one stray sample proves nothing.
const ROW_P: f64 = 0.01;

/// Where nothing but ranks can be tested, this or the policy's alpha is asked for after the correction, if that is less.
const RANKS_ALPHA: f64 = 0.01;

/// How sure it must be that a regression beyond the tolerance is ruled out. Every look may spend all of it: no suite fails
/// because a row was called unchanged.
pub(super) const RULED_OUT: f64 = 0.05;

/// A detectable change is one that this share of such runs would find.
const POWER: f64 = 0.95;

/// The result of holding two samples against a tolerance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Relative {
    /// Proven worse, by more than is tolerated.
    Regressed,
    /// Proven better, by more than would be tolerated the other way.
    Improved,
    /// A regression beyond the tolerance is ruled out.
    Unchanged,
    /// A regression beyond the tolerance comes from the set-up cost alone, divided by fewer iterations.
    SetUp(SetupCost),
    /// Neither.
    Undecided,
    /// There are too few samples to ask.
    TooFew,
}

/// Holds a comparison against a tolerance: a regression must be proven, and the estimate beyond what is tolerated; an
/// unproven row is unchanged only if a regression is ruled out. `ranks` are those of a ratio, see [`crate::compare::Compared::ranks`]:
/// asked for where all else is proven.
pub(super) fn decide(
    comparison: &Comparison,
    ranks: impl Fn() -> Tails,
    better: Direction,
    tolerance: &Tolerance,
    gate: &GateSettings,
) -> Relative {
    match &comparison.certainty {
        Certainty::TooFew => Relative::TooFew,
        Certainty::Exact => match Change::of(comparison, better).size(tolerance) {
            Size::Worse => Relative::Regressed,
            Size::Better => Relative::Improved,
            Size::Tolerated => Relative::Unchanged,
        },
        Certainty::Calibrated(row) => {
            let limit = log_limit(tolerance.fraction(comparison.base.center), better);
            calibrated(&Oriented::of(row, better, gate), || orient(ranks(), better), limit, gate)
        }
        Certainty::Ranked(row) => {
            let p = orient(family_tails(row.alone, row.adjusted, gate), better);
            let (change, alpha) = (Change::of(comparison, better), ranks_alpha(gate));
            match row.kind {
                RankedKind::Count { setup } => counts(
                    change,
                    setup.map(|setup| (setup, change.without(setup, better))),
                    p,
                    tolerance,
                    alpha,
                ),
                RankedKind::NearZero { separated } => near_zero(change, separated, p, tolerance, alpha),
            }
        }
    }
}

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
    let tests = family_size(row.family, gate) as f64 / row.share.get();
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

/// A calibrated row, turned so that more is worse.
struct Oriented {
    effect: Studentized,
    p: Tails,
}

impl Oriented {
    fn of(row: &Calibrated, better: Direction, gate: &GateSettings) -> Oriented {
        let value = match better {
            Direction::Lower => row.effect.value,
            Direction::Higher => -row.effect.value,
        };
        let p = family_tails(row.alone, row.adjusted, gate);
        Oriented { effect: Studentized { value, ..row.effect }, p: orient(p, better) }
    }
}

fn calibrated(row: &Oriented, ranks: impl Fn() -> Tails, limit: f64, gate: &GateSettings) -> Relative {
    let proven =
        |side: fn(Tails) -> PValue| side(row.p).get() <= gate.alpha.value && side(ranks()).get() <= ROW_P;
    if row.effect.value > limit && proven(|tails| tails.greater) {
        Relative::Regressed
    } else if row.effect.value < -limit && proven(|tails| tails.less) {
        Relative::Improved
    } else if row.effect.below(limit).get() <= RULED_OUT {
        Relative::Unchanged
    } else {
        Relative::Undecided
    }
}

/// Counts: both as measured and without the cost of setting up, the change must be beyond the tolerance. What is not proven
/// is unchanged only if its interval rules a regression out.
fn counts(
    change: Change,
    setup: Option<(SetupCost, Change)>,
    p: Tails,
    tolerance: &Tolerance,
    alpha: f64,
) -> Relative {
    let steady = setup.map_or(change, |(_, steady)| steady);
    match (change.whole(tolerance), steady.whole(tolerance), setup) {
        (Size::Worse, Size::Worse, _) if p.greater.get() <= alpha => Relative::Regressed,
        (Size::Better, Size::Better, _) if p.less.get() <= alpha => Relative::Improved,
        (Size::Worse, Size::Tolerated | Size::Better, Some((setup, _))) => Relative::SetUp(setup),
        // Equal medians rule nothing out: nearly half of the samples may be worse.
        (Size::Tolerated | Size::Better, Size::Tolerated | Size::Better, _)
            if change.whole_is_ruled_out(tolerance) =>
        {
            Relative::Unchanged
        }
        (
            Size::Worse | Size::Tolerated | Size::Better,
            Size::Worse | Size::Tolerated | Size::Better,
            Some(_) | None,
        ) => Relative::Undecided,
    }
}

/// Numbers that touch zero have no ratio, and no noise that a suite could tell: only samples that do not overlap prove.
fn near_zero(change: Change, separated: bool, p: Tails, tolerance: &Tolerance, alpha: f64) -> Relative {
    match change.size(tolerance) {
        Size::Worse if separated && p.greater.get() <= alpha => Relative::Regressed,
        Size::Better if separated && p.less.get() <= alpha => Relative::Improved,
        Size::Worse | Size::Tolerated | Size::Better if change.is_ruled_out(tolerance) => Relative::Unchanged,
        Size::Worse | Size::Tolerated | Size::Better => Relative::Undecided,
    }
}

/// Which way new differs from base, by the estimate.
enum Size {
    Worse,
    Tolerated,
    Better,
}

/// A change in the unit itself, turned so that more is worse.
#[derive(Clone, Copy)]
struct Change {
    amount: f64,
    /// The upper end of its interval.
    at_most: Option<f64>,
    base: f64,
}

impl Change {
    fn of(comparison: &Comparison, better: Direction) -> Change {
        let base = comparison.base.center;
        let shift = match comparison.effect {
            Effect::Ratio(ratio) => ratio.map(|ratio| base * (ratio - 1.0)),
            Effect::Shift(shift) => shift,
        };
        let ends = shift.interval.ends();
        match better {
            Direction::Lower => Change { amount: shift.value, at_most: ends.map(|(_, high)| high), base },
            Direction::Higher => Change { amount: -shift.value, at_most: ends.map(|(low, _)| -low), base },
        }
    }

    /// The same without the cost of setting up.
    fn without(self, setup: SetupCost, better: Direction) -> Change {
        let amount = match better {
            Direction::Lower => setup.shift,
            Direction::Higher => -setup.shift,
        };
        Change { amount, ..self }
    }

    fn size(&self, tolerance: &Tolerance) -> Size {
        match (tolerance.allows(self.amount, self.base), tolerance.allows(-self.amount, self.base)) {
            (false, _) => Size::Worse,
            (true, false) => Size::Better,
            (true, true) => Size::Tolerated,
        }
    }

    /// The size of a change of counts that vary: what is less than one is no change of a whole number.
    fn whole(&self, tolerance: &Tolerance) -> Size {
        if self.amount.abs() < 1.0 { Size::Tolerated } else { self.size(tolerance) }
    }

    fn whole_is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| at_most < 1.0) || self.is_ruled_out(tolerance)
    }

    fn is_ruled_out(&self, tolerance: &Tolerance) -> bool {
        self.at_most.is_some_and(|at_most| tolerance.allows(at_most, self.base))
    }
}

#[cfg(test)]
#[path = "relative_tests.rs"]
mod tests;
