//! The policy as written: mirrors the TOML, keeps its spans, checks nothing. What is documented here is what editors show.

use super::{ConditionKind, Correction, DesignSetting, Level, Undecided};
use crate::model::Direction;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// A value with the bytes that it stands on, by the name of its unit.
type PerUnit<T> = BTreeMap<String, Spanned<T>>;

/// The policy of allocgate: what Go benchmark results are held to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "allocgate.toml")]
pub(super) struct PolicyFile {
    /// How the gate decides.
    #[serde(default)]
    pub gate: GateFile,
    /// What holds for each unit, such as `allocs/op`, where no budget says otherwise.
    #[serde(default)]
    pub unit: BTreeMap<String, UnitFile>,
    /// What holds for the benchmarks that a pattern matches; later entries override earlier ones, key by key.
    #[serde(default)]
    pub budget: Vec<BudgetFile>,
    /// Regressions that are accepted, visibly and for a while.
    #[serde(default)]
    pub waiver: Vec<WaiverFile>,
    /// What each condition of the evidence does to the verdict.
    #[serde(default)]
    #[schemars(schema_with = "evidence")]
    pub evidence: BTreeMap<ConditionKind, Spanned<Level>>,
}

/// How the gate decides.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GateFile {
    /// The chance that a clean suite fails, per unit.
    #[schemars(with = "Option<f64>", range(min = 0.0, max = 1.0))]
    pub alpha: Option<Spanned<f64>>,
    /// How p-values are corrected for the number of tests.
    #[schemars(with = "Option<Correction>")]
    pub correction: Option<Spanned<Correction>>,
    /// How the samples were taken: one side after the other, base and new in turn, or as the results record it.
    #[schemars(with = "Option<DesignSetting>")]
    pub design: Option<Spanned<DesignSetting>>,
    /// How many samples per side a test needs.
    #[schemars(with = "Option<usize>", range(min = 5))]
    pub min_samples: Option<Spanned<usize>>,
    /// What rows that the samples cannot decide do to the verdict.
    #[schemars(with = "Option<Undecided>")]
    pub undecided: Option<Spanned<Undecided>>,
}

/// What holds for a unit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitFile {
    /// What a regression does.
    #[schemars(with = "Option<Level>")]
    pub level: Option<Spanned<Level>>,
    /// The largest change that is still tolerated.
    #[schemars(with = "Option<ToleranceFile>")]
    pub tolerance: Option<Spanned<ToleranceFile>>,
    /// Which way is better, for units that Go does not print by itself.
    #[schemars(with = "Option<Direction>")]
    pub better: Option<Spanned<Direction>>,
}

/// The largest change that is still tolerated; a change within either part is.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a tolerance, such as { percent = 5 } or { absolute = 8 }")]
pub(super) struct ToleranceFile {
    /// In percent of base.
    #[schemars(range(min = 0.0))]
    pub percent: Option<f64>,
    /// In the unit itself.
    #[schemars(range(min = 0.0))]
    pub absolute: Option<f64>,
}

/// What holds for the benchmarks that a pattern matches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BudgetFile {
    /// A glob over the name, without the `Benchmark` prefix: `*` and `?` within an element, `**` across, `{a,b}`.
    #[schemars(with = "String")]
    pub bench: Spanned<String>,
    /// A glob over the package's import path.
    #[schemars(with = "Option<String>")]
    pub pkg: Option<Spanned<String>>,
    /// Only on this operating system, such as `linux`.
    #[schemars(with = "Option<String>")]
    pub goos: Option<Spanned<String>>,
    /// Only on this architecture, such as `amd64`.
    #[schemars(with = "Option<String>")]
    pub goarch: Option<Spanned<String>>,
    /// Only with this Go version: `1.26` holds for `1.26.8` as well.
    #[schemars(with = "Option<String>")]
    pub go: Option<Spanned<String>>,
    /// The largest value allowed, by unit.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, f64>")]
    pub max: PerUnit<f64>,
    /// What a regression or an exceeded maximum does, by unit.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Level>")]
    pub level: PerUnit<Level>,
    /// The largest change that is still tolerated, by unit.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, ToleranceFile>")]
    pub tolerance: PerUnit<ToleranceFile>,
}

/// Accepts the regression of some benchmarks in one unit, up to a value and until a day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WaiverFile {
    /// A glob over the name, as for a budget.
    #[schemars(with = "String")]
    pub bench: Spanned<String>,
    /// A glob over the package's import path.
    #[schemars(with = "Option<String>")]
    pub pkg: Option<Spanned<String>>,
    /// In which unit.
    #[schemars(with = "String")]
    pub unit: Spanned<String>,
    /// The worst value that is accepted.
    #[schemars(with = "f64")]
    pub up_to: Spanned<f64>,
    /// The last day on which it holds, such as 2027-01-31.
    #[schemars(schema_with = "day")]
    pub expires: Spanned<Datetime>,
    /// Why it is accepted.
    #[schemars(with = "String", length(min = 1))]
    pub reason: Spanned<String>,
}

/// One key per condition, so that editors complete them.
fn evidence(generator: &mut SchemaGenerator) -> Schema {
    let mut properties = serde_json::Map::new();
    for condition in ConditionKind::ALL {
        let mut schema = generator.subschema_for::<Level>();
        schema.insert("description".to_string(), condition.meaning().into());
        properties.insert(condition.as_str().to_string(), schema.to_value());
    }
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// TOML has days; editors that validate TOML by JSON Schema see them as strings.
fn day(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date" })
}
