//! Reports as JSON: written, read back, and described by a schema.

use super::contract::{ExplainedBenchmark, Report, SuiteEvidence, Summary};
use super::wire::{self, Row};
use crate::evidence::Overall;
use crate::model::LooksError;
use crate::policy::Level;
use crate::verdict::{Finding, Verdict};
use crate::words;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::collections::HashSet;
use std::io::{self, Write};

/// Writes the report as indented JSON with a newline at its end.
///
/// # Errors
/// If writing fails.
pub fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    words::json(&Written(report), out)
}

/// The JSON Schema (draft 2020-12) of what [`json`] writes.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<wire::Report<Vec<Row>>>()
        .to_value()
}

/// A report on its way out.
struct Written<'r>(&'r Report);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Written(report) = self;
        let evidence = &report.evidence;
        let wire = wire::Report {
            schema: Report::SCHEMA.to_string(),
            tool: report.tool.clone(),
            outcome: wire::Outcome::of(&report.outcome),
            policy: report.policy.clone(),
            summary: report.summary,
            rows: Rows(report),
            since: report.since.clone(),
            evidence: wire::SuiteEvidence {
                base: evidence.base.clone(),
                new: evidence.new.clone(),
                unchanged_packages: evidence.unchanged_packages.clone(),
                conditions: evidence.conditions.iter().map(wire::Condition::of).collect(),
                noise: evidence.noise.iter().map(wire::Noise::of).collect(),
                plan: evidence.plan.as_ref().map(wire::Plan::of),
                sampling: evidence.sampling.map(wire::Sampling::of),
            },
        };
        wire.serialize(serializer)
    }
}

/// Rows, written one by one: their sentences are never all there at once.
struct Rows<'r>(&'r Report);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Rows(report) = self;
        let options = report.evidence.options();
        serializer.collect_seq(report.rows.iter().map(|row| Row::of(row, report.explanation(row), options)))
    }
}

/// Why a text is not a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not JSON, or not shaped like a report.
    #[error("not a report of allocgate: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It follows another contract.
    #[error("the report follows the contract `{found}`, expected `{expected}`; render it with the version that wrote it", expected = Report::SCHEMA)]
    Schema {
        /// The contract that the report names.
        found: String,
    },
    /// It contradicts itself.
    #[error("not written by allocgate: {0}")]
    Contradiction(&'static str),
    /// The list of interim analyses is wrong.
    #[error("not written by allocgate: {0}")]
    Looks(#[from] LooksError),
}

/// The explanations of all rows, one per benchmark: rows of the same benchmark have the same one.
fn explanations(rows: &mut [Row]) -> Vec<ExplainedBenchmark> {
    let mut known = HashSet::new();
    let explanations = rows.iter_mut().filter_map(Row::take_explanation);
    explanations.filter(|it| known.insert((it.pkg.clone(), it.benchmark.clone()))).collect()
}

/// What every version of the contract has.
#[derive(Deserialize)]
struct Versioned {
    schema: String,
}

impl Report {
    /// The contract that reports are written to.
    pub const SCHEMA: &str = "allocgate/report/v1";

    /// Reads what [`json`] wrote. Its origin is not trusted: verdict, exit code, counts and levels must agree. Whether its
    /// numbers were measured cannot be known. Sentences stay as they were written, maybe by another version.
    ///
    /// # Errors
    /// If the text is not a report of this contract.
    pub fn read(text: &[u8]) -> Result<Report, Unreadable> {
        let Versioned { schema } = serde_json::from_slice(text)?;
        if schema != Report::SCHEMA {
            return Err(Unreadable::Schema { found: schema });
        }
        let mut wire: wire::Report<Vec<Row>> = serde_json::from_slice(text)?;
        let explanations = explanations(&mut wire.rows);
        let exit_code = wire.outcome.exit_code;
        let evidence = wire.evidence;
        let report = Report {
            tool: wire.tool,
            outcome: wire.outcome.into_outcome(),
            policy: wire.policy,
            summary: wire.summary,
            rows: wire.rows.into_iter().map(Row::into_finding).collect(),
            explanations,
            since: wire.since,
            evidence: SuiteEvidence {
                base: evidence.base,
                new: evidence.new,
                unchanged_packages: evidence.unchanged_packages,
                conditions: evidence.conditions.into_iter().map(wire::Condition::into_condition).collect(),
                noise: evidence.noise.into_iter().map(wire::Noise::into_noise).collect(),
                plan: evidence.plan.map(wire::Plan::into_plan).transpose()?,
                sampling: evidence.sampling.map(wire::Sampling::into_sampling),
            },
        };
        report.check(exit_code).map_err(Unreadable::Contradiction)?;
        Ok(report)
    }

    /// What contradicts itself.
    fn check(&self, exit_code: u8) -> Result<(), &'static str> {
        let verdict = self.outcome.verdict;
        if exit_code != verdict.exit_code() {
            return Err("the exit code does not match the verdict");
        }
        if self.outcome.reasons.is_empty() != (verdict == Overall::Pass) {
            return Err("a pass has no reasons, every other verdict has some");
        }
        if self.summary != Summary::of(&self.rows) {
            return Err("the summary does not count the rows");
        }
        let is_decided = |row: &Finding| !matches!(row.verdict, Verdict::Undecided | Verdict::NotJudged);
        if self.rows.iter().any(|row| row.suspect.is_some() && is_decided(row)) {
            return Err("a suspect is undecided");
        }
        let fails = self.rows.iter().any(Finding::fails)
            || self.evidence.conditions.iter().any(|it| it.level == Level::Fail);
        if fails && verdict != Overall::Fail {
            return Err("a row or condition fails, and the verdict does not");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_schema_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");
        let text = serde_json::to_string_pretty(&schema()).expect("plain") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &text).expect("writable");
        }
        let shipped = std::fs::read_to_string(path).expect("it is shipped");
        assert!(
            shipped == text,
            "schema/report.schema.json is out of date: UPDATE_SCHEMA=1 cargo test schema"
        );
    }
}
