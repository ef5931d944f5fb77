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
/// This part of all bytes of new is noise as well: averages of a benchmark that allocates much differ by more than a byte.
const NOISE_PART: f64 = 0.002;
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
    /// All stacks of the site that grew, that one first, each with its frame.
    pub stacks: Vec<(&'a StackCost, usize)>,
    /// Whether the function of the line allocates more itself, and not only one that it calls.
    has_own: bool,
    /// Objects per operation more than in base.
    pub objects: f64,
    /// Bytes per operation more than in base.
    pub bytes: f64,
    /// What it allocates per operation in base, and in new.
    pub before: Net,
    pub after: Net,
}

impl<'a> GrownSite<'a> {
    /// The stack that grew most of those on which the function of the line allocates itself, and not one that it calls.
    pub fn own(&self) -> Option<(&'a StackCost, usize)> {
        self.stacks.iter().copied().find(|(cost, at)| is_own(cost, *at)).filter(|_| self.has_own)
    }

    /// Whether that is the stack that grew most.
    pub fn is_own(&self) -> bool {
        is_own(self.stack, self.frame)
    }

    /// The functions that the line calls and that allocate more, the one that grew most first, each with its stack.
    pub fn called(&self) -> Vec<(&'a StackCost, usize)> {
        let mut called: Vec<(&StackCost, usize)> = Vec::new();
        for &(cost, at) in self.stacks.iter().filter(|(cost, at)| !is_own(cost, *at)) {
            let name = |(cost, at): (&'a StackCost, usize)| {
                at.checked_sub(1).and_then(|it| cost.stack.frames().get(it)).map(|it| &it.function)
            };
            if called.iter().all(|it| name(*it) != name((cost, at))) {
                called.push((cost, at));
            }
        }
        called
    }
}

/// Whether the allocation is in the machine code of the function that has a frame: what it calls is inlined.
fn is_own(cost: &StackCost, at: usize) -> bool {
    cost.stack.frames().iter().take(at).all(|it| it.inlined)
}

/// Where a frame is, in the terms of new.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    New(Line),
    /// A line of base that new does not have.
    Base(Line),
    /// Without sources: the function, its file, and the line in it.
    Function(SharedText, SharedText, u32),
    /// A function of a library: where its lines are differs between versions.
    Library(SharedText),
}

/// Objects and bytes per operation.
#[derive(Debug, Default, Clone, Copy)]
pub struct Net {
    pub objects: f64,
    pub bytes: f64,
    /// Of how many sizes the objects are, stack by stack.
    pub sizes: usize,
}

impl Net {
    fn add(&mut self, cost: &StackCost, sign: f64) {
        self.objects += sign * cost.objects;
        self.bytes += sign * cost.bytes;
        self.sizes += cost.sizes;
    }

    /// Whether one is what the other lost.
    fn cancels(self, other: Net) -> bool {
        let near = |a: f64, b: f64| (a + b).abs() <= 0.02 * a.abs().max(b.abs()) + 0.01;
        near(self.objects, other.objects) && near(self.bytes, other.bytes)
    }
}

struct Group<'a> {
    net: Net,
    /// Of it, what the function of the line allocates itself.
    own: Net,
    before: Net,
    after: Net,
    folder: SharedText,
    /// Each stack of new in terms of places, with what it costs more.
    stacks: IndexMap<Vec<Place>, StackNet<'a>>,
}

