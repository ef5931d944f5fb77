//! What the compiler decided about the calls that lead to a line.

use super::subject::function;
use crate::cause::decision::{CallKind, Inlining};
use crate::cause::join::View;
use crate::cause::profile::Frame;

/// At most so many sentences are made.
const MOST: usize = 8;

/// Whether each function on the stack is inlined, with its cost, and which calls on it are devirtualized. Functions of tests and
/// functions that are not of the module are left out.
pub fn decided(view: &View<'_>, frames: &[Frame]) -> Vec<String> {
    let mut found = Vec::new();
    for line in frames.iter().filter_map(|it| view.locate(it)) {
        for call in view.new.calls(line) {
            let callee = &call.callee;
            match &call.kind {
                CallKind::Devirtualized { to, .. } => {
                    found.push(format!("`{callee}` is devirtualized to `{to}`"))
                }
                CallKind::NotDevirtualized { reason, .. } => {
                    found.push(format!("`{callee}` is not devirtualized: {reason}"));
                }
                CallKind::Inlined | CallKind::Refused { .. } | CallKind::BenchmarkLoop => {}
            }
        }
    }
    for frame in frames.iter().filter(|it| !it.is_test()) {
        let Some(function) = function(view, frame) else { continue };
        let name = &function.name;
        found.push(match (&function.inlining, frame.inlined) {
            (Inlining::Can { cost: Some(cost) }, true) => format!("`{name}` is inlined: cost {cost}"),
            (Inlining::Can { cost: Some(cost) }, false) => {
                format!("`{name}` can be inlined, cost {cost}, but is not in this call")
            }
            (Inlining::Can { cost: None }, true) => format!("`{name}` is inlined"),
            (Inlining::Can { cost: None }, false) => {
                format!("`{name}` can be inlined, but is not in this call")
            }
            (Inlining::Cannot { cost: Some(cost), budget: Some(budget), .. }, _) => {
                format!("`{name}` is not inlined: cost {cost}, budget {budget}")
            }
            (Inlining::Cannot { reason, .. }, _) => format!("`{name}` is not inlined: {reason}"),
        });
    }
    let mut known = std::collections::BTreeSet::new();
    found.retain(|it| known.insert(it.clone()));
    found.truncate(MOST);
    found
}
