//! The verdict on the whole, in one line, and what it rests on, in a few.

use super::rows::{Section, entries};
use crate::evidence::{Condition, Overall};
use crate::policy::{ConditionKind as Kind, Level};
use crate::report::{Report, SideEvidence};
use crate::verdict::Verdict;
use crate::words::counted;

/// `PASS`, `FAIL`, …
pub fn word(verdict: Overall) -> &'static str {
    match verdict {
        Overall::Pass => "PASS",
        Overall::Fail => "FAIL",
        Overall::Undecided => "UNDECIDED",
        Overall::Error => "ERROR",
    }
}

/// What led to the verdict: `2 regressions, 1 lost result`.
pub fn reasons(report: &Report) -> String {
    match report.outcome.reasons.as_slice() {
        [] => passed(report),
        reasons => reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// `15 benchmarks, 46 rows`.
pub fn size(report: &Report) -> String {
    [counted(report.summary.benchmarks, "benchmark"), counted(report.summary.rows, "row")].join(", ")
}

/// What a pass amounts to: warnings are no reason to fail, and none to say that all is well.
fn passed(report: &Report) -> String {
    let rows = entries(report).filter(|entry| entry.section == Section::Warns).count();
    let conditions = conditions(report, Level::Warn).filter(|it| !is_shown_as_rows(it)).count();
    let open = report.summary.undecided + report.summary.not_judged;
    match (rows + conditions, open, &report.evidence.base) {
        (0, _, None) => "every budget is kept".to_string(),
        (0, 0, Some(_)) => "nothing got worse".to_string(),
        (0, open, Some(_)) => format!("nothing proven worse, {} not decided", counted(open, "row")),
        (warnings, 0, _) | (warnings, _, None) => {
            format!("nothing that blocks, {}", counted(warnings, "warning"))
        }
        (warnings, open, Some(_)) => {
            format!(
                "nothing that blocks, {}, {} not decided",
                counted(warnings, "warning"),
                counted(open, "row")
            )
        }
    }
}

/// The conditions at this level.
pub fn conditions(report: &Report, level: Level) -> impl Iterator<Item = &Condition> {
    report.evidence.conditions.iter().filter(move |it| it.level == level)
}

/// Whether there is a row for each benchmark that the condition speaks of.
pub fn is_shown_as_rows(condition: &Condition) -> bool {
    matches!(condition.kind(), Kind::MissingBenchmark | Kind::NewBenchmark)
}

/// The rows that are shown nowhere else, counted: `34 unchanged, 6 undecided`.
pub fn rest(report: &Report) -> String {
    let kinds = [
        (Verdict::Unchanged, "unchanged"),
        (Verdict::WithinBudget, "within budget"),
        (Verdict::Undecided, "undecided"),
        (Verdict::NotJudged, "not judged"),
        (Verdict::Missing, "missing"),
        (Verdict::New, "new"),
        (Verdict::Waived, "waived"),
    ];
    let rows = report.rows.iter().filter(|row| Section::of(row) == Section::Other);
    let mut counts = [0; 7];
    for row in rows {
        if let Some(i) = kinds.iter().position(|&(kind, _)| kind == row.verdict) {
            counts[i] += 1;
        }
    }
    let told = kinds.iter().zip(counts).filter(|&(_, count)| count > 0);
    told.map(|((_, what), count)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

/// What the run could see, unit by unit: of results that were looked at more than once also when.
pub fn noise(report: &Report) -> impl Iterator<Item = String> {
    let looks = report.evidence.plan.as_ref().and_then(|plan| plan.looks.as_ref());
    let looks = looks.filter(|looks| looks.is_sequential());
    let looked =
        looks.map(|looks| format!("; looked at after {} rounds", looks.in_words())).unwrap_or_default();
    report.evidence.noise.iter().map(move |noise| format!("{noise}{looked}"))
}

/// The sides that were read, and what became of their results: `base.txt: 150 results, 150 used, none lost`.
pub fn sides(report: &Report) -> Vec<(&'static str, String)> {
    let sides = [("base", &report.evidence.base), ("new", &report.evidence.new)];
    sides.into_iter().filter_map(|(name, side)| Some((name, read(side.as_ref()?)))).collect()
}

fn read(side: &SideEvidence) -> String {
    let files = match side.files.as_slice() {
        [stdin] if stdin == "-" => "standard input".to_string(),
        [one] => one.clone(),
        many => format!("{} files", many.len()),
    };
    let repaired = if side.repaired > 0 { format!(" ({} repaired)", side.repaired) } else { String::new() };
    let lost =
        if side.lost.is_empty() { "none lost".to_string() } else { format!("{} lost", side.lost.len()) };
    format!("{files}: {} results, {} used{repaired}, {lost}", side.results, side.used)
}
