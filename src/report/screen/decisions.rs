//! What `allocgate decisions` prints: entries that do not hold, and what changed since base.

use crate::evidence::Overall;
use crate::pinned::{ChangedDecision, Held};
use crate::policy::{Level, Origin};
use crate::words::{self, clean, counted};
use anstyle::Style;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// What came of holding the decisions of a tree.
#[derive(Debug)]
pub struct DecisionReport {
    /// What holds and what does not.
    pub held: Held,
    /// The policy.
    pub policy: String,
    /// The toolchain that compiled new.
    pub toolchain: String,
    /// What changed, if there is a base.
    pub changes: Option<DecisionChanges>,
    /// What there is to know besides.
    pub notes: Vec<String>,
}

/// What changed since base.
#[derive(Debug)]
pub struct DecisionChanges {
    /// The base revision.
    pub base: String,
    /// The toolchain that compiled it.
    pub toolchain: String,
    /// Whether only functions are compared that benchmarks may reach; else all.
    pub only_reached: bool,
    /// How many functions of new are looked at.
    pub functions: usize,
    /// The changes.
    pub list: Vec<ChangedDecision>,
}

impl DecisionReport {
    /// The verdict: fail if an entry at level fail does not hold.
    pub fn verdict(&self) -> Overall {
        if self.held.broken_at(Level::Fail) > 0 { Overall::Fail } else { Overall::Pass }
    }
}

/// Writes it for a terminal: a line for each entry that does not hold, a line for each change, and the verdict.
///
/// # Errors
/// If writing fails.
pub fn decisions(report: &DecisionReport, out: &mut dyn Write) -> io::Result<()> {
    for it in &report.held.broken {
        let level = if it.level == Level::Warn { "warning: " } else { "" };
        writeln!(out, "{level}{}", clean(it.to_string()))?;
    }
    if let Some(changes) = &report.changes {
        changed(changes, report, out)?;
    }
    for note in &report.notes {
        writeln!(out, "{}", clean(note))?;
    }
    if report.held.checked == 0 {
        return Ok(());
    }
    let bold = Style::new().bold();
    let (checked, broken) = (counted(report.held.checked, "decision"), report.held.broken.len());
    match (report.verdict(), broken) {
        (Overall::Pass, 0) => {
            let verb = if report.held.checked == 1 { "holds" } else { "hold" };
            writeln!(out, "{bold}PASS{bold:#}  {checked} {verb}")
        }
        (verdict, broken) => {
            let word = if verdict == Overall::Pass { "PASS" } else { "FAIL" };
            let verb = if broken == 1 { "does" } else { "do" };
            // A pass beside that needs its reason.
            let level = if verdict == Overall::Pass { ", at level warn" } else { "" };
            writeln!(out, "{bold}{word}{bold:#}  {broken} of {checked} {verb} not hold{level}")
        }
    }
}

fn changed(changes: &DecisionChanges, report: &DecisionReport, out: &mut dyn Write) -> io::Result<()> {
    let of = match changes.only_reached {
        true => "functions that benchmarks may reach",
        false => "all functions (there are no benchmarks)",
    };
    let count = counted(changes.list.len(), "change");
    writeln!(out, "{count} since {} in {} {of}", clean(&changes.base), changes.functions)?;
    if changes.toolchain != report.toolchain {
        let (base, new) = (clean(&changes.toolchain), clean(&report.toolchain));
        writeln!(out, "  base was compiled by {base}, new by {new}: some changes may come from that")?;
    }
    for it in &changes.list {
        writeln!(out, "  {} {}", if it.is_worse { "-" } else { "+" }, clean(it.to_string()))?;
    }
    Ok(())
}

