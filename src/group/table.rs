//! The tables of `compare`: rows and columns, each a projection of the results.

use super::columns::Columns;
use super::layout::{Layout, NamedKeys};
use super::projector::Projector;
use crate::model::hash::{IndexMap, IndexSet};
use crate::model::{Assumption, ConfigId, Dataset, Direction, Name, NameId, SourceId, Unit, UnitId};
use crate::query::{Field, Key, Order, ResultView};
use bstr::{BStr, BString, ByteSlice};

/// A dataset, arranged in tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// The keys that separate the tables, besides the unit: one per value of [`Table::config`].
    pub keys: Vec<BString>,
    /// The keys that separate the columns: one per value of a column.
    pub column_keys: Vec<BString>,
    /// The tables in order.
    pub list: Vec<Table>,
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
    /// Its rows in order.
    pub rows: Vec<TableRow<Pooled>>,
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
    /// The keys in which the results of the cell differ, which the layout does not separate.
    pub varies: Vec<BString>,
}

/// Arranges a dataset in tables. O(results + cells·log cells).
pub fn tables(dataset: &Dataset, layout: &Layout) -> Tables {
    let mut builder = TableBuilder::new(dataset, layout);
    let mut atoms: IndexSet<(ConfigId, NameId, SourceId)> = IndexSet::default();
    let columns = Columns::gather(dataset, |segment| {
        atoms.insert_full((segment.block.config, segment.name, segment.block.source)).0
    });
    let mut places: Vec<Option<Option<CellPosition>>> = vec![None; atoms.len()];
    let mut units: IndexMap<UnitId, (Unit, f64)> = IndexMap::default();
    for (atom, unit, series) in columns.observed() {
        let (config, name, source) = atoms[atom];
        let result = ResultView {
            name: Name::new(dataset.name(name)),
            config: dataset.config(config),
            file: dataset.source(source),
        };
        let (tidied, factor) = units.entry(unit).or_insert_with(|| dataset.unit(unit).tidied());
        if !layout.filter.matches(&result, [dataset.unit(unit).as_str(), tidied.as_str()]) {
            continue;
        }
        let place = *places[atom]
            .get_or_insert_with(|| layout.lists(&result).then(|| builder.place(&result, (config, source))));
        if let Some(place) = place {
            builder.add(place, tidied, series.values, *factor);
        }
    }
    builder.finish()
}

impl Tables {
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
            match table.columns.iter().position(is_it) {
                Some(at) => {
                    table.columns[..=at].rotate_right(1);
                    table.rows.iter_mut().for_each(|row| row.cells[..=at].rotate_right(1));
                }
                None => {
                    table.columns.insert(0, lead.clone());
                    table.rows.iter_mut().for_each(|row| row.cells.insert(0, None));
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
        let rows = self.list.iter().flat_map(|table| &table.rows);
        rows.filter_map(|row| row.cells.split_first())
            .filter(|(first, _)| first.is_some())
            .map(|(_, others)| others.iter().flatten().count())
            .sum()
    }
}

/// The non-empty values of a row or column, joined by spaces.
fn label_of(values: &[BString]) -> BString {
    let shown: Vec<&[u8]> =
        values.iter().filter(|value| !value.is_empty()).map(|value| value.as_bytes()).collect();
    shown.join(&b' ').into()
}

/// The cell of a result: the numbers of its table, row, column and residue.
#[derive(Debug, Clone, Copy)]
struct CellPosition {
    table: usize,
    row: usize,
    col: usize,
    residue: usize,
}

/// Collects results into cells.
struct TableBuilder<'l> {
    dataset: &'l Dataset,
    named: NamedKeys<'l>,
    table: Projector<'l>,
    row: Projector<'l>,
    col: Projector<'l>,
    residue: Projector<'l>,
    units: IndexSet<Unit>,
    /// By table and unit.
    cells: IndexMap<(usize, usize), Cells>,
}

/// Cells by row and column.
type Cells = IndexMap<(usize, usize), PooledBuilder>;

struct PooledBuilder {
    values: Vec<f64>,
    /// The residue of the first value.
    residue: usize,
    /// Other residues.
    others: Vec<usize>,
}

/// All keys that no flag names. The file is never one of them.
const RESIDUE: [Field; 2] =
    [Field { key: Key::Config, order: Order::First }, Field { key: Key::FullName, order: Order::First }];

