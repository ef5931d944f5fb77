//! Values as numbers: the order `@num`.

use crate::model::go_float;
use bstr::BStr;
use std::cmp::Ordering;

/// Numbers ascending, then NaN, then other values. `Equal` if two values are the same number.
pub(super) fn compare(a: &BStr, b: &BStr) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// A number, or one with a suffix: `512`, `1.5k`, `64KiB`.
fn number(text: &BStr) -> Option<f64> {
    go_float(text).ok().or_else(|| suffixed(text))
}

const PREFIXES: &[u8] = b"KMGTPEZY";

fn suffixed(text: &[u8]) -> Option<f64> {
    let text = text.strip_suffix(b"b").or_else(|| text.strip_suffix(b"B")).unwrap_or(text);
    let (text, base) = match text.strip_suffix(b"i") {
        Some(text) => (text, 1024f64),
        None => (text, 1000f64),
    };
    let prefix = |letter: u8| PREFIXES.iter().position(|&it| it == letter || letter == b'k' && it == b'K');
    let (digits, power) = match text.split_last() {
        Some((&letter, digits)) if prefix(letter).is_some() => (digits, prefix(letter)? as i32 + 1),
        _ if base == 1024.0 => return None, // an `i` alone is not a suffix
        _ => (text, 0),
    };
    let unsigned = digits.strip_prefix(b"+").or_else(|| digits.strip_prefix(b"-")).unwrap_or(digits);
    let plain = unsigned.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    plain.then(|| go_float(digits).ok()).flatten().map(|value| value * base.powi(power))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bstr::ByteSlice;

    #[test]
    fn numbers_come_first_in_ascending_order() {
        let want = ["-1", "1", "07", "9", "10", "512", "1k", "1KiB", "3kB", "1M", "inf", "NaN"];
        for pair in want.windows(2) {
            assert_eq!(
                compare(pair[0].as_bytes().as_bstr(), pair[1].as_bytes().as_bstr()),
                Ordering::Less,
                "{pair:?}"
            );
        }
        for text in ["", "abc", "1.2.3", "4q", "5i", "kB", "1e3k"] {
            assert_eq!(number(text.as_bytes().as_bstr()), None, "{text}");
        }
        assert_eq!(compare(b"1".as_bstr(), b"1.0".as_bstr()), Ordering::Equal);
    }
}
