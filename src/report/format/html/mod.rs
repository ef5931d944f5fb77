//! The report as one HTML page, without scripts and without other files.
//!
//! `report.html` is the template, which escapes every text, and `style.css` its style. [`plot`] computes the plots.

mod plot;

use super::headline;
use super::reproduce::{commands, instruction};
use super::rows::{Entry, Section, worst_first};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::words::{capped, clean};
use askama::Template;
use plot::{Axis, Bar, LONGEST, Strip};
use std::io::{self, Write};

/// The most failing rows whose samples are plotted, so that the page stays small.
const STRIPS: usize = 100;

#[derive(Template)]
#[template(config = "src/report/format/html/askama.toml", path = "report.html")]
struct Page<'r> {
    verdict: &'static str,
    class: &'static str,
    reasons: String,
    size: String,
    failing: Vec<ConditionText>,
    warning: Vec<ConditionText>,
    sections: Vec<Part<'r>>,
    axis: &'r Axis,
    strips: Vec<Strip>,
    without_strip: usize,
    other: String,
    noise: Vec<String>,
    sides: Vec<(&'static str, String)>,
    policy: Option<String>,
    commands: Vec<String>,
    instruction: &'static str,
    tool: String,
}

/// A condition.
struct ConditionText {
    title: String,
    message: String,
}

/// The rows of one section.
struct Part<'r> {
    /// The name of the section, also the class and the id of its elements.
    name: &'static str,
    title: String,
    mark: &'static str,
    folded: bool,
    rows: Vec<Row<'r>>,
}

/// One row.
struct Row<'r> {
    pkg: String,
    name: String,
    unit: String,
    values: String,
    change: String,
    reason: String,
    verdict: &'static str,
    bar: Option<Bar>,
    axis: &'r Axis,
}

/// Writes the report as a page: the verdict, the conditions, every row with a plot of its change and tolerance, the worst first, the
/// samples of failing rows, and commands that reproduce the failures.
///
/// # Errors
/// If writing fails.
pub fn html(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let entries = worst_first(report);
    let axis = Axis::over(entries.iter().map(|entry| entry.finding));
    let failing = || entries.iter().filter(|entry| entry.section == Section::Fails);
    let strips: Vec<Strip> = failing().filter_map(|entry| Strip::of(entry.finding)).take(STRIPS).collect();
    let with_samples = failing().filter(|entry| entry.finding.samples.is_some()).count();
    let page = Page {
        verdict: headline::word(report.outcome.verdict),
        class: class(report.outcome.verdict),
        reasons: text(&headline::reasons(report)),
        size: headline::size(report),
        failing: conditions(report, Level::Fail),
        warning: conditions(report, Level::Warn),
        sections: parts(&entries, report.outcome.verdict, &axis),
        axis: &axis,
        without_strip: with_samples.saturating_sub(strips.len()),
        strips,
        other: headline::other(report),
        noise: headline::noise(report).map(|noise| text(&noise)).collect(),
        sides: headline::sides(report).into_iter().map(|(side, results)| (side, text(&results))).collect(),
        policy: report.policy.as_ref().map(|policy| text(&policy.source)),
        commands: commands(report).iter().map(clean).collect(),
        instruction: instruction(report),
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

fn parts<'r>(entries: &[Entry], verdict: Overall, axis: &'r Axis) -> Vec<Part<'r>> {
    let part = |entries: &[Entry]| {
        let section = entries[0].section; // a chunk is never empty
        let folded = match section {
            Section::Fails | Section::Warns | Section::Improved => false,
            Section::Undecided => !matches!(verdict, Overall::Undecided | Overall::Error),
            Section::Other => verdict != Overall::Error,
        };
        Part {
            name: section.title(),
            title: section.counted(entries.len()),
            mark: section.mark(),
            folded,
            rows: entries.iter().map(|it| row(it, axis)).collect(),
        }
    };
    entries.chunk_by(|a, b| a.section == b.section).map(part).collect()
}

fn row<'r>(entry: &Entry, axis: &'r Axis) -> Row<'r> {
    let has_reason = matches!(entry.section, Section::Undecided | Section::Other);
    Row {
        pkg: text(&entry.finding.pkg),
        name: text(&entry.finding.benchmark),
        unit: text(&entry.units()),
        values: entry.values(),
        change: entry.change(),
        reason: text(&if has_reason { entry.message() } else { entry.rule() }),
        verdict: entry.finding.verdict.as_str(),
        bar: axis.bar(entry.finding),
        axis,
    }
}
