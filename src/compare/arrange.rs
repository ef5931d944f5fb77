//! Selects and sorts the rows of tables.

use super::tabulate::{ChangeTest, ComparedTable, MedianChange, TableCell, Tabulation, Versus};
use crate::group::TableRow;
use crate::model::Direction;
use std::cmp::Ordering;

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// The largest regression first, the largest improvement last. Where the direction of the unit is unknown, an increase
    /// counts as a regression.
    Delta,
    /// By label, byte by byte.
    Name,
    /// The smallest p-value first.
    P,
}

impl Tabulation {
    /// Removes rows without a significant change, and tables without such a row.
    pub fn only_changed(&mut self) {
        let changed = |row: &TableRow<TableCell>| versus(row).any(Versus::is_significant);
        self.tables.iter_mut().for_each(|table| table.rows.retain(changed));
        self.tables.retain(|table| !table.rows.is_empty());
    }

    /// Sorts the rows of every table. Equal rows keep their order. With several columns, the largest regression or the
    /// smallest p-value of a row counts.
    pub fn sort_rows(&mut self, by: RowOrder) {
        for table in &mut self.tables {
            let better = table.better;
            match by {
                RowOrder::Name => table.rows.sort_by(|a, b| a.label.cmp(&b.label)),
                RowOrder::P => table.rows.sort_by(|a, b| smallest_p(a).total_cmp(&smallest_p(b))),
                RowOrder::Delta => table.rows.sort_by(|a, b| worst_first(worst(a, better), worst(b, better))),
            }
        }
    }

    /// Removes the geometric means.
    pub fn without_geomeans(&mut self) {
        self.tables.iter_mut().for_each(|table: &mut ComparedTable| table.geomeans.clear());
    }
}

fn versus(row: &TableRow<TableCell>) -> impl Iterator<Item = &Versus> {
    row.cells.iter().flatten().filter_map(|cell| cell.versus.as_ref())
}

/// The smallest p-value of a row. An exact change counts as 0; a row without a comparison comes last.
fn smallest_p(row: &TableRow<TableCell>) -> f64 {
    let p = |versus: &Versus| match (versus.test, versus.change) {
        (ChangeTest::Tested(p), _) => p.get(),
        (ChangeTest::Exact, MedianChange::Same) => 1.0,
        (ChangeTest::Exact, _) => 0.0,
    };
    versus(row).map(p).fold(f64::INFINITY, f64::min)
}

/// The largest regression of a row, as a fraction; infinite if the baseline is zero. `None` without a comparison.
fn worst(row: &TableRow<TableCell>, better: Option<Direction>) -> Option<f64> {
    let worse = |versus: &Versus| {
        let more = match versus.change {
            MedianChange::Insignificant | MedianChange::Same => return 0.0,
            MedianChange::Fraction(by) => by,
            MedianChange::FromZero => f64::INFINITY,
        };
        if better == Some(Direction::Higher) { -more } else { more }
    };
    versus(row).map(worse).max_by(f64::total_cmp)
}

fn worst_first(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Significance, tabulate};
    use crate::group::{self, Layout};
    use crate::parse;

    fn tabulation() -> Tabulation {
        let line = |name: &str, from: u32| {
            (0..6).map(|i| format!("Benchmark{name} 1 {} ns/op\n", from + i)).collect::<String>()
        };
        let old = [line("Same", 10), line("Up", 10), line("Gone", 5), line("Down", 50)].concat();
        let new = [line("Same", 10), line("Up", 100), line("Down", 20)].concat();
        let mut data = parse::text("old", old.as_bytes());
        data.append(parse::text("new", new.as_bytes()));
        tabulate(group::tables(&data, &Layout::default()), Significance { alpha: 0.05, confidence: 0.95 })
    }

    fn labels(tabulation: &Tabulation) -> Vec<String> {
        tabulation.tables.iter().flat_map(|table| &table.rows).map(|row| row.label.to_string()).collect()
    }

    #[test]
    fn rows_are_sorted_as_requested() {
        for (by, want) in [
            (RowOrder::Name, ["Down", "Gone", "Same", "Up"]),
            (RowOrder::P, ["Up", "Down", "Same", "Gone"]),
            (RowOrder::Delta, ["Up", "Same", "Down", "Gone"]),
        ] {
            let mut tabulation = tabulation();
            tabulation.sort_rows(by);
            assert_eq!(labels(&tabulation), want, "{by:?}");
        }
    }

    #[test]
    fn removing_unchanged_rows_keeps_the_geometric_means() {
        let mut changed = tabulation();
        changed.only_changed();
        assert_eq!(labels(&changed), ["Up", "Down"]);
        assert_eq!(changed.tables[0].geomeans, tabulation().tables[0].geomeans);
        changed.without_geomeans();
        assert!(changed.tables[0].geomeans.is_empty());
    }
}
