//! The centre of quantities that multiply.

use super::log_exp::{exp, log};

/// The geometric mean, as a running mean of logarithms. `None` for no values and for any value that is not positive,
/// since a logarithm is all it has to go by. O(n).
pub fn geometric_mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut mean = 0.0;
    let mut count = 0.0;
    for value in values {
        if value.is_nan() || value <= 0.0 {
            return None;
        }
        count += 1.0;
        mean += (log(value) - mean) / count;
    }
    (count > 0.0).then(|| exp(mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_root_of_the_product() {
        let got = geometric_mean([2.0, 8.0]).expect("both are positive");
        assert!((got - 4.0).abs() < 1e-14, "{got}");
    }

    #[test]
    fn nothing_zero_and_negative_values_have_none() {
        for values in [&[][..], &[1.0, 0.0], &[-1.0], &[f64::NAN]] {
            assert_eq!(geometric_mean(values.iter().copied()), None, "{values:?}");
        }
    }
}
