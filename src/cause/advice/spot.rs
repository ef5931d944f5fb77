//! The lines that allocate, each with all stacks that lead to it.

use crate::cause::join::{View, is_module};
use crate::cause::lines::Line;
use crate::cause::profile::{Frame, StackCost, site};
use crate::model::hash::IndexMap;
use crate::words::SharedText;

/// A collected pool adds a thousandth of an object per operation. Less than this is noise.
pub const LEAST_OBJECTS: f64 = 0.02;
/// Less than this part of what the benchmark allocates does not matter.
const LEAST_PART: f64 = 0.01;

/// A line that allocates.
#[derive(Debug, Default)]
pub struct Spot<'a> {
    /// The line; `None` without sources.
    pub line: Option<Line>,
    /// The stacks, the one with the most objects first, each with the number of the frame that is the line.
    pub stacks: Vec<(&'a StackCost, usize)>,
    /// Objects per operation.
    pub objects: f64,
    /// Bytes per operation.
    pub bytes: f64,
}

impl<'a> Spot<'a> {
    /// The calls that lead to the line on the stack with the most objects, the line first.
    pub fn frames(&self) -> &'a [Frame] {
        let first = self.stacks.first();
        first.map_or(&[], |(cost, at)| cost.stack.frames().get(*at..).unwrap_or_default())
    }

    /// The stacks on which the allocation is in the machine code of the function that has the line, and not in one that it calls:
    /// what the compiler prints at the line is about those.
    pub fn own(&self) -> impl Iterator<Item = (&'a StackCost, usize)> {
        let is_own = |(cost, at): &(&StackCost, usize)| {
            cost.stack.frames().iter().take(*at).all(|frame| frame.inlined)
        };
        self.stacks.iter().copied().filter(is_own)
    }
}

/// The lines of a benchmark that allocate, those with the most objects per operation first, then those with the most bytes.
pub fn spots<'a>(view: &View<'_>, costs: &'a [StackCost]) -> Vec<Spot<'a>> {
    let mut spots: IndexMap<Key, Spot<'a>> = IndexMap::default();
    for cost in costs {
        let Some(at) = site(&cost.stack, |it| is_module(view, it, false)) else { continue };
        let Some(frame) = cost.stack.frames().get(at) else { continue };
        let line = view.locate(frame);
        let spot = spots.entry(Key::of(line, frame)).or_default();
        spot.line = line;
        spot.objects += cost.objects;
        spot.bytes += cost.bytes;
        spot.stacks.push((cost, at));
    }
    let sum = |of: fn(&Spot) -> f64| spots.values().map(of).sum::<f64>();
    let (objects, bytes) = (sum(|it| it.objects), sum(|it| it.bytes));
    let matters = |it: &Spot| {
        it.objects >= LEAST_OBJECTS && (it.objects >= LEAST_PART * objects || it.bytes >= LEAST_PART * bytes)
    };
    let mut spots: Vec<Spot> = spots.into_values().filter(matters).collect();
    for spot in &mut spots {
        spot.stacks.sort_by(|a, b| b.0.objects.total_cmp(&a.0.objects));
    }
    let rounded = |objects: f64| (objects * 100.0).round();
    spots.sort_by(|a, b| rounded(b.objects).total_cmp(&rounded(a.objects)).then(b.bytes.total_cmp(&a.bytes)));
    spots
}

/// What makes two allocations those of one line.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Line(Line),
    Frame(SharedText, u32),
}

impl Key {
    fn of(line: Option<Line>, frame: &Frame) -> Key {
        line.map_or_else(|| Key::Frame(frame.file.clone(), frame.line), Key::Line)
    }
}
