//! The report as a list of issues with locations, for the formats that are such lists: SARIF and the annotations of GitHub and GitLab.

use super::causes;
use super::headline;
use super::rows::{Entry, Section, worst_first};
use crate::evidence::{Condition, Overall};
use crate::model::Name;
use crate::policy::{ConditionKind, Level, Origin};
use crate::report::Report;
use crate::verdict::{Finding, Verdict};
use crate::words::{capped, clean, shortened};
use fnv::FnvHasher;
use std::collections::HashMap;
use std::hash::Hasher;

/// A row or a condition that fails or warns, or a suspect. Its texts are one line each, without control characters.
#[derive(Debug, Clone)]
pub(super) struct Issue {
    /// What it does to the outcome.
    pub severity: Severity,
    /// What kind of issue it is.
    pub kind: IssueKind,
    /// The benchmark with its package, or the condition in a few words.
    pub subject: String,
    /// One sentence.
    pub message: String,
    /// The line that caused it, if that is known, otherwise that of the benchmark function.
    pub location: Option<SourceLocation>,
    /// The line of the benchmark function, if `location` is another one.
    pub benchmark: Option<SourceLocation>,
    /// The line of the rule in the policy file; `None` for the built-in policy.
    pub rule: Option<SourceLocation>,
    /// 16 hexadecimal digits that stay the same as long as the benchmark has the problem, and differ from those of every other issue.
    pub fingerprint: String,
}

/// What an issue does to the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// The gate fails, or demands a decision.
    Failure,
    /// It looks worse, although nothing proves it.
    Suspect,
    /// A warning.
    Warning,
}

/// What an issue is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum IssueKind {
    /// A row with this verdict.
    Row(Verdict),
    /// A row that looks worse, although nothing proves it.
    Suspect,
    /// A condition of the evidence.
    Condition(ConditionKind),
    /// There is no verdict.
    Error,
}

impl IssueKind {
    /// A verdict, a key of `[evidence]`, or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            IssueKind::Row(verdict) => verdict.as_str(),
            IssueKind::Suspect => "suspect",
            IssueKind::Condition(condition) => condition.as_str(),
            IssueKind::Error => "error",
        }
    }
}

/// Everything that fails or warns, and suspects: failures first, then suspects, then warnings; of each conditions before rows, and
/// the worst rows first.
pub(super) fn issues(report: &Report, locations: &BenchmarkLocations) -> Vec<Issue> {
    let undecided = matches!(report.outcome.verdict, Overall::Undecided | Overall::Error);
    let demanded = |entry: &Entry| undecided && entry.finding.is_open();
    let severity = |entry: &Entry| match entry.section {
        Section::Fails => Some(Severity::Failure),
        Section::Suspects | Section::Undecided if demanded(entry) => Some(Severity::Failure),
        Section::Suspects => Some(Severity::Suspect),
        Section::Warns => Some(Severity::Warning),
        Section::Undecided | Section::Improved | Section::Other => None,
    };
    let mut fingerprints = Fingerprints::default();
    let error = (report.outcome.verdict == Overall::Error).then(|| error(report, &mut fingerprints));
    let mut issues: Vec<Issue> = error.into_iter().collect();
    for level in [Level::Fail, Level::Warn] {
        let conditions = headline::conditions(report, level).filter(|it| !headline::is_shown_as_rows(it));
        issues.extend(conditions.map(|it| condition(it, &mut fingerprints)));
    }
    let rows = worst_first(report);
    let rows = rows.iter().filter_map(|entry| Some((severity(entry)?, entry)));
    issues.extend(rows.map(|(severity, entry)| row(report, severity, entry, locations, &mut fingerprints)));
    issues.sort_by_key(|issue| issue.severity); // stable
    issues
}

fn error(report: &Report, fingerprints: &mut Fingerprints) -> Issue {
    Issue {
        severity: Severity::Failure,
        kind: IssueKind::Error,
        subject: "no verdict".to_string(),
        message: capped(&headline::reasons(report), SENTENCE),
        location: None,
        benchmark: None,
        rule: None,
        fingerprint: fingerprints.of(&["error"]),
    }
}

fn condition(condition: &Condition, fingerprints: &mut Fingerprints) -> Issue {
    Issue {
        severity: if condition.level == Level::Fail { Severity::Failure } else { Severity::Warning },
        kind: IssueKind::Condition(condition.kind()),
        subject: shortened(&condition.title()),
        message: capped(&condition.message(), SENTENCE),
        location: None,
        benchmark: None,
        rule: None,
        fingerprint: fingerprints.of(&[condition.kind().as_str()]),
    }
}

