//! Edits on the stack of a site and near it, where no decision tells more (rules 5 to 7, and deleted reuse).

use super::edit::Found;
use super::text::{assigned, assigns, call_texts, gives_back, is_about_reuse, names, unselected};
use super::view::View;
use crate::cause::explanation::{EditSide, Evidence};
use crate::cause::lines::{EditedLine, Kind, Line, Unit};
use std::collections::BTreeSet;

/// How many calls and names away from the stack edits are looked for.
const STEPS: usize = 3;
/// How many declarations are looked at.
const MOST: usize = 2_000;

/// The stack of a site in new, and what it reaches.
pub struct Nearby<'v, 'a> {
    view: &'v View<'a>,
    /// Lines of the frames of the module, the site first.
    stack: Vec<Line>,
    /// Declarations that have these lines, the innermost first, each once.
    units: Vec<Unit>,
    /// Declarations that code of the stack names, the nearest first.
    reached: Vec<Unit>,
    /// The variable of the pool that the site is the `New` of.
    pool: Option<String>,
}

impl<'v, 'a> Nearby<'v, 'a> {
    /// `pool_call` is the line that calls `Get` of a `sync.Pool`, if that is on the stack.
    pub fn new(view: &'v View<'a>, stack: Vec<Line>, pool_call: Option<Line>) -> Nearby<'v, 'a> {
        let mut units: Vec<Unit> = Vec::new();
        for unit in stack.iter().filter_map(|it| view.new.sources.unit(*it)) {
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        let pool = pool_call.and_then(|line| {
            let text = view.new.sources.text(line);
            let before = text.split(".Get(").next().filter(|it| it.len() < text.len())?;
            names(before).last().map(String::from)
        });
        let reached = reached(view, &stack, &units);
        Nearby { view, stack, units, reached, pool }
    }

    /// Finds deleted lines that gave memory back or made room, on the stack or near it.
    pub fn reuse(&self, found: &mut Found) {
        let view = self.view;
        let fields = self.leaf_fields();
        let is_reuse = |it: &EditedLine, is_about: fn(&str) -> bool| {
            let text = view.map.text(*it);
            let frees = |it: &String| assigns(text, it) && !text.contains("append(");
            it.side == EditSide::Base && (is_about(text) || fields.iter().any(frees))
        };
        found.add_all(self.pooling(), Evidence::Reuse);
        // Room that is made elsewhere is that of other values; what is given back anywhere may be used again here.
        let on_stack = self.units.iter().map(|it| (it, is_about_reuse as fn(&str) -> bool));
        let near = self.reached.iter().map(|it| (it, gives_back as fn(&str) -> bool));
        for (unit, is_about) in on_stack.chain(near) {
            let edits = view.map.edits(*unit);
            for deleted in edits.iter().filter(|it| is_reuse(it, is_about)) {
                // What stands in its place is where a reader looks.
                let target = assigned(view.map.text(*deleted));
                let replaces = |it: &&EditedLine| {
                    it.side == EditSide::New && target.is_some_and(|name| assigns(view.map.text(**it), name))
                };
                found.add_all(edits.iter().filter(replaces).copied(), Evidence::Size);
                found.add(*deleted, Evidence::Reuse);
            }
        }
    }

    /// Edits of functions that put values into the pool that the site fills, and deleted calls of them on the stack; deletions first.
    fn pooling(&self) -> Vec<EditedLine> {
        let view = self.view;
        let Some(pool) = &self.pool else { return Vec::new() };
        let Some(leaf) = self.stack.first() else { return Vec::new() };
        let put = format!("{pool}.Put(");
        let folder = view.new.sources.folder(leaf.file);
        let mut edits = Vec::new();
        for unit in view.new.sources.units().filter(|it| view.new.sources.folder(it.file) == folder) {
            let of_unit = view.map.edits(unit);
            let puts_now = view.new.sources.lines(unit).any(|it| view.new.sources.text(it).contains(&put));
            let is_put = |it: &EditedLine| it.side == EditSide::Base && view.map.text(*it).contains(&put);
            if of_unit.iter().any(is_put) {
                edits.extend(of_unit.into_iter().filter(is_put));
            } else if puts_now {
                edits.extend(of_unit);
                edits.extend(self.deleted_calls(unit));
            }
        }
        edits.sort_by_key(|it| it.side == EditSide::New);
        edits
    }

    /// Deleted lines of functions on the stack that called a function.
    fn deleted_calls(&self, callee: Unit) -> Vec<EditedLine> {
        let view = self.view;
        let Some(name) = view.new.sources.declaration(callee).map(|it| it.name.as_str()) else {
            return Vec::new();
        };
        let calls = |it: &EditedLine| {
            it.side == EditSide::Base
                && call_texts(view.map.text(*it)).iter().any(|it| it.rsplit('.').next() == Some(name))
        };
        self.units.iter().flat_map(|it| view.map.edits(*it)).filter(calls).collect()
    }

    /// Fields that the function of the site uses, such as the list of what can be used again.
    fn leaf_fields(&self) -> BTreeSet<String> {
        let sources = self.view.new.sources;
        let lines = self.units.first().into_iter().flat_map(|it| sources.lines(*it));
        let fields = |line| {
            let text = sources.text(line);
            text.match_indices('.')
                .filter_map(|(at, _)| names(text.get(at + 1..)?).next())
                .map(String::from)
                .collect::<Vec<_>>()
        };
        lines.flat_map(fields).collect()
    }

    /// Finds edited lines of the stack, the innermost first: the same allocation, reached through a new call.
    pub fn calls(&self, found: &mut Found) {
        for &line in self.stack.iter().filter(|it| self.view.map.is_edited(**it)) {
            found.add(EditedLine { side: EditSide::New, line }, Evidence::NewCall);
        }
    }

    /// Finds deleted lines near the stack that made room. It may have been for what the site allocates.
    pub fn room(&self, found: &mut Found) {
        let view = self.view;
        let deleted = |it: &EditedLine| it.side == EditSide::Base && is_about_reuse(view.map.text(*it));
        for unit in &self.reached {
            found.add_all(view.map.edits(*unit).into_iter().filter(deleted), Evidence::Related);
        }
    }

    /// Finds edits in functions of the stack, the innermost function first; lines about sizes and reuse first.
    pub fn on_stack(&self, found: &mut Found) {
        let view = self.view;
        let last = self.units.len().saturating_sub(1);
        let mut edits: Vec<(bool, usize, EditedLine)> = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            // The benchmark is last: what it does around its loop is no reason.
            let is_benchmark = at == last && view.new.sources.path(unit.file).ends_with("_test.go");
            for edit in view.map.edits(*unit) {
                edits.push((!is_about_reuse(view.map.text(edit)) || is_benchmark, at, edit));
            }
        }
        edits.sort_by_key(|it| (it.0, it.1));
        found.add_all(edits.into_iter().map(|it| it.2), Evidence::OnStack);
    }