impl<'l> TableBuilder<'l> {
    fn new(dataset: &'l Dataset, layout: &'l Layout) -> TableBuilder<'l> {
        let named = NamedKeys::of(layout);
        let from = usize::from(named.config);
        let to = RESIDUE.len() - usize::from(named.full_name);
        TableBuilder {
            dataset,
            named,
            table: Projector::new(&layout.table.fields),
            row: Projector::new(&layout.row.fields),
            col: Projector::new(&layout.col.fields),
            residue: Projector::new(const { &RESIDUE }.get(from..to).unwrap_or_default()),
            units: IndexSet::default(),
            cells: IndexMap::default(),
        }
    }

    /// The cell of a result with this configuration and source.
    fn place(&mut self, result: &ResultView, origin: (ConfigId, SourceId)) -> CellPosition {
        CellPosition {
            table: self.table.project(result, origin, &self.named),
            row: self.row.project(result, origin, &self.named),
            col: self.col.project(result, origin, &self.named),
            residue: self.residue.project(result, origin, &self.named),
        }
    }

    fn add(&mut self, place: CellPosition, unit: &Unit, values: &[f64], factor: f64) {
        let unit = self.units.get_index_of(unit).unwrap_or_else(|| self.units.insert_full(unit.clone()).0);
        let cells = self.cells.entry((place.table, unit)).or_default();
        let cell = cells.entry((place.row, place.col)).or_insert_with(|| PooledBuilder {
            values: Vec::new(),
            residue: place.residue,
            others: Vec::new(),
        });
        // A factor of a million can exceed the largest number. Adding 0 makes -0 positive.
        cell.values.extend(values.iter().map(|value| (value * factor).clamp(f64::MIN, f64::MAX) + 0.0));
        if cell.residue != place.residue && !cell.others.contains(&place.residue) {
            cell.others.push(place.residue);
        }
    }

    fn finish(mut self) -> Tables {
        let mut rank = vec![0; self.table_count()];
        for (place, table) in self.table.sorted(0..rank.len()).into_iter().enumerate() {
            rank[table] = place;
        }
        let mut list: Vec<_> = std::mem::take(&mut self.cells).into_iter().collect();
        list.sort_by_key(|&((table, unit), _)| (rank[table], unit));
        let list = list.into_iter().map(|((table, unit), cells)| self.table(table, unit, cells)).collect();
        Tables { keys: self.table.names(), column_keys: self.col.names(), list }
    }

    fn table_count(&self) -> usize {
        self.cells.keys().map(|&(table, _)| table + 1).max().unwrap_or_default()
    }

    fn table(&self, table: usize, unit: usize, mut cells: Cells) -> Table {
        let distinct = |keys: Vec<usize>| keys.into_iter().collect::<IndexSet<usize>>();
        let rows = self.row.sorted(distinct(cells.keys().map(|&(row, _)| row).collect()));
        let cols = self.col.sorted(distinct(cells.keys().map(|&(_, col)| col).collect()));
        let mut pooled = |row: usize, col: usize| {
            let cell = cells.get_mut(&(row, col))?;
            let values = std::mem::take(&mut cell.values);
            Some(Pooled { values, varies: self.residue.differing(cell.residue, &cell.others) })
        };
        let row = |row: usize| TableRow {
            label: self.row.label(row),
            cells: cols.iter().map(|&col| pooled(row, col)).collect(),
        };
        let unit = self.units[unit].clone();
        Table {
            config: self.table.values(table),
            assumption: self.dataset.assumption(&unit),
            better: self.dataset.better(&unit).or_else(|| unit.direction()),
            unit,
            rows: rows.into_iter().map(row).collect(),
            columns: cols.iter().map(|&col| self.col.values(col)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use crate::query::{Filter, Projection};

    fn data() -> Dataset {
        let mut data = parse::text(
            "old",
            b"pkg: q\nBenchmarkA/n=2 1 1 x 2 ns/op\nBenchmarkB 1 3 x\nBenchmarkA/n=2 1 9 x\n",
        );
        data.append(parse::text("new", b"pkg: q\nBenchmarkA/n=10 1 5 x\npkg: p\nBenchmarkA/n=2 1 6 x\n"));
        data
    }

    fn layout(flags: [&str; 4]) -> Layout {
        let [filter, table, row, col] = flags;
        let projection = |text| Projection::parse(text).expect("a projection");
        Layout {
            filter: Filter::parse(filter).expect("a filter"),
            table: projection(table),
            row: projection(row),
            col: projection(col),
            ignore: Projection::default(),
        }
    }

    fn listed(tables: &Tables) -> Vec<String> {
        let cell = |cell: &Option<Pooled>| cell.as_ref().map_or("-".into(), |it| format!("{:?}", it.values));
        let row = |row: &TableRow<Pooled>| {
            format!("{} {}", row.label, row.cells.iter().map(cell).collect::<Vec<_>>().join(" "))
        };
        let table = |table: &Table| {
            let rows: Vec<String> = table.rows.iter().map(row).collect();
            format!("{:?} {} {:?}: {}", table.config, table.unit, table.columns, rows.join(", "))
        };
        tables.list.iter().map(table).collect()
    }

    #[test]
    fn tables_are_sorted_by_configuration_and_units_by_first_appearance() {
        assert_eq!(
            listed(&tables(&data(), &Layout::default())),
            [
                r#"["p"] x [["new"]]: A/n=2 [6.0]"#,
                r#"["q"] x [["old"], ["new"]]: A/n=2 [1.0, 9.0] -, B [3.0] -, A/n=10 - [5.0]"#,
                r#"["q"] sec/op [["old"]]: A/n=2 [2e-9]"#,
            ]
        );
    }

    #[test]
    fn projections_name_tables_rows_and_columns() {
        let by_size = layout([".unit:x .name:A", "", ".name", "/n@num"]);
        let got = tables(&data(), &by_size);
        assert_eq!(listed(&got), [r#"[] x [["2"], ["10"]]: A [1.0, 9.0, 6.0] [5.0]"#]);
        let varies = got.list[0].rows[0].cells[0].as_ref().map(|cell| cell.varies.clone());
        assert_eq!(varies, Some(vec!["pkg".into()]), "the name is the same without its parts");
        let listed_only = layout(["*", "pkg", ".fullname", "/n@(10 2)"]);
        assert_eq!(
            listed(&tables(&data(), &listed_only)),
            [
                r#"["q"] x [["10"], ["2"]]: A - [1.0, 9.0]"#.replace("A - [1.0, 9.0]", "A [5.0] [1.0, 9.0]"),
                r#"["q"] sec/op [["2"]]: A [2e-9]"#.to_string(),
                r#"["p"] x [["2"]]: A [6.0]"#.to_string(),
            ]
        );
    }

    #[test]
    fn without_results_there_are_no_tables() {
        assert_eq!(tables(&data(), &layout(["-*", ".config", "", ""])).list, []);
    }
}
