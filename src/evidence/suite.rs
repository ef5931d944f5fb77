//! Noise, shift and drift of a whole suite.

use crate::compare::{Basis, Comparisons, SampleOrder, SuiteStats};
use crate::model::{Design, DesignSource, SamplingPlan, Unit};
use crate::policy::{ConditionKind, GateSettings, Origin};
use crate::stats;
use crate::verdict::{Finding, NOTABLE_SHIFT, Reason, Undecided};
use crate::words::{Magnitude, Percent, counted};
use std::fmt;

/// A suite moved as a whole if this share of the benchmarks moved in one direction, beyond those that moved in the other one.
const IMBALANCE: f64 = 0.25;

/// A run is too noisy if half of its rows can only detect regressions larger than this, in percent.
const TOO_NOISY: f64 = 25.0;

/// A drift is worth naming from this mean rank correlation with time on.
const DRIFT: f64 = 0.15;

/// And from so many standard errors on.
const DRIFT_ERRORS: f64 = 3.0;

/// A suite of fewer benchmarks cannot measure its own noise.
const MANY: usize = 10;

/// What a run can detect in one time-like unit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Noise {
    /// The unit.
    pub unit: Unit,
    /// How many rows were tested together.
    pub rows: usize,
    /// How the noise is known.
    pub basis: Basis,
    /// How much a benchmark differs between runs, beyond the scatter of its samples: a standard deviation in percent.
    pub noise_percent: f64,
    /// How far the suite moved as a whole; changes are judged relative to that.
    pub shift_percent: f64,
    /// The median over the rows of the smallest regression that such a run detects, see [`Finding::detectable_percent`].
    pub detectable_percent: Option<f64>,
}

impl Noise {
    /// Of every unit that was compared.
    pub(super) fn of(suites: &[SuiteStats], findings: &[Finding]) -> Vec<Noise> {
        let noise = |suite: &SuiteStats| Noise {
            unit: suite.unit.clone(),
            rows: suite.rows,
            basis: suite.calibration.basis,
            noise_percent: 100.0 * suite.calibration.noise,
            shift_percent: 100.0 * stats::exp_m1(suite.calibration.shift),
            detectable_percent: median_detectable(suite, findings),
        };
        suites.iter().filter(|suite| is_compared(suite, findings)).map(noise).collect()
    }
}

/// `ns/op 2.3% between runs, suite -1.4%; detects regressions from 12%`
impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noise = Magnitude(self.noise_percent);
        match self.basis {
            Basis::Measured => {
                let shift = Percent(self.shift_percent);
                write!(f, "{} {noise} between runs, suite {shift}", self.unit)?;
            }
            Basis::Unknown => {
                write!(
                    f,
                    "{} unknown (fewer than 3 processes on a side, and too few benchmarks to measure it)",
                    self.unit
                )?;
            }
            Basis::Learned => {
                let shift = Percent(self.shift_percent);
                write!(f, "{} {noise} between runs, learned from the history, suite {shift}", self.unit)?;
            }
            Basis::Replicated => write!(f, "{} measured by several processes per side", self.unit)?,
            Basis::Interleaved => write!(f, "{} measured by interleaved samples", self.unit)?,
        }
        let percent = self.detectable_percent;
        percent.map_or(Ok(()), |percent| write!(f, "; detects regressions from {}", Magnitude(percent)))
    }
}

fn is_compared(suite: &SuiteStats, findings: &[Finding]) -> bool {
    of_unit(findings, suite).next().is_some()
}

fn median_detectable(suite: &SuiteStats, findings: &[Finding]) -> Option<f64> {
    let mut values: Vec<f64> = of_unit(findings, suite).filter_map(|it| it.detectable_percent).collect();
    stats::select_median(&mut values)
}

/// The findings on rows of the unit that were compared.
fn of_unit<'f>(findings: &'f [Finding], suite: &SuiteStats) -> impl Iterator<Item = &'f Finding> {
    let unit = suite.unit.clone();
    findings.iter().filter(move |finding| finding.unit == unit && is_tested(finding))
}

fn is_tested(finding: &Finding) -> bool {
    let is_open = matches!(finding.reason, Reason::Undecided(Undecided::FewProcesses { .. }));
    is_open || finding.detectable_percent.is_some()
}

