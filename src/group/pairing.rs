//! Pairs the benchmarks of two sides for `check`: one row per benchmark and unit.

use super::difference::{Difference, differences};
use super::fallback::fallback;
use super::rename::likely_renames;
use super::{Benchmark, Series, Side};
use crate::model::hash::HashMap;
use crate::model::{BenchmarkId, Shard, Unit};
use std::collections::BTreeMap;

/// A value for the base side, for the new side, or for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair<T> {
    /// On both sides.
    Both {
        /// Before the change.
        base: T,
        /// After it.
        new: T,
    },
    /// Only in base.
    BaseOnly(T),
    /// Only in new.
    NewOnly(T),
}

impl<T> Pair<T> {
    /// The value of base, if there is one.
    pub fn base(&self) -> Option<&T> {
        match self {
            Pair::Both { base, .. } | Pair::BaseOnly(base) => Some(base),
            Pair::NewOnly(_) => None,
        }
    }

    /// The value of new, if there is one.
    pub fn new_side(&self) -> Option<&T> {
        match self {
            Pair::Both { new, .. } | Pair::NewOnly(new) => Some(new),
            Pair::BaseOnly(_) => None,
        }
    }
}

/// One benchmark in one unit, with the data of both sides.
#[derive(Debug, Clone, Copy)]
pub struct Row<'g, T> {
    /// The benchmark, by its name in new if new has it.
    pub id: BenchmarkId<'g>,
    /// The unit, as Go prints it.
    pub unit: &'g Unit,
    /// The shard that measured it, if the suite has several.
    pub shard: Option<Shard>,
    /// The data.
    pub data: T,
}

/// Two paired sides.
#[derive(Debug)]
pub struct Pairing<'g> {
    /// The rows of base in their order, then the rows that only new has. The rows of a benchmark are consecutive.
    pub rows: Vec<Row<'g, Pair<Series<'g>>>>,
    /// Differences between paired benchmarks.
    pub differences: Vec<Difference<'g>>,
    /// Benchmarks that only base has, with those that only new has and that are likely the same.
    pub renames: BTreeMap<BenchmarkId<'g>, BenchmarkId<'g>>,
}

/// Why two sides cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// They have no benchmark in common.
    #[error(
        "base and new have no benchmark in common: base has {base}, new has {new}; are both from the same suite?"
    )]
    NothingInCommon {
        /// A benchmark of base.
        base: String,
        /// A benchmark of new.
        new: String,
    },
}

/// The rows of a side without a base, for budgets.
pub fn only_new<'g>(new: &'g Side<'_>) -> Pairing<'g> {
    let rows = new.benchmarks().iter().enumerate().flat_map(|(j, benchmark)| {
        let shard = new.shard(j);
        new.rows(j).map(move |(unit, series)| Row {
            id: benchmark.id,
            unit,
            shard,
            data: Pair::NewOnly(series),
        })
    });
    Pairing { rows: rows.collect(), differences: Vec::new(), renames: BTreeMap::new() }
}

/// Pairs the rows of two sides by package, name and unit. Pairs the remaining benchmarks without the `-8` after names, and then
/// without the package, if that is unambiguous and the package is likely the same source. O(benchmarks).
///
/// # Errors
/// If the sides have no benchmark in common.
pub fn pair<'g>(base: &'g Side<'_>, new: &'g Side<'_>) -> Result<Pairing<'g>, GroupError> {
    let mut partner = partners(base.benchmarks(), new.benchmarks());
    fallback(base, new, &mut partner);
    if partner.iter().all(Option::is_none) {
        return Err(nothing_in_common(base, new));
    }
    let mut rows = Vec::new();
    for (i, &other) in partner.iter().enumerate() {
        benchmark(base, i, new, other, &mut rows);
    }
    let mut paired = vec![false; new.benchmarks().len()];
    partner.iter().flatten().for_each(|&j| paired[j] = true);
    for (j, it) in new.benchmarks().iter().enumerate().filter(|&(j, _)| !paired[j]) {
        let shard = new.shard(j);
        rows.extend(new.rows(j).map(|(unit, series)| Row {
            id: it.id,
            unit,
            shard,
            data: Pair::NewOnly(series),
        }));
    }
    let pairs = partner.iter().enumerate().filter_map(|(i, &j)| Some((i, j?)));
    let renames = likely_renames(base, new, &partner);
    Ok(Pairing { rows, differences: differences((base, new), pairs), renames })
}

