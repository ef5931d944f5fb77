//! The Mann-Whitney test: whether one sample tends to be larger than the other.

use super::null::{Subsets, choose, lower_tail};
use super::{PValue, Tails, known};
use std::borrow::Cow;
use std::rc::Rc;

/// Exact up to this many pairs (50 against 50, or 1 against 2,500), the normal approximation above.
const EXACT_PAIRS: usize = 2_500;

/// How the p-values were computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// From all permutations of the pooled mid-ranks.
    Exact,
    /// Normal, with tie and continuity correction.
    Normal,
}

/// The outcome of a Mann-Whitney test of `y` against `x`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// The number of pairs with y > x, ties counting one half: from 0 to n1·n2.
    pub u: f64,
    /// P(U ≤ u): small where `y` tends to be smaller.
    pub less: PValue,
    /// P(U ≥ u): small where `y` tends to be larger.
    pub greater: PValue,
    /// How both were computed.
    pub method: Method,
}

impl MannWhitney {
    /// The two-sided p-value, min(1, 2·min(less, greater)): it agrees with the one-sided decisions, and is the same
    /// whichever sample comes first.
    pub fn two_sided(&self) -> PValue {
        PValue::new(2.0 * self.less.min(self.greater).get())
    }

    /// Both one-sided p-values.
    pub fn tails(&self) -> Tails {
        Tails { less: self.less, greater: self.greater }
    }
}

/// The Mann-Whitney U test (Mann & Whitney, *On a test of whether one of two random variables is stochastically larger
/// than the other*, Ann. Math. Statist. 18, 1947), conditional on the ties that were observed.
///
/// Exact while n1·n2 ≤ 2,500, by the shift algorithm of Streitberg & Röhmel (1986) on mid-ranks; above, the normal
/// approximation with tie and continuity correction (Lehmann, *Nonparametrics*, 1975, §1.4). `None` if a sample is
/// empty. If all values are equal, every p-value is 1. O(N) for ascending samples, O(N log N) for others. With ties it
/// also counts the rank sums of both halves of the pool; without ties the distribution is computed once per pair of sizes.
pub fn mann_whitney(x: &[f64], y: &[f64]) -> Option<MannWhitney> {
    if x.is_empty() || y.is_empty() {
        return None;
    }
    let (x, y) = (&*ascending(x), &*ascending(y));
    let ranks = MidRanks::of(x, y);
    let (n1, n2) = (x.len(), y.len());
    let u = ranks.u(n2);
    if ranks.all_equal() {
        return Some(MannWhitney { u, less: PValue::ONE, greater: PValue::ONE, method: Method::Exact });
    }
    let (less, greater, method) = if n1 * n2 <= EXACT_PAIRS {
        let (less, greater) = ranks.exact(x, y);
        (less, greater, Method::Exact)
    } else {
        let (less, greater) = ranks.normal(n1, n2, u);
        (less, greater, Method::Normal)
    };
    Some(MannWhitney { u, less: PValue::new(less), greater: PValue::new(greater), method })
}

/// The values in ascending order. Most callers pass them in this order.
fn ascending(values: &[f64]) -> Cow<'_, [f64]> {
    if values.is_sorted_by(|a, b| a <= b) {
        return Cow::Borrowed(values);
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Cow::Owned(sorted)
}

/// (P(U ≤ u), P(U ≥ u)) without ties, from a memoized table.
fn tabled(n1: usize, n2: usize, u: f64) -> (f64, f64) {
    let (below, above) = (u as usize, n1 * n2 - u as usize); // whole numbers, without ties
    let tail = lower_tail(n1, n2);
    let at_most = |u: usize| tail.get(u).copied();
    let (less, greater) = (at_most(below), at_most(above));
    // The table ends in the middle. Beyond it, subtract the other tail from one.
    let rest = |u: usize| 1.0 - u.checked_sub(1).and_then(at_most).unwrap_or(0.0);
    (less.unwrap_or_else(|| rest(above)), greater.unwrap_or_else(|| rest(below)))
}

/// The smallest one-sided p-value that samples of these sizes can reach: 1 / C(n1+n2, n1).
pub fn smallest_p(n1: usize, n2: usize) -> PValue {
    PValue::new(1.0 / choose(n1 + n2, n1))
}

/// Sums of the doubled mid-ranks of the pooled sample. Doubled, they are whole numbers with or without ties.
pub(super) struct MidRanks {
    /// The sum over the values of `y`.
    of_y: usize,
    /// Σ t³ - t over the groups of t equal values.
    pub ties: f64,
    /// How many distinct values there are.
    distinct: usize,
}

impl MidRanks {
    /// Of two samples in ascending order. O(n1 + n2).
    pub fn of(x: &[f64], y: &[f64]) -> MidRanks {
        let mut ranks = MidRanks { of_y: 0, ties: 0.0, distinct: 0 };
        let mut before = 0;
        for (of_x, of_y) in groups(x, y) {
            let size = of_x + of_y;
            ranks.of_y += (2 * before + size + 1) * of_y;
            ranks.ties += (size as f64) * (size as f64) * (size as f64) - size as f64;
            ranks.distinct += 1;
            before += size;
        }
        ranks
    }

