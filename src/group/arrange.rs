//! Arranges the results of a dataset in tables.

use super::layout::{Layout, NamedKeys};
use super::projector::Projector;
use super::table::{Benchmark, Cells, Member, Place, Table, Tables};
use crate::model::hash::{HashSet, IndexMap, IndexSet};
use crate::model::{ConfigId, Dataset, Name, NameId, Segment, SourceId, Unit, UnitId};
use crate::query::{Field, Filter, Key, Order, ResultView};

/// Arranges a dataset in tables. O(results + cells·log cells).
pub fn tables<'d>(dataset: &'d Dataset, layout: &'d Layout) -> Tables<'d> {
    let mut builder = TableBuilder::new(dataset, layout);
    for (index, segment) in dataset.segments().enumerate() {
        builder.add(index, &segment);
    }
    builder.finish()
}

/// Collects results into cells.
struct TableBuilder<'d> {
    layout: &'d Layout,
    /// Whether the filter accepts everything, and no field lists its values.
    takes_all: bool,
    named: NamedKeys<'d>,
    cells: Cells<'d>,
    known: IndexSet<(ConfigId, NameId, SourceId)>,
    /// The last benchmark with each name. Often the next result with that name is of the same.
    of_name: Vec<Option<u32>>,
    /// The units of benchmarks whose results do not all have the same units.
    mixed: HashSet<(u32, UnitId)>,
    table: Projector<'d>,
    column: Projector<'d>,
    /// By the number of the printed unit: the unit in base units, and its number in `units` once a result has it.
    tidied: Vec<(Unit, Option<usize>)>,
    units: Vec<Unit>,
    /// By table and unit.
    groups: IndexMap<(u32, usize), Vec<Entry>>,
    /// By unit: the last table, and the index of that group.
    last: Vec<(u32, usize)>,
}

/// The results of one benchmark in one unit, before rows and columns are sorted.
#[derive(Debug, Clone, Copy)]
struct Entry {
    row: u32,
    column: u32,
    benchmark: u32,
    unit: UnitId,
}

/// All keys that no flag names. The file is never one of them.
const RESIDUE: [Field; 2] =
    [Field { key: Key::Config, order: Order::First }, Field { key: Key::FullName, order: Order::First }];

/// A number of a row, a column or a benchmark.
fn small(number: usize) -> u32 {
    u32::try_from(number).expect("memory ends long before 2^32 benchmarks")
}

