//! What about the evidence itself speaks against a verdict.

use super::number::counted;
use super::{Difference, Evidence, Finding, Key, Verdict};
use crate::model::{Failure, FileLedger};
use crate::policy::{self, Level, Policy};
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
    let with = |verdict| -> Benchmarks {
        let found = findings.iter().filter(|finding| finding.verdict == verdict);
        found.map(|finding| (finding.pkg.clone(), finding.benchmark.clone())).collect()
    };
    let files = || evidence.files();
    let differing = evidence.differences();
    let found = [
        (Kind::MissingBenchmark, missing(&with(Verdict::Missing))),
        (Kind::NewBenchmark, named(&with(Verdict::New), "new benchmark", "not in base")),
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

fn missing(benchmarks: &Benchmarks) -> Text {
    let title = counted(benchmarks.len(), "missing benchmark");
    let advice = "renamed, removed, failed, or run without -benchmem?";
    (!benchmarks.is_empty())
        .then(|| (title, format!("not measured in new: {}; {advice}", list(names(benchmarks), NAMES))))
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
    let mut count = 0;
    let mut places = Vec::new();
    for file in files {
        for failure in &file.failures {
            let (line, what) = match failure {
                Failure::Package { line, package } => (line, format!("package {package} failed")),
                Failure::Benchmark { line, name } => (line, format!("{name} failed")),
            };
            count += usize::from(matches!(failure, Failure::Package { .. }));
            places.push(format!("{}:{line}: {what}", file.file));
        }
    }
    let title =
        if count == 0 { counted(places.len(), "failed benchmark") } else { counted(count, "failed package") };
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
    let told: Vec<String> = differences
        .map(|it| format!("{}: {} in base, {} in new", it.key.as_str(), values(&it.base), values(&it.new)))
        .collect();
    let advice = "time-like rows are not judged; run both sides on one machine";
    (!told.is_empty()).then(|| (title.to_string(), format!("{}; {advice}", told.join("; "))))
}

fn too_few(findings: &[Finding], min_samples: usize) -> Text {
    let fewest = |finding: &Finding| match (&finding.base, &finding.new) {
        (Some(base), Some(new)) => base.n.min(new.n),
        (Some(_), None) | (None, Some(_)) | (None, None) => usize::MAX,
    };
    let short: Vec<usize> = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::NotJudged)
        .map(fewest)
        .filter(|&n| n < min_samples)
        .collect();
    let least = short.iter().min()?;
    let message = format!("{least} where {min_samples} per side are needed; run with -count=10");
    Some((format!("{} with too few samples", counted(short.len(), "row")), message))
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
