//! What grows although no decision changed: edits that set its size (rule 4).

use super::edit::Found;
use super::text::{assigns, grown_value, is_about_reuse, without_literals};
use super::view::View;
use crate::cause::explanation::{EditSide, Evidence};
use crate::cause::lines::{EditedLine, Line};

/// Finds the edits that define or size what a line appends to: in its function, then in the functions of the package where it is a
/// field or a variable of the package.
pub fn find(view: &View<'_>, leaf: Line, found: &mut Found) {
    let text = view.new.sources.text(leaf);
    let Some(name) = grown_value(text) else { return };
    let Some(unit) = view.new.sources.unit(leaf) else { return };
    let mut edits = sizing(view, view.map.edits(unit), name, leaf);
    let is_field = text.contains(&format!(".{name}"));
    let is_local = view.new.sources.lines(unit).any(|it| {
        let text = view.new.sources.text(it);
        assigns(text, name) && (text.contains(":=") || text.starts_with("var "))
    });
    if is_field || !is_local {
        let folder = view.new.sources.folder(leaf.file);
        for other in view.new.sources.units().filter(|it| *it != unit) {
            if view.new.sources.folder(other.file) == folder {
                edits.extend(sizing(view, view.map.edits(other), name, leaf));
            }
        }
    }
    // What makes room or stops making it comes before other assignments; of the same kind, what is there before what is gone.
    edits.sort_by_key(|it| (!makes_room(view, *it), it.side == EditSide::Base));
    for edit in edits {
        let gone = edit.side == EditSide::Base && is_about_reuse(view.map.text(edit));
        found.add(edit, if gone { Evidence::Reuse } else { Evidence::Size });
    }
}

fn makes_room(view: &View<'_>, edit: EditedLine) -> bool {
    let text = view.map.text(edit);
    is_about_reuse(text) || ["= nil", "make(", "var ", "[:0", "{}", ":="].iter().any(|it| text.contains(it))
}

/// Of some edits, those that give a name its value other than by appending to itself.
fn sizing(view: &View<'_>, edits: Vec<EditedLine>, name: &str, leaf: Line) -> Vec<EditedLine> {
    let field = format!("{name}:");
    let sets = |text: &str| {
        let text = &*without_literals(text);
        let is_own = grown_value(text) == Some(name) && text.contains("append(");
        (assigns(text, name) && !is_own)
            || text.contains(&field)
            || text.contains("make(") && text.contains(name)
    };
    let is_sizing = |it: &EditedLine| {
        if it.side == EditSide::New && it.line == leaf {
            return false;
        }
        // A field that was made and no longer is.
        let before = if it.side == EditSide::New { view.base_line(it.line) } else { None };
        sets(view.map.text(*it)) || before.is_some_and(|it| sets(view.base.sources.text(it)))
    };
    edits.into_iter().filter(is_sizing).collect()
}
