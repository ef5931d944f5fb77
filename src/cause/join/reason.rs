//! Why a line allocates more where no decision of the compiler changed, as far as the profile and the line tell.

use super::edit::Found;
use super::sites::GrownSite;
use super::text::{grown_value, names};
use super::view::View;
use crate::cause::decision::ValueKind;
use crate::cause::explanation::{EditSide, Evidence};
use crate::cause::lines::{EditedLine, Line, Unit};
use crate::cause::manifest::Dependency;
use crate::cause::profile::StackCost;
use crate::words::Number;
use std::collections::BTreeSet;

/// So many types are looked into for the type of a field.
const DEPTH: usize = 3;
/// Objects per operation that differ less are as many.
const SAME: f64 = 0.02;
/// Averages that differ by less than this part are the same: a mixture of sizes is never exactly the same twice.
const LARGER: f64 = 0.02;
/// So many functions are named.
const MOST_CALLED: usize = 3;

/// Why, in words; `None` if nothing tells.
pub fn reason(view: &View<'_>, site: &GrownSite<'_>) -> Option<String> {
    let frames = site.stack.stack.frames();
    let (inner, outer) = frames.split_at_checked(site.frame)?;
    if outer.iter().any(|it| &*it.function == "sync.(*Pool).Get") {
        return Some("the sync.Pool was empty, so that its New was called".to_string());
    }
    if let Some((base, new)) = larger(site) {
        let on_average = if site.before.sizes.max(site.after.sizes) > 1 { " on average" } else { "" };
        return Some(format!(
            "as many objects as in base, but of {} instead of {} B{on_average}",
            Number(new),
            Number(base)
        ));
    }
    if !site.is_own() {
        return called(site);
    }
    let text = view.new.sources.text(site.line?);
    if text.contains("make(chan ") {
        return Some("it makes a channel, and channels are always on the heap".to_string());
    }
    if let Some(text) = beyond_stack(view, site) {
        return Some(text);
    }
    if let Some(inlined) = inner.last() {
        return Some(format!("{}, which is inlined here, allocates", inlined.function));
    }
    let name = grown_value(text)?;
    Some(match text.contains("append(") {
        true => format!("{name} is full, and append moves it to more memory"),
        false => format!("the map {name} gets more entries than it has room for"),
    })
}

/// `strings.Fields and strings.ToUpper, which it calls, allocate`: functions of libraries that allocate more at a line. `None` if
/// there are none.
pub fn called(site: &GrownSite<'_>) -> Option<String> {
    let called = site.called();
    let name = |(cost, at): &(&StackCost, usize)| {
        let frame = at.checked_sub(1).and_then(|it| cost.stack.frames().get(it));
        frame.map(|it| it.function.to_string())
    };
    let names: Vec<String> = called.iter().filter_map(name).collect();
    let verb = if names.len() == 1 { "allocates" } else { "allocate" };
    (!names.is_empty()).then(|| format!("{}, which it calls, {verb}", and(&names)))
}

/// `go.mod: example.com/decode v1.4.0 → v1.5.0`: the first module of somebody else on the stacks in the line's libraries, from the
/// allocation outward, that has another version than in base. `None` if there is none.
pub fn updated(base: &[Dependency], new: &[Dependency], site: &GrownSite<'_>) -> Option<String> {
    let frames = site.stacks.iter().flat_map(|(cost, at)| cost.stack.frames().iter().take(*at));
    frames.into_iter().find_map(|frame| {
        let package = frame.code_package();
        let has = |it: &&Dependency| {
            package
                .strip_prefix(it.path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let now = new.iter().filter(has).max_by_key(|it| it.path.len())?;
        let before = base.iter().find(|it| it.path == now.path)?;
        (before.version != now.version)
            .then(|| format!("go.mod: {} {} → {}", now.path, before.version, now.version))
    })
}

/// `a`, `a and b`, `a, b and 2 more`
fn and(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        many => {
            let (first, rest) = many.split_at(MOST_CALLED.min(many.len()));
            format!("{} and {} more", first.join(", "), rest.len())
        }
    }
}

/// A value that does not escape, and is still allocated because it is too large or its size is not known.
fn beyond_stack(view: &View<'_>, site: &GrownSite<'_>) -> Option<String> {
    let values = view.new.values(site.line?);
    values.into_iter().filter(|it| it.kind == ValueKind::Stack).find_map(|it| {
        let text = it.expression.as_str();
        let converts = ["string(", "([]byte)(", "([]rune)("];
        // A constant size needs no memory, and what a map grows by is not in its `make`.
        let has_variable_size = text.strip_suffix(')').is_some_and(|it| {
            it.split(", ").skip(1).any(|size| !size.bytes().all(|byte| byte.is_ascii_digit()))
        });
        if text.starts_with("make([]") && has_variable_size {
            Some(format!("{text} does not escape, but its size is known only at run time"))
        } else if text.contains(" + ") || converts.iter().any(|it| text.starts_with(it)) {
            Some(format!(
                "{text} does not escape, but it has more than the 32 bytes that a string may have on the stack"
            ))
        } else {
            None
        }
    })
}

/// Finds edits of the types that a line makes values of, where their values have become larger.
pub fn larger_types(view: &View<'_>, site: &GrownSite<'_>, leaf: Line, found: &mut Found) {
    if larger(site).is_none() {
        return;
    }
    let mut seen: BTreeSet<Unit> = BTreeSet::new();
    let mut front = vec![leaf];
    for _ in 0..DEPTH {
        let named = |line: &Line| {
            names(view.new.sources.text(*line)).flat_map(|it| view.types(it)).collect::<Vec<_>>()
        };
        let units: Vec<Unit> = front.iter().flat_map(named).filter(|it| seen.insert(*it)).collect();
        for unit in &units {
            let mut edits: Vec<EditedLine> = view.map.edits(*unit);
            edits.retain(|it| it.side == EditSide::New);
            found.add_all(edits, Evidence::Size);
        }
        front = units.into_iter().flat_map(|it| view.new.sources.lines(it)).collect();
    }
}

/// The bytes of an object in base and in new, if there are as many and they are larger.
fn larger(site: &GrownSite<'_>) -> Option<(f64, f64)> {
    let (base, new) = (site.before, site.after);
    let is_same = base.objects > SAME && (new.objects - base.objects).abs() <= SAME * base.objects.max(1.0);
    let size = |objects: f64, bytes: f64| (bytes / objects).round();
    let sizes = (size(base.objects, base.bytes), size(new.objects, new.bytes));
    (is_same && sizes.1 - sizes.0 >= (LARGER * sizes.0).max(1.0)).then_some(sizes)
}
