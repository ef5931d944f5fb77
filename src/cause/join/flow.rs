//! From a value that newly is on the heap back to the edits on its way (rules 1 and 2).

use super::declared::{is_interface, other_results, retyped};
use super::edit::Found;
use super::inlining;
use super::text::{assigns, call_texts, callee, names};
use super::view::View;
use crate::cause::decision::{CallKind, Flow, Leak, Parameter, Step, Value, ValueKind};
use crate::cause::explanation::{Decision, EditSide, Evidence, FlowStep};
use crate::cause::lines::{EditedLine, Line, Unit};
use std::collections::BTreeSet;

/// A parameter is followed through this many callees.
const DEPTH: usize = 6;
/// So many steps of a value's ways are looked at: more than real ones have, and little time.
const STEPS: usize = 5_000;

/// A value that is on the heap in new and was not in base.
pub struct NewHeap<'a> {
    pub value: &'a Value,
    pub line: Line,
    /// What it was in base.
    before: Before,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Stack,
    Nothing,
    Heap,
}

/// The values at lines of one inline group that are newly on the heap: moved variables first, then those that base had on the stack.
pub fn new_heap<'a>(view: &View<'a>, lines: &[Line]) -> Vec<NewHeap<'a>> {
    let mut found = Vec::new();
    for &line in lines.iter().filter(|_| view.same_compiler) {
        for value in view.new.values(line) {
            if !matches!(value.kind, ValueKind::Heap | ValueKind::Moved) || value.is_constant() {
                continue;
            }
            let before = before(view, line, value);
            if before != Before::Heap {
                found.push(NewHeap { value, line, before });
            }
        }
    }
    let is_parts = |it: &NewHeap<'_>| &*it.value.expression == "... argument";
    found.sort_by_key(|it| (is_parts(it), it.value.kind != ValueKind::Moved, it.before != Before::Stack));
    found
}

/// What the compiler decided about a line in new, where nothing is known of base.
pub fn decided(view: &View<'_>, line: Line) -> Option<Decision> {
    let values = view.new.values(line);
    let of_kind = |kind| values.iter().find(|it| it.kind == kind && !it.is_constant()).copied();
    let value = of_kind(ValueKind::Moved).or_else(|| of_kind(ValueKind::Heap))?;
    Some(decision(view, &NewHeap { value, line, before: Before::Nothing }))
}

/// What a value of new was in base: at the line that this one was, else in the function.
fn before(view: &View<'_>, line: Line, value: &Value) -> Before {
    if view.base.decisions.is_none() {
        return Before::Heap; // unknown, so not new
    }
    let on_heap = |it: &Value| matches!(it.kind, ValueKind::Heap | ValueKind::Moved);
    let at: Vec<&Value> = view.base_line(line).map_or_else(Vec::new, |it| view.base.values(it));
    let same = |it: &&&Value| is_same(view, value, it);
    if at.iter().filter(same).any(|it| on_heap(it)) {
        return Before::Heap;
    }
    if at.iter().filter(same).any(|it| it.kind == ValueKind::Stack) {
        return Before::Stack;
    }
    // An edited size is no other value; and a moved line may be paired with nothing.
    let unit = view.new.sources.unit(line).and_then(|it| view.map.unit_to_base(it));
    let in_function: Vec<&Value> = unit
        .into_iter()
        .flat_map(|it| view.base.sources.lines(it))
        .flat_map(|it| view.base.values(it))
        .filter(|it| it.expression == value.expression)
        .collect();
    let count = |values: &[&Value]| values.iter().filter(|it| on_heap(it)).count();
    let in_new: Vec<&Value> = view
        .new
        .sources
        .unit(line)
        .into_iter()
        .flat_map(|it| view.new.sources.lines(it))
        .flat_map(|it| view.new.values(it))
        .filter(|it| it.expression == value.expression)
        .collect();
    if !in_function.is_empty() && count(&in_function) >= count(&in_new) {
        return Before::Heap;
    }
    // A variable that is never printed stays on the stack.
    let is_in_base = || {
        let mut lines = unit.into_iter().flat_map(|it| view.base.sources.lines(it));
        lines.any(|it| names(view.base.sources.text(it)).any(|name| *name == *value.expression))
    };
    if value.kind == ValueKind::Moved
        && in_function.is_empty()
        && view.base_line(line).is_some()
        && is_in_base()
    {
        return Before::Stack;
    }
    Before::Nothing
}

