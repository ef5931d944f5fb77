//! What the compiler decided about a value, in words.

use super::spot::{LEAST_OBJECTS, Spot};
use super::subject::Subject;
use crate::cause::decision::{Flow, Step, Value, ValueKind};
use crate::cause::explanation::{Decision, FlowStep};
use crate::cause::join::{View, callee, grown_value, steps};
use crate::cause::lines::Line;
use crate::words::SharedText;

/// The decisions about a line in words; where the allocation is in a function that it calls, which one.
pub fn decisions(view: &View<'_>, spot: &Spot<'_>, subjects: &[Subject<'_>]) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = Vec::new();
    for decision in subjects.iter().map(|it| decision(view, it)) {
        // Each copy of a function that is inlined has the same ones.
        if !decisions.iter().any(|it| it.text == decision.text) {
            decisions.push(decision);
        }
    }
    let plain = |text: String| Decision { text, base: None, flow: Vec::new() };
    if let Some(text) = growth(view, spot).filter(|_| decisions.is_empty()) {
        decisions.push(plain(text));
    }
    for called in called(spot).into_iter().take(2) {
        decisions.push(plain(format!("`{called}`, which it calls, allocates")));
    }
    decisions
}

fn decision(view: &View<'_>, subject: &Subject<'_>) -> Decision {
    let expression = &subject.value.expression;
    let what = match subject.value.kind {
        ValueKind::Moved => format!("`{expression}` moved to heap"),
        ValueKind::Heap => format!("`{expression}` escapes to heap"),
        ValueKind::Stack | ValueKind::ZeroCopy => {
            format!("`{expression}` does not escape, but its size is known only at run time")
        }
    };
    let text = match reason(view, subject) {
        Some(reason) => format!("{what}: {reason}"),
        None => what,
    };
    Decision { text, base: None, flow: flow(view, subject) }
}

/// The way of a value to the heap. Of two copies with the same end, that of the function itself: its lines are those of the code.
fn flow(view: &View<'_>, subject: &Subject<'_>) -> Vec<FlowStep> {
    let of = |it: &Value| it.flows.first().cloned();
    let end = |it: &Value| {
        let last = it.flows.first()?.steps.last()?;
        Some((last.why.clone(), last.expression.clone()))
    };
    let (chosen, near) = match end(subject.written) == end(subject.value) {
        true => (of(subject.written), subject.written_at),
        false => (of(subject.value), subject.line),
    };
    let Some(mut flow) = chosen else { return Vec::new() };
    // That the value needs memory is what the decision says.
    flow.steps.retain(|step| &*step.why != "spill");
    steps(view, &flow, near)
}

/// Why the value is on the heap.
fn reason(view: &View<'_>, subject: &Subject<'_>) -> Option<String> {
    if !subject.is_on_heap() {
        return None;
    }
    if let Some(target) = conversion(subject) {
        return Some(format!("it is converted to an interface{target}"));
    }
    let step = subject.last()?;
    let it = match subject.value.kind {
        ValueKind::Moved => "its address is",
        _ => "it is",
    };
    let expression = &step.expression;
    Some(match &*step.why {
        "return" => format!("{it} returned"),
        "call parameter" if callee(expression) == Some("append") => {
            format!("{it} appended by `{expression}`")
        }
        "call parameter" => {
            let interface = if is_interface_call(view, subject) { ", an interface call" } else { "" };
            format!("{it} passed to `{}`{interface}", callee(expression).unwrap_or(expression))
        }
        "assign" | "assign-pair" => format!("{it} stored by `{expression}`"),
        "captured by a closure" | "reference" => "a closure that is on the heap has it".to_string(),
        "too large for stack" => "it is too large for the stack".to_string(),
        "non-constant size" => "its size is known only at run time".to_string(),
        "slice-literal-element" | "struct literal element" => format!("it is a part of `{expression}`"),
        "key of map put" => format!("it is the key of `{expression}`"),
        "value of map put" => format!("it is the value of `{expression}`"),
        "" => return None,
        why => format!("{why}, `{expression}`"),
    })
}

/// To what a value is converted, as the end of a sentence; `None` if the compiler does not say that the value becomes an interface.
///
/// A variable that needs the heap is moved there. An expression that is no literal, `make` or conversion of its own and yet needs
/// memory is copied for an interface.
pub fn conversion(subject: &Subject<'_>) -> Option<String> {
    let expression = subject.written.expression.as_str();
    let is_number = expression.starts_with(|it: char| it.is_ascii_digit() || it == '-');
    if subject.value.kind != ValueKind::Heap || makes_itself(expression) || is_number {
        return None;
    }
    let variadic =
        subject.steps().any(|it| &*it.why == "slice-literal-element" && &*it.expression == "... argument");
    let converted = subject.steps().any(|it| &*it.why == "interface-converted");
    let is_name = expression.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '~'));
    if !(variadic || converted || is_name) {
        return None;
    }
    let called =
        subject.last().filter(|it| &*it.why == "call parameter").and_then(|it| callee(&it.expression));
    Some(called.map_or_else(String::new, |it| format!(" for `{it}`")))
}

