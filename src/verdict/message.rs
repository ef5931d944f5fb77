//! Every verdict in one sentence, numbers first.

use super::{Number, Percent, Signed};
use crate::compare::{Certainty, Comparison, Effect, Summary};
use crate::model::{Class, Unit};
use crate::policy::{Correction, Gate, Tolerance};
use crate::stats::{self, PValue};

/// `0 → 2 allocs/op (+2)`, or `26.34 → 52.7 ns/op, +100.1% (95% +98.9% … +101.2%)`.
pub(super) fn change(comparison: &Comparison, unit: &Unit) -> String {
    let (base, new) = (Number(comparison.base.center), Number(comparison.new.center));
    match comparison.effect {
        Effect::Ratio(ratio) => {
            let percent = |ratio: f64| Percent((ratio - 1.0) * 100.0);
            let interval = ratio
                .interval
                .ends()
                .map(|(low, high)| format!(" (95% {} … {})", percent(low), percent(high)));
            format!("{base} → {new} {unit}, {}{}", percent(ratio.value), interval.unwrap_or_default())
        }
        Effect::Shift(_) if comparison.base.center == comparison.new.center => {
            format!("{base} {unit} on both sides")
        }
        Effect::Shift(shift) => format!("{base} → {new} {unit} ({})", Signed(shift.value)),
    }
}

/// How sure a proven change is, and what it was held against.
pub(super) fn proof(comparison: &Comparison, tolerance: &Tolerance, gate: &Gate) -> String {
    let n = samples(comparison);
    let proof = match comparison.certainty {
        Certainty::Exact => format!("constant in all {n} samples"),
        Certainty::TooFew => format!("{n} samples"),
        Certainty::Tested { adjusted, family } => match gate.correction {
            Correction::Holm if family > 1 => format!("{} over {family} rows, n={n}", p(adjusted)),
            Correction::Holm | Correction::None => format!("{}, n={n}", p(comparison.p)),
        },
    };
    format!("{proof}; {tolerance}")
}

/// Why no regression was found: nothing moved, or what moved for the worse cannot be more than is tolerated.
pub(super) fn unchanged(comparison: &Comparison, tolerance: &Tolerance) -> String {
    match comparison.certainty {
        Certainty::Exact => format!("within {tolerance}"),
        Certainty::Tested { .. } | Certainty::TooFew => format!("no regression beyond {tolerance}"),
    }
}

/// Why it could not be decided, and what would help.
pub(super) fn undecided(comparison: &Comparison, tolerance: &Tolerance, gate: &Gate) -> String {
    let n = samples(comparison);
    let family = match (comparison.certainty, gate.correction) {
        (Certainty::Tested { family, .. }, Correction::Holm) => family,
        (Certainty::Tested { .. }, Correction::None) | (Certainty::Exact | Certainty::TooFew, _) => 1,
    };
    // Samples that do not overlap at all have the smallest p that there is.
    let provable = |n1, n2| 2.0 * stats::smallest_p(n1, n2).get() * family as f64 <= gate.alpha;
    if provable(comparison.base.n, comparison.new.n) {
        return format!(
            "undecided: {n} samples do not rule out a change beyond {tolerance}; take more, base and new in turn"
        );
    }
    let needed = (1..).find(|&n| provable(n, n)).unwrap_or(usize::MAX);
    let count = needed.max(USUAL_COUNT);
    format!(
        "undecided: {n} samples can prove nothing among {family} rows, {needed} per side could; run with -count={count}"
    )
}

/// Why there is nothing to test.
pub(super) fn too_few(comparison: &Comparison, gate: &Gate) -> String {
    let (n, needed) = (samples(comparison), gate.min_samples);
    format!("{n} samples, {needed} per side are needed; run with -count={}", needed.max(USUAL_COUNT))
}

/// What people ask `go test` for.
pub(super) const USUAL_COUNT: usize = 10;

/// `10+10`.
fn samples(comparison: &Comparison) -> String {
    format!("{}+{}", comparison.base.n, comparison.new.n)
}

/// `2 allocs/op, budget 0`.
pub(super) fn budget(new: &Summary, unit: &Unit, max: f64) -> String {
    let value = measured(new, unit);
    let varies = new.low != new.high && new.n > 1;
    let which = match unit.class() {
        Class::Counting if varies => format!(" in the worst of {} samples", new.n),
        Class::Continuous if varies => format!(" as the median of {} samples", new.n),
        Class::Counting | Class::Continuous => String::new(),
    };
    format!("{} {unit}{which}, budget {}", Number(value), Number(max))
}

/// `2 allocs/op`.
pub(super) fn value(new: &Summary, unit: &Unit) -> String {
    format!("{} {unit}", Number(new.center))
}

/// What an absolute maximum is held against: the worst sample of a count, the median of anything else.
pub(super) fn measured(new: &Summary, unit: &Unit) -> f64 {
    match unit.class() {
        Class::Counting => new.high.unwrap_or(new.center),
        Class::Continuous => new.center,
    }
}

fn p(p: PValue) -> String {
    if p.get() < 0.001 { "p<0.001".to_string() } else { format!("p={:.3}", p.get()) }
}
