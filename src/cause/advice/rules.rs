//! Which moves the evidence supports.

use super::playbook::{Move, Moves};
use super::returned;
use super::spot::Spot;
use super::subject::{Subject, pointed_type};
use super::words::{conversion, is_interface_call};
use crate::cause::decision::{Step, Value, ValueKind};
use crate::cause::join::{View, assigns, callee, grown_value};
use crate::cause::lines::{Line, Unit};
use crate::words::{Mean, Number};

/// A smaller object is not worth a pool: giving it back costs about as much as making it.
const LARGE: f64 = 1024.0;

/// The moves that apply to a line, in the order of the playbook.
pub fn moves(view: &View<'_>, spot: &Spot<'_>, subjects: &[Subject<'_>]) -> Moves {
    let mut moves = Moves::default();
    for subject in subjects {
        returned::moves(view, subject, &mut moves);
        boxing(subject, &mut moves);
        reuse(view, subject, &mut moves);
        life(view, subject, &mut moves);
        closure(view, subject, &mut moves);
        concrete(view, subject, &mut moves);
    }
    size(view, spot, &mut moves);
    if moves.0.is_empty() {
        pool(subjects, &mut moves);
    }
    moves.0.sort_by_key(|it| it.0);
    moves
}

/// A value becomes an interface.
fn boxing(subject: &Subject<'_>, moves: &mut Moves) {
    if let Some(target) = conversion(subject) {
        let value = &subject.written.expression;
        moves.add(Move::AvoidBoxing, format!("`{value}` is converted to an interface{target}"));
    }
}

/// The memory is not needed after the call, and the receiver can keep it.
fn reuse(view: &View<'_>, subject: &Subject<'_>, moves: &mut Moves) {
    let value = &subject.written.expression;
    let line = view.new.sources.unit(subject.written_at).and_then(|it| view.new.sources.declaration(it));
    let Some(method) = line.filter(|it| !it.receiver.is_empty()) else { return };
    let is_pointer = named_functions(view, subject.written_at).any(|it| it.starts_with("(*"));
    if value.starts_with("make([]") && subject.value.kind == ValueKind::Stack && is_pointer {
        moves.add(
            Move::ReuseMemory,
            format!(
                "`{value}` is not needed after the call: {} can keep it for the next one, emptied by `[:0]`",
                method.receiver
            ),
        );
    }
}

/// The names of the functions that the compiler knows in the declaration of a line.
fn named_functions<'a>(view: &View<'a>, line: Line) -> impl Iterator<Item = &'a str> {
    let unit = view.new.sources.unit(line);
    unit.into_iter().flat_map(|it| view.new.functions(it)).map(|it| it.name.as_str())
}

/// A pointer to the value is stored where it outlives the call.
fn life(view: &View<'_>, subject: &Subject<'_>, moves: &mut Moves) {
    let Some(last) = subject.last().filter(|it| is_stored(it)) else { return };
    if pointed_type(view, subject).is_some() || subject.value.kind == ValueKind::Moved {
        moves.add(Move::ShortenLife, format!("`{}` keeps it after the call", last.expression));
    }
}

/// Whether a step assigns to what is on the heap already.
fn is_stored(step: &Step) -> bool {
    matches!(&*step.why, "assign" | "assign-pair") && step.into.as_str() == "{heap}"
}

/// A closure is returned or stored; or the value is captured by such a one.
fn closure(view: &View<'_>, subject: &Subject<'_>, moves: &mut Moves) {
    let leaves = |it: &Value| {
        let last = it.flows.first().and_then(|it| it.steps.last());
        &*it.expression == "func literal"
            && it.kind == ValueKind::Heap
            && last.is_some_and(|it| &*it.why == "return" || is_stored(it))
    };
    if leaves(subject.value) {
        let how = subject.last().map_or("", |it| &*it.expression);
        moves.add(Move::DropClosure, format!("the closure outlives the call: `{how}`"));
    }
    let is_captured = subject.steps().any(|it| &*it.why == "captured by a closure");
    let unit = view.new.sources.unit(subject.line);
    let values =
        || unit.into_iter().flat_map(|it| view.new.sources.lines(it)).flat_map(|it| view.new.values(it));
    if is_captured && values().any(leaves) {
        let value = &subject.value.expression;
        moves.add(Move::DropClosure, format!("a closure that outlives the call has `{value}`"));
    }
}

