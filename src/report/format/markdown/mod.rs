//! The report as Markdown: a comment on a pull request, or the summary of a CI job.
//!
//! Every text from the input goes through [`escape`].

mod escape;

use super::causes::{self, Block, MOST_SITES};
use super::headline;
use super::reproduce::{self, ABOUT_CAUSES, INSTRUCTION, commands, decide};
use super::rows::{ABOUT_SUSPECTS, Entry, MOST_SUSPECTS, Section, worst_first};
use crate::evidence::Overall;
use crate::policy::Level;
use crate::report::Report;
use crate::words::counted;
pub(in crate::report) use escape::{Piece, code, pieces, prose};
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The longest comment that GitHub accepts, in UTF-16 code units, the strictest way to count characters.
const LIMIT: usize = 65_536;

/// The most characters of the list of conditions, of the commands, and of the rows of suspects.
const CONDITIONS: usize = 10_000;
const COMMANDS: usize = 10_000;
const SUSPECTS: usize = 10_000;

/// The most characters of the causes.
const CAUSES: usize = 15_000;

/// The most characters of what got worse since the anchor.
const SINCE: usize = 4_000;

/// The most units whose noise is shown.
const NOISES: usize = 3;

/// The longest name and the longest sentence, in characters. Escaping makes up to 12 of one character; even so, everything except
/// the rows stays below the limit.
const NAME: usize = 120;
const SENTENCE: usize = 400;

/// The name of a gate: up to 64 letters, digits, `.`, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateId(String);

