//! What a reviewer has to look at, for the formats that know nothing but lists of problems with places.

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

/// A row or a condition that fails or warns. Its texts are on one line and free of control characters.
#[derive(Debug, Clone)]
pub(super) struct Issue {
    /// Fail or warn.
    pub level: Level,
    /// Its kind: a verdict, a key of `[evidence]`, `undecided` or `error`.
    pub kind: IssueKind,
    /// The benchmark with its package, or the condition in a few words.
    pub subject: String,
    /// One sentence.
    pub message: String,
    /// Where the benchmark stands.
    pub place: Option<SourceLocation>,
    /// Where the rule stands, if not in the built-in policy.
    pub rule: Option<SourceLocation>,
    /// The same as long as the same benchmark has the same problem, and unlike that of every other issue: 16 hexadecimal
    /// digits.
    pub fingerprint: String,
}

/// Everything that fails or warns: what keeps the question from being asked, conditions, then rows, the worst first.
pub(super) fn issues(report: &Report, locations: &BenchmarkLocations) -> Vec<Issue> {
    let undecided = report.outcome.verdict == Overall::Undecided;
    let level = |entry: &Entry| match entry.section {
        Section::Fails => Some(Level::Fail),
        Section::Undecided if undecided => Some(Level::Fail),
        Section::Warns => Some(Level::Warn),
        Section::Undecided | Section::Improved | Section::Other => None,
    };
    let mut fingerprints = Fingerprints::default();
    let error = (report.outcome.verdict == Overall::Error).then(|| error(report, &mut fingerprints));
    let mut issues: Vec<Issue> = error.into_iter().collect();
    for of_level in [Level::Fail, Level::Warn] {
        let conditions = headline::conditions(report, of_level).filter(|it| !headline::is_shown_as_rows(it));
        issues.extend(conditions.map(|it| condition(it, &mut fingerprints)));
    }
    let rows = worst_first(report);
    let rows = rows.iter().filter_map(|entry| Some((level(entry)?, entry)));
    issues.extend(rows.map(|(level, entry)| row(level, entry, locations, &mut fingerprints)));
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.level)); // stable
    issues
}

fn error(report: &Report, fingerprints: &mut Fingerprints) -> Issue {
    Issue {
        level: Level::Fail,
        kind: IssueKind::Error,
        subject: "no verdict".to_string(),
        message: capped(&headline::reasons(report), SENTENCE),
        place: None,
        rule: None,
        fingerprint: fingerprints.of(&["error"]),
    }
}

fn condition(condition: &Condition, fingerprints: &mut Fingerprints) -> Issue {
    Issue {
        level: condition.level,
        kind: IssueKind::Condition(condition.kind()),
        subject: shortened(&condition.title()),
        message: capped(&condition.message(), SENTENCE),
        place: None,
        rule: None,
        fingerprint: fingerprints.of(&[condition.kind().as_str()]),
    }
}

fn row(
    level: Level,
    entry: &Entry,
    locations: &BenchmarkLocations,
    fingerprints: &mut Fingerprints,
) -> Issue {
    let finding = entry.finding;
    let kind = IssueKind::Row(finding.verdict);
    let units = entry.units();
    // Another machine may have another GOMAXPROCS: the problem is the same.
    let name = Name::new(finding.benchmark.as_bytes()).without_procs().to_string();
    let rule = finding.rule.line.filter(|_| finding.rule.source != Origin::BUILT_IN);
    let pkg = match finding.pkg.as_str() {
        "" => String::new(),
        pkg => format!(" in {}", shortened(pkg)),
    };
    Issue {
        level,
        kind,
        subject: format!("{}{pkg}", shortened(&finding.benchmark)),
        message: capped(&format!("{}: {}", clean(&units), entry.message()), SENTENCE),
        place: locations.of(finding).cloned(),
        rule: rule.map(|line| SourceLocation { file: clean(&finding.rule.source), line }),
        fingerprint: fingerprints.of(&[kind.as_str(), &finding.pkg, &name, &units]),
    }
}

/// What an issue is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssueKind {
    /// There is no verdict.
    Error,
    /// A row.
    Row(Verdict),
    /// A condition.
    Condition(ConditionKind),
}

impl IssueKind {
    /// Its word: a verdict, a key of `[evidence]`, or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            IssueKind::Error => "error",
            IssueKind::Row(verdict) => verdict.as_str(),
            IssueKind::Condition(kind) => kind.as_str(),
        }
    }
}

/// The longest sentence, in characters.
const SENTENCE: usize = 600;

/// Hands out fingerprints, none of them twice.
#[derive(Default)]
struct Fingerprints(HashMap<u64, usize>);

impl Fingerprints {
    /// FNV-1a, which is the same everywhere and for ever; equal ones are told apart by their order.
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

/// The benchmark functions of a source tree: import path and name to file and line.
#[derive(Debug, Clone, Default)]
pub struct BenchmarkLocations {
    /// By name: `BenchmarkTally`.
    places: HashMap<String, Vec<(String, SourceLocation)>>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// Its path, with `/` between the parts, from where the report's readers look.
    pub file: String,
    /// From 1.
    pub line: usize,
}

impl BenchmarkLocations {
    /// Takes in a function, such as `BenchmarkTally`, of the package with this import path. The first place counts: other
    /// files may hold the same function for another platform.
    pub fn insert(&mut self, pkg: &str, function: &str, place: SourceLocation) {
        let places = self.places.entry(function.to_string()).or_default();
        if !places.iter().any(|(known, _)| known == pkg) {
            places.push((pkg.to_string(), place));
        }
    }

    /// The function that a row was measured by, in its package; where the output names no package, the only function of
    /// that name.
    pub fn of(&self, finding: &Finding) -> Option<&SourceLocation> {
        let places = self.places.get(&function(finding))?;
        match places.as_slice() {
            [(_, only)] if finding.pkg.is_empty() => Some(only),
            places => places.iter().find(|(pkg, _)| finding.pkg == **pkg).map(|(_, place)| place),
        }
    }
}

/// The Go function that a row was measured by: `BenchmarkTally`.
pub fn function(finding: &Finding) -> String {
    Name::new(finding.benchmark.as_bytes()).go_function()
}

impl Report {
    /// Where to point for what stands nowhere in the source: the results themselves.
    pub fn origin(&self) -> SourceLocation {
        let files = self.evidence.new.as_ref().map_or(&[][..], |new| &new.files);
        let file = files.iter().find(|file| *file != "-").map_or_else(|| "go.mod".to_string(), clean);
        SourceLocation { file, line: 1 }
    }
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
