//! The report for a developer at a terminal.

use super::repeat::commands;
use super::section::Section;
use super::untrusted::clean;
use super::{Report, SideEvidence};
use crate::model::Class;
use crate::policy::{Condition as Kind, Level, Origin};
use crate::verdict::{Change, Condition, Finding, Number, Overall, Percent, Signed, Verdict, counted};
use anstyle::AnsiColor;
use comfy_table::{CellAlignment, Table, presets};
use std::io::{self, Write};

/// How much to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What fails, what warns, what improved; the rest counted.
    Notable,
    /// Every row, with its sentence.
    Everything,
}

/// Writes the report: the verdict first, then what fails, warns and improved, the evidence, and how to repeat what failed.
/// Colours are ANSI escapes, for the caller to strip where they are not wanted; marks carry the same meaning.
///
/// # Errors
/// If writing fails.
pub fn terminal(report: &Report, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    verdict(report, out)?;
    conditions(report, Level::Fail, out)?;
    rows(report, detail, out)?;
    conditions(report, Level::Warn, out)?;
    footer(report, out)
}

fn verdict(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (word, colour) = match report.outcome.verdict {
        Overall::Pass => ("PASS", AnsiColor::Green),
        Overall::Fail => ("FAIL", AnsiColor::Red),
        Overall::Undecided => ("UNDECIDED", AnsiColor::Yellow),
        Overall::Error => ("ERROR", AnsiColor::Red),
    };
    let style = colour.on_default().bold();
    let reasons = match report.outcome.reasons.as_slice() {
        [] => passed(report),
        reasons => clean(reasons.join(", ")),
    };
    let size =
        [counted(report.summary.benchmarks, "benchmark"), counted(report.summary.rows, "row")].join(", ");
    writeln!(out, "{style}{word}{style:#}  {reasons}  ({size})")
}

/// What a pass amounts to: warnings are no reason to fail, and none to say that all is well.
fn passed(report: &Report) -> String {
    let warns: Vec<&Finding> = report.rows.iter().filter(|row| Section::of(row) == Section::Warns).collect();
    let rows = warns.chunk_by(|a, b| is_one_row(a, b)).count();
    let shown_as_rows = |kind| matches!(kind, Kind::MissingBenchmark | Kind::NewBenchmark);
    let warns = |it: &&Condition| it.level == Level::Warn && !shown_as_rows(it.kind);
    let conditions = report.evidence.conditions.iter().filter(warns).count();
    let open = report.summary.undecided + report.summary.not_judged;
    match (rows + conditions, open, &report.evidence.base) {
        (0, _, None) => "every budget is kept".to_string(),
        (0, 0, Some(_)) => "nothing got worse".to_string(),
        (0, open, Some(_)) => format!("nothing proven worse, {} not decided", counted(open, "row")),
        (warnings, _, _) => format!("nothing that blocks, {}", counted(warnings, "warning")),
    }
}

/// One table, so that columns line up, under a heading per section and package.
fn rows(report: &Report, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let mut shown: Vec<(Section, &Finding)> = report.rows.iter().map(|row| (Section::of(row), row)).collect();
    shown.retain(|&(section, _)| section != Section::Rest || detail == Detail::Everything);
    shown.sort_by_key(|&(section, _)| section); // stable: within a section the order of the input
    let groups: Vec<&[(Section, &Finding)]> = shown.chunk_by(|a, b| is_one_row(a.1, b.1)).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for group in &groups {
        table.add_row(cells(group, detail));
    }
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        column.set_cell_alignment(if i == 3 { CellAlignment::Right } else { CellAlignment::Left });
    }
    let mut heading = None;
    for (line, group) in table.lines().zip(groups) {
        let (section, finding) = group[0]; // a chunk is never empty
        if heading != Some((section, &finding.pkg)) {
            writeln!(out, "\n{:<6}  {}", section.title(), clean(&finding.pkg))?;
            heading = Some((section, &finding.pkg));
        }
        let style = section.style();
        writeln!(out, "{style}{}{style:#}", line.trim_end())?;
    }
    Ok(())
}

/// A benchmark that is gone, or new, is one row, whatever it was measured in.
fn is_one_row(a: &Finding, b: &Finding) -> bool {
    let whole = matches!(a.verdict, Verdict::Missing | Verdict::New);
    let same = |of: fn(&Finding) -> (&str, &str, Verdict, Level, bool)| of(a) == of(b);
    whole
        && same(|it| (&it.pkg, &it.benchmark, it.verdict, it.level, it.new.is_some()))
        && a.rule.line == b.rule.line
}

