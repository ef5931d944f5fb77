//! Every verdict in one sentence, numbers first.

use super::relative;
use crate::compare::{
    Basis, Calibrated, Certainty, Comparison, Effect, Ranked, RankedKind, SampleSummary, SetupCost,
};
use crate::model::{Class, Direction, Plan, Unit};
use crate::policy::{GateSettings, Tolerance};
use crate::stats::{self, PValue, Tails};
use crate::words::{Number, Percent, Signed};

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
        Effect::Shift(shift) => {
            let sides = [&comparison.base, &comparison.new];
            let [of_base, of_new] =
                sides.map(|side| among(side, unit).map_or(String::new(), |it| format!(" ({it})")));
            if comparison.base.center != comparison.new.center {
                format!("{base}{of_base} → {new}{of_new} {unit} ({})", Signed(shift.value))
            } else if of_base.is_empty() && of_new.is_empty() {
                format!("{base} {unit} on both sides")
            } else {
                format!("{base}{of_base} → {new}{of_new} {unit}")
            }
        }
    }
}

/// The range of a sample of counts, where they are not all the same.
fn among(side: &SampleSummary, unit: &Unit) -> Option<String> {
    let ends = side.low.zip(side.high).filter(|_| unit.class() == Class::Counting);
    let (low, high) = ends.filter(|(low, high)| low < high)?;
    Some(format!("{} … {}", Number(low), Number(high)))
}

/// What is to be told of a comparison after what changed: how sure that is, and which limit it was held against.
pub(super) struct Told<'a> {
    pub comparison: &'a Comparison,
    pub better: Direction,
    pub tolerance: &'a Tolerance,
    /// The tolerance in words.
    pub limit: &'a str,
    pub gate: &'a GateSettings,
    pub plan: &'a Plan,
}

impl Told<'_> {
    /// How sure a proven change is.
    pub fn proof(&self) -> String {
        let n = samples(self.comparison);
        let p = |side: PValue, family| match family {
            1 => format!("{}, n={n}", p(side)),
            family => format!("{} over {family} rows, n={n}", p(side)),
        };
        let proof = match &self.comparison.certainty {
            Certainty::Exact => format!("constant in all {n} samples"),
            Certainty::TooFew => format!("{n} samples"),
            Certainty::Calibrated(row) => {
                let side = surer(relative::family_tails(row.alone, row.adjusted, self.gate));
                let told = p(side, relative::family_size(row.family, self.gate));
                format!("{}{told}{}", against_suite(row), assumed(row))
            }
            Certainty::Ranked(row) => {
                let side = surer(relative::family_tails(row.alone, row.adjusted, self.gate));
                p(side, relative::family_size(row.family, self.gate))
            }
        };
        format!("{proof}; {}", self.limit)
    }

    /// Why no regression was found: nothing moved, or what moved for the worse cannot be more than is tolerated.
    pub fn unchanged(&self) -> String {
        let tolerance = self.limit;
        match &self.comparison.certainty {
            Certainty::Exact => format!("within {tolerance}"),
            Certainty::Calibrated(row) => {
                let limit = self.log_limit();
                let within = row.effect.outside(-limit, limit).get() <= 0.05;
                let told = if within { "unchanged within" } else { "no regression beyond" };
                format!("{}{told} {tolerance}{}", against_suite(row), assumed(row))
            }
            Certainty::Ranked(_) | Certainty::TooFew => format!("no regression beyond {tolerance}"),
        }
    }

    /// Why more is not worse.
    pub fn set_up(&self, unit: &Unit) -> String {
        let Some(setup) = setup(self.comparison) else { return self.unchanged() };
        let once = unit.as_str().strip_suffix("/op").unwrap_or(unit.as_str());
        let (cost, rest) = (Number(setup.cost.round()), Signed(setup.shift));
        format!(
            "explained by set-up: {cost} {once} once per process, over fewer iterations, leave {rest}; {}",
            self.limit
        )
    }

    /// Why it could not be decided, and what would help.
    pub fn undecided(&self) -> String {
        match &self.comparison.certainty {
            Certainty::Calibrated(row) => {
                let reach = relative::reach(row, self.gate);
                let sees = relative::detectable_percent(row, reach, self.better);
                let sees = sees.map_or("no regression".to_string(), |percent| {
                    let percent = if self.better == Direction::Lower { percent } else { -percent };
                    format!("regressions from {} on", Percent(percent))
                });
                let (suite, assumed) = (against_suite(row), assumed(row));
                format!("{suite}undecided: this run sees {sees}{assumed}; {}", self.advice(row, reach))
            }
            Certainty::Ranked(row) => self.undecided_by_ranks(row),
            Certainty::Exact | Certainty::TooFew => "undecided".to_string(), // neither is ever undecided
        }
    }

    /// What would decide it: more samples against scatter, other ones against the noise from run to run.
    fn advice(&self, row: &Calibrated, reach: f64) -> String {
        let now = self.comparison.base.n.min(self.comparison.new.n);
        let interleaved = row.calibration.basis == Basis::Interleaved;
        match relative::samples_needed(self.comparison, row, reach, self.log_limit()) {
            Some(needed) if needed <= now => {
                format!("it is too near {} to tell, take {} samples", self.limit, 2 * now)
            }
            Some(needed) if interleaved => format!("take {needed} rounds"),
            Some(needed) => take(needed, self.plan),
            None if interleaved => "it takes a quieter machine".to_string(),
            None => format!("more of the same will not help, run base and new in turn, {USUAL_COUNT} rounds"),
        }
    }

    fn undecided_by_ranks(&self, row: &Ranked) -> String {
        let (n, family) = (samples(self.comparison), relative::family_size(row.family, self.gate));
        if let Some(needed) = relative::provable_from(self.comparison, row, self.gate) {
            let take = take(needed, self.plan);
            return format!(
                "undecided: {n} samples can prove nothing among {family} rows that vary, {needed} per side could; {take}"
            );
        }
        let why = match row.kind {
            RankedKind::NearZero { separated: false } => {
                "the samples overlap, and there is no ratio on zero".to_string()
            }
            RankedKind::NearZero { separated: true } | RankedKind::Count { .. } => {
                let side = surer(relative::family_tails(row.alone, row.adjusted, self.gate));
                let alpha = relative::ranks_alpha(self.gate);
                let proof = if side.get() > alpha { format!(" (p≤{alpha} is)") } else { String::new() };
                format!("{} is not proof{proof}", p(side))
            }
        };
        format!("undecided: {why} of a change beyond {}, n={n}; take more samples", self.limit)
    }

    /// Why there is nothing to test.
    pub fn too_few(&self) -> String {
        let (n, needed) = (samples(self.comparison), self.gate.min_samples);
        format!("{n} samples, {needed} per side are needed; {}", take(needed, self.plan))
    }

    /// The tolerance in logarithms.
    fn log_limit(&self) -> f64 {
        relative::log_limit(self.tolerance.fraction(self.comparison.base.center), self.better)
    }
}

