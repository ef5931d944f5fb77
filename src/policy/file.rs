//! The policy file as written, with the spans of its values, not checked. Editors show these doc comments through the schema.

use super::{ConditionKind, Correction, DesignSetting, Level, MissingBase, SmallSample, Undecided};
use crate::model::Direction;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, IntoDeserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// Values with their spans, by unit.
type PerUnit<T> = BTreeMap<String, Spanned<T>>;

/// The policy of allocgate: the limits for Go benchmark results.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "allocgate.toml")]
pub(super) struct PolicyFile {
    /// How the gate decides.
    #[serde(default)]
    pub gate: GateFile,
    /// Settings for each unit, such as `allocs/op`. Budgets override them.
    #[serde(default)]
    pub unit: BTreeMap<String, UnitFile>,
    /// Settings for the benchmarks that a pattern matches. Later entries override earlier ones, key by key.
    #[serde(default)]
    pub budget: Vec<BudgetFile>,
    /// Regressions and removed benchmarks that are accepted for a limited time.
    #[serde(default)]
    pub waiver: Vec<WaiverFile>,
    /// What the compiler must decide about functions. Later entries override earlier ones, key by key.
    #[serde(default)]
    pub decision: Vec<DecisionFile>,
    /// How `allocgate history` finds steps and drift.
    #[serde(default)]
    pub history: HistoryFile,
    /// The revision that `--anchor` compares with, and what may have changed since then.
    pub anchor: Option<AnchorFile>,
    /// The level of each condition of the results: what it does to the verdict.
    #[serde(default)]
    #[schemars(schema_with = "evidence")]
    pub evidence: BTreeMap<EvidenceKey, Spanned<Level>>,
}

/// How the gate decides.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GateFile {
    /// The probability that a suite without a regression fails, per unit.
    #[schemars(with = "Option<f64>", range(min = 0.0, max = 1.0))]
    pub alpha: Option<Spanned<f64>>,
    /// How p-values are adjusted for the number of tests.
    #[schemars(with = "Option<Correction>")]
    pub correction: Option<Spanned<Correction>>,
    /// How the samples were taken: as the results record it, one side after the other, or base and new in turn.
    #[schemars(with = "Option<DesignSetting>")]
    pub design: Option<Spanned<DesignSetting>>,
    /// The least number of samples per side for a test.
    #[schemars(with = "Option<usize>", range(min = 5))]
    pub min_samples: Option<Spanned<usize>>,
    /// What a few samples that do not overlap may prove about times.
    #[schemars(with = "Option<SmallSample>")]
    pub small_sample: Option<Spanned<SmallSample>>,
    /// What undecided rows do to the verdict.
    #[schemars(with = "Option<Undecided>")]
    pub undecided: Option<Spanned<Undecided>>,
    /// What a base without results does to the verdict, such as before the first benchmarks of a project.
    #[schemars(with = "Option<MissingBase>")]
    pub missing_base: Option<Spanned<MissingBase>>,
    /// `allocgate run --budgets-only`: the operations in a sample, which is too short for times.
    #[schemars(with = "Option<u64>", range(min = 1))]
    pub budget_iterations: Option<Spanned<u64>>,
}

/// How `allocgate history` finds steps and drift.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HistoryFile {
    /// The largest expected share of false steps among those of units that are measured with noise.
    #[schemars(with = "Option<f64>", range(min = 0.0, max = 1.0))]
    pub alpha: Option<Spanned<f64>>,
    /// The least number of commits on both sides of a step of such a unit.
    #[schemars(with = "Option<usize>", range(min = 3))]
    pub points: Option<Spanned<usize>>,
    /// The smallest step of such a unit, in percent.
    #[schemars(with = "Option<f64>", range(min = 0.0))]
    pub least_percent: Option<Spanned<f64>>,
}

/// The revision that `--anchor` compares with, and what may have changed since then.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnchorFile {
    /// A revision, or `latest-tag`: the newest tag that is an ancestor of what is judged.
    #[schemars(with = "String")]
    pub rev: Spanned<String>,
    /// Settings for each unit, in place of those under `[unit]`. Tolerances and levels of budgets do not apply.
    #[serde(default)]
    pub unit: BTreeMap<String, UnitFile>,
}

/// Settings for a unit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct UnitFile {
    /// What a regression does to the verdict.
    #[schemars(with = "Option<Level>")]
    pub level: Option<Spanned<Level>>,
    /// The largest tolerated change.
    #[schemars(with = "Option<ToleranceFile>")]
    pub tolerance: Option<Spanned<ToleranceFile>>,
    /// Which direction is better, for units that Go does not print by itself.
    #[schemars(with = "Option<Direction>")]
    pub better: Option<Spanned<Direction>>,
    /// The least number of samples per side: at least 1 for `allocs/op` and `B/op`, and 5 for other units.
    #[schemars(with = "Option<usize>", range(min = 1))]
    pub min_samples: Option<Spanned<usize>>,
}

/// The largest tolerated change. A change within either part is tolerated.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a tolerance, such as { percent = 5 } or { absolute = 8 }")]
pub(super) struct ToleranceFile {
    /// In percent of the base.
    #[schemars(range(min = 0.0))]
    pub percent: Option<f64>,
    /// In the unit itself.
    #[schemars(range(min = 0.0))]
    pub absolute: Option<f64>,
}

