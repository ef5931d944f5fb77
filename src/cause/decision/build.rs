//! From the lines of one compilation to its decisions.

use super::call::{Call, CallKind};
use super::function::{Function, Inlining};
use super::line::{Message, Place, number_behind};
use super::package::{Folders, Package, Variant};
use super::position::Position;
use super::texts::Texts;
use super::value::{Flow, Leak, Parameter, Step, Value, ValueKind};
use crate::words::SharedText;
use std::collections::{HashMap, HashSet};

/// At most so many ways of one value are kept. A value of an inlined body has one for each copy.
const MOST_FLOWS: usize = 16;

/// What is explained: a place, and a value or a parameter there.
type Subject<'t> = (Place<'t>, &'t str);

/// Collects the lines of a compilation.
pub(super) struct Builder<'t> {
    path: &'t str,
    variant: Variant,
    functions: Vec<(Place<'t>, &'t str, Inlining)>,
    big: HashSet<Subject<'t>>,
    calls: Vec<(Place<'t>, SharedText, CallKind)>,
    values: Vec<(Place<'t>, &'t str, ValueKind)>,
    parameters: Vec<(Place<'t>, &'t str, Leak)>,
    flows: HashMap<Subject<'t>, Vec<Flow>>,
    bounds_checks: Vec<Place<'t>>,
    /// The explanation that is being read.
    open: Option<(Subject<'t>, Flow)>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(path: &'t str, variant: Variant) -> Builder<'t> {
        Builder {
            path,
            variant,
            functions: Vec::new(),
            big: HashSet::new(),
            calls: Vec::new(),
            values: Vec::new(),
            parameters: Vec::new(),
            flows: HashMap::new(),
            bounds_checks: Vec::new(),
            open: None,
        }
    }

    /// Takes a line.
    pub(super) fn add(&mut self, place: Place<'t>, message: Message<'t>, texts: &mut Texts<'t>) {
        match message {
            Message::Flow { into, .. } => return self.flow(into, texts),
            Message::From { expression, why, place } => return self.step(expression, why, place, texts),
            Message::Other => return,
            _ => self.close(),
        }
        match message {
            Message::EscapeHeader { expression, function } => {
                self.open(place, subject(expression), function, None, texts);
            }
            Message::LeakHeader { name, target, function } => {
                self.open(place, name, function, Some(target), texts);
            }
            Message::Moved { name } => self.values.push((place, name, ValueKind::Moved)),
            Message::Heap { expression } => self.values.push((place, expression, ValueKind::Heap)),
            Message::Stack { expression } => self.values.push((place, expression, ValueKind::Stack)),
            Message::ZeroCopy { expression } => self.values.push((place, expression, ValueKind::ZeroCopy)),
            Message::Leak { name, leak } => self.parameters.push((place, name, leak)),
            Message::BoundsCheck => self.bounds_checks.push(place),
            Message::Big { function } => {
                self.big.insert((place, function));
            }
            Message::CanInline { function, cost } => {
                self.functions.push((place, function, Inlining::Can { cost }));
            }
            Message::CannotInline { function, reason } => {
                let (cost, budget) = (number_behind(reason, "cost "), number_behind(reason, "budget "));
                let inlining = Inlining::Cannot { reason: texts.shared(reason), cost, budget };
                self.functions.push((place, function, inlining));
            }
            _ => self.call(place, message, texts),
        }
    }

    /// Takes a line about a call.
    fn call(&mut self, place: Place<'t>, message: Message<'t>, texts: &mut Texts<'t>) {
        let (callee, kind) = match message {
            Message::Inlined { callee } => (callee, CallKind::Inlined),
            Message::Devirtualized { callee, to, partially, profile } => {
                (callee, CallKind::Devirtualized { to: texts.shared(to), partially, profile })
            }
            Message::NotDevirtualized { callee, reason } => {
                (callee, CallKind::NotDevirtualized { reason: texts.shared(reason) })
            }
            Message::Refused { callee, caller, reason } => {
                (callee, CallKind::Refused { caller: texts.shared(caller), reason: texts.shared(reason) })
            }
            Message::BenchmarkLoop { what } => (what, CallKind::BenchmarkLoop),
            _ => return,
        };
        self.calls.push((place, texts.shared(callee), kind));
    }

    fn open(
        &mut self,
        place: Place<'t>,
        subject: &'t str,
        function: Option<&'t str>,
        target: Option<&'t str>,
        texts: &mut Texts<'t>,
    ) {
        let function = function.map(|it| texts.shared(it));
        let flow = Flow { function, target: texts.shared(target.unwrap_or_default()), steps: Vec::new() };
        self.open = Some(((place, subject), flow));
    }

    fn flow(&mut self, into: &'t str, texts: &mut Texts<'t>) {
        if let Some((_, flow)) = &mut self.open {
            flow.target = texts.shared(into);
        }
    }

    fn step(&mut self, expression: &'t str, why: &'t str, place: Place<'t>, texts: &mut Texts<'t>) {
        if let Some((_, flow)) = &mut self.open {
            let position = position(place, texts);
            let (expression, why) = (texts.shared(expression), texts.shared(why));
            flow.steps.push(Step { into: flow.target.clone(), expression, why, position });
        }
    }

    /// Keeps the explanation that was being read.
    pub(super) fn close(&mut self) {
        if let Some((subject, flow)) = self.open.take() {
            let flows = self.flows.entry(subject).or_default();
            if flows.len() < MOST_FLOWS && !flows.contains(&flow) {
                flows.push(flow);
            }
        }
    }

    /// The decisions; `None` if there are none.
    pub(super) fn finish(mut self, texts: &mut Texts<'t>) -> Option<Package> {
        self.close();
        let homes = self.homes();
        let is_home = |place: &Place<'_>| {
            let (folder, base) = place.split();
            homes.get(base) == Some(&folder)
        };
        let mut functions = Vec::new();
        for (place, name, inlining) in std::mem::take(&mut self.functions) {
            if is_home(&place) {
                let is_big = self.big.contains(&(place, name));
                let (position, name) = (position(place, texts), texts.shared(name));
                functions.push(Function { position, name, inlining, is_big });
            }
        }
        let mut calls = Vec::new();
        for (place, callee, kind) in std::mem::take(&mut self.calls) {
            if is_home(&place) {
                calls.push(Call { position: position(place, texts), callee, kind });
            }
        }
        let undecided = self.undecided();
        let mut values = Vec::new();
        for (place, expression, kind) in std::mem::take(&mut self.values) {
            if is_home(&place) {
                let is_heap = matches!(kind, ValueKind::Moved | ValueKind::Heap);
                let explained = match undecided.get(&place).map(Vec::as_slice) {
                    Some([only]) if !self.flows.contains_key(&(place, expression)) => only,
                    _ => expression,
                };
                let flows = if is_heap { self.flows_of(place, explained) } else { Vec::new() };
                let (position, expression) = (position(place, texts), texts.shared(expression));
                values.push(Value { position, expression, kind, flows });
            }
        }
        let mut parameters = Vec::new();
        for (place, name, leak) in std::mem::take(&mut self.parameters) {
            if is_home(&place) {
                let flows = self.flows_of(place, name);
                let (position, name) = (position(place, texts), texts.shared(name));
                parameters.push(Parameter { position, name, leak, flows });
            }
        }
        let mut bounds_checks: Vec<Position> =
            self.bounds_checks.iter().filter(|it| is_home(it)).map(|it| position(*it, texts)).collect();
        bounds_checks.sort();
        bounds_checks.dedup();
        let mut folders: Vec<(SharedText, SharedText)> =
            homes.iter().map(|(file, folder)| (texts.shared(file), texts.shared(folder))).collect();
        folders.sort();
        let is_empty = functions.is_empty()
            && calls.is_empty()
            && values.is_empty()
            && parameters.is_empty()
            && bounds_checks.is_empty();
        let package = Package {
            path: self.path.into(),
            variant: self.variant,
            functions: distinct_functions(functions),
            calls: distinct(calls, |it| it.clone()),
            values: distinct(values, |it| (it.position.clone(), it.expression.clone(), it.kind)),
            parameters: furthest(parameters),
            bounds_checks,
            folders: Folders(folders),
        };
        (!is_empty).then_some(package)
    }

    fn flows_of(&self, place: Place<'t>, name: &'t str) -> Vec<Flow> {
        self.flows.get(&(place, name)).cloned().unwrap_or_default()
    }

    /// What is explained, but not decided under the same text, by its place: a variable is explained by its name, and decided by its
    /// value if that is constant.
    fn undecided(&self) -> HashMap<Place<'t>, Vec<&'t str>> {
        let decided: HashSet<Subject<'t>> = self.values.iter().map(|it| (it.0, it.1)).collect();
        let mut undecided: HashMap<Place<'t>, Vec<&'t str>> = HashMap::new();
        for subject in self.flows.keys().filter(|it| !decided.contains(*it)) {
            undecided.entry(subject.0).or_default().push(subject.1);
        }
        undecided
    }

    /// The folder of each file of the package. A generic function of another package is printed under our header with its own path,
    /// and may come from a file of the same name.
    fn homes(&self) -> HashMap<&'t str, &'t str> {
        let mut counts: HashMap<(&'t str, &'t str), usize> = HashMap::new();
        let functions = self.functions.iter().map(|it| it.0);
        let calls = self.calls.iter().map(|it| it.0);
        let values = self.values.iter().map(|it| it.0);
        let checks = self.bounds_checks.iter().copied();
        for place in
            checks.chain(functions).chain(calls).chain(values).chain(self.parameters.iter().map(|it| it.0))
        {
            *counts.entry(place.split()).or_default() += 1;
        }
        let mut homes: HashMap<&str, (usize, usize, &str)> = HashMap::new();
        for ((folder, base), count) in counts {
            let rank = (nearness(folder, self.path), count, folder);
            let best = homes.entry(base).or_insert(rank);
            *best = rank.max(*best);
        }
        homes.into_iter().map(|(base, (.., folder))| (base, folder)).collect()
    }
}

