//! The report for a developer at a terminal.

use super::untrusted::clean;
use super::{Report, SideEvidence};
use crate::model::Name;
use crate::policy::Level;
use crate::verdict::{Change, Finding, Number, Overall, Percent, Signed, Verdict, counted};
use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};
use std::collections::BTreeSet;
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
    rows(report, detail, out)?;
    conditions(report, out)?;
    footer(report, out)
}

/// Where a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Fails,
    Warns,
    Improved,
    Rest,
}

impl Section {
    fn of(finding: &Finding) -> Section {
        match (finding.verdict, finding.level) {
            (Verdict::OverBudget | Verdict::Regressed | Verdict::Missing, Level::Fail) => Section::Fails,
            (Verdict::OverBudget | Verdict::Regressed | Verdict::Missing | Verdict::New, Level::Warn) => {
                Section::Warns
            }
            (Verdict::Waived, Level::Fail | Level::Warn) => Section::Warns,
            (Verdict::New, Level::Fail) => Section::Fails,
            (Verdict::Improved, _) => Section::Improved,
            (_, Level::Ignore) => Section::Rest,
            (Verdict::Undecided | Verdict::NotJudged | Verdict::Unchanged | Verdict::WithinBudget, _) => {
                Section::Rest
            }
        }
    }

    fn title(self) -> &'static str {
        match self {
            Section::Fails => "fails",
            Section::Warns => "warns",
            Section::Improved => "better",
            Section::Rest => "rest",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Section::Fails => "✗",
            Section::Warns => "!",
            Section::Improved => "✓",
            Section::Rest => "·",
        }
    }

    fn style(self) -> Style {
        match self {
            Section::Fails => AnsiColor::Red.on_default(),
            Section::Warns => AnsiColor::Yellow.on_default(),
            Section::Improved => AnsiColor::Green.on_default(),
            Section::Rest => Style::new(),
        }
    }
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
    let rows = report.rows.iter().filter(|row| Section::of(row) == Section::Warns).count();
    let conditions =
        report.evidence.conditions.iter().filter(|condition| condition.level == Level::Warn).count();
    match (rows + conditions, &report.evidence.base) {
        (0, Some(_)) => "nothing got worse".to_string(),
        (0, None) => "every budget is kept".to_string(),
        (warnings, _) => format!("nothing that blocks, {}", counted(warnings, "warning")),
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
    whole && a.verdict == b.verdict && (&a.pkg, &a.benchmark) == (&b.pkg, &b.benchmark)
}

/// Mark and name, unit, base → new, change, and the rule that decided; or its sentence in place of the last three.
fn cells(group: &[(Section, &Finding)], detail: Detail) -> Vec<String> {
    let (section, finding) = group[0]; // a chunk is never empty
    let name = format!("{} {}", section.mark(), clean(&finding.benchmark));
    let units: Vec<String> = group.iter().map(|(_, finding)| clean(finding.unit.as_str())).collect();
    let values = match (finding.verdict, detail) {
        (_, Detail::Everything) => return vec![name, units.join(", "), clean(&finding.message)],
        (Verdict::Missing, Detail::Notable) => "gone".to_string(),
        (Verdict::New, Detail::Notable) => "new".to_string(),
        (_, Detail::Notable) => values(finding),
    };
    vec![name, units.join(", "), values, finding.change.map(shown).unwrap_or_default(), rule(finding)]
}

/// `0 → 2`, or what there is.
fn values(finding: &Finding) -> String {
    match (finding.base, finding.new) {
        (Some(base), Some(new)) => format!("{} → {}", Number(base.center), Number(new.center)),
        (Some(only), None) | (None, Some(only)) => Number(only.center).to_string(),
        (None, None) => String::new(),
    }
}

/// A percentage, or the plain difference where there is no percentage of zero.
fn shown(change: Change) -> String {
    change.percent.map_or_else(|| Signed(change.absolute).to_string(), |percent| Percent(percent).to_string())
}

fn rule(finding: &Finding) -> String {
    let rule = &finding.rule;
    let text = match finding.verdict {
        Verdict::OverBudget => finding.message.rsplit(", ").next().unwrap_or(&rule.text),
        _ => &rule.text,
    };
    let place = match rule.line {
        Some(line) if rule.source != "built-in" => format!(" ({}:{line})", rule.source),
        Some(_) | None => String::new(),
    };
    clean(format!("{text}{place}"))
}

fn conditions(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (i, condition) in report.evidence.conditions.iter().enumerate() {
        if i == 0 {
            writeln!(out)?;
        }
        let section = if condition.level == Level::Fail { Section::Fails } else { Section::Warns };
        let (mark, style) = (section.mark(), section.style());
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
        [one] => clean(one),
        many => format!("{} files", many.len()),
    };
    let lost =
        if side.lost.is_empty() { "none lost".to_string() } else { format!("{} lost", side.lost.len()) };
    format!("{files}: {} results, {} used, {lost}", side.results, side.used)
}

/// One `go test` per package that repeats exactly what failed.
fn commands(report: &Report) -> Vec<String> {
    let mut packages: Vec<(&str, BTreeSet<String>)> = Vec::new();
    for finding in report.rows.iter().filter(|finding| Section::of(finding) == Section::Fails) {
        let function = format!("Benchmark{}", Name::new(finding.benchmark.as_bytes()).function());
        match packages.iter_mut().find(|(pkg, _)| *pkg == finding.pkg) {
            Some((_, functions)) => drop(functions.insert(function)),
            None => packages.push((&finding.pkg, BTreeSet::from([function]))),
        }
    }
    let command = |(pkg, functions): (&str, BTreeSet<String>)| {
        let functions = functions.into_iter().collect::<Vec<_>>().join("|");
        let pkg = if pkg.is_empty() { "./..." } else { pkg };
        format!("go test -run='^$' -bench='^({functions})$' -benchmem -count=10 {pkg}")
    };
    packages.into_iter().map(command).collect()
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
