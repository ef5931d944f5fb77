//! Reads numbers as Go does.

use super::NumberError;

/// Powers of ten that are exact as a double, and the same as integers.
const POWERS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const TENS: [u64; 16] = {
    let mut tens = [1; 16];
    let mut power = 1;
    while power < tens.len() {
        tens[power] = tens[power - 1] * 10;
        power += 1;
    }
    tens
};

/// Reads a decimal number as Go's `strconv.ParseFloat` does: optional sign, fraction and exponent, underscores between
/// digits, `inf` and `infinity` in any case with a sign, `nan` without one. Does not accept hexadecimal numbers. O(length).
///
/// # Errors
/// If the text is not a number, or the number is too large.
pub fn go_float(text: &[u8]) -> Result<f64, NumberError> {
    if let Some((value, length)) = short_decimal(text)
        && length == text.len()
    {
        return Ok(value); // the usual case
    }
    let unsigned = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    let sign = if text.first() == Some(&b'-') { -1.0 } else { 1.0 };
    if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity") {
        return Ok(sign * f64::INFINITY);
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Ok(f64::NAN);
    }
    if !unsigned.first().is_some_and(|&byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(NumberError::Syntax);
    }
    let parsed: Option<f64> = if unsigned.contains(&b'_') {
        let between = |at: usize| {
            let digit =
                |at: Option<usize>| at.and_then(|at| unsigned.get(at)).is_some_and(u8::is_ascii_digit);
            digit(at.checked_sub(1)) && digit(Some(at + 1))
        };
        let places = unsigned.iter().enumerate().filter(|&(_, &byte)| byte == b'_');
        if !places.map(|(at, _)| at).all(between) {
            return Err(NumberError::Syntax);
        }
        let digits: Vec<u8> = unsigned.iter().copied().filter(|&byte| byte != b'_').collect();
        fast_float2::parse(digits).ok()
    } else {
        fast_float2::parse(unsigned).ok()
    };
    match parsed {
        None => Err(NumberError::Syntax),
        Some(value) if value.is_infinite() => Err(NumberError::Range),
        Some(value) => Ok(sign * value),
    }
}

/// The number at the beginning of a text, and its length, if it has up to 15 digits and at most one point. Go prints nearly all
/// measurements like this. O(1).
///
/// The digits and the power of ten are exact doubles, so that their quotient is the nearest double (Clinger, *How to read
/// floating point numbers accurately*, PLDI 1990). Several times as fast as a general parser.
pub fn short_decimal(text: &[u8]) -> Option<(f64, usize)> {
    let (whole, before) = digits(text);
    let (part, after, length) = match text.get(before) {
        Some(b'.') => {
            let (part, after) = digits(&text[before + 1..]); // the point is there
            (part, after, before + 1 + after)
        }
        _ => (0, 0, before),
    };
    if !(1..=15).contains(&(before + after)) {
        return None;
    }
    match after {
        0 => Some((whole as f64, length)),
        _ => Some(((whole * TENS[after] + part) as f64 / POWERS[after], length)), // up to 15 are after
    }
}

/// The value of the digits at the beginning of a text, and how many there are; at most 16. O(1).
pub fn digits(text: &[u8]) -> (u64, usize) {
    let (number, length) = up_to_eight(text);
    match length {
        8 => {
            let (rest, more) = up_to_eight(&text[8..]); // eight have been read
            (number * TENS[more] + rest, 8 + more)
        }
        _ => (number, length),
    }
}

/// Like [`digits`], for at most eight. Numbers are a third of a result line, so this reads eight bytes at once: it marks the
/// bytes that are not digits by their highest bit, shifts them out, and adds the digits in pairs, fours and eights (Lemire,
/// *Number parsing at a gigabyte per second*, Software: Practice and Experience 51, 2021).
fn up_to_eight(text: &[u8]) -> (u64, usize) {
    const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
    /// Sets the highest bit of every byte above 9.
    const BEYOND_NINE: u64 = u64::from_ne_bytes([0x80 - 10; 8]);
    let eight = text.first_chunk().copied().unwrap_or_else(|| {
        let mut eight = [0; 8];
        eight[..text.len()].copy_from_slice(text); // fewer than eight are left
        eight
    });
    let values = u64::from_le_bytes(eight) ^ ZEROS;
    let others = (values.wrapping_add(BEYOND_NINE) | values) & HIGHEST;
    let length = others.trailing_zeros() as usize / 8;
    if length == 0 {
        return (0, 0);
    }
    let digits = values << (64 - 8 * length); // adds zeros before the first digit
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let fours = (pairs & 0xff_0000_00ff).wrapping_mul(100 + (1_000_000 << 32));
    let eights = ((pairs >> 16) & 0xff_0000_00ff).wrapping_mul(1 + (10_000 << 32));
    (fours.wrapping_add(eights) >> 32, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_fast_path_reads_the_same_numbers(text in "[0-9]{0,16}(\\.[0-9]{0,16})?") {
            let want = fast_float2::parse(&text).ok();
            let short = short_decimal(text.as_bytes()).filter(|&(_, length)| length == text.len());
            prop_assert!(short.is_none_or(|(value, _)| Some(value) == want), "{}", text);
            prop_assert_eq!(go_float(text.as_bytes()).ok(), want);
        }
    }

    proptest! {
        #[test]
        fn digits_are_read_up_to_the_first_other_byte(text in "[0-9]{0,18}[ -~\u{80}-\u{ff}]{0,9}") {
            let length = text.bytes().take(16).take_while(u8::is_ascii_digit).count();
            prop_assert_eq!(digits(text.as_bytes()), (text[..length].parse().unwrap_or(0), length));
        }
    }

    #[test]
    fn more_digits_than_a_double_has_are_not_short() {
        // For these, the quotient of two rounded numbers is a different double.
        for text in ["9514242627359.937", "966673813.1730443"] {
            assert_eq!(short_decimal(text.as_bytes()), None, "{text}");
            assert_eq!(go_float(text.as_bytes()).ok(), fast_float2::parse(text).ok(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_in_go() {
        for (text, want) in [
            ("12.5", 12.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1E+5", -1e5),
            ("1_000.5", 1000.5),
            ("1e1_0", 1e10),
            ("+Inf", f64::INFINITY),
            ("-infinity", f64::NEG_INFINITY),
            ("1e-400", 0.0),
        ] {
            assert_eq!(go_float(text.as_bytes()), Ok(want), "{text}");
        }
        assert!(go_float(b"nAn").is_ok_and(f64::is_nan));
        for text in
            ["", "+", "+NaN", "-nan", "1__0", "_1", "1_", "1_.5", "0x10", "1e", "--1", "1 ", "x", "+-1"]
        {
            assert_eq!(go_float(text.as_bytes()), Err(NumberError::Syntax), "{text}");
        }
        assert_eq!(go_float(b"1e999"), Err(NumberError::Range));
    }
}
