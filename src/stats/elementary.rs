//! Logarithms and exponentials that are the same on every machine.
//!
//! They come from `libm`, not from the platform. [`go_ln`] and [`go_exp`] also agree with Go to the last bit: on amd64 Go has its own
//! code (`src/math/log_amd64.s`, `exp_amd64.s`), whose last digit differs from any libm, and a geometric mean printed in full shows
//! it. Where Go uses FMA instructions, these always fuse, in software if necessary.

use std::f64::consts::{LOG2_E, SQRT_2};

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// ln(1 + x), exact to the last digits for small `x`; -∞ at -1.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// e to the power of `x`, minus 1, exact to the last digits for small `x`.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The natural logarithm of a positive, finite number, as Go computes it: FreeBSD's `e_log.c`, with the even and odd terms
/// of the polynomial in this order.
pub(super) fn go_ln(x: f64) -> f64 {
    let (mut fraction, mut exponent) = libm::frexp(x);
    if fraction < SQRT_2 / 2.0 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let (f, k) = (fraction - 1.0, f64::from(exponent));
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2
        * (6.666_666_666_666_735e-1
            + s4 * (2.857_142_874_366_239e-1
                + s4 * (1.818_357_216_161_805e-1 + s4 * 1.479_819_860_511_658_6e-1)));
    let even =
        s4 * (3.999_999_999_940_942e-1 + s4 * (2.222_219_843_214_978_4e-1 + s4 * 1.531_383_769_920_937_3e-1));
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN2_LOW)) - f)
}

/// e to the power of `x`, for `x` within ±700, as Go computes it: Shibata, *Efficient evaluation methods of elementary
/// functions suitable for SIMD computation*, 2010, with reduction by ln 2 and by 16, eight Taylor terms and four squarings.
pub(super) fn go_exp(x: f64) -> f64 {
    let power = (x * LOG2_E).round_ties_even();
    let x = (-power).mul_add(6.931_471_805_596_63e-1, x);
    let x = (-power).mul_add(2.823_529_056_303_157_7e-13, x);
    let x = x * 0.0625;
    let taylor = [5040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0];
    let sum = taylor.into_iter().fold(1.0 / 40320.0, |sum: f64, factorial| sum.mul_add(x, 1.0 / factorial));
    // (1 + t)² - 1 = t·(t + 2), four times. The last one adds the 1 again.
    let squared = (0..3).fold(x * sum, |t, _| t * (t + 2.0));
    libm::scalbn((squared + 2.0).mul_add(squared, 1.0), power as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_digit_is_as_in_go() {
        // benchstat's geometric mean of the single value 3.
        assert_eq!(go_exp(go_ln(3.0)), 2.999_999_999_999_999_6);
        assert_eq!((go_ln(1.0), go_exp(0.0)), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn both_agree_with_the_c_library(x in 1e-300..1e300f64, y in -700.0..700.0f64) {
            prop_assert!((go_ln(x) - x.ln()).abs() <= 4e-16 * x.ln().abs());
            prop_assert!((go_exp(y) / y.exp() - 1.0).abs() < 1e-14);
        }
    }
}
