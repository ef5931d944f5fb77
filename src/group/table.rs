//! The layout of `compare`: a table per configuration and unit, a row per benchmark, a column per file.

use super::Series;
use super::columns::Columns;
use crate::model::{Config, ConfigId, Dataset, NameId, SourceId, Unit, UnitId};
use bstr::BStr;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;

/// The results of one configuration in one unit.
#[derive(Debug)]
pub struct Table<'g, T> {
    /// The configuration that all its results share.
    pub config: &'g Config,
    /// The unit, as Go prints it.
    pub unit: &'g Unit,
    /// The labels of its columns; the first one is the baseline.
    pub columns: Vec<&'g BStr>,
    /// Its rows, in the order first met.
    pub rows: Vec<TableRow<'g, T>>,
}

/// One benchmark in one table.
#[derive(Debug)]
pub struct TableRow<'g, T> {
    /// The benchmark's name.
    pub name: &'g BStr,
    /// One cell per column; `None` where the file lacks the benchmark.
    pub cells: Vec<Option<T>>,
}

/// A dataset whose values are gathered by configuration, benchmark, file and unit.
#[derive(Debug)]
pub struct Tables<'d> {
    dataset: &'d Dataset,
    cells: Vec<(ConfigId, NameId, SourceId)>,
    columns: Columns,
}

/// Gathers a dataset for [`Tables::layout`].
pub fn tables(dataset: &Dataset) -> Tables<'_> {
    let mut cells: IndexSet<(ConfigId, NameId, SourceId)> = IndexSet::new();
    let columns = Columns::gather(dataset, |result| {
        cells.insert_full((result.block.config, result.name, result.block.source)).0
    });
    Tables { dataset, cells: cells.into_iter().collect(), columns }
}

impl Tables<'_> {
    /// Lays the cells out in tables: configurations, and within each its units, in the order first met in the input.
    pub fn layout<'g>(&'g self) -> Vec<Table<'g, Series<'g>>> {
        type Cells<'s> = IndexMap<(NameId, SourceId), Series<'s>>;
        let mut grouped: IndexMap<ConfigId, BTreeMap<UnitId, Cells<'g>>> = IndexMap::new();
        for (cell, &(config, name, source)) in self.cells.iter().enumerate() {
            let units = grouped.entry(config).or_default();
            for (unit, series) in self.columns.series(cell) {
                units.entry(unit).or_default().insert((name, source), series);
            }
        }
        let table = |config, unit, cells: Cells<'g>| self.table(config, unit, cells);
        grouped
            .into_iter()
            .flat_map(|(config, units)| {
                units.into_iter().map(move |(unit, cells)| table(config, unit, cells))
            })
            .collect()
    }

    fn table<'g>(
        &'g self,
        config: ConfigId,
        unit: UnitId,
        cells: IndexMap<(NameId, SourceId), Series<'g>>,
    ) -> Table<'g, Series<'g>> {
        let mut sources: Vec<SourceId> = cells.keys().map(|&(_, source)| source).collect();
        sources.sort_unstable();
        sources.dedup();
        let names: IndexSet<NameId> = cells.keys().map(|&(name, _)| name).collect();
        let row = |name: NameId| TableRow {
            name: self.dataset.name(name),
            cells: sources.iter().map(|&source| cells.get(&(name, source)).copied()).collect(),
        };
        Table {
            config: self.dataset.config(config),
            unit: self.dataset.unit(unit),
            columns: sources.iter().map(|&source| self.dataset.source(source)).collect(),
            rows: names.into_iter().map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn a_table_has_a_row_per_benchmark_and_a_column_per_file() {
        let mut data =
            parse::text("old", b"pkg: p\nBenchmarkA 1 1 x 2 y\nBenchmarkB 1 3 x\nBenchmarkA 1 9 x\n");
        data.append(parse::text(
            "new",
            b"pkg: p\nBenchmarkC 1 4 x\nBenchmarkA 1 5 x\npkg: q\nBenchmarkA 1 6 x\n",
        ));
        let tables = tables(&data);
        let listed: Vec<String> = tables
            .layout()
            .iter()
            .map(|table| {
                let cell =
                    |cell: &Option<Series>| cell.map_or("-".to_string(), |s| format!("{:?}", s.values));
                let row = |row: &TableRow<Series>| {
                    format!("{} {}", row.name, row.cells.iter().map(cell).collect::<Vec<_>>().join(" "))
                };
                let pkg = table.config.get("pkg").unwrap_or_default();
                let rows: Vec<_> = table.rows.iter().map(row).collect();
                format!("{pkg} {} {:?}: {}", table.unit, table.columns, rows.join(", "))
            })
            .collect();
        assert_eq!(
            listed,
            [
                r#"p x ["old", "new"]: A [1.0, 9.0] [5.0], B [3.0] -, C - [4.0]"#,
                r#"p y ["old"]: A [2.0]"#,
                r#"q x ["new"]: A [6.0]"#,
            ]
        );
    }
}
