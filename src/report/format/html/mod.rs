//! The report as one page: no script, no network, nothing beside it.
//!
//! `report.html` is the page, `style.css` its looks; every text in it is escaped by the template engine. Here is what it
//! shows, in words; [`plot`] draws its pictures, in numbers.

mod plot;

use super::headline;
use super::reproduce::commands;
use super::rows::{Entry, Section, worst_first};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::words::{capped, clean, counted};
use askama::Template;
use plot::{Axis, Bar, LONGEST, Strip};
use std::io::{self, Write};

/// Pictures of so many failing rows, the worst: nobody looks at more, and a page has to open.
const STRIPS: usize = 100;

#[derive(Template)]
#[template(config = "src/report/format/html/askama.toml", path = "report.html")]
struct Page<'r> {
    verdict: &'static str,
    class: &'static str,
    reasons: String,
    size: String,
    failing: Vec<Told>,
    warning: Vec<Told>,
    sections: Vec<Part<'r>>,
    axis: &'r Axis,
    strips: Vec<Strip>,
    without_strip: usize,
    rest: String,
    noise: Vec<String>,
    sides: Vec<(&'static str, String)>,
    policy: Option<String>,
    commands: Vec<String>,
    tool: String,
}

/// A condition.
struct Told {
    title: String,
    message: String,
}

/// The rows of one section.
struct Part<'r> {
    id: &'static str,
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
    told: String,
    verdict: &'static str,
    bar: Option<Bar>,
    axis: &'r Axis,
}

/// Writes the report as a page: the verdict, what speaks against it, every row with its change beside what is tolerated, the
/// worst first, the samples of what fails, and how to reproduce it.
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
        failing: told(report, Level::Fail),
        warning: told(report, Level::Warn),
        sections: parts(&entries, report.outcome.verdict, &axis),
        axis: &axis,
        without_strip: with_samples.saturating_sub(strips.len()),
        strips,
        rest: headline::rest(report),
        noise: headline::noise(report).map(|noise| text(&noise)).collect(),
        sides: headline::sides(report).into_iter().map(|(side, read)| (side, text(&read))).collect(),
        policy: report.policy.as_ref().map(|policy| text(&policy.source)),
        commands: commands(report).iter().map(clean).collect(),
        tool: text(&format!("{} {}", report.tool.name, report.tool.version)),
    };
    page.write_into(&mut Utf8(out)).map_err(io::Error::other)
}

/// What the template writes is text.
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

fn told(report: &Report, level: Level) -> Vec<Told> {
    headline::conditions(report, level)
        .map(|it| Told { title: text(&it.title()), message: text(&it.message()) })
        .collect()
}

fn parts<'r>(entries: &[Entry], verdict: Overall, axis: &'r Axis) -> Vec<Part<'r>> {
    let part = |entries: &[Entry]| {
        let section = entries[0].section; // a chunk is never empty
        let count = entries.len();
        let (id, title) = match section {
            Section::Fails => ("fails", counted(count, "failing row")),
            Section::Warns => ("warns", counted(count, "warning")),
            Section::Undecided => ("unsure", format!("{} not decided", counted(count, "row"))),
            Section::Improved => ("improved", counted(count, "improvement")),
            Section::Other => ("rest", counted(count, "more row")),
        };
        let folded = match section {
            Section::Fails | Section::Warns | Section::Improved => false,
            Section::Undecided => verdict != Overall::Undecided,
            Section::Other => true,
        };
        Part {
            id,
            title,
            mark: section.mark(),
            folded,
            rows: entries.iter().map(|it| row(it, axis)).collect(),
        }
    };
    entries.chunk_by(|a, b| a.section == b.section).map(part).collect()
}

fn row<'r>(entry: &Entry, axis: &'r Axis) -> Row<'r> {
    let is_told_in_full = matches!(entry.section, Section::Undecided | Section::Other);
    Row {
        pkg: text(&entry.finding.pkg),
        name: text(&entry.finding.benchmark),
        unit: text(&entry.units()),
        values: entry.values(),
        change: entry.change(),
        told: text(&if is_told_in_full { entry.message() } else { entry.rule() }),
        verdict: entry.finding.verdict.as_str(),
        bar: axis.bar(entry.finding),
        axis,
    }
}
