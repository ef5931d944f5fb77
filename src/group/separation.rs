//! Keeps results apart that one name stands for: a configuration key that varies within a file, and packages without a `pkg:` line.
//!
//! `compare` makes a table for every configuration. `check` has one row per name, so that the name says what differs:
//! `Serve/gomaxprocs=2`, as benchstat names such parts.

use crate::model::hash::{HashMap, HashSet, IndexSet};
use crate::model::{Block, Config, Dataset, Name, Provenance, Segment};
use bstr::{BStr, BString, ByteSlice};
use std::collections::BTreeMap;

/// What keeps results apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Separation {
    /// The keys that vary within a file.
    keys: Vec<BString>,
    /// Whether two packages of a file without `pkg:` lines have a benchmark in common.
    packages: bool,
}

/// The beginning of the names of packages that nothing names.
pub const UNNAMED: &str = "unnamed package ";

/// Keys that never separate: other conditions report differences in them, or they tell how a process died.
const OTHERS: [&[u8]; 8] = [b"pkg", b"cpu", b"goos", b"goarch", b"panic", b"signal", b"testing", b"exit"];

/// At most so many keys separate, and keys with more values are no configuration.
const MOST_KEYS: usize = 8;
const MOST_VALUES: usize = 1000;

/// A benchmark with a value of a key.
type Combinations<'d> = HashSet<(&'d BStr, &'d BStr, &'d BStr)>;

/// What one side has of a key.
#[derive(Debug, Default)]
struct Observed<'d> {
    /// Whether a benchmark of a file has two values.
    varies: bool,
    combinations: Combinations<'d>,
    results: usize,
}

impl Separation {
    /// What keeps the results of these sides apart; `None` if every name stands for one benchmark. O(results).
    pub fn of(base: Option<&Dataset>, new: &Dataset) -> Option<Separation> {
        let sides: Vec<&Dataset> = base.into_iter().chain([new]).collect();
        let mut keys = Vec::new();
        for key in candidates(&sides) {
            let observed: Vec<Observed> = sides.iter().map(|side| observe(side, key)).collect();
            let is_header = sides.iter().any(|side| side.is_header_key(key));
            if observed.iter().any(|it| it.varies) && is_configuration(&observed, is_header) {
                keys.push(key.into());
            }
        }
        let packages = sides.iter().any(|side| shares_names(side));
        (packages || !keys.is_empty()).then_some(Separation { keys, packages })
    }

    /// A copy in which every name stands for one benchmark. O(results).
    pub fn apply(&self, dataset: &Dataset) -> Dataset {
        // The unnamed processes of each file.
        let mut known: HashMap<usize, IndexSet<usize>> = HashMap::default();
        dataset.renamed(
            |block| match identity(dataset, block).filter(|_| self.packages)? {
                Identity::Named(package) => Some(package.to_owned()),
                Identity::Header => None,
                Identity::Process(process) => {
                    let at = known.entry(block.file).or_default().insert_full(process).0;
                    (at > 0).then(|| format!("{UNNAMED}{}", at + 1).into())
                }
            },
            |config, name| {
                let (whole, name) = (name, Name::new(name).without_procs());
                let parts = self.keys.iter().filter_map(|key| {
                    let value = config.get(key.to_str().ok()?);
                    // A sub-benchmark can have the name that a value makes: then even no value is a part.
                    let is_taken = || name.contains_str(part(key, b""));
                    Some(part(key, value.or_else(|| is_taken().then_some(b"".into()))?))
                });
                let parts: Vec<u8> = parts.flatten().collect();
                let procs = &whole[name.len()..];
                (!parts.is_empty()).then(|| [name.as_bytes(), &parts, procs].concat().into())
            },
        )
    }
}

/// `/key=value`, in which the value is one part of a name.
fn part(key: &[u8], value: &[u8]) -> Vec<u8> {
    let value = value.chars().map(|c| if c.is_whitespace() || c == '/' { '_' } else { c });
    [b"/", key, b"=", value.collect::<String>().as_bytes()].concat()
}

/// The keys that have two values on a side, those of headers first.
fn candidates<'d>(sides: &[&'d Dataset]) -> Vec<&'d BStr> {
    let mut values: BTreeMap<&BStr, HashSet<&BStr>> = BTreeMap::new();
    for side in sides {
        let mut of_side: BTreeMap<&BStr, HashSet<&BStr>> = BTreeMap::new();
        for (key, value) in side.configs().flat_map(Config::iter) {
            of_side.entry(key).or_default().insert(value);
        }
        values.extend(of_side.into_iter().filter(|(_, values)| values.len() > 1));
    }
    let can = |(key, values): &(&BStr, HashSet<&BStr>)| {
        !OTHERS.contains(&key.as_bytes()) && !Provenance::is_key(key) && values.len() <= MOST_VALUES
    };
    let mut keys: Vec<&BStr> = values.into_iter().filter(can).map(|(key, _)| key).collect();
    keys.sort_by_key(|key| !sides.iter().any(|side| side.is_header_key(key)));
    keys.truncate(MOST_KEYS);
    keys
}