impl Group<'_> {
    fn new(folder: SharedText) -> Self {
        let none = Net::default();
        Group { net: none, own: none, before: none, after: none, folder, stacks: IndexMap::default() }
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
            let (inner, outer) = cost.stack.frames().split_at(at);
            let Some(first) = outer.first().map(|it| place(view, it, is_base)) else { continue };
            // What a library does on behalf of the line is part of the stack: a line may get one call more.
            let library = inner.iter().map(|it| Place::Library(it.function.clone()));
            let module = outer.iter().filter(|it| is_module(it)).map(|it| place(view, it, is_base));
            let places: Vec<Place> = library.chain(module).collect();
            let folder =
                cost.stack.frames().get(at).map_or_else(|| SharedText::from(""), |it| it.package.clone());
            let group = groups.entry(first).or_insert_with(|| Group::new(folder));
            group.net.add(cost, sign);
            if is_own(cost, at) {
                group.own.add(cost, sign);
            }
            if is_base { &mut group.before } else { &mut group.after }.add(cost, 1.0);
            let stack = group.stacks.entry(places).or_default();
            stack.net.add(cost, sign);
            if !is_base && stack.of_new.is_none_or(|(other, _)| other.bytes < cost.bytes) {
                stack.of_new = Some((cost, at));
            }
        }
    }
    let noise = LEAST_BYTES.max(NOISE_PART * new.iter().map(|it| it.bytes).sum::<f64>());
    let moved = moved(&groups);
    set_off(view, &mut groups, &moved);
    let mut sites: Vec<GrownSite<'a>> = groups
        .iter()
        .filter(|(place, _)| !moved.contains(*place))
        .filter_map(|(place, group)| grown_site(view, place, group, growth, noise))
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
    let mut deleted: Vec<(Unit, Net, Net)> = Vec::new();
    for (place, group) in groups.iter().filter(|it| !moved.contains(it.0)) {
        if let Place::Base(line) = place
            && let Some(unit) = view.base.sources.unit(*line).and_then(|it| view.map.unit_to_new(it))
        {
            deleted.push((unit, group.net, group.own));
        }
    }
    deleted.sort_by(|a, b| a.1.bytes.total_cmp(&b.1.bytes));
    for (unit, lost, lost_own) in deleted {
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
            group.own.bytes = (group.own.bytes + lost_own.bytes).max(0.0);
            group.own.objects = (group.own.objects + lost_own.objects).max(0.0);
        }
    }
}

fn grown_site<'a>(
    view: &View<'_>,
    place: &Place,
    group: &Group<'a>,
    growth: Growth,
    noise: f64,
) -> Option<GrownSite<'a>> {
    let net = group.net;
    let more_objects = net.objects >= LEAST_OBJECTS.max(LEAST_PART * growth.objects);
    let more_bytes = net.bytes >= noise.max(LEAST_PART * growth.bytes);
    if !(more_bytes && net.objects > -LEAST_OBJECTS || more_objects && net.bytes > -noise) {
        return None;
    }
    let mut stacks: Vec<&StackNet<'a>> = group.stacks.values().filter(|it| it.of_new.is_some()).collect();
    let by_growth = |a: &&StackNet<'_>, b: &&StackNet<'_>| {
        b.net.bytes.total_cmp(&a.net.bytes).then(b.net.objects.total_cmp(&a.net.objects))
    };
    stacks.sort_by(by_growth);
    let (stack, frame) = stacks.first()?.of_new?;
    let has_grown = |it: &Net| it.objects >= LEAST_OBJECTS || it.bytes >= noise;
    let stacks = stacks.iter().enumerate().filter(|(at, it)| *at == 0 || has_grown(&it.net));
    let stacks = stacks.filter_map(|(_, it)| it.of_new).collect();
    // A line of base may be several in new, and the one that stands for them allocate nothing.
    let line = match place {
        Place::New(line) => {
            Some(stack.stack.frames().get(frame).and_then(|it| view.locate(it)).unwrap_or(*line))
        }
        _ => None,
    };
    let (before, after) = (group.before, group.after);
    let has_own = has_grown(&group.own);
    Some(GrownSite {
        line,
        stack,
        frame,
        stacks,
        has_own,
        objects: net.objects,
        bytes: net.bytes,
        before,
        after,
    })
}

/// How much of the growth a site is, in bytes and objects together.
fn part(site: &GrownSite<'_>, growth: Growth) -> f64 {
    let of = |value: f64, growth: f64| if growth > 0.0 { (value / growth).clamp(0.0, 1.0) } else { 0.0 };
    let part = of(site.bytes, growth.bytes) + of(site.objects, growth.objects);
    // What is below both thresholds of the growth is ordered by size.
    part + 1e-9 * site.bytes.max(0.0)
}
