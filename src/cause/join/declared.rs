//! Edits that give a variable, field, parameter or result another type. What is stored in it, or called on it, is then on the heap in
//! lines that did not change.

use super::text::{assigns, declares, names};
use super::view::View;
use crate::cause::explanation::EditSide;
use crate::cause::lines::{EditedLine, Kind, Line, Sources, Unit};
use std::collections::BTreeSet;

/// Edited lines that declare one of these names with another type than in base, as a line of new uses them: those of its function
/// first, then fields and variables of the package, then those of other packages if the line names their type.
pub fn retyped(view: &View<'_>, wanted: &BTreeSet<&str>, at: Line) -> Vec<EditedLine> {
    let own = view.new.sources.unit(at);
    let mut found: Vec<EditedLine> = own.map_or_else(Vec::new, |it| of_unit(view, it, wanted));
    let folder = view.new.sources.folder(at.file);
    let on_line: BTreeSet<&str> = names(view.new.sources.text(at)).collect();
    for unit in view.new.sources.units().filter(|it| Some(*it) != own) {
        let Some(declaration) = view.new.sources.declaration(unit) else { continue };
        let is_near = view.new.sources.folder(unit.file) == folder;
        if declaration.kind != Kind::Func && (is_near || on_line.contains(declaration.name.as_str())) {
            found.extend(of_unit(view, unit, wanted));
        }
    }
    found
}

/// The edited lines of a function's head if its results are others than in base.
pub fn other_results(view: &View<'_>, unit: Unit) -> Vec<EditedLine> {
    let Some(base) = view.map.unit_to_base(unit) else { return Vec::new() };
    let lines = head(view.new.sources, unit);
    let text = |sources: &Sources, lines: &[Line]| {
        lines.iter().map(|it| sources.text(*it)).collect::<Vec<_>>().join(" ")
    };
    let (of_new, of_base) =
        (text(view.new.sources, &lines), text(view.base.sources, &head(view.base.sources, base)));
    if results(&of_new) == results(&of_base) {
        return Vec::new();
    }
    view.map.edits(unit).into_iter().filter(|it| is_new(*it) && lines.contains(&it.line)).collect()
}

/// Whether the type that a line gives a name is an interface, by its look: `any`, `error`, a type of the package that is declared as
/// one, or a type of another package that is no pointer, slice or map.
pub fn is_interface(view: &View<'_>, edit: EditedLine, name: &str) -> bool {
    let Some(type_text) = type_of(view.map.text(edit), name) else { return false };
    if type_text.starts_with("interface") || matches!(type_text, "any" | "error") {
        return true;
    }
    let mut units = view.declared(type_text, edit.line);
    match units.find(|it| view.new.sources.declaration(*it).is_some_and(|it| it.kind == Kind::Type)) {
        Some(unit) => view.new.sources.lines(unit).any(|it| view.new.sources.text(it).contains(" interface")),
        None => {
            type_text.contains('.') && !type_text.starts_with(['*', '[']) && !type_text.starts_with("map[")
        }
    }
}

fn of_unit(view: &View<'_>, unit: Unit, wanted: &BTreeSet<&str>) -> Vec<EditedLine> {
    let head = head(view.new.sources, unit);
    let is_func = view.new.sources.declaration(unit).is_some_and(|it| it.kind == Kind::Func);
    let Some(base) = view.map.unit_to_base(unit) else { return Vec::new() };
    let before: Vec<&str> = view.base.sources.lines(base).map(|it| view.base.sources.text(it)).collect();
    let declares_here = |line: Line, text: &str, name: &str| match is_func {
        true if head.contains(&line) => type_of(text, name).is_some(),
        true => text.starts_with("var ") && assigns(text, name),
        false => declares(text, name),
    };
    let is_retyped = |it: &EditedLine| {
        let text = view.map.text(*it);
        is_new(*it)
            && wanted.iter().any(|name| {
                let other =
                    |old: &&str| type_of(old, name).is_some_and(|old| type_of(text, name) != Some(old));
                declares_here(it.line, text, name) && before.iter().any(other)
            })
    };
    view.map.edits(unit).into_iter().filter(is_retyped).collect()
}

/// The lines of a function up to the bracket that opens its body.
fn head(sources: &Sources, unit: Unit) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in sources.lines(unit) {
        lines.push(line);
        if sources.text(line).ends_with('{') {
            break;
        }
    }
    lines
}

/// What stands behind the parameters in a function's head: `(any, error)`.
fn results(head: &str) -> &str {
    let rest = head.strip_prefix("func").unwrap_or(head).trim_start();
    let rest = if rest.starts_with('(') { behind_brackets(rest) } else { rest };
    let parameters = rest.find('(').and_then(|at| rest.get(at..)).unwrap_or("");
    behind_brackets(parameters).trim_end_matches('{').trim()
}

/// What stands behind the bracket that closes the first one of a text.
fn behind_brackets(text: &str) -> &str {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth <= 1 => return text.get(at + 1..).unwrap_or(""),
            b')' => depth -= 1,
            _ => {}
        }
    }
    ""
}

fn is_new(edit: EditedLine) -> bool {
    edit.side == EditSide::New
}

/// The type behind a name in a declaration: `any` of `key any`, `Taker` of `func f(n int, t Taker) {`. `None` if the name is not
/// declared there, or its type is that of the next one.
fn type_of<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let text = text.split("//").next().unwrap_or(text);
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let at = text.match_indices(name).find_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + name.len()..)?);
        let is_whole = !before.ends_with(|it| is_part(it) || it == '.') && after.starts_with([' ', '\t']);
        is_whole.then_some(after.trim_start())
    })?;
    let end = at.find([',', ')', '`', '=', '{']).unwrap_or(at.len());
    let found = at.get(..end)?.trim();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_behind_the_parameters() {
        for (head, want) in [
            ("func (t *T) f(g func(int) int) (any, error) {", "(any, error)"),
            ("func f(n int) any {", "any"),
            ("func f() {", ""),
            ("type T struct {", ""),
        ] {
            assert_eq!(results(head), want, "{head}");
        }
    }

    #[test]
    fn the_type_behind_a_name() {
        for (text, name, want) in [
            ("key  any", "key", Some("any")),
            ("key string `json:\"key\"` // the key", "key", Some("string")),
            ("func f(n int, t Taker) {", "t", Some("Taker")),
            ("func (f *Feeder) Feed(to Sum) {", "to", Some("Sum")),
            ("var sum Hasher = newHasher()", "sum", Some("Hasher")),
            ("keys string", "key", None),
            ("x.key = 3", "key", None),
        ] {
            assert_eq!(type_of(text, name), want, "{text}");
        }
    }
}
