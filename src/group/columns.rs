//! Collects the values of each cell and unit into consecutive memory.

use crate::model::hash::HashMap;
use crate::model::{Column, Dataset, Segment, UnitId};

/// The values of one benchmark in one unit, in the order measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Series<'g> {
    /// The measured values: at least one, all finite.
    pub values: &'g [f64],
    /// b.N of each value.
    pub iterations: &'g [u64],
    /// Where the values of each process end: ascending, and the last one is the number of values. Each header starts a process.
    pub ends: &'g [usize],
    is_constant: bool,
}

impl<'g> Series<'g> {
    /// A series of these values, with b.N of each and the ends of the processes, as the fields say. O(values).
    pub fn new(values: &'g [f64], iterations: &'g [u64], ends: &'g [usize]) -> Series<'g> {
        let is_same = |pair: &[f64]| pair[0].to_bits() == pair[1].to_bits(); // windows of two
        Series { values, iterations, ends, is_constant: values.windows(2).all(is_same) }
    }

    /// The value, if all values are the same bit by bit, so that statistics are known without computing them. O(1).
    pub fn constant(&self) -> Option<f64> {
        self.values.first().copied().filter(|_| self.is_constant)
    }

    /// How many processes the values come from: at least one.
    pub fn processes(&self) -> usize {
        self.ends.len()
    }

    /// Whether each process gave one value.
    pub fn is_one_each(&self) -> bool {
        self.ends.len() == self.values.len()
    }

    /// The values of each process.
    pub fn by_process(&self) -> impl Iterator<Item = &'g [f64]> {
        let values = self.values;
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(move |(start, &end)| &values[start..end])
    }
}

/// The values of a dataset by cell and unit.
///
/// A series is a slice. It is borrowed from the dataset if its results stand together there, and copied if they do not, as in
/// rounds. Equal values of a count are one slice for all series that have them.
#[derive(Debug)]
pub(super) struct Columns<'d> {
    cells: Vec<Cell<'d>>,
    /// Where the series of a cell begin in `values`, from [`Cell::places`] on; unused for a series that is borrowed.
    places: Vec<usize>,
    values: Vec<f64>,
    iterations: Vec<u64>,
    ends: Vec<usize>,
    /// The cells whose results do not have the same units, each once.
    mixed: Vec<Vec<Gathered>>,
}

/// The values of one cell.
#[derive(Debug)]
struct Cell<'d> {
    /// Its first segment.
    first: Segment<'d>,
    /// How many results it has.
    results: usize,
    /// How many processes its results are from, and the last of them.
    processes: usize,
    run: usize,
    /// Where `places`, `iterations` and `ends` have its parts.
    places: usize,
    iterations: usize,
    ends: usize,
    kind: Kind,
}

/// How the values of a cell are stored.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// One segment that has each unit once. The usual case.
    Whole,
    /// Several segments with the same units, each once. The bits are the first units that vary between the segments.
    Rounds(u32),
    /// Others: the index in [`Columns::mixed`], once it is known.
    Mixed(usize),
}

/// A series, copied from several places.
#[derive(Debug)]
struct Gathered {
    unit: UnitId,
    values: Vec<f64>,
    iterations: Vec<u64>,
    ends: Vec<usize>,
    /// The process of the last value.
    run: usize,
}

impl<'d> Columns<'d> {
    /// Adds the results of every segment to the cell that `cell_of` returns for it. Cells are numbered from 0 without gaps.
    /// O(results).
    pub(super) fn gather(
        dataset: &'d Dataset,
        mut cell_of: impl FnMut(&Segment<'d>) -> usize,
    ) -> Columns<'d> {
        let mut cells: Vec<Cell<'d>> = Vec::new();
        let mut of_segment: Vec<usize> = Vec::new();
        for segment in dataset.segments() {
            let number = cell_of(&segment);
            of_segment.push(number);
            match cells.get_mut(number) {
                Some(cell) => cell.count(&segment),
                None => cells.push(Cell::new(segment)),
            }
        }
        let empty = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (places, values, iterations, ends, mixed) = empty;
        let mut columns = Columns { cells, places, values, iterations, ends, mixed };
        columns.lay_out();
        if columns.cells.iter().any(|cell| cell.kind != Kind::Whole) {
            columns.copy(dataset, &of_segment);
        }
        columns
    }

