//! Fields: what stands between blanks.

use crate::model::short_decimal;
use bstr::ByteSlice;

/// The ASCII blanks that separate fields within a line.
pub(super) const BLANKS: &[u8] = b" \t\n\r\x0b\x0c";

/// What a byte may be: looked up, because every byte of a result line is asked.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Letter; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c' => Kind::Blank,
            0x80.. => Kind::Wide,
            _ => Kind::Letter,
        };
        byte += 1;
    }
    kinds
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    /// Part of a character beyond ASCII.
    Wide,
    /// Anything else.
    Letter,
}

fn kind(byte: u8) -> Kind {
    KINDS[usize::from(byte)] // there are 256 bytes
}

/// The first field and what follows it. Any Unicode white space separates, as in Go's own reader.
pub(super) fn field(text: &[u8]) -> (&[u8], &[u8]) {
    let text = trim_start(text);
    text.split_at(end(text))
}

/// A text without blanks around it.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let text = trim_start(text);
    match text.last() {
        Some(&byte) if kind(byte) == Kind::Letter => text,
        Some(_) | None => text.trim_end_with(char::is_whitespace),
    }
}

fn trim_start(text: &[u8]) -> &[u8] {
    let text = without_spaces(text.strip_prefix(b"\t").unwrap_or(text));
    let start = text.iter().position(|&byte| kind(byte) != Kind::Blank).unwrap_or(text.len());
    let text = &text[start..];
    match text.first() {
        Some(0x80..) => text.trim_start_with(char::is_whitespace),
        Some(_) | None => text,
    }
}

/// Where the first field of a text ends that does not begin with a blank.
fn end(text: &[u8]) -> usize {
    let mut at = plain(text);
    while at < text.len() && kind(text[at]) == Kind::Letter {
        at += 1;
    }
    match text.get(at) {
        // Rare enough to decode every character from here on.
        Some(0x80..) => {
            let blank = text[at..].char_indices().find(|&(_, _, c)| c.is_whitespace());
            blank.map_or(text.len(), |(start, _, _)| at + start)
        }
        Some(_) | None => at,
    }
}

/// A text without the spaces with which Go pads its columns, or most of them: eight at a time.
fn without_spaces(mut text: &[u8]) -> &[u8] {
    const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
    while let Some((&eight, rest)) = text.split_first_chunk() {
        let others = u64::from_le_bytes(eight) ^ SPACES;
        if others != 0 {
            return &text[others.trailing_zeros() as usize / 8..]; // one of the eight
        }
        text = rest;
    }
    text
}

/// The number at the beginning of a text, and what follows the field in which it stands; `None` if it is not written like
/// most are, plainly and behind spaces. Spares the search for the end of the field.
pub(super) fn plain_number(text: &[u8]) -> Option<(f64, &[u8])> {
    let text = without_spaces(text.strip_prefix(b"\t").unwrap_or(text));
    let (value, length) = short_decimal(text)?;
    let rest = &text[length..]; // it has read so far
    matches!(rest.first(), None | Some(b' ' | b'\t')).then_some((value, rest))
}

/// How many bytes at the beginning of a text certainly are letters. Names are long and every byte of them is asked, so this
/// looks at eight bytes at a time: a byte below `!`, less that, borrows into its highest bit, and one beyond ASCII has that
/// bit already. Bytes behind the first such one may be mistaken by its borrow, hence none of them is believed.
fn plain(text: &[u8]) -> usize {
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
    const FIRST: u64 = u64::from_ne_bytes([b'!'; 8]);
    let mut at = 0;
    while let Some(&eight) = text[at..].first_chunk() {
        let bytes = u64::from_le_bytes(eight);
        let others = (bytes.wrapping_sub(FIRST) | bytes) & HIGHEST;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn any_white_space_separates_and_nothing_else() {
        for (text, want, rest) in [
            ("a b", "a", " b"),
            ("\t é\u{2003}b", "é", "\u{2003}b"),
            ("a\u{a0}b", "a", "\u{a0}b"),
            ("\u{3000}a", "a", ""),
            ("\u{200b}a c", "\u{200b}a", " c"),
            ("", "", ""),
            (" \u{2028}", "", ""),
        ] {
            assert_eq!(field(text.as_bytes()), (want.as_bytes(), rest.as_bytes()), "{text:?}");
        }
        assert_eq!(field(b"a\x85b"), (&b"a\x85b"[..], &b""[..]), "a byte that is no character is no blank");
    }

    proptest! {
        #[test]
        fn fields_are_those_of_the_standard_library(text in "[a-zé \t\u{a0}\u{2003}\u{85}]{0,20}") {
            let mut fields = Vec::new();
            let mut rest = text.as_bytes();
            while let (field, more) = field(rest) && !field.is_empty() {
                fields.push(String::from_utf8_lossy(field).into_owned());
                rest = more;
            }
            prop_assert_eq!(fields, text.split_whitespace().collect::<Vec<_>>());
            prop_assert_eq!(trim(text.as_bytes()), text.trim().as_bytes());
        }
    }
}
