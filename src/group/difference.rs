//! Differences between the sides of a pair: platform, processor, package.

use super::{Benchmark, Side};
use crate::model::BenchmarkId;
use bstr::BStr;
use std::collections::{BTreeMap, BTreeSet};
use strum::VariantArray;

/// A key that should have the same value on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum DifferenceKey {
    /// `goos:`
    Goos,
    /// `goarch:`
    Goarch,
    /// `cpu:`
    Cpu,
    /// `counter:`, which `allocgate run` writes where it counts instructions.
    Counter,
    /// GOMAXPROCS: the `-8` after a name.
    #[strum(serialize = "GOMAXPROCS")]
    Procs,
    /// `pkg:`
    #[strum(serialize = "pkg")]
    Package,
}

/// A key with different values on both sides, or within one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference<'g> {
    /// The key.
    pub key: DifferenceKey,
    /// Its values in base and in new, with the affected benchmarks of new. Several values of one side are joined by `and`.
    pub values: BTreeMap<(String, String), BTreeSet<BenchmarkId<'g>>>,
}

impl DifferenceKey {
    /// The key as Go prints it, or `GOMAXPROCS`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl<'g> Difference<'g> {
    /// Whether it affects a benchmark of new.
    pub fn concerns(&self, id: BenchmarkId) -> bool {
        self.values.values().any(|benchmarks| benchmarks.contains(&id))
    }
}

/// Finds the differences between paired benchmarks, given by index. A missing value is not a difference: Go does not always print
/// `cpu:`. O(pairs).
pub(super) fn differences<'g>(
    (base, new): (&'g Side<'_>, &'g Side<'_>),
    pairs: impl Iterator<Item = (usize, usize)>,
) -> Vec<Difference<'g>> {
    let mut found: BTreeMap<DifferenceKey, BTreeMap<(String, String), BTreeSet<BenchmarkId<'g>>>> =
        BTreeMap::new();
    let mut alike = None; // the configurations of the last pair without a difference: usually the next pair has the same
    for (before, after) in pairs.map(|(i, j)| (&base.benchmarks()[i], &new.benchmarks()[j])) {
        let places = (&before.configs, &after.configs);
        let has_one_id = before.id.pkg == after.id.pkg && before.id.name.procs() == after.id.name.procs();
        if has_one_id && alike == Some(places) {
            continue;
        }
        alike = Some(places);
        for &key in DifferenceKey::VARIANTS {
            let (was, is) = (values(key, base, before), values(key, new, after));
            if was.is_empty() || is.is_empty() || was == is && was.len() == 1 {
                continue;
            }
            alike = None;
            found.entry(key).or_default().entry((joined(&was), joined(&is))).or_default().insert(after.id);
        }
    }
    found.into_iter().map(|(key, values)| Difference { key, values }).collect()
}

/// The values of a key for a benchmark: usually one.
fn values<'g>(key: DifferenceKey, side: &Side<'g>, benchmark: &Benchmark<'g>) -> Vec<&'g BStr> {
    match key {
        DifferenceKey::Procs => vec![benchmark.id.name.procs().unwrap_or(BStr::new("1"))],
        DifferenceKey::Package => vec![benchmark.id.pkg],
        DifferenceKey::Goos | DifferenceKey::Goarch | DifferenceKey::Cpu | DifferenceKey::Counter => {
            let mut values: Vec<&BStr> =
                side.configs(benchmark).filter_map(|it| it.get(key.as_str())).collect();
            values.sort_unstable();
            values.dedup();
            values
        }
    }
}

fn joined(values: &[&BStr]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::super::pair;
    use super::*;
    use crate::parse;

    fn listed(base: &str, new: &str) -> Vec<String> {
        let data = |text: &str| parse::text("f", text.replace('|', "\nBenchmarkX 1 1 x\n").as_bytes());
        let (base, new) = (data(base), data(new));
        let (base, new) = (Side::new(&base), Side::new(&new));
        let pairing = pair(&base, &new).expect("X is on both sides");
        let one = |key: DifferenceKey,
                   ((was, is), benchmarks): (&(String, String), &BTreeSet<BenchmarkId>)| {
            let packages: Vec<String> = benchmarks.iter().map(|it| it.pkg.to_string()).collect();
            format!("{} of {}: {was} → {is}", key.as_str(), packages.join(","))
        };
        pairing.differences.iter().flat_map(|it| it.values.iter().map(|values| one(it.key, values))).collect()
    }

    #[test]
    fn only_values_of_both_sides_can_differ() {
        assert_eq!(listed("goos: linux\ncpu: A|", "cpu: B  |"), ["cpu of : A → B"]);
        assert!(
            listed("goos: linux\ncpu: A|", "goos: linux\ncpu: A  |").is_empty(),
            "Go pads the line with spaces"
        );
        let want = ["goos of : darwin → linux", "goarch of : arm64 → amd64"];
        assert_eq!(listed("goos: darwin\ngoarch: arm64|", "goos: linux\ngoarch: amd64|"), want);
    }

    #[test]
    fn every_benchmark_of_another_machine_differs() {
        let text = |cpu: &str| format!("cpu: {cpu}\nBenchmarkX 1 1 x\nBenchmarkY 1 1 x\nBenchmarkZ 1 1 x\n");
        let (base, new) = (text("A"), text("B"));
        let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
        let (base, new) = (Side::new(&base), Side::new(&new));
        let pairing = pair(&base, &new).expect("all are on both sides");
        assert!(new.benchmarks().iter().all(|it| pairing.differences[0].concerns(it.id)));
    }

    #[test]
    fn machines_are_compared_benchmark_by_benchmark() {
        let (here, there) = ("pkg: p\ncpu: A|pkg: q\ncpu: B|", "pkg: p\ncpu: B|pkg: q\ncpu: A|");
        assert_eq!(listed(here, there), ["cpu of p: A → B", "cpu of q: B → A"]);
        assert_eq!(listed(here, "pkg: p\ncpu: A|pkg: q\ncpu: C|"), ["cpu of q: B → C"]);
        assert!(listed(here, here).is_empty());
        let mixed = "pkg: p\ncpu: A|cpu: B|";
        assert_eq!(listed(mixed, mixed), ["cpu of p: A and B → A and B"], "one sample from two machines");
    }
}
