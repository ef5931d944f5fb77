//! The null distribution of the rank-sum statistic, by counting subsets.

use super::memo::Memo;
use std::iter::Sum;
use std::ops::{AddAssign, Mul};
use std::rc::Rc;

/// How many subsets of some scores have each sum, by the size of the subset. Computed by the shift algorithm of Streitberg &
/// Röhmel (*Exact distributions for permutation and rank tests*, Statistical Software Newsletter 12, 1986).
struct Sums<T> {
    /// The least sum of 0, 1, … scores.
    least: Vec<usize>,
    /// Where the counts of each size begin, and the end of the last one.
    starts: Vec<usize>,
    /// By size: how many subsets have the least sum, the next one, and so on up to the largest.
    counts: Vec<T>,
}

impl<T: Copy + Default + From<u8> + AddAssign> Sums<T> {
    /// Counts the subsets of up to `most` of these scores, which ascend. The counts must fit `T`; those of `f64` are sums of
    /// positive numbers, so that only rounding is lost. O(n · s) for s possible sums in all sizes together.
    fn of(scores: &[usize], most: usize) -> Sums<T> {
        let (n, most) = (scores.len(), most.min(scores.len()));
        let before: Vec<usize> = running_sums(scores.iter().copied());
        // The sums of a size range from the sum of its lowest scores to the sum of its highest.
        let starts = running_sums((0..=most).map(|size| before[n] - before[n - size] - before[size] + 1));
        let mut counts = vec![T::default(); starts[most + 1]];
        counts[0] = T::from(1);
        // Leaving out a subset is the same as taking the others: sizes above the middle mirror those below.
        let counted = most.min(n / 2);
        // How many sums of each size there are so far.
        let mut widths = vec![1; counted + 1];
        for (taken, &score) in scores.iter().enumerate() {
            for size in (1..=counted.min(taken + 1)).rev() {
                let (width, shift) = (widths[size - 1], score - scores[size - 1]);
                widths[size] = shift + width;
                let (fewer, more) = counts.split_at_mut(starts[size]);
                let from = &fewer[starts[size - 1]..][..width];
                let into = &mut more[shift..][..width];
                into.iter_mut().zip(from).for_each(|(into, &ways)| *into += ways);
            }
        }
        for size in counted + 1..=most {
            let (known, rest) = counts.split_at_mut(starts[size]);
            let mirrored = known[starts[n - size]..starts[n - size + 1]].iter().rev();
            rest.iter_mut().zip(mirrored).for_each(|(into, &ways)| *into = ways);
        }
        Sums { least: before, starts, counts }
    }

    /// Replaces every count by the number of subsets with this sum or a larger one.
    fn at_least(mut self) -> Sums<T> {
        for bounds in self.starts.windows(2) {
            let mut sum = T::default();
            for count in self.counts[bounds[0]..bounds[1]].iter_mut().rev() {
                sum += *count;
                *count = sum;
            }
        }
        self
    }

    fn sizes(&self) -> usize {
        self.starts.len() - 1
    }

    fn counts(&self, size: usize) -> &[T] {
        &self.counts[self.starts[size]..self.starts[size + 1]]
    }
}

