//! Why benchmarks allocate more, as every format says it: one block per line that allocates, in a few lines of text.

use super::rows::worst_first;
use crate::cause::{Cause, Confidence, Decision, Edit, EditSide, Explanation, FlowStep, Place};
use crate::report::{ExplainedBenchmark, Report};
use crate::verdict::Finding;
pub(in crate::report) use crate::words::short_function as short;
use crate::words::{Listed, Mean, Number, SharedText, counted};
use indexmap::{IndexMap, IndexSet};
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// The most lines of a benchmark that are shown.
pub const MOST_SITES: usize = 3;

/// The most benchmarks that a text names, the most edits of a block, and the most calls of a stack.
const BENCHMARKS: usize = 5;
const EDITS: usize = 2;
const CALLS: usize = 4;

/// A line allocates the same in two benchmarks if the numbers differ by less than this part.
const SAME: f64 = 0.05;

/// A line that allocates more, with the benchmarks that reach it.
#[derive(Debug, Clone)]
pub struct Block<'r> {
    /// Of the benchmark in which the line allocates most.
    cause: &'r Cause,
    benchmarks: IndexSet<Cow<'r, str>>,
    /// Whether it allocates the same in all of them.
    is_same: bool,
}

/// An edit, with how certain it is the cause.
#[derive(Debug, Clone, Copy)]
pub struct EditText<'r> {
    lead: &'static str,
    edit: &'r Edit,
}

/// What is told about benchmarks besides the lines, in one sentence.
#[derive(Debug, Clone)]
pub struct Note {
    /// The benchmarks.
    pub benchmarks: String,
    /// How much is explained, and the remarks.
    pub text: String,
}

/// The explained benchmarks, the worst first.
fn explained(report: &Report) -> Vec<&ExplainedBenchmark> {
    let mut found: IndexMap<(&str, &str), &ExplainedBenchmark> = IndexMap::new();
    let known: IndexMap<(&str, &str), &ExplainedBenchmark> =
        report.explanations.iter().map(|it| ((it.pkg.as_str(), it.benchmark.as_str()), it)).collect();
    if known.is_empty() {
        return Vec::new();
    }
    for entry in worst_first(report) {
        let key = (entry.finding.pkg.as_str(), entry.finding.benchmark.as_str());
        if let Some(it) = known.get(&key).filter(|_| report.explanation(entry.finding).is_some()) {
            found.entry(key).or_insert(it);
        }
    }
    found.into_values().collect()
}

/// The name of each benchmark; with its package where another package has one of that name.
pub fn labels<'r>(benchmarks: &[&'r ExplainedBenchmark]) -> Vec<Cow<'r, str>> {
    let mut packages: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
    for it in benchmarks {
        packages.entry(&it.benchmark).or_default().insert(&it.pkg);
    }
    let label = |it: &&'r ExplainedBenchmark| match packages.get(&*it.benchmark) {
        Some(several) if several.len() > 1 => Cow::Owned(format!("{} in {}", it.benchmark, it.pkg)),
        _ => Cow::Borrowed(&*it.benchmark),
    };
    benchmarks.iter().map(label).collect()
}

/// The blocks, those of the worst benchmark first: of each benchmark at most `most` lines. One that several benchmarks reach is one
/// block.
pub fn blocks(report: &Report, most: usize) -> Vec<Block<'_>> {
    blocks_of(explained(report), most)
}

/// The same for benchmarks that are in this order.
pub fn blocks_of<'r>(
    benchmarks: impl IntoIterator<Item = &'r ExplainedBenchmark>,
    most: usize,
) -> Vec<Block<'r>> {
    fn key(cause: &Cause) -> (&str, u32, &str) {
        (&cause.site.place.file, cause.site.place.line, &cause.site.function)
    }
    let benchmarks: Vec<&ExplainedBenchmark> = benchmarks.into_iter().collect();
    let mut blocks: IndexMap<(&str, u32, &str), Block> = IndexMap::new();
    for cause in benchmarks.iter().flat_map(|it| it.explanation.causes.iter().take(most)) {
        blocks.entry(key(cause)).or_insert_with(|| Block::new(cause));
    }
    // A line is shown with every benchmark that reaches it, also where it is not among the first.
    for (it, label) in benchmarks.iter().zip(labels(&benchmarks)) {
        for cause in &it.explanation.causes {
            if let Some(block) = blocks.get_mut(&key(cause)) {
                block.add(label.clone(), cause);
            }
        }
    }
    blocks.into_values().collect()
}

