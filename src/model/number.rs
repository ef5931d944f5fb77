//! Numbers as Go reads them.

use super::NumberError;

/// Reads a decimal number as Go's `strconv.ParseFloat` does: optional sign, fraction and exponent, underscores between
/// digits, `inf` and `infinity` in any case with a sign, `nan` without one. Hexadecimal ones are not accepted. O(length).
///
/// # Errors
/// If it is none, or beyond the largest one.
pub fn go_float(text: &[u8]) -> Result<f64, NumberError> {
    if text.first().is_some_and(u8::is_ascii_digit)
        && let Ok(value) = fast_float2::parse::<f64, _>(text)
        && value.is_finite()
    {
        return Ok(value); // nearly always
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_gos() {
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
