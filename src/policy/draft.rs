//! Drafts budgets from measured results.

use super::literal::{toml_number, toml_string};
use super::{Platform, Policy};
use crate::model::{BenchmarkId, Class, Unit};
use crate::query::Glob;
use crate::words::clean;
use bstr::BStr;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One benchmark in one unit, as measured, for a maximum.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredRow<'g> {
    /// The benchmark.
    pub id: BenchmarkId<'g>,
    /// The unit.
    pub unit: &'g Unit,
    /// Where it was measured.
    pub platform: Platform,
    /// The value that a maximum limits: the worst sample of a count, the median of other units.
    pub value: f64,
    /// The smallest and the largest sample, or the interval of the median.
    pub range: Option<(f64, f64)>,
    /// How many samples there are.
    pub n: usize,
    /// How many processes they come from.
    pub processes: usize,
    /// The smallest b.N of them.
    pub iterations: u64,
}

impl MeasuredRow<'_> {
    /// So many processes show how much a count varies between them.
    pub const ENOUGH_PROCESSES: usize = 3;

    /// A maximum that the next run of the same code meets: the measured value, and room for what may differ in another process.
    pub fn ceiling(&self, policy: &Policy) -> f64 {
        let most = self.value + self.room(policy);
        match self.unit.class() {
            Class::Counting => most.ceil(),
            Class::Continuous => round_up(most),
        }
    }

    /// In the unit. A value that is the same in every sample gets the absolute tolerance of its unit: a few bytes of set-up are
    /// divided by b.N, which differs from run to run. A count that varies gets the tolerance, and at least the distance between its
    /// smallest and its largest sample. Where b.N is small, a count gets what the runtime allocates beside the benchmark. Other units
    /// get the tolerance.
    fn room(&self, policy: &Policy) -> f64 {
        let tolerance = policy.unit_rule(self.unit).tolerance.value;
        let is_count = self.unit.class() == Class::Counting;
        let room = match self.range {
            Some((low, high)) if low == high => tolerance.absolute().unwrap_or(0.0),
            Some((low, high)) if is_count => tolerance.margin(self.value).max(high - low),
            Some(_) | None => tolerance.margin(self.value),
        };
        if is_count { room.max(self.beside()) } else { room }
    }

    /// What the garbage collector and other threads of the runtime may allocate during a benchmark, per operation. They allocated up to
    /// 16 KiB and 18 objects in benchmarks of other people; this is twice as much.
    fn beside(&self) -> f64 {
        let most = if self.unit.as_str() == "B/op" { 32_768 } else { 32 };
        (most / self.iterations.max(1)) as f64 // Go cuts fractions off as well
    }

    /// Whether a maximum would limit anything: the samples are at most a quarter apart, or within the absolute tolerance.
    pub fn is_stable(&self, policy: &Policy) -> bool {
        const MOST: f64 = 0.25;
        let absolute = policy.unit_rule(self.unit).tolerance.value.absolute().unwrap_or(1.0);
        self.range.is_none_or(|(low, high)| high - low <= absolute.max(MOST * high))
    }
}

/// Rounds a positive number up to four significant digits.
fn round_up(value: f64) -> f64 {
    let text = format!("{value:.3e}");
    let rounded: f64 = text.parse().unwrap_or(value);
    if rounded >= value { rounded } else { format!("{:.3e}", value * 1.0005).parse().unwrap_or(value) }
}

/// Maxima by unit, with what was measured.
type Maxima<'g> = BTreeMap<&'g Unit, Maximum>;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Maximum {
    max: f64,
    low: f64,
    high: f64,
    n: usize,
}