impl<'d> TableBuilder<'d> {
    fn new(dataset: &'d Dataset, layout: &'d Layout) -> TableBuilder<'d> {
        let named = NamedKeys::of(layout);
        let from = usize::from(named.config);
        let to = RESIDUE.len() - usize::from(named.full_name);
        let tidied: Vec<(Unit, f64)> = dataset.units().map(Unit::tidied).collect();
        let starts = dataset.segment_starts();
        let cells = Cells {
            dataset,
            next: vec![0; starts.len()],
            starts,
            benchmarks: Vec::new(),
            factors: tidied.iter().map(|&(_, factor)| factor).collect(),
            row: Projector::new(&layout.row.fields),
            residue: Projector::new(const { &RESIDUE }.get(from..to).unwrap_or_default()),
        };
        TableBuilder {
            layout,
            takes_all: layout.filter == Filter::EVERYTHING && !layout.has_lists(),
            named,
            cells,
            known: IndexSet::default(),
            of_name: vec![None; dataset.names()],
            mixed: HashSet::default(),
            table: Projector::new(&layout.table.fields),
            column: Projector::new(&layout.col.fields),
            tidied: tidied.into_iter().map(|(unit, _)| (unit, None)).collect(),
            units: Vec::new(),
            groups: IndexMap::default(),
            last: Vec::new(),
        }
    }

    /// Adds the results of the segment with this index.
    fn add(&mut self, index: usize, segment: &Segment<'d>) {
        let number = self.benchmark(index, segment);
        let last = self.cells.benchmarks[number as usize].last;
        let is_first = last == index;
        if !is_first {
            let benchmark = &mut self.cells.benchmarks[number as usize];
            self.cells.next[last] = index;
            benchmark.last = index;
            let before = self.cells.dataset.segment(last, self.cells.starts[last]).units;
            if std::ptr::eq(before, segment.units) {
                return; // the usual case: no new unit
            }
            self.mixed.extend(before.iter().map(|&unit| (number, unit)));
        }
        for (place, &unit) in segment.units.iter().enumerate() {
            let is_known = segment.units[..place].contains(&unit);
            if !is_known && (is_first || self.mixed.insert((number, unit))) {
                self.add_unit(number, segment, unit);
            }
        }
    }

    /// The benchmark of a segment.
    fn benchmark(&mut self, index: usize, segment: &Segment) -> u32 {
        let key = (segment.block.config, segment.name, segment.block.source);
        let recent = self.of_name[segment.name.index()];
        if let Some(number) = recent.filter(|&it| self.known.get_index(it as usize) == Some(&key)) {
            return number;
        }
        let (number, is_new) = self.known.insert_full(key);
        if is_new {
            self.cells.benchmarks.push(Benchmark { first: index, last: index, place: None });
        }
        let number = small(number);
        self.of_name[segment.name.index()] = Some(number);
        number
    }

    /// Adds the results of a benchmark in a unit that it did not have before.
    fn add_unit(&mut self, number: u32, segment: &Segment<'d>, unit: UnitId) {
        let dataset = self.cells.dataset;
        let (tidied, known) = &mut self.tidied[unit.index()];
        let (config, name, source) = (segment.block.config, segment.name, segment.block.source);
        let result = ResultView {
            name: Name::new(dataset.name(name)),
            config: dataset.config(config),
            file: dataset.source(source),
        };
        let units = [dataset.unit(unit).as_str(), tidied.as_str()];
        if !self.takes_all && !self.layout.filter.matches(&result, units) {
            return;
        }
        let place = self.cells.benchmarks[number as usize].place.unwrap_or_else(|| {
            let is_listed = self.takes_all || self.layout.lists(&result);
            let of = ((config, source), name);
            let place = is_listed.then(|| Place {
                table: small(self.table.project(&result, of, &self.named)),
                row: small(self.cells.row.project(&result, of, &self.named)),
                column: small(self.column.project(&result, of, &self.named)),
                residue: small(self.cells.residue.project(&result, of, &self.named)),
            });
            self.cells.benchmarks[number as usize].place = Some(place);
            place
        });
        let Some(Place { table, row, column, .. }) = place else { return };
        let of_unit = *known.get_or_insert_with(|| {
            self.units.iter().position(|it| it == tidied).unwrap_or_else(|| {
                self.units.push(tidied.clone());
                self.last.push((u32::MAX, 0));
                self.units.len() - 1
            })
        });
        if self.last[of_unit].0 != table {
            let group = self.groups.entry((table, of_unit));
            let index = group.index();
            group.or_default();
            self.last[of_unit] = (table, index);
        }
        self.groups[self.last[of_unit].1].push(Entry { row, column, benchmark: number, unit });
    }

    fn finish(mut self) -> Tables<'d> {
        let count = self.groups.keys().map(|&(table, _)| table as usize + 1).max().unwrap_or_default();
        let mut rank = vec![0; count];
        for (place, table) in self.table.sorted(0..count).into_iter().enumerate() {
            rank[table] = place;
        }
        let mut list: Vec<_> = std::mem::take(&mut self.groups).into_iter().collect();
        list.sort_by_key(|&((table, unit), _)| (rank[table as usize], unit));
        let mut rows = Ranks::new(self.cells.row.len());
        let mut columns = Ranks::new(self.column.len());
        let list = list
            .into_iter()
            .map(|((table, unit), entries)| self.table(table, unit, &entries, (&mut rows, &mut columns)))
            .collect();
        Tables { keys: self.table.names(), column_keys: self.column.names(), list, cells: self.cells }
    }

    fn table(
        &self,
        table: u32,
        unit: usize,
        entries: &[Entry],
        (rows, columns): (&mut Ranks, &mut Ranks),
    ) -> Table {
        let of_row = rows.sort(&self.cells.row, entries.iter().map(|entry| entry.row));
        let of_column = columns.sort(&self.column, entries.iter().map(|entry| entry.column));
        // The entries of each row together, in their order: count them, then write each to its row.
        let mut ends = vec![0; of_row.len()];
        entries.iter().for_each(|entry| ends[rows.of(entry.row)] += 1);
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end); // where the row begins, until its entries are written
        }
        let member = |entry: &Entry| {
            let column = small(columns.of(entry.column));
            Member { column, benchmark: entry.benchmark, unit: entry.unit }
        };
        let mut members: Vec<Member> = entries.iter().map(member).collect();
        for entry in entries {
            let end = &mut ends[rows.of(entry.row)];
            members[*end] = member(entry);
            *end += 1;
        }
        let mut from = 0;
        for &end in &ends {
            members[from..end].sort_by_key(|member| member.column);
            from = end;
        }
        let unit = self.units[unit].clone();
        Table {
            config: self.table.values(table as usize),
            assumption: self.cells.dataset.assumption(&unit),
            better: self.cells.dataset.better(&unit).or_else(|| unit.direction()),
            unit,
            columns: of_column.iter().map(|&column| self.column.values(column)).collect(),
            rows: of_row.into_iter().map(small).collect(),
            members,
            ends,
        }
    }
}

/// The places of rows or columns in one table after the other.
struct Ranks {
    /// By number: the place, and the table that it is for.
    places: Vec<(usize, usize)>,
    table: usize,
}

impl Ranks {
    fn new(numbers: usize) -> Ranks {
        Ranks { places: vec![(0, 0); numbers], table: 0 }
    }

    /// Sorts the numbers of the next table, which can be repeated. Returns each once.
    fn sort(&mut self, projector: &Projector, numbers: impl Iterator<Item = u32>) -> Vec<usize> {
        self.table += 1;
        let mut distinct = Vec::new();
        for number in numbers {
            let number = number as usize;
            let (_, table) = &mut self.places[number];
            if *table != self.table {
                *table = self.table;
                distinct.push(number);
            }
        }
        let sorted = projector.sorted(distinct);
        sorted.iter().enumerate().for_each(|(place, &number)| self.places[number].0 = place);
        sorted
    }

    /// The place of a number in the current table.
    fn of(&self, number: u32) -> usize {
        self.places[number as usize].0
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Pooled, TableRow};
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
        let list = |table: &Table| {
            let rows: Vec<String> = (0..table.len()).map(|index| row(&tables.row(table, index))).collect();
            format!("{:?} {} {:?}: {}", table.config, table.unit, table.columns, rows.join(", "))
        };
        tables.list.iter().map(list).collect()
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
        let data = data();
        let got = tables(&data, &by_size);
        assert_eq!(listed(&got), [r#"[] x [["2"], ["10"]]: A [1.0, 9.0, 6.0] [5.0]"#]);
        let varies = got.row(&got.list[0], 0).cells[0].as_ref().map(|cell| cell.varies.clone());
        assert_eq!(varies, Some(vec!["pkg".into()]), "the name is the same without its parts");
        let listed_only = layout(["*", "pkg", ".fullname", "/n@(10 2)"]);
        assert_eq!(
            listed(&tables(&data, &listed_only)),
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
