//! The commands that measure again what failed.

use super::rows::Section;
use crate::evidence::Overall;
use crate::model::{Name, SamplingPlan};
use crate::report::Report;
use crate::verdict::Finding;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// The most functions that one command names.
const FUNCTIONS: usize = 50;

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
        let function = Name::new(finding.benchmark.as_bytes()).go_function();
        // Commands are pasted into shells: they contain plain names only.
        if is_plain(&function) && is_plain(&finding.pkg) {
            packages.entry(&finding.pkg).or_default().insert(function);
        }
    }
    let measured_by_run = measured_by_run(report);
    let commands = |(pkg, functions): (&str, BTreeSet<String>)| {
        let pkg = if pkg.is_empty() { "./..." } else { pkg };
        let functions: Vec<String> = functions.into_iter().collect();
        let command = |some: &[String]| match (some.join("|"), measured_by_run) {
            (some, true) => format!("allocgate run --bench '^({some})$' {pkg}"),
            (some, false) => format!("go test -run='^$' -bench='^({some})$' -benchmem -count=10 {pkg}"),
        };
        functions.chunks(FUNCTIONS).map(command).collect::<Vec<_>>()
    };
    packages.into_iter().flat_map(commands).collect()
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

/// Whether a text has only characters of import paths and Go names, and does not look like a flag.
fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_shell_could_interpret_is_not_plain() {
        for (text, want) in [
            ("example.com/x/y_z-2", true),
            ("Größe", true),
            ("", true),
            ("-v", false),
            ("a b", false),
            ("a';id;'", false),
            ("$(id)", false),
            ("a|b", false),
        ] {
            assert_eq!(is_plain(text), want, "{text}");
        }
    }
}