/// Writes one `[[budget]]` entry per benchmark, sorted by package and name. Sub-benchmarks of one function share an entry if
/// all their maxima are equal. A comment above each entry has the measured values; `note` is a comment at the top, if not
/// empty.
pub fn draft(measured: &[MeasuredRow<'_>], policy: &Policy, note: &str) -> String {
    let mut packages: BTreeMap<&BStr, BTreeMap<String, Maxima>> = BTreeMap::new();
    for it in measured {
        let names = packages.entry(it.id.pkg).or_default();
        let limits = names.entry(it.id.name.without_procs().to_string()).or_default();
        let (low, high) = it.range.unwrap_or((it.value, it.value));
        let limit = Maximum { max: it.ceiling(policy), low, high, n: it.n };
        limits.entry(it.unit).and_modify(|known| known.widen(limit)).or_insert(limit);
    }
    let mut text = String::new();
    for line in note.lines() {
        text += &format!("# {line}\n");
    }
    for (pkg, names) in packages {
        for (bench, limits) in shared(names) {
            entry(&bench, &pkg.to_string(), &limits, &mut text);
        }
    }
    text
}

impl Maximum {
    /// Adds the results of the same name under another GOMAXPROCS.
    fn widen(&mut self, other: Maximum) {
        self.max = self.max.max(other.max);
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self.n += other.n;
    }
}

/// Patterns with their maxima: one for all sub-benchmarks of a function if they agree, else one per name.
fn shared(names: BTreeMap<String, Maxima>) -> BTreeMap<String, Maxima> {
    let mut functions: BTreeMap<String, Vec<(String, Maxima)>> = BTreeMap::new();
    for (name, limits) in names {
        let function = name.split('/').next().unwrap_or_default().to_string();
        functions.entry(function).or_default().push((name, limits));
    }
    let mut patterns = BTreeMap::new();
    for (function, members) in functions {
        match members.as_slice() {
            [(first, limits), rest @ ..]
                if !rest.is_empty()
                    && first.contains('/')
                    && rest.iter().all(|(_, it)| agree(it, limits)) =>
            {
                let deep = members.iter().any(|(name, _)| name.matches('/').count() > 1);
                let pattern = format!("{}/{}", Glob::literal(&function), if deep { "**" } else { "*" });
                let mut all = limits.clone();
                for (_, other) in rest {
                    other.iter().for_each(|(unit, limit)| {
                        all.entry(unit).and_modify(|known| known.widen(*limit));
                    });
                }
                patterns.insert(pattern, all);
            }
            _ => patterns.extend(members.into_iter().map(|(name, limits)| (Glob::literal(&name), limits))),
        }
    }
    patterns
}

/// Whether two benchmarks have the same maxima.
fn agree(a: &Maxima, b: &Maxima) -> bool {
    let maxima = |limits: &Maxima| {
        limits.iter().map(|(unit, limit)| (unit.to_string(), limit.max)).collect::<Vec<_>>()
    };
    maxima(a) == maxima(b)
}

fn entry(bench: &str, pkg: &str, limits: &Maxima, text: &mut String) {
    let max: Vec<String> = limits
        .iter()
        .map(|(unit, limit)| format!("{} = {}", toml_string(unit.as_str()), toml_number(limit.max)))
        .collect();
    let mut counts: Vec<usize> = limits.values().map(|limit| limit.n).collect();
    counts.dedup();
    let seen: Vec<String> = limits.iter().map(|(unit, limit)| limit.comment(unit)).collect();
    let samples = match counts.as_slice() {
        [1] => " in one sample".to_string(),
        [n] => format!(" in {n} samples"),
        _ => String::new(),
    };
    let pkg =
        if pkg.is_empty() { String::new() } else { format!("pkg = {}\n", toml_string(&Glob::literal(pkg))) };
    let (max, seen) = (max.join(", "), seen.join(", "));
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "\n# {seen}{samples}\n[[budget]]\nbench = {}\n{pkg}max = {{ {max} }}\n",
        toml_string(bench)
    );
}

