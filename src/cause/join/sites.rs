//! The lines that allocate more than in base.

use super::capture::Growth;
use super::view::View;
use crate::cause::lines::{Counterpart, Line, Unit};
use crate::cause::profile::{Frame, StackCost, site};
use crate::model::hash::{HashSet, IndexMap};
use crate::words::SharedText;

/// A collected pool adds a thousandth of an object per operation. Less than this is noise.
const LEAST_OBJECTS: f64 = 0.02;
/// Bytes per operation that are noise: what differs in the runtime between two runs.
const LEAST_BYTES: f64 = 1.0;
/// Less than this part of the growth does not matter.
const LEAST_PART: f64 = 0.01;

/// A line that allocates more than in base.
#[derive(Debug, Clone)]
pub struct GrownSite<'a> {
    /// The line in new; `None` without sources.
    pub line: Option<Line>,
    /// The stack that grew most, and which of its frames is the site.
    pub stack: &'a StackCost,
    pub frame: usize,
    /// Objects per operation more than in base.
    pub objects: f64,
    /// Bytes per operation more than in base.
    pub bytes: f64,
    /// What it allocates per operation in base, and in new.
    pub before: Net,
    pub after: Net,
}

/// Where a frame is, in the terms of new.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    New(Line),
    /// A line of base that new does not have.
    Base(Line),
    /// Without sources: the function, its file, and the line in it.
    Function(SharedText, SharedText, u32),
}

/// Objects and bytes per operation.
#[derive(Debug, Default, Clone, Copy)]
pub struct Net {
    pub objects: f64,
    pub bytes: f64,
}

impl Net {
    fn add(&mut self, cost: &StackCost, sign: f64) {
        self.objects += sign * cost.objects;
        self.bytes += sign * cost.bytes;
    }

    /// Whether one is what the other lost.
    fn cancels(self, other: Net) -> bool {
        let near = |a: f64, b: f64| (a + b).abs() <= 0.02 * a.abs().max(b.abs()) + 0.01;
        near(self.objects, other.objects) && near(self.bytes, other.bytes)
    }
}

struct Group<'a> {
    net: Net,
    before: Net,
    after: Net,
    folder: SharedText,
    /// Each stack of new in terms of places, with what it costs more.
    stacks: IndexMap<Vec<Place>, StackNet<'a>>,
}

impl Group<'_> {
    fn new(folder: SharedText) -> Self {
        let none = Net::default();
        Group { net: none, before: none, after: none, folder, stacks: IndexMap::default() }
    }
}

#[derive(Default)]
struct StackNet<'a> {
    net: Net,
    /// The largest of new, and which of its frames is the site.
    of_new: Option<(&'a StackCost, usize)>,
}

/// The sites of new that allocate more than in base, the largest part of the growth first; and the bytes per operation that no frame
/// of the module has.
pub fn grown<'a>(
    view: &View<'_>,
    base: &'a [StackCost],
    new: &'a [StackCost],
    growth: Growth,
) -> (Vec<GrownSite<'a>>, f64) {
    let mut groups: IndexMap<Place, Group<'a>> = IndexMap::default();
    let mut foreign = 0.0;
    for (costs, is_base, sign) in [(base, true, -1.0), (new, false, 1.0)] {
        for cost in costs {
            let is_module = |frame: &Frame| is_module(view, frame, is_base);
            let Some(at) = site(&cost.stack, is_module) else {
                foreign += sign * cost.bytes;
                continue;
            };
            let frames = cost.stack.frames().iter().skip(at).filter(|it| is_module(it));
            let places: Vec<Place> = frames.map(|it| place(view, it, is_base)).collect();
            let Some(first) = places.first().cloned() else { continue };
            let folder =
                cost.stack.frames().get(at).map_or_else(|| SharedText::from(""), |it| it.package.clone());
            let group = groups.entry(first).or_insert_with(|| Group::new(folder));
            group.net.add(cost, sign);
            if is_base { &mut group.before } else { &mut group.after }.add(cost, 1.0);
            let stack = group.stacks.entry(places).or_default();
            stack.net.add(cost, sign);
            if !is_base && stack.of_new.is_none_or(|(other, _)| other.bytes < cost.bytes) {
                stack.of_new = Some((cost, at));
            }
        }
    }
    let moved = moved(&groups);
    set_off(view, &mut groups, &moved);
    let mut sites: Vec<GrownSite<'a>> = groups
        .iter()
        .filter(|(place, _)| !moved.contains(*place))
        .filter_map(|(place, group)| grown_site(place, group, growth))
        .collect();
    sites.sort_by(|a, b| part(b, growth).total_cmp(&part(a, growth)));
    (sites, foreign)
}

/// Whether a frame is one of the module.
pub fn is_module(view: &View<'_>, frame: &Frame, is_base: bool) -> bool {
    let tree = if is_base { &view.base } else { &view.new };
    if !tree.sources.is_empty() {
        return tree.sources.locate_in(&frame.code_package(), &frame.file, frame.line).is_some();
    }
    match tree.decisions {
        Some(decisions) => !decisions.compilations(&frame.package).is_empty(),
        // The standard library is the only one without a dot in its first element.
        None => frame.package.split('/').next().is_some_and(|it| it.contains('.') || it == "main"),
    }
}

