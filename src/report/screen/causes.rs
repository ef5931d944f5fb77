//! Why benchmarks allocate more, as `allocgate causes` prints it.

use crate::cause::Allocated;
use crate::report::ExplainedBenchmark;
use crate::report::format::{MOST_SITES, blocks_of, code, markdown_cause, notes_of, prose};
use crate::report::wire::Cause;
use crate::words::{self, Number, clean, counted};
use anstyle::Style;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The most characters of a name or a sentence in a comment.
const MOST: usize = 1_000;

/// So many lines of a benchmark are shown if nothing else is said.
pub const CAUSE_LINES: usize = MOST_SITES;

/// Why benchmarks of two revisions allocate more.
#[derive(Debug)]
pub struct Causes {
    /// The base revision, for people.
    pub base: String,
    /// The new revision.
    pub new: String,
    /// The benchmarks, the one that grew most first.
    pub benchmarks: Vec<BenchmarkCauses>,
    /// What there is to know besides: how many benchmarks there are, and how many are left out.
    pub notes: Vec<String>,
    /// The most lines of a benchmark that are shown to people.
    pub lines: usize,
}

impl Default for Causes {
    fn default() -> Causes {
        let (base, new) = (String::new(), String::new());
        Causes { base, new, benchmarks: Vec::new(), notes: Vec::new(), lines: MOST_SITES }
    }
}

/// Why a benchmark allocates more, with what it allocates.
#[derive(Debug)]
pub struct BenchmarkCauses {
    /// What an operation allocates in base; `None` if that is not known.
    pub base: Option<Allocated>,
    /// What an operation allocates in new; `None` if that is not known.
    pub new: Option<Allocated>,
    /// The benchmark, and why.
    pub explained: ExplainedBenchmark,
}

impl Causes {
    fn explained(&self) -> impl Iterator<Item = &ExplainedBenchmark> {
        self.benchmarks.iter().map(|it| &it.explained)
    }

    /// How many lines of code are not shown.
    fn left_out(&self) -> usize {
        blocks_of(self.explained(), usize::MAX).len() - blocks_of(self.explained(), self.lines).len()
    }

    /// `and 2 more lines; --lines 5 shows all`
    fn more(&self) -> Option<String> {
        let more = self.left_out();
        let all = self.explained().map(|it| it.explanation.causes.len()).max().unwrap_or_default();
        (more > 0).then(|| format!("and {}; --lines {all} shows all", counted(more, "more line")))
    }
}

impl BenchmarkCauses {
    /// `allocs/op 0 → 2, B/op 0 → 16`
    fn growth(&self) -> String {
        let value = |side: Option<Allocated>, of: fn(&Allocated) -> f64| {
            side.as_ref().map_or("?".to_string(), |it| Number(of(it)).to_string())
        };
        let change = |unit: &str, of| format!("{unit} {} → {}", value(self.base, of), value(self.new, of));
        format!("{}, {}", change("allocs/op", |it| it.allocs_per_op), change("B/op", |it| it.bytes_per_op))
    }
}

/// Writes them for a terminal: the benchmarks; then for each line that allocates more, the decision of the compiler and the edits;
/// then what there is to know besides.
///
/// # Errors
/// If writing fails.
pub fn causes(causes: &Causes, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    for note in &causes.notes {
        writeln!(out, "{}", clean(note))?;
    }
    for it in &causes.benchmarks {
        let name = &it.explained.benchmark;
        let pkg = if it.explained.pkg.is_empty() { "this package" } else { &*it.explained.pkg };
        writeln!(out, "{bold}{}{bold:#} in {}: {}", clean(name), clean(pkg), it.growth())?;
    }
    for block in blocks_of(causes.explained(), causes.lines) {
        writeln!(out, "\n{bold}{}{bold:#}  {}", clean(block.place()), clean(block.code()))?;
        let flow = block.flow();
        let lines = [format!("{} in {}", block.growth(), block.benchmarks())]
            .into_iter()
            .chain(block.decision())
            .chain(flow.last().cloned())
            .chain(block.edits().map(|it| it.to_string()))
            .chain([format!("stack {}", block.stack())]);
        for line in lines {
            writeln!(out, "  {}", clean(line))?;
        }
    }
    if let Some(more) = causes.more() {
        writeln!(out, "\n{more}")?;
    }
    for note in notes_of(causes.explained()) {
        writeln!(out, "\n{}: {}", clean(note.benchmarks), clean(note.text))?;
    }
    Ok(())
}

