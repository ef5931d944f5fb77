//! The report as JUnit XML: a test case per benchmark and unit.
//!
//! The crate `quick-junit` writes an attribute `skipped` of `testsuites`, which the schema of Jenkins does not allow.

use super::rows::{Entry, Section, entries};
use super::{causes, headline};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::verdict::Verdict;
use crate::words::{capped, clean, shortened};
use indexmap::IndexMap;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io::{self, Write};

/// The longest sentence, in characters.
const SENTENCE: usize = 600;

/// Writes JUnit XML: a suite per package with a case per benchmark and unit, and a suite `allocgate` with a case per condition that
/// fails. Rows that were not decided are skipped, suspects as well, and so is a case per package that was not measured because it is
/// unchanged. The XML is valid by the schema of Jenkins, which other readers accept as well.
///
/// # Errors
/// If writing fails.
pub fn junit(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report);
    let count =
        |of: fn(&Status) -> bool| suites.iter().map(|suite| suite.count(of)).sum::<usize>().to_string();
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "allocgate"))
        .with_attribute(("tests", count(|_| true).as_str()))
        .with_attribute(("failures", count(Status::is_failure).as_str()))
        .with_attribute(("errors", count(Status::is_error).as_str()))
        .write_inner_content(|xml| suites.iter().try_for_each(|suite| suite.write(xml)))?;
    writeln!(out)
}

/// The cases of one package, or of the evidence.
struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    status: Status,
    /// The text of a case that passes with a warning.
    warning: Option<String>,
}

enum Status {
    Success,
    Skipped(String),
    Failure { kind: &'static str, message: String },
    Error(String),
}

impl Status {
    fn is_failure(&self) -> bool {
        matches!(self, Status::Failure { .. })
    }

    fn is_error(&self) -> bool {
        matches!(self, Status::Error(_))
    }

    fn is_skipped(&self) -> bool {
        matches!(self, Status::Skipped(_))
    }
}

fn suites(report: &Report) -> Vec<Suite> {
    let undecided = report.outcome.verdict == Overall::Undecided;
    let mut packages: IndexMap<&str, Vec<Case>> = IndexMap::new();
    for entry in entries(report) {
        packages.entry(&entry.finding.pkg).or_default().push(case(report, &entry, undecided));
    }
    let named = |pkg: &str| if pkg.is_empty() { "benchmarks".to_string() } else { shortened(pkg) };
    let packages = packages.into_iter().map(|(pkg, cases)| Suite { name: named(pkg), cases });
    let evidence = Some(evidence(report)).filter(|suite| !suite.cases.is_empty());
    let unchanged = report.evidence.unchanged_packages.iter().map(|pkg| {
        let status = Status::Skipped("not measured: the change cannot affect this package".to_string());
        Suite { name: named(pkg), cases: vec![Case { name: "unchanged".to_string(), status, warning: None }] }
    });
    evidence.into_iter().chain(packages).chain(unchanged).collect()
}

/// A missing or new benchmark is one case, in whatever units it was measured.
fn case(report: &Report, entry: &Entry, undecided: bool) -> Case {
    let finding = entry.finding;
    let cause = causes::sentence(report, finding).map(|it| format!("; {it}")).unwrap_or_default();
    let message = capped(&format!("{}{cause}", entry.advised(report)), SENTENCE);
    let name = format!("{} {}", shortened(&finding.benchmark), clean(entry.units()));
    let warning = (entry.section == Section::Warns).then(|| format!("warning: {message}"));
    let status = match (entry.section, finding.verdict) {
        (Section::Fails, verdict) => Status::Failure { kind: verdict.as_str(), message },
        (Section::Suspects | Section::Undecided, verdict) if undecided && finding.is_open() => {
            Status::Failure { kind: verdict.as_str(), message }
        }
        (_, Verdict::Undecided | Verdict::NotJudged | Verdict::Missing | Verdict::New) => {
            Status::Skipped(message)
        }
        _ => Status::Success,
    };
    Case { name, status, warning }
}

/// The failing conditions, and the error if there is no verdict.
fn evidence(report: &Report) -> Suite {
    let error = (report.outcome.verdict == Overall::Error).then(|| Case {
        name: "verdict".to_string(),
        status: Status::Error(capped(&headline::reasons(report), SENTENCE)),
        warning: None,
    });
    let conditions = headline::conditions(report, Level::Fail).filter(|it| !headline::is_shown_as_rows(it));
    let conditions = conditions.map(|it| {
        let message = capped(&format!("{}: {}", it.title(), it.message()), SENTENCE);
        Case {
            name: it.kind().to_string(),
            status: Status::Failure { kind: "evidence", message },
            warning: None,
        }
    });
    Suite { name: "allocgate".to_string(), cases: error.into_iter().chain(conditions).collect() }
}

impl Suite {
    fn count(&self, of: fn(&Status) -> bool) -> usize {
        self.cases.iter().filter(|case| of(&case.status)).count()
    }

    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let count = |of: fn(&Status) -> bool| self.count(of).to_string();
        xml.create_element("testsuite")
            .with_attribute(("name", self.name.as_str()))
            .with_attribute(("tests", count(|_| true).as_str()))
            .with_attribute(("failures", count(Status::is_failure).as_str()))
            .with_attribute(("errors", count(Status::is_error).as_str()))
            .with_attribute(("skipped", count(Status::is_skipped).as_str()))
            .write_inner_content(|xml| self.cases.iter().try_for_each(|case| case.write(&self.name, xml)))?;
        Ok(())
    }
}

impl Case {
    fn write<W: Write>(&self, class: &str, xml: &mut Writer<W>) -> io::Result<()> {
        let case = xml
            .create_element("testcase")
            .with_attribute(("name", self.name.as_str()))
            .with_attribute(("classname", class));
        if self.warning.is_none() && matches!(self.status, Status::Success) {
            case.write_empty()?;
            return Ok(());
        }
        case.write_inner_content(|xml| {
            self.status.write(xml)?;
            if let Some(warning) = &self.warning {
                xml.create_element("system-out").write_text_content(BytesText::new(warning))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl Status {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let (element, kind, message) = match self {
            Status::Success => return Ok(()),
            Status::Skipped(message) => ("skipped", None, message),
            Status::Failure { kind, message } => ("failure", Some(*kind), message),
            Status::Error(message) => ("error", None, message),
        };
        let element = xml.create_element(element).with_attribute(("message", message.as_str()));
        match kind {
            // Some readers show the attribute, others the text.
            Some(kind) => {
                element.with_attribute(("type", kind)).write_text_content(BytesText::new(message))?
            }
            None => element.write_empty()?,
        };
        Ok(())
    }
}