/// How sure it is that a folder as printed is that of a package.
fn nearness(folder: &str, package: &str) -> usize {
    let package = package.strip_suffix("_test").unwrap_or(package);
    let folder = folder.strip_prefix("./").unwrap_or(folder);
    let is_end = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\']))
    };
    let last = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_string();
    match folder {
        _ if folder == package => 3,
        "." => 2,
        _ if is_end(package, folder) || is_end(folder, package) => 2,
        _ if last(folder) == last(package) => 1,
        _ => 0,
    }
}

/// What an explanation is called by the decision that it explains: that of `append(out, x)` is about `append`.
fn subject(expression: &str) -> &str {
    if expression.starts_with("append(") { "append" } else { expression }
}

fn position<'t>(place: Place<'t>, texts: &mut Texts<'t>) -> Position {
    Position { file: texts.shared(place.split().1), line: place.line, column: place.column }
}

/// A list in its order, without repetitions.
fn distinct<T, K: Ord>(mut list: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    list.sort_by_cached_key(&key);
    list.dedup_by(|a, b| key(a) == key(b));
    list
}

/// Functions in their order, each once. Old compilers say that a function can be inlined, and later that it is recursive.
fn distinct_functions(mut functions: Vec<Function>) -> Vec<Function> {
    functions.sort();
    functions.dedup_by(|next, kept| {
        let is_same = next.position == kept.position && next.name == kept.name;
        if is_same {
            kept.inlining = next.inlining.clone();
            kept.is_big |= next.is_big;
        }
        is_same
    });
    functions
}

/// Parameters in their order, each once, with what gets furthest.
fn furthest(mut parameters: Vec<Parameter>) -> Vec<Parameter> {
    parameters.sort_by(|a, b| (&a.position, &a.name, b.leak).cmp(&(&b.position, &b.name, a.leak)));
    parameters.dedup_by(|next, kept| next.position == kept.position && next.name == kept.name);
    parameters
}
