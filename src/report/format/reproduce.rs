//! The commands that measure again what failed, and those that decide suspects.

use super::rows::{Section, suspects};
use crate::evidence::Overall;
use crate::model::SamplingPlan;
use crate::report::{Report, command};
use crate::verdict::Finding;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Commands that measure the failing rows again, or the undecided ones if those decide the verdict: one per package, or several if
/// it has many benchmarks. `allocgate run` if it measured the results, else `go test`.
pub(super) fn commands(report: &Report) -> Vec<String> {
    let wanted = match report.outcome.verdict {
        Overall::Undecided => Section::Undecided,
        Overall::Pass | Overall::Fail | Overall::Error => Section::Fails,
    };
    let mut packages: IndexMap<&str, BTreeSet<String>> = IndexMap::new();
    // A missing benchmark cannot be measured.
    let is_there = |finding: &&Finding| Section::of(finding) == wanted && finding.new.is_some();
    for finding in report.rows.iter().filter(is_there) {
        if let Some(function) = command::function(finding) {
            packages.entry(command::package(finding)).or_default().insert(function);
        }
    }
    let measured_by_run = measured_by_run(report);
    let commands = |(pkg, functions): (&str, BTreeSet<String>)| {
        let functions: Vec<String> = functions.into_iter().collect();
        let command = |some: &[String]| match (some.join("|"), measured_by_run) {
            (some, true) => format!("allocgate run --bench '^({some})$' {pkg}"),
            (some, false) => format!("go test -run='^$' -bench='^({some})$' -benchmem -count=10 {pkg}"),
        };
        functions.chunks(command::MOST).map(command).collect::<Vec<_>>()
    };
    packages.into_iter().flat_map(commands).collect()
}

/// The command that decides the suspects; `None` if there are none, or their names cannot stand in a command.
pub(super) fn decide(report: &Report) -> Option<String> {
    command::decide(suspects(report).iter().map(|entry| entry.finding))
}

/// How to use the commands.
pub(super) fn instruction(report: &Report) -> &'static str {
    match measured_by_run(report) {
        true => "This measures both revisions again:",
        false => "Run this on both revisions:",
    }
}

fn measured_by_run(report: &Report) -> bool {
    report.evidence.plan.as_ref().is_some_and(SamplingPlan::measured_by_run)
}