fn observe<'d>(side: &'d Dataset, key: &BStr) -> Observed<'d> {
    let mut observed = Observed::default();
    let mut first: HashMap<(usize, &BStr, &BStr), &BStr> = HashMap::default();
    let Ok(key) = key.to_str() else { return observed };
    for segment in side.segments() {
        let Some(value) = side.config(segment.block.config).get(key) else { continue };
        let (package, name) = (side.package(segment.block), side.name(segment.name));
        observed.varies |= *first.entry((segment.block.file, package, name)).or_insert(value) != value;
        observed.combinations.insert((package, name, value));
        observed.results += segment.iterations.len();
    }
    observed
}

/// Whether the values of a key are a configuration that both sides have, and not what a benchmark printed. Headers are trusted
/// more than lines between results.
fn is_configuration(observed: &[Observed], is_header: bool) -> bool {
    match observed {
        [base, new] => {
            let common = base.combinations.intersection(&new.combinations).count();
            let all = base.combinations.len() + new.combinations.len() - common;
            common > 0 && (is_header || 2 * common >= all)
        }
        all => all.iter().all(|it| is_header || it.results >= 2 * it.combinations.len()),
    }
}

/// Whether two packages of a file without `pkg:` lines have a benchmark in common.
fn shares_names(side: &Dataset) -> bool {
    if side.processes() < 2 {
        return false; // nearly always
    }
    let mut first: HashMap<(usize, &BStr), Identity> = HashMap::default();
    let is_shared = |segment: Segment| match identity(side, segment.block) {
        None | Some(Identity::Header) => false,
        Some(it) => *first.entry((segment.block.file, side.name(segment.name))).or_insert(it) != it,
    };
    side.segments().any(is_shared)
}

/// The package of results without a `pkg:` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identity<'d> {
    Named(&'d BStr),
    /// A process of a Go that prints no header: it may be any package.
    Process(usize),
    /// A Go that prints a header names the package there, if it has a name.
    Header,
}

