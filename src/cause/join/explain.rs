//! From two captures to the explanation of a benchmark.

use super::capture::{Captured, Growth};
use super::deferred::at_their_defer;
use super::edit::Found;
use super::flow::{decided, new_heap, trace};
use super::nearby::Nearby;
use super::sites::{GrownSite, grown};
use super::view::View;
use super::{inlining, reason, size};
use crate::cause::decision::{Flow, Level, Style, Value, ValueKind};
use crate::cause::explanation::{
    CERTAIN, Cause, Confidence, Decision, EditSide, Evidence, Explained, Explanation, Input, Place, Remark,
    Site,
};
use crate::cause::lines::{Counterpart, EditedLine, Line, LineMap};
use crate::cause::profile::{Frame, Stack};
use crate::words::SharedText;
use std::collections::BTreeSet;

/// Fewer objects per operation that the benchmark counts and the profile does not are not worth a remark.
const LEAST_HIDDEN: f64 = 0.1;
/// So many lines are named where tiny objects may be.
const MOST_PLACES: usize = 5;
/// So many values of a line are followed.
const MOST_VALUES: usize = 4;
/// Objects under this size in bytes share memory.
const TINY: f64 = 16.0;

/// Why a benchmark allocates more than in base: the sites that grew, the largest first, each with the decision that changed and the
/// edits behind it. What is missing is said in a remark, and what does not follow from the data is left out.
pub fn explain(base: &Captured<'_>, new: &Captured<'_>, map: &LineMap, growth: Growth) -> Explanation {
    let mut remarks = missing(base, new, map);
    let compilers = different_compilers(base, new);
    let view = View::new(map, base, new, compilers.is_none());
    remarks.extend(compilers);
    let of_base = at_their_defer(base.costs.unwrap_or_default(), &map.base);
    let of_new = at_their_defer(new.costs.unwrap_or_default(), &map.new);
    let (sites, foreign) = grown(&view, &of_base, &of_new, growth);
    let mut causes: Vec<Cause> = Vec::new();
    for site in &sites {
        let mut cause = cause(&view, site);
        if let Some(updated) = reason::updated(base.dependencies, new.dependencies, site) {
            let before = cause.reason.take().map_or_else(String::new, |it| format!("{it}; "));
            cause.reason = Some(format!("{before}{updated}"));
        }
        if !is_shifted(site, &cause) || sites.len() == 1 {
            causes.push(cause);
        }
    }
    let explained = Explained {
        bytes: causes.iter().fold(0.0, |sum, it| sum + it.site.bytes_per_op),
        bytes_of: growth.bytes,
        objects: causes.iter().fold(0.0, |sum, it| sum + it.site.objects_per_op),
        objects_of: growth.objects,
    };
    if new.costs.is_some() {
        remarks.extend(reconcile(&view, &sites, &explained, foreign));
    }
    remarks.extend(edited_benchmark(&view, &sites));
    Explanation { causes, explained, remarks }
}

/// What is missing and what it would add.
fn missing(base: &Captured<'_>, new: &Captured<'_>, map: &LineMap) -> Vec<Remark> {
    let missing = [
        (base.costs.is_none() && new.costs.is_some(), Input::BaseProfile),
        (base.decisions.is_none() && new.decisions.is_none(), Input::Decisions),
        (map.base.is_empty(), Input::BaseSources),
        (map.new.is_empty(), Input::NewSources),
    ];
    let mut remarks: Vec<Remark> =
        missing.into_iter().filter(|it| it.0).map(|it| Remark::Missing(it.1)).collect();
    let mut text = |it: &str| remarks.push(Remark::Text(it.to_string()));
    if new.costs.is_none() && base.costs.is_some() {
        text("no profile of new: it would show which lines allocate");
    }
    match (base.decisions, new.decisions) {
        (None, Some(_)) => text("no output of -gcflags=-m=2 of base: it would say which decisions are new"),
        (Some(_), None) => text("no output of -gcflags=-m=2 of new: it would say why values are on the heap"),
        _ => {}
    }
    let decisions = [base.decisions, new.decisions].into_iter().flatten();
    if decisions.clone().any(|it| it.level == Some(Level::Decisions)) {
        text(
            "output of -gcflags=-m: that of -m=2 would say how values get to the heap, and what inlining costs",
        );
    }
    if decisions.clone().any(|it| !it.has_tests()) {
        text(
            "output of the compiler for the package without its tests: that of `go test -c` is about the code that ran",
        );
    }
    remarks
}

