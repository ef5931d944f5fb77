//! The report for code scanning: SARIF 2.1.0.

use super::issue::{BenchmarkLocations, Issue, IssueKind, Severity, SourceLocation, issues, results_file};
use crate::evidence::Overall;
use crate::report::Report;
use crate::verdict::Verdict;
use crate::words;
use indexmap::IndexSet;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a log of one run with a result per row and condition that fails or warns and per suspect, each at the Go function of its benchmark, with
/// a fingerprint that stays the same as long as the problem does.
///
/// # Errors
/// If writing fails.
pub fn sarif(report: &Report, locations: &BenchmarkLocations, out: &mut dyn Write) -> io::Result<()> {
    let issues = issues(report, locations);
    let kinds: IndexSet<IssueKind> = issues.iter().map(|issue| issue.kind).collect();
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "allocgate",
                version: &report.tool.version,
                rules: kinds.iter().copied().map(rule).collect(),
            },
        },
        invocations: vec![Invocation {
            execution_successful: report.outcome.verdict != Overall::Error,
            exit_code: report.outcome.exit_code(),
        }],
        results: issues.iter().map(|issue| result(issue, report, &kinds)).collect(),
    };
    words::json(&Log::of(run), out)
}

fn rule(kind: IssueKind) -> Rule {
    let text = match kind {
        IssueKind::Row(verdict) => match verdict {
            Verdict::Regressed => "A regression beyond the tolerance.",
            Verdict::OverBudget => "A value above the maximum in the policy.",
            Verdict::Missing => "A benchmark or unit that was measured on one side only.",
            Verdict::New => "A benchmark or unit that is new.",
            Verdict::Waived => {
                "A regression that a waiver accepts, or a benchmark that is removed with a waiver."
            }
            Verdict::Undecided => "The samples neither prove nor rule out a regression.",
            Verdict::NotJudged => "A row that could not be judged.",
            Verdict::Improved => "An improvement.",
            Verdict::Unchanged => "No regression.",
            Verdict::WithinBudget => "A value within the maximum in the policy.",
        },
        IssueKind::Suspect => {
            "Every sample of new is worse than every sample of base, but a regression is not proven."
        }
        IssueKind::Condition(condition) => condition.meaning(),
        IssueKind::Error => "No verdict: wrong usage, input or policy, or nothing to compare.",
    };
    Rule { id: kind.as_str(), short_description: Description { text } }
}

fn result(issue: &Issue, report: &Report, kinds: &IndexSet<IssueKind>) -> ScanResult {
    let location =
        issue.location.clone().or_else(|| issue.rule.clone()).unwrap_or_else(|| results_file(report));
    // A result at a line refers to the benchmark and the rule as well.
    let rule = issue.location.as_ref().and(issue.rule.as_ref()).map(|it| (it, "the rule that applies"));
    let related = issue.benchmark.iter().map(|it| (it, "the benchmark")).chain(rule);
    ScanResult {
        rule_id: issue.kind.as_str(),
        rule_index: kinds.get_index_of(&issue.kind).unwrap_or_default(),
        level: match issue.severity {
            Severity::Failure => "error",
            Severity::Suspect => "note",
            Severity::Warning => "warning",
        },
        message: Message { text: plain(&format!("{}: {}", issue.subject, issue.message)) },
        locations: vec![Location { physical_location: at(&location) }],
        related_locations: related
            .enumerate()
            .map(|(i, (place, what))| Related {
                id: i + 1,
                physical_location: at(place),
                message: Message { text: what.to_string() },
            })
            .collect(),
        partial_fingerprints: Fingerprints {
            row: issue.fingerprint.clone(),
            // The one that GitHub uses.
            line: format!("{}:1", issue.fingerprint),
        },
    }
}

/// A message without links (SARIF 2.1.0, 3.11.6): brackets are escaped.
fn plain(text: &str) -> String {
    text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]")
}

fn at(location: &SourceLocation) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: Artifact { uri: uri(&location.file) },
        region: Region { start_line: location.line.max(1) },
    }
}

/// A relative reference (RFC 3986, 4.2): everything but unreserved characters and the slashes between parts is encoded.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(encode).collect()
}

// The part of SARIF 2.1.0 that is written, with the names of the standard:
// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

impl<'r> Log<'r> {
    fn of(run: Run<'r>) -> Log<'r> {
        Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
    }
}

#[derive(Serialize)]
struct Run<'r> {
    tool: Tool<'r>,
    invocations: Vec<Invocation>,
    results: Vec<ScanResult>,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
struct Driver<'r> {
    name: &'static str,
    version: &'r str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Description,
}

#[derive(Serialize)]
struct Description {
    text: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScanResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Related {
    id: usize,
    physical_location: PhysicalLocation,
    message: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "allocgate/row/v1")]
    row: String,
    #[serde(rename = "primaryLocationLineHash")]
    line: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_no_links() {
        assert_eq!(plain(r"Map[int] a\b"), r"Map\[int\] a\\b");
    }

    #[test]
    fn a_path_becomes_a_reference() {
        for (path, want) in [
            ("a/b_test.go", "a/b_test.go"),
            (r"a\b c.go", "a/b%20c.go"),
            ("javascript:x", "javascript%3Ax"),
            ("ü", "%C3%BC"),
        ] {
            assert_eq!(uri(path), want);
        }
    }
}
