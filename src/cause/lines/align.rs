//! Which elements of two sequences belong together.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::model::hash::HashMap;

/// Myers' algorithm takes up to (n + m)² steps. Longer stretches are first cut at elements that occur once on both sides.
const DIRECT: usize = 3_000;
/// A table of this many cells at most.
const CELLS: usize = 40_000;

/// The pairs of equal elements of a longest common subsequence, ascending; of long sequences, where nearly nothing is equal, of a
/// common subsequence that may be shorter. Takes time n log n outside of stretches of 3,000.
pub fn common(base: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    align(base, new, (0, 0), &mut pairs);
    pairs
}

fn align(base: &[u32], new: &[u32], offset: (usize, usize), pairs: &mut Vec<(usize, usize)>) {
    let head = base.iter().zip(new).take_while(|(a, b)| a == b).count();
    pairs.extend((0..head).map(|at| (offset.0 + at, offset.1 + at)));
    let (base, new) = (base.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = base.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (base_len, new_len) = (base.len() - tail, new.len() - tail); // a common tail is no longer than either
    let (inner_base, inner_new) =
        (base.get(..base_len).unwrap_or_default(), new.get(..new_len).unwrap_or_default());
    let offset = (offset.0 + head, offset.1 + head);
    if inner_base.len() + inner_new.len() <= DIRECT {
        direct(inner_base, inner_new, offset, pairs);
    } else {
        between_anchors(inner_base, inner_new, offset, pairs);
    }
    pairs.extend((0..tail).map(|at| (offset.0 + base_len + at, offset.1 + new_len + at)));
}

fn direct(base: &[u32], new: &[u32], offset: (usize, usize), pairs: &mut Vec<(usize, usize)>) {
    for op in capture_diff_slices(Algorithm::Myers, base, new) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            pairs.extend((0..len).map(|at| (offset.0 + old_index + at, offset.1 + new_index + at)));
        }
    }
}

/// Aligns what is between elements that occur once on both sides. Without such, nothing is aligned: of 3,000 lines none is unique.
fn between_anchors(base: &[u32], new: &[u32], offset: (usize, usize), pairs: &mut Vec<(usize, usize)>) {
    let anchors = anchors(base, new);
    if anchors.is_empty() {
        return;
    }
    let mut from = (0, 0);
    for &(b, n) in anchors.iter().chain([&(base.len(), new.len())]) {
        let gap = (base.get(from.0..b).unwrap_or_default(), new.get(from.1..n).unwrap_or_default());
        align(gap.0, gap.1, (offset.0 + from.0, offset.1 + from.1), pairs);
        if b < base.len() {
            pairs.push((offset.0 + b, offset.1 + n));
        }
        from = (b + 1, n + 1);
    }
}

/// Elements that occur once on both sides, as the longest ascending run of them.
fn anchors(base: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let mut places: HashMap<u32, [(u32, usize); 2]> = HashMap::default();
    for (side, elements) in [base, new].into_iter().enumerate() {
        for (at, &element) in elements.iter().enumerate() {
            if let Some(place) = places.entry(element).or_default().get_mut(side) {
                *place = (place.0 + 1, at);
            }
        }
    }
    let unique = |&element: &u32| match places.get(&element) {
        Some([(1, base), (1, new)]) => Some((*base, *new)),
        _ => None,
    };
    ascending(&base.iter().filter_map(unique).collect::<Vec<_>>())
}

/// The longest subsequence whose second numbers ascend too, by patience sorting.
fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best run of each length, and for each pair the one before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs.get(end).is_some_and(|it| it.1 < pair.1));
        before.push(length.checked_sub(1).and_then(|it| ends.get(it).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut run = Vec::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        run.extend(pairs.get(index).copied());
        at = before.get(index).copied().flatten();
    }
    run.reverse();
    run
}

