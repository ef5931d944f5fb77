//! The tables of `compare`: compares every column with the first.

use super::summary::{Center, Note, SamplesNeeded};
use crate::group::{Pooled, Table, TableRow, Tables};
use crate::model::{Assumption, Direction, Unit};
use crate::stats::{self, PValue, RankTest};
use bstr::BString;
use rayon::prelude::*;

/// The significance level and the confidence level.
#[derive(Debug, Clone, Copy)]
pub struct Significance {
    /// A change is significant if its p-value is at most this. In [0, 1].
    pub alpha: f64,
    /// The confidence level of the intervals of medians, in [0, 1].
    pub confidence: f64,
}

/// Tables with everything they show.
#[derive(Debug, Clone, PartialEq)]
pub struct Tabulation {
    /// The keys that separate the tables, besides the unit: one per value of [`ComparedTable::config`].
    pub keys: Vec<BString>,
    /// The keys that separate the columns: one per value of a column.
    pub column_keys: Vec<BString>,
    /// The tables in order.
    pub tables: Vec<ComparedTable>,
}

/// A table with everything it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedTable {
    /// The values of the keys, which all its results share; empty where a key is not set.
    pub config: Vec<BString>,
    /// The unit, in base units.
    pub unit: Unit,
    /// Which direction is better, if known.
    pub better: Option<Direction>,
    /// Its columns, each with its values. The first one is the baseline.
    pub columns: Vec<Vec<BString>>,
    /// Its rows.
    pub rows: Vec<TableRow<TableCell>>,
    /// How many rows there were before rows were removed.
    pub total: usize,
    /// The geometric mean of each column, over all rows before rows were removed. Empty if not requested.
    pub geomeans: Vec<GeomeanCell>,
}

/// One row in one column.
#[derive(Debug, Clone, PartialEq)]
pub struct TableCell {
    /// How many values.
    pub n: usize,
    /// The median, in base units; for values that should be exact, the most frequent one.
    pub center: f64,
    /// The interval of the median; `None` if there are too few values for one.
    pub bounds: Option<(f64, f64)>,
    /// Footnotes.
    pub notes: Vec<Note>,
    /// The comparison with the baseline; `None` in the first column and if the baseline has no such row.
    pub versus: Option<Versus>,
}

/// A cell compared with the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Versus {
    /// How the change was tested.
    pub test: ChangeTest,
    /// The numbers of samples, baseline first.
    pub n: (usize, usize),
    /// The change of the median.
    pub change: MedianChange,
    /// A footnote.
    pub note: Option<Note>,
}

/// How a change was tested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChangeTest {
    /// Not at all: the values are exact, and every difference is a change.
    Exact,
    /// By a two-sided Mann-Whitney test.
    Tested(PValue),
}

/// The change of a median, as a table shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MedianChange {
    /// Not significant: p is above alpha.
    Insignificant,
    /// Significant, but the medians are equal.
    Same,
    /// new / base - 1.
    Fraction(f64),
    /// Significant, but the base is zero, and there is no ratio to zero.
    FromZero,
}

/// The geometric mean of a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GeomeanCell {
    /// The geometric mean of the medians, if all are positive.
    pub mean: Option<f64>,
    /// The geometric mean of the ratios to the baseline over the rows that both have, minus one.
    pub change: Option<f64>,
    /// Footnotes.
    pub notes: Vec<Note>,
}

/// Compares every column of every table with its first one. O(cells · n1·n2·log).
pub fn tabulate(tables: Tables, settings: Significance) -> Tabulation {
    let one = |table| ComparedTable::new(&tables, table, settings);
    // The rows of a large table are shared between threads. Several such tables at once would only take memory.
    let tabulated = match tables.list.iter().any(|table| table.len() >= ROWS_OF_A_THREAD) {
        true => tables.list.iter().map(one).collect(),
        false => tables.list.par_iter().map(one).collect(),
    };
    Tabulation { keys: tables.keys, column_keys: tables.column_keys, tables: tabulated }
}

/// Below this number of rows, another thread does not help.
const ROWS_OF_A_THREAD: usize = 256;

