//! The report on a terminal.

use super::causes::{self, MOST_SITES};
use super::headline;
use super::reproduce::{self, commands, decide};
use super::rows::{ABOUT_SUSPECTS, Entry, MOST_SUSPECTS, Section, entries, suspects};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::words::{clean, counted, shortened};
use anstyle::AnsiColor;
use comfy_table::{CellAlignment, Table, presets};
use indexmap::IndexMap;
use std::fmt::Display;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How much to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Only the verdict, in one line.
    Verdict,
    /// The rows that fail, warn or improved, and suspects; all others are counted.
    Notable,
    /// Every row, with its reason.
    Everything,
}

impl Detail {
    /// The level that `--quiet` and `--verbose` ask for.
    pub fn new(quiet: bool, verbose: bool) -> Detail {
        match (quiet, verbose) {
            (true, _) => Detail::Verdict,
            (false, false) => Detail::Notable,
            (false, true) => Detail::Everything,
        }
    }
}

/// Writes the report: the verdict first, then the rows that fail, suspects, the rows that warn or improved, the evidence, and commands that reproduce the
/// failures. Colours are ANSI escapes, which the caller strips where they are not wanted; marks show the same.
///
/// # Errors
/// If writing fails.
pub fn terminal(report: &Report, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    verdict(report, out)?;
    if detail == Detail::Verdict {
        return Ok(());
    }
    conditions(report, Level::Fail, out)?;
    rows(report, detail, out)?;
    conditions(report, Level::Warn, out)?;
    footer(report, out)?;
    since(report, out)
}

fn verdict(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let style = match report.outcome.verdict {
        Overall::Pass => AnsiColor::Green,
        Overall::Fail | Overall::Error => AnsiColor::Red,
        Overall::Undecided => AnsiColor::Yellow,
    };
    let (style, word) = (style.on_default().bold(), headline::word(report.outcome.verdict));
    let (reasons, size) = (clean(headline::reasons(report)), headline::size(report));
    writeln!(out, "{style}{word}{style:#}  {reasons}  ({size})")
}

/// All rows in one table, so that columns line up, with a heading per section and package. The suspects are followed by the
/// command that decides them.
fn rows(report: &Report, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    // Where no row could be judged, every row shows why.
    let detail = match report.outcome.verdict {
        Overall::Error => Detail::Everything,
        Overall::Pass | Overall::Fail | Overall::Undecided => detail,
    };
    let suspects = suspects(report);
    let listed =
        if detail == Detail::Everything { suspects.len() } else { MOST_SUSPECTS.min(suspects.len()) };
    let mut shown: Vec<Entry> = entries(report).collect();
    shown.retain(|entry| entry.section != Section::Suspects);
    shown.retain(|entry| entry.section != Section::Other || detail == Detail::Everything);
    shown.extend(by_package(&suspects[..listed]));
    shown.sort_by_key(|entry| entry.section); // stable: within a section the order of the input
    let explained =
        shown.iter().filter(|it| report.explanation(it.finding).is_some()).map(|it| it.section).max();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for entry in &shown {
        table.add_row(cells(entry, detail));
    }
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        column.set_cell_alignment(if i == 3 { CellAlignment::Right } else { CellAlignment::Left });
    }
    let lines: Vec<(String, Entry)> = table.lines().zip(shown).collect();
    for part in lines.chunk_by(|(_, a), (_, b)| a.section == b.section) {
        for package in part.chunk_by(|(_, a), (_, b)| a.finding.pkg == b.finding.pkg) {
            let Entry { section, finding, .. } = package[0].1; // a chunk is never empty
            writeln!(out)?;
            labelled(section.title(), &finding.pkg, out)?;
            for (line, entry) in package {
                let (style, line) = (section.style(), with_tail(line, &tail(entry, detail), detail));
                writeln!(out, "{style}{line}{style:#}")?;
                if detail != Detail::Everything {
                    let notes = entry.notes().collect::<Vec<_>>().join("; ");
                    let notes = Some(notes).filter(|notes| !notes.is_empty());
                    notes.map_or(Ok(()), |notes| writeln!(out, "  └ {}", clean(notes)))?;
                }
            }
        }
        if part[0].1.section == Section::Suspects {
            after_suspects(report, suspects.len() - listed, out)?;
        }
        if Some(part[0].1.section) == explained {
            self::causes(report, detail, out)?;
        }
    }
    Ok(())
}

/// Why benchmarks allocate more: a few lines for each line of code, and below them what there is to know besides.
fn causes(report: &Report, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let most = if detail == Detail::Everything { usize::MAX } else { MOST_SITES };
    for (i, block) in causes::blocks(report, most).iter().enumerate() {
        writeln!(out)?;
        labelled(if i == 0 { "causes" } else { "" }, format!("{}  {}", block.place(), block.code()), out)?;
        let flow = block.flow();
        let flow =
            if detail == Detail::Everything { &flow[..] } else { &flow[flow.len().saturating_sub(1)..] };
        let lines = [format!("{} in {}", block.growth(), block.benchmarks())]
            .into_iter()
            .chain(block.decision())
            .chain(flow.iter().cloned())
            .chain(block.edits().map(|it| it.to_string()))
            .chain([format!("stack {}", block.stack())]);
        lines.into_iter().try_for_each(|line| indented(&line, out))?;
    }
    let more = causes::left_out(report, most);
    if more > 0 {
        writeln!(out)?;
        indented(&format!("and {}, see --verbose", counted(more, "more line")), out)?;
    }
    for note in causes::notes(report) {
        writeln!(out)?;
        indented(&format!("{}: {}", note.benchmarks, note.text), out)?;
    }
    Ok(())
}