/// How similar two bags are: twice what they share, of what both have; from 0 to 1. Both must be sorted.
pub fn similarity(base: &[u32], new: &[u32]) -> f64 {
    let (mut shared, mut b, mut n) = (0usize, 0, 0);
    while let (Some(x), Some(y)) = (base.get(b), new.get(n)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => b += 1,
            std::cmp::Ordering::Greater => n += 1,
            std::cmp::Ordering::Equal => (shared, b, n) = (shared + 1, b + 1, n + 1),
        }
    }
    match base.len() + new.len() {
        0 => 1.0,
        total => 2.0 * shared as f64 / total as f64,
    }
}

/// Pairs in ascending order with the largest sum of likeness, where each is at least `least`. Nothing for more than 40,000 cells.
pub fn similar_pairs(
    base: usize,
    new: usize,
    least: f64,
    likeness: impl Fn(usize, usize) -> f64,
) -> Vec<(usize, usize)> {
    if base == 0 || new == 0 || base.saturating_mul(new) > CELLS {
        return Vec::new();
    }
    let width = new + 1;
    // sums[b * width + n]: the best of what starts at element b of base and n of new.
    let mut sums = vec![0.0f64; (base + 1) * width];
    let mut likes = vec![0.0f64; base * new];
    let sum = |sums: &[f64], b: usize, n: usize| sums.get(b * width + n).copied().unwrap_or(0.0);
    for b in (0..base).rev() {
        for n in (0..new).rev() {
            let like = likeness(b, n);
            let paired = if like >= least { like + sum(&sums, b + 1, n + 1) } else { 0.0 };
            let best = paired.max(sum(&sums, b + 1, n)).max(sum(&sums, b, n + 1));
            if let (Some(cell), Some(kept)) = (sums.get_mut(b * width + n), likes.get_mut(b * new + n)) {
                (*cell, *kept) = (best, like);
            }
        }
    }
    let (mut b, mut n, mut pairs) = (0, 0, Vec::new());
    while b < base && n < new {
        let like = likes.get(b * new + n).copied().unwrap_or(0.0);
        let here = sum(&sums, b, n);
        if like >= least && here <= like + sum(&sums, b + 1, n + 1) {
            pairs.push((b, n));
            (b, n) = (b + 1, n + 1);
        } else if here <= sum(&sums, b + 1, n) {
            b += 1;
        } else {
            n += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_sequences_are_cut_at_unique_elements() {
        let base: Vec<u32> = (0..20_000).collect();
        let new: Vec<u32> =
            (0..20_000).flat_map(|it| if it % 50 == 0 { vec![900_000, it] } else { vec![it] }).collect();
        assert_eq!(common(&base, &new).len(), 20_000);
        let reversed: Vec<u32> = (0..20_000).rev().collect();
        assert!(!common(&base, &reversed).is_empty());
        assert!(common(&vec![1; 10_000], &vec![2; 10_000]).is_empty());
    }

    #[test]
    fn the_best_pairs_win_over_the_first() {
        let like = [[0.6, 0.0], [0.9, 0.6]];
        assert_eq!(similar_pairs(2, 2, 0.55, |b, n| like[b][n]), [(0, 0), (1, 1)]);
        let like = [[0.6, 0.0], [0.9, 0.2]];
        assert_eq!(similar_pairs(2, 2, 0.55, |b, n| like[b][n]), [(1, 0)]);
        assert!(similar_pairs(300, 300, 0.5, |_, _| 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn pairs_are_equal_and_ascend(
            base in prop::collection::vec(0u32..6, 0..40),
            new in prop::collection::vec(0u32..6, 0..40),
        ) {
            let pairs = common(&base, &new);
            prop_assert!(pairs.iter().all(|&(b, n)| base[b] == new[n]));
            prop_assert!(pairs.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1));
            let likeness = |b: usize, n: usize| if base[b] == new[n] { 1.0 } else { 0.0 };
            let similar = similar_pairs(base.len(), new.len(), 0.5, likeness);
            prop_assert!(similar.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1));
            prop_assert_eq!(similar.len(), pairs.len());
        }
    }
}