fn row(
    report: &Report,
    severity: Severity,
    entry: &Entry,
    locations: &BenchmarkLocations,
    fingerprints: &mut Fingerprints,
) -> Issue {
    let finding = entry.finding;
    let units = entry.units();
    // The problem is the same on a machine with another GOMAXPROCS.
    let name = Name::new(finding.benchmark.as_bytes()).without_procs().to_string();
    let rule = finding.rule.line.filter(|_| finding.rule.source != Origin::BUILT_IN);
    let pkg = match finding.pkg.as_str() {
        "" => String::new(),
        pkg => format!(" in {}", shortened(pkg)),
    };
    let kind = match entry.section {
        Section::Suspects => IssueKind::Suspect,
        _ => IssueKind::Row(finding.verdict),
    };
    let benchmark = locations.of(finding).cloned();
    let edited = causes::edited_line(report, finding)
        .map(|it| SourceLocation { file: clean(&it.file), line: it.line as usize });
    let cause = causes::sentence(report, finding).map(|it| format!("; {it}")).unwrap_or_default();
    Issue {
        severity,
        kind,
        subject: format!("{}{pkg}", shortened(&finding.benchmark)),
        message: capped(&format!("{}: {}{cause}", clean(&units), entry.advised(report)), SENTENCE),
        benchmark: edited.as_ref().and(benchmark.clone()),
        location: edited.or(benchmark),
        rule: rule.map(|line| SourceLocation { file: clean(&finding.rule.source), line }),
        fingerprint: fingerprints.of(&[kind.as_str(), &finding.pkg, &name, &units]),
    }
}

/// The longest sentence, in characters.
const SENTENCE: usize = 600;

/// Makes fingerprints, each of them once.
#[derive(Default)]
struct Fingerprints(HashMap<u64, usize>);

impl Fingerprints {
    /// The FNV-1a hash, which never changes; the order tells equal ones apart.
    fn of(&mut self, parts: &[&str]) -> String {
        let mut hasher = FnvHasher::default();
        for part in parts {
            hasher.write(part.as_bytes());
            hasher.write(b"\n");
        }
        let mut hash = hasher.finish();
        let seen = self.0.entry(hash).or_default();
        *seen += 1;
        if *seen > 1 {
            hasher.write(&(*seen as u64).to_le_bytes());
            hash = hasher.finish();
        }
        format!("{hash:016x}")
    }
}

/// The file and line of each benchmark function, by import path and name.
#[derive(Debug, Clone, Default)]
pub struct BenchmarkLocations {
    /// The packages and lines of each function name, such as `BenchmarkTally`.
    by_name: HashMap<String, Vec<(String, SourceLocation)>>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// The path with `/` between its parts, relative to where the readers of the report look.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl BenchmarkLocations {
    /// Adds a function, such as `BenchmarkTally`, of the package with this import path. The first location counts: other files may
    /// have the same function for another platform.
    pub fn insert(&mut self, pkg: &str, function: &str, location: SourceLocation) {
        let packages = self.by_name.entry(function.to_string()).or_default();
        if !packages.iter().any(|(known, _)| known == pkg) {
            packages.push((pkg.to_string(), location));
        }
    }

    /// The function of a row, in its package; if the output names no package, the only function of that name.
    pub fn of(&self, finding: &Finding) -> Option<&SourceLocation> {
        let function = Name::new(finding.benchmark.as_bytes()).go_function();
        match self.by_name.get(&function)?.as_slice() {
            [(_, only)] if finding.pkg.is_empty() => Some(only),
            packages => packages.iter().find(|(pkg, _)| finding.pkg == **pkg).map(|(_, location)| location),
        }
    }
}

/// The location of issues that no source line has: the file with the results.
pub(super) fn results_file(report: &Report) -> SourceLocation {
    let files = report.evidence.new.as_ref().map_or(&[][..], |new| &new.files);
    let file = files.iter().find(|file| *file != "-").map_or_else(|| "go.mod".to_string(), clean);
    SourceLocation { file, line: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_stable_and_given_once() {
        let mut fingerprints = Fingerprints::default();
        let first = fingerprints.of(&["regressed", "p", "A", "ns/op"]);
        assert_eq!(first, "c57795da99a76989", "alerts that users dismissed come back if this changes");
        assert_ne!(fingerprints.of(&["regressed", "p", "A", "ns/op"]), first);
        assert_ne!(fingerprints.of(&["regressed", "pA", "", "ns/op"]), first);
        assert_eq!(Fingerprints::default().of(&["regressed", "p", "A", "ns/op"]), first);
    }
}
