//! Steps in numbers that are the same in every run: counts, sizes and instructions.

use crate::model::{Class, Unit};

/// Instructions of one benchmark differ by about this much between runs (measured with cachegrind: at most 0.9 %, mostly below 0.5 %).
const INSTRUCTIONS: f64 = 0.01;

/// Go divides the bytes of all operations by their number, so that a set-up or a pool changes a large count by one between runs.
const COUNTS: f64 = 0.0005;

/// So many levels are levels, however short they are.
const FEW: usize = 3;

/// A run of points at one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    /// The index of its first point.
    pub start: usize,
    /// How many points it has, with those that went away again.
    pub length: usize,
    /// The value.
    pub value: f64,
}

/// How close two numbers of a unit are if nothing changed, as a part of either; `None` for a unit that is measured with noise.
pub(super) fn resolution(unit: &Unit) -> Option<f64> {
    let name = unit.as_str();
    let is_size = name.ends_with("-bytes") || name == "bytes";
    match unit.class() {
        Class::Counting => Some(COUNTS),
        Class::Continuous if is_size => Some(0.0),
        Class::Continuous if name.starts_with("instructions") => Some(INSTRUCTIONS),
        Class::Continuous => None,
    }
}

/// The levels of values in their order, by their run lengths. A run of fewer than `least` points between two runs of one level went away
/// again, and is not a level. `None` if the values vary so much that they have no levels: on average fewer than `least` points, apart from the first [`FEW`]. O(n).
pub(super) fn levels(values: &[f64], resolution: f64, least: usize) -> Option<Vec<Level>> {
    let is_same = |a: f64, b: f64| a == b || (a - b).abs() <= resolution * a.abs().min(b.abs());
    let mut levels: Vec<Level> = Vec::new();
    let mut runs = values.iter().enumerate().peekable();
    while let Some((start, &value)) = runs.next() {
        let mut length = 1;
        while runs.next_if(|&(_, &next)| is_same(value, next)).is_some() {
            length += 1;
        }
        levels.push(Level { start, length, value });
        while let [.., before, short, last] = levels[..]
            && short.length < least
            && is_same(before.value, last.value)
        {
            levels.truncate(levels.len() - 2);
            if let Some(whole) = levels.last_mut() {
                whole.length += short.length + last.length;
            }
        }
    }
    let has_levels = levels.len() <= FEW + values.len() / least;
    has_levels.then_some(levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[f64], resolution: f64) -> Option<Vec<(usize, f64)>> {
        levels(values, resolution, 5).map(|levels| levels.iter().map(|it| (it.start, it.value)).collect())
    }

    #[test]
    fn a_step_is_where_the_value_changes() {
        assert_eq!(found(&[8.0, 8.0, 8.0, 10.0, 10.0], 0.0), Some(vec![(0, 8.0), (3, 10.0)]));
        assert_eq!(found(&[8.0; 4], 0.0), Some(vec![(0, 8.0)]));
        assert_eq!(found(&[0.0, 0.0, 2.0], 0.0), Some(vec![(0, 0.0), (2, 2.0)]));
        assert_eq!(found(&[], 0.0), Some(vec![]));
    }

    #[test]
    fn a_step_that_went_away_again_is_none() {
        assert_eq!(found(&[8.0, 8.0, 9.0, 9.0, 8.0, 8.0, 7.0, 8.0], 0.0), Some(vec![(0, 8.0)]));
        let long = [8.0, 8.0, 9.0, 9.0, 9.0, 9.0, 9.0, 8.0, 8.0, 8.0, 8.0, 8.0];
        assert_eq!(found(&long, 0.0), Some(vec![(0, 8.0), (2, 9.0), (7, 8.0)]), "it stayed for five points");
        let flapping: Vec<f64> = (0..40).map(|i| 1000.0 + f64::from(i % 2)).collect();
        assert!(found(&flapping, 0.0).is_some_and(|levels| levels.len() <= 2));
    }

    #[test]
    fn values_that_always_differ_have_no_levels() {
        let noisy: Vec<f64> = (0..40).map(|i| f64::from(i * 17 % 41)).collect();
        assert_eq!(found(&noisy, 0.0), None);
    }

    #[test]
    fn instructions_are_the_same_within_their_resolution() {
        assert_eq!(
            found(&[1000.0, 1004.0, 998.0, 1030.0, 1029.0], 0.01),
            Some(vec![(0, 1000.0), (3, 1030.0)])
        );
        assert_eq!(resolution(&Unit::new("instructions/op")), Some(0.01));
        assert_eq!(resolution(&Unit::new("text-bytes")), Some(0.0));
        let bytes = resolution(&Unit::new("B/op")).expect("a count");
        assert_eq!(
            found(&[8192.0, 8193.0, 8192.0, 8193.0], bytes),
            Some(vec![(0, 8192.0)]),
            "one byte of rounding"
        );
        assert_eq!(found(&[64.0, 64.0, 65.0], bytes), Some(vec![(0, 64.0), (2, 65.0)]));
        assert_eq!(resolution(&Unit::new("ns/op")), None);
    }
}
