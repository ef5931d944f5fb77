//! Splits a line into fields, and parses the number of iterations.

use crate::model::NumberError;
use bstr::ByteSlice;

/// The ASCII white space that separates fields.
pub(super) const BLANKS: &[u8] = b" \t\n\r\x0b\x0c";

/// The kind of every byte. A table, because it is used for every byte of a line.
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
    /// Part of a character that is not ASCII.
    Wide,
    /// Any other byte.
    Letter,
}

fn kind(byte: u8) -> ByteKind {
    KINDS[usize::from(byte)] // there are 256 bytes
}

/// The first field, and the rest. Fields are separated by any Unicode white space, as in Go's reader.
pub(super) fn field(text: &[u8]) -> (&[u8], &[u8]) {
    let text = trim_start(text);
    text.split_at(end(text))
}

/// The text without white space at both ends.
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

/// The end of the first field of a text that does not begin with white space.
fn end(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && kind(text[at]) == ByteKind::Letter {
        at += 1;
    }
    match text.get(at) {
        // Rare, so that the rest may be slow.
        Some(0x80..) => {
            let blank = text[at..].char_indices().find(|&(_, _, c)| c.is_whitespace());
            blank.map_or(text.len(), |(start, _, _)| at + start)
        }
        Some(_) | None => at,
    }
}

/// The number of iterations: decimal digits that fit 64 bits.
pub(super) fn iterations(field: &[u8]) -> Result<u64, NumberError> {
    if field.is_empty() {
        return Err(NumberError::Syntax);
    }
    let mut sum = Some(0u64);
    for byte in field {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return Err(NumberError::Syntax);
        }
        sum = sum.and_then(|sum| sum.checked_mul(10)?.checked_add(u64::from(digit)));
    }
    sum.ok_or(NumberError::Range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_white_space_separates_fields() {
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
        assert_eq!(field(b"a\x85b"), (&b"a\x85b"[..], &b""[..]), "an invalid byte is not white space");
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

    #[test]
    fn iterations_are_plain_digits() {
        for (field, want) in [
            ("0", Ok(0)),
            ("1000000", Ok(1_000_000)),
            ("18446744073709551615", Ok(u64::MAX)),
            ("18446744073709551616", Err(NumberError::Range)),
            ("18446744073709551616x", Err(NumberError::Syntax)),
            ("", Err(NumberError::Syntax)),
            ("-1", Err(NumberError::Syntax)),
            ("1.5", Err(NumberError::Syntax)),
            ("1e3", Err(NumberError::Syntax)),
        ] {
            assert_eq!(iterations(field.as_bytes()), want, "{field}");
        }
    }
}
