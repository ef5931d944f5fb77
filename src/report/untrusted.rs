//! Text from strangers.

use std::fmt::Display;

/// A text on one line of a terminal, without control characters: a name from a stranger's file must not move the cursor.
pub(super) fn clean(text: impl Display) -> String {
    text.to_string().chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\nc"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
