//! The tables of `compare`: rows and columns, each a projection of the results.

use super::projector::Projector;
use crate::model::hash::IndexSet;
use crate::model::{Assumption, Column, Dataset, Direction, SegmentStart, Unit, UnitId};
use bstr::{BStr, BString, ByteSlice};
use std::cmp::Ordering;

/// A dataset, arranged in tables.
#[derive(Debug)]
pub struct Tables<'d> {
    /// The keys that separate the tables, besides the unit: one per value of [`Table::config`].
    pub keys: Vec<BString>,
    /// The keys that separate the columns: one per value of a column.
    pub column_keys: Vec<BString>,
    /// The tables in order.
    pub list: Vec<Table>,
    pub(super) cells: Cells<'d>,
}

/// The results of one configuration in one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The values of the keys, which all its results share; empty where a key is not set.
    pub config: Vec<BString>,
    /// The unit, in base units.
    pub unit: Unit,
    /// What may be assumed about its values.
    pub assumption: Assumption,
    /// Which direction is better, if known.
    pub better: Option<Direction>,
    /// Its columns in order, each with its values.
    pub columns: Vec<Vec<BString>>,
    /// The numbers of its rows in order.
    pub(super) rows: Vec<u32>,
    /// The results of its rows, row by row, those of one cell together.
    pub(super) members: Vec<Member>,
    /// Where the members of each row end.
    pub(super) ends: Vec<usize>,
}

/// The results of one benchmark in one printed unit, in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Member {
    /// The column, by its place in the table.
    pub(super) column: u32,
    /// The number of the benchmark.
    pub(super) benchmark: u32,
    pub(super) unit: UnitId,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow<T> {
    /// Its values, joined by spaces.
    pub label: BString,
    /// One cell per column; `None` if there is no result.
    pub cells: Vec<Option<T>>,
}

/// The measurements of one cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pooled {
    /// At least one, all finite, in base units, in any order.
    pub values: Vec<f64>,
    /// Whether all values are known to be the same, so that statistics are known without computing them.
    pub is_constant: bool,
    /// The keys in which the results of the cell differ, which the layout does not separate.
    pub varies: Vec<BString>,
}

impl Table {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The members of a row, cell by cell.
    fn members(&self, row: usize) -> &[Member] {
        let from = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.members[from..self.ends[row]]
    }
}

impl Tables<'_> {
    /// A row of one of the tables. It is made when it is needed, because all rows together would take more memory than the dataset.
    ///
    /// # Panics
    /// If the table has no such row, or is not one of these.
    pub fn row(&self, table: &Table, row: usize) -> TableRow<Pooled> {
        let mut cells = vec![None; table.columns.len()];
        for members in table.members(row).chunk_by(|a, b| a.column == b.column) {
            cells[members[0].column as usize] = Some(self.cells.pooled(members)); // no chunk is empty
        }
        TableRow { label: self.cells.row.label(table.rows[row] as usize), cells }
    }

    /// Moves the column with this label to the front of every table, so that the others are compared with it. A table without
    /// this column gets an empty one. Returns `false` and changes nothing if no table has it.
    pub fn put_first(&mut self, label: &BStr) -> bool {
        let is_it = |column: &Vec<BString>| label_of(column) == label;
        let Some(lead) =
            self.list.iter().flat_map(|table| &table.columns).find(|column| is_it(column)).cloned()
        else {
            return false;
        };
        for table in &mut self.list {
            let at = table.columns.iter().position(is_it).unwrap_or_else(|| {
                table.columns.push(lead.clone());
                table.columns.len() - 1
            });
            table.columns[..=at].rotate_right(1);
            for member in &mut table.members {
                let column = member.column as usize;
                match column.cmp(&at) {
                    Ordering::Less => member.column += 1,
                    Ordering::Equal => member.column = 0,
                    Ordering::Greater => {}
                }
            }
        }
        true
    }

    /// The labels of all columns, each once.
    pub fn labels(&self) -> Vec<BString> {
        let labels: IndexSet<BString> =
            self.list.iter().flat_map(|table| &table.columns).map(|column| label_of(column)).collect();
        labels.into_iter().collect()
    }

    /// How many cells are compared with a first column, in all tables.
    pub fn comparisons(&self) -> usize {
        let of_row = |table: &Table, row: usize| {
            let cells = table.members(row).chunk_by(|a, b| a.column == b.column);
            let has_first = cells.clone().any(|cell| cell[0].column == 0); // no chunk is empty
            if has_first { cells.count() - 1 } else { 0 }
        };
        self.list.iter().map(|table| (0..table.len()).map(|row| of_row(table, row)).sum::<usize>()).sum()
    }
}

/// The non-empty values of a row or column, joined by spaces.
fn label_of(values: &[BString]) -> BString {
    let shown: Vec<&[u8]> =
        values.iter().filter(|value| !value.is_empty()).map(|value| value.as_bytes()).collect();
    shown.join(&b' ').into()
}

/// What the cells of all tables are made from.
#[derive(Debug)]
pub(super) struct Cells<'d> {
    pub(super) dataset: &'d Dataset,
    pub(super) starts: Vec<SegmentStart>,
    /// The benchmarks: the results with one name, configuration and file.
    pub(super) benchmarks: Vec<Benchmark>,
    /// By segment: the next segment of the same benchmark; 0 if there is none.
    pub(super) next: Vec<usize>,
    /// The factor to base units, by the number of the unit.
    pub(super) factors: Vec<f64>,
    pub(super) row: Projector<'d>,
    pub(super) residue: Projector<'d>,
}

#[derive(Debug)]
pub(super) struct Benchmark {
    /// Its first and its last segment so far.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Its place, once it is known; `None` if it is in no table.
    pub(super) place: Option<Option<Place>>,
}

/// The numbers of the table, row, column and residue of a benchmark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) table: u32,
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) residue: u32,
}

impl Cells<'_> {
    fn pooled(&self, members: &[Member]) -> Pooled {
        let mut pooled = Pooled { is_constant: true, ..Pooled::default() };
        let mut residues = Vec::new();
        for member in members {
            let benchmark = &self.benchmarks[member.benchmark as usize];
            self.extend(&mut pooled, benchmark, member.unit);
            let residue = benchmark.place.flatten().map(|place| place.residue as usize);
            residues.extend(residue.filter(|it| !residues.contains(it)));
        }
        if let [first, others @ ..] = residues.as_slice() {
            pooled.varies = self.residue.differing(*first, others);
        }
        pooled
    }

    /// Adds the values of a benchmark.
    fn extend(&self, pooled: &mut Pooled, benchmark: &Benchmark, unit: UnitId) {
        let factor = self.factors[unit.index()];
        // A factor of a million can exceed the largest number. Adding 0 makes -0 positive.
        let scaled = |value: f64| (value * factor).clamp(f64::MIN, f64::MAX) + 0.0;
        let mut index = benchmark.first;
        loop {
            let segment = self.dataset.segment(index, self.starts[index]);
            for (place, _) in segment.units.iter().enumerate().filter(|&(_, &it)| it == unit) {
                match segment.values(place) {
                    Column::Constant(value, count) => {
                        let value = scaled(value);
                        pooled.is_constant &= pooled.values.first().is_none_or(|&first| first == value);
                        pooled.values.resize(pooled.values.len() + count, value);
                    }
                    Column::Each(values) => {
                        pooled.is_constant = false;
                        pooled.values.extend(values.iter().map(|&value| scaled(value)));
                    }
                }
            }
            index = self.next[index];
            if index == 0 {
                return;
            }
        }
    }
}