/// It is passed to a method of an interface.
fn concrete(view: &View<'_>, subject: &Subject<'_>, moves: &mut Moves) {
    if let Some(last) = subject.last()
        && let Some(name) = callee(&last.expression)
        && is_interface_call(view, subject)
    {
        moves.add(
            Move::TakeConcreteType,
            format!(
                "`{name}` is called through an interface, so the compiler assumes that it keeps its arguments"
            ),
        );
    }
}

/// A slice or map grows that was made without a size, in a loop.
fn size(view: &View<'_>, spot: &Spot<'_>, moves: &mut Moves) {
    let sources = &view.new.sources;
    let grows = spot.own().any(|(cost, _)| cost.sizes > 1);
    let Some(line) = spot.line.filter(|_| grows) else { return };
    let (Some(name), Some(unit)) = (grown_value(sources.text(line)), sources.unit(line)) else { return };
    let defined = sources.lines(unit).take_while(|it| *it < line).filter(|it| {
        let text = sources.text(*it);
        assigns(text, name) && grown_value(text) != Some(name)
    });
    let Some(definition) = defined.last().filter(|it| is_without_size(sources.text(*it))) else { return };
    if in_loop(view, unit, definition, line) {
        let text = sources.text(definition);
        moves.add(
            Move::GiveSize,
            format!(
                "`{name}` grows in a loop, {} times per operation: `{text}` in line {} gives no size",
                Mean(spot.objects),
                definition.number
            ),
        );
    }
}

/// Whether a definition makes a slice or map of no size.
fn is_without_size(text: &str) -> bool {
    let is_declared = text.starts_with("var ") && !text.contains('=');
    let value = text.split_once('=').map_or("", |it| it.1).trim();
    let is_collection = value.starts_with("[]") || value.starts_with("map[");
    let is_made = value.starts_with("make(") && (!value.contains(',') || value.ends_with(", 0)"));
    (is_declared && (text.contains("[]") || text.contains("map[")))
        || (is_collection && value.ends_with("{}"))
        || is_made
}

/// Whether a line is in a loop that begins behind another line.
fn in_loop(view: &View<'_>, unit: Unit, behind: Line, line: Line) -> bool {
    let sources = &view.new.sources;
    let (mut depth, mut loops) = (0_i32, Vec::new());
    for at in sources.lines(unit).skip_while(|it| *it <= behind).take_while(|it| *it <= line) {
        let tokens: Vec<&str> = sources.tokens(at).collect();
        if tokens.first() == Some(&"for") {
            loops.push(depth);
        }
        for token in tokens {
            depth += i32::from(token == "{") - i32::from(token == "}");
        }
        loops.retain(|it| *it < depth || at == line);
    }
    !loops.is_empty()
}

/// A large value that each call makes anew, only for its size, and nothing else helps.
fn pool(subjects: &[Subject<'_>], moves: &mut Moves) {
    for subject in subjects.iter().filter(|it| it.size() >= LARGE) {
        let is_too_large = subject.last().is_some_and(|it| &*it.why == "too large for stack");
        let why = match (subject.value.kind, is_too_large) {
            (ValueKind::Stack, _) => "is not needed after the call",
            (_, true) => "is too large for the stack",
            _ => continue,
        };
        let (value, size) = (&subject.value.expression, Number(subject.size().round()));
        moves.add(Move::Pool, format!("`{value}` {why}, and each call makes {size} bytes anew"));
    }
}
