//! The Code Quality report of GitLab: a list of issues with locations.

use super::issue::{BenchmarkLocations, Severity, issues, results_file};
use crate::report::Report;
use crate::words;
use serde::Serialize;
use std::io::{self, Write};

/// One entry, see <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.
#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// Writes a Code Quality report: failures are major, warnings minor, suspects info.
///
/// # Errors
/// If writing fails.
pub fn gitlab(report: &Report, locations: &BenchmarkLocations, out: &mut dyn Write) -> io::Result<()> {
    let violations = issues(report, locations).into_iter().map(|issue| {
        let location = issue.location.or(issue.rule).unwrap_or_else(|| results_file(report));
        Violation {
            description: format!("{}: {}", issue.subject, issue.message),
            check_name: format!("allocgate/{}", issue.kind.as_str()),
            fingerprint: issue.fingerprint,
            severity: match issue.severity {
                Severity::Failure => "major",
                Severity::Suspect => "info",
                Severity::Warning => "minor",
            },
            location: Location { path: location.file, lines: Lines { begin: location.line } },
        }
    });
    words::json(&violations.collect::<Vec<_>>(), out)
}
