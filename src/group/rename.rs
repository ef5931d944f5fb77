//! Whether a benchmark that only base has and one that only new has look like the same one.

use super::Side;
use crate::model::hash::{HashMap, HashSet};
use crate::model::{BenchmarkId, Class, Unit};
use crate::query::suggestions;
use bstr::{BStr, ByteSlice};
use std::collections::BTreeMap;

/// Counts of the same code differ at most by this share, which is more than set-up cost divided by b.N explains.
const COUNT_SHARE: f64 = 0.1;

/// Small counts may differ by rounding.
const COUNT_STEP: f64 = 1.0;

/// Times of the same code differ at most by this factor, also between machines.
const TIME_FACTOR: f64 = 2.0;

/// Times of benchmarks with different names must be closer to suggest that one is the other.
const CLOSE_FACTOR: f64 = 1.25;

/// A package of base, and one of new.
pub(super) type PackagePair<'d> = (&'d BStr, &'d BStr);

/// Whether all units that both benchmarks have could be of the same code, and there is one.
pub(super) fn agree(base: (&Side<'_>, usize), new: (&Side<'_>, usize), time_factor: f64) -> bool {
    let mut common = 0;
    for (unit, before) in base.0.rows(base.1) {
        let Some((_, after)) = new.0.rows(new.1).find(|&(known, _)| known == unit) else { continue };
        if !are_near(unit, middle(before.values), middle(after.values), time_factor) {
            return false;
        }
        common += 1;
    }
    common > 0
}

fn are_near(unit: &Unit, before: f64, after: f64, time_factor: f64) -> bool {
    let (less, more) = (before.min(after), before.max(after));
    match unit.class() {
        Class::Counting => more - less <= COUNT_STEP.max(COUNT_SHARE * more),
        Class::Continuous => less == more || less > 0.0 && more <= time_factor * less,
    }
}

/// The value in the middle; of an even number of values the upper one.
fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2] // a series has at least one value
}

/// Whether a package of base is the same source as a package of new that base does not have: most of its benchmarks are there,
/// and most of those have such values as before. Without a `pkg:` line, names are all there is. `count` is the number of all
/// benchmarks of the package in base.
pub(super) fn is_same_source(
    base: &Side<'_>,
    new: &Side<'_>,
    (was, is): PackagePair<'_>,
    pairs: &[(usize, usize)],
    count: usize,
) -> bool {
    let agreeing = || pairs.iter().filter(|&&(i, j)| agree((base, i), (new, j), TIME_FACTOR)).count();
    2 * pairs.len() > count && (was.is_empty() || is.is_empty() || 2 * agreeing() > pairs.len())
}

/// The benchmarks that only base has, each with the one that only new has and that is likely the same: in the same package, with
/// such values, and with a similar name. The name may be another one if the package has one missing and one new benchmark; among
/// many, values agree by chance. O(missing × new).
pub(super) fn likely_renames<'g>(
    base: &'g Side<'_>,
    new: &'g Side<'_>,
    partner: &[Option<usize>],
) -> BTreeMap<BenchmarkId<'g>, BenchmarkId<'g>> {
    let taken: HashSet<usize> = partner.iter().flatten().copied().collect();
    let gone: Vec<usize> = (0..partner.len()).filter(|&i| partner[i].is_none()).collect();
    let fresh: Vec<usize> = (0..new.benchmarks().len()).filter(|j| !taken.contains(j)).collect();
    // More are another suite, and would take long.
    if gone.len().saturating_mul(fresh.len()) > MOST_PAIRS {
        return BTreeMap::new();
    }
    let (missing, added) = (by_package(base, &gone), by_package(new, &fresh));
    let mut renames = BTreeMap::new();
    for &i in &gone {
        let id = base.benchmarks()[i].id;
        let near =
            |&&j: &&usize| new.benchmarks()[j].id.pkg == id.pkg && agree((base, i), (new, j), TIME_FACTOR);
        let candidates: Vec<usize> = fresh.iter().filter(near).copied().collect();
        let similar = most_similar(id, candidates.iter().map(|&j| new.benchmarks()[j].id));
        let only = || {
            let is_only = missing.get(id.pkg) == Some(&1) && added.get(id.pkg) == Some(&1);
            let &j = candidates.first().filter(|_| is_only)?;
            agree((base, i), (new, j), CLOSE_FACTOR).then(|| new.benchmarks()[j].id)
        };
        renames.extend(similar.or_else(only).map(|renamed| (id, renamed)));
    }
    renames
}

