//! The numbers that a result line may hold.

/// A count of iterations: decimal digits that fit 64 bits.
pub(super) fn iterations(field: &[u8]) -> Option<u64> {
    if field.is_empty() {
        return None;
    }
    field.iter().try_fold(0u64, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        sum.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// A measured value: a decimal number with optional sign, fraction and exponent, or what Go prints for NaN and the
/// infinities.
pub(super) fn value(field: &[u8]) -> Option<f64> {
    fast_float2::parse(field).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterations_are_plain_digits() {
        for (field, want) in [
            ("0", Some(0)),
            ("1000000", Some(1_000_000)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("1e3", None),
        ] {
            assert_eq!(iterations(field.as_bytes()), want, "{field}");
        }
    }

    #[test]
    fn values_are_what_go_prints() {
        for (field, want) in
            [("12.3", 12.3), ("1e15", 1e15), ("-0.5", -0.5), ("0", 0.0), ("+Inf", f64::INFINITY)]
        {
            assert_eq!(value(field.as_bytes()), Some(want), "{field}");
        }
        assert!(value(b"NaN").is_some_and(f64::is_nan));
        for field in ["", "x", "1x", "1,5", "0x10", "1_000", "--1"] {
            assert_eq!(value(field.as_bytes()), None, "{field}");
        }
    }
}
