//! Text from strangers.

use bstr::{BStr, ByteSlice};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};

/// A text on one line of a terminal, without characters that move the cursor, colour what follows or turn its direction
/// around, and without those that are no characters: they are replaced, tabs by blanks. So is the second of two `#`: `##[…]` in the middle of a line is a command to
/// the runners of GitHub and Azure, and so is `::` at the beginning of one.
pub fn clean(text: impl Display) -> String {
    let text = text.to_string();
    if is_plain(&text) {
        return text;
    }
    let harmless = |c: char| is_harmless(c) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let shown = |c: char| match c {
        '\t' => ' ',
        c if harmless(c) => c,
        _ => char::REPLACEMENT_CHARACTER,
    };
    let mut text: String = text.chars().map(shown).collect();
    if is_command(&text) {
        text = text.replacen("::", "\u{fffd}:", 1);
    }
    if text.contains("##") { text.replace("##", "#\u{fffd}") } else { text }
}

/// Appends what [`clean`] makes of a text.
pub fn push_clean(text: &BStr, out: &mut String) {
    match text.to_str() {
        Ok(plain) if is_plain(plain) => out.push_str(plain),
        Ok(_) | Err(_) => out.push_str(&clean(text)),
    }
}

/// Whether nothing has to be replaced. Most names are plain.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("##") && !is_command(text)
}

/// Whether a terminal only shows this character: it is no control character and does not change the direction of text.
pub fn is_harmless(c: char) -> bool {
    !c.is_control() && !DIRECTIONS.contains(&c)
}

/// A harmless character in place of one that acts on a terminal, of as many bytes, so that places in a text stay.
pub fn harmless(c: char) -> char {
    match c.len_utf8() {
        _ if matches!(c, '\n' | '\r' | '\t') || is_harmless(c) => c,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

fn is_command(text: &str) -> bool {
    text.trim_start().starts_with("::")
}

/// Writes a value as indented JSON, in which texts are harmless on a terminal and in the log of a CI runner:
/// what [`clean`] replaces is escaped.
///
/// # Errors
/// If writing fails.
pub fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping { out: &mut *out, hash: false }, value)?;
    writeln!(out)
}

/// JSON on its way out. It comes in pieces of whole characters; those that act on a terminal occur in texts only, and
/// never behind a backslash.
struct Escaping<'w> {
    out: &'w mut dyn Write,
    /// Whether the last character was a `#`.
    hash: bool,
}

impl Write for Escaping<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| matches!(byte, b'\n' | b' '..=b'~') && *byte != b'#';
        match std::str::from_utf8(piece) {
            Ok(text) if !piece.iter().all(is_plain) => self.escape(text)?,
            _ => {
                self.out.write_all(piece)?;
                self.hash = false;
            }
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Escaping<'_> {
    fn escape(&mut self, text: &str) -> io::Result<()> {
        let mut said = 0;
        for (at, c) in text.char_indices() {
            let acts = !is_harmless(c) && c != '\n' || c == '#' && self.hash;
            if acts {
                write!(self.out, "{}\\u{:04x}", &text[said..at], u32::from(c))?;
                said = at + c.len_utf8();
            }
            self.hash = c == '#' && !acts;
        }
        self.out.write_all(&text.as_bytes()[said..])
    }
}

/// A name that leaves room for the rest of its row.
pub fn shortened(name: &str) -> String {
    capped(name, LONGEST_NAME)
}

/// A text on one line, of at most so many characters.
pub fn capped(text: &str, most: usize) -> String {
    let text = clean(text);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// In characters. Longer names are data, not names.
const LONGEST_NAME: usize = 120;

/// Unicode's marks, embeddings, overrides and isolates (UAX #9), and its line separators.
const DIRECTIONS: [char; 14] = [
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{2028}', '\u{2029}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_the_text_does_not_reach_the_terminal() {
        assert_eq!(clean("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(clean("a\x1b[2Jb\nc"), "a\u{fffd}[2Jb\u{fffd}c");
        assert_eq!(clean("a##[add-mask]b"), "a#\u{fffd}[add-mask]b");
        assert_eq!(clean(" ::add-mask::b"), " \u{fffd}:add-mask::b");
        assert_eq!(clean("a::b"), "a::b");
    }

    #[test]
    fn json_says_the_same_without_a_character_that_does_anything() {
        let text = "a###[x]\u{9b}31m\u{202e}\\##b\n::c\u{7f}";
        let mut out = Vec::new();
        json(&[text], &mut out).expect("memory cannot fail");
        let out = String::from_utf8(out).expect("text");
        assert!(
            !out.contains("##")
                && !out.contains(|c: char| c.is_control() && c != '\n' || DIRECTIONS.contains(&c)),
            "{out}"
        );
        assert_eq!(serde_json::from_str::<[String; 1]>(&out).expect("JSON"), [text]);
    }
}