/// Whether two texts are the same expression: up to the sizes of a `make`, and up to the package that an inlined body is given.
fn is_same(view: &View<'_>, new: &Value, base: &Value) -> bool {
    let head = |it: &str| -> String {
        match it.strip_prefix("make(") {
            Some(rest) => format!("make({}", rest.split(',').next().unwrap_or("")),
            None => it.to_string(),
        }
    };
    if !view.same_compiler {
        let first = |it: &str| it.split(['(', '{']).next().unwrap_or("").to_string();
        return first(&new.expression) == first(&base.expression);
    }
    head(&new.expression) == head(&base.expression)
}

/// Finds the edits behind a value, and says how it gets to the heap.
pub fn trace(view: &View<'_>, heap: &NewHeap<'_>, found: &mut Found) -> Decision {
    let mut tracer = Tracer { view, found, seen: BTreeSet::new(), held: BTreeSet::new(), steps: STEPS };
    if is_boxed(heap.value) {
        tracer.boxed(heap.value, heap.line);
    }
    for flow in &heap.value.flows {
        tracer.flow(flow, heap.line, Evidence::Flow, 0);
    }
    if view.map.is_edited(heap.line) {
        tracer.found.add(EditedLine { side: EditSide::New, line: heap.line }, Evidence::Flow);
    }
    decision(view, heap)
}

fn decision(view: &View<'_>, heap: &NewHeap<'_>) -> Decision {
    let value = heap.value;
    let text = match value.kind {
        ValueKind::Moved => format!("moved to heap: {}", value.expression),
        _ => format!("{} escapes to heap", value.expression),
    };
    let base = (heap.before == Before::Stack).then(|| "on the stack".to_string());
    let flow = value.flows.first().map_or(Vec::new(), |it| steps(view, it, heap.line));
    Decision { text, base, flow }
}

/// The steps of a way in words. `near` is a line of the package that they are printed about.
pub fn steps(view: &View<'_>, flow: &Flow, near: Line) -> Vec<FlowStep> {
    let step = |it: &Step| FlowStep {
        text: words(it),
        place: view.new.line(&it.position, near).map(|line| view.new.sources.place(line)),
    };
    flow.steps.iter().map(step).collect()
}

/// A step in words.
fn words(step: &Step) -> String {
    let expression = &step.expression;
    match &*step.why {
        "call parameter" => format!("passed to {expression}"),
        "return" => format!("returned: {expression}"),
        "captured by a closure" => format!("captured by a closure: {expression}"),
        "assign" | "assign-pair" => format!("assigned: {expression}"),
        "spill" | "slice-literal-element" | "map literal element" | "struct literal element" => {
            format!("stored: {expression}")
        }
        "key of map put" => format!("stored as a key: {expression}"),
        "value of map put" => format!("stored as a value: {expression}"),
        "reference" => format!("kept by reference: {expression}"),
        "address-of" => format!("its address is taken: {expression}"),
        "slice" => format!("a slice of it: {expression}"),
        "interface-converted" => format!("converted to an interface: {expression}"),
        why => format!("{why}: {expression}"),
    }
}

/// Whether a value is on the heap only because it is copied for an interface: it needs no memory by itself.
fn is_boxed(value: &Value) -> bool {
    let spilled = |it: &Flow| it.steps.first().is_some_and(|it| &*it.why == "spill");
    let text = &*value.expression;
    let needs_memory =
        ["&", "new(", "make(", "func literal", "append", "string(", "([]", "... argument", "["];
    value.kind == ValueKind::Heap
        && value.flows.iter().any(spilled)
        && !needs_memory.iter().any(|it| text.starts_with(it))
        && !text.contains("{...}")
        && !text.contains(" + ")
}

struct Tracer<'v, 'a, 'f> {
    view: &'v View<'a>,
    found: &'f mut Found,
    /// Functions whose parameters were followed.
    seen: BTreeSet<Unit>,
    /// Values whose ways were followed, by line and text.
    held: BTreeSet<(Line, &'v str)>,
    /// How many more steps are looked at.
    steps: usize,
}

