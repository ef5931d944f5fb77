//! What about the evidence itself speaks against a verdict.

use super::entries::{self, Entry};
use super::{Evidence, Finding, Verdict, message, output, suite, waive};
use crate::compare::Comparisons;
use crate::group::{self, Difference, DifferenceKey};
use crate::model::{Design, HeaderProblem, Plan};
use crate::policy::{self, DesignSetting, Level, Policy};
use crate::words::{counted, list};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A condition that holds and is not ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// Which one: a key of `[evidence]`.
    pub kind: policy::ConditionKind,
    /// What it does to the outcome.
    pub level: Level,
    /// In a few words, with a count where there is one.
    pub title: String,
    /// In one sentence, with places and what to do.
    pub message: String,
}

/// How many names a message lists.
pub(super) const NAMES: usize = 5;

/// Every condition that holds, in the order of [`policy::Condition`], except ignored ones.
pub(super) fn conditions(
    findings: &[Finding],
    unbudgeted: &Benchmarks,
    set_aside: &[Entry],
    compared: &Comparisons,
    evidence: &Evidence,
    policy: &Policy,
    today: Date,
) -> Vec<Condition> {
    use policy::ConditionKind as Kind;
    let missing = Missing::of(findings, |_| true);
    let new = findings.iter().filter(|finding| finding.verdict == Verdict::New).map(id).collect();
    let files = || evidence.files();
    let differing =
        |keys: &[DifferenceKey]| different(evidence.differences.iter().filter(|it| keys.contains(&it.key)));
    let found = [
        (Kind::MissingBenchmark, missing.title().map(|title| (title, missing.message()))),
        (Kind::NewBenchmark, named(&new, "new benchmark", "not in base")),
        (Kind::UnbudgetedBenchmark, named(unbudgeted, "unbudgeted benchmark", "no budget matches")),
        (Kind::LostResults, output::lost(files())),
        (Kind::FailedPackages, output::failed(files())),
        (Kind::NonFinite, output::non_finite(files())),
        (Kind::DifferentCpu, differing(&[DifferenceKey::Cpu])),
        (Kind::DifferentPlatform, differing(&[DifferenceKey::Goos, DifferenceKey::Goarch])),
        (Kind::DifferentProcs, differing(&[DifferenceKey::Procs])),
        (Kind::RenamedPackage, differing(&[DifferenceKey::Package])),
        // Rounds that were taken in turn stand one behind the other.
        (Kind::NameCollision, output::scattered(evidence).filter(|_| compared.plan.design == Design::Block)),
        (Kind::InterleavedOutput, output::interleaved(files())),
        (Kind::UnfinishedPackages, output::unfinished(files())),
        (Kind::SkippedBenchmarks, output::skipped(files())),
        (Kind::EmptyFiles, output::empty(evidence)),
        (Kind::IdenticalSides, output::identical(evidence)),
        (Kind::ExpiredWaiver, waive::expired(policy, today)),
        (Kind::UnusedWaiver, waive::unused(policy, findings, set_aside, today)),
        (Kind::UnmeasuredBudgets, entries::unmeasured(set_aside, evidence)),
        (Kind::TooFewSamples, too_few(findings, policy.gate.min_samples, &compared.plan)),
        (Kind::FewIterations, suite::few_iterations(&compared.rows)),
        (Kind::ContradictoryDesign, contradictory(evidence, compared, policy)),
    ];
    let found = found.into_iter().chain(suite::conditions(compared, findings, &policy.gate));
    let level = |kind| policy.level(kind);
    found
        .filter_map(|(kind, text)| {
            text.map(|(title, message)| Condition { kind, level: level(kind), title, message })
        })
        .filter(|condition| condition.level != Level::Ignore)
        .collect()
}

/// Packages and names: two packages may each have a benchmark of the same name.
pub(super) type Benchmarks = BTreeSet<(String, String)>;

/// Title and message of a condition, if it holds.
pub(super) type Text = Option<(String, String)>;

fn id(finding: &Finding) -> (String, String) {
    (finding.pkg.to_string(), finding.benchmark.to_string())
}

fn named(benchmarks: &Benchmarks, what: &str, why: &str) -> Text {
    (!benchmarks.is_empty())
        .then(|| (counted(benchmarks.len(), what), format!("{why}: {}", list(names(benchmarks), NAMES))))
}

/// What the files do not agree on, and what they are taken for. Where there is nothing to compare, it does not matter.
fn contradictory(evidence: &Evidence, compared: &Comparisons, policy: &Policy) -> Text {
    let mut doubts = group::read_headers(Some(evidence.base?), evidence.new).doubts;
    // A policy that says how it was leaves no doubt of that.
    doubts.retain(|doubt| {
        !matches!(doubt, HeaderProblem::Design(_)) || policy.gate.design == DesignSetting::Recorded
    });
    let told: Vec<String> = doubts.iter().map(ToString::to_string).collect();
    let looks = compared.plan.looks.as_ref().filter(|looks| looks.is_sequential());
    let looks = looks.map(|looks| format!(", looked at after {} rounds", looks.in_words()));
    let judged = format!("judged as {}{}", compared.plan.design, looks.unwrap_or_default());
    let message = || format!("{}; {judged}; compare files of one run", told.join("; "));
    (!doubts.is_empty()).then(|| ("contradictory design".to_string(), message()))
}