    /// Finds edits of declarations that code of the stack names, the nearest first.
    pub fn related(&self, found: &mut Found) {
        for unit in &self.reached {
            found.add_all(self.view.map.edits(*unit), Evidence::Related);
        }
    }
}

/// Declarations that the lines of a stack name, then those that the functions of the stack name, then what these name.
fn reached(view: &View<'_>, stack: &[Line], units: &[Unit]) -> Vec<Unit> {
    let sources = view.new.sources;
    let mut seen: BTreeSet<Unit> = units.iter().copied().collect();
    let mut reached = Vec::new();
    let mut front: Vec<Line> = stack.to_vec();
    let whole: Vec<Line> = units.iter().flat_map(|it| sources.lines(*it)).collect();
    for step in 0..=STEPS {
        let mut next: Vec<Unit> = Vec::new();
        for &line in &front {
            for unit in named(view, line) {
                if reached.len() + next.len() < MOST && seen.insert(unit) {
                    next.push(unit);
                }
            }
        }
        front = next.iter().flat_map(|it| sources.lines(*it)).collect();
        if step == 0 {
            front.extend(&whole);
        }
        reached.extend(next);
    }
    reached
}

/// Declarations that a line names: functions that it calls, and variables, constants and types of its package.
fn named(view: &View<'_>, line: Line) -> Vec<Unit> {
    let text = view.new.sources.text(line);
    let mut units: Vec<Unit> = call_texts(text).into_iter().flat_map(|it| view.callees(it, line)).collect();
    for name in unselected(text) {
        let other = |it: &Unit| view.new.sources.declaration(*it).is_some_and(|it| it.kind != Kind::Func);
        units.extend(view.declared(name, line).filter(other));
    }
    units
}