/// What holds about a time-like unit of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SuiteFact {
    /// The suite moved as a whole.
    Shift {
        /// The unit.
        unit: Unit,
        /// How many benchmarks.
        rows: usize,
        /// The common change in percent, where that is what shows it.
        percent: Option<f64>,
        /// The share of benchmarks that went up, less the share that went down.
        imbalance: f64,
    },
    /// Half of the rows can only detect large regressions.
    TooNoisy {
        /// The unit.
        unit: Unit,
        /// The median of the smallest detectable regressions, in percent.
        detectable_percent: f64,
        /// Whether base and new were interleaved.
        interleaved: bool,
    },
    /// Regressions rest on an assumed noise.
    SmallSuite {
        /// The unit.
        unit: Unit,
        /// How many benchmarks.
        rows: usize,
    },
    /// The files or the policy say that base and new were interleaved, and the data contradict that.
    NotInterleaved {
        /// The unit.
        unit: Unit,
        /// The place in the policy; `None` if the files record it.
        origin: Option<Origin>,
        /// How many processes a side has.
        processes: usize,
        /// How many samples a benchmark has on it.
        samples: usize,
    },
    /// All samples of a side come from one process per package.
    SingleProcess {
        /// The unit.
        unit: Unit,
        /// The sides.
        sides: Vec<&'static str>,
    },
    /// Values rose or fell while a side was measured.
    Drift {
        /// The unit.
        unit: Unit,
        /// The sides, each with its mean rank correlation with time.
        sides: Vec<(&'static str, f64)>,
    },
    /// Samples resemble the ones before them.
    Autocorrelation {
        /// The unit.
        unit: Unit,
        /// The sides, each with its mean rank correlation of neighbours.
        sides: Vec<(&'static str, f64)>,
    },
}

impl SuiteFact {
    /// What holds of every unit that was compared.
    pub(super) fn of(compared: &Comparisons, findings: &[Finding], gate: &GateSettings) -> Vec<SuiteFact> {
        let of_suite = |suite: &SuiteStats| {
            // Drift affects both sides alike where they were interleaved.
            let is_block = suite.calibration.basis != Basis::Interleaved;
            [
                shift(suite),
                too_noisy(suite, findings),
                small(suite),
                not_interleaved(suite, &compared.plan, gate),
                single_process(suite),
                drift(suite).filter(|_| is_block),
                autocorrelation(suite).filter(|_| is_block),
            ]
        };
        let suites = compared.suites.iter().filter(|suite| is_compared(suite, findings));
        suites.flat_map(of_suite).flatten().collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            SuiteFact::Shift { .. } => ConditionKind::SuiteShift,
            SuiteFact::TooNoisy { .. } => ConditionKind::TooNoisy,
            SuiteFact::SmallSuite { .. } => ConditionKind::SmallSuite,
            SuiteFact::NotInterleaved { .. } => ConditionKind::NotInterleaved,
            SuiteFact::SingleProcess { .. } => ConditionKind::SingleProcess,
            SuiteFact::Drift { .. } => ConditionKind::Drift,
            SuiteFact::Autocorrelation { .. } => ConditionKind::Autocorrelation,
        }
    }

    pub(super) fn title(&self) -> &'static str {
        match self {
            SuiteFact::Shift { .. } => "the whole suite moved",
            SuiteFact::TooNoisy { .. } => "too noisy",
            SuiteFact::SmallSuite { .. } => "small suite",
            SuiteFact::NotInterleaved { .. } => "not interleaved",
            SuiteFact::SingleProcess { .. } => "single process",
            SuiteFact::Drift { .. } => "drift",
            SuiteFact::Autocorrelation { .. } => "autocorrelation",
        }
    }
}

impl fmt::Display for SuiteFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SuiteFact::Shift { unit, rows, percent, imbalance } => {
                match percent {
                    Some(percent) => {
                        write!(
                            f,
                            "{unit} of all {rows} benchmarks moved by {}; rows are judged",
                            Percent(*percent)
                        )?;
                        write!(f, " relative to that")?;
                    }
                    None => {
                        let (way, other) = if *imbalance > 0.0 { ("rose", "fell") } else { ("fell", "rose") };
                        let more = (imbalance.abs() * *rows as f64).round();
                        write!(f, "{unit} {way} in {more} more of {rows} benchmarks than it {other} in")?;
                    }
                }
                write!(
                    f,
                    "; either the machine changed or everything did: interleave base and new to find out"
                )?;
                write!(f, " (allocgate run does)")
            }
            SuiteFact::TooNoisy { unit, detectable_percent, interleaved } => {
                let percent = Magnitude(*detectable_percent);
                write!(f, "half of the {unit} rows can only detect regressions of {percent} or more; ")?;
                match interleaved {
                    true => write!(f, "measure more rounds, or use a quieter machine"),
                    false => {
                        write!(f, "interleave base and new (allocgate run does), or use a quieter machine")
                    }
                }
            }
            SuiteFact::SmallSuite { unit, rows } => write!(
                f,
                "{} of {unit} from fewer than 3 processes on a side cannot show the noise between processes, {MANY} can; small changes of {unit} are not decided; measure with allocgate run, or in 10 processes per side with -count=1",
                counted(*rows, "row"),
            ),
            SuiteFact::NotInterleaved { unit, origin, processes, samples } => {
                match origin {
                    Some(origin) => write!(f, "{origin} says")?,
                    None => write!(f, "the files say")?,
                }
                write!(
                    f,
                    " that base and new were interleaved, but a benchmark has {} of {unit} from {} per side",
                    counted(*samples, "sample"),
                    if *processes == 1 { "1 process".to_string() } else { format!("{processes} processes") }
                )?;
                write!(f, "; judged by processes")
            }
            SuiteFact::SingleProcess { unit, sides } => write!(
                f,
                "all {unit} samples of {} come from one process per package, so that a short disturbance can affect all of them; measure with allocgate run, or in 10 processes per side with -count=1",
                sides.join(" and ")
            ),
            SuiteFact::Drift { unit, sides } => {
                for (side, drift) in sides {
                    let direction = if *drift > 0.0 { "rose" } else { "fell" };
                    write!(
                        f,
                        "{unit} {direction} while {side} was measured (rank correlation {drift:+.2}); "
                    )?;
                }
                write!(f, "let the machine settle, or interleave base and new")
            }
            SuiteFact::Autocorrelation { unit, sides } => {
                for (side, mean) in sides {
                    write!(f, "{unit} samples of {side} resemble the ones before them")?;
                    write!(f, " (rank correlation {mean:+.2}); ")?;
                }
                write!(f, "interleave base and new")
            }
        }
    }
}

