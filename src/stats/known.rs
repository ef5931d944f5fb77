//! Remembers the subsets of tied scores.

use super::null::Subsets;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Subsets by the size of a subset and the scores.
#[derive(Default)]
struct Known {
    subsets: HashMap<usize, OfSize, foldhash::fast::RandomState>,
    counts: usize,
}

/// Subsets of one size by the scores, which are found without a copy of them.
type OfSize = HashMap<Box<[usize]>, Rc<Subsets>, foldhash::fast::RandomState>;

/// Like [`Subsets::of`], but remembers what it counted: most samples with ties have one of a few patterns, such as two constants.
/// Each thread remembers up to 2²⁰ counts, 4 to 8 MB. O(n) for scores that occurred before.
pub(super) fn subsets(scores: &[usize], size: usize) -> Rc<Subsets> {
    thread_local! {
        static KNOWN: RefCell<Known> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| known.get(scores, size))
}

impl Known {
    const MOST_COUNTS: usize = 1 << 20;

    fn get(&mut self, scores: &[usize], size: usize) -> Rc<Subsets> {
        if let Some(known) = self.subsets.get(&size).and_then(|known| known.get(scores)) {
            return Rc::clone(known);
        }
        let subsets = Rc::new(Subsets::of(scores, size));
        if self.counts + subsets.held() > Known::MOST_COUNTS {
            *self = Known::default();
        }
        self.counts += subsets.held();
        self.subsets.entry(size).or_default().insert(scores.into(), Rc::clone(&subsets));
        subsets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_scores_are_counted_once_and_other_sizes_apart() {
        let scores = [0, 0, 1, 1, 3];
        let first = subsets(&scores, 2);
        assert!(Rc::ptr_eq(&first, &subsets(&scores, 2)));
        for size in 1..=5 {
            let (want, got) = (Subsets::of(&scores, size), subsets(&scores, size));
            for sum in 0..=5 {
                assert_eq!(got.at_most(sum), want.at_most(sum), "{size} {sum}");
            }
        }
    }

    #[test]
    fn what_is_remembered_has_a_limit() {
        let mut known = Known::default();
        for far in 1..60 {
            let scores: Vec<usize> = (0..40).chain([40 + 100 * far]).collect();
            known.get(&scores, 20);
            let held: usize = known.subsets.values().flat_map(OfSize::values).map(|it| it.held()).sum();
            assert_eq!(held, known.counts);
            assert!(held <= Known::MOST_COUNTS, "{held}");
        }
        assert!(known.subsets.values().map(OfSize::len).sum::<usize>() < 59, "some are forgotten");
    }
}