impl ComparedTable {
    fn new(tables: &Tables, table: &Table, settings: Significance) -> ComparedTable {
        let need = needed(settings.alpha);
        let row = |index: usize| {
            let TableRow { label, cells } = tables.row(table, index);
            TableRow { label, cells: compare_row(cells, table.assumption, settings, need) }
        };
        let rows: Vec<TableRow<TableCell>> = match table.len() {
            ..ROWS_OF_A_THREAD => (0..table.len()).map(row).collect(),
            _ => (0..table.len()).into_par_iter().map(row).collect(),
        };
        let geomeans = (0..table.columns.len()).map(|column| GeomeanCell::new(&rows, column)).collect();
        let (config, unit, columns) = (table.config.clone(), table.unit.clone(), table.columns.clone());
        let better = table.better;
        ComparedTable { config, unit, better, columns, total: rows.len(), rows, geomeans }
    }
}

fn compare_row(
    mut cells: Vec<Option<Pooled>>,
    assumption: Assumption,
    settings: Significance,
    need: SamplesNeeded,
) -> Vec<Option<TableCell>> {
    cells.iter_mut().flatten().for_each(|cell| cell.values.sort_unstable_by(f64::total_cmp));
    let summed = |cell: &Pooled| TableCell::new(cell, assumption, settings.confidence);
    let mut compared: Vec<Option<TableCell>> = cells.iter().map(|cell| cell.as_ref().map(summed)).collect();
    let base = compared.first().and_then(|cell| Some((cells.first()?.as_ref()?, cell.as_ref()?.center)));
    if let Some((base, before)) = base {
        for (cell, pooled) in compared.iter_mut().zip(&cells).skip(1) {
            if let (Some(cell), Some(pooled)) = (cell, pooled) {
                let samples = (base.values.as_slice(), pooled.values.as_slice());
                let tested = match assumption {
                    Assumption::Exact => (ChangeTest::Exact, None),
                    Assumption::Nothing => test(samples, settings.alpha, need),
                };
                let n = (samples.0.len(), samples.1.len());
                cell.versus = Some(Versus::new(n, tested, (before, cell.center), settings.alpha));
            }
        }
    }
    compared
}

impl TableCell {
    fn new(pooled: &Pooled, assumption: Assumption, confidence: f64) -> TableCell {
        let center = Center::of(&pooled.values, assumption, confidence);
        let varies = (!pooled.varies.is_empty()).then(|| Note::Varies(pooled.varies.clone()));
        let notes = varies.into_iter().chain(center.note).collect();
        TableCell { n: pooled.values.len(), center: center.value, bounds: center.bounds, notes, versus: None }
    }
}

impl Versus {
    fn new(n: (usize, usize), tested: (ChangeTest, Option<Note>), centers: (f64, f64), alpha: f64) -> Versus {
        let (test, note) = tested;
        Versus { test, n, change: MedianChange::new(test, centers, alpha), note }
    }

    /// Whether there is a significant change.
    pub fn is_significant(&self) -> bool {
        match self.change {
            MedianChange::Insignificant | MedianChange::Same => false,
            MedianChange::Fraction(_) | MedianChange::FromZero => true,
        }
    }
}

fn test(samples: (&[f64], &[f64]), alpha: f64, need: SamplesNeeded) -> (ChangeTest, Option<Note>) {
    match stats::rank_test(samples.0, samples.1).expect("a cell is never empty") {
        RankTest::AllEqual => (ChangeTest::Tested(PValue::ONE), Some(Note::AllEqual)),
        RankTest::P(p) => {
            let (SamplesNeeded::AtLeast(enough) | SamplesNeeded::MoreThan(enough)) = need;
            let few = samples.0.len().max(samples.1.len()) < enough;
            let note = (p.get() > alpha && few).then_some(Note::FewForChange { need, alpha });
            (ChangeTest::Tested(p), note)
        }
    }
}

/// How many samples per side a significant change needs.
fn needed(alpha: f64) -> SamplesNeeded {
    const MOST: usize = 10;
    let smallest = |n: usize| 2.0 * stats::smallest_p(n, n).get();
    (1..MOST).find(|&n| smallest(n) <= alpha).map_or(SamplesNeeded::MoreThan(MOST), SamplesNeeded::AtLeast)
}

impl MedianChange {
    fn new(test: ChangeTest, (base, new): (f64, f64), alpha: f64) -> MedianChange {
        match test {
            ChangeTest::Tested(p) if p.get() > alpha => MedianChange::Insignificant,
            _ if base == new => MedianChange::Same,
            _ if base == 0.0 => MedianChange::FromZero,
            _ => MedianChange::Fraction(new / base - 1.0),
        }
    }
}

