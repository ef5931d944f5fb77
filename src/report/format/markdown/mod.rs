//! The report for a reviewer: a comment on a pull request, or the summary of a CI step.
//!
//! Every text from input goes through [`escape`]; what stands around it is written here.

mod escape;

use super::headline;
use super::reproduce::commands;
use super::rows::{Entry, Section, worst_first};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::words::counted;
use escape::{code, prose};
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The largest comment that GitHub takes, in UTF-16 code units: the strictest way to count characters.
const LIMIT: usize = 65_536;

/// What conditions may take of it, and the commands.
const CONDITIONS: usize = 10_000;
const COMMANDS: usize = 10_000;

/// So many units have their noise told.
const NOISES: usize = 3;

/// The longest name and the longest sentence, in characters. Escaped, one of them becomes up to 14: everything but the rows
/// still takes less than the limit.
const NAME: usize = 120;
const SENTENCE: usize = 400;

/// The name of a gate: up to 64 letters, digits, `.`, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateId(String);

/// Writes the report as GitHub Flavored Markdown: the verdict in the first line, a table of what failed, the rest folded,
/// and a hidden mark with the id in the last line by which the comment is found again. At most 65,536 characters: rows are
/// left out from the least important, and that is said.
///
/// # Errors
/// If writing fails.
pub fn markdown(report: &Report, id: &GateId, out: &mut dyn Write) -> io::Result<()> {
    let entries = worst_first(report);
    let head = head(report);
    let tail = format!("{}{}{}", reproduce(report), footer(report), mark(report, id, &entries));
    let mut space = SpaceLeft(LIMIT - length(&head) - length(&tail));
    let mut page = head;
    for (section, conditions) in [
        (Section::Fails, None),
        (Section::Warns, Some(Level::Warn)),
        (Section::Undecided, None),
        (Section::Improved, None),
    ] {
        let rows: Vec<&Entry> = entries.iter().filter(|entry| entry.section == section).collect();
        let conditions = conditions.map(|level| Conditions::of(report, level)).unwrap_or_default();
        page += &part(section, &rows, &conditions, report.outcome.verdict, &mut space);
    }
    page += &tail;
    debug_assert!(length(&page) <= LIMIT);
    out.write_all(page.as_bytes())
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What is left of the limit.
struct SpaceLeft(usize);

impl SpaceLeft {
    /// Takes the text if there is space for it.
    fn take(&mut self, text: &str) -> bool {
        let left = self.0.checked_sub(length(text));
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// The verdict, and the conditions that fail.
fn head(report: &Report) -> String {
    let sign = match report.outcome.verdict {
        Overall::Pass => "✅",
        Overall::Fail => "❌",
        Overall::Undecided => "❔",
        Overall::Error => "⛔",
    };
    let word = headline::word(report.outcome.verdict);
    let reasons = prose(&headline::reasons(report), SENTENCE);
    let size = match report.outcome.verdict {
        Overall::Error => String::new(),
        Overall::Pass | Overall::Fail | Overall::Undecided => format!(" ({})", headline::size(report)),
    };
    format!("### {sign} {word}: {reasons}{size}\n\n{}", Conditions::of(report, Level::Fail).list)
}

/// Conditions of one level as a list.
#[derive(Default)]
struct Conditions {
    list: String,
    /// How many are not told by rows as well.
    count: usize,
}

impl Conditions {
    fn of(report: &Report, level: Level) -> Conditions {
        let mark = if level == Level::Fail { Section::Fails.mark() } else { Section::Warns.mark() };
        let mut space = SpaceLeft(CONDITIONS);
        let mut list = String::new();
        let mut cut = 0;
        for it in headline::conditions(report, level) {
            let title = Some(it.title()).filter(|title| !title.trim().is_empty());
            let title = title.unwrap_or_else(|| it.kind().to_string());
            let line = format!("- {mark} **{}**: {}\n", prose(&title, NAME), prose(&it.message(), SENTENCE));
            if cut == 0 && space.take(&line) { list += &line } else { cut += 1 }
        }
        if cut > 0 {
            list += &format!("- … and {} more\n", counted(cut, "condition"));
        }
        if !list.is_empty() {
            list.push('\n');
        }
        let count = headline::conditions(report, level).filter(|it| !headline::is_shown_as_rows(it)).count();
        Conditions { list, count }
    }
}

/// One section: open if it is what the verdict is about, else folded.
fn part(
    section: Section,
    rows: &[&Entry],
    conditions: &Conditions,
    verdict: Overall,
    space: &mut SpaceLeft,
) -> String {
    if rows.is_empty() && conditions.list.is_empty() {
        return String::new();
    }
    let count = rows.len() + conditions.count;
    let title = match section {
        Section::Fails => counted(count, "failing row"),
        Section::Warns => counted(count, "warning"),
        Section::Undecided => format!("{} not decided", counted(count, "row")),
        Section::Improved => counted(count, "improvement"),
        Section::Other => format!("{count} more"),
    };
    let is_open =
        section == Section::Fails || (section == Section::Undecided && verdict == Overall::Undecided);
    let (before, after) = match is_open {
        true => (String::new(), "\n"),
        false => (format!("<details><summary>{title}</summary>\n\n"), "\n</details>\n\n"),
    };
    let frame = format!("{before}{}{}{after}{}", conditions.list, columns(section), cut(usize::MAX, &title));
    if !space.take(&frame) {
        return String::new(); // cannot be: what stands before it leaves space for every frame
    }
    let mut lines = String::new();
    let mut shown = 0;
    for line in rows.iter().map(|entry| row(section, entry)).take_while(|line| space.take(line)) {
        lines += &line;
        shown += 1;
    }
    let table = if rows.is_empty() { String::new() } else { format!("{}{lines}", columns(section)) };
    let left_out = if shown < rows.len() { cut(rows.len() - shown, &title) } else { String::new() };
    format!("{before}{}{table}{left_out}{after}", conditions.list)
}

fn cut(rows: usize, of: &str) -> String {
    format!("\n… and {rows} more of {of}, left out: a comment holds at most 65,536 characters.\n")
}

fn columns(section: Section) -> &'static str {
    match section {
        Section::Undecided => "| benchmark | unit | why it is not decided |\n|---|---|---|\n",
        Section::Fails | Section::Warns | Section::Improved | Section::Other => {
            "| benchmark | unit | base → new | change | rule |\n|---|---|--:|--:|---|\n"
        }
    }
}

fn row(section: Section, entry: &Entry) -> String {
    let pkg = match entry.finding.pkg.as_str() {
        "" => String::new(),
        pkg => format!("<br><sub>{}</sub>", code(pkg, NAME)),
    };
    let name = format!("{}{pkg}", code(&entry.finding.benchmark, NAME));
    let unit = prose(&entry.units(), NAME);
    match section {
        Section::Undecided => format!("| {name} | {unit} | {} |\n", prose(&entry.message(), SENTENCE)),
        Section::Fails | Section::Warns | Section::Improved | Section::Other => format!(
            "| {name} | {unit} | {} | {} | {} |\n",
            prose(&entry.values(), NAME),
            prose(&entry.change(), NAME),
            prose(&entry.rule(), SENTENCE)
        ),
    }
}

/// The commands hold nothing but plain names: they are safe in a fence.
fn reproduce(report: &Report) -> String {
    let commands = commands(report);
    if commands.is_empty() {
        return String::new();
    }
    let mut space = SpaceLeft(COMMANDS);
    let shown: Vec<&String> = commands.iter().take_while(|command| space.take(command)).collect();
    let lines: String = shown.iter().map(|command| format!("{command}\n")).collect();
    let left_out = match commands.len() - shown.len() {
        0 => String::new(),
        more => format!("# … and {}\n", counted(more, "more command")),
    };
    format!("**To reproduce**, before the change and after it:\n\n```sh\n{lines}{left_out}```\n\n")
}

/// What was counted but not shown, and what the verdict rests on.
fn footer(report: &Report) -> String {
    let rest =
        Some(headline::rest(report)).filter(|rest| !rest.is_empty()).map(|rest| format!("rest: {rest}"));
    let sides =
        headline::sides(report).into_iter().map(|(side, read)| format!("{side}: {}", prose(&read, NAME)));
    let noise = headline::noise(report).map(|noise| format!("noise: {}", prose(&noise, NAME)));
    let policy = report.policy.as_ref().map(|policy| format!("policy: {}", prose(&policy.source, NAME)));
    let tool = format!("{} {}", prose(&report.tool.name, NAME), prose(&report.tool.version, NAME));
    let told: Vec<String> =
        rest.into_iter().chain(noise.take(NOISES)).chain(sides).chain(policy).chain([tool]).collect();
    format!("<sub>{}</sub>\n\n", told.join("<br>"))
}

/// What finds the comment again, and says whether it is worth being there: who posts it needs not read it. That a pass saw
/// little is in the summary of the step; nobody wants to be written to for it.
fn mark(report: &Report, id: &GateId, entries: &[Entry]) -> String {
    let quiet = report.outcome.verdict == Overall::Pass
        && entries.iter().all(|entry| entry.section == Section::Other || entry.section == Section::Undecided);
    let news = if quiet { "no" } else { "yes" };
    format!("<!-- allocgate id={id} news={news} -->\n")
}

impl Default for GateId {
    fn default() -> GateId {
        GateId("default".to_string())
    }
}

impl fmt::Display for GateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for GateId {
    type Err = String;

    /// It ends up in a hidden mark and in shell scripts: nothing is in it that either could take for more than a name.
    fn from_str(text: &str) -> Result<GateId, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
            return Err("expected up to 64 letters, digits, `.`, `_` and `-`".to_string());
        }
        Ok(GateId(text.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_plain_name() {
        for (text, want) in
            [("default", true), ("linux-amd64_2.0", true), ("", false), ("a b", false), ("-->", false)]
        {
            assert_eq!(text.parse::<GateId>().is_ok(), want, "{text}");
        }
        assert!("x".repeat(65).parse::<GateId>().is_err());
    }
}
