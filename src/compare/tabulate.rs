//! The tables of `compare`: every column against the first.

use crate::group::{Series, Table, TableRow};
use crate::model::{Config, Sample, Unit};
use crate::stats::{self, Confidence, Interval, PValue};
use bstr::BStr;
use std::fmt;

/// What counts as a change.
#[derive(Debug, Clone, Copy)]
pub struct Significance {
    /// The largest p-value that still shows a change.
    pub alpha: f64,
    /// The level of the medians' intervals.
    pub confidence: Confidence,
}

/// A table with everything that it shows.
#[derive(Debug)]
pub struct Tabulated<'g> {
    /// The configuration that all its results share.
    pub config: &'g Config,
    /// The unit, in base units.
    pub unit: Unit,
    /// The labels of its columns; the first one is the baseline.
    pub columns: Vec<&'g BStr>,
    /// Its rows.
    pub rows: Vec<TableRow<'g, Cell>>,
    /// The geometric mean of each column.
    pub geomeans: Vec<GeomeanCell>,
}

/// One benchmark in one file.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// The median, in base units.
    pub center: f64,
    /// Where it lies.
    pub interval: Interval,
    /// How it compares with the baseline; `None` in the first column and where the baseline lacks the benchmark.
    pub versus: Option<Versus>,
}

/// A cell against the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Versus {
    /// The two-sided Mann-Whitney p-value.
    pub p: PValue,
    /// The number of samples, baseline first.
    pub n: (usize, usize),
    /// The change of the median.
    pub change: Shown,
}

/// The change of a median, as a table shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shown {
    /// Not distinguishable: p is above alpha.
    Insignificant,
    /// new / base - 1.
    Fraction(f64),
    /// There is one, and base is zero: no ratio is computed on zero.
    FromZero,
}

/// The last row of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeomeanCell {
    /// Of the column's medians, if all are positive.
    pub mean: Option<f64>,
    /// Of the ratios to the baseline over the benchmarks that both have, less one.
    pub change: Option<f64>,
}

/// Compares every column of a table with its first one. O(cells · n1·n2·log).
pub fn tabulate<'g>(table: &Table<'g, Series<'g>>, settings: Significance) -> Tabulated<'g> {
    let (unit, factor) = table.unit.tidied();
    let tidy = |series: &Series| {
        // A factor of a million can take a number beyond the largest one.
        let tidy = |value: &f64| (value * factor).clamp(f64::MIN, f64::MAX);
        Sample::new(&series.values.iter().map(tidy).collect::<Vec<_>>())
            .expect("as many as before, and finite")
    };
    let rows: Vec<TableRow<'g, Cell>> = table
        .rows
        .iter()
        .map(|row| {
            let samples: Vec<Option<Sample>> = row.cells.iter().map(|cell| cell.as_ref().map(tidy)).collect();
            let (first, others) =
                samples.split_first().map_or((None, &samples[..]), |(f, o)| (f.as_ref(), o));
            let cells = std::iter::once(first.map(|only| Cell::new(only, None, settings)));
            let others = others.iter().map(|it| it.as_ref().map(|new| Cell::new(new, first, settings)));
            TableRow { name: row.name, cells: cells.chain(others).collect() }
        })
        .collect();
    let geomeans = (0..table.columns.len()).map(|column| GeomeanCell::new(&rows, column)).collect();
    Tabulated { config: table.config, unit, columns: table.columns.clone(), rows, geomeans }
}

impl Cell {
    fn new(sample: &Sample, base: Option<&Sample>, settings: Significance) -> Cell {
        let values = sample.ascending();
        let center = sample.median();
        let interval = stats::median_interval(values, settings.confidence);
        Cell { center, interval, versus: base.map(|base| Versus::new(base, sample, center, settings.alpha)) }
    }
}

impl Versus {
    fn new(base: &Sample, new: &Sample, center: f64, alpha: f64) -> Versus {
        let test = stats::mann_whitney(base.ascending(), new.ascending()).expect("a sample is never empty");
        let (p, before) = (test.two_sided(), base.median());
        let change = if p.get() > alpha {
            Shown::Insignificant
        } else if center == before {
            Shown::Fraction(0.0)
        } else if before == 0.0 {
            Shown::FromZero
        } else {
            Shown::Fraction(center / before - 1.0)
        };
        Versus { p, n: (base.len(), new.len()), change }
    }
}

/// `p=0.002 n=6`, or `n=6+5`.
impl fmt::Display for Versus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p={:.3} n={}", self.p.get(), self.n.0)?;
        if self.n.0 == self.n.1 { Ok(()) } else { write!(f, "+{}", self.n.1) }
    }
}

impl GeomeanCell {
    fn new(rows: &[TableRow<Cell>], column: usize) -> GeomeanCell {
        let center = |row: &TableRow<Cell>, column: usize| row.cells[column].map(|cell| cell.center);
        let ratio = |row| match (center(row, 0)?, center(row, column)?) {
            (base, new) if base == new => Some(1.0),
            (base, new) => Some(new / base),
        };
        let change =
            || stats::geometric_mean(rows.iter().filter_map(ratio)).filter(|ratio| ratio.is_finite());
        GeomeanCell {
            mean: stats::geometric_mean(rows.iter().filter_map(|row| center(row, column))),
            change: if column == 0 { None } else { change().map(|ratio| ratio - 1.0) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{group, parse};

    #[test]
    fn a_column_is_compared_with_the_first_one_in_base_units() {
        let lines =
            |name: &str, values: [f64; 5]| values.map(|v| format!("Benchmark{name} 1 {v} ns/op\n")).concat();
        let ten = [10.0, 10.1, 10.2, 10.3, 10.4];
        let mut data =
            parse::text("old", [lines("A", ten), lines("B", [0.0; 5]), lines("C", ten)].concat().as_bytes());
        let new = [lines("A", ten.map(|v| v * 2.0)), lines("B", [3.0; 5]), lines("C", ten)].concat();
        data.append(parse::text("new", new.as_bytes()));
        let tables = group::tables(&data);
        let settings = Significance { alpha: 0.05, confidence: Confidence::P95 };
        let table = tabulate(&tables.layout()[0], settings);
        assert_eq!(table.unit.as_str(), "sec/op");
        let shown: Vec<Shown> =
            table.rows.iter().filter_map(|row| row.cells[1]?.versus).map(|v| v.change).collect();
        assert!(matches!(shown[0], Shown::Fraction(f) if (f - 1.0).abs() < 1e-12), "{shown:?}");
        assert_eq!(shown[1], Shown::FromZero);
        assert_eq!(shown[2], Shown::Insignificant);
        assert_eq!(table.geomeans[0].mean, None, "B is zero");
        assert_eq!(table.geomeans[1].change, None, "and has no ratio");
    }
}