    /// Decides where each series is.
    fn lay_out(&mut self) {
        // Where the same value, so many times, is already.
        let mut known: HashMap<(u64, usize), usize> = HashMap::default();
        let mut last_end = None; // the place of the last number of results: usually the next cell has the same
        for cell in &mut self.cells {
            (cell.places, cell.ends, cell.iterations) =
                (self.places.len(), self.ends.len(), self.iterations.len());
            match cell.kind {
                Kind::Whole => match last_end {
                    Some((results, at)) if results == cell.results => cell.ends = at,
                    _ => {
                        last_end = Some((cell.results, cell.ends));
                        self.ends.push(cell.results);
                    }
                },
                Kind::Rounds(_) => {
                    self.ends.resize(cell.ends + cell.processes, 0);
                    self.iterations.resize(cell.iterations + cell.results, 0);
                }
                Kind::Mixed(_) => {
                    cell.kind = Kind::Mixed(self.mixed.len());
                    self.mixed.push(Vec::new());
                    continue;
                }
            }
            for place in 0..cell.first.units.len() {
                let at = match cell.constant(place) {
                    Some(value) => {
                        let key = (value.to_bits(), cell.results);
                        *known.entry(key).or_insert_with(|| resized(&mut self.values, key.1, value))
                    }
                    None if cell.kind == Kind::Whole => 0, // it is borrowed
                    None => resized(&mut self.values, cell.results, 0.0),
                };
                self.places.push(at);
            }
        }
    }

    /// Copies the values of the cells that consist of several segments. Goes through the dataset once more in its order, so that
    /// only the writes jump.
    fn copy(&mut self, dataset: &'d Dataset, of_segment: &[usize]) {
        let mut written: Vec<(usize, usize, usize)> = vec![(0, 0, usize::MAX); self.cells.len()];
        for (segment, &number) in dataset.segments().zip(of_segment) {
            let cell = &self.cells[number];
            match cell.kind {
                Kind::Whole => {}
                Kind::Mixed(index) => gather(&mut self.mixed[index], &segment),
                Kind::Rounds(_) => {
                    let (results, processes, run) = &mut written[number];
                    let (from, count) = (*results, segment.iterations.len());
                    self.iterations[cell.iterations + from..][..count].copy_from_slice(segment.iterations);
                    for place in (0..segment.units.len()).filter(|&place| cell.constant(place).is_none()) {
                        let target = &mut self.values[self.places[cell.places + place] + from..][..count];
                        segment.values(place).copy_to(target);
                    }
                    *results += count;
                    if *run != segment.block.run {
                        (*processes, *run) = (*processes + 1, segment.block.run);
                    }
                    self.ends[cell.ends + *processes - 1] = *results; // the first segment starts a process
                }
            }
        }
    }

    /// How many series a cell has, one per unit.
    pub(super) fn units(&self, cell: usize) -> usize {
        let cell = &self.cells[cell];
        match cell.kind {
            Kind::Mixed(index) => self.mixed[index].len(),
            Kind::Whole | Kind::Rounds(_) => cell.first.units.len(),
        }
    }

    /// The series of a cell with their units, in order of first appearance.
    pub(super) fn series(&self, cell: usize) -> impl Iterator<Item = (UnitId, Series<'_>)> {
        (0..self.units(cell)).map(move |place| self.one(&self.cells[cell], place))
    }

    fn one(&self, cell: &Cell<'d>, place: usize) -> (UnitId, Series<'_>) {
        if let Kind::Mixed(index) = cell.kind {
            let Gathered { unit, values, iterations, ends, .. } = &self.mixed[index][place];
            return (*unit, Series::new(values, iterations, ends));
        }
        let copied = || &self.values[self.places[cell.places + place]..][..cell.results];
        let is_constant = cell.constant(place).is_some();
        let mut series = if cell.kind == Kind::Whole {
            let values = match cell.first.values(place) {
                Column::Each(values) if !is_constant => values,
                _ => copied(),
            };
            let (iterations, ends) = (cell.first.iterations, &self.ends[cell.ends..][..1]);
            Series { values, iterations, ends, is_constant }
        } else {
            let iterations = &self.iterations[cell.iterations..][..cell.results];
            let ends = &self.ends[cell.ends..][..cell.processes];
            Series { values: copied(), iterations, ends, is_constant }
        };
        if place >= u32::BITS as usize {
            series = Series::new(series.values, series.iterations, series.ends); // it is not known yet
        }
        (cell.first.units[place], series)
    }
}