impl<'v, 'a: 'v> Tracer<'v, 'a, '_> {
    /// Follows a way from its end back: edited lines on it, edits in bodies inlined on it, and the callees that its end is passed to.
    fn flow(&mut self, flow: &Flow, near: Line, evidence: Evidence, depth: usize) {
        let count = flow.steps.len().min(self.steps);
        self.steps -= count;
        let steps: Vec<(&Step, Line)> = flow
            .steps
            .iter()
            .rev()
            .take(count)
            .filter_map(|it| Some((it, self.view.new.line(&it.position, near)?)))
            .collect();
        self.holder(flow, near, evidence, depth);
        if let Some((sink, line)) = steps.first()
            && &*sink.why == "call parameter"
        {
            self.devirtualized(sink, *line);
            if !self.is_now_dynamic(sink, *line) {
                self.leaks(sink, *line, depth);
            }
        }
        for (step, line) in &steps {
            self.inlined(step, *line);
            if self.view.map.is_edited(*line) {
                self.found.add(EditedLine { side: EditSide::New, line: *line }, evidence);
            }
        }
    }

    /// What a boxed value is stored in or returned as has become an interface.
    fn boxed(&mut self, value: &'v Value, line: Line) {
        let view = self.view;
        let expressions = value.flows.iter().flat_map(|it| &it.steps).map(|it| &*it.expression);
        let mut wanted: BTreeSet<&str> = expressions.flat_map(names).collect();
        wanted.extend(names(view.new.sources.text(line)));
        self.found.add_all(retyped(view, &wanted, line), Evidence::Flow);
        let is_returned = value.flows.iter().any(|it| it.steps.iter().any(|it| &*it.why == "return"));
        if let Some(unit) = view.new.sources.unit(line).filter(|_| is_returned) {
            self.found.add_all(other_results(view, unit), Evidence::Flow);
        }
    }

    /// A value that is part of another one, as a variable that a closure captures, is on the heap because that one is.
    fn holder(&mut self, flow: &Flow, near: Line, evidence: Evidence, depth: usize) {
        let holder = flow.target.strip_prefix("{storage for ").and_then(|it| it.strip_suffix('}'));
        let (Some(holder), true) = (holder, depth < DEPTH && self.steps > 0) else { return };
        let view = self.view;
        let unit = view.new.sources.unit(near);
        let lines = unit.into_iter().flat_map(|it| view.new.sources.lines(it)).filter(|it| *it != near);
        for line in std::iter::once(near).chain(lines) {
            let values = view.new.values(line).into_iter();
            for value in
                values.filter(|it| &*it.expression == holder && before(view, line, it) != Before::Heap)
            {
                if !self.held.insert((line, &value.expression)) {
                    continue;
                }
                for flow in &value.flows {
                    self.flow(flow, line, evidence, depth + 1);
                }
            }
        }
    }

    /// The call was one of a known function in base: what makes the receiver was edited.
    fn devirtualized(&mut self, sink: &Step, line: Line) {
        let view = self.view;
        let is_known = |it: &&crate::cause::decision::Call| matches!(it.kind, CallKind::Devirtualized { .. });
        let in_new = view.new.calls(line).iter().filter(|it| is_known(it)).count();
        let base = view.base_line(line).map_or_else(Vec::new, |it| view.base.calls(it));
        if base.iter().filter(|it| is_known(it)).count() <= in_new {
            return;
        }
        let callee = callee(&sink.expression).unwrap_or("");
        let receiver = callee.rsplit_once('.').map_or("", |it| it.0);
        let Some(name) = names(receiver).last() else { return };
        if receiver.ends_with(')') {
            self.makers(line, 0);
        }
        let Some(unit) = view.new.sources.unit(line) else { return };
        for definition in view.new.sources.lines(unit).filter(|it| assigns(view.new.sources.text(*it), name))
        {
            if view.map.is_edited(definition) {
                self.found
                    .add(EditedLine { side: EditSide::New, line: definition }, Evidence::Devirtualization);
            }
            self.makers(definition, 0);
        }
        self.found.add_all(
            view.map.edits(unit).into_iter().filter(|it| names(view.map.text(*it)).any(|it| it == name)),
            Evidence::Devirtualization,
        );
        if receiver.contains('.') {
            self.field(name, line);
        }
    }

    /// The receiver of the call has become an interface: any function may be called, so what the known ones do is no reason.
    fn is_now_dynamic(&mut self, sink: &Step, line: Line) -> bool {
        let view = self.view;
        let Some((receiver, _)) = callee(&sink.expression).and_then(|it| it.rsplit_once('.')) else {
            return false;
        };
        let Some(name) = names(receiver).last().filter(|_| !receiver.ends_with(')')) else { return false };
        let edits = retyped(view, &BTreeSet::from([name]), line);
        let is_dynamic = edits.iter().any(|it| is_interface(view, *it, name));
        self.found.add_all(edits, Evidence::Devirtualization);
        is_dynamic
    }

