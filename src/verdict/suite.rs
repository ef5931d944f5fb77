//! What about the whole suite speaks against a verdict.

use super::condition::{Benchmarks, NAMES, Text};
use super::{Finding, Verdict};
use crate::compare::{Basis, Compared, Comparisons, Contrast, SampleOrder, SuiteStats};
use crate::model::{Design, DesignSource, Plan, Unit};
use crate::policy::{ConditionKind as Kind, GateSettings, Origin};
use crate::stats;
use crate::words::{Percent, counted, list};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A suite that moved by this much as a whole is another machine, or a change to everything: 5 %.
const SHIFT: f64 = 0.05;

/// So is one of which this share of the benchmarks moved one way, beyond those that moved the other way.
const IMBALANCE: f64 = 0.25;

/// A run that sees nothing below this is blind, in percent.
const BLIND: f64 = 25.0;

/// Below this mean rank correlation with time there is no drift worth naming.
const DRIFT: f64 = 0.15;

/// Nor one that is within so many standard errors of none.
const SURELY: f64 = 3.0;

/// Fewer benchmarks say nothing of a suite.
const MANY: usize = 10;

/// What the run could see in one time-like unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Noise {
    /// The unit.
    pub unit: Unit,
    /// How many rows were tested together.
    pub rows: usize,
    /// Where the noise is known from.
    pub basis: Basis,
    /// By how much a benchmark differs from run to run, beyond the scatter of its samples: a standard deviation in percent.
    pub noise_percent: f64,
    /// By how much the suite moved as a whole; changes are judged relative to that.
    pub shift_percent: f64,
    /// The median over the rows of the smallest regression that such a run finds, see [`Finding::detectable_percent`].
    pub detectable_percent: Option<f64>,
}

impl Noise {
    /// Of every unit that is judged.
    pub(super) fn of(suites: &[SuiteStats], findings: &[Finding]) -> Vec<Noise> {
        let noise = |suite: &SuiteStats| Noise {
            unit: suite.unit.clone(),
            rows: suite.rows,
            basis: suite.calibration.basis,
            noise_percent: 100.0 * suite.calibration.noise,
            shift_percent: 100.0 * stats::exp_m1(suite.calibration.shift),
            detectable_percent: median_detectable(suite, findings),
        };
        suites.iter().filter(|suite| is_judged(suite, findings)).map(noise).collect()
    }
}

/// `ns/op 2.3% from run to run; the suite moved by -1.4%; finds regressions from +12.0% on`
impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noise = format!("{:.1}", self.noise_percent);
        match self.basis {
            Basis::Measured => {
                write!(
                    f,
                    "{} {noise}% from run to run; the suite moved by {}",
                    self.unit,
                    Percent(self.shift_percent)
                )?;
            }
            Basis::Assumed => {
                write!(f, "{} {noise}% from run to run, assumed of {}", self.unit, counted(self.rows, "row"))?
            }
            Basis::Interleaved => write!(f, "{} in the samples, taken in turn", self.unit)?,
        }
        match self.detectable_percent {
            Some(percent) => write!(f, "; finds regressions from {} on", Percent(percent)),
            None => Ok(()),
        }
    }
}

fn is_judged(suite: &SuiteStats, findings: &[Finding]) -> bool {
    of_unit(findings, suite).next().is_some()
}

fn median_detectable(suite: &SuiteStats, findings: &[Finding]) -> Option<f64> {
    let mut seen: Vec<f64> =
        of_unit(findings, suite).filter_map(|finding| finding.detectable_percent).collect();
    stats::select_median(&mut seen)
}

/// The conditions of every unit that is judged.
pub(super) fn conditions(
    compared: &Comparisons,
    findings: &[Finding],
    gate: &GateSettings,
) -> Vec<(Kind, Text)> {
    let each = |suite: &SuiteStats| {
        [
            (Kind::SuiteShift, shift(suite)),
            (Kind::BlindRun, blind(suite, findings)),
            (Kind::SmallSuite, small(suite, findings)),
            (Kind::NotInterleaved, not_interleaved(suite, &compared.plan, gate)),
            (Kind::SingleProcess, single_process(suite)),
            // What drifts, or lingers, does so on both sides alike where they were taken in turn.
            (Kind::Drift, drift(suite).filter(|_| suite.calibration.basis != Basis::Interleaved)),
            (
                Kind::Autocorrelation,
                autocorrelation(suite).filter(|_| suite.calibration.basis != Basis::Interleaved),
            ),
        ]
    };
    let mut found: Vec<(Kind, Text)> =
        compared.suites.iter().filter(|suite| is_judged(suite, findings)).flat_map(each).collect();
    found.sort_by_key(|&(kind, _)| kind);
    found
}

/// What was decided of the unit: rows that could be judged.
fn of_unit<'f>(findings: &'f [Finding], suite: &SuiteStats) -> impl Iterator<Item = &'f Finding> {
    let unit = suite.unit.clone();
    findings.iter().filter(move |finding| finding.unit == unit && finding.detectable_percent.is_some())
}

