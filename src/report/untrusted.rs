//! Text from strangers.

use std::fmt::Display;

/// A text on one line of a terminal, without characters that move the cursor, colour what follows or turn its direction
/// around, and without those that are no characters: they are replaced, tabs by blanks. So is the second of two `#`: `##[…]` in the middle of a line is a command to
/// the runners of GitHub and Azure.
pub fn clean(text: impl Display) -> String {
    let text = text.to_string();
    // Most names are plain.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("##") {
        return text;
    }
    let harmless =
        |c: char| !c.is_control() && !DIRECTIONS.contains(&c) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let shown = |c: char| match c {
        '\t' => ' ',
        c if harmless(c) => c,
        _ => char::REPLACEMENT_CHARACTER,
    };
    let text: String = text.chars().map(shown).collect();
    if text.contains("##") { text.replace("##", "#\u{fffd}") } else { text }
}

/// A name that leaves room for the rest of its row.
pub(super) fn shortened(name: &str) -> String {
    capped(name, LONGEST_NAME)
}

/// A text on one line, of at most so many characters.
pub(super) fn capped(text: &str, most: usize) -> String {
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
    }
}
