//! Writes the entries that hold.

use super::function::DecidedFunction;
use crate::policy::toml_string;
use crate::query::FunctionGlob;

/// A `[[decision]]` for each compiled function, with what the compiler decides today. `note` is a comment above them. What a function
/// of several declarations (files of other systems, `init`) has, is that of the worst.
pub fn draft<'f>(functions: impl Iterator<Item = &'f DecidedFunction>, note: &str) -> String {
    let mut functions: Vec<&DecidedFunction> = functions.filter(|it| it.is_compiled()).collect();
    functions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = format!("# {note}\n");
    for group in functions.chunk_by(|a, b| a.name == b.name) {
        let Some(first) = group.first() else { continue };
        text.push_str(&format!(
            "\n[[decision]]\nfunc = {}\n",
            toml_string(&FunctionGlob::literal(&first.name))
        ));
        // That a function cannot be inlined is nothing to keep.
        if group.iter().all(|it| it.can_inline()) {
            text.push_str("inline = true\n");
        }
        let most = |count: fn(&DecidedFunction) -> usize| group.iter().map(|it| count(it)).max().unwrap_or(0);
        text.push_str(&format!("heap = {}\n", most(|it| it.heap.len())));
        text.push_str(&format!("bounds-checks = {}\n", most(|it| it.bounds_checks.len())));
    }
    text
}
