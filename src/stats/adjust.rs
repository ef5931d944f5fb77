//! Many tests at once: what a p-value is worth within its family.

use super::PValue;

/// Holm's step-down adjustment (*A simple sequentially rejective multiple test procedure*, Scand. J. Statist. 6,
/// 1979): rejecting where the result is at most α keeps the chance of any false rejection in the family at α,
/// whatever the dependence between the tests.
///
/// Returns one value per input, in the input's order, never below the input. O(m log m).
pub fn holm(family: &[PValue]) -> Vec<PValue> {
    let mut order: Vec<usize> = (0..family.len()).collect();
    order.sort_by(|&a, &b| family[a].get().total_cmp(&family[b].get()));
    let mut adjusted = vec![PValue::ONE; family.len()];
    let mut highest = 0.0f64;
    for (rank, &i) in order.iter().enumerate() {
        highest = highest.max((family.len() - rank) as f64 * family[i].get());
        adjusted[i] = PValue::new(highest);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn adjusted(p: &[f64]) -> Vec<f64> {
        holm(&p.iter().map(|&p| PValue::new(p)).collect::<Vec<_>>()).iter().map(|p| p.get()).collect()
    }

    #[test]
    fn the_textbook_example_steps_down() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        let want = [0.03, 0.06, 0.06, 0.02];
        for (got, want) in adjusted(&[0.01, 0.04, 0.03, 0.005]).iter().zip(want) {
            assert!((got - want).abs() < 1e-15, "{got} {want}");
        }
    }

    #[test]
    fn an_empty_family_and_a_family_of_one_are_left_alone() {
        assert!(adjusted(&[]).is_empty());
        assert_eq!(adjusted(&[0.2]), [0.2]);
    }

    proptest! {
        #[test]
        fn adjusting_keeps_the_order_and_never_makes_a_value_smaller(p in proptest::collection::vec(0.0f64..=1.0, 0..40)) {
            let adjusted = adjusted(&p);
            for i in 0..p.len() {
                prop_assert!(adjusted[i] >= p[i] && adjusted[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}
