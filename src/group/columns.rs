//! Values that belong together, side by side in memory.

use crate::model::{Block, Dataset, ResultRow, UnitId};

/// The values of one benchmark in one unit, in the order measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Series<'g> {
    /// The measured values: at least one, all finite.
    pub values: &'g [f64],
    /// b.N of each value.
    pub iterations: &'g [u64],
    /// How many runs of a test binary they come from: what stands under one header is one.
    pub runs: usize,
}

/// The values of a dataset, gathered by cell and unit: one long column, cut into series.
#[derive(Debug)]
pub(super) struct Columns {
    /// The series of each cell, in the order first met.
    cells: Vec<Vec<(UnitId, usize)>>,
    /// Where each series begins; one more than there are series.
    starts: Vec<usize>,
    values: Vec<f64>,
    iterations: Vec<u64>,
    /// Of each series.
    runs: Vec<usize>,
}

impl Columns {
    /// Puts every measurement into the cell that `cell_of` names for its result; cells are numbered from 0 without
    /// gaps. Two passes over the data: one counts, one fills.
    pub(super) fn gather<'d>(
        dataset: &'d Dataset,
        mut cell_of: impl FnMut(&ResultRow<'d>) -> usize,
    ) -> Columns {
        let mut cells: Vec<Vec<(UnitId, usize)>> = Vec::new();
        let mut counts: Vec<usize> = Vec::new();
        let mut runs: Vec<usize> = Vec::new();
        let mut latest: Vec<&Block> = Vec::new();
        let mut targets: Vec<u32> = Vec::new();
        for result in dataset.results() {
            let cell = cell_of(&result);
            if cell == cells.len() {
                cells.push(Vec::new());
            }
            for &unit in result.units {
                let known = cells[cell].iter().find(|&&(u, _)| u == unit).map(|&(_, series)| series);
                let series = known.unwrap_or_else(|| {
                    cells[cell].push((unit, counts.len()));
                    counts.push(0);
                    runs.push(1);
                    latest.push(result.block);
                    counts.len() - 1
                });
                if !std::ptr::eq(latest[series], result.block) {
                    latest[series] = result.block;
                    runs[series] += 1;
                }
                counts[series] += 1;
                targets.push(u32::try_from(series).expect("memory ends long before 2^32 series"));
            }
        }
        let starts = running_sum(&counts);
        let total = targets.len();
        let (mut values, mut iterations) = (vec![0.0; total], vec![0; total]);
        let mut next = starts.clone();
        let measured =
            dataset.results().flat_map(|result| result.values.iter().map(move |&v| (v, result.iterations)));
        for ((value, n), series) in measured.zip(targets) {
            let series = series as usize;
            values[next[series]] = value;
            iterations[next[series]] = n;
            next[series] += 1;
        }
        Columns { cells, starts, values, iterations, runs }
    }

    /// Every series with its cell and unit, in the order first met.
    pub(super) fn observed(&self) -> Vec<(usize, UnitId, Series<'_>)> {
        let cells = 0..self.cells.len();
        let mut observed: Vec<_> = cells
            .flat_map(|cell| {
                let numbers = self.cells[cell].iter().map(|&(_, series)| series);
                self.series(cell)
                    .zip(numbers)
                    .map(move |((unit, series), number)| (number, cell, unit, series))
            })
            .collect();
        observed.sort_unstable_by_key(|&(number, ..)| number);
        observed.into_iter().map(|(_, cell, unit, series)| (cell, unit, series)).collect()
    }

    /// The series of a cell, by unit, in the order first met.
    pub(super) fn series(&self, cell: usize) -> impl Iterator<Item = (UnitId, Series<'_>)> {
        self.cells[cell].iter().map(|&(unit, series)| {
            let range = self.starts[series]..self.starts[series + 1];
            let (values, iterations) = (&self.values[range.clone()], &self.iterations[range]);
            (unit, Series { values, iterations, runs: self.runs[series] })
        })
    }
}

fn running_sum(counts: &[usize]) -> Vec<usize> {
    let mut sum = 0;
    let ends = counts.iter().map(|&count| {
        sum += count;
        sum
    });
    std::iter::once(0).chain(ends).collect()
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
    fn runs_are_counted_by_their_headers() {
        let data = parse::text(
            "f",
            b"pkg: p\nBenchmarkA 1 5 x\nBenchmarkB 1 5 x\nBenchmarkA 1 5 x\npkg: p\nBenchmarkA 1 5 x\npkg: p\nBenchmarkB 1 5 x\n",
        );
        let columns = Columns::gather(&data, |result| usize::from(data.name(result.name) == "B"));
        let runs: Vec<usize> =
            (0..2).flat_map(|cell| columns.series(cell)).map(|(_, series)| series.runs).collect();
        assert_eq!(runs, [2, 2], "A in the first and second, B in the first and third");
    }
}
