//! The report as one HTML page, without scripts and without other files.
//!
//! `report.html` is the template, which escapes every text, and `style.css` its style. [`plot`] computes the plots.

mod plot;

use super::causes::{self, MOST_SITES};
use super::headline;
use super::markdown::{Piece, pieces};
use super::reproduce::{self, ABOUT_CAUSES, INSTRUCTION, commands, decide};
use super::rows::{ABOUT_SUSPECTS, Entry, MOST_SUSPECTS, Section, worst_first};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::words::{capped, clean, counted};
use askama::Template;
use plot::{Axis, Bar, LONGEST, Strip};
use std::io::{self, Write};

/// The most lines of code that are shown of each benchmark.
const MOST_CAUSES: usize = 3 * MOST_SITES;

/// The most failing rows whose samples are plotted, so that the page stays small.
const STRIPS: usize = 100;

/// The most rows of a section, so that a page of a large suite stays below 2 MB.
#[derive(Clone, Copy)]
struct RowLimit {
    failing: usize,
    others: usize,
}

impl RowLimit {
    const ORDINARY: RowLimit = RowLimit { failing: 600, others: 200 };
    const NONE: RowLimit = RowLimit { failing: usize::MAX, others: usize::MAX };

    fn of(self, section: Section) -> usize {
        if section == Section::Fails { self.failing } else { self.others }
    }
}

#[derive(Template)]
#[template(config = "src/report/format/html/askama.toml", path = "report.html")]
struct Page<'r> {
    verdict: &'static str,
    class: &'static str,
    reasons: String,
    size: String,
    since: Vec<String>,
    failing: Vec<ConditionText>,
    warning: Vec<ConditionText>,
    /// The rows that fail, and suspects.
    urgent: Vec<Part<'r>>,
    /// All other rows.
    sections: Vec<Part<'r>>,
    failing_rows: usize,
    causes: Vec<Cause>,
    /// How many lines of code are not among them.
    more_causes: Vec<Piece>,
    /// Benchmarks, and what there is to know about their causes.
    cause_notes: Vec<(String, String)>,
    axis: &'r Axis,
    strips: Vec<Strip>,
    without_strip: usize,
    suspect_strips: Vec<Strip>,
    decide: Option<String>,
    other: String,
    design: Option<String>,
    noise: Vec<String>,
    sides: Vec<(&'static str, String)>,
    policy: Option<String>,
    explain: Option<String>,
    about_causes: &'static str,
    commands: Vec<String>,
    instruction: &'static str,
    tool: String,
}

/// A condition.
struct ConditionText {
    title: String,
    message: String,
}

/// A line of code that allocates more, and why.
struct Cause {
    place: String,
    code: String,
    growth: String,
    benchmarks: String,
    decision: Option<Vec<Piece>>,
    /// Where, and the text of the line.
    edits: Vec<(String, String)>,
    flow: Vec<Vec<Piece>>,
    stack: String,
}

/// The rows of one section.
struct Part<'r> {
    /// The name of the section, also the class and the id of its elements.
    name: &'static str,
    title: String,
    mark: &'static str,
    folded: bool,
    /// The heading of the last column.
    column: &'static str,
    /// What the rows are, where that is not obvious.
    about: &'static str,
    rows: Vec<Row<'r>>,
    /// How many rows are not among them, and where they are; empty if all are.
    more: String,
}

/// One row.
struct Row<'r> {
    pkg: String,
    name: String,
    unit: String,
    values: String,
    change: String,
    reason: String,
    notes: Vec<String>,
    verdict: &'static str,
    bar: Option<Bar>,
    axis: &'r Axis,
}

/// Writes the report as a page: the verdict, the conditions, the rows with a plot of their change and tolerance, the worst first, the
/// samples of failing rows and of suspects, and commands that reproduce the failures and decide the suspects. Of a large suite it has
/// the worst rows of each section and the number of the others, or `all_rows`.
///
/// # Errors
/// If writing fails.
pub fn html(report: &Report, all_rows: bool, out: &mut dyn Write) -> io::Result<()> {
    let limit = if all_rows { RowLimit::NONE } else { RowLimit::ORDINARY };
    let entries = worst_first(report);
    let axis = Axis::over(entries.iter().map(|entry| entry.finding));
    let failing = || entries.iter().filter(|entry| entry.section == Section::Fails);
    let strips: Vec<Strip> = failing().filter_map(|entry| Strip::of(entry.finding)).take(STRIPS).collect();
    let suspects = entries.iter().filter(|entry| entry.section == Section::Suspects);
    let suspect_strips = suspects.take(MOST_SUSPECTS).filter_map(|entry| Strip::of(entry.finding)).collect();
    let with_samples = failing().filter(|entry| entry.finding.samples.is_some()).count();
    let verdict = report.outcome.verdict;
    let (urgent, others) = entries.split_at(entries.partition_point(|it| it.section <= Section::Suspects));
    let page = Page {
        verdict: headline::word(verdict),
        class: class(verdict),
        reasons: text(&headline::reasons(report)),
        size: headline::size(report),
        since: report.since.iter().flat_map(|it| it.lines()).collect(),
        failing: conditions(report, Level::Fail),
        warning: conditions(report, Level::Warn),
        urgent: parts(urgent, verdict, &axis, limit),
        sections: parts(others, verdict, &axis, limit),
        failing_rows: failing().count(),
        causes: causes::blocks(report, MOST_CAUSES).iter().map(cause).collect(),
        more_causes: match causes::left_out(report, MOST_CAUSES) {
            0 => Vec::new(),
            more => pieces(&causes::more(report, more)),
        },
        cause_notes: causes::notes(report).iter().map(|it| (text(&it.benchmarks), text(&it.text))).collect(),
        axis: &axis,
        without_strip: with_samples.saturating_sub(strips.len()),
        strips,
        suspect_strips,
        decide: decide(report),
        other: headline::other(report),
        design: headline::design(report),
        noise: headline::noise(report).map(|noise| text(&noise)).collect(),
        sides: headline::sides(report).into_iter().map(|(side, results)| (side, text(&results))).collect(),
        policy: report.policy.as_ref().map(|policy| text(&policy.source)),
        explain: reproduce::causes(report),
        about_causes: ABOUT_CAUSES,
        commands: commands(report).iter().map(clean).collect(),
        instruction: INSTRUCTION,
        tool: text(&format!("{} {}", report.tool.name, report.tool.version)),
    };
    page.write_into(&mut Utf8(out)).map_err(io::Error::other)
}

