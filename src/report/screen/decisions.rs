//! What `allocgate decisions` prints: entries that do not hold, and what changed since base.

use crate::evidence::Overall;
use crate::pinned::{ChangedDecision, Held};
use crate::policy::{Level, Origin};
use crate::words::{self, clean, counted};
use anstyle::Style;
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
            writeln!(out, "{bold}{word}{bold:#}  {broken} of {checked} {verb} not hold")
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

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    verdict: String,
    exit_code: u8,
    policy: String,
    toolchain: String,
    /// How many decisions were looked at.
    checked: usize,
    broken: Vec<BrokenWire>,
    /// `null` without --base.
    changes: Option<ChangesWire>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct BrokenWire {
    file: String,
    line: u32,
    /// Empty for a line outside of functions.
    function: String,
    /// The key of the entry: `inline`, `heap` or `bounds-checks`.
    decision: &'static str,
    level: String,
    message: String,
    origin: OriginWire,
}

/// A line of the policy or of a Go file.
#[derive(Serialize)]
struct OriginWire {
    file: String,
    line: Option<usize>,
}

#[derive(Serialize)]
struct ChangesWire {
    base: String,
    toolchain: String,
    /// Which functions are compared: `reached` by benchmarks, or `all`.
    functions: &'static str,
    compared: usize,
    list: Vec<ChangeWire>,
}

#[derive(Serialize)]
struct ChangeWire {
    file: String,
    line: u32,
    function: String,
    decision: &'static str,
    worse: bool,
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
