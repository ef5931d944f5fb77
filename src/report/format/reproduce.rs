//! The commands that measure again what failed, and those that decide suspects.

use super::rows::{Section, suspects};
use crate::evidence::Overall;
use crate::report::{Report, command};
use crate::verdict::Finding;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Commands that measure the failing rows again, or the undecided ones if those decide the verdict: one per package, or several if
/// it has many benchmarks. They interleave both revisions: ten samples of one process would not show the noise between processes.
pub(super) fn commands(report: &Report) -> Vec<String> {
    let wanted = match report.outcome.verdict {
        Overall::Undecided => Section::Undecided,
        Overall::Pass | Overall::Fail | Overall::Error => Section::Fails,
    };
    let mut packages: IndexMap<&str, BTreeSet<String>> = IndexMap::new();
    let mut programs: BTreeSet<String> = BTreeSet::new();
    // A missing benchmark cannot be measured.
    let is_there = |finding: &&Finding| Section::of(finding) == wanted && finding.new.is_some();
    for finding in report.rows.iter().filter(is_there) {
        if let Some(function) = command::function(finding) {
            if finding.unit.is_of_program() {
                programs.insert(format!(" --size {}", command::package(finding)));
                continue;
            }
            packages.entry(command::package(finding)).or_default().insert(function);
        }
    }
    let commands = packages.into_iter().flat_map(|(pkg, functions)| {
        let functions: Vec<String> = functions.into_iter().collect();
        let parts = functions.chunks(command::MOST).map(|some| some.join("|")).collect::<Vec<_>>();
        parts.into_iter().map(move |some| (pkg, some))
    });
    let command = |(number, (pkg, functions)): (usize, (&str, String))| {
        let folder = if number == 0 { "again".to_string() } else { format!("again-{}", number + 1) };
        // As they were measured, if `allocgate run` did that.
        let options = report.evidence.options().map(|it| it.into_folder(&folder)).unwrap_or_default();
        format!("allocgate run{} --bench '^({functions})$' {pkg}", command::given(&options))
    };
    let sizes = |(number, program): (usize, String)| {
        let folder =
            if number == 0 { "again-size".to_string() } else { format!("again-size-{}", number + 1) };
        let options = report.evidence.options().map(|it| it.into_folder(&folder)).unwrap_or_default();
        format!("allocgate run{}{program} --bench '^$'", command::given(&options))
    };
    commands.enumerate().map(command).chain(programs.into_iter().enumerate().map(sizes)).collect()
}

/// The command that decides the suspects; `None` if there are none, or their names cannot stand in a command.
pub(super) fn decide(report: &Report) -> Option<String> {
    command::decide(suspects(report).iter().map(|entry| entry.finding), report.evidence.options())
}

/// The command that explains which lines allocate more, if rows say that something does and nothing explains it yet.
pub(super) fn causes(report: &Report) -> Option<String> {
    let is_open = |row: &&Finding| Report::is_explainable(row) && report.explanation(row).is_none();
    let shown = |row: &&Finding| matches!(Section::of(row), Section::Fails | Section::Warns);
    report.evidence.base.as_ref()?; // without a base there is no growth
    command::causes(report.rows.iter().filter(is_open).filter(shown), report.evidence.options())
}

/// What the command does.
pub(super) const ABOUT_CAUSES: &str = "In the module, this shows which lines allocate more than in base, and why (--base names the old revision):";

/// How to use the commands.
pub(super) const INSTRUCTION: &str =
    "In the module, this measures both revisions again (--base names the old one):";
