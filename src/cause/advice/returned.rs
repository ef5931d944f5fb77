//! The moves for a value that is on the heap because its function returns it.

use super::playbook::{Move, Moves};
use super::subject::{Subject, function, pointed_type};
use crate::cause::decision::{Function, Inlining};
use crate::cause::join::{View, call_texts};
use crate::cause::lines::{Line, Unit, is_word};
use crate::cause::profile::Frame;

/// The bytes of a struct that is returned in registers: nine words.
const REGISTERS: f64 = 72.0;
/// The budget of inlining, and that for functions that a profile shows to be called often.
const BUDGET: u32 = 80;
const PROFILED_BUDGET: u32 = 2000;
/// What a call costs of the budget.
const CALL: usize = 57;

/// Adds the moves that the evidence supports.
pub fn moves(view: &View<'_>, subject: &Subject<'_>, moves: &mut Moves) {
    let is_returned = subject.last().is_some_and(|it| &*it.why == "return");
    let is_converted = subject.steps().any(|it| &*it.why == "interface-converted");
    let (Some(name), Some(frame)) = (pointed_type(view, subject), subject.callers.first()) else { return };
    if !is_returned || is_converted {
        return;
    }
    let own = function(view, frame);
    if subject.size() <= REGISTERS && !has_pointer_methods(view, name, subject.written_at) {
        let size = subject.size().round();
        moves.add(
            Move::ReturnValue,
            format!("{name} has {size} bytes and no method with a pointer receiver: return it itself"),
        );
    }
    let Some(own) = own else { return };
    let Inlining::Cannot { cost: Some(cost), budget: Some(budget), .. } = own.inlining else { return };
    if let Some(slow) = slow_path(view, subject.written_at) {
        moves.add(
            Move::SplitSlowPath,
            format!(
                "`{}` costs {cost}, and the statement at line {} has {}: in a function of its own, it leaves a rest that is likely within the budget of {BUDGET}, so that the value can be on the stack of the caller",
                own.name,
                slow.first,
                match slow.calls {
                    1 => "its only call".to_string(),
                    calls => format!("all of its {calls} calls"),
                }
            ),
        );
    }
    let caller = subject.callers.get(1..).unwrap_or_default().iter().find(|it| view.locate(it).is_some());
    let is_program = caller.is_some_and(|it: &Frame| !it.is_test());
    if budget == BUDGET && cost <= PROFILED_BUDGET && is_program && !is_profiled(view, own, subject) {
        moves.add(
            Move::ProfileGuided,
            format!(
                "`{}` costs {cost}: over the budget of {BUDGET}, and within the {PROFILED_BUDGET} for functions that a profile shows to be called often",
                own.name
            ),
        );
    }
}

/// Whether a type has methods that change it in place, so that it is used by its pointer.
fn has_pointer_methods(view: &View<'_>, name: &str, near: Line) -> bool {
    let sources = &view.new.sources;
    let plain = name.rsplit('.').next().unwrap_or(name);
    // A type of another package is not known.
    if plain != name {
        return true;
    }
    let is_method = |unit: &Unit| {
        sources.declaration(*unit).is_some_and(|it| it.receiver == plain)
            && sources.folder(unit.file) == sources.folder(near.file)
    };
    let by_pointer = |unit: Unit| {
        let receiver = sources.lines(unit).map(|it| sources.text(it)).find(|it| it.starts_with("func"));
        receiver.and_then(|it| it.split(')').next()).is_some_and(|it| it.contains('*'))
    };
    sources.units().filter(is_method).any(by_pointer)
}

/// Whether the code was compiled with a profile: only then a function is inlined that is over the budget and no closure.
fn is_profiled(view: &View<'_>, own: &Function, subject: &Subject<'_>) -> bool {
    let over = |it: &Function| {
        !it.is_closure() && matches!(it.inlining, Inlining::Can { cost: Some(cost) } if cost > BUDGET)
    };
    let folder = view.new.sources.folder(subject.written_at.file);
    let near = view.new.sources.units().filter(|it| view.new.sources.folder(it.file) == folder);
    over(own) || near.flat_map(|it| view.new.functions(it)).any(over)
}

/// A statement that is not always run, and has all calls of its function.
struct SlowPath {
    first: u32,
    calls: usize,
}

/// The slow path of the function that has a line. It must be one statement and have every call, because one more call leaves a part of
/// the budget that a second one does not fit into; and the rest must be short.
fn slow_path(view: &View<'_>, allocating: Line) -> Option<SlowPath> {
    let sources = &view.new.sources;
    let unit = sources.unit(allocating)?;
    let (mut depth, mut is_inside, mut has_begun) = (0_i32, false, false);
    let (mut slow, mut rest): (Option<SlowPath>, usize) = (None, 0);
    for line in sources.lines(unit) {
        let tokens: Vec<&str> = sources.tokens(line).collect();
        if has_begun {
            let is_conditional = depth == 1 && matches!(tokens.first(), Some(&("if" | "switch")));
            is_inside |= is_conditional;
            let calls = calls(sources.text(line));
            match (is_inside, &mut slow) {
                (true, _) if line == allocating => return None,
                (true, Some(_)) if is_conditional && calls > 0 => return None,
                (true, None) if is_conditional => slow = Some(SlowPath { first: line.number, calls }),
                (true, Some(slow)) => slow.calls += calls,
                (true, None) => {}
                (false, _) if calls > 0 => return None,
                (false, _) => rest += tokens.iter().filter(|it| is_word(it)).count(),
            }
        }
        for token in &tokens {
            depth += i32::from(*token == "{") - i32::from(*token == "}");
        }
        has_begun |= depth > 0;
        is_inside &= depth > 1;
    }
    slow.filter(|it| it.calls > 0 && rest + CALL <= BUDGET as usize)
}

/// How many calls a line has, those of the language aside.
fn calls(text: &str) -> usize {
    const BUILTIN: [&str; 14] = [
        "append", "cap", "clear", "copy", "delete", "len", "make", "max", "min", "new", "panic", "print",
        "string", "byte",
    ];
    call_texts(text).into_iter().filter(|it| !BUILTIN.contains(it) && *it != "if").count()
}