/// Mark and name, unit, base → new, change, and the rule that decided; or its sentence in place of the last three.
fn cells(group: &[(Section, &Finding)], detail: Detail) -> Vec<String> {
    let (section, finding) = group[0]; // a chunk is never empty
    let name = format!("{} {}", section.mark(), shortened(&finding.benchmark));
    let units: Vec<String> = group.iter().map(|(_, finding)| clean(finding.unit.as_str())).collect();
    let values = match (finding.verdict, detail) {
        (_, Detail::Everything) => {
            let place = place(finding).map(|place| format!(" ({place})")).unwrap_or_default();
            return vec![name, units.join(", "), clean(format!("{}{place}", finding.message))];
        }
        (Verdict::Missing, Detail::Notable) if finding.new.is_some() => "not in base".to_string(),
        (Verdict::Missing, Detail::Notable) => "not in new".to_string(),
        (Verdict::New, Detail::Notable) => "new".to_string(),
        (_, Detail::Notable) => values(finding),
    };
    vec![name, units.join(", "), values, finding.change.map(shown).unwrap_or_default(), rule(finding)]
}

/// `0 → 2`, or what there is. An exceeded maximum is held against the worst sample of a count: that is the one to show.
fn values(finding: &Finding) -> String {
    let worst = finding
        .new
        .and_then(|new| new.high)
        .filter(|_| finding.verdict == Verdict::OverBudget && finding.unit.class() == Class::Counting);
    let new = finding.new.map(|new| match worst {
        Some(worst) if worst != new.center => format!("{} (worst of {})", Number(worst), new.n),
        Some(_) | None => Number(new.center).to_string(),
    });
    match (finding.base, new) {
        (Some(base), Some(new)) => format!("{} → {new}", Number(base.center)),
        (Some(base), None) => Number(base.center).to_string(),
        (None, new) => new.unwrap_or_default(),
    }
}

/// A percentage, or the plain difference where there is no percentage of zero.
fn shown(change: Change) -> String {
    change.percent.map_or_else(|| Signed(change.absolute).to_string(), |percent| Percent(percent).to_string())
}

fn rule(finding: &Finding) -> String {
    let text = &finding.rule.text;
    clean(place(finding).map_or(text.to_string(), |place| format!("{text} ({place})")))
}

/// Where the user wrote the rule that decided.
fn place(finding: &Finding) -> Option<String> {
    let line = finding.rule.line.filter(|_| finding.rule.source != Origin::BUILT_IN)?;
    Some(format!("{}:{line}", finding.rule.source))
}

/// A name that leaves room for the rest of its row.
fn shortened(name: &str) -> String {
    let name = clean(name);
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name,
    }
}

/// In characters. Longer names are data, not names.
const LONGEST_NAME: usize = 120;

fn conditions(report: &Report, level: Level, out: &mut dyn Write) -> io::Result<()> {
    let section = if level == Level::Fail { Section::Fails } else { Section::Warns };
    let (mark, style) = (section.mark(), section.style());
    for (i, condition) in report.evidence.conditions.iter().filter(|it| it.level == level).enumerate() {
        if i == 0 {
            writeln!(out)?;
        }
        writeln!(out, "{style}{mark} {}{style:#}: {}", clean(&condition.title), clean(&condition.message))?;
    }
    Ok(())
}

fn footer(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let s = report.summary;
    let counts = [
        (s.unchanged, "unchanged"),
        (s.within_budget, "within budget"),
        (s.undecided, "undecided"),
        (s.not_judged, "not judged"),
        (ignored_missing(report), "missing"),
        (s.new, "new"),
        (s.waived, "waived"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    writeln!(out)?;
    if !counts.is_empty() {
        writeln!(out, "rest    {}", counts.join(", "))?;
    }
    for noise in &report.evidence.noise {
        writeln!(out, "noise   {}", clean(noise.to_string()))?;
    }
    for (side, evidence) in [("base", &report.evidence.base), ("new", &report.evidence.new)] {
        if let Some(evidence) = evidence {
            writeln!(out, "{side:<6}  {}", read(evidence))?;
        }
    }
    if let Some(policy) = &report.policy {
        writeln!(out, "policy  {}", clean(&policy.source))?;
    }
    for command in commands(report) {
        writeln!(out, "repeat  {}", clean(&command))?;
    }
    Ok(())
}

fn read(side: &SideEvidence) -> String {
    let files = match side.files.as_slice() {
        [stdin] if stdin == "-" => "standard input".to_string(),
        [one] => clean(one),
        many => format!("{} files", many.len()),
    };
    let repaired = if side.repaired > 0 { format!(" ({} repaired)", side.repaired) } else { String::new() };
    let lost =
        if side.lost.is_empty() { "none lost".to_string() } else { format!("{} lost", side.lost.len()) };
    format!("{files}: {} results, {} used{repaired}, {lost}", side.results, side.used)
}

/// Missing rows that are shown nowhere else.
fn ignored_missing(report: &Report) -> usize {
    report
        .rows
        .iter()
        .filter(|row| row.verdict == Verdict::Missing && Section::of(row) == Section::Rest)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_error_is_one_verdict_line(reason in ".*") {
            let mut out = Vec::new();
            terminal(&Report::error(reason), Detail::Notable, &mut out).expect("memory cannot fail");
            let out = String::from_utf8(out).expect("text");
            prop_assert_eq!(out.trim_end().lines().count(), 1, "{}", out);
        }
    }
}
