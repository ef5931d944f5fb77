//! For programs.

use super::section::{BenchmarkSites, Sites};
use crate::cause::advice::AdvisedSite;
use crate::cause::{Allocated, Place};
use crate::words;
use serde::Serialize;
use std::io::{self, Write};

/// The contract of [`sites_json`].
const SCHEMA: &str = "allocgate/sites/v1";

#[derive(Serialize)]
struct Written<'s> {
    schema: &'static str,
    revision: &'s str,
    toolchain: &'s str,
    benchmarks: Vec<WrittenBenchmark<'s>>,
    /// The lines of all benchmarks: objects and bytes of one operation of each, added up.
    total: Vec<WrittenTotal>,
    notes: &'s [String],
}

#[derive(Serialize)]
struct WrittenBenchmark<'s> {
    pkg: &'s str,
    benchmark: &'s str,
    allocs_per_op: Option<f64>,
    bytes_per_op: Option<f64>,
    sites: Vec<WrittenSite<'s>>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct WrittenSite<'s> {
    file: &'s str,
    line: u32,
    text: &'s str,
    function: &'s str,
    objects_per_op: f64,
    bytes_per_op: f64,
    decisions: Vec<WrittenDecision<'s>>,
    calls: &'s [String],
    moves: Vec<WrittenMove<'s>>,
    stack: Vec<WrittenCall<'s>>,
}

#[derive(Serialize)]
struct WrittenDecision<'s> {
    text: &'s str,
    flow: Vec<WrittenStep<'s>>,
}

#[derive(Serialize)]
struct WrittenStep<'s> {
    text: &'s str,
    file: Option<&'s str>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct WrittenMove<'s> {
    #[serde(rename = "move")]
    which: &'static str,
    title: &'static str,
    why: &'s str,
    page: String,
}

#[derive(Serialize)]
struct WrittenCall<'s> {
    function: &'s str,
    file: &'s str,
    line: u32,
}

#[derive(Serialize)]
struct WrittenTotal {
    file: String,
    line: u32,
    objects: f64,
    bytes: f64,
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