/// The index in `new` of each benchmark of `base`, if it is there.
fn partners(base: &[Benchmark], new: &[Benchmark]) -> Vec<Option<usize>> {
    // Usually both sides have the same benchmarks in the same order.
    if base.len() == new.len() && base.iter().zip(new).all(|(base, new)| base.id == new.id) {
        return (0..new.len()).map(Some).collect();
    }
    let in_new: HashMap<BenchmarkId, usize> = new.iter().enumerate().map(|(j, it)| (it.id, j)).collect();
    base.iter().map(|it| in_new.get(&it.id).copied()).collect()
}

/// Adds the rows of a benchmark of base and its partner in new.
fn benchmark<'g>(
    base: &'g Side<'_>,
    i: usize,
    new: &'g Side<'_>,
    other: Option<usize>,
    rows: &mut Vec<Row<'g, Pair<Series<'g>>>>,
) {
    let id = other.map_or(base.benchmarks()[i].id, |j| new.benchmarks()[j].id);
    let shard = base.shard(i);
    let of_new = |unit: &Unit| other.and_then(|j| new.rows(j).find(|&(known, _)| known == unit));
    for (unit, series) in base.rows(i) {
        let data = match of_new(unit) {
            Some((_, new)) => Pair::Both { base: series, new },
            None => Pair::BaseOnly(series),
        };
        rows.push(Row { id, unit, shard, data });
    }
    let is_new = |unit: &Unit| base.rows(i).all(|(known, _)| known != unit);
    let rest = other.into_iter().flat_map(|j| new.rows(j)).filter(|&(unit, _)| is_new(unit));
    rows.extend(rest.map(|(unit, series)| Row { id, unit, shard, data: Pair::NewOnly(series) }));
}

fn nothing_in_common(base: &Side<'_>, new: &Side<'_>) -> GroupError {
    let first = |side: &Side<'_>| {
        side.benchmarks().first().map_or_else(|| "no results".to_string(), |it| it.id.to_string())
    };
    GroupError::NothingInCommon { base: first(base), new: first(new) }
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
    fn rows_are_paired_by_package_name_and_unit() {
        let base = parse::text(
            "b",
            b"pkg: p\nBenchmarkA 1 1 x 2 y\npkg: q\nBenchmarkA 1 3 x\nBenchmarkGone 1 4 x\n",
        );
        let new =
            parse::text("n", b"pkg: q\nBenchmarkA 1 5 x\npkg: p\nBenchmarkNew 1 6 x\nBenchmarkA 1 7 x 8 z\n");
        let (base, new) = (Side::new(&base), Side::new(&new));
        let pairing = pair(&base, &new).expect("A is on both sides");
        assert_eq!(
            listed(&pairing.rows),
            [
                "p.A x: [1.0] [7.0]",
                "p.A y: [2.0] -",
                "p.A z: - [8.0]",
                "q.A x: [3.0] [5.0]",
                "q.Gone x: [4.0] -",
                "p.New x: - [6.0]"
            ]
        );
        assert_eq!(listed(&only_new(&new).rows)[0], "q.A x: - [5.0]");
    }

    #[test]
    fn sides_with_nothing_in_common_are_an_error() {
        let (base, new) =
            (parse::text("b", b"BenchmarkA-8 1 1 x\n"), parse::text("n", b"pkg: p\nBenchmarkB-8 1 1 x\n"));
        let error =
            pair(&Side::new(&base), &Side::new(&new)).map(|_| ()).expect_err("A is not B").to_string();
        assert!(error.contains("base has A-8, new has B-8 in p"), "{error}");
    }
}
