//! Where values in their order change from one level to another.

use super::PValue;
use super::trend::sorted_ranks;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a sequence is most likely to change its level, and how likely so large a change is by chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The index of the first value of the new level.
    pub at: usize,
    /// The chance that a random order of the values has a change at least as large.
    pub p: PValue,
}

/// How many random orders the null distribution has.
const ORDERS: usize = 4_999;

/// With fewer random orders above the statistic, its p-value is that of the limit distribution.
const FEWEST: usize = 10;

/// Pettitt's test for a change (*A non-parametric approach to the change-point problem*, Appl. Statist. 28, 1979). Its statistic is the
/// largest |U|: the rank sum of the values before a split minus its expectation, times two. That is largest too near to the middle, so
/// the change is placed where U²/(before·after) is largest, the split with the largest sum of squares of ranks between its sides. Splits
/// that leave fewer than `least` values on a side are not considered. `None` if there is no such split, or all values are equal.
///
/// The p-value is that of a permutation test: the share of `ORDERS` random orders whose largest |U| over the same splits is at least
/// as large. Where fewer than `FEWEST` of them are, it is 2·exp(-6K²/(n³+n²)) (Pettitt 1979, eq. 2.4), which is slightly too large for
/// few values, but at most what the orders say. Random orders depend on n only and are computed once; above 32 they are those of the
/// next smaller of a grid of sizes, scaled by √(n³+n²). O(n log n) after that.
pub fn change_point(values: &[f64], least: usize) -> Option<ChangePoint> {
    let least = least.max(1);
    if values.len() < 2 * least {
        return None;
    }
    let (at, largest) = largest_split(&sorted_ranks(values), least);
    (largest > 0.0).then(|| ChangePoint { at, p: p_value(largest, values.len(), least) })
}

/// The split that separates the ranks best, and the largest |U|.
fn largest_split(ranks: &[f64], least: usize) -> (usize, f64) {
    let (n, mut sum) = (ranks.len(), 0.0);
    let (mut at, mut best, mut largest) = (least, 0.0, 0.0);
    for (index, rank) in ranks.iter().enumerate() {
        sum += rank;
        let (before, after) = (index + 1, n - index - 1);
        if before < least || after < least {
            continue;
        }
        let u = (2.0 * sum - before as f64 * (n as f64 + 1.0)).abs();
        largest = f64::max(largest, u);
        let separation = u * u / (before as f64 * after as f64);
        if separation > best {
            (at, best) = (before, separation);
        }
    }
    (at, largest)
}

fn p_value(largest: f64, n: usize, least: usize) -> PValue {
    let scale = |n: usize| (n as f64 * n as f64 * (n as f64 + 1.0)).sqrt();
    let scaled = largest / scale(n);
    let limit = 2.0 * libm::exp(-6.0 * scaled * scaled);
    let orders = null(grid(n), least);
    let above = orders.len() - orders.partition_point(|&it| it < scaled * (1.0 - 1e-12));
    let of_orders = |above: usize| (above + 1) as f64 / (ORDERS + 1) as f64;
    PValue::new(if above < FEWEST { limit.min(of_orders(FEWEST)) } else { of_orders(above) })
}

/// Sizes up to 32 are themselves; above, each is about a fifth larger than the one before.
fn grid(n: usize) -> usize {
    let mut size = 32;
    if n <= size {
        return n;
    }
    while size + size / 5 <= n {
        size += size / 5;
    }
    size
}

/// Distributions by the number of points, and the least number on a side.
type Known = Mutex<BTreeMap<(usize, usize), Arc<[f64]>>>;

/// The scaled largest |U| of random orders, ascending.
fn null(n: usize, least: usize) -> Arc<[f64]> {
    // Shared by all threads: it takes longer to compute than to wait for.
    static KNOWN: Known = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let compute = || {
        let mut random = fastrand::Rng::with_seed(1979 + n as u64);
        let mut ranks: Vec<f64> = (1..=n).map(|rank| rank as f64).collect();
        let scale = (n as f64 * n as f64 * (n as f64 + 1.0)).sqrt();
        let one = |_: usize| {
            random.shuffle(&mut ranks);
            largest_split(&ranks, least).1 / scale
        };
        let mut orders: Vec<f64> = (0..ORDERS).map(one).collect();
        orders.sort_unstable_by(f64::total_cmp);
        orders.into()
    };
    known.entry((n, least)).or_insert_with(compute).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_where_it_is() {
        let values: Vec<f64> =
            (0..30).map(|i| if i < 18 { 1.0 } else { 2.0 } + f64::from(i % 3) / 10.0).collect();
        let found = change_point(&values, 5).expect("there are splits");
        assert_eq!(found.at, 18);
        assert!(found.p.get() < 1e-4, "{found:?}");
    }

    #[test]
    fn too_few_or_equal_values_have_no_change() {
        assert_eq!(change_point(&[1.0; 20], 5), None);
        assert_eq!(change_point(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], 5), None);
        assert_eq!(change_point(&[], 0), None);
    }

    #[test]
    fn the_statistic_is_that_of_pettitt() {
        // Ranks 1 2 | 4 3: U = 2·3 - 2·5 = -4.
        assert_eq!(largest_split(&[1.0, 2.0, 4.0, 3.0], 1), (2, 4.0));
    }

    #[test]
    fn random_orders_and_the_limit_agree_in_the_tail() {
        for n in [20, 50, 200] {
            let orders = null(grid(n), 5);
            // 2·exp(-6x²) = 0.02
            let x = ((0.01f64).ln() / -6.0).sqrt();
            let share = orders.iter().filter(|&&it| it >= x).count() as f64 / ORDERS as f64;
            assert!((0.002..=0.025).contains(&share), "n={n}: {share}");
        }
    }

    #[test]
    fn without_a_change_small_p_values_are_rare() {
        let mut random = fastrand::Rng::with_seed(7);
        let small = |n: usize, random: &mut fastrand::Rng| {
            let alarms = (0..1_000).filter(|_| {
                let values: Vec<f64> = (0..n).map(|_| random.f64()).collect();
                change_point(&values, 5).is_some_and(|it| it.p.get() <= 0.05)
            });
            alarms.count()
        };
        for n in [12, 40, 100] {
            let count = small(n, &mut random);
            assert!((20..=80).contains(&count), "n={n}: {count} of 1000 at 5 %");
        }
    }
}