/// Writes the report as GitHub Flavored Markdown: the verdict in the first line, tables of the failing rows and of the suspects,
/// other sections folded, and in the last line a hidden mark with the id, by which the comment is found again. At most 65,536 characters: the least
/// important rows are left out, and a line says how many.
///
/// # Errors
/// If writing fails.
pub fn markdown(report: &Report, id: &GateId, out: &mut dyn Write) -> io::Result<()> {
    let entries = worst_first(report);
    let head = format!("{}{}", head(report), since(report));
    let tail = format!(
        "{}{}{}{}",
        policy_lines(report),
        reproduce(report),
        footer(report),
        mark(report, id, &entries)
    );
    let (suspects, causes) = (suspects(report, &entries), causes(report));
    let mut space =
        SpaceLeft(LIMIT.saturating_sub(length(&head) + length(&causes) + length(&suspects) + length(&tail)));
    let mut page = head;
    let fails: Vec<&Entry> = entries.iter().filter(|entry| entry.section == Section::Fails).collect();
    page += &part(Section::Fails, &fails, &Conditions::default(), report.outcome.verdict, &mut space);
    page += &causes;
    page += &suspects;
    for (section, conditions) in [
        (Section::Warns, Some(Level::Warn)),
        (Section::Undecided, None),
        (Section::Improved, None),
        (Section::Other, None),
    ] {
        // Where no row could be judged, every row shows why.
        if section == Section::Other && report.outcome.verdict != Overall::Error {
            continue;
        }
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

/// The characters that are left of the limit.
struct SpaceLeft(usize);

impl SpaceLeft {
    /// Subtracts the length of the text, if there is space for it.
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
        Overall::Error if report.rows.is_empty() => String::new(),
        Overall::Error | Overall::Pass | Overall::Fail | Overall::Undecided => {
            format!(" ({})", headline::size(report))
        }
    };
    format!("### {sign} {word}: {reasons}{size}\n\n{}", Conditions::of(report, Level::Fail).list)
}

/// What got worse since the anchor.
fn since(report: &Report) -> String {
    let lines = report.since.iter().flat_map(|it| it.lines());
    let mut space = SpaceLeft(SINCE);
    let lines = lines.map(|line| format!("- {}\n", prose(&line, SENTENCE)));
    let lines: String = lines.take_while(|line| space.take(line)).collect();
    if lines.is_empty() { lines } else { format!("{lines}\n") }
}

/// Conditions of one level as a list.
#[derive(Default)]
struct Conditions {
    list: String,
    /// How many of them are not shown as rows.
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

/// Why benchmarks allocate more, in a few lines for each line of code. No failing row takes their space.
fn causes(report: &Report) -> String {
    let (blocks, notes) = (causes::blocks(report, MOST_SITES), causes::notes(report));
    if notes.is_empty() {
        return String::new();
    }
    let mut space = SpaceLeft(CAUSES);
    let shown: Vec<String> = blocks.iter().map(cause).take_while(|block| space.take(block)).collect();
    let more = match blocks.len() - shown.len() + causes::left_out(report, MOST_SITES) {
        0 => String::new(),
        more => format!("\n… and {}\n", causes::more(report, more)),
    };
    let note =
        |it: &causes::Note| format!("- {}: {}\n", prose(&it.benchmarks, NAME), prose(&it.text, SENTENCE));
    let notes: Vec<String> = notes.iter().map(note).take_while(|note| space.take(note)).collect();
    format!("**Causes**\n\n{}{more}\n{}\n", shown.concat(), notes.concat())
}

/// A line that allocates more: where, in which benchmarks, the decision of the compiler and the edit; the way of the value and the
/// stack are folded.
pub(in crate::report) fn cause(block: &Block) -> String {
    let decision = block.quoted_decision().map(|it| prose(&it, SENTENCE));
    let edits = block.edits().map(|it| format!("{} {}", prose(&it.place(), NAME), code(it.code(), NAME)));
    let lines: String = decision.into_iter().chain(edits).map(|line| format!("<br>{line}")).collect();
    let folded = block.quoted_flow().into_iter().chain([format!("stack: {}", block.stack())]);
    let folded: Vec<String> = folded.map(|line| prose(&line, SENTENCE)).collect();
    format!(
        "1. {} {}<br>{} in {}{lines}<details><summary>way and stack</summary>{}</details>\n",
        code(&block.place(), NAME),
        code(block.code(), NAME),
        prose(&block.growth(), NAME),
        prose(&block.benchmarks(), SENTENCE),
        folded.join("<br>"),
    )
}

/// The suspects, the worst first, and the command that decides them. No failing row takes their space.
fn suspects(report: &Report, entries: &[Entry]) -> String {
    let suspects: Vec<&Entry> = entries.iter().filter(|entry| entry.section == Section::Suspects).collect();
    if suspects.is_empty() {
        return String::new();
    }
    let mut space = SpaceLeft(SUSPECTS);
    let lines = suspects.iter().take(MOST_SUSPECTS).map(|entry| row(Section::Suspects, entry));
    let lines: Vec<String> = lines.take_while(|line| space.take(line)).collect();
    let more = match suspects.len() - lines.len() {
        0 => String::new(),
        more => format!("\n… and {more} more\n"),
    };
    let command = decide(report).filter(|command| length(command) <= COMMANDS);
    let command = command
        .map(|command| format!("\nTo decide, measure again:\n\n```sh\n{command}\n```\n"))
        .unwrap_or_default();
    let (title, columns) = (Section::Suspects.counted(suspects.len()), columns(Section::Suspects));
    format!("**{title}**: {ABOUT_SUSPECTS}\n\n{columns}{}{more}{command}\n", lines.concat())
}

/// One section, open if it decides the verdict, otherwise folded.
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
        Section::Warns => counted(count, "warning"), // some are conditions
        section => section.counted(count),
    };
    let is_open = match verdict {
        Overall::Pass | Overall::Fail => section == Section::Fails,
        Overall::Undecided => matches!(section, Section::Fails | Section::Undecided),
        Overall::Error => true,
    };
    let (before, after) = match is_open {
        true => (String::new(), "\n"),
        false => (format!("<details><summary>{title}</summary>\n\n"), "\n</details>\n\n"),
    };
    let frame = format!("{before}{}{}{after}{}", conditions.list, columns(section), cut(usize::MAX, &title));
    if !space.take(&frame) {
        return String::new(); // impossible: the parts before it leave space for every frame
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
        Section::Undecided | Section::Other => "| benchmark | unit | reason |\n|---|---|---|\n",
        Section::Suspects => "| benchmark | unit | base → new | change | samples |\n|---|---|--:|--:|---|\n",
        Section::Fails | Section::Warns | Section::Improved => {
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
        Section::Undecided | Section::Other => {
            format!("| {name} | {unit} | {} |\n", prose(&entry.message(), SENTENCE))
        }
        section => {
            let why = match section {
                Section::Suspects => entry.doubt().unwrap_or_default(),
                _ => entry.rule(),
            };
            let (values, change) = (prose(&entry.values(), NAME), prose(&entry.change(), NAME));
            let notes: String = entry.notes().map(|note| format!("<br>{}", prose(&note, SENTENCE))).collect();
            format!("| {name} | {unit} | {values} | {change} | {}{notes} |\n", prose(&why, SENTENCE))
        }
    }
}

/// The lines of a policy that would judge more. Units are written as TOML strings, which have no line ends.
fn policy_lines(report: &Report) -> String {
    let lines = headline::policy_lines(report);
    match lines.is_empty() {
        true => String::new(),
        false => format!("**Add to the policy.**\n\n```toml\n{}\n```\n\n", lines.join("\n")),
    }
}

/// Commands contain plain names only, so they are safe in a code fence.
fn reproduce(report: &Report) -> String {
    let causes = reproduce::causes(report).filter(|command| length(command) <= COMMANDS);
    let causes = causes.map(|it| format!("**Causes.** {ABOUT_CAUSES}\n\n```sh\n{it}\n```\n\n"));
    let causes = causes.unwrap_or_default();
    let commands = commands(report);
    if commands.is_empty() {
        return causes;
    }
    let mut space = SpaceLeft(COMMANDS);
    let shown: Vec<&String> = commands.iter().take_while(|command| space.take(command)).collect();
    let lines: String = shown.iter().map(|command| format!("{command}\n")).collect();
    let left_out = match commands.len() - shown.len() {
        0 => String::new(),
        more => format!("# … and {}\n", counted(more, "more command")),
    };
    format!("{causes}**Reproduce.** {INSTRUCTION}\n\n```sh\n{lines}{left_out}```\n\n")
}

/// The counts of rows that are not shown, and the evidence.
fn footer(report: &Report) -> String {
    let other = Some(headline::other(report)).filter(|other| !other.is_empty());
    let other = other.map(|other| format!("other: {other}"));
    let sides = headline::sides(report)
        .into_iter()
        .map(|(side, results)| format!("{side}: {}", prose(&results, NAME)));
    let design = headline::design(report).map(|design| format!("design: {}", prose(&design, NAME)));
    let noise = headline::noise(report).map(|noise| format!("noise: {}", prose(&noise, NAME)));
    let policy = report.policy.as_ref().map(|policy| format!("policy: {}", prose(&policy.source, NAME)));
    let tool = format!("{} {}", prose(&report.tool.name, NAME), prose(&report.tool.version, NAME));
    let lines: Vec<String> = other
        .into_iter()
        .chain(design)
        .chain(noise.take(NOISES))
        .chain(sides)
        .chain(policy)
        .chain([tool])
        .collect();
    format!("<sub>{}</sub>\n\n", lines.join("<br>"))
}

/// The hidden mark, by which the program that posts the comment finds it again and knows whether it has news. A pass without
/// suspects, warnings or improvements has none, even if rows are undecided.
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

    /// The id is part of an HTML comment and of shell commands, so it is a plain name.
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