/// Appends `count` times `value`. Returns where they begin.
fn resized(values: &mut Vec<f64>, count: usize, value: f64) -> usize {
    let at = values.len();
    values.resize(at + count, value);
    at
}

impl<'d> Cell<'d> {
    fn new(first: Segment<'d>) -> Cell<'d> {
        let is_new = |(place, unit): (usize, &UnitId)| !first.units[..place].contains(unit);
        let is_whole = first.units.iter().enumerate().all(is_new);
        let kind = if is_whole { Kind::Whole } else { Kind::Mixed(0) };
        let (results, run) = (first.iterations.len(), first.block.run);
        Cell { first, results, processes: 1, run, places: 0, iterations: 0, ends: 0, kind }
    }

    /// Takes one more segment into account.
    fn count(&mut self, more: &Segment<'d>) {
        self.results += more.iterations.len();
        if self.run != more.block.run {
            (self.processes, self.run) = (self.processes + 1, more.block.run);
        }
        let before = match self.kind {
            Kind::Whole => 0,
            Kind::Rounds(varying) => varying,
            Kind::Mixed(_) => return,
        };
        if !std::ptr::eq(self.first.units, more.units) {
            self.kind = Kind::Mixed(0);
            return;
        }
        let varies = |place: usize| match (self.first.values(place), more.values(place)) {
            (Column::Constant(value, _), Column::Constant(other, _)) => value.to_bits() != other.to_bits(),
            _ => true,
        };
        let places = 0..more.units.len().min(u32::BITS as usize);
        let varying = places.filter(|&place| before >> place & 1 == 0 && varies(place));
        self.kind = Kind::Rounds(varying.fold(before, |bits, place| bits | 1 << place));
    }

    /// The value of a series, if all its values are the same. Only for the first units: others are rare.
    fn constant(&self, place: usize) -> Option<f64> {
        let varies = match self.kind {
            Kind::Whole => false,
            Kind::Rounds(varying) => place >= u32::BITS as usize || varying >> place & 1 == 1,
            Kind::Mixed(_) => true,
        };
        match self.first.values(place) {
            Column::Constant(value, _) if !varies => Some(value),
            _ => None,
        }
    }
}

/// Adds the results of a segment, line by line: a line can have a unit twice.
fn gather(all: &mut Vec<Gathered>, segment: &Segment) {
    let targets: Vec<usize> = segment
        .units
        .iter()
        .map(|&unit| {
            let known = all.iter().position(|it| it.unit == unit);
            known.unwrap_or_else(|| {
                let (values, iterations, ends) = (Vec::new(), Vec::new(), vec![0]);
                all.push(Gathered { unit, values, iterations, ends, run: segment.block.run });
                all.len() - 1
            })
        })
        .collect();
    for &target in &targets {
        let series = &mut all[target];
        if series.run != segment.block.run {
            series.ends.push(series.values.len());
            series.run = segment.block.run;
        }
    }
    for (result, &iterations) in segment.iterations.iter().enumerate() {
        for (place, &target) in targets.iter().enumerate() {
            all[target].values.push(segment.values(place).get(result));
            all[target].iterations.push(iterations);
        }
    }
    for &target in &targets {
        let series = &mut all[target];
        if let Some(end) = series.ends.last_mut() {
            *end = series.values.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NameId;
    use crate::parse;
    use proptest::prelude::*;

    #[test]
    fn each_series_keeps_its_values_in_the_order_measured() {
        let data = parse::text(
            "f",
            b"BenchmarkA 1 5 x 7 y\nBenchmarkB 2 1 x\nBenchmarkA 3 4 x\nBenchmarkA 4 8 y 9 y\n",
        );
        let columns = Columns::gather(&data, |result| usize::from(data.name(result.name) == "B"));
        let listed: Vec<_> = (0..2)
            .flat_map(|cell| columns.series(cell))
            .map(|(unit, series)| (data.unit(unit).as_str(), series.values, series.iterations))
            .collect();
        let want: [(&str, &[f64], &[u64]); 3] =
            [("x", &[5.0, 4.0], &[1, 3]), ("y", &[7.0, 8.0, 9.0], &[1, 4, 4]), ("x", &[1.0], &[2])];
        assert_eq!(listed, want);
    }

    #[test]
    fn a_series_of_one_value_is_constant() {
        let of = |values: &[f64]| Series::new(values, &[1, 1][..values.len()], &[values.len()]).constant();
        assert_eq!((of(&[5.0]), of(&[5.0, 5.0]), of(&[5.0, 6.0])), (Some(5.0), Some(5.0), None));
        assert_eq!(of(&[0.0, -0.0]), None, "they differ in a bit");
    }

    #[test]
    fn a_unit_that_occurs_twice_in_every_line_is_one_series() {
        let data = parse::text("f", b"BenchmarkA 1 8 y 9 y\nBenchmarkA 2 1 y 3 y\n");
        let columns = Columns::gather(&data, |_| 0);
        let listed: Vec<_> =
            columns.series(0).map(|(_, series)| (series.values, series.iterations)).collect();
        assert_eq!(listed, [(&[8.0, 9.0, 1.0, 3.0][..], &[1, 1, 2, 2][..])]);
    }

    /// The unit, and of each value: the value, b.N and the process.
    type Expected = (UnitId, Vec<f64>, Vec<u64>, Vec<usize>);

    proptest! {
        /// However the results stand, a series has the values that its lines have.
        #[test]
        fn the_order_of_lines_makes_no_difference(
            lines in proptest::collection::vec(("(pkg: p\n|)", "[AB]", 1..3_u64, 0..2_u8, 0..2_u8, 0..9_u8), 1..12),
        ) {
            let line = |(header, name, n, x, y, kind): &(String, String, u64, u8, u8, u8)| {
                let second = match kind {
                    0 => String::new(),
                    1 => format!(" {y} x"),
                    _ => format!(" {y} y"),
                };
                format!("{header}Benchmark{name} {n} {x} x{second}\n")
            };
            let data = parse::text("f", lines.iter().map(line).collect::<String>().as_bytes());
            let mut names: Vec<NameId> = Vec::new();
            let columns = Columns::gather(&data, |segment| {
                names.iter().position(|&known| known == segment.name).unwrap_or_else(|| {
                    names.push(segment.name);
                    names.len() - 1
                })
            });
            for (cell, &name) in names.iter().enumerate() {
                let mut want: Vec<Expected> = Vec::new();
                for row in data.results().filter(|row| row.name == name) {
                    for (&unit, &value) in row.units.iter().zip(&row.values) {
                        let at = want.iter().position(|it| it.0 == unit).unwrap_or_else(|| {
                            want.push((unit, Vec::new(), Vec::new(), Vec::new()));
                            want.len() - 1
                        });
                        want[at].1.push(value);
                        want[at].2.push(row.iterations);
                        want[at].3.push(row.block.run);
                    }
                }
                prop_assert_eq!(columns.units(cell), want.len());
                for ((unit, series), want) in columns.series(cell).zip(want) {
                    prop_assert_eq!((unit, series.values, series.iterations), (want.0, &want.1[..], &want.2[..]));
                    let starts = want.3.windows(2).enumerate().filter(|(_, runs)| runs[0] != runs[1]);
                    let ends: Vec<usize> = starts.map(|(at, _)| at + 1).chain([want.1.len()]).collect();
                    prop_assert_eq!(series.ends, ends);
                    let is_constant = want.1.iter().all(|it| *it == want.1[0]);
                    prop_assert_eq!(series.constant(), is_constant.then_some(want.1[0]));
                }
            }
        }
    }

    #[test]
    fn processes_are_told_apart_by_their_headers() {
        let data = parse::text(
            "f",
            b"pkg: p\nBenchmarkA 1 5 x\nBenchmarkB 1 5 x\nBenchmarkA 1 5 x\npkg: p\nBenchmarkA 1 5 x\npkg: p\nBenchmarkB 1 5 x\n",
        );
        let columns = Columns::gather(&data, |result| usize::from(data.name(result.name) == "B"));
        let ends: Vec<&[usize]> =
            (0..2).flat_map(|cell| columns.series(cell)).map(|(_, series)| series.ends).collect();
        assert_eq!(ends, [[2, 3], [1, 2]], "A in the first and second, B in the first and third");
        let (_, a) = columns.series(0).next().expect("A");
        assert_eq!((a.processes(), a.is_one_each()), (2, false));
        assert_eq!(a.by_process().collect::<Vec<_>>(), [&[5.0, 5.0][..], &[5.0]]);
    }
}
