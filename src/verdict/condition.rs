//! What about the evidence itself speaks against a verdict.

use super::number::counted;
use super::{Difference, Evidence, Finding, Key, Verdict, message};
use crate::model::{Failure, FileLedger};
use crate::policy::{self, Level, Policy};
use bstr::BString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Display;

/// A condition that holds and is not ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Which one: a key of `[evidence]`.
    pub kind: policy::Condition,
    /// What it does to the outcome.
    pub level: Level,
    /// In a few words, with a count where there is one.
    pub title: String,
    /// In one sentence, with places and what to do.
    pub message: String,
}

/// How many names a message lists.
const NAMES: usize = 5;

/// Every condition that holds, in the order of [`policy::Condition`], except ignored ones.
pub(super) fn conditions(
    findings: &[Finding],
    unbudgeted: &Benchmarks,
    evidence: &Evidence,
    policy: &Policy,
) -> Vec<Condition> {
    use policy::Condition as Kind;
    let missing = Missing::of(findings, |_| true);
    let new = findings.iter().filter(|finding| finding.verdict == Verdict::New).map(id).collect();
    let files = || evidence.files();
    let differing = evidence.differences();
    let found = [
        (Kind::MissingBenchmark, missing.title().map(|title| (title, missing.message()))),
        (Kind::NewBenchmark, named(&new, "new benchmark", "not in base")),
        (Kind::UnbudgetedBenchmark, named(unbudgeted, "unbudgeted benchmark", "no budget matches")),
        (Kind::LostResults, lost(files())),
        (Kind::FailedPackages, failed(files())),
        (Kind::NonFinite, non_finite(files())),
        (Kind::DifferentCpu, different("different CPU", differing.iter().filter(|it| it.key == Key::Cpu))),
        (
            Kind::DifferentPlatform,
            different("different platform", differing.iter().filter(|it| it.key != Key::Cpu)),
        ),
        (Kind::TooFewSamples, too_few(findings, policy.gate.min_samples)),
    ];
    let level = |kind| policy.level(kind);
    found
        .into_iter()
        .filter_map(|(kind, text)| {
            text.map(|(title, message)| Condition { kind, level: level(kind), title, message })
        })
        .filter(|condition| condition.level != Level::Ignore)
        .collect()
}

/// Packages and names: two packages may each have a benchmark of the same name.
pub(super) type Benchmarks = BTreeSet<(String, String)>;

/// Title and message of a condition, if it holds.
type Text = Option<(String, String)>;

fn id(finding: &Finding) -> (String, String) {
    (finding.pkg.clone(), finding.benchmark.clone())
}

fn named(benchmarks: &Benchmarks, what: &str, why: &str) -> Text {
    (!benchmarks.is_empty())
        .then(|| (counted(benchmarks.len(), what), format!("{why}: {}", list(names(benchmarks), NAMES))))
}

fn lost<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let places: Vec<String> = files
        .flat_map(|file| {
            file.lost.iter().map(move |loss| format!("{}:{}: {}", file.file, loss.line, loss.reason))
        })
        .collect();
    (!places.is_empty()).then(|| (counted(places.len(), "lost result"), list(places.iter(), 1)))
}

fn failed<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let mut failures: Vec<(&FileLedger, &Failure)> =
        files.flat_map(|file| file.failures.iter().map(move |failure| (file, failure))).collect();
    let is_package = |failure: &Failure| matches!(failure, Failure::Package { .. });
    failures.sort_by_key(|(_, failure)| !is_package(failure)); // what failed before which part of it
    let packages = failures.iter().filter(|(_, failure)| is_package(failure)).count();
    let title = match packages {
        0 => counted(failures.len(), "failed benchmark"),
        packages => counted(packages, "failed package"),
    };
    let places: Vec<String> = failures
        .iter()
        .map(|(file, failure)| format!("{}:{}: {failure}", file.file, failure.line()))
        .collect();
    (!places.is_empty())
        .then(|| (title, format!("part of the suite did not run; {}", list(places.iter(), 1))))
}

