//! The policy as written: mirrors the TOML, keeps its spans, checks nothing.

use super::{Condition, Correction, Level, Undecided};
use crate::model::{Design, Direction};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// A value with the bytes that it stands on, by the name of its unit.
type PerUnit<T> = BTreeMap<String, Spanned<T>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    #[serde(default)]
    pub gate: GateFile,
    #[serde(default)]
    pub unit: BTreeMap<String, UnitFile>,
    #[serde(default)]
    pub budget: Vec<BudgetFile>,
    #[serde(default)]
    pub waiver: Vec<WaiverFile>,
    #[serde(default)]
    pub evidence: BTreeMap<Condition, Spanned<Level>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GateFile {
    pub alpha: Option<Spanned<f64>>,
    pub correction: Option<Correction>,
    pub design: Option<Design>,
    pub min_samples: Option<Spanned<usize>>,
    pub undecided: Option<Undecided>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitFile {
    pub level: Option<Spanned<Level>>,
    pub tolerance: Option<Spanned<ToleranceFile>>,
    pub better: Option<Spanned<Direction>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a tolerance, such as { percent = 5 } or { absolute = 8 }")]
pub(super) struct ToleranceFile {
    pub percent: Option<f64>,
    pub absolute: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BudgetFile {
    pub bench: Spanned<String>,
    pub pkg: Option<Spanned<String>>,
    pub goos: Option<String>,
    pub goarch: Option<String>,
    pub go: Option<String>,
    #[serde(default)]
    pub max: PerUnit<f64>,
    #[serde(default)]
    pub level: PerUnit<Level>,
    #[serde(default)]
    pub tolerance: PerUnit<ToleranceFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WaiverFile {
    pub bench: Spanned<String>,
    pub pkg: Option<Spanned<String>>,
    pub unit: Spanned<String>,
    pub up_to: Spanned<f64>,
    pub expires: Spanned<Datetime>,
    pub reason: Spanned<String>,
}