/// 0, and the sums of the first one, two, … numbers.
fn running_sums(numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    let sums = numbers.scan(0, |sum, number| {
        *sum += number;
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

/// The subsets of one size, counted separately in the lower and the upper half of the scores. Each half has an eighth of the
/// sums of the whole, and short rows of small integers are added four at a time. This is the slowest part of a test with ties.
pub(super) enum Subsets {
    /// C(33, 16) is below 2³², and C(66, 33) below 2⁶³.
    Few(Halves<u32>),
    /// Of more than 66 scores.
    Many(Halves<f64>),
}

impl Subsets {
    /// The subsets of `size` of these scores, which ascend: at least one. O(n · s) for s possible sums of half of them.
    pub fn of(scores: &[usize], size: usize) -> Subsets {
        if scores.len() <= 66 {
            Subsets::Few(Halves::of(scores, size))
        } else {
            Subsets::Many(Halves::of(scores, size))
        }
    }

    /// How many counts it holds in memory.
    pub fn held(&self) -> usize {
        match self {
            Subsets::Few(halves) => halves.held(),
            Subsets::Many(halves) => halves.held(),
        }
    }

    /// How many subsets have at most this sum. O(s).
    pub fn at_most(&self, sum: usize) -> f64 {
        match self {
            Subsets::Few(halves) => halves.below::<u64>(sum, 1) as f64,
            Subsets::Many(halves) => halves.below::<f64>(sum, 1),
        }
    }

    /// How many subsets have at most this sum, and how many exactly this sum. O(s).
    pub fn at_most_and_exactly(&self, sum: usize) -> (f64, f64) {
        match self {
            Subsets::Few(halves) => {
                let at_most = halves.below::<u64>(sum, 1);
                (at_most as f64, (at_most - halves.below::<u64>(sum, 0)) as f64)
            }
            Subsets::Many(halves) => {
                let at_most = halves.below::<f64>(sum, 1);
                (at_most, at_most - halves.below::<f64>(sum, 0))
            }
        }
    }
}

/// The subset sums of both halves.
pub(super) struct Halves<T> {
    lower: Sums<T>,
    /// By the distance of each score from the highest one, so that both halves are counted from their low end. Each count
    /// includes all larger distances.
    upper: Sums<T>,
    top: usize,
    size: usize,
}

impl<T: Copy + Default + From<u8> + AddAssign> Halves<T> {
    /// How many counts it holds.
    fn held(&self) -> usize {
        self.lower.counts.len() + self.upper.counts.len()
    }

    fn of(scores: &[usize], size: usize) -> Halves<T> {
        let (lower, upper) = scores.split_at(scores.len() / 2);
        let top = scores[scores.len() - 1]; // there is at least one score
        let lacking: Vec<usize> = upper.iter().rev().map(|&score| top - score).collect();
        Halves { lower: Sums::of(lower, size), upper: Sums::of(&lacking, size).at_least(), top, size }
    }

    /// How many subsets have a sum below `sum + more`.
    fn below<S>(&self, sum: usize, more: i64) -> S
    where
        S: Copy + Default + From<T> + AddAssign + Mul<Output = S> + Sum,
    {
        let mut ways = S::default();
        let fewest = (self.size + 1).saturating_sub(self.upper.sizes());
        for of_lower in fewest..self.lower.sizes().min(self.size + 1) {
            let of_upper = self.size - of_lower;
            let (lows, highs) = (self.lower.counts(of_lower), self.upper.counts(of_upper));
            // By how much the least distance of the upper half exceeds what fits the least sum of the lower half. Negative
            // if all of them fit.
            let least = (of_upper * self.top + self.lower.least[of_lower]) as i64;
            let lack = least - (sum + self.upper.least[of_upper]) as i64;
            ways += pairs(lows, highs, lack + 1 - more);
        }
        ways
    }
}

/// Σ `lows[i] · highs[i + lack]`, where indices before the first of `highs` count as the first.
fn pairs<T, S>(lows: &[T], highs: &[T], lack: i64) -> S
where
    T: Copy,
    S: Copy + From<T> + Mul<Output = S> + Sum,
{
    let beyond = usize::try_from(-lack).map_or(0, |beyond| beyond.min(lows.len()));
    let from = usize::try_from(lack).map_or(0, |from| from.min(highs.len()));
    let (free, bound) = lows.split_at(beyond);
    let all = S::from(highs[0]); // every size has a sum
    let free = free.iter().map(|&low| S::from(low) * all);
    free.chain(bound.iter().zip(&highs[from..]).map(|(&low, &high)| S::from(low) * S::from(high))).sum()
}

/// The number of ways to choose `k` of `n`, as the nearest representable number.
pub(super) fn choose(n: usize, k: usize) -> f64 {
    (1..=k.min(n - k)).fold(1.0, |ways, i| ways * (n - k.min(n - k) + i) as f64 / i as f64)
}

/// P(U ≤ 0), P(U ≤ 1), … for samples of `n1` and `n2` without ties, up to the middle.
pub(super) fn lower_tail(n1: usize, n2: usize) -> Rc<[f64]> {
    thread_local! {
        static TAILS: Memo<(usize, usize), Rc<[f64]>> = const { Memo::new() };
    }
    let (small, large) = (n1.min(n2), n1.max(n2));
    TAILS.with(|tails| tails.get((small, large), || tail(small, large)))
}

fn tail(small: usize, large: usize) -> Rc<[f64]> {
    let ranks: Vec<usize> = (0..small + large).collect();
    let sums = Sums::<f64>::of(&ranks, small);
    let all = choose(small + large, small);
    sums.counts(small)[..=small * large / 2]
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
    use proptest::prelude::*;

    #[test]
    fn every_pair_of_four_scores_is_counted_once() {
        // {0,1} {0,2} {0,3} {1,2} {1,3} {2,3}
        assert_eq!(Sums::<u32>::of(&[0, 1, 2, 3], 2).counts(2), [1, 1, 2, 1, 1]);
        assert_eq!(counted(&[0, 1, 2, 3], 2, 1), (1.0, 1.0));
        assert_eq!(counted(&[0, 1, 2, 3], 2, 3), (4.0, 2.0));
        assert_eq!(counted(&[0, 0, 0, 5], 3, 5), (4.0, 3.0), "one without the 5");
    }

    /// The subsets with at most this sum, and with exactly this sum.
    fn counted(scores: &[usize], size: usize, sum: usize) -> (f64, f64) {
        let subsets = Subsets::of(scores, size);
        let counted = subsets.at_most_and_exactly(sum);
        assert_eq!(subsets.at_most(sum), counted.0);
        counted
    }

    fn in_numbers(scores: &[usize], size: usize, sum: usize) -> (f64, f64) {
        Subsets::Many(Halves::of(scores, size)).at_most_and_exactly(sum)
    }

    /// The definition: every subset.
    fn by_enumeration(scores: &[usize], size: usize, sum: usize) -> (f64, f64) {
        let sums =
            (0u32..1 << scores.len()).filter(|subset| subset.count_ones() as usize == size).map(|subset| {
                scores
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| subset >> i & 1 == 1)
                    .map(|(_, score)| score)
                    .sum::<usize>()
            });
        let sums: Vec<usize> = sums.collect();
        let count = |of: &dyn Fn(usize) -> bool| sums.iter().filter(|&&it| of(it)).count() as f64;
        (count(&|it| it <= sum), count(&|it| it == sum))
    }

    proptest! {
        #[test]
        fn both_halves_find_what_enumeration_finds(
            mut scores in proptest::collection::vec(0usize..9, 1..12), size in 0usize..12, chosen in 0usize..4096,
        ) {
            scores.sort_unstable();
            let size = 1 + size % scores.len();
            // A sum that a subset of this size has.
            let sum = scores.iter().cycle().skip(chosen).take(size).sum();
            let want = by_enumeration(&scores, size, sum);
            prop_assert_eq!(counted(&scores, size, sum), want);
            prop_assert_eq!(in_numbers(&scores, size, sum), want);
        }

        #[test]
        fn counts_of_many_scores_are_the_same_in_integers_and_in_numbers(
            mut scores in proptest::collection::vec(0usize..30, 40..=50), size in 0usize..50, chosen in 0usize..50,
        ) {
            scores.sort_unstable();
            let size = 1 + size % scores.len();
            let sum = scores.iter().cycle().skip(chosen).take(size).sum();
            // Below 2⁵³ both are exact.
            prop_assert_eq!(counted(&scores, size, sum), in_numbers(&scores, size, sum));
        }
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