fn non_finite<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let places: Vec<String> = files
        .flat_map(|file| file.rejected.iter().map(move |it| format!("{}:{}: {it}", file.file, it.line)))
        .collect();
    (!places.is_empty()).then(|| (counted(places.len(), "rejected measurement"), list(places.iter(), 1)))
}

fn different<'a>(title: &str, differences: impl Iterator<Item = &'a Difference>) -> Text {
    let values = |values: &BTreeSet<String>| values.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let told = |it: &Difference| {
        let named: Vec<&BString> = it.packages.iter().filter(|pkg| !pkg.is_empty()).collect();
        let packages =
            if named.is_empty() { String::new() } else { format!(" ({})", list(named.iter(), NAMES)) };
        format!("{}: {} in base, {} in new{packages}", it.key.as_str(), values(&it.base), values(&it.new))
    };
    let told: Vec<String> = differences.map(told).collect();
    let advice = "time-like rows are not judged; run both sides on one machine";
    (!told.is_empty()).then(|| (title.to_string(), format!("{}; {advice}", told.join("; "))))
}

fn too_few(findings: &[Finding], min_samples: usize) -> Text {
    let fewest = |finding: &Finding| Some(finding.base?.n.min(finding.new?.n));
    let short = |finding: &&Finding| {
        finding.verdict == Verdict::NotJudged && fewest(finding).is_some_and(|n| n < min_samples)
    };
    let rows: Vec<&Finding> = findings.iter().filter(short).collect();
    let least = rows.iter().filter_map(|finding| fewest(finding)).min()?;
    let benchmarks: Benchmarks = rows.iter().map(|finding| id(finding)).collect();
    let count = min_samples.max(message::USUAL_COUNT);
    let names = list(names(&benchmarks), NAMES);
    let message =
        format!("{least} where {min_samples} per side are needed: {names}; run with -count={count}");
    Some((format!("{} with too few samples", counted(rows.len(), "row")), message))
}

/// Benchmarks that were not measured where they should have been.
pub(super) struct Missing {
    /// New has nothing of them.
    gone: Benchmarks,
    /// A side lacks some of their units.
    partly: Benchmarks,
    /// Which ones.
    units: BTreeSet<String>,
}

impl Missing {
    /// Of the missing rows, those that `counts` lets pass.
    pub fn of(findings: &[Finding], counts: impl Fn(&Finding) -> bool) -> Missing {
        let measured: Benchmarks = findings.iter().filter(|finding| finding.new.is_some()).map(id).collect();
        let mut missing = Missing { gone: BTreeSet::new(), partly: BTreeSet::new(), units: BTreeSet::new() };
        for finding in findings.iter().filter(|it| it.verdict == Verdict::Missing && counts(it)) {
            if measured.contains(&id(finding)) {
                missing.partly.insert(id(finding));
                missing.units.insert(finding.unit.to_string());
            } else {
                missing.gone.insert(id(finding));
            }
        }
        missing
    }

    /// In a few words, if there are any.
    pub fn title(&self) -> Option<String> {
        let gone = (self.gone.len(), "missing benchmark");
        let partly = (self.partly.len(), "partly measured benchmark");
        let parts = [gone, partly].into_iter().filter(|&(count, _)| count > 0);
        let parts: Vec<String> = parts.map(|(count, what)| counted(count, what)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn message(&self) -> String {
        let gone = || format!("not in new: {} (renamed, removed or failed?)", list(names(&self.gone), NAMES));
        let units = || self.units.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
        let partly = || {
            let names = list(names(&self.partly), NAMES);
            format!("no {} on one side: {names} (run both sides with -benchmem)", units())
        };
        let parts = [(!self.gone.is_empty()).then(gone), (!self.partly.is_empty()).then(partly)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

fn names(benchmarks: &Benchmarks) -> impl ExactSizeIterator<Item = &String> {
    benchmarks.iter().map(|(_, name)| name)
}

/// The first few, and how many more there are.
fn list(items: impl ExactSizeIterator<Item = impl Display>, limit: usize) -> String {
    let more = items.len().saturating_sub(limit);
    let shown: Vec<String> = items.take(limit).map(|item| item.to_string()).collect();
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &tail
}