    /// Edits of the package that give a field its value, from which a receiver comes.
    fn field(&mut self, name: &str, line: Line) {
        let view = self.view;
        let key = format!("{name}:");
        let folder = view.new.sources.folder(line.file);
        let sets = |it: &EditedLine| {
            let text = view.map.text(*it);
            assigns(text, name) || text.contains(&key) && !text.contains(&format!("{key}="))
        };
        for unit in view.new.sources.units().filter(|it| view.new.sources.folder(it.file) == folder) {
            self.found.add_all(view.map.edits(unit).into_iter().filter(sets), Evidence::Devirtualization);
        }
    }

    /// Edits of the functions called at a line that makes a receiver.
    fn makers(&mut self, definition: Line, depth: usize) {
        let view = self.view;
        for text in call_texts(view.new.sources.text(definition)) {
            for unit in view.callees(text, definition) {
                if !self.seen.insert(unit) {
                    continue;
                }
                let edits = inlining::lost(view, unit).map_or_else(|| view.map.edits(unit), |it| it.edits);
                self.found.add_all(edits, Evidence::Devirtualization);
                if depth < DEPTH {
                    let returns = view.new.sources.lines(unit);
                    let returns = returns.filter(|it| view.new.sources.text(*it).starts_with("return "));
                    returns.for_each(|it| self.makers(it, depth + 1));
                }
            }
        }
    }

    /// The callee keeps more of a parameter than in base.
    fn leaks(&mut self, sink: &Step, line: Line, depth: usize) {
        if depth >= DEPTH {
            return;
        }
        let view = self.view;
        let Some(callee) = callee(&sink.expression) else { return };
        for unit in view.callees(callee, line) {
            // A line that did not change calls a new function only through an interface, and then what it does is no reason.
            let is_new = view.map.unit_to_base(unit).is_none() && !view.map.is_edited(line);
            if is_new || !self.seen.insert(unit) {
                continue;
            }
            for parameter in widened(view, unit) {
                let Some(first) = view.new.sources.lines(unit).next() else { continue };
                for flow in parameter.flows.iter().filter(|it| is_widest(it, parameter.leak)) {
                    self.flow(flow, first, Evidence::Leak, depth + 1);
                }
            }
        }
    }

    /// Edits of bodies that stand in the place of the calls at a line, those that the step is about first.
    fn inlined(&mut self, step: &Step, line: Line) {
        let view = self.view;
        let inlined: Vec<&str> = view
            .new
            .calls(line)
            .into_iter()
            .filter(|it| it.kind == CallKind::Inlined)
            .map(|it| &*it.callee)
            .collect();
        let mut edits: Vec<EditedLine> = Vec::new();
        let mut bodies: Vec<Unit> = Vec::new();
        for callee in inlined {
            for unit in view.callees(callee, line) {
                if !bodies.contains(&unit) {
                    bodies.push(unit);
                    edits.extend(view.map.edits(unit).into_iter().filter(|it| it.side == EditSide::New));
                }
            }
        }
        let wanted: BTreeSet<&str> = names(&step.expression).chain(names(&step.into)).collect();
        let shared = |it: &EditedLine| -> (usize, usize) {
            let have: BTreeSet<&str> = names(view.map.text(*it)).collect();
            let shared = have.intersection(&wanted).count();
            (wanted.len() - shared, have.len() - shared)
        };
        edits.retain(|it| shared(it).0 < wanted.len().max(1));
        edits.sort_by_key(shared);
        self.found.add_all(edits, Evidence::InlinedBody);
    }
}

/// The parameters of a function that leak more than in base, the widest first.
fn widened<'a>(view: &View<'a>, unit: Unit) -> Vec<&'a Parameter> {
    let in_new = view.new.parameters(unit);
    let base = view.map.unit_to_base(unit).map_or_else(Vec::new, |it| view.base.parameters(it));
    let before = |new: &Parameter, at: usize| -> Leak {
        let by_name = base.iter().find(|it| it.name == new.name);
        by_name.or_else(|| base.get(at)).map_or(Leak::None, |it| it.leak)
    };
    let mut widened: Vec<&Parameter> =
        in_new.into_iter().enumerate().filter(|(at, it)| it.leak > before(it, *at)).map(|it| it.1).collect();
    widened.sort_by_key(|it| std::cmp::Reverse(it.leak));
    widened
}

/// Whether a way is one to the heap, where there is one.
fn is_widest(flow: &Flow, leak: Leak) -> bool {
    leak < Leak::Content || flow.target.contains("heap")
}
