//! From results to the texts of a store.

use super::MachineKey;
use super::machine::procs;
use crate::model::{Class, Config, Dataset, Header, Unit};
use crate::stats::{self, Confidence};
use bstr::ByteSlice;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a text of a store says before its results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredHeader {
    /// The repository: `https://github.com/owner/name`; empty if it has no remote.
    pub repository: String,
    /// The hash of the commit.
    pub commit: String,
    /// When the commit was made, in seconds since 1970.
    pub commit_time: Option<i64>,
    /// When the results were measured or added, in seconds since 1970.
    pub measured: Option<i64>,
    /// The version of Go, for results that do not record it.
    pub go: Option<String>,
}

/// The results of one machine, condensed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condensed {
    /// The machine.
    pub machine: MachineKey,
    /// The text: benchmark results, one line per benchmark.
    pub text: String,
    /// How many benchmarks it has.
    pub benchmarks: usize,
}

/// The first line of a text, which names its format.
pub(super) const FORMAT: &str = "allocgate-history: v1";
/// The beginning of the last line, which counts the results: a text without it was cut.
pub(super) const END: &str = "results: ";
/// The units of the ends of an interval: `ns/op@low`.
pub(super) const LOW: &str = "@low";
pub(super) const HIGH: &str = "@high";
/// The configuration that is kept, beside the package.
pub(super) const KEPT: [&str; 5] = ["design", "go", "goos", "goarch", "cpu"];

/// The median and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Summary {
    center: f64,
    low: f64,
    high: f64,
    samples: usize,
}

/// The values of a benchmark, by unit.
type Values<'d> = IndexMap<&'d Unit, Vec<f64>>;

/// Condenses results to one line per benchmark: the number of samples in place of b.N, then for each unit the median, and the ends of its
/// interval where they differ. One text per machine. O(results · log).
pub fn condense(data: &Dataset, header: &StoredHeader) -> Vec<Condensed> {
    let procs = procs(data);
    let mut machines: IndexMap<MachineKey, Machine> = IndexMap::new();
    for segment in data.segments() {
        let config = &*with_go(data.config(segment.block.config), header.go.as_deref());
        let machine = machines.entry(MachineKey::new(config, procs)).or_insert_with(|| Machine::of(config));
        let package = machine.packages.entry(text(data.package(segment.block))).or_default();
        let values = package.entry(text(data.name(segment.name))).or_default();
        for (index, &unit) in segment.units.iter().enumerate() {
            segment.values(index).extend(values.entry(data.unit(unit)).or_default());
        }
    }
    machines.into_iter().map(|(machine, of)| of.condensed(machine, header)).collect()
}

/// The configuration with a version of Go, if it has none.
fn with_go<'c>(config: &'c Config, go: Option<&str>) -> Cow<'c, Config> {
    match go.filter(|_| Header::go_version(config).is_none()) {
        None => Cow::Borrowed(config),
        Some(go) => {
            let mut config = config.clone();
            config.set(b"go", go.as_bytes());
            Cow::Owned(config)
        }
    }
}

/// The machines of results, each once.
pub fn machines(data: &Dataset) -> Vec<MachineKey> {
    let procs = procs(data);
    let machines: BTreeSet<MachineKey> =
        data.configs().map(|config| MachineKey::new(config, procs)).collect();
    machines.into_iter().collect()
}

/// A name on one line.
fn text(name: &[u8]) -> String {
    name.to_str_lossy().into_owned()
}

/// The results of a machine.
struct Machine<'d> {
    /// The lines of its configuration.
    config: String,
    packages: IndexMap<String, IndexMap<String, Values<'d>>>,
}

impl<'d> Machine<'d> {
    fn of(config: &Config) -> Machine<'d> {
        let line = |key: &&str| config.get(key).map(|value| format!("{key}: {}\n", value.to_str_lossy()));
        Machine { config: KEPT.iter().filter_map(line).collect(), packages: IndexMap::new() }
    }

    fn condensed(self, machine: MachineKey, header: &StoredHeader) -> Condensed {
        let mut text = header.lines() + &self.config;
        let mut benchmarks = 0;
        for (package, of_package) in self.packages {
            if !package.is_empty() {
                text += &format!("pkg: {package}\n");
            }
            for (name, values) in of_package {
                benchmarks += 1;
                rows(&name, &values, &mut text);
            }
        }
        let results = text.lines().filter(|line| line.starts_with("Benchmark")).count();
        text += &format!("{END}{results}\n");
        Condensed { machine, text, benchmarks }
    }
}