/// Writes them for a comment.
///
/// # Errors
/// If writing fails.
pub fn causes_markdown(causes: &Causes, out: &mut dyn Write) -> io::Result<()> {
    for note in &causes.notes {
        writeln!(out, "{}\n", prose(note, MOST))?;
    }
    for it in &causes.benchmarks {
        let pkg = match &*it.explained.pkg {
            "" => String::new(),
            pkg => format!(" in {}", code(pkg, MOST)),
        };
        writeln!(out, "- {}{pkg}: {}", code(&it.explained.benchmark, MOST), it.growth())?;
    }
    writeln!(out)?;
    for block in blocks_of(causes.explained(), causes.lines) {
        write!(out, "{}", markdown_cause(&block))?;
    }
    if let Some(more) = causes.more() {
        writeln!(out, "\n… {}", prose(&more, MOST))?;
    }
    writeln!(out)?;
    for note in notes_of(causes.explained()) {
        writeln!(out, "- {}: {}", prose(&note.benchmarks, MOST), prose(&note.text, MOST))?;
    }
    Ok(())
}

/// The contract of [`causes_json`].
const SCHEMA: &str = "allocgate/causes/v1";

/// Why benchmarks of two revisions allocate more, as `allocgate causes --format json` writes it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Causes")]
pub(super) struct Written<'c> {
    /// `allocgate/causes/v1`. Fields may be added; none is removed or gets another meaning without another version.
    schema: &'static str,
    /// The base revision, for people.
    base: &'c str,
    /// The new revision, for people.
    new: &'c str,
    /// The benchmarks, the one that grew most first.
    benchmarks: Vec<WrittenBenchmark<'c>>,
    /// What there is to know besides: how many benchmarks there are, how many are left out, and what does not build.
    notes: &'c [String],
}

/// Why a benchmark allocates more.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Benchmark")]
struct WrittenBenchmark<'c> {
    /// The package's import path.
    pkg: &'c str,
    /// The name as Go prints it, without the `Benchmark` prefix.
    benchmark: &'c str,
    /// What an operation allocates in base; `null` if that is not known.
    base: Option<WrittenAllocated>,
    /// What an operation allocates in new; `null` if that is not known.
    new: Option<WrittenAllocated>,
    /// The lines that allocate more, the one that matters most first.
    causes: Vec<Cause>,
    /// What there is to know besides, in sentences.
    cause_notes: Vec<String>,
}

/// What an operation allocates.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Allocated")]
struct WrittenAllocated {
    /// B/op.
    bytes_per_op: f64,
    /// allocs/op.
    allocs_per_op: f64,
}

impl WrittenBenchmark<'_> {
    fn of(benchmark: &BenchmarkCauses) -> WrittenBenchmark<'_> {
        let BenchmarkCauses { base, new, explained } = benchmark;
        let allocated = |it: Option<Allocated>| {
            it.map(|it| WrittenAllocated { bytes_per_op: it.bytes_per_op, allocs_per_op: it.allocs_per_op })
        };
        let remarks = explained.explanation.remarks.iter();
        WrittenBenchmark {
            pkg: &explained.pkg,
            benchmark: &explained.benchmark,
            base: allocated(*base),
            new: allocated(*new),
            causes: Cause::all(&explained.explanation),
            cause_notes: remarks.map(ToString::to_string).collect(),
        }
    }
}

