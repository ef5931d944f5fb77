//! Numbers as Go prints them.

use crate::words;

/// The shortest digits that read back as the same number, with an exponent below 1e-4 and from 1e6 on: Go's `%v`.
pub(super) fn general(value: f64) -> String {
    if !value.is_finite() {
        return fixed(value, 0);
    }
    let scientific = shortest(value);
    let parts =
        scientific.split_once('e').and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?)));
    match parts {
        Some((digits, power)) if !(-4..=5).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        Some(_) | None => value.to_string(),
    }
}

/// The shortest digits that read back as the same number. Where two of the same length are equally near, Go takes the even
/// one.
fn shortest(value: f64) -> String {
    let shortest = format!("{value:e}");
    let digits = shortest.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit).count();
    let even = format!("{value:.*e}", digits - 1);
    if even.parse() == Ok(value) { even } else { shortest }
}

/// With so many decimals: Go's `%.2f`.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    match value {
        f64::INFINITY => "+Inf".to_string(),
        f64::NEG_INFINITY => "-Inf".to_string(),
        value => words::fixed(value, decimals),
    }
}

/// A fraction as a percentage with its sign: Go's `%+.2f%%`.
pub(super) fn percent(fraction: f64) -> String {
    let value = fraction * 100.0;
    let sign = if value.is_infinite() || value.is_sign_negative() || value.is_nan() { "" } else { "+" };
    [sign, &fixed(value, 2), "%"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_look_like_gos() {
        for (value, want) in [
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (6e-9 + 1e-24, "6.000000000000001e-09"),
            (0.0, "0"),
            (-0.0, "-0"),
            (1e100, "1e+100"),
            (f64::INFINITY, "+Inf"),
            (113_864_975_577_903.62, "1.1386497557790362e+14"),
        ] {
            assert_eq!(general(value), want);
        }
    }

    #[test]
    fn halves_are_rounded_to_even_and_percentages_have_a_sign() {
        for (value, want) in [(0.5, "0"), (1.5, "2"), (2.5, "2")] {
            assert_eq!(fixed(value, 0), want);
        }
        assert_eq!(fixed(0.125, 2), "0.12");
        for (value, want) in [(0.0, "+0.00%"), (-1e-9, "-0.00%"), (f64::INFINITY, "+Inf%"), (0.5, "+50.00%")]
        {
            assert_eq!(percent(value), want);
        }
    }
}
