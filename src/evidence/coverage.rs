//! Which benchmarks were measured on which side.

use super::NAMES;
use crate::policy::ConditionKind;
use crate::verdict::{Finding, Verdict};
use crate::words::{Listed, counted};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

/// What is missing, new, or without a budget.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Coverage {
    /// Benchmarks or units that a side lacks.
    Missing(Missing),
    /// Benchmarks that only new has.
    New(Listed),
    /// Benchmarks that no budget matches.
    Unbudgeted(Listed),
}

/// Benchmarks that were not measured where they should have been.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Missing {
    /// Those that new does not have at all.
    pub gone: Listed,
    /// Those of them that are likely renamed: `Float → Float64`.
    pub renamed: Listed,
    /// Those of which a side lacks some units.
    pub partly: Listed,
    /// These units.
    pub units: BTreeSet<String>,
}

/// Package and name: two packages may each have a benchmark of the same name.
type Benchmarks = BTreeSet<(String, String)>;

impl Coverage {
    /// What holds of these findings.
    pub(super) fn of(findings: &[Finding], unbudgeted: &Benchmarks) -> Vec<Coverage> {
        let missing = Missing::of(findings, |_| true);
        let missing = (!missing.is_empty()).then_some(Coverage::Missing(missing));
        let new: Benchmarks = findings.iter().filter(|it| it.verdict == Verdict::New).map(id).collect();
        let new = listed(&new, findings).some().map(Coverage::New);
        let unbudgeted = listed(unbudgeted, findings).some().map(Coverage::Unbudgeted);
        [missing, new, unbudgeted].into_iter().flatten().collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            Coverage::Missing(_) => ConditionKind::MissingBenchmark,
            Coverage::New(_) => ConditionKind::NewBenchmark,
            Coverage::Unbudgeted(_) => ConditionKind::UnbudgetedBenchmark,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            Coverage::Missing(missing) => missing.title(),
            Coverage::New(names) => counted(names.count, "new benchmark"),
            Coverage::Unbudgeted(names) => counted(names.count, "unbudgeted benchmark"),
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Coverage::Missing(missing) => missing.fmt(f),
            Coverage::New(names) => write!(f, "not in base: {names}"),
            Coverage::Unbudgeted(names) => write!(f, "no budget matches: {names}"),
        }
    }
}

/// Whether Go measures the unit only with `-benchmem`, or where the benchmark asks for it.
fn is_allocation(unit: &str) -> bool {
    matches!(unit, "B/op" | "allocs/op")
}

fn id(finding: &Finding) -> (String, String) {
    (finding.pkg.to_string(), finding.benchmark.to_string())
}

/// The names, with the package where another package of the run has the same name.
fn listed(benchmarks: &Benchmarks, findings: &[Finding]) -> Listed {
    let names: HashSet<&str> = benchmarks.iter().map(|(_, name)| name.as_str()).collect();
    let mut packages: HashMap<&str, &str> = HashMap::new();
    let mut ambiguous: HashSet<&str> = HashSet::new();
    let relevant = |it: &&Finding| !names.is_empty() && names.contains(&*it.benchmark);
    for finding in findings.iter().filter(relevant) {
        let first = *packages.entry(&finding.benchmark).or_insert(&finding.pkg);
        if first != &*finding.pkg {
            ambiguous.insert(&finding.benchmark);
        }
    }
    let named = |(pkg, name): &(String, String)| match ambiguous.contains(name.as_str()) && !pkg.is_empty() {
        true => format!("{name} in {pkg}"),
        false => name.clone(),
    };
    Listed::new(benchmarks.iter().map(named), NAMES)
}

impl Missing {
    /// The missing rows that `counts` lets pass.
    pub(super) fn of(findings: &[Finding], counts: impl Fn(&Finding) -> bool) -> Missing {
        // What was lost is another condition.
        let is_missing = |it: &&Finding| it.verdict == Verdict::Missing && !it.is_lost() && counts(it);
        let found: Vec<&Finding> = findings.iter().filter(is_missing).collect();
        // Only these benchmarks matter here; a suite has many others.
        let relevant: BTreeSet<(&str, &str)> = found.iter().map(|it| (&*it.pkg, &*it.benchmark)).collect();
        let is_relevant = |it: &&Finding| it.new.is_some() && relevant.contains(&(&*it.pkg, &*it.benchmark));
        let measured: Benchmarks = match relevant.is_empty() {
            true => BTreeSet::new(),
            false => findings.iter().filter(is_relevant).map(id).collect(),
        };
        let (partly, gone): (Vec<&Finding>, _) =
            found.into_iter().partition(|finding| measured.contains(&id(finding)));
        let names = |missing: &[&Finding]| listed(&missing.iter().map(|it| id(it)).collect(), findings);
        let units = partly.iter().map(|it| it.unit.to_string()).collect();
        let renamed = |it: &&Finding| Some(format!("{} → {}", it.benchmark, it.reason.renamed()?));
        let renamed: BTreeSet<String> = gone.iter().filter_map(renamed).collect();
        Missing { gone: names(&gone), renamed: Listed::new(renamed, NAMES), partly: names(&partly), units }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.gone.count + self.partly.count == 0
    }

    /// `2 missing benchmarks, 1 partly measured benchmark`
    pub(super) fn title(&self) -> String {
        let gone = (self.gone.count, "missing benchmark");
        let partly = (self.partly.count, "partly measured benchmark");
        let parts = [gone, partly].into_iter().filter(|&(count, _)| count > 0);
        parts.map(|(count, what)| counted(count, what)).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.gone.count > 0 {
            write!(f, "not in new: {} (renamed, removed or failed?)", self.gone)?;
        }
        if self.renamed.count > 0 {
            write!(f, "; likely renamed: {}", self.renamed)?;
        }
        if self.partly.count > 0 {
            let start = if self.gone.count > 0 { "; " } else { "" };
            let units = self.units.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
            write!(f, "{start}no {units} on one side: {}", self.partly)?;
            if self.units.iter().any(|unit| is_allocation(unit)) {
                write!(f, " (run both sides with -benchmem)")?;
            }
        }
        Ok(())
    }
}