/// Writes them for programs. `causes` and `cause_notes` are as in the rows of a report.
///
/// # Errors
/// If writing fails.
pub fn causes_json(causes: &Causes, out: &mut dyn Write) -> io::Result<()> {
    let written = Written {
        schema: SCHEMA,
        base: &causes.base,
        new: &causes.new,
        benchmarks: causes.benchmarks.iter().map(WrittenBenchmark::of).collect(),
        notes: &causes.notes,
    };
    words::json(&written, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::{Cause, Confidence, Edit, EditSide, Evidence, Explanation, Place, Remark, Site};

    fn found() -> Causes {
        let place = |line, text: &str| Place { file: "wire/encode.go".into(), line, text: text.into() };
        let cause = Cause {
            site: Site {
                place: place(41, "buf := make([]byte, 0, `n`)"),
                function: "m/wire.Encode".into(),
                objects_per_op: 1.0,
                bytes_per_op: 24.0,
                stack: vec![("m/wire.Encode".into(), place(41, ""))],
            },
            decision: None,
            reason: None,
            edits: vec![Edit {
                place: place(9, "pool.Put(b)"),
                side: EditSide::Base,
                evidence: Evidence::Reuse,
            }],
            confidence: Confidence::Likely,
        };
        let benchmark = |name: &str, base| {
            let mut explanation = Explanation { causes: vec![cause.clone()], ..Explanation::default() };
            explanation.remarks.push(Remark::Text("a remark".to_string()));
            let new = Some(Allocated { bytes_per_op: 24.0, allocs_per_op: 1.0 });
            let explained = ExplainedBenchmark { pkg: "m/wire".into(), benchmark: name.into(), explanation };
            BenchmarkCauses { base, new, explained }
        };
        let zero = Some(Allocated { bytes_per_op: 0.0, allocs_per_op: 0.0 });
        Causes {
            base: "b".to_string(),
            new: "n".to_string(),
            benchmarks: vec![benchmark("A-2", zero), benchmark("B-2", None)],
            lines: MOST_SITES,
            notes: vec!["2 of 5 benchmarks allocate more than in base".to_string()],
        }
    }

    fn written(write: fn(&Causes, &mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&found(), &mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_line_that_two_benchmarks_reach_is_one_block() {
        let text = written(causes);
        let plain = text.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(
            plain,
            "2 of 5 benchmarks allocate more than in base\n\
             A-2 in m/wire: allocs/op 0 → 1, B/op 0 → 24\n\
             B-2 in m/wire: allocs/op ? → 1, B/op ? → 24\n\n\
             wire/encode.go:41  buf := make([]byte, 0, `n`)\n  \
             +1 object/op, +24 B/op in A-2, B-2\n  \
             likely caused by wire/encode.go:9 (deleted)  pool.Put(b)\n  \
             stack wire.Encode encode.go:41\n\n\
             A-2, B-2: explained: 0 of 0 B/op, 0 of 0 allocs/op; a remark\n"
        );
    }

    #[test]
    fn benchmarks_of_one_name_are_told_apart() {
        let mut same = found();
        for (it, pkg) in same.benchmarks.iter_mut().zip(["m/a", "m/b"]) {
            it.explained.benchmark = "A-2".into();
            it.explained.pkg = pkg.into();
        }
        let mut out = Vec::new();
        causes(&same, &mut out).expect("written");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("+24 B/op in A-2 in m/a, A-2 in m/b\n"), "{text}");
        assert!(text.contains("\nA-2 in m/a, A-2 in m/b: explained"), "{text}");
    }

    #[test]
    fn what_is_left_out_can_be_shown() {
        let mut many = found();
        many.lines = 0;
        let mut out = Vec::new();
        causes(&many, &mut out).expect("written");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("\nand 1 more line; --lines 1 shows all\n"), "{text}");
    }

    #[test]
    fn a_comment_shows_code_as_it_is() {
        let text = written(causes_markdown);
        assert!(text.contains("- `A-2` in `m/wire`: allocs/op 0 → 1, B/op 0 → 24\n"), "{text}");
        assert!(text.contains("`wire/encode.go:41` <code>"), "{text}");
    }

    #[test]
    fn programs_get_the_causes_of_a_report() {
        crate::report::screen::schemas::check("causes", &written(causes_json));
        let json: serde_json::Value = serde_json::from_str(&written(causes_json)).expect("JSON");
        assert_eq!(json["schema"], "allocgate/causes/v1");
        let first = &json["benchmarks"][0];
        assert_eq!(first["causes"][0]["site"]["line"], 41);
        assert_eq!(
            (&first["causes"][0]["edits"][0]["side"], &first["cause_notes"][0]),
            (&"base".into(), &"a remark".into())
        );
        assert!(json["benchmarks"][1]["base"].is_null() && json["notes"][0].is_string(), "{json}");
    }
}
