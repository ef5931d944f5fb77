//! Code Quality on GitLab: a list of what got worse, with places.

use super::issue::{BenchmarkLocations, issues};
use crate::policy::Level;
use crate::report::Report;
use crate::words;
use serde::Serialize;
use std::io::{self, Write};

/// One entry, as <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format> has it.
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

/// Writes a Code Quality report: what fails is major, what warns is minor.
///
/// # Errors
/// If writing fails.
pub fn gitlab(report: &Report, locations: &BenchmarkLocations, out: &mut dyn Write) -> io::Result<()> {
    let violations = issues(report, locations).into_iter().map(|issue| {
        let place = issue.place.or(issue.rule).unwrap_or_else(|| report.origin());
        Violation {
            description: format!("{}: {}", issue.subject, issue.message),
            check_name: format!("allocgate/{}", issue.kind.as_str()),
            fingerprint: issue.fingerprint,
            severity: if issue.level == Level::Fail { "major" } else { "minor" },
            location: Location { path: place.file, lines: Lines { begin: place.line } },
        }
    });
    words::json(&violations.collect::<Vec<_>>(), out)
}