/// Says so if the sides were built by different compilers. Without their versions, the way in which they write tells old from new.
fn different_compilers(base: &Captured<'_>, new: &Captured<'_>) -> Option<Remark> {
    let style = |side: &Captured<'_>| match side.decisions?.style? {
        Style::Equals => Some("Go 1.24 or older"),
        Style::Arrow => Some("Go 1.25 or newer"),
    };
    let both = base.toolchain.zip(new.toolchain).or_else(|| style(base).zip(style(new)));
    let (base, new) = both.filter(|(base, new)| base != new)?;
    Some(Remark::Toolchains { base: base.to_string(), new: new.to_string() })
}

/// Tiny objects share memory, and the line that opens a new piece of it is counted: lines without an edit seem to grow.
fn is_shifted(site: &GrownSite<'_>, cause: &Cause) -> bool {
    let is_tiny = site.bytes < TINY - 0.5 && site.objects < 1.0 && site.bytes <= TINY * site.objects + 1.0;
    is_tiny && cause.decision.is_none() && cause.confidence == Confidence::Associated
}

fn cause(view: &View<'_>, site: &GrownSite<'_>) -> Cause {
    let stack = &site.stack.stack;
    let frames: Vec<&Frame> = stack.frames().iter().skip(site.frame).collect();
    let mut found = Found::default();
    let mut decision = None;
    let has_edits = !view.map.base.is_empty() && !view.map.new.is_empty();
    if has_edits {
        // What is printed at the line says nothing about memory that a function of a library allocates.
        decision = site.own().and_then(|(cost, at)| by_decisions(view, &cost.stack, at, &mut found));
        let lines: Vec<Line> = frames.iter().filter_map(|it| view.locate(it)).collect();
        nearby(view, site, &lines, &mut found);
    }
    let is_alone = view.map.base.is_empty() || view.base.decisions.is_none();
    if decision.is_none() && is_alone && site.is_own() {
        decision = frames.first().and_then(|it| decided(view, view.locate(it)?));
    }
    let reason = if decision.is_none() { reason::reason(view, site) } else { reason::called(site) };
    let confidence = if view.same_compiler {
        found.confidence()
    } else {
        found.confidence().max(Confidence::Likely) // another compiler may decide otherwise about the same code
    };
    Cause { site: shown(view, site, &frames), decision, reason, edits: found.finish(view), confidence }
}

/// Rules 1 to 3: what the compiler decided otherwise than in base.
fn by_decisions(view: &View<'_>, stack: &Stack, at: usize, found: &mut Found) -> Option<Decision> {
    let frames = stack.frames().get(at..).unwrap_or_default();
    let group = stack.inline_group(at);
    let mut lines: Vec<Line> = group.iter().filter_map(|it| view.locate(it)).collect();
    lines.dedup();
    let mut decision: Option<Decision> = None;
    // The line itself tells most. What is printed at the call that it is inlined into may be about other values.
    let heap = lines.iter().map(|it| new_heap(view, &[*it])).find(|it| !it.is_empty()).unwrap_or_default();
    for value in heap.iter().take(MOST_VALUES) {
        let traced = trace(view, value, found);
        decision.get_or_insert(traced);
    }
    // Inlining matters to the functions that have the allocation in them: a value that they return need not be on the heap.
    let mut seen = BTreeSet::new();
    let inlined = frames.iter().take_while(|it| it.inlined).count();
    for frame in frames.iter().take(inlined + 1) {
        let unit = view.locate(frame).and_then(|it| view.new.sources.unit(it));
        let Some(unit) = unit.filter(|it| seen.insert(*it) && returns_heap(view, frame)) else { continue };
        if let Some(lost) = inlining::lost(view, unit).or_else(|| inlining::lost_in_big(view, unit)) {
            found.add_all(lost.edits, Evidence::Inlining);
            decision.get_or_insert(lost.decision);
        }
    }
    decision
}

/// Whether the function of a frame returns something that is on the heap for that: its caller could have it on the stack if the
/// function were inlined.
fn returns_heap(view: &View<'_>, frame: &Frame) -> bool {
    let Some(line) = view.locate(frame) else { return false };
    let returned = |it: &Value| {
        let ends = |flow: &Flow| flow.steps.last().is_some_and(|it| &*it.why == "return");
        matches!(it.kind, ValueKind::Heap | ValueKind::Moved)
            && (it.flows.is_empty() || it.flows.iter().any(ends))
    };
    view.new.values(line).into_iter().any(returned)
}

