//! Collects the values of each cell and unit into consecutive memory.

use crate::model::{Dataset, Segment, UnitId};

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
#[derive(Debug)]
pub(super) struct Columns<'d>(Vec<CellValues<'d>>);

/// The values of one cell.
#[derive(Debug)]
enum CellValues<'d> {
    /// One segment that has each unit once. Its values are consecutive already. The usual case.
    Whole {
        /// The index of the segment.
        number: usize,
        segment: Segment<'d>,
        /// The number of its results: they come from one process.
        ends: [usize; 1],
    },
    /// Copies of values from several segments, or from a segment that has a unit twice.
    Gathered(Vec<Gathered>),
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
    /// Where it first appeared: the index of the segment, and the index of the unit in it.
    first: (usize, usize),
}

impl<'d> Columns<'d> {
    /// Adds the results of every segment to the cell that `cell_of` returns for it. Cells are numbered from 0 without gaps.
    /// O(results).
    pub(super) fn gather(
        dataset: &'d Dataset,
        mut cell_of: impl FnMut(&Segment<'d>) -> usize,
    ) -> Columns<'d> {
        let mut cells: Vec<CellValues<'d>> = Vec::new();
        for (number, segment) in dataset.segments().enumerate() {
            let cell = cell_of(&segment);
            match cells.get_mut(cell) {
                Some(cell) => cell.take(number, &segment),
                None => cells.push(CellValues::new(number, segment)),
            }
        }
        Columns(cells)
    }

    /// All series with their cell and unit, in order of first appearance.
    pub(super) fn observed(&self) -> impl Iterator<Item = (usize, UnitId, Series<'_>)> {
        let mut observed: Vec<((usize, usize), usize, usize)> = Vec::new();
        for (number, cell) in self.0.iter().enumerate() {
            observed.extend((0..cell.len()).map(|place| (cell.first(place), number, place)));
        }
        observed.sort_unstable();
        observed.into_iter().map(|(_, cell, place)| {
            let (unit, series) = self.0[cell].series(place);
            (cell, unit, series)
        })
    }

    /// How many series a cell has, one per unit.
    pub(super) fn units(&self, cell: usize) -> usize {
        self.0[cell].len()
    }

    /// The series of a cell with their units, in order of first appearance.
    pub(super) fn series(&self, cell: usize) -> impl Iterator<Item = (UnitId, Series<'_>)> {
        let cell = &self.0[cell];
        (0..cell.len()).map(|place| cell.series(place))
    }
}

impl<'d> CellValues<'d> {
    fn new(number: usize, segment: Segment<'d>) -> CellValues<'d> {
        let is_new = |(place, unit): (usize, &UnitId)| !segment.units[..place].contains(unit);
        if segment.units.iter().enumerate().all(is_new) {
            let ends = [segment.iterations.len()];
            return CellValues::Whole { number, segment, ends };
        }
        let mut cell = CellValues::Gathered(Vec::new());
        cell.take(number, &segment);
        cell
    }

    fn take(&mut self, number: usize, more: &Segment<'d>) {
        match self {
            CellValues::Gathered(all) => gather(all, number, more),
            &mut CellValues::Whole { number: first, ref segment, .. } => {
                let mut all = Vec::new();
                gather(&mut all, first, segment);
                gather(&mut all, number, more);
                *self = CellValues::Gathered(all);
            }
        }
    }

    /// The number of series.
    fn len(&self) -> usize {
        match self {
            CellValues::Whole { segment, .. } => segment.units.len(),
            CellValues::Gathered(all) => all.len(),
        }
    }

    fn series(&self, place: usize) -> (UnitId, Series<'_>) {
        match self {
            CellValues::Whole { segment, ends, .. } => {
                let (values, iterations) = (segment.values(place), segment.iterations);
                (segment.units[place], Series::new(values, iterations, ends))
            }
            CellValues::Gathered(all) => {
                let Gathered { unit, values, iterations, ends, .. } = &all[place];
                (*unit, Series::new(values, iterations, ends))
            }
        }
    }

    fn first(&self, place: usize) -> (usize, usize) {
        match self {
            CellValues::Whole { number, .. } => (*number, place),
            CellValues::Gathered(all) => all[place].first,
        }
    }
}

/// Adds the results of a segment, line by line: a line can have a unit twice.
fn gather(all: &mut Vec<Gathered>, number: usize, segment: &Segment) {
    let targets: Vec<usize> = segment
        .units
        .iter()
        .enumerate()
        .map(|(place, &unit)| {
            let known = all.iter().position(|it| it.unit == unit);
            known.unwrap_or_else(|| {
                all.push(Gathered {
                    unit,
                    values: Vec::new(),
                    iterations: Vec::new(),
                    ends: vec![0],
                    run: segment.block.run,
                    first: (number, place),
                });
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
            all[target].values.push(segment.values(place)[result]);
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
    use crate::parse;

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