/// In what the two sides were measured differently, and what that means for the verdict.
fn different<'a>(differences: impl Iterator<Item = &'a Difference<'a>>) -> Text {
    let differences: Vec<&Difference> = differences.collect();
    let title = match differences.first()?.key {
        DifferenceKey::Cpu => "different CPU",
        DifferenceKey::Goos | DifferenceKey::Goarch => "different platform",
        DifferenceKey::Procs => "different GOMAXPROCS",
        DifferenceKey::Package => "renamed package",
    };
    let advice = match differences.first()?.key {
        DifferenceKey::Package => "compared under the new name",
        DifferenceKey::Procs => "time-like rows are not judged; run both sides with the same -cpu",
        DifferenceKey::Goos | DifferenceKey::Goarch | DifferenceKey::Cpu => {
            "time-like rows are not judged; run both sides on one machine"
        }
    };
    let told: Vec<String> = differences.into_iter().flat_map(told).collect();
    Some((title.to_string(), format!("{}; {advice}", list(told.iter(), NAMES))))
}

fn told<'a>(difference: &'a Difference) -> impl Iterator<Item = String> + 'a {
    difference.values.iter().map(|((base, new), benchmarks)| {
        let packages: BTreeSet<String> = benchmarks.iter().map(|it| it.pkg.to_string()).collect();
        let named: Vec<&String> = packages.iter().filter(|pkg| !pkg.is_empty()).collect();
        let packages = match named.as_slice() {
            [] => String::new(),
            _ if difference.key == DifferenceKey::Package => String::new(),
            named => format!(" ({})", list(named.iter(), NAMES)),
        };
        let key = match difference.key {
            key @ (DifferenceKey::Goos | DifferenceKey::Goarch | DifferenceKey::Cpu) => {
                format!("{}: ", key.as_str())
            }
            DifferenceKey::Procs | DifferenceKey::Package => String::new(), // the title says it
        };
        format!("{key}{base} in base, {new} in new{packages}")
    })
}

/// Rows that are not tested for want of samples, and rows of which the test could not have proven anything.
fn too_few(findings: &[Finding], min_samples: usize, plan: &Plan) -> Text {
    let fewest = |finding: &Finding| Some(finding.base?.n.min(finding.new?.n));
    let short = |finding: &&Finding| {
        finding.verdict == Verdict::NotJudged && fewest(finding).is_some_and(|n| n < min_samples)
    };
    let named = |rows: &[&Finding]| {
        let benchmarks: Benchmarks = rows.iter().map(|finding| id(finding)).collect();
        list(names(&benchmarks), NAMES)
    };
    let untested: Vec<&Finding> = findings.iter().filter(short).collect();
    let powerless: Vec<&Finding> = findings.iter().filter(|it| it.needed_samples.is_some()).collect();
    let least = untested.iter().filter_map(|finding| fewest(finding)).min();
    let untested_told =
        least.map(|least| format!("{least} where {min_samples} per side are needed: {}", named(&untested)));
    let needed = powerless.iter().filter_map(|finding| finding.needed_samples).max();
    let powerless_told = needed.map(|needed| {
        format!(
            "so many rows vary that no change can be proven with fewer than {needed} per side: {}",
            named(&powerless)
        )
    });
    let take = message::take(min_samples.max(needed.unwrap_or(0)), plan);
    let told: Vec<String> = [untested_told, powerless_told].into_iter().flatten().collect();
    let title = || format!("{} with too few samples", counted(untested.len() + powerless.len(), "row"));
    (!told.is_empty()).then(|| (title(), format!("{}; {take}", told.join("; "))))
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
        let mut missing = Missing { gone: BTreeSet::new(), partly: BTreeSet::new(), units: BTreeSet::new() };
        let is_it = |it: &&Finding| it.verdict == Verdict::Missing && counts(it);
        let found: Vec<&Finding> = findings.iter().filter(is_it).collect();
        // Of all the others nothing is asked, and they are many.
        let asked: BTreeSet<(&str, &str)> = found.iter().map(|it| (&*it.pkg, &*it.benchmark)).collect();
        let is_asked = |it: &&Finding| it.new.is_some() && asked.contains(&(&*it.pkg, &*it.benchmark));
        let measured: Benchmarks = match asked.is_empty() {
            true => BTreeSet::new(),
            false => findings.iter().filter(is_asked).map(id).collect(),
        };
        for finding in found {
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