impl Maximum {
    /// The measured values.
    fn comment(&self, unit: &Unit) -> String {
        let unit = clean(unit);
        match self.low == self.high {
            true => format!("{} {unit}", toml_number(self.low)),
            false => format!("{} … {} {unit}", toml_number(self.low), toml_number(self.high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;
    use proptest::prelude::*;

    fn measured<'g>(pkg: &'g str, name: &'g str, unit: &'g Unit, value: f64) -> MeasuredRow<'g> {
        let id = BenchmarkId { pkg: pkg.into(), name: Name::new(name.as_bytes()) };
        MeasuredRow {
            id,
            unit,
            platform: Platform::default(),
            value,
            range: Some((value - 1.0, value)),
            n: 10,
            processes: 10,
            iterations: 1_000_000,
        }
    }

    #[test]
    fn sub_benchmarks_that_agree_share_an_entry() {
        let (allocs, bytes) = (Unit::new("allocs/op"), Unit::new("B/op"));
        let text = draft(
            &[
                measured("p", "Sort-8", &allocs, 3.0),
                measured("p", "Get/a=1-8", &allocs, 2.0),
                measured("p", "Get/a=2-8", &allocs, 2.0),
                measured("p", "Put/a-8", &allocs, 2.0),
                measured("p", "Put/b-8", &allocs, 4.0),
                measured("p", "Sort-8", &bytes, 64.0),
                measured("p", "Sort-4", &bytes, 96.0),
            ],
            &Policy::builtin(),
            "go1.26.8",
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_shared_entry_matches_all_its_benchmarks() {
        let allocs = Unit::new("allocs/op");
        let benches = |names: &[&str]| -> Vec<String> {
            let all: Vec<MeasuredRow> = names.iter().map(|name| measured("p", name, &allocs, 2.0)).collect();
            let text = draft(&all, &Policy::builtin(), "");
            let policy = Policy::parse("p.toml", &text).expect("a policy");
            policy.budgets.iter().map(|it| it.bench.pattern().to_string()).collect()
        };
        assert_eq!(benches(&["Get/a-8", "Get/b/c-8"]), ["Get/**"]);
        assert_eq!(benches(&["Get-8", "Get/a-8"]), ["Get", "Get/a"], "`Get/*` does not match Get");
    }

    #[test]
    fn a_maximum_has_room_for_what_may_differ_in_the_next_run() {
        let policy = Policy::builtin();
        for (unit, value, range, want) in [
            ("allocs/op", 5.0, (5.0, 5.0), 5.0),
            ("allocs/op", 5.0, (4.0, 5.0), 6.0),
            ("allocs/op", 8.0, (4.0, 8.0), 12.0),
            ("allocs/op", 1000.0, (990.0, 1000.0), 1010.0),
            ("allocs/op", 1000.0, (900.0, 1000.0), 1100.0),
            ("B/op", 0.0, (0.0, 0.0), 8.0),
            ("B/op", 4096.0, (4096.0, 4096.0), 4104.0),
            ("B/op", 8193.0, (8192.0, 8193.0), 8357.0),
            ("B/op", 57.0, (50.0, 57.0), 65.0),
            ("ns/op", 1234.56, (1200.0, 1300.0), 1297.0),
            ("ns/op", 100.0, (99.0, 101.0), 105.0),
        ] {
            let id = BenchmarkId { pkg: "".into(), name: Name::new(b"X") };
            let unit = Unit::new(unit);
            let it = MeasuredRow {
                id,
                unit: &unit,
                platform: Platform::default(),
                value,
                range: Some(range),
                n: 10,
                processes: 10,
                iterations: 1_000_000,
            };
            assert_eq!(it.ceiling(&policy), want, "{unit} {value}");
            let unknown = MeasuredRow { range: None, ..it }.ceiling(&policy);
            assert!(unknown > value, "a range that is unknown has a margin as well: {unit} {value}");
        }
    }

    #[test]
    fn few_iterations_leave_room_for_the_runtime() {
        let policy = Policy::builtin();
        for (unit, iterations, want) in
            [("allocs/op", 3, 10.0), ("allocs/op", 33, 0.0), ("B/op", 16, 2048.0), ("B/op", 10_000, 8.0)]
        {
            let unit = Unit::new(unit);
            let row = measured("p", "X", &unit, 0.0);
            let row = MeasuredRow { range: Some((0.0, 0.0)), iterations, ..row };
            assert_eq!(row.ceiling(&policy), want, "{unit} {iterations}");
        }
    }

    #[test]
    fn a_count_without_a_reliable_maximum_is_not_stable() {
        let policy = Policy::builtin();
        for (unit, range, want) in [
            ("allocs/op", (0.0, 0.0), true),
            ("allocs/op", (0.0, 1.0), true),
            ("allocs/op", (2.0, 6.0), false),
            ("allocs/op", (80.0, 100.0), true),
            ("B/op", (0.0, 8.0), true),
            ("B/op", (100.0, 400.0), false),
        ] {
            let unit = Unit::new(unit);
            let row = MeasuredRow { range: Some(range), ..measured("p", "X", &unit, range.1) };
            assert_eq!(row.is_stable(&policy), want, "{unit} {range:?}");
        }
    }

    proptest! {
        #[test]
        fn a_draft_is_a_policy_that_its_results_meet(
            names in proptest::collection::btree_map(r#"[A-Z][a-z/*?\[\]{},"\\=0-9é-]{0,12}"#, 0u32..50, 1..8),
            pkg in r#"[a-z./"\\]{0,9}"#,
        ) {
            let unit = Unit::new("allocs/op");
            let all: Vec<MeasuredRow> = names.iter().map(|(name, value)| measured(&pkg, name, &unit, f64::from(*value))).collect();
            let text = draft(&all, &Policy::builtin(), "");
            let policy = Policy::parse("p.toml", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
            for it in &all {
                let rules = policy.rules(it.id, &it.platform).expect("no places");
                let max = rules.unit(&unit).max.expect("it was drafted").value;
                prop_assert!(max >= it.value, "{} {max} {text}", it.id);
            }
        }
    }
}
