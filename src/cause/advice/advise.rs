//! From a capture to the lines that allocate and the moves that apply.

use super::calls::decided;
use super::playbook::Move;
use super::rules::moves;
use super::spot::{Spot, spots};
use super::subject::subjects;
use super::words::decisions;
use crate::cause::explanation::{Decision, Input, Place, Remark, Site};
use crate::cause::join::{Captured, View, at_their_defer};
use crate::cause::lines::LineMap;
use crate::cause::profile::Frame;
use crate::words::SharedText;

/// More objects per operation than this are missing in the profile only if they share memory.
const HIDDEN: f64 = 0.1;

/// Where a benchmark allocates.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Advice {
    /// The lines, the one with the most objects per operation first, then that with the most bytes.
    pub sites: Vec<AdvisedSite>,
    /// What a reader must know besides.
    pub remarks: Vec<Remark>,
}

/// A line that allocates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AdvisedSite {
    /// Where, and how much it allocates per operation.
    pub site: Site,
    /// What the compiler decided about its values.
    pub decisions: Vec<Decision>,
    /// Whether the functions on the stack are inlined, and which calls are devirtualized, in sentences.
    pub calls: Vec<String>,
    /// The moves that apply, in the order in which to try them. Empty if nothing proves one.
    pub moves: Vec<AdvisedMove>,
}

/// A move that applies to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdvisedMove {
    /// Which.
    pub which: Move,
    /// What proves it.
    pub why: String,
}

/// Where a benchmark allocates, and which moves of the playbook apply: those that the decisions of the compiler and the profile prove.
/// The sources are those of new in the map; its base is empty. `objects` is what the benchmark printed as allocs/op, if that is known.
pub fn advise(captured: &Captured<'_>, map: &LineMap, objects: Option<f64>) -> Advice {
    let view = View::new(map, &Captured::default(), captured, true);
    let costs = &at_their_defer(captured.costs.unwrap_or_default(), &map.new);
    let sites: Vec<AdvisedSite> = spots(&view, costs).iter().map(|it| site(&view, it)).collect();
    let mut remarks = Vec::new();
    for (is_missing, input) in
        [(captured.decisions.is_none(), Input::Decisions), (map.new.is_empty(), Input::NewSources)]
    {
        if is_missing {
            remarks.push(Remark::Missing(input));
        }
    }
    let hidden = objects.unwrap_or_default() - costs.iter().map(|it| it.objects).sum::<f64>();
    if hidden > HIDDEN && hidden.round() >= 1.0 && captured.costs.is_some() {
        remarks.push(Remark::Tiny { objects: hidden, candidates: Vec::new() });
    }
    Advice { sites, remarks }
}

fn site(view: &View<'_>, spot: &Spot<'_>) -> AdvisedSite {
    let subjects = subjects(view, spot);
    let moves = moves(view, spot, &subjects).0.into_iter();
    AdvisedSite {
        site: shown(view, spot),
        decisions: decisions(view, spot, &subjects),
        calls: decided(view, spot.frames()),
        moves: moves.map(|(which, why)| AdvisedMove { which, why }).collect(),
    }
}

fn shown(view: &View<'_>, spot: &Spot<'_>) -> Site {
    let place = |frame: &Frame| match view.locate(frame) {
        Some(line) => view.new.sources.place(line),
        None => Place { file: frame.file.clone(), line: frame.line, text: SharedText::from("") },
    };
    let is_shown = |it: &&Frame| !matches!(it.package.as_str(), "testing" | "runtime");
    let stack: Vec<(SharedText, Place)> =
        spot.frames().iter().filter(is_shown).map(|it| (it.function.clone(), place(it))).collect();
    let (function, place) = stack.first().cloned().unwrap_or_else(|| {
        ("".into(), Place { file: "".into(), line: 0, text: "".into() }) // every spot has a frame of the module
    });
    Site { place, function, objects_per_op: spot.objects, bytes_per_op: spot.bytes, stack }
}
