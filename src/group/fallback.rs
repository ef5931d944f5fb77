//! Pairs benchmarks without an exact match: those with another GOMAXPROCS, or in a renamed package.

use super::Side;
use super::rename::{PackagePair, is_same_source};
use crate::model::BenchmarkId;
use crate::model::hash::{HashMap, HashSet};
use bstr::BStr;

/// Finds a partner in new for each benchmark of base that has none: first without the `-8` after names, then without the package,
/// then without both. Pairs two benchmarks only if no other unpaired benchmark matches, on either side, and those of different
/// packages only if the packages are likely the same source.
pub(super) fn fallback(base: &Side<'_>, new: &Side<'_>, partner: &mut [Option<usize>]) {
    let paired = partner.iter().flatten().count();
    if paired == partner.len() || paired == new.benchmarks().len() {
        return; // the usual case: one side has no unpaired benchmark
    }
    let (before, after) = (PairingView::new(base, new), PairingView::new(new, base));
    type Key<'d> = fn(&PairingView<'d>, BenchmarkId<'d>) -> Option<(&'d BStr, &'d BStr)>;
    let keys: [Key; 3] = [
        |it, id| Some((id.pkg, it.without_procs(id))),
        |it, id| it.moved(id.pkg).then(|| (BStr::new(""), id.name.full())),
        |it, id| it.moved(id.pkg).then(|| (BStr::new(""), it.without_procs(id))),
    ];
    let mut counts: HashMap<&BStr, usize> = HashMap::default();
    base.benchmarks().iter().for_each(|it| *counts.entry(it.id.pkg).or_default() += 1);
    for key in keys {
        let taken: HashSet<usize> = partner.iter().flatten().copied().collect();
        let (left_base, left_new) = (|i: usize| partner[i].is_none(), |j: usize| !taken.contains(&j));
        if taken.len() == new.benchmarks().len() || taken.len() == partner.len() {
            return;
        }
        let (in_base, in_new) = (singles(base, &before, key, left_base), singles(new, &after, key, left_new));
        let mut pairs: HashMap<PackagePair<'_>, Vec<(usize, usize)>> = HashMap::default();
        for (key, i) in in_base {
            if let (Some(i), Some(&Some(j))) = (i, in_new.get(&key)) {
                let packages = (base.benchmarks()[i].id.pkg, new.benchmarks()[j].id.pkg);
                pairs.entry(packages).or_default().push((i, j));
            }
        }
        for ((was, is), pairs) in pairs {
            if was == is || is_same_source(base, new, (was, is), &pairs, counts[was]) {
                pairs.into_iter().for_each(|(i, j)| partner[i] = Some(j));
            }
        }
    }
}

/// The benchmarks that satisfy `left`, by key; `None` if two have the same key.
fn singles<'d, K: std::hash::Hash + Eq>(
    side: &Side<'d>,
    outlook: &PairingView<'d>,
    key: impl Fn(&PairingView<'d>, BenchmarkId<'d>) -> Option<K>,
    left: impl Fn(usize) -> bool,
) -> HashMap<K, Option<usize>> {
    let mut singles = HashMap::default();
    for (i, benchmark) in side.benchmarks().iter().enumerate().filter(|&(i, _)| left(i)) {
        if let Some(key) = key(outlook, benchmark.id) {
            singles.entry(key).and_modify(|single| *single = None).or_insert(Some(i));
        }
    }
    singles
}

/// What is known about the packages of one side, compared with the other side.
struct PairingView<'d> {
    /// The packages in which all names end with the same `-8`: it is GOMAXPROCS. One name alone proves nothing (`H/sha-256`),
    /// unless it has no `/`: the name of a Go function has no dash.
    ends_alike: HashSet<&'d BStr>,
    /// The packages that only this side has.
    only_here: HashSet<&'d BStr>,
}