/// How many lines there are beyond so many of each benchmark.
pub fn left_out(report: &Report, most: usize) -> usize {
    blocks(report, usize::MAX).len() - blocks(report, most).len()
}

/// `3 more lines; `allocgate causes --lines 8` shows all`
pub fn more(report: &Report, left_out: usize) -> String {
    let all = explained(report).into_iter().map(|it| it.explanation.causes.len()).max().unwrap_or_default();
    format!("{}; `allocgate causes --lines {all}` shows all", counted(left_out, "more line"))
}

/// How much of each benchmark is explained, with what there is to know besides. Benchmarks with the same text have one note.
pub fn notes(report: &Report) -> Vec<Note> {
    notes_of(explained(report))
}

/// The same for benchmarks that are in this order.
pub fn notes_of<'r>(benchmarks: impl IntoIterator<Item = &'r ExplainedBenchmark>) -> Vec<Note> {
    let benchmarks: Vec<&ExplainedBenchmark> = benchmarks.into_iter().collect();
    let mut notes: IndexMap<String, Vec<Cow<'_, str>>> = IndexMap::new();
    for (it, label) in benchmarks.iter().zip(labels(&benchmarks)) {
        notes.entry(note(&it.explanation)).or_default().push(label);
    }
    notes
        .into_iter()
        .map(|(text, names)| Note { benchmarks: Listed::new(names, BENCHMARKS).to_string(), text })
        .collect()
}

fn note(explanation: &Explanation) -> String {
    let explained = (!explanation.causes.is_empty()).then(|| explanation.explained.to_string());
    let remarks = explanation.remarks.iter().map(ToString::to_string);
    let parts: Vec<String> = explained.into_iter().chain(remarks).collect();
    match parts.is_empty() {
        true => "not explained: no line allocates more than in base".to_string(),
        false => parts.join("; "),
    }
}

impl<'r> Block<'r> {
    fn new(cause: &'r Cause) -> Block<'r> {
        Block { cause, benchmarks: IndexSet::new(), is_same: true }
    }

    fn add(&mut self, benchmark: Cow<'r, str>, cause: &'r Cause) {
        let (known, site) = (&self.cause.site, &cause.site);
        let differs = |a: f64, b: f64| (a - b).abs() > SAME * a.abs().max(b.abs());
        self.is_same &= !differs(known.bytes_per_op, site.bytes_per_op)
            && !differs(known.objects_per_op, site.objects_per_op);
        if site.bytes_per_op > known.bytes_per_op {
            self.cause = cause;
        }
        self.benchmarks.insert(benchmark);
    }
}

impl Block<'_> {
    /// The line that allocates: `wire/encode.go:41`.
    pub fn place(&self) -> String {
        place(&self.cause.site.place)
    }

    /// The text of that line.
    pub fn code(&self) -> &str {
        &self.cause.site.place.text
    }

    /// `+2 objects/op, +16 B/op`; with `up to` if it is less in some of the benchmarks.
    pub fn growth(&self) -> String {
        let site = &self.cause.site;
        let objects = Mean(site.objects_per_op).to_string();
        let noun = if objects == "1" { "object" } else { "objects" };
        let up_to = if self.is_same { "" } else { "up to " };
        let bytes = Number(site.bytes_per_op.round());
        match objects.as_str() {
            "0" => format!("{up_to}+{bytes} B/op"),
            objects => format!("{up_to}+{objects} {noun}/op, +{bytes} B/op"),
        }
    }

