//! Values as TOML writes them.

use crate::words::is_harmless;
use toml_edit::Value;

/// A TOML string on one line. Escapes characters that control a terminal, and `##`: in the log of a CI runner, `##[` begins a
/// command.
pub fn toml_string(text: &str) -> String {
    let acts = |c: char| !is_harmless(c);
    if !text.contains(acts) && !text.contains("##") {
        return Value::from(text).to_string();
    }
    let mut last = None;
    let written = |c: char| {
        let is_second = c == '#' && last.replace(c) == Some('#');
        last = Some(c).filter(|_| !is_second);
        match c {
            '"' | '\\' => format!("\\{c}"),
            c if acts(c) || is_second => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        }
    };
    format!("\"{}\"", text.chars().map(written).collect::<String>())
}

/// A TOML number: an integer where the number is whole.
pub fn toml_number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value:?}") }
}