impl<'d> PairingView<'d> {
    fn new(side: &Side<'d>, other: &Side<'_>) -> PairingView<'d> {
        let there: HashSet<&BStr> = other.benchmarks().iter().map(|it| it.id.pkg).collect();
        let packages = side.benchmarks().iter().map(|it| it.id.pkg);
        let mut endings: HashMap<&BStr, (Option<&BStr>, bool, usize)> = HashMap::default();
        for id in side.benchmarks().iter().map(|it| it.id) {
            let procs = id.name.procs();
            let (first, alike, count) = endings.entry(id.pkg).or_insert((procs, procs.is_some(), 0));
            *alike &= *first == procs;
            *count += if id.name.full().contains(&b'/') { 1 } else { 2 };
        }
        let alike = endings.into_iter().filter(|&(_, (_, alike, count))| alike && count > 1);
        PairingView {
            ends_alike: alike.map(|(pkg, _)| pkg).collect(),
            only_here: packages.filter(|pkg| !there.contains(pkg)).collect(),
        }
    }

    fn without_procs(&self, id: BenchmarkId<'d>) -> &'d BStr {
        if self.ends_alike.contains(id.pkg) { id.name.without_procs() } else { id.name.full() }
    }

    fn moved(&self, pkg: &BStr) -> bool {
        self.only_here.contains(pkg)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pair;
    use super::*;
    use crate::parse;

    fn paired(base: &str, new: &str) -> String {
        let text = |names: &str| -> String {
            let line = |it: &str| match it.split_once('.') {
                Some((pkg, name)) => format!("pkg: {pkg}\nBenchmark{name} 1 1 x\n"),
                None => format!("Benchmark{it} 1 1 x\n"),
            };
            names.split(' ').map(line).collect()
        };
        let (base, new) = (parse::text("b", text(base).as_bytes()), parse::text("n", text(new).as_bytes()));
        let (base, new) = (Side::new(&base), Side::new(&new));
        match pair(&base, &new) {
            Err(_) => "nothing".to_string(),
            Ok(pairing) => {
                let rows = pairing.rows.iter().map(|row| {
                    let mark = match (row.data.base(), row.data.new_side()) {
                        (Some(_), Some(_)) => "=",
                        (Some(_), None) => "-",
                        _ => "+",
                    };
                    format!("{mark}{}.{}", row.id.pkg, row.id.name.full())
                });
                rows.collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn gomaxprocs_is_ignored_if_all_names_have_the_same() {
        assert_eq!(paired("p.A-8 p.B/n=1-8", "p.A-16 p.B/n=1-16"), "=p.A-16 =p.B/n=1-16");
        assert_eq!(paired("p.A-8 p.B/size-32-8", "p.A p.B/size-32"), "=p.A =p.B/size-32");
        assert_eq!(paired("p.A-2 p.A-4 p.B", "p.A-8 p.B"), "-p.A-2 -p.A-4 =p.B +p.A-8");
        assert_eq!(
            paired("p.A-8 p.B-8 q.A-4 q.B-4", "p.A-4 p.B-4 q.A-8 q.B-8"),
            "=p.A-4 =p.B-4 =q.A-8 =q.B-8"
        );
        assert_eq!(paired("p.H/sha-256", "p.H/sha-512"), "nothing", "one name proves nothing");
        assert_eq!(paired("p.A/size-32 p.B", "p.A/size-64 p.B"), "-p.A/size-32 =p.B +p.A/size-64");
    }

    #[test]
    fn the_package_is_ignored_if_it_is_gone_and_the_name_is_unique() {
        assert_eq!(paired("old/p.A old/p.B q.C", "new/p.A new/p.B q.C"), "=new/p.A =new/p.B =q.C");
        assert_eq!(paired("p.A p.B", "q.A-8 q.B-8"), "=q.A-8 =q.B-8");
        assert_eq!(paired("p.A-4 p.B-4", "q.A-8 q.B-8"), "=q.A-8 =q.B-8");
        assert_eq!(paired("p.A q.A", "r.A s.B"), "nothing", "r.A matches two");
        assert_eq!(paired("p.A p.B q.C", "p.B q.C q.A"), "-p.A =p.B =q.C +q.A", "both packages still exist");
        assert_eq!(
            paired("p.A p.B p.C q.C", "r.A r.D q.C"),
            "-p.A -p.B -p.C =q.C +r.A +r.D",
            "few names pair"
        );
        assert_eq!(paired("A B", "p.A p.B p.C"), "=p.A =p.B +p.C", "one side does not name the package");
    }

    #[test]
    fn a_package_with_other_values_is_another_package() {
        let paired = |base: &str, new: &str| {
            let text = |pkg: &str, values: &str| {
                let line =
                    |(i, it): (usize, &str)| format!("Benchmark{} 1 {it} allocs/op\n", ["A", "B", "C"][i]);
                let lines: String = values.split(' ').enumerate().map(line).collect();
                format!("pkg: {pkg}\n{lines}pkg: same\nBenchmarkZ 1 1 x\n")
            };
            let (base, new) =
                (parse::text("b", text("p", base).as_bytes()), parse::text("n", text("q", new).as_bytes()));
            let (base, new) = (Side::new(&base), Side::new(&new));
            let pairing = pair(&base, &new).expect("Z is in both");
            pairing.rows.iter().filter(|row| matches!(row.data, super::super::Pair::Both { .. })).count() - 1
        };
        assert_eq!(paired("100 20 3", "100 20 3"), 3);
        assert_eq!(paired("100 20 3", "104 20 3"), 3);
        assert_eq!(paired("100 20 3", "100 20 90"), 3, "one got worse");
        assert_eq!(paired("100 20 3", "100 90 90"), 0, "most are others");
        assert_eq!(paired("100", "10"), 0);
    }
}
