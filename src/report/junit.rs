//! The report as test results: a case per benchmark and unit.

use super::Report;
use super::section::Section;
use super::untrusted::{capped, clean, shortened};
use super::{entry::Entry, entry::entries, headline};
use crate::policy::Level;
use crate::verdict::{Finding, Overall, Verdict};
use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// The longest sentence, in characters.
const SENTENCE: usize = 600;

/// Writes JUnit XML: a suite per package with a case per benchmark and unit, and a suite `allocgate` with a case for every
/// condition that fails. What fails is a failure, what was not judged is skipped.
///
/// # Errors
/// If writing fails.
pub fn junit(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = Suites::new("allocgate");
    let mut packages: IndexMap<&str, TestSuite> = IndexMap::new();
    let undecided = report.outcome.verdict == Overall::Undecided;
    for entry in entries(report) {
        let pkg = entry.finding.pkg.as_str();
        let suite = packages.entry(pkg).or_insert_with(|| TestSuite::new(named(pkg)));
        suite.add_test_cases(entry.findings.iter().map(|finding| case(finding, &entry, undecided)));
    }
    suites.add_test_suites(std::iter::once(evidence(report)).filter(|suite| suite.tests > 0));
    suites.add_test_suites(packages.into_values());
    suites.serialize(&mut *out).map_err(io::Error::other)
}

fn named(pkg: &str) -> String {
    if pkg.is_empty() { "benchmarks".to_string() } else { shortened(pkg) }
}

fn case(finding: &Finding, entry: &Entry, undecided: bool) -> TestCase {
    let message = capped(&entry.message(), SENTENCE);
    let status = match (entry.section, finding.verdict) {
        (Section::Fails, verdict) => failure(verdict.as_str(), &message),
        (Section::Unsure, verdict) if undecided => failure(verdict.as_str(), &message),
        (_, Verdict::Undecided | Verdict::NotJudged | Verdict::Missing | Verdict::New) => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(message.as_str());
            skipped
        }
        _ => TestCaseStatus::success(),
    };
    let name = format!("{} {}", shortened(&finding.benchmark), clean(finding.unit.as_str()));
    let mut case = TestCase::new(name, status);
    case.set_classname(named(&finding.pkg));
    if entry.section == Section::Warns {
        case.set_system_out(format!("warning: {message}"));
    }
    case
}

fn failure(kind: &str, message: &str) -> TestCaseStatus {
    let mut failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
    failure.set_type(kind).set_message(message).set_description(message);
    failure
}

/// What fails besides rows.
fn evidence(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("allocgate");
    if report.outcome.verdict == Overall::Error {
        let mut error = TestCaseStatus::non_success(NonSuccessKind::Error);
        error.set_type("error").set_message(capped(&headline::reasons(report), SENTENCE));
        suite.add_test_case(classed("verdict", error));
    }
    for condition in headline::conditions(report, Level::Fail).filter(|it| !headline::is_shown_as_rows(it)) {
        let message = capped(&format!("{}: {}", condition.title, condition.message), SENTENCE);
        suite.add_test_case(classed(condition.kind.as_str(), failure("evidence", &message)));
    }
    suite
}

fn classed(name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname("allocgate");
    case
}
