//! Functions that are no longer inlined (rule 3).

use super::view::View;
use crate::cause::decision::{CallKind, Function, Inlining};
use crate::cause::explanation::Decision;
use crate::cause::lines::{EditedLine, Unit};

/// A function that base could inline and new cannot.
#[derive(Debug)]
pub struct Lost {
    /// In words.
    pub decision: Decision,
    /// The edits of the function, those that are the reason first.
    pub edits: Vec<EditedLine>,
}

/// Whether a function of new lost its inlining.
pub fn lost(view: &View<'_>, unit: Unit) -> Option<Lost> {
    let base = view.map.unit_to_base(unit)?;
    let of_base = view.base.functions(base);
    let of_new = view.new.functions(unit);
    let pairs = of_new.iter().filter(|it| !it.is_closure()).zip(of_base.iter().filter(|it| !it.is_closure()));
    for (new, base) in pairs {
        if let Some(decision) = difference(new, base) {
            let reason = match &new.inlining {
                Inlining::Cannot { reason, .. } => reason.to_string(),
                Inlining::Can { .. } => String::new(),
            };
            return Some(Lost { decision, edits: edits(view, unit, &reason) });
        }
    }
    None
}

/// Calls of functions that can still be inlined, but are not because the function that calls them has become big.
pub fn lost_in_big(view: &View<'_>, caller: Unit) -> Option<Lost> {
    let is_big = |functions: Vec<&Function>| functions.iter().any(|it| it.is_big);
    let base = view.map.unit_to_base(caller)?;
    if !is_big(view.new.functions(caller)) || is_big(view.base.functions(base)) {
        return None;
    }
    let name = &view.new.sources.declaration(caller)?.name;
    let decision = Decision {
        text: format!("{name} is so big that only small functions are inlined into it"),
        base: Some("not big".to_string()),
        flow: Vec::new(),
    };
    Some(Lost { decision, edits: view.map.edits(caller) })
}

/// Calls that were inlined and, at the line that they are now, no longer are: the names of what they call.
pub fn lost_calls(view: &View<'_>, unit: Unit) -> Vec<String> {
    let inlined = |calls: Vec<&crate::cause::decision::Call>| -> Vec<String> {
        calls.into_iter().filter(|it| it.kind == CallKind::Inlined).map(|it| it.callee.to_string()).collect()
    };
    let mut lost = Vec::new();
    for line in view.new.sources.lines(unit) {
        let Some(base) = view.base_line(line) else { continue };
        let now = inlined(view.new.calls(line));
        lost.extend(inlined(view.base.calls(base)).into_iter().filter(|it| !now.contains(it)));
    }
    lost.sort();
    lost.dedup();
    lost
}

/// What changed, if base could inline the function and new cannot.
pub fn difference(new: &Function, base: &Function) -> Option<Decision> {
    let (Inlining::Can { cost }, Inlining::Cannot { reason, .. }) = (&base.inlining, &new.inlining) else {
        return None;
    };
    let before = match cost {
        Some(cost) => format!("inlined, cost {cost} of 80"),
        None => "inlined".to_string(),
    };
    Some(Decision {
        text: format!("{} is not inlined: {reason}", new.name),
        base: Some(before),
        flow: Vec::new(),
    })
}

/// The edits of a function, those first that the compiler's reason names.
fn edits(view: &View<'_>, unit: Unit, reason: &str) -> Vec<EditedLine> {
    let mut edits = view.map.edits(unit);
    let word = [
        ("DEFER", "defer "),
        (" GO", "go "),
        ("SELECT", "select"),
        ("recover", "recover("),
        ("noinline", "//go:noinline"),
        ("pragma", "//go:"),
        ("RANGE", "range"),
        ("recursive", "("),
    ]
    .into_iter()
    .find(|it| reason.contains(it.0))
    .map(|it| it.1);
    edits.sort_by_key(|it| !word.is_some_and(|word| view.map.text(*it).contains(word)));
    edits
}