impl GeomeanCell {
    fn new(rows: &[TableRow<TableCell>], column: usize) -> GeomeanCell {
        let center =
            |row: &TableRow<TableCell>, column: usize| row.cells[column].as_ref().map(|cell| cell.center);
        let centers: Vec<f64> = rows.iter().filter_map(|row| center(row, column)).collect();
        if centers.is_empty() {
            return GeomeanCell::default();
        }
        let mean = stats::geometric_mean(centers);
        let no_mean = mean.is_none().then_some(Note::NoMean);
        if column == 0 {
            return GeomeanCell { mean, change: None, notes: no_mean.into_iter().collect() };
        }
        let pairs = rows.iter().filter_map(|row| Some((center(row, 0)?, center(row, column)?)));
        let of_base = rows.iter().filter(|row| center(row, 0).is_some()).count();
        let differs = (pairs.clone().count() != of_base).then_some(Note::SetDiffers);
        let from_zero = pairs.clone().any(|(base, new)| base == 0.0 && new != 0.0);
        let ratio = |(base, new)| if base == new { 1.0 } else { new / base };
        let change = (!from_zero).then(|| stats::geometric_mean(pairs.map(ratio))).flatten();
        let no_ratio = (change.is_none() && !from_zero).then_some(Note::NoRatio);
        GeomeanCell {
            mean,
            change: change.map(|ratio| ratio - 1.0),
            notes: differs.into_iter().chain(no_mean).chain(no_ratio).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{self, Layout};
    use crate::parse;

    fn lines(name: &str, values: impl IntoIterator<Item = f64>) -> String {
        values.into_iter().map(|v| format!("Benchmark{name} 1 {v} ns/op\n")).collect()
    }

    fn compared(old: &[String], new: &[String]) -> ComparedTable {
        let mut data = parse::text("old", old.concat().as_bytes());
        data.append(parse::text("new", new.concat().as_bytes()));
        let settings = Significance { alpha: 0.05, confidence: 0.95 };
        tabulate(group::tables(&data, &Layout::default()), settings).tables.remove(0)
    }

    const TEN: [f64; 5] = [10.0, 10.1, 10.2, 10.3, 10.4];

    #[test]
    fn a_column_is_compared_with_the_first_one_in_base_units() {
        let old = [lines("A", TEN), lines("B", [0.0; 5]), lines("C", TEN)];
        let table =
            compared(&old, &[lines("A", TEN.map(|v| v * 2.0)), lines("B", [3.0; 5]), lines("C", TEN)]);
        assert_eq!(table.unit.as_str(), "sec/op", "zeros stay in the table");
        let shown: Vec<MedianChange> = table
            .rows
            .iter()
            .filter_map(|row| Some(row.cells[1].as_ref()?.versus.as_ref()?.change))
            .collect();
        assert!(matches!(shown[0], MedianChange::Fraction(f) if (f - 1.0).abs() < 1e-12), "{shown:?}");
        assert_eq!(shown[1..], [MedianChange::FromZero, MedianChange::Insignificant]);
        assert_eq!(table.geomeans[0].notes, [Note::NoMean], "B is zero");
        assert_eq!(table.geomeans[1], GeomeanCell { mean: table.geomeans[1].mean, ..GeomeanCell::default() });
    }

    #[test]
    fn a_note_says_how_many_samples_are_needed() {
        let table = compared(&[lines("A", [1.0, 2.0])], &[lines("A", [3.0, 4.0])]);
        let versus = table.rows[0].cells[1].as_ref().and_then(|cell| cell.versus.clone()).expect("compared");
        assert_eq!(versus.note, Some(Note::FewForChange { need: SamplesNeeded::AtLeast(4), alpha: 0.05 }));
        assert_eq!(
            (needed(0.01), needed(0.0), needed(1.0)),
            (SamplesNeeded::AtLeast(5), SamplesNeeded::MoreThan(10), SamplesNeeded::AtLeast(1))
        );
        let equal = compared(&[lines("A", [1.0; 3])], &[lines("A", [1.0; 3])]);
        let versus = equal.rows[0].cells[1].as_ref().and_then(|cell| cell.versus.clone()).expect("compared");
        assert_eq!((versus.note, versus.test), (Some(Note::AllEqual), ChangeTest::Tested(PValue::ONE)));
    }

    #[test]
    fn geometric_means_have_a_note_if_the_benchmarks_differ() {
        let table = compared(&[lines("A", TEN), lines("B", TEN)], &[lines("A", TEN), lines("C", TEN)]);
        assert_eq!(table.geomeans[1].change, Some(0.0));
        assert_eq!(table.geomeans[1].notes, [Note::SetDiffers]);
    }
}
