//! From a comparison and a tolerance to a verdict with its reason: every number that a reason carries is worked out here, once.

use super::finding::Verdict;
use super::power;
use super::reason::{Advice, AgainstSuite, NotCompared, Proof, Reason, Undecided};
use super::relative::{self, Relative};
use crate::compare::{
    Basis, Calibrated, Certainty, Compared, Comparison, Dependence, DependenceKind, Ranked, RankedKind,
    SMALLEST_SUITE,
};
use crate::group::{Pair, Series};
use crate::model::{Direction, SamplingPlan};
use crate::policy::{GateSettings, Tolerance};
use crate::stats::{PValue, Tails};

/// The verdict on a comparison.
pub(super) struct Conclusion {
    pub verdict: Verdict,
    pub reason: Reason,
    /// See [`Finding::detectable_percent`](super::Finding::detectable_percent).
    pub detectable_percent: Option<f64>,
}

/// What a comparison is held against.
#[derive(Clone, Copy)]
pub(super) struct Bar<'a> {
    pub better: Direction,
    pub tolerance: &'a Tolerance,
    pub gate: &'a GateSettings,
    /// The least number of samples per side.
    pub min_samples: usize,
    pub plan: &'a SamplingPlan,
}

/// Concludes from the comparison of a row.
///
/// # Errors
/// Too few samples to compare at all.
pub(super) fn conclude(row: &Compared, comparison: &Comparison, bar: Bar) -> Result<Conclusion, NotCompared> {
    let Bar { better, tolerance, gate, min_samples: needed, plan } = bar;
    let reach = match &comparison.certainty {
        Certainty::Calibrated(row) => Some((row, power::reach(row, gate))),
        Certainty::Exact | Certainty::FewProcesses(_) | Certainty::Ranked(_) | Certainty::TooFew => None,
    };
    let open = |why| (Verdict::Undecided, Reason::Undecided(why));
    let (verdict, reason) = match relative::decide(comparison, || row.ranks(), better, tolerance, gate) {
        Relative::TooFew => {
            return Err(NotCompared::TooFewSamples { needed, advice: take(needed, plan) });
        }
        Relative::Regressed => (Verdict::Regressed, proven(&comparison.certainty, gate)),
        Relative::Improved => (Verdict::Improved, proven(&comparison.certainty, gate)),
        Relative::Unchanged => (Verdict::Unchanged, unchanged(comparison, bar)),
        Relative::FarWorse(factor) => (Verdict::Regressed, Reason::FarApart { factor }),
        Relative::FarBetter(factor) => (Verdict::Improved, Reason::FarApart { factor }),
        Relative::SetUp(dependence) => (Verdict::Unchanged, set_up(dependence)),
        Relative::FollowsIterations(dependence) => {
            let dependence = dependence.kind;
            open(Undecided::FollowsIterations { kind: dependence, iterations: least_iterations(row) })
        }
        Relative::Shifted => open(Undecided::SuiteShift(reach.map_or(0.0, |(row, _)| row.calibration.shift))),
        Relative::FewProcesses(processes) => {
            let advice = take(USUAL_COUNT, plan);
            open(Undecided::FewProcesses { processes, benchmarks: SMALLEST_SUITE, advice })
        }
        Relative::Undecided => open(undecided(comparison, bar, reach)),
    };
    let detectable_percent = reach.and_then(|(row, reach)| power::detectable_percent(row, reach, better));
    Ok(Conclusion { verdict, reason, detectable_percent })
}

fn set_up(Dependence { kind, without }: Dependence) -> Reason {
    let cost = match kind {
        DependenceKind::SetUp { cost } => cost,
        _ => 0.0, // only set-up makes a row unchanged
    };
    Reason::SetUp { cost, rest: without.value }
}

/// The smallest b.N of a row: a fixed number that both sides can afford.
fn least_iterations(row: &Compared) -> u64 {
    let least = |series: &Series| series.iterations.iter().min().copied().unwrap_or(1);
    match &row.series {
        Pair::Both { base, new } => least(base).min(least(new)),
        Pair::BaseOnly(series) | Pair::NewOnly(series) => least(series),
    }
}