/// Writes it as JSON by the contract `allocgate/decisions/v1`.
///
/// # Errors
/// If writing fails.
pub fn decisions_json(report: &DecisionReport, out: &mut dyn Write) -> io::Result<()> {
    let broken = report.held.broken.iter().map(|it| BrokenWire {
        file: clean(&it.file),
        line: it.line,
        function: clean(&it.function),
        decision: it.what.key(),
        level: it.level.to_string(),
        message: clean(it.what.to_string()),
        origin: OriginWire::new(&it.origin),
    });
    let changes = report.changes.as_ref().map(|it| ChangesWire {
        base: clean(&it.base),
        toolchain: clean(&it.toolchain),
        functions: if it.only_reached { "reached" } else { "all" },
        compared: it.functions,
        list: it.list.iter().map(ChangeWire::new).collect(),
    });
    let document = Document {
        schema: "allocgate/decisions/v1",
        verdict: report.verdict().to_string(),
        exit_code: report.verdict().exit_code(),
        policy: clean(&report.policy),
        toolchain: clean(&report.toolchain),
        checked: report.held.checked,
        broken: broken.collect(),
        changes,
        notes: report.notes.iter().map(clean).collect(),
    };
    words::json(&document, out)
}

/// What came of holding the decisions of the compiler, as `allocgate decisions --format json` writes it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Decisions")]
pub(super) struct Document {
    /// `allocgate/decisions/v1`. Fields may be added; none is removed or gets another meaning without another version.
    schema: &'static str,
    /// `pass` or `fail`.
    verdict: String,
    /// The exit code.
    exit_code: u8,
    /// The policy.
    policy: String,
    /// The toolchain that compiled new.
    toolchain: String,
    /// How many decisions were looked at.
    checked: usize,
    /// Entries that do not hold.
    broken: Vec<BrokenWire>,
    /// What changed since base; `null` without --base.
    changes: Option<ChangesWire>,
    /// What there is to know besides.
    notes: Vec<String>,
}

/// An entry that does not hold.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Broken")]
struct BrokenWire {
    /// The Go file, relative to the root.
    file: String,
    /// The line, from 1.
    line: u32,
    /// The function; empty for a line outside of functions.
    function: String,
    /// The key of the entry: `inline`, `heap` or `bounds-checks`.
    decision: &'static str,
    /// The level of the entry.
    level: String,
    /// What does not hold, in words.
    message: String,
    /// Where the entry stands.
    origin: OriginWire,
}

/// A line of the policy or of a Go file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Origin")]
struct OriginWire {
    /// The file.
    file: String,
    /// The line, from 1; `null` if it has none.
    line: Option<usize>,
}

/// What changed since base.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Changes")]
struct ChangesWire {
    /// The base revision.
    base: String,
    /// The toolchain that compiled it.
    toolchain: String,
    /// Which functions are compared: `reached` by benchmarks, or `all`.
    functions: &'static str,
    /// How many there are.
    compared: usize,
    /// The changes.
    list: Vec<ChangeWire>,
}

/// A decision that is another one than in base.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Change")]
struct ChangeWire {
    /// The Go file, relative to the root.
    file: String,
    /// The line, from 1.
    line: u32,
    /// The function.
    function: String,
    /// `inline`, `heap` or `bounds-checks`.
    decision: &'static str,
    /// Whether it is worse than in base.
    worse: bool,
    /// What changed, in words.
    message: String,
}

impl OriginWire {
    fn new(origin: &Origin) -> OriginWire {
        OriginWire { file: clean(&origin.source), line: origin.line }
    }
}

impl ChangeWire {
    fn new(it: &ChangedDecision) -> ChangeWire {
        ChangeWire {
            file: clean(&it.file),
            line: it.line,
            function: clean(&it.function),
            decision: it.what.key(),
            worse: it.is_worse,
            message: clean(it.what.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_what_its_schema_says() {
        let changes = DecisionChanges {
            base: "main".to_string(),
            toolchain: "go1.26.8".to_string(),
            only_reached: true,
            functions: 3,
            list: Vec::new(),
        };
        let mut report = DecisionReport {
            held: Held::default(),
            policy: "allocgate.toml".to_string(),
            toolchain: "go1.26.8".to_string(),
            changes: Some(changes),
            notes: vec!["a note".to_string()],
        };
        for _ in 0..2 {
            let mut out = Vec::new();
            decisions_json(&report, &mut out).expect("written");
            crate::report::screen::schemas::check("decisions", &String::from_utf8(out).expect("text"));
            report.changes = None;
        }
    }
}
