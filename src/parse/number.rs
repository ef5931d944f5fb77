//! The numbers that a result line may hold.

use crate::model::{NumberError, go_float};

/// A count of iterations: decimal digits that fit 64 bits.
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

/// A measured value: what Go reads as a number, NaN and the infinities included.
pub(super) fn value(field: &[u8]) -> Result<f64, NumberError> {
    go_float(field)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn values_are_what_go_prints() {
        for (field, want) in
            [("12.3", 12.3), ("1e15", 1e15), ("-0.5", -0.5), ("0", 0.0), ("+Inf", f64::INFINITY)]
        {
            assert_eq!(value(field.as_bytes()), Ok(want), "{field}");
        }
        assert!(value(b"NaN").is_ok_and(f64::is_nan));
        assert_eq!(value(b"1e400"), Err(NumberError::Range));
        for field in ["", "x", "1x", "1,5", "0x10", "1__0", "--1"] {
            assert_eq!(value(field.as_bytes()), Err(NumberError::Syntax), "{field}");
        }
    }
}