/// The writer that the template needs.
struct Utf8<'w>(&'w mut dyn Write);

impl io::Write for Utf8<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn class(verdict: Overall) -> &'static str {
    match verdict {
        Overall::Pass => "improved",
        Overall::Fail | Overall::Error => "fails",
        Overall::Undecided => "warns",
    }
}

fn text(text: &str) -> String {
    capped(text, LONGEST)
}

fn conditions(report: &Report, level: Level) -> Vec<ConditionText> {
    headline::conditions(report, level)
        .map(|it| ConditionText { title: text(&it.title()), message: text(&it.message()) })
        .collect()
}

fn parts<'r>(entries: &[Entry], verdict: Overall, axis: &'r Axis, limit: RowLimit) -> Vec<Part<'r>> {
    let mut parts = Vec::new();
    for entries in entries.chunk_by(|a, b| a.section == b.section) {
        let section = entries[0].section; // a chunk is never empty
        if section == Section::Suspects && entries.len() > MOST_SUSPECTS {
            let (first, more) = entries.split_at(MOST_SUSPECTS);
            parts.push(Part { title: section.counted(entries.len()), ..part(first, verdict, axis, limit) });
            let title = counted(more.len(), "more suspect");
            let (name, folded, about) = ("more-suspects", true, "");
            parts.push(Part { name, title, folded, about, ..part(more, verdict, axis, limit) });
        } else {
            parts.push(part(entries, verdict, axis, limit));
        }
    }
    parts
}

/// A table of rows of one section.
fn part<'r>(entries: &[Entry], verdict: Overall, axis: &'r Axis, limit: RowLimit) -> Part<'r> {
    let section = entries[0].section; // there is a row
    let folded = match section {
        Section::Fails | Section::Suspects | Section::Warns | Section::Improved => false,
        Section::Undecided => !matches!(verdict, Overall::Undecided | Overall::Error),
        Section::Other => verdict != Overall::Error,
    };
    let rows: Vec<Row> = entries.iter().take(limit.of(section)).map(|it| row(it, axis)).collect();
    let more = entries.len() - rows.len();
    Part {
        name: section.title(),
        title: section.counted(entries.len()),
        mark: section.mark(),
        folded,
        column: match section {
            Section::Suspects => "samples",
            Section::Undecided | Section::Other => "reason",
            Section::Fails | Section::Warns | Section::Improved => "rule",
        },
        about: if section == Section::Suspects { ABOUT_SUSPECTS } else { "" },
        rows,
        more: match more {
            0 => String::new(),
            more => format!("{} not shown; --all-rows shows every row.", counted(more, "more row")),
        },
    }
}

fn cause(block: &causes::Block) -> Cause {
    Cause {
        place: text(&block.place()),
        code: text(block.code()),
        growth: block.growth(),
        benchmarks: text(&block.benchmarks()),
        decision: block.quoted_decision().map(|it| pieces(&text(&it))),
        edits: block.edits().map(|it| (text(&it.place()), text(it.code()))).collect(),
        flow: block.quoted_flow().iter().map(|it| pieces(&text(it))).collect(),
        stack: text(&block.stack()),
    }
}

fn row<'r>(entry: &Entry, axis: &'r Axis) -> Row<'r> {
    Row {
        pkg: text(&entry.finding.pkg),
        name: text(&entry.finding.benchmark),
        unit: text(&entry.units()),
        values: entry.values(),
        change: entry.change(),
        reason: text(&match entry.section {
            Section::Suspects => entry.doubt().unwrap_or_default(),
            Section::Undecided | Section::Other => entry.message(),
            Section::Fails | Section::Warns | Section::Improved => entry.rule(),
        }),
        notes: match entry.section {
            // The message has them.
            Section::Undecided | Section::Other => Vec::new(),
            _ => entry.notes().map(|note| text(&note)).collect(),
        },
        verdict: entry.finding.verdict.as_str(),
        bar: axis.bar(entry.finding),
        axis,
    }
}