    /// The benchmarks that reach it.
    pub fn benchmarks(&self) -> String {
        Listed::new(&self.benchmarks, BENCHMARKS).to_string()
    }

    /// What the compiler decided: `moved to heap: num; in base on the stack`; else why it allocates more.
    pub fn decision(&self) -> Option<String> {
        let decision = self.cause.decision.as_ref().map(|it| match &it.base {
            Some(base) => format!("{}; in base {base}", it.text),
            None => it.text.clone(),
        });
        let parts: Vec<String> = decision.into_iter().chain(self.cause.reason.clone()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The same with back-ticks around what the compiler or the code says, for formats that show it as code.
    pub fn quoted_decision(&self) -> Option<String> {
        let decision = self.cause.decision.as_ref().map(|it| match &it.base {
            Some(base) => format!("{}; in base {base}", quoted(&it.text)),
            None => quoted(&it.text),
        });
        let parts: Vec<String> = decision.into_iter().chain(self.cause.reason.clone()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The steps of the value on its way to the heap, likewise.
    pub fn quoted_flow(&self) -> Vec<String> {
        self.cause.decision.iter().flat_map(|it| &it.flow).map(code_step).collect()
    }

    /// The steps of the value on its way to the heap.
    pub fn flow(&self) -> Vec<String> {
        self.cause.decision.iter().flat_map(|Decision { flow, .. }| flow).map(step).collect()
    }

    /// The likeliest edits behind it.
    pub fn edits(&self) -> impl Iterator<Item = EditText<'_>> {
        let text = |(i, edit)| EditText { lead: self.lead(i), edit };
        self.cause.edits.iter().take(EDITS).enumerate().map(text)
    }

    /// How certain the edit is the cause.
    fn lead(&self, edit: usize) -> &'static str {
        match (edit, self.cause.confidence) {
            (0, Confidence::Proven) => "caused by",
            (0, Confidence::Likely) => "likely caused by",
            (0, Confidence::Associated) => "perhaps caused by",
            // What leads to the line less surely than the first edit is no cause beside it.
            _ if self.evidence(edit) == self.evidence(0) => "and",
            _ => "also changed",
        }
    }

    /// How well what leads from an edit to the line is known.
    fn evidence(&self, edit: usize) -> Option<Confidence> {
        self.cause.edits.get(edit).map(|it| it.evidence.confidence())
    }

    /// The calls that lead to the line, the innermost first: `wire.(*Writer).Append encode.go:41 < wire.BenchmarkAppend …`.
    pub fn stack(&self) -> String {
        let stack = &self.cause.site.stack;
        let call = |(function, place): &(SharedText, Place)| {
            let base = place.file.rsplit('/').next().unwrap_or_default();
            format!("{} {base}:{}", short(function), place.line)
        };
        match stack.split_last() {
            Some((root, calls)) if stack.len() > CALLS => {
                let calls: Vec<String> = calls.iter().take(CALLS - 1).map(call).collect();
                format!("{} < … < {}", calls.join(" < "), call(root))
            }
            _ => stack.iter().map(call).collect::<Vec<_>>().join(" < "),
        }
    }
}

impl EditText<'_> {
    /// `caused by wire/encode.go:41`, `and wire/pool.go:9 (deleted)`
    pub fn place(&self) -> String {
        let deleted = if self.edit.side == EditSide::Base { " (deleted)" } else { "" };
        format!("{} {}{deleted}", self.lead, place(&self.edit.place))
    }

    /// The text of the line.
    pub fn code(&self) -> &str {
        &self.edit.place.text
    }
}

/// `caused by wire/encode.go:41  OnKV(key, val)`
impl Display for EditText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.place(), self.code())
    }
}

/// Where the likeliest edit of a row is, for formats that point at a line: the edit if new has it, otherwise the line that allocates.
pub fn edited_line<'r>(report: &'r Report, row: &Finding) -> Option<&'r Place> {
    let cause = report.explanation(row)?.causes.first()?;
    let edit = cause.edits.first().filter(|edit| edit.side == EditSide::New);
    Some(edit.map_or(&cause.site.place, |edit| &edit.place))
}