fn shift(suite: &SuiteStats) -> Text {
    let percent = Percent(100.0 * stats::exp_m1(suite.calibration.shift));
    let (unit, rows) = (suite.unit, suite.rows);
    let share = (100.0 * suite.imbalance.abs()).round();
    let way = if suite.imbalance > 0.0 { "up" } else { "down" };
    let told = if suite.calibration.shift.abs() >= SHIFT {
        format!("{unit} moved by {percent} over all {rows} benchmarks; rows are judged relative to that")
    } else if suite.imbalance.abs() >= IMBALANCE && suite.rows >= MANY {
        format!("{unit} of {share}% of {rows} benchmarks went {way}, net of those that went the other way")
    } else {
        return None;
    };
    let advice = "another state of the machine, or a change to everything? run base and new in turn to tell (allocgate run does)";
    Some(("the whole suite moved".to_string(), format!("{told}: {advice}")))
}

fn blind(suite: &SuiteStats, findings: &[Finding]) -> Text {
    let median = median_detectable(suite, findings).filter(|&median| median > BLIND)?;
    let (unit, percent) = (suite.unit, Percent(median));
    let advice = match suite.calibration.basis {
        Basis::Interleaved => "take more rounds, or a quieter machine",
        Basis::Measured | Basis::Assumed => {
            "run base and new in turn (allocgate run does), or on a quieter machine"
        }
    };
    let message = format!("half of the {unit} rows show no regression below {percent}; {advice}");
    Some(("blind run".to_string(), message))
}

fn small(suite: &SuiteStats, findings: &[Finding]) -> Text {
    let resting = || of_unit(findings, suite).filter(|finding| finding.verdict == Verdict::Regressed);
    let rests = suite.calibration.basis == Basis::Assumed && resting().next().is_some();
    let (unit, rows) = (suite.unit, suite.rows);
    let message = || {
        let (noise, regressions) =
            (100.0 * suite.calibration.noise, counted(resting().count(), "regression"));
        format!(
            "{} of {unit} cannot tell how noisy the run was, {MANY} could; {regressions} found by assuming {noise}%; run base and new in turn",
            counted(rows, "row")
        )
    };
    rests.then(|| ("small suite".to_string(), message()))
}

fn not_interleaved(suite: &SuiteStats, plan: &Plan, gate: &GateSettings) -> Text {
    let refuted = plan.design == Design::Interleaved && suite.calibration.basis != Basis::Interleaved;
    let origin = || gate.origins.get("design").cloned().unwrap_or_else(Origin::fallback);
    let who = match plan.design_source {
        DesignSource::Files => "the files say that they were".to_string(),
        DesignSource::Policy | DesignSource::Nobody => format!("{} says that they were", origin()),
    };
    let message =
        format!("{who}, but most {} samples come from one process per side; judged as a block", suite.unit);
    refuted.then(|| ("not interleaved".to_string(), message))
}

fn single_process(suite: &SuiteStats) -> Text {
    let single = |name: &'static str, side: &SampleOrder| (side.single_runs == suite.rows).then_some(name);
    let sides: Vec<&str> =
        [single("base", &suite.base), single("new", &suite.new)].into_iter().flatten().collect();
    let message = format!(
        "all {} samples of {} come from one process per package: what disturbs it for a second can cover all of them",
        suite.unit,
        sides.join(" and ")
    );
    (!sides.is_empty()).then(|| ("single process".to_string(), message))
}

fn drift(suite: &SuiteStats) -> Text {
    let told = |name: &str, side: &SampleOrder| {
        let (drift, error) = side.drift?;
        let way = if drift > 0.0 { "rose" } else { "fell" };
        let surely = suite.rows >= MANY && drift.abs() > DRIFT.max(SURELY * error);
        surely
            .then(|| format!("{} {way} while {name} was measured (rank correlation {drift:+.2})", suite.unit))
    };
    both(suite, "drift", told, "let the machine settle, or run base and new in turn")
}

fn autocorrelation(suite: &SuiteStats) -> Text {
    let told = |name: &str, side: &SampleOrder| {
        let mean = side.autocorrelation.filter(|&mean| mean > 0.0 && suite.rows >= MANY)?;
        Some(format!(
            "{} samples of {name} resemble the ones before them (rank correlation {mean:+.2})",
            suite.unit
        ))
    };
    both(suite, "autocorrelation", told, "run base and new in turn")
}

/// What holds for a side, of those for which it does.
fn both(
    suite: &SuiteStats,
    title: &str,
    told: impl Fn(&str, &SampleOrder) -> Option<String>,
    advice: &str,
) -> Text {
    let told: Vec<String> =
        [told("base", &suite.base), told("new", &suite.new)].into_iter().flatten().collect();
    (!told.is_empty()).then(|| (title.to_string(), format!("{}; {advice}", told.join("; "))))
}

/// Results with too few iterations to say anything of allocations.
pub(super) fn few_iterations(rows: &[Compared]) -> Text {
    let strays = rows.iter().filter_map(|row| match &row.contrast {
        Contrast::Both(comparison) if comparison.strays != (0, 0) => Some((row.id, comparison.strays)),
        Contrast::Both(_) | Contrast::BaseOnly(_) | Contrast::NewOnly(_) => None,
    });
    let mut results = 0;
    let mut benchmarks = Benchmarks::new();
    for (id, (base, new)) in strays {
        // Once per benchmark, whatever its units.
        if benchmarks.insert((id.pkg.to_string(), id.name.full().to_string())) {
            results += base + new;
        }
    }
    let names = list(benchmarks.iter().map(|(_, name)| name), NAMES);
    let message = format!("less than a tenth of the usual b.N: {names}; counts are compared without them");
    (results > 0).then(|| (format!("{} with few iterations", counted(results, "result")), message))
}
