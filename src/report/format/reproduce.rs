//! How to see for oneself.

use super::rows::Section;
use crate::evidence::Overall;
use crate::model::{Name, Plan};
use crate::report::Report;
use crate::verdict::Finding;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// How many functions one command names.
const FUNCTIONS: usize = 50;

/// A command per package, or several where it has many, that repeats what failed, or what could not be decided and should have been,
/// with the flags that are usual: `allocgate run` where it took the results, else `go test`.
pub(super) fn commands(report: &Report) -> Vec<String> {
    let wanted = match report.outcome.verdict {
        Overall::Undecided => Section::Undecided,
        Overall::Pass | Overall::Fail | Overall::Error => Section::Fails,
    };
    let mut packages: IndexMap<&str, BTreeSet<String>> = IndexMap::new();
    // What is gone cannot be repeated.
    let there = |finding: &&Finding| Section::of(finding) == wanted && finding.new.is_some();
    for finding in report.rows.iter().filter(there) {
        let function = Name::new(finding.benchmark.as_bytes()).function().to_string();
        // A command is there to be pasted: nothing goes into it that a shell could take for more than a name.
        if is_plain(&function) && is_plain(&finding.pkg) {
            packages.entry(&finding.pkg).or_default().insert(format!("Benchmark{function}"));
        }
    }
    let was_run = report.evidence.plan.as_ref().is_some_and(Plan::measured_by_run);
    let commands = |(pkg, functions): (&str, BTreeSet<String>)| {
        let pkg = if pkg.is_empty() { "./..." } else { pkg };
        let functions: Vec<String> = functions.into_iter().collect();
        let command = |some: &[String]| match (some.join("|"), was_run) {
            (some, true) => format!("allocgate run --bench '^({some})$' {pkg}"),
            (some, false) => format!("go test -run='^$' -bench='^({some})$' -benchmem -count=10 {pkg}"),
        };
        functions.chunks(FUNCTIONS).map(command).collect::<Vec<_>>()
    };
    packages.into_iter().flat_map(commands).collect()
}

/// Whether a text is made of what import paths and Go names are made of.
fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_could_take_for_more_than_a_name_is_not_plain() {
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