fn proven(certainty: &Certainty, gate: &GateSettings) -> Reason {
    let proof = |alone, adjusted, family, suite| {
        let p = surer(relative::family_tails(alone, adjusted, gate));
        Reason::Proven(Proof { p, rows: relative::family_size(family, gate), suite })
    };
    match certainty {
        Certainty::Exact | Certainty::FewProcesses(_) | Certainty::TooFew => Reason::Constant,
        Certainty::Calibrated(row) => proof(row.alone, row.adjusted, row.family, Some(against_suite(row))),
        Certainty::Ranked(row) => proof(row.alone, row.adjusted, row.family, None),
    }
}

/// Why no regression was found: nothing moved, or what moved for the worse cannot exceed the tolerance.
fn unchanged(comparison: &Comparison, bar: Bar) -> Reason {
    match &comparison.certainty {
        Certainty::Exact => Reason::WithinTolerance,
        Certainty::Calibrated(row) => {
            let limit = log_limit(comparison, bar);
            let both_ways = row.effect.is_inside(-limit, limit);
            Reason::RuledOut { both_ways, suite: Some(against_suite(row)) }
        }
        Certainty::Ranked(_) | Certainty::FewProcesses(_) | Certainty::TooFew => {
            Reason::RuledOut { both_ways: false, suite: None }
        }
    }
}

fn undecided(comparison: &Comparison, bar: Bar, reach: Option<(&Calibrated, f64)>) -> Undecided {
    if let Some((row, reach)) = reach {
        let advice = advice(comparison, bar, row, reach);
        return Undecided::Noise { suite: against_suite(row), advice };
    }
    match &comparison.certainty {
        Certainty::Ranked(row) => by_ranks(comparison, row, bar),
        // Exact comparisons are decided, and those with too few samples are not concluded from.
        Certainty::Exact | Certainty::TooFew | Certainty::FewProcesses(_) | Certainty::Calibrated(_) => {
            Undecided::Overlap
        }
    }
}

fn by_ranks(comparison: &Comparison, row: &Ranked, Bar { gate, plan, .. }: Bar) -> Undecided {
    let rows = relative::family_size(row.family, gate);
    if let Some(needed) = power::provable_from(comparison, row, gate) {
        return Undecided::TooFewForProof { needed, rows, advice: take(needed, plan) };
    }
    match row.kind {
        RankedKind::NearZero if !comparison.extremes.are_apart() => Undecided::Overlap,
        RankedKind::NearZero | RankedKind::Count => {
            let p = surer(relative::family_tails(row.alone, row.adjusted, gate));
            Undecided::WeakEvidence { p, rows, alpha: relative::ranks_alpha(gate) }
        }
    }
}

/// What would decide it: more samples against scatter, interleaved ones against the noise between runs.
fn advice(comparison: &Comparison, bar: Bar, row: &Calibrated, reach: f64) -> Advice {
    let now = comparison.base.n.min(comparison.new.n);
    let interleaved = matches!(row.calibration.basis, Basis::Interleaved | Basis::Replicated);
    match power::samples_needed(comparison, row, reach, log_limit(comparison, bar)) {
        Some(needed) if needed <= now => Advice::CloseToTolerance(2 * now),
        Some(needed) if interleaved => Advice::Rounds(needed),
        Some(needed) => take(needed, bar.plan),
        None if interleaved => Advice::QuieterMachine,
        None => Advice::Interleave,
    }
}

/// The usual number of samples.
const USUAL_COUNT: usize = 10;

/// How to get so many samples, or the usual number: `allocgate run` takes rounds, `go test` is run so many times.
pub(super) fn take(samples: usize, plan: &SamplingPlan) -> Advice {
    let samples = samples.max(USUAL_COUNT);
    if plan.measured_by_run() { Advice::Rounds(samples) } else { Advice::Count(samples) }
}

fn log_limit(comparison: &Comparison, Bar { better, tolerance, .. }: Bar) -> f64 {
    relative::log_limit(tolerance.fraction(comparison.base.center), better)
}

fn against_suite(row: &Calibrated) -> AgainstSuite {
    AgainstSuite { change: row.effect.value, shift: row.calibration.shift }
}

fn surer(tails: Tails) -> PValue {
    tails.less.min(tails.greater)
}