    /// The number of pairs in which the value of `y` is the larger one, ties counting one half. `y` has `n2` values.
    pub fn u(&self, n2: usize) -> f64 {
        self.of_y as f64 / 2.0 - (n2 * (n2 + 1)) as f64 / 2.0
    }

    pub fn all_equal(&self) -> bool {
        self.distinct <= 1
    }

    /// (P(U ≤ u), P(U ≥ u)) over all permutations of the samples `x` and `y`, which these ranks belong to.
    pub fn exact(&self, x: &[f64], y: &[f64]) -> (f64, f64) {
        if self.ties == 0.0 {
            return tabled(x.len(), y.len(), self.u(y.len()));
        }
        let tied = self.tied(x, y);
        let (near, far) = tied.tails();
        if tied.is_below { (near, far) } else { (far, near) }
    }

    /// Twice the smaller of the two.
    pub fn two_sided(&self, x: &[f64], y: &[f64]) -> f64 {
        if self.ties == 0.0 {
            let (less, greater) = self.exact(x, y);
            return 2.0 * less.min(greater);
        }
        let tied = self.tied(x, y);
        let near = tied.near();
        // Up to one half it is the smaller one, and the other tail is not needed.
        2.0 * if near <= 0.5 { near } else { near.min(tied.tails().1) }
    }

    fn tied(&self, x: &[f64], y: &[f64]) -> Tied {
        let (n1, n2) = (x.len(), y.len());
        let all = n1 + n2;
        let size = n1.min(n2);
        let total = all * (all + 1); // of doubled ranks
        // Count subsets of the smaller sample's size. Its rank sum is high where the other one is low.
        let sum = if n2 <= n1 { self.of_y } else { total - self.of_y };
        // The lower tail has fewer subsets to count: count from the other end where that is the lower one.
        let from_below = sum * all <= total * size;
        // First their ranks, then their scores in place.
        let mut scores: Vec<usize> = Vec::with_capacity(all);
        for (of_x, of_y) in groups(x, y) {
            let size = of_x + of_y;
            scores.extend(std::iter::repeat_n(2 * scores.len() + size + 1, size));
        }
        if !from_below {
            scores.reverse();
        }
        let end = scores[0]; // neither sample is empty
        let mut unit = 0;
        for rank in &mut scores {
            *rank = rank.abs_diff(end);
            unit = if unit == 1 { 1 } else { gcd(unit, *rank) };
        }
        let unit = unit.max(1);
        if unit > 1 {
            scores.iter_mut().for_each(|score| *score /= unit);
        }
        Tied {
            subsets: known::subsets(&scores, size),
            sum: sum.abs_diff(end * size) / unit,
            ways: choose(all, size),
            // For the larger sample, low and high are exchanged.
            is_below: from_below == (n2 <= n1),
        }
    }

    /// (P(U ≤ u), P(U ≥ u)) by the normal distribution.
    fn normal(&self, n1: usize, n2: usize, u: f64) -> (f64, f64) {
        let (n1, n2) = (n1 as f64, n2 as f64);
        let all = n1 + n2;
        let deviation = (n1 * n2 / 12.0 * (all + 1.0 - self.ties / (all * (all - 1.0)))).sqrt();
        let above = |distance: f64| 0.5 * libm::erfc((distance - 0.5) / deviation / std::f64::consts::SQRT_2);
        let distance = u - n1 * n2 / 2.0;
        (above(-distance), above(distance))
    }
}

/// A rank sum, and the rank sums of all permutations of the same tied samples.
struct Tied {
    subsets: Rc<Subsets>,
    /// Counted from the nearer end.
    sum: usize,
    ways: f64,
    /// Whether that end is the one where U is small.
    is_below: bool,
}

impl Tied {
    /// The probability of a sum at least as near to the end.
    fn near(&self) -> f64 {
        self.subsets.at_most(self.sum) / self.ways
    }

    /// That probability, and the probability of a sum at least as far from the end.
    fn tails(&self) -> (f64, f64) {
        let (at_most, exactly) = self.subsets.at_most_and_exactly(self.sum);
        let near = at_most / self.ways;
        (near, 1.0 - near + exactly / self.ways)
    }
}

/// For every distinct value of two ascending samples: how often it occurs in each.
fn groups(mut x: &[f64], mut y: &[f64]) -> impl Iterator<Item = (usize, usize)> {
    std::iter::from_fn(move || {
        let value = match (x.first(), y.first()) {
            (Some(a), Some(b)) => a.min(*b),
            (one, None) | (None, one) => *one?,
        };
        Some((cut(&mut x, value), cut(&mut y, value)))
    })
}