/// A text below a label.
fn indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let (first, rest) = (" ".repeat(LABEL + 2), " ".repeat(LABEL + 4));
    for (i, line) in wrapped(&clean(text), WIDTH - LABEL - 4).iter().enumerate() {
        writeln!(out, "{}{line}", if i == 0 { &first } else { &rest })?;
    }
    Ok(())
}

/// The entries with those of one package together. The order of the packages is that of their first entries.
fn by_package<'r>(entries: &[Entry<'r>]) -> impl Iterator<Item = Entry<'r>> {
    let mut packages: IndexMap<&str, Vec<Entry>> = IndexMap::new();
    for entry in entries {
        packages.entry(&entry.finding.pkg).or_default().push(*entry);
    }
    packages.into_values().flatten()
}

/// How many suspects are not listed, what a suspect is, and the command that decides them.
fn after_suspects(report: &Report, more: usize, out: &mut dyn Write) -> io::Result<()> {
    if more > 0 {
        writeln!(out, "  and {more} more, see --verbose")?;
    }
    writeln!(out, "  {ABOUT_SUSPECTS}")?;
    decide(report).map_or(Ok(()), |command| labelled("decide", command, out))
}

/// The columns: mark and name, unit, base → new, change.
fn cells(entry: &Entry, detail: Detail) -> Vec<String> {
    let name = format!("{} {}", entry.section.mark(), shortened(&entry.finding.benchmark));
    match detail {
        // A list of units would widen the column of every row.
        Detail::Notable | Detail::Verdict if entry.findings.len() > 1 => vec![name],
        Detail::Notable | Detail::Verdict => vec![name, clean(entry.units()), entry.values(), entry.change()],
        Detail::Everything => vec![name, clean(entry.units())],
    }
}

/// The text after the columns: the rule that decided, why the row is undecided, or the whole reason.
fn tail(entry: &Entry, detail: Detail) -> String {
    clean(match detail {
        Detail::Notable | Detail::Verdict if entry.findings.len() > 1 => {
            format!("{}: {}  {}", entry.values(), entry.units(), entry.rule())
        }
        Detail::Notable | Detail::Verdict => entry.doubt().unwrap_or_else(|| entry.rule()),
        Detail::Everything => entry.message(),
    })
}

/// A line and the text after it, which goes on the next line if both are wider than a terminal. With [`Detail::Everything`] each
/// row is one line, for `grep`.
fn with_tail(line: &str, tail: &str, detail: Detail) -> String {
    if detail == Detail::Everything || line.width() + tail.width() <= WIDTH {
        format!("{line}{tail}").trim_end().to_string()
    } else {
        format!("{}\n  └ {tail}", line.trim_end())
    }
}

/// The usual width of a terminal.
const WIDTH: usize = 80;

/// The width of the longest labels, `undecided` and `reproduce`.
const LABEL: usize = 9;

fn labelled(label: &str, text: impl Display, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{label:<LABEL$}  {}", clean(text))
}

fn conditions(report: &Report, level: Level, out: &mut dyn Write) -> io::Result<()> {
    let section = if level == Level::Fail { Section::Fails } else { Section::Warns };
    let (mark, style) = (section.mark(), section.style());
    for (i, condition) in headline::conditions(report, level).enumerate() {
        if i == 0 {
            writeln!(out)?;
        }
        let (title, message) = (clean(condition.title()), clean(condition.message()));
        let mut lines = wrapped(&format!("{mark} {title}: {message}"), WIDTH - 2).into_iter();
        let first = lines.next().unwrap_or_default();
        match first.split_once(": ") {
            Some((head, rest)) => writeln!(out, "{style}{head}{style:#}: {rest}")?,
            None => writeln!(out, "{style}{first}{style:#}")?,
        }
        lines.try_for_each(|line| writeln!(out, "  {line}"))?;
    }
    Ok(())
}

/// A text in lines of at most so many columns, unless a word is longer. No line begins with `::`, which the runner of GitHub Actions
/// takes for a command, even after blanks.
pub(in crate::report) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| {
            line.width() + 1 + word.width() <= width || word.is_empty() || word.starts_with("::")
        }) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_string()),
        }
    }
    lines
}

/// What got worse since the anchor.
fn since(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(since) = &report.since else { return Ok(()) };
    writeln!(out)?;
    since.lines().into_iter().try_for_each(|line| writeln!(out, "{}", clean(line)))
}

fn footer(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    let other = headline::other(report);
    if !other.is_empty() {
        labelled(Section::Other.title(), other, out)?;
    }
    headline::design(report).map_or(Ok(()), |design| labelled("design", design, out))?;
    headline::noise(report).try_for_each(|noise| labelled("noise", noise, out))?;
    headline::sides(report).into_iter().try_for_each(|(side, results)| labelled(side, results, out))?;
    if let Some(policy) = &report.policy {
        labelled("policy", &policy.source, out)?;
    }
    for (i, line) in headline::policy_lines(report).into_iter().enumerate() {
        labelled(if i == 0 { "add" } else { "" }, line, out)?;
    }
    reproduce::causes(report).map_or(Ok(()), |command| labelled("causes", command, out))?;
    commands(report).into_iter().try_for_each(|command| labelled("reproduce", command, out))
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
