//! Whether one quantity rises with another, or with time.

/// Spearman's rank correlation (*The proof and measurement of association between two things*, Amer. J. Psychol. 15, 1904),
/// ties at their mid-rank: from -1 to 1. `None` for fewer than 2 pairs, or if either side is constant. Values without a
/// partner are ignored. O(n log n).
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len().min(y.len());
    correlation(&ranks(&x[..n]), &ranks(&y[..n]))
}

/// The rank correlation of values with their order: above zero if they rise. See [`spearman`].
pub fn drift(values: &[f64]) -> Option<f64> {
    let order: Vec<f64> = (1..=values.len()).map(|i| i as f64).collect();
    correlation(&order, &ranks(values))
}

/// The rank correlation of each value with the one before it: about -1/n for independent values. See [`spearman`].
pub fn autocorrelation(values: &[f64]) -> Option<f64> {
    spearman(values, values.get(1..)?)
}

/// [`drift`] and [`autocorrelation`], with one comparison of all values for both, and without memory of its own for few values.
pub fn drift_and_autocorrelation(values: &[f64]) -> (Option<f64>, Option<f64>) {
    let n = values.len();
    let [Some(&first), Some(&last)] = [values.first(), values.last()] else { return (None, None) };
    if n > COMPARED {
        return (drift(values), autocorrelation(values));
    }
    let of = |halves: u32| 0.5 * f64::from(halves) + 0.5;
    let (mut order, mut all) = ([0.0; COMPARED], [0.0; COMPARED]);
    let (mut without_last, mut without_first) = ([0.0; COMPARED], [0.0; COMPARED]);
    for (i, &value) in values.iter().enumerate() {
        let halves = halves(value, values);
        order[i] = (i + 1) as f64;
        all[i] = of(halves);
        without_last[i] = of(halves - compared(last, value));
        without_first[i] = of(halves - compared(first, value));
    }
    let drift = correlation(&order[..n], &all[..n]);
    (drift, correlation(&without_last[..n - 1], &without_first[1..n]))
}

/// The correlation of two lists of ranks of the same length.
fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let mean = (x.len() as f64 + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let scale = (product(x, x) * product(y, y)).sqrt();
    (x.len() >= 2 && scale > 0.0).then(|| (product(x, y) / scale).clamp(-1.0, 1.0))
}

/// Up to this many values are ranked by comparing each with all others.
const COMPARED: usize = 32;

/// Mid-ranks from 1, in the order of the values.
fn ranks(values: &[f64]) -> Vec<f64> {
    if values.len() > COMPARED {
        return sorted_ranks(values);
    }
    // Counting has no branches. For the few samples of a benchmark it is faster than sorting.
    values.iter().map(|&value| 0.5 * f64::from(halves(value, values)) + 0.5).collect()
}

/// Twice the number of values below this one, and once the number of those that are equal, with itself.
fn halves(value: f64, values: &[f64]) -> u32 {
    values.iter().map(|&other| compared(other, value)).sum()
}

/// 2 for a smaller one, 1 for an equal one.
fn compared(other: f64, value: f64) -> u32 {
    u32::from(other < value) + u32::from(other <= value)
}

/// Mid-ranks from 1, in the order of the values. O(n log n).
pub(super) fn sorted_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for group in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = before as f64 + (group.len() as f64 + 1.0) / 2.0;
        group.iter().for_each(|&i| ranks[i] = rank);
        before += group.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spearman_agrees_with_scipy() {
        // scipy.stats.spearmanr, with ties
        let got =
            spearman(&[1.0, 2.0, 2.0, 4.0, 5.0], &[5.0, 6.0, 7.0, 8.0, 7.0]).expect("neither is constant");
        assert!((got - 0.763_157_894_736_842).abs() < 1e-14, "{got}");
        assert_eq!(spearman(&[1.0, 2.0], &[1e300, -1e300]), Some(-1.0));
    }

    #[test]
    fn constant_values_have_no_correlation() {
        for values in [&[][..], &[1.0], &[3.0, 3.0, 3.0]] {
            assert_eq!((drift(values), autocorrelation(values)), (None, None), "{values:?}");
        }
    }

    #[test]
    fn rising_values_drift_and_follow_one_another() {
        let rising = [1.0, 2.0, 4.0, 8.0, 16.0];
        assert_eq!((drift(&rising), autocorrelation(&rising)), (Some(1.0), Some(1.0)));
        let zigzag = [1.0, 9.0, 2.0, 8.0, 3.0, 7.0];
        assert!(autocorrelation(&zigzag).is_some_and(|r| r < -0.9));
    }

    proptest! {
        #[test]
        fn comparing_ranks_as_sorting_does(values in proptest::collection::vec(-5i32..5, 0..=COMPARED)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(ranks(&values), sorted_ranks(&values));
        }

        #[test]
        fn both_at_once_are_the_same_to_the_last_digit(values in proptest::collection::vec(-5i32..5, 0..=COMPARED + 2)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(drift_and_autocorrelation(&values), (drift(&values), autocorrelation(&values)));
        }

        #[test]
        fn correlations_stay_within_bounds_and_turn_with_the_sign(values in proptest::collection::vec(-9i32..9, 0..20)) {
            let up: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
            let down: Vec<f64> = up.iter().map(|v| -v).collect();
            prop_assert!(drift(&up).is_none_or(|r| (-1.0..=1.0).contains(&r)));
            match (drift(&up), drift(&down)) {
                (Some(a), Some(b)) => prop_assert!((a + b).abs() < 1e-12),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }
}