/// Why a row allocates more, in one sentence.
pub fn sentence(report: &Report, row: &Finding) -> Option<String> {
    let explanation = report.explanation(row)?;
    let Some(cause) = explanation.causes.first() else { return Some(note(explanation)) };
    let block = Block::new(cause);
    let site = format!("{} allocates ({})", block.place(), block.growth());
    let parts: Vec<String> = [site]
        .into_iter()
        .chain(block.decision())
        .chain(block.edits().take(1).map(|it| it.to_string()))
        .collect();
    Some(parts.join("; "))
}

/// `make([]int, n / 2)` escapes to heap; moved to heap: `num`
fn quoted(decision: &str) -> String {
    const ESCAPES: &str = " escapes to heap";
    const MOVED: &str = "moved to heap: ";
    match (decision.strip_suffix(ESCAPES), decision.strip_prefix(MOVED)) {
        (Some(expression), _) => format!("`{expression}`{ESCAPES}"),
        (None, Some(name)) => format!("{MOVED}`{name}`"),
        (None, None) => decision.to_string(),
    }
}

/// returned: `return &token`; passed to `wire.AppendKV(b, key)`
fn quoted_step(step: &str) -> String {
    const PASSED: &str = "passed to ";
    match (step.strip_prefix(PASSED), step.split_once(": ")) {
        (Some(expression), _) if !expression.is_empty() => format!("{PASSED}`{expression}`"),
        (_, Some((words, expression))) if !expression.is_empty() => format!("{words}: `{expression}`"),
        _ => step.to_string(),
    }
}

/// `wire/encode.go:41`
pub(in crate::report) fn place(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

/// `returned: &token, wire/scan.go:9`
pub(in crate::report) fn step(step: &FlowStep) -> String {
    step.place.as_ref().map_or(step.text.clone(), |it| format!("{}, {}", step.text, place(it)))
}

/// The same with back-ticks around what is code.
pub(in crate::report) fn code_step(it: &FlowStep) -> String {
    step(&FlowStep { text: quoted_step(&it.text), place: it.place.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Evidence;

    #[test]
    fn what_the_compiler_says_is_one_piece_of_code() {
        assert_eq!(quoted("make([]int, n / 50) escapes to heap"), "`make([]int, n / 50)` escapes to heap");
        assert_eq!(quoted("moved to heap: num"), "moved to heap: `num`");
        assert_eq!(quoted("F is not inlined: unhandled op DEFER"), "F is not inlined: unhandled op DEFER");
        assert_eq!(quoted_step("passed to f(a, b: c)"), "passed to `f(a, b: c)`");
        assert_eq!(quoted_step("returned: return append(b, x)"), "returned: `return append(b, x)`");
        assert_eq!(quoted_step("spill"), "spill");
    }

    #[test]
    fn an_edit_with_weaker_evidence_is_no_cause() {
        let place = |line| Place { file: "a.go".into(), line, text: "x".into() };
        let edit = |line, evidence| Edit { place: place(line), side: EditSide::New, evidence };
        let mut cause = Cause {
            site: crate::cause::Site {
                place: place(1),
                function: "m.F".into(),
                objects_per_op: 1.0,
                bytes_per_op: 8.0,
                stack: Vec::new(),
            },
            decision: None,
            reason: None,
            edits: vec![edit(2, Evidence::Flow), edit(3, Evidence::Leak)],
            confidence: Confidence::Proven,
        };
        let texts =
            |cause: &Cause| -> Vec<String> { Block::new(cause).edits().map(|it| it.place()).collect() };
        assert_eq!(texts(&cause), ["caused by a.go:2", "and a.go:3"]);
        cause.edits = vec![edit(2, Evidence::Flow), edit(3, Evidence::OnStack)];
        assert_eq!(texts(&cause), ["caused by a.go:2", "also changed a.go:3"]);
    }
}
