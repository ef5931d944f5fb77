//! Why a line allocates more where no decision of the compiler changed, as far as the profile and the line tell.

use super::edit::Found;
use super::sites::GrownSite;
use super::text::{grown_value, names};
use super::view::View;
use crate::cause::explanation::{EditSide, Evidence};
use crate::cause::lines::{EditedLine, Line, Unit};
use crate::words::Number;
use std::collections::BTreeSet;

/// So many types are looked into for the type of a field.
const DEPTH: usize = 3;
/// Objects per operation that differ less are as many.
const SAME: f64 = 0.02;

/// Why, in words; `None` if nothing tells.
pub fn reason(view: &View<'_>, site: &GrownSite<'_>) -> Option<String> {
    let frames = site.stack.stack.frames();
    let (inner, outer) = (frames.get(..site.frame)?, frames.get(site.frame..)?);
    if outer.iter().any(|it| &*it.function == "sync.(*Pool).Get") {
        return Some("the sync.Pool was empty, so that its New was called".to_string());
    }
    if let Some((base, new)) = larger(site) {
        return Some(format!(
            "as many objects as in base, but of {} instead of {} B",
            Number(new),
            Number(base)
        ));
    }
    if inner.iter().any(|it| !it.inlined)
        && let Some(called) = inner.last()
    {
        return Some(format!("{}, which it calls, allocates", called.function));
    }
    if !inner.is_empty() {
        return None;
    }
    let text = view.new.sources.text(site.line?);
    let name = grown_value(text)?;
    Some(match text.contains("append(") {
        true => format!("{name} is full, and append moves it to more memory"),
        false => format!("the map {name} gets more entries than it has room for"),
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
    (is_same && sizes.1 > sizes.0).then_some(sizes)
}
