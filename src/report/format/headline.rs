//! The verdict on the suite in one line, and the evidence for it in a few.

use super::rows::{Section, entries};
use crate::evidence::{Condition, Overall};
use crate::policy::{ConditionKind, Level, toml_string};
use crate::report::{Report, SideEvidence};
use crate::verdict::{Finding, NotCompared, Reason, Verdict};
use crate::words::{counted, list, shortened};
use std::collections::BTreeSet;

/// `PASS`, `FAIL`, …
pub fn word(verdict: Overall) -> &'static str {
    match verdict {
        Overall::Pass => "PASS",
        Overall::Fail => "FAIL",
        Overall::Undecided => "UNDECIDED",
        Overall::Error => "ERROR",
    }
}

/// Why the verdict is what it is: `2 regressions, 1 lost result`; and how many suspects there are.
pub fn reasons(report: &Report) -> String {
    let suspects = Some(suspects(report)).filter(|&count| count > 0);
    let suspects = suspects.map(|count| Section::Suspects.counted(count));
    let reasons = report.outcome.reasons.iter().map(ToString::to_string);
    let parts: Vec<String> = match report.outcome.verdict {
        Overall::Pass => suspects.into_iter().chain([passed(report)]).collect(),
        Overall::Error => suspects.into_iter().chain(reasons).collect(), // the reason may be long
        Overall::Fail | Overall::Undecided => reasons.chain(suspects).collect(),
    };
    parts.join(", ")
}

fn suspects(report: &Report) -> usize {
    entries(report).filter(|entry| entry.section == Section::Suspects).count()
}

/// `15 benchmarks, 46 rows`.
pub fn size(report: &Report) -> String {
    if measured_nothing(report) {
        return "nothing measured".to_string();
    }
    [counted(report.summary.benchmarks, "benchmark"), counted(report.summary.rows, "row")].join(", ")
}

/// Whether nothing was measured, because the change can affect no benchmark, or because there is no change since the anchor.
fn measured_nothing(report: &Report) -> bool {
    report.rows.is_empty() && (!report.evidence.unchanged_packages.is_empty() || report.since.is_some())
}

/// The packages that were not measured because the change cannot affect them: how many, and which; `None` if there are none.
fn unchanged(report: &Report) -> Option<String> {
    let packages = &report.evidence.unchanged_packages;
    let names = || list(packages.iter().map(|package| shortened(package)), MOST_PACKAGES);
    let count = counted(packages.len(), "package");
    (!packages.is_empty()).then(|| format!("{count} not measured, the same in base and new: {}", names()))
}

/// The most unchanged packages that are named.
const MOST_PACKAGES: usize = 10;

/// The line of a pass, which is silent about neither warnings nor rows without a decision: `no failures, 1 warning, 10 rows not decided`.
fn passed(report: &Report) -> String {
    if measured_nothing(report) {
        return "unchanged: the change affects no benchmark".to_string();
    }
    let rows = entries(report).filter(|entry| entry.section == Section::Warns).count();
    let conditions = conditions(report, Level::Warn).filter(|it| !is_shown_as_rows(it)).count();
    let compared = report.evidence.base.is_some();
    // Without a base side nothing is compared, so nothing is left open.
    let open = if compared { report.summary.undecided + report.summary.not_judged } else { 0 };
    let suspects = suspects(report);
    let found = match (rows + conditions, compared, open) {
        (0, false, _) => "all budgets met".to_string(),
        (0, true, 0) => "no regressions".to_string(),
        (0, true, _) if suspects > 0 => "no failures".to_string(),
        (0, true, _) => "no regressions found".to_string(),
        (warnings, ..) => format!("no failures, {}", counted(warnings, "warning")),
    };
    let what = if suspects > 0 { "other row" } else { "row" };
    match open.saturating_sub(suspects) {
        0 => found,
        open => format!("{found}, {} not decided", counted(open, what)),
    }
}

