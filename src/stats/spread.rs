//! Centre and scale that a few strays cannot move.

/// A median absolute deviation, times this, estimates the standard deviation of normal numbers: 1 / Φ⁻¹(¾) (Hampel, *The
/// influence curve and its role in robust estimation*, J. Amer. Statist. Assoc. 69, 1974).
pub const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// The median of values in any order; the midpoint of the two middle ones for an even count, `None` for no values. O(n),
/// and leaves the values in another order.
pub fn select_median(values: &mut [f64]) -> Option<f64> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    if n % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(lower.midpoint(upper))
}

/// The standard deviation as estimated by the median absolute deviation from the median: half of the values may be
/// anything. Zero where more than half of the values are equal, `None` for no values. O(n).
pub fn robust_deviation(values: &[f64]) -> Option<f64> {
    let mut rest = values.to_vec();
    let center = select_median(&mut rest)?;
    rest.iter_mut().for_each(|value| *value = (*value - center).abs());
    select_median(&mut rest).map(|mad| mad * MAD_TO_SIGMA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stray_does_not_move_it() {
        let values = [1.0, 2.0, 3.0, 4.0, 1e300];
        assert_eq!(robust_deviation(&values), Some(MAD_TO_SIGMA));
        for (values, want) in [
            (&[][..], None),
            (&[7.0], Some(0.0)),
            (&[0.0, 0.0, 5.0], Some(0.0)),
            (&[-1.0, 1.0], Some(MAD_TO_SIGMA)),
        ] {
            assert_eq!(robust_deviation(values), want, "{values:?}");
        }
    }

    proptest! {
        #[test]
        fn selecting_finds_the_median_of_the_sorted_values(mut values in proptest::collection::vec(-1e9f64..1e9, 0..30)) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(select_median(&mut values), crate::stats::median(&sorted));
        }
    }
}
