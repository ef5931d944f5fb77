//! The layout of `check`: one row per benchmark and unit.

use super::columns::Columns;
use super::{Pair, Series};
use crate::model::{BenchmarkId, Dataset, Name, NameId, Unit};
use bstr::BStr;
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};

/// One benchmark in one unit, with what each side has of it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'g, T> {
    /// The benchmark.
    pub id: BenchmarkId<'g>,
    /// The unit, as Go prints it.
    pub unit: &'g Unit,
    /// What is known of it.
    pub data: T,
}

/// One side of a comparison: a dataset whose values are gathered by benchmark and unit.
#[derive(Debug)]
pub struct Side<'d> {
    dataset: &'d Dataset,
    benchmarks: Vec<BenchmarkId<'d>>,
    columns: Columns,
}

/// Two sides that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// No benchmark stands on both sides.
    #[error("no benchmark is on both sides: base has {base}, new has {new}{hint}")]
    NothingInCommon {
        /// A benchmark of base.
        base: String,
        /// A benchmark of new.
        new: String,
        /// The part of the name that differs, if that explains it.
        hint: &'static str,
    },
}

impl<'d> Side<'d> {
    /// Gathers a dataset. O(results).
    pub fn new(dataset: &'d Dataset) -> Side<'d> {
        let mut cells: IndexMap<(&BStr, NameId), ()> = IndexMap::new();
        let columns = Columns::gather(dataset, |result| {
            let pkg = dataset.config(result.block.config).get("pkg").unwrap_or_default();
            cells.insert_full((pkg, result.name), ()).0
        });
        let id = |(pkg, name)| BenchmarkId { pkg, name: Name::new(dataset.name(name)) };
        Side { dataset, benchmarks: cells.into_keys().map(id).collect(), columns }
    }

    /// Its benchmarks, in the order first met.
    pub fn benchmarks(&self) -> &[BenchmarkId<'d>] {
        &self.benchmarks
    }

    fn rows<'g>(&'g self, benchmark: usize) -> impl Iterator<Item = (&'g Unit, Series<'g>)> {
        self.columns.series(benchmark).map(|(unit, series)| (self.dataset.unit(unit), series))
    }
}

/// The rows of one side, for budgets that need no baseline.
pub fn alone<'g>(new: &'g Side<'_>) -> Vec<Row<'g, Pair<Series<'g>>>> {
    let of = |(i, &id): (usize, &BenchmarkId<'g>)| {
        new.rows(i)
            .map(move |(unit, series)| Row { id, unit, data: Pair::NewOnly(series) })
            .collect::<Vec<_>>()
    };
    new.benchmarks.iter().enumerate().flat_map(of).collect()
}

/// Pairs the rows of two sides by package, name and unit: those of base first, in their order, then what only new has.
///
/// # Errors
/// If the sides have no benchmark in common.
pub fn pair<'g>(base: &'g Side<'_>, new: &'g Side<'_>) -> Result<Vec<Row<'g, Pair<Series<'g>>>>, GroupError> {
    let in_new: HashMap<BenchmarkId, usize> =
        new.benchmarks.iter().enumerate().map(|(i, &id)| (id, i)).collect();
    let mut rows = Vec::new();
    let mut paired = vec![false; new.benchmarks.len()];
    for (i, &id) in base.benchmarks.iter().enumerate() {
        let other = in_new.get(&id).copied();
        let mut rest: Vec<(&Unit, Series)> = other.map(|j| new.rows(j).collect()).unwrap_or_default();
        for (unit, series) in base.rows(i) {
            let data = match rest.iter().position(|&(u, _)| u == unit) {
                Some(at) => Pair::Both { base: series, new: rest.remove(at).1 },
                None => Pair::BaseOnly(series),
            };
            rows.push(Row { id, unit, data });
        }
        rows.extend(rest.into_iter().map(|(unit, series)| Row { id, unit, data: Pair::NewOnly(series) }));
        if let Some(j) = other {
            paired[j] = true;
        }
    }
    if !paired.contains(&true) {
        return Err(nothing_in_common(base, new));
    }
    for (j, &id) in new.benchmarks.iter().enumerate().filter(|&(j, _)| !paired[j]) {
        rows.extend(new.rows(j).map(|(unit, series)| Row { id, unit, data: Pair::NewOnly(series) }));
    }
    Ok(rows)
}

/// Which part of the identity, if taken away, would leave something in common?
fn nothing_in_common(base: &Side<'_>, new: &Side<'_>) -> GroupError {
    let common = |part: fn(&BenchmarkId) -> (Vec<u8>, Vec<u8>)| {
        let of = |side: &Side<'_>| side.benchmarks.iter().map(part).collect::<BTreeSet<_>>();
        !of(base).is_disjoint(&of(new))
    };
    let hint = if common(|id| (id.pkg.to_vec(), id.name.without_procs().to_vec())) {
        "; the names differ only in their -N suffix: run both sides with the same GOMAXPROCS"
    } else if common(|id| (Vec::new(), id.name.full().to_vec())) {
        "; the names are the same, the packages differ: was the module renamed?"
    } else {
        "; are these two files of the same suite?"
    };
    let first = |side: &Side<'_>| {
        side.benchmarks.first().map_or_else(|| "no result at all".to_string(), ToString::to_string)
    };
    GroupError::NothingInCommon { base: first(base), new: first(new), hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn listed(rows: &[Row<Pair<Series>>]) -> Vec<String> {
        let side = |series: Option<&Series>| series.map_or("-".into(), |s| format!("{:?}", s.values));
        rows.iter()
            .map(|row| {
                let (base, new) = (side(row.data.base()), side(row.data.new_side()));
                format!("{}.{} {}: {base} {new}", row.id.pkg, row.id.name.full(), row.unit)
            })
            .collect()
    }

    #[test]
    fn rows_pair_by_package_name_and_unit() {
        let base = parse::text(
            "b",
            b"pkg: p\nBenchmarkA 1 1 x 2 y\npkg: q\nBenchmarkA 1 3 x\nBenchmarkGone 1 4 x\n",
        );
        let new =
            parse::text("n", b"pkg: q\nBenchmarkA 1 5 x\npkg: p\nBenchmarkNew 1 6 x\nBenchmarkA 1 7 x 8 z\n");
        let (base, new) = (Side::new(&base), Side::new(&new));
        let rows = pair(&base, &new).expect("A is on both sides");
        assert_eq!(
            listed(&rows),
            [
                "p.A x: [1.0] [7.0]",
                "p.A y: [2.0] -",
                "p.A z: - [8.0]",
                "q.A x: [3.0] [5.0]",
                "q.Gone x: [4.0] -",
                "p.New x: - [6.0]"
            ]
        );
        assert_eq!(listed(&alone(&new))[0], "q.A x: - [5.0]");
    }

    #[test]
    fn sides_with_nothing_in_common_say_why() {
        for (base, new, hint) in [
            ("BenchmarkA-8 1 1 x", "BenchmarkA-4 1 1 x", "-N suffix"),
            ("pkg: p\nBenchmarkA-8 1 1 x", "pkg: q\nBenchmarkA-8 1 1 x", "packages differ"),
            ("BenchmarkA-8 1 1 x", "BenchmarkB-8 1 1 x", "same suite"),
        ] {
            let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
            let (base, new) = (Side::new(&base), Side::new(&new));
            let error = pair(&base, &new).map(|_| ()).expect_err(hint).to_string();
            assert!(error.contains(hint), "{error}");
        }
    }
}