/// A shift of the suite smaller than this is not worth a word.
const SHIFT_WORTH_A_WORD: f64 = 0.005;

/// `+8.1% against the suite's +4.0%, `
fn against_suite(row: &Calibrated) -> String {
    let percent = |log: f64| Percent(100.0 * stats::exp_m1(log));
    match row.calibration.shift {
        shift if shift.abs() < SHIFT_WORTH_A_WORD => String::new(),
        shift => format!("{} against the suite's {}, ", percent(row.effect.value), percent(shift)),
    }
}

/// What a small suite's verdict rests on.
fn assumed(row: &Calibrated) -> String {
    match row.calibration.basis {
        Basis::Assumed => format!(", assuming {}% noise", Number(100.0 * row.calibration.noise)),
        Basis::Measured | Basis::Interleaved => String::new(),
    }
}

fn setup(comparison: &Comparison) -> Option<SetupCost> {
    match comparison.certainty {
        Certainty::Ranked(Ranked { kind: RankedKind::Count { setup }, .. }) => setup,
        Certainty::Ranked(_) | Certainty::Exact | Certainty::Calibrated(_) | Certainty::TooFew => None,
    }
}

fn surer(tails: Tails) -> PValue {
    tails.less.min(tails.greater)
}

/// What people ask `go test` for.
const USUAL_COUNT: usize = 10;

/// How to get so many samples, or as many as is usual.
pub(super) fn take(samples: usize, plan: &Plan) -> String {
    let flag = if plan.measured_by_run() { "--rounds " } else { "-count=" };
    format!("run with {flag}{}", samples.max(USUAL_COUNT))
}

/// `10+10`.
fn samples(comparison: &Comparison) -> String {
    format!("{}+{}", comparison.base.n, comparison.new.n)
}

/// `2 allocs/op, budget 0`.
pub(super) fn budget(new: &SampleSummary, unit: &Unit, max: f64) -> String {
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
pub(super) fn value(new: &SampleSummary, unit: &Unit) -> String {
    format!("{} {unit}", Number(new.center))
}

/// What an absolute maximum is held against: the worst sample of a count, the median of anything else.
pub(super) fn measured(new: &SampleSummary, unit: &Unit) -> f64 {
    match unit.class() {
        Class::Counting => new.high.unwrap_or(new.center),
        Class::Continuous => new.center,
    }
}

fn p(p: PValue) -> String {
    if p.get() < 0.001 { "p<0.001".to_string() } else { format!("p={:.3}", p.get()) }
}