/// Rules 4 to 7: what no decision tells.
fn nearby(view: &View<'_>, site: &GrownSite<'_>, lines: &[Line], found: &mut Found) {
    let Some(&leaf) = lines.first() else { return };
    reason::larger_types(view, site, leaf, found);
    size::find(view, leaf, found);
    let frames = site.stack.stack.frames();
    let get = frames.iter().position(|it| &*it.function == "sync.(*Pool).Get");
    let pool_call = get.and_then(|at| frames.iter().skip(at).find_map(|it| view.locate(it)));
    let nearby = Nearby::new(view, lines.to_vec(), pool_call);
    // A line that is wholly new needs no other reason.
    if view.map.to_base(leaf) == Counterpart::None && view.map.is_edited(leaf) {
        found.add(EditedLine { side: EditSide::New, line: leaf }, Evidence::NewCall);
    }
    nearby.reuse(found);
    nearby.calls(found);
    nearby.room(found);
    if !found.is_full() {
        nearby.on_stack(found);
    }
    if found.is_empty() {
        nearby.related(found);
    }
}

/// The site as it is shown.
fn shown(view: &View<'_>, site: &GrownSite<'_>, frames: &[&Frame]) -> Site {
    let place = |frame: &&Frame| match view.locate(frame) {
        Some(line) => view.new.sources.place(line),
        None => Place { file: frame.file.clone(), line: frame.line, text: SharedText::from("") },
    };
    let is_runtime = |it: &&&Frame| it.package == "testing" || it.package == "runtime";
    let stack: Vec<(SharedText, Place)> =
        frames.iter().filter(|it| !is_runtime(it)).map(|it| (it.function.clone(), place(it))).collect();
    let (function, first) = match (stack.first(), frames.first()) {
        (Some(first), _) => first.clone(),
        (None, Some(frame)) => (frame.function.clone(), place(frame)),
        (None, None) => (SharedText::from(""), Place { file: "".into(), line: 0, text: "".into() }),
    };
    let place = site.line.map_or(first, |it| view.new.sources.place(it));
    Site { place, function, objects_per_op: site.objects, bytes_per_op: site.bytes, stack }
}

/// What the sites do not explain.
fn reconcile(view: &View<'_>, sites: &[GrownSite<'_>], explained: &Explained, foreign: f64) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let bytes = explained.bytes_of - explained.bytes;
    let objects = explained.objects_of - explained.objects;
    let tolerance = (0.1 * explained.bytes_of.abs()).max(2.0);
    // The bytes are in the profile and the objects are not: they share memory.
    if objects >= LEAST_HIDDEN && bytes.abs() <= tolerance + foreign.abs() && explained.bytes > 0.0 {
        let candidates = if objects >= CERTAIN { hidden(view, sites) } else { Vec::new() };
        remarks.push(Remark::Tiny { objects, candidates });
    }
    if explained.objects_of < 0.5 && explained.objects >= 0.02 && explained.objects < 1.0 {
        remarks.push(Remark::Floored { objects: explained.objects });
    }
    if bytes > tolerance && bytes > foreign.max(0.0) + 2.0 {
        remarks.push(Remark::Unexplained { bytes });
    }
    remarks
}

/// Where tiny objects may be: sites with more values that are newly on the heap than the profile has objects, then such values elsewhere
/// in functions on the stacks.
fn hidden(view: &View<'_>, sites: &[GrownSite<'_>]) -> Vec<Place> {
    let frames = sites.iter().flat_map(|it| it.stack.stack.frames().iter().skip(it.frame));
    let units: BTreeSet<_> =
        frames.filter_map(|it| view.locate(it)).filter_map(|it| view.new.sources.unit(it)).collect();
    // Closures with variables and lists of arguments are larger.
    let is_large = |it: &Value| matches!(&*it.expression, "func literal" | "... argument");
    let count = |line: Line| new_heap(view, &[line]).iter().filter(|it| !is_large(it.value)).count();
    let has_more =
        |it: &&GrownSite<'_>| it.line.is_some_and(|line| count(line) as f64 >= it.objects + CERTAIN);
    let of_sites = sites.iter().filter(has_more).filter_map(|it| it.line);
    let is_site = |line: &Line| sites.iter().any(|it| it.line == Some(*line));
    let lines = units.into_iter().flat_map(|it| view.new.sources.lines(it)).filter(|it| !is_site(it));
    let new = of_sites.chain(lines.filter(|it| count(*it) > 0));
    new.take(MOST_PLACES).map(|it| view.new.sources.place(it)).collect()
}

/// The benchmark changed if its own line on a stack was edited.
fn edited_benchmark(view: &View<'_>, sites: &[GrownSite<'_>]) -> Option<Remark> {
    let frames = sites.iter().flat_map(|it| it.stack.stack.frames().iter().skip(it.frame));
    let edited = |it: &Frame| {
        let line = view.locate(it)?;
        (it.is_test() && view.map.is_edited(line)).then(|| view.new.sources.place(line))
    };
    let has_base = !view.map.base.is_empty();
    frames.filter(|_| has_base).find_map(edited).map(Remark::BenchmarkEdited)
}
