//! The values that a line allocates, as the compiler decided about the copy of the code that ran.

use super::spot::Spot;
use crate::cause::decision::{Function, Step, Value, ValueKind};
use crate::cause::join::View;
use crate::cause::lines::Line;
use crate::cause::profile::{Frame, StackCost};

/// A value that a line allocates, or may.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What was decided about the copy that ran: where the function that has the line was inlined, at the call.
    pub value: &'a Value,
    /// The line at which that is printed.
    pub line: Line,
    /// What was decided about the function itself.
    pub written: &'a Value,
    /// The line of the code.
    pub written_at: Line,
    /// The function that has the machine code, and the calls that lead there, the innermost first.
    pub callers: &'a [Frame],
    /// The objects of the stack.
    pub cost: &'a StackCost,
}

impl<'a> Subject<'a> {
    /// The last step of the way to the heap.
    pub fn last(&self) -> Option<&'a Step> {
        self.value.flows.first()?.steps.last()
    }

    /// Every step of every way.
    pub fn steps(&self) -> impl Iterator<Item = &'a Step> {
        self.value.flows.iter().flat_map(|it| &it.steps)
    }

    /// Whether the value is on the heap by decision, and not because its size is not known.
    pub fn is_on_heap(&self) -> bool {
        matches!(self.value.kind, ValueKind::Heap | ValueKind::Moved)
    }

    /// The bytes of an object.
    pub fn size(&self) -> f64 {
        self.cost.bytes / self.cost.objects.max(f64::MIN_POSITIVE)
    }
}

/// The values of a spot that may be what it allocates: those on the heap, and if there are none, what `make` makes of a size that
/// is not constant.
pub fn subjects<'a>(view: &View<'a>, spot: &Spot<'a>) -> Vec<Subject<'a>> {
    let mut found: Vec<Subject<'a>> = Vec::new();
    for (cost, at) in spot.own() {
        for subject in of_stack(view, cost, at) {
            let is_known = |it: &Subject| std::ptr::eq(it.value, subject.value);
            if !found.iter().any(is_known) {
                found.push(subject);
            }
        }
    }
    // What grows is no decision. The arguments of a variadic call are on the heap for their parts, unless they are alone there.
    found.retain(|it| &*it.written.expression != "append" && !it.value.is_constant());
    let is_list = |it: &Subject| &*it.written.expression == "... argument";
    if found.iter().any(|it| it.is_on_heap() && !is_list(it)) {
        found.retain(|it| !is_list(it));
    }
    if found.iter().any(Subject::is_on_heap) {
        found.retain(Subject::is_on_heap);
    } else {
        found.retain(|it| it.value.kind == ValueKind::Stack && it.written.expression.starts_with("make("));
    }
    found
}

fn of_stack<'a>(view: &View<'a>, cost: &'a StackCost, at: usize) -> Vec<Subject<'a>> {
    let callers = cost.stack.frames().get(at..).unwrap_or_default();
    let inlined = callers.iter().take_while(|it| it.inlined).count();
    let lines: Vec<Line> = callers.iter().take(inlined + 1).filter_map(|it| view.locate(it)).collect();
    let (Some(&written_at), Some(&line)) = (lines.first(), lines.last()) else { return Vec::new() };
    let callers = callers.get(inlined..).unwrap_or_default();
    let written = view.new.values(written_at);
    let subject = |value, line, written| Subject { value, line, written, written_at, callers, cost };
    let prefix = format!("{}.", view.new.sources.package(written_at.file));
    let copies = if line == written_at { Vec::new() } else { view.new.values(line) };
    let ran: Vec<Subject> = written
        .iter()
        .flat_map(|&it| {
            let is_copy = |copy: &&&Value| {
                copy.expression == it.expression
                    || copy.expression.replace(&prefix, "") == it.expression.as_str()
            };
            let copies = copies.iter().filter(is_copy).map(move |copy| (*copy, it));
            copies.collect::<Vec<_>>()
        })
        .map(|(copy, it)| subject(copy, line, it))
        .collect();
    if ran.is_empty() { written.iter().map(|it| subject(it, written_at, it)).collect() } else { ran }
}

/// What was decided about the function of a frame.
pub fn function<'a>(view: &View<'a>, frame: &Frame) -> Option<&'a Function> {
    let unit = view.new.sources.unit(view.locate(frame)?)?;
    let functions = view.new.functions(unit);
    let named = functions.iter().find(|it| it.name.as_str() == frame.name());
    let begins = || functions.iter().find(|it| it.position.line == frame.start_line);
    named.or_else(begins).copied()
}

/// The type of a struct that is used by its pointer: `T` of `&T{...}` and `new(T)`, and of a variable that is moved, from its
/// declaration. `None` if it is something else, or not known.
pub fn pointed_type<'a>(view: &'a View<'_>, subject: &Subject<'a>) -> Option<&'a str> {
    let text = subject.written.expression.as_str();
    let name = match subject.value.kind {
        ValueKind::Moved => declared_type(view.new.sources.text(subject.written_at), text)?,
        _ => match text.strip_prefix('&') {
            Some(rest) => rest.split_once('{')?.0,
            None => text.strip_prefix("new(")?.strip_suffix(')')?,
        },
    };
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// `T` of `v := T{…}`, `var v T` and `var v = T{…}`.
fn declared_type<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let rest = text.strip_prefix("var ").unwrap_or(text).strip_prefix(name)?.trim_start();
    let value = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('='));
    match value {
        Some(value) => value.trim_start().split_once('{').map(|it| it.0),
        None => rest.split([' ', '=']).next().filter(|_| text.starts_with("var ")),
    }
}