impl StoredHeader {
    fn lines(&self) -> String {
        let StoredHeader { repository, commit, commit_time, measured, go: _ } = self;
        let mut lines = format!("{FORMAT}\n");
        if !repository.is_empty() {
            lines += &format!("repository: {repository}\n");
        }
        lines += &format!("commit: {commit}\n");
        for (key, seconds) in [("commit-time", commit_time), ("measured", measured)] {
            let time = seconds.and_then(|it| jiff::Timestamp::from_second(it).ok());
            lines += &time.map_or_else(String::new, |time| format!("{key}: {time}\n"));
        }
        lines
    }
}

/// The lines of a benchmark: one for all units with the same number of samples.
fn rows(name: &str, values: &Values<'_>, text: &mut String) {
    let mut rows: IndexMap<usize, String> = IndexMap::new();
    for (unit, values) in values {
        let Some(it) = Summary::of(values, unit) else { continue };
        let row = rows.entry(it.samples).or_default();
        // Writing to a string cannot fail.
        let _ = write!(row, "\t{} {unit}", it.center);
        if it.low < it.high {
            let _ = write!(row, "\t{} {unit}{LOW}\t{} {unit}{HIGH}", it.low, it.high);
        }
    }
    for (samples, row) in rows {
        let _ = writeln!(text, "Benchmark{name}\t{samples}{row}");
    }
}

impl Summary {
    /// `None` of nothing.
    fn of(values: &[f64], unit: &Unit) -> Option<Summary> {
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        let center = stats::median(&values)?;
        let interval = match unit.class() {
            Class::Counting => None,
            Class::Continuous => stats::median_interval(&values, Confidence::P95).ends(),
        };
        let (low, high) = interval.unwrap_or((first, last));
        let digits = |value: f64| if unit.class() == Class::Counting { value } else { rounded(value) };
        Some(Summary { center: digits(center), low: digits(low), high: digits(high), samples: values.len() })
    }
}

/// With six significant digits: more than any clock is worth, and texts that pack well.
fn rounded(value: f64) -> f64 {
    if value == value.trunc() && value.abs() < 1e6 {
        value
    } else {
        format!("{value:.5e}").parse().unwrap_or(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn results_become_one_line_per_benchmark() {
        let text = "go: 1.26.8\ngoos: linux\ngoarch: amd64\npkg: p\ncpu: X\n\
            BenchmarkA-8 100 12.34567891 ns/op 0 B/op 0 allocs/op\nBenchmarkA-8 100 14 ns/op 0 B/op 0 allocs/op\n\
            BenchmarkB-8 100 7 allocs/op\npkg: q\nBenchmarkA-8 1 5 ns/op\n";
        let header = StoredHeader {
            commit: "abc".to_string(),
            commit_time: Some(1_700_000_000),
            ..StoredHeader::default()
        };
        let [condensed] =
            condense(&parse::text("f", text.as_bytes()), &header).try_into().expect("one machine");
        assert_eq!(condensed.machine.as_str(), "linux-amd64-x-8-go1.26");
        assert_eq!(
            condensed.text,
            "allocgate-history: v1\ncommit: abc\ncommit-time: 2023-11-14T22:13:20Z\ngo: 1.26.8\ngoos: linux\ngoarch: amd64\ncpu: X\n\
             pkg: p\nBenchmarkA-8\t2\t13.1728 ns/op\t12.3457 ns/op@low\t14 ns/op@high\t0 B/op\t0 allocs/op\n\
             BenchmarkB-8\t1\t7 allocs/op\npkg: q\nBenchmarkA-8\t1\t5 ns/op\nresults: 3\n"
        );
    }

    #[test]
    fn two_machines_have_two_texts() {
        let text = "cpu: X\nBenchmarkA-8 1 5 ns/op\ncpu: Y\nBenchmarkA-8 1 6 ns/op\n";
        let all = condense(&parse::text("f", text.as_bytes()), &StoredHeader::default());
        assert_eq!(all.iter().map(|it| it.benchmarks).collect::<Vec<_>>(), [1, 1]);
    }
}