/// Whether an expression needs memory by itself.
fn makes_itself(expression: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "&",
        "new(",
        "make(",
        "func literal",
        "append",
        "... argument",
        "[",
        "map[",
        "string(",
        "([]",
        "\"",
        "`",
    ];
    BEGINNINGS.iter().any(|it| expression.starts_with(it))
}

/// Whether the last step passes the value to a method of an interface: the compiler then says of the receiver, too, that this call
/// keeps it. That of a known method, or of a function in a field, is not kept.
pub fn is_interface_call(view: &View<'_>, subject: &Subject<'_>) -> bool {
    let is_call = |written: bool| {
        let (value, line) = match written {
            true => (subject.written, subject.written_at),
            false => (subject.value, subject.line),
        };
        let last = value.flows.first().and_then(|it| it.steps.last());
        last.is_some_and(|it| &*it.why == "call parameter" && keeps_receiver(view, it, line))
    };
    is_call(false) || is_call(true)
}

fn keeps_receiver(view: &View<'_>, call: &Step, near: Line) -> bool {
    let receiver = callee(&call.expression).and_then(|it| it.rsplit_once('.')).map_or("", |it| it.0);
    let Some(unit) = view.new.sources.unit(near).filter(|_| !receiver.is_empty()) else { return false };
    let is_same =
        |it: &Step| it.expression == call.expression && it.position == call.position && it.why == call.why;
    let keeps = |name: &SharedText, flow: &Flow| {
        let is_receiver = |it: &Step| it.into.as_str() == receiver || it.expression.as_str() == receiver;
        flow.steps.last().is_some_and(is_same)
            && (name.as_str() == receiver || flow.steps.iter().any(is_receiver))
    };
    let parameters = view.new.parameters(unit);
    let values = view.new.sources.lines(unit).flat_map(|it| view.new.values(it));
    parameters.iter().any(|it| it.flows.iter().any(|flow| keeps(&it.name, flow)))
        || values.into_iter().any(|it| it.flows.iter().any(|flow| keeps(&it.expression, flow)))
}

/// What grows at a line, if nothing else is decided about it.
fn growth(view: &View<'_>, spot: &Spot<'_>) -> Option<String> {
    spot.own().next()?;
    let name = grown_value(view.new.sources.text(spot.line?))?;
    Some(format!("`{name}` grows at run time"))
}

/// The functions that a line calls and that allocate, those with the most objects first.
fn called<'a>(spot: &Spot<'a>) -> Vec<&'a str> {
    let mut called: Vec<&str> = Vec::new();
    for (cost, at) in &spot.stacks {
        let inner = cost.stack.frames().get(..*at).unwrap_or_default();
        let is_called = cost.objects >= LEAST_OBJECTS && inner.iter().any(|it| !it.inlined);
        if let Some(frame) = inner.last().filter(|_| is_called) {
            let function = frame.function.as_str();
            if !called.contains(&function) {
                called.push(function);
            }
        }
    }
    called
}
