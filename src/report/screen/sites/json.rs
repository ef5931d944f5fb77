//! For programs.

use super::section::{BenchmarkSites, Sites};
use crate::cause::advice::AdvisedSite;
use crate::cause::{Allocated, Place};
use crate::words;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The contract of [`sites_json`].
const SCHEMA: &str = "allocgate/sites/v1";

/// Where the working tree allocates, as `allocgate sites --format json` writes it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sites")]
pub(in crate::report::screen) struct Written<'s> {
    /// `allocgate/sites/v1`. Fields may be added; none is removed or gets another meaning without another version.
    schema: &'static str,
    /// The revision, for people.
    revision: &'s str,
    /// The toolchain: `go1.26.8 linux/amd64`; empty if nothing was built with it.
    toolchain: &'s str,
    /// The benchmarks, the one with the most objects first.
    benchmarks: Vec<WrittenBenchmark<'s>>,
    /// The lines of all benchmarks: objects and bytes of one operation of each, added up.
    total: Vec<WrittenTotal>,
    /// What there is to know besides: how many benchmarks allocate, how many are left out, and what does not build.
    notes: &'s [String],
}

/// Where a benchmark allocates.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Benchmark")]
struct WrittenBenchmark<'s> {
    /// The package's import path.
    pkg: &'s str,
    /// The name as Go prints it, without the `Benchmark` prefix.
    benchmark: &'s str,
    /// allocs/op; `null` if that is not known.
    allocs_per_op: Option<f64>,
    /// B/op; `null` if that is not known.
    bytes_per_op: Option<f64>,
    /// The lines that allocate, the one with the most objects first.
    sites: Vec<WrittenSite<'s>>,
    /// What there is to know besides, in sentences.
    notes: Vec<String>,
}

/// A line that allocates.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Site")]
struct WrittenSite<'s> {
    /// The file, relative to the root of the repository.
    file: &'s str,
    /// The line, from 1.
    line: u32,
    /// The text of the line; empty if it could not be read.
    text: &'s str,
    /// The function, as Go's profiles name it.
    function: &'s str,
    /// Objects per operation.
    objects_per_op: f64,
    /// Bytes per operation.
    bytes_per_op: f64,
    /// What the compiler decided about the values of the line.
    decisions: Vec<WrittenDecision<'s>>,
    /// Which functions on the stack are inlined, and which calls are devirtualized, in sentences.
    calls: &'s [String],
    /// The moves of the playbook that apply, in the order in which to try them.
    moves: Vec<WrittenMove<'s>>,
    /// The calls that lead to the line, the innermost first.
    stack: Vec<WrittenCall<'s>>,
}

/// A decision of the compiler.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Decision")]
struct WrittenDecision<'s> {
    /// What it decided, in words.
    text: &'s str,
    /// How the value gets to the heap, step by step.
    flow: Vec<WrittenStep<'s>>,
}

/// A step of a value on its way to the heap.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Step")]
struct WrittenStep<'s> {
    /// What happens.
    text: &'s str,
    /// The file; `null` if the step has no line.
    file: Option<&'s str>,
    /// The line, from 1; `null` if it has none.
    line: Option<u32>,
}

/// A move of the playbook.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Move")]
struct WrittenMove<'s> {
    /// Its key.
    #[serde(rename = "move")]
    which: &'static str,
    /// Its title.
    title: &'static str,
    /// What proves that it applies.
    why: &'s str,
    /// Where it is explained.
    page: String,
}

/// A call on the way to a line that allocates.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Call")]
struct WrittenCall<'s> {
    /// The function, as Go's profiles name it.
    function: &'s str,
    /// The file.
    file: &'s str,
    /// The line, from 1.
    line: u32,
}

/// A line over all benchmarks.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Total")]
struct WrittenTotal {
    /// The file, relative to the root of the repository.
    file: String,
    /// The line, from 1.
    line: u32,
    /// Objects of one operation of each benchmark, added up.
    objects: f64,
    /// Bytes, likewise.
    bytes: f64,
    /// The benchmarks that reach it.
    benchmarks: Vec<String>,
}

/// Writes every line of every benchmark.
///
/// # Errors
/// If writing fails.
pub fn sites_json(sites: &Sites, out: &mut dyn Write) -> io::Result<()> {
    let totals = sites.totals().into_iter().map(|it| WrittenTotal {
        file: it.site.site.place.file.to_string(),
        line: it.site.site.place.line,
        objects: it.objects,
        bytes: it.bytes,
        benchmarks: it.benchmarks.iter().map(ToString::to_string).collect(),
    });
    let written = Written {
        schema: SCHEMA,
        revision: &sites.revision,
        toolchain: &sites.toolchain,
        benchmarks: sites.benchmarks.iter().map(benchmark).collect(),
        total: totals.collect(),
        notes: &sites.notes,
    };
    words::json(&written, out)
}

fn benchmark(benchmark: &BenchmarkSites) -> WrittenBenchmark<'_> {
    let BenchmarkSites { pkg, benchmark, allocated, advice } = benchmark;
    let of = |value: fn(&Allocated) -> f64| allocated.as_ref().map(value);
    WrittenBenchmark {
        pkg,
        benchmark,
        allocs_per_op: of(|it| it.allocs_per_op),
        bytes_per_op: of(|it| it.bytes_per_op),
        sites: advice.sites.iter().map(site).collect(),
        notes: advice.remarks.iter().map(ToString::to_string).collect(),
    }
}

fn site(site: &AdvisedSite) -> WrittenSite<'_> {
    let Place { file, line, text } = &site.site.place;
    let decisions = site.decisions.iter().map(|it| WrittenDecision {
        text: &it.text,
        flow: it
            .flow
            .iter()
            .map(|step| WrittenStep {
                text: &step.text,
                file: step.place.as_ref().map(|it| &*it.file),
                line: step.place.as_ref().map(|it| it.line),
            })
            .collect(),
    });
    let moves = site.moves.iter().map(|it| WrittenMove {
        which: it.which.into(),
        title: it.which.title(),
        why: &it.why,
        page: it.which.page(),
    });
    let stack = site.site.stack.iter().map(|(function, place)| WrittenCall {
        function,
        file: &place.file,
        line: place.line,
    });
    WrittenSite {
        file,
        line: *line,
        text,
        function: &site.site.function,
        objects_per_op: site.site.objects_per_op,
        bytes_per_op: site.site.bytes_per_op,
        decisions: decisions.collect(),
        calls: &site.calls,
        moves: moves.collect(),
        stack: stack.collect(),
    }
}