/// Removes the values equal to this one from the front, and counts them.
fn cut(values: &mut &[f64], value: f64) -> usize {
    let count = values.iter().take_while(|&&it| it <= value || it.is_nan()).count(); // at least one, so the caller ends
    *values = &values[count..];
    count
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn p(x: &[f64], y: &[f64]) -> f64 {
        mann_whitney(x, y).expect("neither is empty").two_sided().get()
    }

    #[test]
    fn two_separated_samples_of_five_have_p_2_in_252() {
        let got = p(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0]);
        assert!((got - 2.0 / 252.0).abs() < 1e-15, "{got}");
    }

    #[test]
    fn with_ties_and_unequal_sizes_the_side_does_not_matter() {
        // benchstat prints 0.035 one way round and 0.080 the other.
        let (x, y) = (
            [3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 2.0],
            [3.0, 3.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0],
        );
        assert!((p(&x, &y) - 335.0 / 4199.0).abs() < 1e-15, "{}", p(&x, &y));
        assert_eq!(p(&x, &y), p(&y, &x));
    }

    #[test]
    fn equal_values_have_p_1_and_empty_samples_no_result() {
        assert_eq!(p(&[0.0; 4], &[0.0; 7]), 1.0);
        assert_eq!(p(&[1.0], &[1.0]), 1.0);
        assert_eq!(mann_whitney(&[], &[1.0]), None);
    }

    #[test]
    fn beyond_the_exact_range_ties_and_continuity_are_corrected() {
        // Reference: the same formula in exact rational arithmetic up to the last step, computed by another program.
        let x: Vec<f64> = (0..60).map(|i| f64::from(i / 3)).collect();
        let y: Vec<f64> = (0..55).map(|i| f64::from(i / 3 + 2)).collect();
        assert!((p(&x, &y) / 0.2830261417433386 - 1.0).abs() < 1e-12, "{}", p(&x, &y));
        assert_eq!(mann_whitney(&x, &y).map(|test| test.method), Some(Method::Normal));
        // Without ties: scipy's and benchstat's number.
        let x: Vec<f64> = (0..60).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|v| v + 10.5).collect();
        assert!((p(&x, &y) / 0.00256688794352418 - 1.0).abs() < 1e-12, "{}", p(&x, &y));
    }

    #[test]
    fn the_two_methods_agree_at_the_limit() {
        let x: Vec<f64> = (0..50).map(f64::from).collect();
        let y: Vec<f64> = (0..50).map(|i| f64::from(i) + 5.3).collect();
        let ranks = MidRanks::of(&x, &y);
        let (exact, normal) = (ranks.exact(&x, &y).1, ranks.normal(50, 50, ranks.u(50)).1);
        assert!((exact / normal - 1.0).abs() < 0.03, "{exact} {normal}");
    }

    /// The definition: every permutation.
    fn by_enumeration(x: &[f64], y: &[f64]) -> (f64, f64) {
        let pool: Vec<f64> = x.iter().chain(y).copied().collect();
        let u = |is_y: &dyn Fn(usize) -> bool| -> f64 {
            let mut u = 0.0;
            for i in (0..pool.len()).filter(|&i| !is_y(i)) {
                for j in (0..pool.len()).filter(|&j| is_y(j)) {
                    u += if pool[j] > pool[i] {
                        1.0
                    } else if pool[j] == pool[i] {
                        0.5
                    } else {
                        0.0
                    };
                }
            }
            u
        };
        let observed = u(&|i| i >= x.len());
        let (mut less, mut greater, mut all) = (0.0, 0.0, 0.0);
        for labels in 0u32..1 << pool.len() {
            if labels.count_ones() as usize == y.len() {
                let u = u(&|i| labels >> i & 1 == 1);
                all += 1.0;
                less += f64::from(u <= observed);
                greater += f64::from(u >= observed);
            }
        }
        (less / all, greater / all)
    }

    fn sample(range: std::ops::Range<i32>, size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(range.prop_map(f64::from), size)
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_definition(x in sample(0..5, 1..6), y in sample(0..5, 1..6)) {
            let got = mann_whitney(&x, &y).expect("neither is empty");
            let (less, greater) = by_enumeration(&x, &y);
            prop_assert!((got.less.get() - less).abs() < 1e-12, "{:?} {less}", got);
            prop_assert!((got.greater.get() - greater).abs() < 1e-12, "{:?} {greater}", got);
            let (x, y) = (&*ascending(&x), &*ascending(&y));
            let two_sided = PValue::new(MidRanks::of(x, y).two_sided(x, y));
            prop_assert!(got.less == PValue::ONE || two_sided == got.two_sided(), "{:?} {:?}", two_sided, got);
        }

        #[test]
        fn swapping_the_samples_mirrors_the_result(x in sample(-9..9, 1..70), y in sample(-9..9, 1..70)) {
            let (there, back) = (mann_whitney(&x, &y).expect("not empty"), mann_whitney(&y, &x).expect("not empty"));
            prop_assert!((there.less.get() - back.greater.get()).abs() <= 1e-12 * there.less.get());
            prop_assert!((there.u + back.u - (x.len() * y.len()) as f64).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&there.two_sided().get()));
        }
    }
}
