//! The values of several results in one unit.

/// The values of a [`Segment`](super::Segment) in one unit. Most counts are the same in all results, and are stored once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column<'d> {
    /// All values are the same, bit by bit: the value, and how many there are.
    Constant(f64, usize),
    /// The values.
    Each(&'d [f64]),
}

impl<'d> Column<'d> {
    /// How many values there are: at least one.
    #[allow(clippy::len_without_is_empty, reason = "a column is never empty")]
    pub fn len(self) -> usize {
        match self {
            Column::Constant(_, count) => count,
            Column::Each(values) => values.len(),
        }
    }

    /// The value with this index.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(self, index: usize) -> f64 {
        match self {
            Column::Constant(value, count) => {
                assert!(index < count, "there are only {count} values");
                value
            }
            Column::Each(values) => values[index],
        }
    }

    /// The values, one by one.
    pub fn iter(self) -> impl Iterator<Item = f64> + 'd {
        (0..self.len()).map(move |index| self.get(index))
    }

    /// Writes the values to `target`, which has their number.
    ///
    /// # Panics
    /// If it has another length.
    pub fn copy_to(self, target: &mut [f64]) {
        match self {
            Column::Constant(value, count) => {
                assert!(target.len() == count, "there are {count} values");
                target.fill(value);
            }
            Column::Each(values) => target.copy_from_slice(values),
        }
    }

    /// Adds the values to `target`.
    pub fn extend(self, target: &mut Vec<f64>) {
        match self {
            Column::Constant(value, count) => target.resize(target.len() + count, value),
            Column::Each(values) => target.extend_from_slice(values),
        }
    }
}

/// The columns that a segment stores as one value: a bit for each of its first units. Columns of later units are stored in full.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Constants(u32);

impl Constants {
    /// Stores a column: its only value, or all values.
    pub fn store(&mut self, place: usize, column: &[f64], values: &mut Vec<f64>) {
        match column {
            [first, rest @ ..]
                if place < u32::BITS as usize && rest.iter().all(|it| it.to_bits() == first.to_bits()) =>
            {
                self.0 |= 1 << place;
                values.push(*first);
            }
            _ => values.extend_from_slice(column),
        }
    }

    /// Whether the column with this index is stored as one value.
    pub fn contains(self, place: usize) -> bool {
        place < u32::BITS as usize && self.0 >> place & 1 == 1
    }

    /// How many values are stored for so many columns of so many results.
    pub fn stored(self, columns: usize, results: usize) -> usize {
        let first = 1_u32.checked_shl(columns as u32).map_or(u32::MAX, |bit| bit - 1); // at most 32 columns matter
        let constant = (self.0 & first).count_ones() as usize;
        constant + (columns - constant) * results
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_constant_or_not() {
        let mut values = Vec::new();
        let mut constants = Constants::default();
        for (place, column) in
            [(0, [1.0, 1.0]), (1, [1.0, 2.0]), (2, [0.0, -0.0]), (31, [3.0; 2]), (32, [4.0; 2])]
        {
            constants.store(place, &column, &mut values);
        }
        assert_eq!(values, [1.0, 1.0, 2.0, 0.0, -0.0, 3.0, 4.0, 4.0]);
        let constant: Vec<usize> = (0..40).filter(|&place| constants.contains(place)).collect();
        assert_eq!(constant, [0, 31]);
        assert_eq!([1, 3, 32, 33].map(|columns| constants.stored(columns, 2)), [1, 5, 62, 64]);
    }

    #[test]
    fn both_forms_give_the_same_values() {
        for column in [Column::Constant(2.5, 2), Column::Each(&[2.5, 2.5])] {
            let mut values = vec![1.0];
            column.extend(&mut values);
            assert_eq!(values, [1.0, 2.5, 2.5]);
            assert!(column.iter().eq([2.5, 2.5]));
            values.fill(0.0);
            column.copy_to(&mut values[..2]);
            assert_eq!(values, [2.5, 2.5, 0.0]);
            assert_eq!((column.len(), column.get(1)), (2, 2.5));
        }
    }
}