/// The conditions at this level.
pub fn conditions(report: &Report, level: Level) -> impl Iterator<Item = &Condition> {
    report.evidence.conditions.iter().filter(move |it| it.level == level)
}

/// Whether each benchmark of the condition has a row of its own.
pub fn is_shown_as_rows(condition: &Condition) -> bool {
    matches!(condition.kind(), ConditionKind::MissingBenchmark | ConditionKind::NewBenchmark)
}

/// The rows of [`Section::Other`], counted: `34 unchanged, 6 undecided`.
pub fn other(report: &Report) -> String {
    const KINDS: [(Verdict, &str); 7] = [
        (Verdict::Unchanged, "unchanged"),
        (Verdict::WithinBudget, "within budget"),
        (Verdict::Undecided, "undecided"),
        (Verdict::NotJudged, "not judged"),
        (Verdict::Missing, "missing"),
        (Verdict::New, "new"),
        (Verdict::Waived, "waived"),
    ];
    let mut counts = [0; KINDS.len()];
    for row in report.rows.iter().filter(|row| Section::of(row) == Section::Other) {
        if let Some(i) = KINDS.iter().position(|&(kind, _)| kind == row.verdict) {
            counts[i] += 1;
        }
    }
    let present = KINDS.iter().zip(counts).filter(|&(_, count)| count > 0);
    present.map(|((_, kind), count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

/// The most units that the policy lines are for.
const UNITS: usize = 5;

/// The lines of a policy that would judge the rows of units without a direction, where no row could be judged.
pub fn policy_lines(report: &Report) -> Vec<String> {
    let has_no_direction = |row: &&Finding| match &row.reason {
        Reason::NotCompared(why) => *why == NotCompared::DirectionUnknown,
        Reason::Read { kind, .. } => kind.as_deref() == Some("direction-unknown"),
        _ => false,
    };
    let rows = report.rows.iter().filter(|_| report.outcome.verdict == Overall::Error);
    let units: BTreeSet<&str> = rows.filter(has_no_direction).map(|row| row.unit.as_str()).collect();
    let lines = |unit: &str| {
        let header = format!("[unit.{}]", toml_string(&shortened(unit)));
        [header, "better = \"lower\"    # or \"higher\"".to_string()]
    };
    units.into_iter().take(UNITS).flat_map(lines).collect()
}

/// The noise of each unit and what it allows to detect; of a sequential run also when it looked at its results.
pub fn noise(report: &Report) -> impl Iterator<Item = String> {
    let looks = report.evidence.plan.as_ref().and_then(|plan| plan.looks.as_ref());
    let looks = looks.filter(|looks| looks.is_sequential());
    let looked =
        looks.map(|looks| format!("; looked at after {} rounds", looks.in_words())).unwrap_or_default();
    report.evidence.noise.iter().map(move |noise| format!("{noise}{looked}"))
}

/// The design that was used, with the processes of each side.
pub fn design(report: &Report) -> Option<String> {
    report.evidence.sampling.map(|sampling| sampling.to_string())
}

/// Each side and the results in its files: `base`, `base.txt: 150 results`; and the packages that are unchanged.
pub fn sides(report: &Report) -> Vec<(&'static str, String)> {
    let sides = [("base", &report.evidence.base), ("new", &report.evidence.new)];
    let sides = sides.into_iter().filter_map(|(name, side)| Some((name, results(side.as_ref()?))));
    sides.chain(unchanged(report).map(|packages| ("unchanged", packages))).collect()
}

/// How many results there are, and what is not normal about them: `base.txt: 150 results, 2 repaired, 1 lost`.
fn results(side: &SideEvidence) -> String {
    let files = match side.files.as_slice() {
        [stdin] if stdin == "-" => "standard input".to_string(),
        [one] => one.clone(),
        many => format!("{} files", many.len()),
    };
    let mut text = format!("{files}: {}", counted(side.results, "result"));
    for (count, what) in
        [(side.filtered, "filtered out"), (side.repaired, "repaired"), (side.lost.len(), "lost")]
    {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text
}
