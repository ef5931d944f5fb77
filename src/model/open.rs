//! The results of a segment that can still grow.

use super::column::Constants;

/// The values of the last segment, until another one begins. Most lines differ from the line before only in the first value, so
/// that the others are kept once.
#[derive(Debug, Default)]
pub(super) struct OpenSegment {
    /// How many results it has.
    pub results: u32,
    /// The values of the first unit.
    first: Vec<f64>,
    /// The values of the other units: of one result if they are the same in all results, else of every result.
    others: Vec<f64>,
    /// Whether the other values differ in some results.
    differs: bool,
}

impl OpenSegment {
    /// Whether it can take no more results.
    pub fn is_full(&self) -> bool {
        self.results == u32::MAX
    }

    /// Adds a result with one value per unit.
    pub fn push(&mut self, values: &[f64]) {
        let Some((&first, others)) = values.split_first() else {
            self.results += 1;
            return;
        };
        if self.results == 0 {
            self.others.extend_from_slice(others);
        } else {
            let is_same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
            if !self.differs && !self.others.iter().zip(others).all(is_same) {
                let width = self.others.len();
                (1..self.results).for_each(|_| self.others.extend_from_within(..width));
                self.differs = true;
            }
            if self.differs {
                self.others.extend_from_slice(others);
            }
        }
        self.first.push(first);
        self.results += 1;
    }

    /// Adds a result with this first value and the other values of the last result. There is one. Returns how many values it has.
    pub fn push_similar(&mut self, first: f64) -> usize {
        let width = self.width();
        if self.differs {
            self.others.extend_from_within(self.others.len() - width..);
        }
        self.first.push(first);
        self.results += 1;
        1 + width
    }

    /// The values of a result with this first value and the other values of the last result.
    pub fn similar(&self, first: f64) -> Vec<f64> {
        let others = &self.others[self.others.len() - self.width()..];
        [&[first], others].concat()
    }

    /// How many units there are besides the first.
    fn width(&self) -> usize {
        match self.differs {
            true => self.others.len() / self.first.len(), // all results have the same units
            false => self.others.len(),
        }
    }

    /// Adds its columns to `values`, and empties it.
    pub fn store(&mut self, values: &mut Vec<f64>) -> Constants {
        let mut constants = Constants::default();
        if self.results == 1 {
            // In rounds, every result is a segment.
            let all = self.first.iter().chain(&self.others).enumerate();
            all.for_each(|(place, value)| constants.store(place, std::slice::from_ref(value), values));
        } else if !self.first.is_empty() {
            constants.store(0, &self.first, values);
            let results = self.first.len();
            let width = self.width();
            for place in 0..width {
                self.first.clear(); // reused for the next column
                match self.differs {
                    true => self.first.extend(self.others[place..].iter().step_by(width)),
                    false => self.first.resize(results, self.others[place]),
                }
                constants.store(place + 1, &self.first, values);
            }
        }
        self.first.clear();
        self.others.clear();
        (self.results, self.differs) = (0, false);
        constants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_have_the_values_of_all_results(
            rows in proptest::collection::vec((0..3_u8, proptest::collection::vec(0..2_u8, 3)), 1..6),
            width in 0..4_usize,
            before in 0..2_usize,
        ) {
            let mut open = OpenSegment::default();
            let mut values = Vec::new();
            for _ in 0..before {
                open.push(&[7.0, 8.0]);
            }
            open.store(&mut values);
            values.clear();
            let mut all: Vec<Vec<f64>> = Vec::new();
            for (first, others) in &rows {
                let row: Vec<f64> = [first].into_iter().chain(others).take(width).map(|&it| f64::from(it)).collect();
                match all.last() {
                    Some(last) if width > 0 && last[1..] == row[1..] && *first < 2 => {
                        prop_assert_eq!(open.similar(row[0]), row.clone());
                        prop_assert_eq!(open.push_similar(row[0]), width);
                    }
                    _ => open.push(&row),
                }
                all.push(row);
            }
            prop_assert_eq!(open.results as usize, rows.len());
            let constants = open.store(&mut values);
            prop_assert_eq!(open.results, 0);
            prop_assert_eq!(values.len(), constants.stored(width, rows.len()));
            for place in 0..width {
                let column: Vec<f64> = all.iter().map(|row| row[place]).collect();
                let at = constants.stored(place, rows.len());
                let is_constant = column.iter().all(|it| *it == column[0]);
                prop_assert_eq!(constants.contains(place), is_constant);
                let stored = if is_constant { vec![values[at]; rows.len()] } else { values[at..][..rows.len()].to_vec() };
                prop_assert_eq!(stored, column);
            }
        }
    }
}
