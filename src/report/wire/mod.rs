//! The JSON of findings, conditions and the outcome, apart from these values: renaming a field there changes nothing here. The other
//! parts of a report (`contract`) are made for JSON alone.
//!
//! The doc comments are the descriptions of the schema that programs read. Texts are borrowed when a report is written, row by row,
//! and owned when one is read back.

mod cause;
mod row;

pub(super) use cause::Cause;
pub(super) use row::Row;

use super::contract::{PolicySource, SideEvidence, Summary, Tool};
use super::since::Since;
use super::word::Word;
use crate::compare::Basis;
use crate::evidence::{self, Fact, OutcomeReason, Overall, UsedDesign};
use crate::model::{self, Design, DesignSource, Looks, Unit};
use crate::policy::{ConditionKind, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that a reader may see of one run of the gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Report")]
pub(super) struct Report<Rows> {
    /// Names this contract and its version.
    pub schema: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// The verdict on the whole.
    pub outcome: Outcome,
    /// The policy that was applied; `null` if there was none to apply.
    pub policy: Option<PolicySource>,
    /// How many rows got which verdict.
    pub summary: Summary,
    /// One per benchmark and unit, in the order of the results.
    pub rows: Rows,
    /// What got worse since the anchor. Missing where new was not compared with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// What the verdict rests on.
    pub evidence: SuiteEvidence,
}

/// The verdict on the whole suite, and why.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Outcome {
    /// The verdict.
    pub verdict: Word<Overall>,
    /// The exit code: 0 pass, 1 fail, 2 error, 3 undecided.
    pub exit_code: u8,
    /// What led to it, in a few words each; empty for a pass.
    pub reasons: Vec<String>,
}

/// What the verdict rests on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct SuiteEvidence {
    /// The base side; `null` where budgets alone were judged.
    pub base: Option<SideEvidence>,
    /// The new side; `null` if it could not be read.
    pub new: Option<SideEvidence>,
    /// The packages that `allocgate run` did not measure, because the change cannot affect them. Missing if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchanged_packages: Vec<String>,
    /// The conditions that hold for the run as a whole.
    pub conditions: Vec<Condition>,
    /// What the run can detect, per time-like unit that was compared.
    #[serde(default)]
    pub noise: Vec<Noise>,
    /// How the samples were taken, and the source of that; `null` where nothing was compared.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// The design that was used, and the processes that the files show. Missing where nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
}

/// A condition that holds and is not ignored.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Condition {
    /// Which one: a key of `[evidence]`.
    kind: Word<ConditionKind>,
    /// What it does to the outcome.
    level: Word<Level>,
    /// A few words, with a count where there is one.
    title: String,
    /// One sentence, with places and what to do.
    message: String,
}

/// What the run can detect in one time-like unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Noise {
    /// The unit.
    unit: String,
    /// How many rows were tested together.
    rows: usize,
    /// How the noise is known.
    basis: Word<Basis>,
    /// How much a benchmark differs between runs, beyond the scatter of its samples: a standard deviation in percent.
    noise_percent: f64,
    /// How far the suite moved as a whole; changes are judged relative to that.
    shift_percent: f64,
    /// The median over the rows of `detectable_percent`.
    detectable_percent: Option<f64>,
}

/// How the samples were taken, and the source of that.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Plan {
    /// How the samples of the two sides lie in time.
    design: Word<Design>,
    /// Where that comes from.
    said_by: Word<DesignSource>,
    /// After which rounds the results were looked at, as the files record it; `null` where they do not.
    looks: Option<Vec<usize>>,
    /// The options with which `allocgate run` measures the same again, as the files record them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    options: Option<String>,
}

/// The design that was used, and the processes that the files show.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Sampling {
    /// The design that the policy or the files name.
    claimed: Word<Design>,
    /// Where that comes from.
    said_by: Word<DesignSource>,
    /// The design that times were judged by.
    used: Word<UsedDesign>,
    /// The base side.
    base: ProcessCount,
    /// The new side.
    new: ProcessCount,
}

/// The processes of one side, in the median over its rows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct ProcessCount {
    /// How many processes a row comes from: each header in a file starts one.
    processes: usize,
    /// How many samples a row has.
    samples: usize,
}

impl Outcome {
    pub fn of(outcome: &evidence::Outcome) -> Outcome {
        Outcome {
            verdict: Word(outcome.verdict),
            exit_code: outcome.verdict.exit_code(),
            reasons: outcome.reasons.iter().map(ToString::to_string).collect(),
        }
    }

    pub fn into_outcome(self) -> evidence::Outcome {
        let reasons = self.reasons.into_iter().map(OutcomeReason::Text).collect();
        evidence::Outcome { verdict: self.verdict.0, reasons }
    }
}

impl Condition {
    pub fn of(condition: &evidence::Condition) -> Condition {
        Condition {
            kind: Word(condition.kind()),
            level: Word(condition.level),
            title: condition.title(),
            message: condition.message(),
        }
    }

    pub fn into_condition(self) -> evidence::Condition {
        let fact = Fact::Read { kind: self.kind.0, title: self.title, message: self.message };
        evidence::Condition { level: self.level.0, fact }
    }
}

impl Noise {
    pub fn of(noise: &evidence::Noise) -> Noise {
        Noise {
            unit: noise.unit.as_str().to_string(),
            rows: noise.rows,
            basis: Word(noise.basis),
            noise_percent: noise.noise_percent,
            shift_percent: noise.shift_percent,
            detectable_percent: noise.detectable_percent,
        }
    }

    pub fn into_noise(self) -> evidence::Noise {
        evidence::Noise {
            unit: Unit::new(self.unit),
            rows: self.rows,
            basis: self.basis.0,
            noise_percent: self.noise_percent,
            shift_percent: self.shift_percent,
            detectable_percent: self.detectable_percent,
        }
    }
}

impl Sampling {
    pub fn of(sampling: evidence::Sampling) -> Sampling {
        let count =
            |it: evidence::ProcessCount| ProcessCount { processes: it.processes, samples: it.samples };
        Sampling {
            claimed: Word(sampling.claimed),
            said_by: Word(sampling.source),
            used: Word(sampling.used),
            base: count(sampling.base),
            new: count(sampling.new),
        }
    }

    pub fn into_sampling(self) -> evidence::Sampling {
        let count =
            |it: ProcessCount| evidence::ProcessCount { processes: it.processes, samples: it.samples };
        evidence::Sampling {
            claimed: self.claimed.0,
            source: self.said_by.0,
            used: self.used.0,
            base: count(self.base),
            new: count(self.new),
        }
    }
}

impl Plan {
    pub fn of(plan: &model::SamplingPlan) -> Plan {
        let looks = plan.looks.as_ref().map(|looks| looks.rounds().to_vec());
        let options = plan.options.as_ref().map(|options| options.as_str().to_string());
        Plan { design: Word(plan.design), said_by: Word(plan.design_source), looks, options }
    }

    /// # Errors
    /// If the looks are not positive and ascending.
    pub fn into_plan(self) -> Result<model::SamplingPlan, model::LooksError> {
        let looks = self.looks.map(Looks::new).transpose()?;
        // It becomes part of a command: only what is safe there.
        let options = self.options.as_deref().and_then(model::RunOptions::new);
        Ok(model::SamplingPlan { design: self.design.0, design_source: self.said_by.0, looks, options })
    }
}
