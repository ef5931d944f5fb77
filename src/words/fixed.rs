//! Numbers with so many decimals, quickly.

use std::fmt::Write;

/// A sign, sixteen digits, a point, and more.
const LONGEST: usize = 24;

const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// `format!("{value:.decimals$}")`, to the byte.
///
/// The library finds exact digits of any number, which is most of the work of a page of numbers. Those of a page are short:
/// scaled to a whole number below 10⁹, they are off by less than 10⁻⁶, which decides the rounding unless a half is as near.
pub fn fixed(value: f64, decimals: usize) -> String {
    let mut text = String::with_capacity(LONGEST); // room for a sign of per cent, or a prefix
    push_fixed(value, decimals, &mut text);
    text
}

/// Appends [`fixed`] to a text. A table has millions of numbers: none of them needs memory of its own.
pub fn push_fixed(value: f64, decimals: usize, text: &mut String) {
    match POWERS.get(decimals).and_then(|power| rounded(value.abs(), *power)) {
        Some(digits) => push(value.is_sign_negative(), digits, decimals, text),
        None => {
            let _ = write!(text, "{value:.decimals$}"); // memory cannot fail
        }
    }
}

/// The value times the power of ten as a whole number, if that is beyond doubt.
fn rounded(value: f64, power: f64) -> Option<u64> {
    let scaled = value * power;
    let whole = scaled.floor();
    let rest = scaled - whole;
    let is_short = scaled < 1e9 && (rest - 0.5).abs() > 1e-6;
    let is_whole = power == 1.0 && rest == 0.0 && scaled < 1e15;
    (is_short || is_whole).then(|| whole as u64 + u64::from(rest > 0.5))
}

fn push(is_negative: bool, mut digits: u64, decimals: usize, text: &mut String) {
    let mut bytes = [0; LONGEST];
    let mut at = bytes.len();
    let mut put = |byte: u8| {
        at -= 1;
        bytes[at] = byte;
    };
    let mut count = 0;
    while count <= decimals || digits > 0 {
        if count == decimals && decimals > 0 {
            put(b'.');
        }
        put(b'0' + (digits % 10) as u8);
        digits /= 10;
        count += 1;
    }
    if is_negative {
        put(b'-');
    }
    text.push_str(std::str::from_utf8(&bytes[at..]).expect("digits"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(value: f64, decimals: usize) {
        for value in [value, -value] {
            assert_eq!(fixed(value, decimals), format!("{value:.decimals$}"), "{value:e} {decimals}");
        }
    }

    #[test]
    fn halves_ends_and_what_is_no_number_are_written_alike() {
        let values = [
            0.0,
            0.5,
            1.5,
            2.5,
            0.125,
            0.25,
            0.05,
            0.15,
            1.005,
            9.995,
            99.95,
            999.5,
            0.9999995,
            4096.0,
            1e9,
            1e15,
            1e16,
            999_999_999.5,
            1e300,
            5e-324,
            f64::INFINITY,
            f64::NAN,
        ];
        for value in values {
            (0..12).for_each(|decimals| same(value, decimals));
        }
    }

    proptest! {
        #[test]
        fn any_number_is_written_as_the_library_does(
            value in prop_oneof![any::<f64>(), -1e6f64..1e6, -2f64..2.0, (-99_999i32..99_999).prop_map(|it| f64::from(it) / 2000.0)],
            decimals in 0usize..12,
        ) {
            same(value, decimals);
        }
    }
}