fn identity<'d>(side: &'d Dataset, block: &Block) -> Option<Identity<'d>> {
    let process = block.process?;
    let has_header =
        || ["goos", "goarch", "cpu"].iter().any(|key| side.config(block.config).get(key).is_some());
    Some(match side.closing_name(block) {
        Some(name) => Identity::Named(name),
        None if has_header() => Identity::Header,
        None => Identity::Process(process),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use proptest::prelude::*;

    /// The packages and names of new, with the number of their results.
    fn listed(base: &str, new: &str) -> String {
        let base = (!base.is_empty()).then(|| parse::text("b", base.as_bytes()));
        let new = parse::text("n", new.as_bytes());
        let Some(separation) = Separation::of(base.as_ref(), &new) else { return "-".to_string() };
        let new = separation.apply(&new);
        let side = crate::group::Side::new(&new);
        let listed = side.benchmarks().iter().map(|it| format!("{} x{}", it.id, it.results));
        listed.collect::<Vec<_>>().join(", ")
    }

    fn blocks(values: &[&str]) -> String {
        let block = |value: &&str| {
            format!("goos: linux\nprocs: {value}\npkg: p\nBenchmarkA-8 1 1 x\nBenchmarkA-8 1 2 x\nPASS\n")
        };
        values.iter().map(block).collect()
    }

    #[test]
    fn a_key_that_varies_within_a_file_is_a_part_of_the_name() {
        let (two, three) = (blocks(&["1", "2"]), blocks(&["1", "2", "a b/c"]));
        assert_eq!(listed("", &two), "A/procs=1-8 in p x2, A/procs=2-8 in p x2");
        assert_eq!(listed(&two, &two), "A/procs=1-8 in p x2, A/procs=2-8 in p x2");
        assert_eq!(listed(&two, &three), "A/procs=1-8 in p x2, A/procs=2-8 in p x2, A/procs=a_b_c-8 in p x2");
        assert_eq!(listed(&three, &blocks(&["1"])), "A/procs=1-8 in p x2", "base varies");
        assert_eq!(listed(&blocks(&["1"]), &blocks(&["1"])), "-");
        assert_eq!(listed(&blocks(&["1"]), &blocks(&["2"])), "-", "it does not vary within a file");
        assert_eq!(listed(&blocks(&["7:01", "7:02"]), &blocks(&["7:03", "7:04"])), "-", "no value in common");
        let (named, taken) = (two.replace("procs", "k"), "pkg: p\nBenchmarkA/k=1-8 1 1 x\n");
        let new = format!("{taken}{named}");
        assert_eq!(
            listed("", &new),
            "A/k=1/k=-8 in p x1, A/k=1-8 in p x2, A/k=2-8 in p x2",
            "not A under k: 1"
        );
        let rounds = two.repeat(3);
        assert_eq!(listed(&rounds, &rounds), "A/procs=1-8 in p x6, A/procs=2-8 in p x6");
    }

    #[test]
    fn keys_of_a_run_and_of_machines_do_not_separate() {
        for key in [
            "commit",
            "toolchain",
            "go",
            "design",
            "looks",
            "variant",
            "portion",
            "options",
            "cpu",
            "signal",
            "panic",
            "goarch",
        ] {
            let text = blocks(&["1", "2"]).replace("procs:", &format!("{key}:"));
            assert_eq!(listed(&text, &text), "-", "{key}");
        }
        let other = "pkg: p\nk: 1\nBenchmarkA 1 1 x\npkg: q\nk: 2\nBenchmarkA 1 1 x\n";
        assert_eq!(listed(other, other), "-", "each benchmark has one value");
    }

    #[test]
    fn what_a_benchmark_prints_does_not_separate() {
        let printed = |values: &[&str]| -> String {
            let line = |value: &&str| format!("BenchmarkA 1 1 x\nnote: {value}\n");
            format!("pkg: p\nBenchmarkB 1 1 x\n{}", values.iter().map(line).collect::<String>())
        };
        assert_eq!(listed(&printed(&["1", "2", "3"]), &printed(&["4", "5", "1"])), "-");
        assert_eq!(listed("", &printed(&["1", "2", "3"])), "-");
        assert_eq!(listed(&printed(&["slow"]), &printed(&["slow"])), "-", "it is set once");
    }

    #[test]
    fn the_line_that_ends_a_package_names_it() {
        let old =
            "PASS\nBenchmarkA 1 1 x\nok  \tp\t1s\nPASS\nBenchmarkA 1 1 x\nBenchmarkA 1 1 x\nFAIL\tq\t1s\n";
        assert_eq!(listed(old, old), "A in p x1, A in q x2");
        assert_eq!(listed("", &old.replace("\tq\t", "\tp\t")), "-", "two rounds of one package");
        assert_eq!(
            listed("", &old[..old.find("PASS\nBenchmarkA 1 1 x\nB").expect("two")]),
            "-",
            "one package"
        );
        let header = "pkg: p\nBenchmarkA 1 1 x\nok  \tp\t1s\n";
        assert_eq!(listed(header, header), "-");
        let idle = format!("{old}PASS\nok  \tr\t1s\n");
        assert_eq!(listed(&idle, &idle), "A in p x1, A in q x2");
    }

    #[test]
    fn packages_that_nothing_names_stay_apart() {
        let two = "BenchmarkA 1 1 x\nPASS\nBenchmarkA 1 1 x\nBenchmarkB 1 1 x\nPASS\n";
        assert_eq!(listed(two, two), "A x1, A in unnamed package 2 x1, B in unnamed package 2 x1");
        assert_eq!(listed(&two[..22], two), "A x1, A in unnamed package 2 x1, B in unnamed package 2 x1");
        let rounds = two.replace("Benchmark", "goos: linux\nBenchmark");
        assert_eq!(listed(&rounds, &rounds), "-", "a Go that prints headers would name the package");
        let last = format!("{rounds}FAIL\tp\t1s\n");
        assert_eq!(listed(&rounds, &last), "-", "it may name all of them");
        let disjoint = "BenchmarkA 1 1 x\nPASS\nBenchmarkB 1 1 x\nPASS\n";
        assert_eq!(listed(disjoint, disjoint), "-", "every name stands for one benchmark");
    }

    proptest! {
        #[test]
        fn no_result_is_lost(pieces in proptest::collection::vec(prop_oneof![
            Just("goos: linux\n"), Just("pkg: p\n"), Just("pkg:\n"), Just("k: 1\n"), Just("k: 2\n"), Just("j: a/b c\n"),
            Just("k:\n"), Just("PASS\n"), Just("ok  \tp\t1s\n"), Just("ok  \tq\t1s\n"), Just("FAIL\tq\t1s\n"),
            Just("BenchmarkA-8 1 1 x\n"), Just("BenchmarkB 1 1 x 2 y\n"), Just("BenchmarkA/k=1-8 1 1 x\n"),
        ], 0..40), cut in 0usize..40) {
            let (base, new) = pieces.split_at(cut.min(pieces.len()));
            let (base, new) = (parse::text("b", base.concat().as_bytes()), parse::text("n", new.concat().as_bytes()));
            for (base, new) in [(Some(&base), &new), (None, &new), (Some(&new), &new)] {
                let Some(separation) = Separation::of(base, new) else { continue };
                for side in base.into_iter().chain([new]) {
                    let apart = separation.apply(side);
                    prop_assert_eq!(apart.len(), side.len());
                    let values = |data: &Dataset| data.results().map(|it| it.values).collect::<Vec<_>>();
                    prop_assert_eq!(values(&apart), values(side));
                }
            }
        }
    }
}
