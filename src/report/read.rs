//! A report that was written as JSON, by whomever.

use super::Report;
use super::contract::Summary;
use super::format::headline;
use super::format::rows::Section;
use crate::policy::Level;
use crate::verdict::Overall;
use serde::Deserialize;

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is not JSON, or not shaped like a report.
    #[error("no report of allocgate: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It follows another contract.
    #[error("written to the contract `{found}`, expected `{expected}`: render it with the version that wrote it", expected = Report::SCHEMA)]
    Schema {
        /// What it says.
        found: String,
    },
    /// It contradicts itself.
    #[error("not what allocgate writes: {0}")]
    Contradiction(&'static str),
}

/// What every version of the contract has.
#[derive(Deserialize)]
struct Versioned {
    schema: String,
}

impl Report {
    /// Reads what [`json`](super::json) wrote. Whoever hands it over is not trusted: a report whose verdict, exit code and
    /// counts do not agree is none. That its numbers were measured nobody can tell.
    ///
    /// # Errors
    /// If the text is not a report of this contract.
    pub fn read(text: &[u8]) -> Result<Report, Unreadable> {
        let Versioned { schema } = serde_json::from_slice(text)?;
        if schema != Report::SCHEMA {
            return Err(Unreadable::Schema { found: schema });
        }
        let report: Report = serde_json::from_slice(text)?;
        let code = match report.outcome.verdict {
            Overall::Pass => 0,
            Overall::Fail => 1,
            Overall::Error => 2,
            Overall::Undecided => 3,
        };
        if report.outcome.exit_code != code {
            return Err(Unreadable::Contradiction("the exit code is not that of the verdict"));
        }
        if report.outcome.reasons.is_empty() != (report.outcome.verdict == Overall::Pass) {
            return Err(Unreadable::Contradiction("a pass needs no reasons, every other verdict has some"));
        }
        if report.summary != Summary::of(&report.rows) {
            return Err(Unreadable::Contradiction("the summary does not count the rows"));
        }
        let fails = report.rows.iter().any(|row| Section::of(row) == Section::Fails)
            || headline::conditions(&report, Level::Fail).next().is_some();
        if fails && report.outcome.verdict != Overall::Fail {
            return Err(Unreadable::Contradiction("something fails, and the verdict does not"));
        }
        Ok(report)
    }
}
