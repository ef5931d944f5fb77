//! Fields: what stands between blanks.

use bstr::ByteSlice;

/// The ASCII blanks that separate fields within a line.
pub(super) const BLANKS: &[u8] = b" \t\n\r\x0b\x0c";

/// What a byte may be: looked up, because every byte of a line may be asked.
const KINDS: [ByteKind; 256] = {
    let mut kinds = [ByteKind::Letter; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c' => ByteKind::Blank,
            0x80.. => ByteKind::Wide,
            _ => ByteKind::Letter,
        };
        byte += 1;
    }
    kinds
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum ByteKind {
    Blank,
    /// Part of a character beyond ASCII.
    Wide,
    /// Anything else.
    Letter,
}

fn kind(byte: u8) -> ByteKind {
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
        Some(&byte) if kind(byte) == ByteKind::Letter => text,
        Some(_) | None => text.trim_end_with(char::is_whitespace),
    }
}

fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| kind(byte) != ByteKind::Blank).unwrap_or(text.len());
    let text = &text[start..];
    match text.first() {
        Some(0x80..) => text.trim_start_with(char::is_whitespace),
        Some(_) | None => text,
    }
}

/// Where the first field of a text ends that does not begin with a blank.
fn end(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && kind(text[at]) == ByteKind::Letter {
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
