//! Decisions that changed in functions whose cost grew, for regressions of time. They are listed, not ranked.

use super::capture::Captured;
use super::inlining::{difference, lost_calls};
use super::view::View;
use crate::cause::decision::{CallKind, Function};
use crate::cause::explanation::{Decision, Place};
use crate::cause::lines::{LineMap, Unit};

/// A decision about a function that is worse than in base.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedDecision {
    /// Where, in new.
    pub place: Place,
    /// What changed: lost inlining with its costs, a call that is no longer inlined or devirtualised.
    pub decision: Decision,
}

/// What the compiler decided worse than in base about functions, in the order of their files. `functions` tells which: it gets a name
/// without the package, `(*Writer).Append`, `Parse.func1`, and the path of the file. Empty without the decisions of both sides, or if
/// different compilers made them.
pub fn decisions_changed(
    base: &Captured<'_>,
    new: &Captured<'_>,
    map: &LineMap,
    functions: impl Fn(&str, &str) -> bool,
) -> Vec<ChangedDecision> {
    let differ = base.toolchain.zip(new.toolchain).is_some_and(|(base, new)| base != new);
    if differ || base.decisions.is_none() || new.decisions.is_none() {
        return Vec::new();
    }
    let view = View::new(map, base, new, true);
    let mut changed = Vec::new();
    for unit in view.new.sources.units() {
        let Some(before) = view.map.unit_to_base(unit) else { continue };
        let of_new = view.new.functions(unit);
        let path = view.new.sources.path(unit.file);
        if !of_new.iter().any(|it| functions(&it.name, path)) {
            continue;
        }
        for (new, base) in pairs(&of_new, &view.base.functions(before)) {
            if let Some(decision) = difference(new, base) {
                changed.push(ChangedDecision { place: place(&view, unit, new), decision });
            }
        }
        changed.extend(changed_calls(&view, unit));
    }
    changed
}

/// Functions and closures of both sides in their order.
fn pairs<'f>(new: &[&'f Function], base: &[&'f Function]) -> Vec<(&'f Function, &'f Function)> {
    let of = |list: &[&'f Function], closures: bool| -> Vec<&'f Function> {
        list.iter().copied().filter(|it| it.is_closure() == closures).collect()
    };
    let zip = |closures| of(new, closures).into_iter().zip(of(base, closures));
    zip(false).chain(zip(true)).collect()
}

fn place(view: &View<'_>, unit: Unit, function: &Function) -> Place {
    let first = view.new.sources.lines(unit).next();
    let line = first.and_then(|it| view.new.line(&function.position, it)).or(first);
    line.map_or_else(|| Place { file: "".into(), line: 0, text: "".into() }, |it| view.new.sources.place(it))
}

/// Calls of a function that are no longer inlined or devirtualised.
fn changed_calls(view: &View<'_>, unit: Unit) -> Vec<ChangedDecision> {
    let mut changed = Vec::new();
    let lost = lost_calls(view, unit);
    for line in view.new.sources.lines(unit) {
        let Some(base) = view.base_line(line) else { continue };
        let now = view.new.calls(line);
        for call in view.base.calls(base) {
            let is_kept = now.iter().any(|it| it.kind == call.kind && it.callee == call.callee);
            let (text, before) = match &call.kind {
                CallKind::Inlined if lost.iter().any(|it| *it == *call.callee) => {
                    (format!("the call of {} is not inlined", call.callee), "inlined".to_string())
                }
                CallKind::Devirtualized { to, .. } => {
                    (format!("the call of {} is dynamic", call.callee), format!("a call of {to}"))
                }
                _ => continue,
            };
            if !is_kept {
                let decision = Decision { text, base: Some(before), flow: Vec::new() };
                changed.push(ChangedDecision { place: view.new.sources.place(line), decision });
            }
        }
    }
    changed
}
