//! What a dataset holds, package by package: for a person who wants to know what was read.

use super::{Benchmark, Side};
use crate::model::Unit;
use crate::model::hash::{IndexMap, IndexSet};
use bstr::BStr;

/// What was read of one package.
#[derive(Debug)]
pub struct Package<'g> {
    /// Its import path; empty where the output names none.
    pub name: &'g BStr,
    /// Its benchmarks, in the order first met.
    pub benchmarks: Vec<&'g Benchmark<'g>>,
    /// What was measured of them.
    pub units: IndexSet<&'g Unit>,
    /// The configuration under which they ran: every key but `pkg` with each of its values.
    pub config: IndexMap<&'g BStr, IndexSet<&'g BStr>>,
}

/// Counts what a side holds, by package, in the order first met. O(benchmarks).
pub fn packages<'g>(side: &'g Side<'g>) -> Vec<Package<'g>> {
    let mut packages: IndexMap<&BStr, Package<'g>> = IndexMap::default();
    for (i, benchmark) in side.benchmarks().iter().enumerate() {
        let name = benchmark.id.pkg;
        let package = packages.entry(name).or_insert_with(|| Package {
            name,
            benchmarks: Vec::new(),
            units: IndexSet::default(),
            config: IndexMap::default(),
        });
        package.benchmarks.push(benchmark);
        package.units.extend(side.rows(i).map(|(unit, _)| unit));
        for (key, value) in
            side.configs(benchmark).flat_map(|config| config.iter()).filter(|(key, _)| *key != "pkg")
        {
            package.config.entry(key).or_default().insert(value);
        }
    }
    packages.into_values().collect()
}
