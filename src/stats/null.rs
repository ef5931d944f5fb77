//! The null distribution of the rank-sum statistic, by counting subsets.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// How many subsets of `size` scores add up to 0, 1, … `cap`: the shift algorithm of Streitberg & Röhmel (*Exact
/// distributions for permutation and rank tests*, Statistical Software Newsletter 12, 1986).
///
/// The counts are sums of positive numbers, so that `f64` loses no more than its rounding. O(scores · size · cap) time,
/// O(size · cap) memory.
pub(super) fn subset_sums(scores: &[usize], size: usize, cap: usize) -> Vec<f64> {
    let width = cap + 1;
    let mut counts = vec![0.0f64; (size + 1) * width];
    counts[0] = 1.0;
    for (taken, &score) in scores.iter().enumerate() {
        if score > cap {
            continue;
        }
        // A subset that can no longer be filled up by the scores still to come need not be counted.
        let least = (size + taken + 1).saturating_sub(scores.len()).max(1);
        for members in (least..=size.min(taken + 1)).rev() {
            let (fewer, more) = counts.split_at_mut(members * width);
            let from = &fewer[(members - 1) * width..][..width - score];
            for (into, &ways) in more[score..width].iter_mut().zip(from) {
                *into += ways;
            }
        }
    }
    counts.split_off(size * width)
}

/// The number of ways to choose `k` of `n`, as the nearest representable number.
pub(super) fn choose(n: usize, k: usize) -> f64 {
    (1..=k.min(n - k)).fold(1.0, |ways, i| ways * (n - k.min(n - k) + i) as f64 / i as f64)
}

/// P(U ≤ 0), P(U ≤ 1), … for samples of `n1` and `n2` without ties, up to the middle. Kept once computed: a suite asks
/// for the same sizes again and again.
pub(super) fn lower_tail(n1: usize, n2: usize) -> Arc<[f64]> {
    type Tails = HashMap<(usize, usize), Arc<[f64]>>;
    static TAILS: LazyLock<Mutex<Tails>> = LazyLock::new(Mutex::default);
    let (small, large) = (n1.min(n2), n1.max(n2));
    // A panic elsewhere cannot leave a half-written table behind: entries are inserted whole.
    let mut tails = TAILS.lock().unwrap_or_else(PoisonError::into_inner);
    tails.entry((small, large)).or_insert_with(|| tail(small, large)).clone()
}

fn tail(small: usize, large: usize) -> Arc<[f64]> {
    let ranks: Vec<usize> = (0..small + large).collect();
    let least: usize = (0..small).sum();
    let counts = subset_sums(&ranks, small, least + small * large / 2);
    let all = choose(small + large, small);
    counts[least..]
        .iter()
        .scan(0.0, |sum, &ways| {
            *sum += ways;
            Some(*sum / all)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_four_scores_is_counted_once() {
        // {0,1} {0,2} {0,3} {1,2} {1,3} {2,3}
        assert_eq!(subset_sums(&[0, 1, 2, 3], 2, 5), [0.0, 1.0, 1.0, 2.0, 1.0, 1.0]);
        assert_eq!(
            subset_sums(&[0, 1, 2, 3], 2, 2),
            [0.0, 1.0, 1.0],
            "a cap cuts, and changes nothing below it"
        );
    }

    #[test]
    fn choosing_is_symmetric() {
        assert_eq!(choose(20, 10), 184_756.0);
        assert_eq!((choose(7, 0), choose(7, 7), choose(7, 2), choose(7, 5)), (1.0, 1.0, 21.0, 21.0));
    }

    #[test]
    fn the_tail_of_two_and_two_is_the_textbook_one() {
        let got = lower_tail(2, 2);
        for (got, want) in got.iter().zip([1.0 / 6.0, 2.0 / 6.0, 4.0 / 6.0]) {
            assert!((got - want).abs() < 1e-15, "{got} {want}");
        }
    }
}
