//! What every format shows: sections with lines of code.

use crate::cause::advice::{Advice, AdvisedSite, Total, total};
use crate::cause::{Allocated, FlowStep};
use crate::report::format::{place, short};
use crate::words::{Listed, Mean, Number, SharedText, counted};
use std::borrow::Cow;

/// The most lines of code of a benchmark that are shown to people, and of all benchmarks together.
const MOST_SITES: usize = 5;
const MOST_TOTAL: usize = 10;
/// The most benchmarks that are named at a line.
const BENCHMARKS: usize = 3;
/// The most steps of a value on its way to the heap, and the most decisions of a line.
const STEPS: usize = 8;
const DECISIONS: usize = 3;
/// The most sentences about calls at a line.
const CALLS: usize = 4;

/// Where benchmarks allocate.
#[derive(Debug, Default)]
pub struct Sites {
    /// The revision, for people.
    pub revision: String,
    /// The toolchain: `go1.26.8 linux/amd64`.
    pub toolchain: String,
    /// The benchmarks, the one with the most objects first.
    pub benchmarks: Vec<BenchmarkSites>,
    /// Whether the lines of all benchmarks are shown together.
    pub is_total: bool,
    /// The most lines of a section that are shown to people; `None` for the usual number.
    pub lines: Option<usize>,
    /// What there is to know besides: how many benchmarks there are, and how many are left out.
    pub notes: Vec<String>,
}

/// Where a benchmark allocates.
#[derive(Debug)]
pub struct BenchmarkSites {
    /// The import path of its package.
    pub pkg: SharedText,
    /// Its name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: SharedText,
    /// What an operation allocates; `None` if that is not known.
    pub allocated: Option<Allocated>,
    /// The lines.
    pub advice: Advice,
}

/// A heading, and lines of code.
pub(super) struct Section<'s> {
    /// A benchmark; empty for all of them.
    pub name: &'s str,
    /// What is said of it.
    pub about: String,
    pub blocks: Vec<Block<'s>>,
    /// How many lines of code are left out, and how to see them.
    pub more: Option<String>,
    pub notes: Vec<String>,
}

/// A line of code.
pub(super) struct Block<'s> {
    pub site: Cow<'s, AdvisedSite>,
    /// `2 objects/op, 16 B/op in wire.Encode`
    pub amount: String,
}

impl Sites {
    /// What was built, and what there is to know besides.
    pub(super) fn lead(&self) -> Vec<String> {
        let built = [self.revision.as_str(), self.toolchain.as_str()];
        let built: Vec<&str> = built.into_iter().filter(|it| !it.is_empty()).collect();
        std::iter::once(built.join(", ")).chain(self.notes.iter().cloned()).collect()
    }

    pub(super) fn sections(&self) -> Vec<Section<'_>> {
        if self.is_total {
            return vec![self.all()];
        }
        self.benchmarks.iter().map(|it| it.section(self.lines.unwrap_or(MOST_SITES))).collect()
    }

    /// The lines of all benchmarks.
    pub(super) fn totals(&self) -> Vec<Total> {
        total(self.benchmarks.iter().map(|it| (&it.benchmark, &it.advice)))
    }

    fn all(&self) -> Section<'_> {
        let totals = self.totals();
        let (all, most) = (totals.len(), self.lines.unwrap_or(MOST_TOTAL));
        let block = |it: Total| {
            let benchmarks = Listed::new(&it.benchmarks, BENCHMARKS);
            let amount = format!("{}, {} B in {benchmarks}", objects(it.objects, ""), bytes(it.bytes));
            Block { site: Cow::Owned(it.site), amount }
        };
        let benchmarks = counted(self.benchmarks.len(), "benchmark");
        Section {
            name: "",
            about: format!("objects and bytes are those of one operation of each of {benchmarks}, added up"),
            blocks: totals.into_iter().take(most).map(block).collect(),
            more: more(all, most),
            notes: Vec::new(),
        }
    }
}

impl BenchmarkSites {
    fn section(&self, most: usize) -> Section<'_> {
        let sites = &self.advice.sites;
        let allocated = self.allocated.map_or_else(String::new, |it| {
            format!(": {} allocs/op, {} B/op", Number(it.allocs_per_op), Number(it.bytes_per_op))
        });
        let pkg = if self.pkg.is_empty() { "this package" } else { &*self.pkg };
        let mut notes: Vec<String> = self.advice.remarks.iter().map(ToString::to_string).collect();
        if sites.is_empty() && notes.is_empty() {
            notes.push("no line allocates".to_string());
        }
        Section {
            name: &self.benchmark,
            about: format!("in {pkg}{allocated}"),
            blocks: sites.iter().take(most).map(Block::of).collect(),
            more: more(sites.len(), most),
            notes,
        }
    }
}

impl<'s> Block<'s> {
    fn of(advised: &'s AdvisedSite) -> Block<'s> {
        let site = &advised.site;
        let (objects, bytes) = (objects(site.objects_per_op, "/op"), bytes(site.bytes_per_op));
        let amount = format!("{objects}, {bytes} B/op in {}", short(&site.function));
        Block { site: Cow::Borrowed(advised), amount }
    }
}

impl Block<'_> {
    pub fn place(&self) -> String {
        place(&self.site.site.place)
    }

    pub fn code(&self) -> &str {
        &self.site.site.place.text
    }

    /// Each decision of the compiler, with the steps of the value on its way to the heap, as `show` writes them. A single step says the
    /// same as the decision.
    pub fn decisions(&self, show: fn(&FlowStep) -> String) -> impl Iterator<Item = (&str, Vec<String>)> {
        self.site.decisions.iter().take(DECISIONS).map(move |it| {
            let steps: Vec<String> = it.flow.iter().take(STEPS).map(show).collect();
            (it.text.as_str(), if steps.len() > 1 { steps } else { Vec::new() })
        })
    }

    /// Whether functions are inlined, and calls devirtualized.
    pub fn calls(&self) -> &[String] {
        self.site.calls.get(..CALLS).unwrap_or(&self.site.calls)
    }

    /// The moves: title, reason and page.
    pub fn moves(&self) -> impl Iterator<Item = (&'static str, &str, String)> {
        self.site.moves.iter().map(|it| (it.which.title(), it.why.as_str(), it.which.page()))
    }
}

/// `and 2 more lines; --lines 7 shows all`
fn more(all: usize, most: usize) -> Option<String> {
    let left = all.checked_sub(most).filter(|left| *left > 0)?;
    Some(format!("and {}; --lines {all} shows all", counted(left, "more line")))
}

fn objects(value: f64, per: &str) -> String {
    let objects = Mean(value).to_string();
    let noun = if objects == "1" { "object" } else { "objects" };
    format!("{objects} {noun}{per}")
}

fn bytes(value: f64) -> Number {
    Number(value.round())
}