fn shift(suite: &SuiteStats) -> Option<SuiteFact> {
    let (unit, rows, imbalance) = (suite.unit.clone(), suite.rows, suite.imbalance);
    let percent = 100.0 * stats::exp_m1(suite.calibration.shift);
    let percent = Some(percent).filter(|_| suite.calibration.shift.abs() >= NOTABLE_SHIFT);
    let is_one_sided = imbalance.abs() >= IMBALANCE && rows >= MANY;
    (percent.is_some() || is_one_sided).then_some(SuiteFact::Shift { unit, rows, percent, imbalance })
}

fn too_noisy(suite: &SuiteStats, findings: &[Finding]) -> Option<SuiteFact> {
    let detectable_percent = median_detectable(suite, findings).filter(|&median| median > TOO_NOISY)?;
    let interleaved = suite.calibration.basis == Basis::Interleaved;
    Some(SuiteFact::TooNoisy { unit: suite.unit.clone(), detectable_percent, interleaved })
}

fn small(suite: &SuiteStats) -> Option<SuiteFact> {
    let is_unknown = suite.calibration.basis == Basis::Unknown;
    is_unknown.then(|| SuiteFact::SmallSuite { unit: suite.unit.clone(), rows: suite.rows })
}

fn not_interleaved(suite: &SuiteStats, plan: &SamplingPlan, gate: &GateSettings) -> Option<SuiteFact> {
    let is_refuted = plan.design == Design::Interleaved && suite.calibration.basis != Basis::Interleaved;
    let origin = match plan.design_source {
        DesignSource::Files => None,
        DesignSource::Policy | DesignSource::Assumed => Some(gate.design.origin.clone()),
    };
    let fewest = if suite.base.processes <= suite.new.processes { &suite.base } else { &suite.new };
    let (processes, samples) = (fewest.processes, fewest.samples);
    is_refuted.then(|| SuiteFact::NotInterleaved { unit: suite.unit.clone(), origin, processes, samples })
}

fn single_process(suite: &SuiteStats) -> Option<SuiteFact> {
    let is_single = |(_, side): &(&str, &SampleOrder)| side.single_runs == suite.rows;
    let sides: Vec<&str> = sides(suite).into_iter().filter(is_single).map(|(name, _)| name).collect();
    // Where the noise is unknown, nothing is judged; where it is learned from other processes, disturbances are part of it.
    let is_judged = !matches!(suite.calibration.basis, Basis::Unknown | Basis::Learned);
    (is_judged && !sides.is_empty()).then(|| SuiteFact::SingleProcess { unit: suite.unit.clone(), sides })
}

fn drift(suite: &SuiteStats) -> Option<SuiteFact> {
    let drifts = |(name, side): (&'static str, &SampleOrder)| {
        let (drift, error) = side.drift?;
        let is_notable = suite.rows >= MANY && drift.abs() > DRIFT.max(DRIFT_ERRORS * error);
        is_notable.then_some((name, drift))
    };
    let sides: Vec<_> = sides(suite).into_iter().filter_map(drifts).collect();
    (!sides.is_empty()).then(|| SuiteFact::Drift { unit: suite.unit.clone(), sides })
}

fn autocorrelation(suite: &SuiteStats) -> Option<SuiteFact> {
    let resembles = |(name, side): (&'static str, &SampleOrder)| {
        side.autocorrelation.filter(|&mean| mean > 0.0 && suite.rows >= MANY).map(|mean| (name, mean))
    };
    let sides: Vec<_> = sides(suite).into_iter().filter_map(resembles).collect();
    (!sides.is_empty()).then(|| SuiteFact::Autocorrelation { unit: suite.unit.clone(), sides })
}

fn sides<'s>(suite: &'s SuiteStats) -> [(&'static str, &'s SampleOrder); 2] {
    [("base", &suite.base), ("new", &suite.new)]
}