/// Settings for the benchmarks that a pattern matches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BudgetFile {
    /// A pattern for the name without the `Benchmark` prefix: `*` and `?` do not match `/`, `**` does; `{a,b}` matches either.
    #[schemars(with = "String")]
    pub bench: Spanned<String>,
    /// A pattern for the import path of the package.
    #[schemars(with = "Option<String>")]
    pub pkg: Option<Spanned<String>>,
    /// Only on this operating system, such as `linux`.
    #[schemars(with = "Option<String>")]
    pub goos: Option<Spanned<String>>,
    /// Only on this architecture, such as `amd64`.
    #[schemars(with = "Option<String>")]
    pub goarch: Option<Spanned<String>>,
    /// Only with this Go version: `1.26` matches `1.26.8` as well.
    #[schemars(with = "Option<String>")]
    pub go: Option<Spanned<String>>,
    /// The largest value allowed, by unit.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, f64>")]
    pub max: PerUnit<f64>,
    /// What a regression or an exceeded maximum does to the verdict, by unit.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Level>")]
    pub level: PerUnit<Level>,
    /// The largest tolerated change, by unit.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, ToleranceFile>")]
    pub tolerance: PerUnit<ToleranceFile>,
}

/// Accepts, until a day, the regression of some benchmarks in one unit, up to a value, or that they are removed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WaiverFile {
    /// A pattern for the name, as for a budget.
    #[schemars(with = "String")]
    pub bench: Spanned<String>,
    /// A pattern for the import path of the package.
    #[schemars(with = "Option<String>")]
    pub pkg: Option<Spanned<String>>,
    /// The unit of the regression.
    #[schemars(with = "Option<String>")]
    pub unit: Option<Spanned<String>>,
    /// The worst value that is accepted.
    #[schemars(with = "Option<f64>")]
    pub up_to: Option<Spanned<f64>>,
    /// The benchmark may be removed or renamed. Takes the place of `unit` and `up-to`.
    #[serde(default)]
    pub removed: bool,
    /// The last day on which it applies, such as 2027-01-31.
    #[schemars(schema_with = "day")]
    pub expires: Spanned<Datetime>,
    /// Why it is accepted.
    #[schemars(with = "String", length(min = 1))]
    pub reason: Spanned<String>,
    /// Only with `--anchor`, and only while the anchor is this revision, such as `v1.4.0`. Ends when the anchor moves.
    #[schemars(with = "Option<String>")]
    pub anchor: Option<Spanned<String>>,
}

/// What the compiler must decide about the functions that a pattern matches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DecisionFile {
    /// A pattern for the full name, such as `example.com/hot/wire.(*Writer).Append`: `*` and `?` do not match `/`, `**` does, and
    /// `{a,b}` matches either. A `*` behind `(` is that of a pointer. Names have no type arguments.
    #[schemars(with = "String")]
    pub func: Spanned<String>,
    /// Whether the function can be inlined.
    #[schemars(with = "Option<bool>")]
    pub inline: Option<Spanned<bool>>,
    /// How many of its variables and expressions may move to the heap.
    #[schemars(with = "Option<u32>")]
    pub heap: Option<Spanned<u32>>,
    /// How many checks of bounds it may have.
    #[schemars(with = "Option<u32>")]
    pub bounds_checks: Option<Spanned<u32>>,
    /// What it does to the verdict if the compiler decides otherwise.
    #[schemars(with = "Option<Level>")]
    pub level: Option<Spanned<Level>>,
}

/// A key of `[evidence]`: a condition, by its present or its former name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EvidenceKey {
    /// The condition.
    pub condition: ConditionKind,
    /// The former name, if the file uses it.
    pub former_name: Option<&'static str>,
}

impl<'de> Deserialize<'de> for EvidenceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EvidenceKey, D::Error> {
        let key = String::deserialize(deserializer)?;
        let former = ConditionKind::FORMER_NAMES.iter().find(|(name, _)| *name == key);
        match former {
            Some(&(name, condition)) => Ok(EvidenceKey { condition, former_name: Some(name) }),
            None => {
                let condition = ConditionKind::deserialize(key.into_deserializer())?;
                Ok(EvidenceKey { condition, former_name: None })
            }
        }
    }
}

/// One key per condition, so that editors complete them. Former names are not offered.
fn evidence(generator: &mut SchemaGenerator) -> Schema {
    let mut properties = serde_json::Map::new();
    for condition in ConditionKind::ALL {
        let mut schema = generator.subschema_for::<Level>();
        schema.insert("description".to_string(), condition.meaning().into());
        properties.insert(condition.as_str().to_string(), schema.to_value());
    }
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// TOML has dates. JSON Schema sees them as strings.
fn day(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date" })
}

/// The JSON Schema of `allocgate.toml` (draft 7, which editors of TOML and SchemaStore read), generated from the types that read it.
pub fn schema() -> Value {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<PolicyFile>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{ConditionKind, Policy};

    #[test]
    fn the_schema_file_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/allocgate.schema.json");
        let text = serde_json::to_string_pretty(&schema()).expect("plain") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &text).expect("writable");
        }
        let shipped = std::fs::read_to_string(path).expect("readable");
        assert!(
            shipped == text,
            "schema/allocgate.schema.json is out of date; run UPDATE_SCHEMA=1 cargo test schema"
        );
    }

    #[test]
    fn every_key_of_the_built_in_policy_is_in_it() {
        let schema = schema();
        let evidence = schema["properties"]["evidence"]["properties"].as_object().expect("an object");
        assert_eq!(evidence.len(), ConditionKind::ALL.len());
        let policy: toml::Table = Policy::BUILTIN.parse().expect("it is a policy");
        for key in policy.keys() {
            assert!(schema["properties"].get(key).is_some(), "{key}");
        }
    }
}