/// How many of these benchmarks each package has.
fn by_package<'d>(side: &Side<'d>, benchmarks: &[usize]) -> HashMap<&'d BStr, usize> {
    let mut counts = HashMap::default();
    benchmarks.iter().for_each(|&i| *counts.entry(side.benchmarks()[i].id.pkg).or_default() += 1);
    counts
}

/// The most pairs of a missing and a new benchmark that are compared.
const MOST_PAIRS: usize = 250_000;

/// The benchmark with the most similar name, or with the same name below a function of another name.
fn most_similar<'g>(
    id: BenchmarkId<'_>,
    candidates: impl Iterator<Item = BenchmarkId<'g>> + Clone,
) -> Option<BenchmarkId<'g>> {
    let below = |id: BenchmarkId<'_>| {
        id.name.without_procs().find_byte(b'/').map(|at| id.name.without_procs()[at..].to_vec())
    };
    let wanted = id.name.without_procs().to_string();
    let same_below = || {
        let own = below(id)?;
        let mut same = candidates.clone().filter(|&it| below(it).as_ref() == Some(&own));
        same.next().filter(|_| same.next().is_none())
    };
    let names: Vec<String> = candidates.clone().map(|it| it.name.without_procs().to_string()).collect();
    let similar = suggestions(&wanted, names.iter().map(String::as_str)).into_iter().next();
    let similar = similar.and_then(|name| {
        let at = names.iter().position(|it| it == name)?;
        candidates.clone().nth(at)
    });
    similar.or_else(same_below)
}

#[cfg(test)]
mod tests {
    use super::super::pair;
    use super::*;
    use crate::parse;

    /// `Float:100/2` has 100 ns/op and 2 allocs/op.
    fn text(suite: &str) -> String {
        let line = |it: &str| {
            let (name, values) = it.split_once(':').expect("a name and values");
            let (time, count) = values.split_once(' ').expect("a time and a count");
            format!("Benchmark{name} 1000 {time} ns/op {count} allocs/op\n")
        };
        format!("pkg: p\n{}", suite.split(", ").map(line).collect::<String>())
    }

    fn renames(base: &str, new: &str) -> Vec<String> {
        let (base, new) = (parse::text("b", text(base).as_bytes()), parse::text("n", text(new).as_bytes()));
        let (base, new) = (Side::new(&base), Side::new(&new));
        let pairing = pair(&base, &new).expect("something in common");
        let shown =
            |(was, is): (&BenchmarkId, &BenchmarkId)| format!("{} → {}", was.name.full(), is.name.full());
        let mut renames: Vec<String> = pairing.renames.iter().map(shown).collect();
        renames.sort();
        renames
    }

    #[test]
    fn a_rename_has_such_values_and_a_similar_name_or_is_the_only_change() {
        for (base, new, want) in [
            ("A:1 0, Float-8:100 2", "A:1 0, Float64-8:110 2", &["Float-8 → Float64-8"][..]),
            ("A:1 0, Float:100 2", "A:1 0, Float64:110 9", &[]),
            ("A:1 0, Float:100 2", "A:1 0, Float64:900 2", &[]),
            ("A:1 0, Float:100 2", "A:1 0, Float32:100 2, Float64:100 2", &["Float → Float32"]),
            // A name of its own.
            ("A:1 0, Lookup:100 2", "A:1 0, Find:110 2", &["Lookup → Find"]),
            ("A:1 0, Lookup:100 2", "A:1 0, Find:160 2", &[]),
            ("A:1 0, Lookup:100 2", "A:1 0, Find:100 2, Seek:100 2", &[]),
            ("A:1 0, Lookup:100 2, Scan:100 2", "A:1 0, Find:100 2", &[]),
            ("A:1 0, Lookup:100 2, Scan:900 7", "A:1 0, Find:100 2, Total:5 1", &[]),
            (
                "A:1 0, Lookup/n=1:100 2, Lookup/n=9:120 2",
                "A:1 0, Find/n=1:100 2, Find/n=9:120 2",
                &["Lookup/n=1 → Find/n=1", "Lookup/n=9 → Find/n=9"],
            ),
            ("A:1 0, Lookup:100 2", "A:1 0", &[]),
        ] {
            assert_eq!(renames(base, new), want, "{base} → {new}");
        }
    }

    #[test]
    fn another_package_is_no_rename() {
        let base = "pkg: p\nBenchmarkA 1 1 x\nBenchmarkFloat 1 5 x\npkg: q\nBenchmarkA 1 1 x\n";
        let new = "pkg: p\nBenchmarkA 1 1 x\npkg: q\nBenchmarkA 1 1 x\nBenchmarkFloat64 1 5 x\n";
        let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
        let (base, new) = (Side::new(&base), Side::new(&new));
        assert!(pair(&base, &new).expect("something in common").renames.is_empty());
    }
}