fn place(view: &View<'_>, frame: &Frame, is_base: bool) -> Place {
    let tree = if is_base { &view.base } else { &view.new };
    // Lines of one tree mean nothing without the other.
    let has_both = !view.base.sources.is_empty() && !view.new.sources.is_empty();
    let line = tree.sources.locate_in(&frame.code_package(), &frame.file, frame.line).filter(|_| has_both);
    match line {
        Some(line) if is_base => match view.map.to_new(line).line() {
            Some(line) => Place::New(view.map.representative(line)),
            None => Place::Base(line),
        },
        Some(line) => Place::New(view.map.representative(line)),
        None => {
            let offset = frame.line.saturating_sub(frame.start_line);
            Place::Function(frame.function.clone(), SharedText::from(frame.base()), offset)
        }
    }
}

/// Sites whose growth is what another site of the package lost, and those others: the code moved, or the compiler gives it another
/// place.
fn moved(groups: &IndexMap<Place, Group<'_>>) -> HashSet<Place> {
    let mut lost: Vec<(&Place, &Group<'_>, bool)> =
        groups.iter().filter(|it| it.1.net.bytes < 0.0).map(|it| (it.0, it.1, true)).collect();
    let mut moved = HashSet::default();
    for same_package in [true, false] {
        for (place, group) in groups.iter().filter(|(_, it)| it.net.bytes > 0.0) {
            if moved.contains(place) {
                continue;
            }
            let pair = lost.iter_mut().find(|(_, other, is_left)| {
                *is_left && (other.folder == group.folder) == same_package && group.net.cancels(other.net)
            });
            if let Some((other, _, is_left)) = pair {
                *is_left = false;
                moved.insert(place.clone());
                moved.insert((*other).clone());
            }
        }
    }
    moved
}

/// Subtracts what deleted lines allocated from new lines of the same function: where a function was written anew, these are in their
/// place. Each deleted line counts for the new one that allocates most nearly the same.
fn set_off(view: &View<'_>, groups: &mut IndexMap<Place, Group<'_>>, moved: &HashSet<Place>) {
    let mut deleted: Vec<(Unit, Net)> = Vec::new();
    for (place, group) in groups.iter().filter(|it| !moved.contains(it.0)) {
        if let Place::Base(line) = place
            && let Some(unit) = view.base.sources.unit(*line).and_then(|it| view.map.unit_to_new(it))
        {
            deleted.push((unit, group.net));
        }
    }
    deleted.sort_by(|a, b| a.1.bytes.total_cmp(&b.1.bytes));
    for (unit, lost) in deleted {
        let is_in_place = |place: &Place| match place {
            Place::New(line) => {
                view.new.sources.unit(*line) == Some(unit)
                    && matches!(view.map.to_base(*line), Counterpart::None | Counterpart::Moved(_))
            }
            _ => false,
        };
        let candidates = groups
            .iter_mut()
            .filter(|(place, group)| group.net.bytes > 0.0 && !moved.contains(*place) && is_in_place(place));
        let difference = |it: &Group<'_>| (it.net.bytes + lost.bytes).abs();
        let nearest = candidates.min_by(|a, b| difference(a.1).total_cmp(&difference(b.1)));
        if let Some((_, group)) = nearest {
            group.net.bytes = (group.net.bytes + lost.bytes).max(0.0);
            group.net.objects = (group.net.objects + lost.objects).max(0.0);
        }
    }
}

fn grown_site<'a>(place: &Place, group: &Group<'a>, growth: Growth) -> Option<GrownSite<'a>> {
    let net = group.net;
    let more_objects = net.objects >= LEAST_OBJECTS.max(LEAST_PART * growth.objects);
    let more_bytes = net.bytes >= LEAST_BYTES.max(LEAST_PART * growth.bytes);
    if !(more_bytes && net.objects > -LEAST_OBJECTS || more_objects && net.bytes > -LEAST_BYTES) {
        return None;
    }
    let best = |a: &&StackNet<'_>, b: &&StackNet<'_>| {
        a.net.bytes.total_cmp(&b.net.bytes).then(a.net.objects.total_cmp(&b.net.objects))
    };
    let (stack, frame) = group.stacks.values().filter(|it| it.of_new.is_some()).max_by(best)?.of_new?;
    let line = match place {
        Place::New(line) => Some(*line),
        _ => None,
    };
    let (before, after) = (group.before, group.after);
    Some(GrownSite { line, stack, frame, objects: net.objects, bytes: net.bytes, before, after })
}

/// How much of the growth a site is, in bytes and objects together.
fn part(site: &GrownSite<'_>, growth: Growth) -> f64 {
    let of = |value: f64, growth: f64| if growth > 0.0 { (value / growth).clamp(0.0, 1.0) } else { 0.0 };
    let part = of(site.bytes, growth.bytes) + of(site.objects, growth.objects);
    // What is below both thresholds of the growth is ordered by size.
    part + 1e-9 * site.bytes.max(0.0)
}
