//! One side of a comparison.

use super::Series;
use super::columns::Columns;
use crate::model::hash::{HashMap, HashSet, IndexMap, IndexSet};
use crate::model::{
    BenchmarkId, Config, ConfigId, Dataset, Header, Ledger, Name, NameId, Segment, Shard, Unit,
};
use bstr::BStr;

/// One side of a comparison: a dataset, grouped by benchmark and unit.
#[derive(Debug)]
pub struct Side<'d> {
    dataset: &'d Dataset,
    benchmarks: Vec<Benchmark<'d>>,
    columns: Columns<'d>,
}

/// A benchmark of one side.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark<'d> {
    /// Its package and name.
    pub id: BenchmarkId<'d>,
    /// How many results it has.
    pub results: usize,
    /// Whether its results are in several places of one file: a process measured it twice, or several processes did, and one of them
    /// more than once. Rounds of one result each are not scattered.
    pub scattered: bool,
    /// The configurations of its results, each once.
    pub(super) configs: Vec<ConfigId>,
    /// The file of its last result.
    file: usize,
    /// The process of its last result, and how many results that has of it.
    run: usize,
    of_run: usize,
    /// Whether several processes of one file measured it, and whether one process has several results of it.
    is_repeated: bool,
    is_counted: bool,
}

/// The size of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SideSize {
    /// The benchmarks times their units.
    pub rows: usize,
    /// The bytes of the names and packages of all rows.
    pub text: usize,
}

impl<'d> Side<'d> {
    /// Groups a dataset. O(results).
    pub fn new(dataset: &'d Dataset) -> Side<'d> {
        let mut benchmarks: Vec<Benchmark<'d>> = Vec::new();
        let mut known: HashMap<(usize, NameId), usize> = HashMap::default();
        // By name: the package and number of the last benchmark. In rounds, names return.
        let mut of_name: Vec<Option<(usize, usize)>> = vec![None; dataset.names()];
        // Names of packages can be long, and every benchmark has one.
        let mut packages: IndexSet<&BStr> = IndexSet::default();
        let mut package_of: HashMap<ConfigId, usize> = HashMap::default();
        let mut current: Option<(ConfigId, usize)> = None;
        let mut last = LastOfRun::default();
        let columns = Columns::gather(dataset, |segment| {
            let config = segment.block.config;
            let package = current.filter(|&(known, _)| known == config).map_or_else(
                || {
                    *package_of.entry(config).or_insert_with(|| {
                        packages.insert_full(dataset.config(config).get("pkg").unwrap_or_default()).0
                    })
                },
                |(_, package)| package,
            );
            current = Some((config, package));
            let recent = &mut of_name[segment.name.index()];
            let index = match *recent {
                Some((of_package, index)) if of_package == package => index,
                _ => *known.entry((package, segment.name)).or_insert_with(|| {
                    let name = Name::new(dataset.name(segment.name));
                    benchmarks.push(Benchmark::new(BenchmarkId { pkg: packages[package], name }, segment));
                    benchmarks.len() - 1
                }),
            };
            *recent = Some((package, index));
            let follows = last.replace(segment.block.run, index) == Some(index);
            benchmarks[index].take(segment, follows);
            index
        });
        let benchmarks = benchmarks.into_iter().map(Benchmark::complete).collect();
        Side { dataset, benchmarks, columns }
    }

    /// Its benchmarks, in order of first appearance.
    pub fn benchmarks(&self) -> &[Benchmark<'d>] {
        &self.benchmarks
    }

    /// The configurations of a benchmark of this side.
    pub fn configs(&self, benchmark: &Benchmark) -> impl Iterator<Item = &'d Config> {
        benchmark.configs.iter().map(|&config| self.dataset.config(config))
    }

    /// The shard that measured the benchmark with this index, if its first result records one.
    pub fn shard(&self, benchmark: usize) -> Option<Shard> {
        let config = self.benchmarks[benchmark].configs.first()?;
        Header::shard(self.dataset.config(*config)).map(|it| it.shard)
    }

    /// The units and values of the benchmark with this index.
    pub fn rows<'g>(&'g self, benchmark: usize) -> impl Iterator<Item = (&'d Unit, Series<'g>)> {
        self.columns.series(benchmark).map(|(unit, series)| (self.dataset.unit(unit), series))
    }

    /// What happened to every result line.
    pub fn ledger(&self) -> &'d Ledger {
        self.dataset.ledger()
    }

    /// The size. O(benchmarks).
    pub fn size(&self) -> SideSize {
        self.benchmarks.iter().enumerate().fold(SideSize { rows: 0, text: 0 }, |sum, (number, it)| {
            let units = self.columns.units(number);
            let name = it.id.pkg.len() + it.id.name.full().len();
            SideSize { rows: sum.rows + units, text: sum.text + units * name }
        })
    }

    /// The dataset.
    pub fn dataset(&self) -> &'d Dataset {
        self.dataset
    }
}

/// The last benchmark of each run. Runs of several packages can alternate in one file, but rarely do.
#[derive(Default)]
struct LastOfRun {
    current: Option<(usize, usize)>,
    others: HashMap<usize, usize>,
}

impl LastOfRun {
    /// Sets the last benchmark of a run. Returns the one before.
    fn replace(&mut self, run: usize, benchmark: usize) -> Option<usize> {
        let before = match self.current.replace((run, benchmark)) {
            Some((same, before)) if same == run => return Some(before),
            other => other,
        };
        if let Some((run, benchmark)) = before {
            self.others.insert(run, benchmark);
        }
        self.others.get(&run).copied()
    }
}

impl<'d> Benchmark<'d> {
    fn new(id: BenchmarkId<'d>, first: &Segment) -> Benchmark<'d> {
        Benchmark {
            id,
            results: 0,
            scattered: false,
            configs: Vec::new(),
            file: first.block.file,
            run: first.block.run,
            of_run: 0,
            is_repeated: false,
            is_counted: false,
        }
    }

    fn take(&mut self, segment: &Segment, follows: bool) {
        let is_same_run = self.run == segment.block.run;
        let returns = self.results > 0 && !follows && self.file == segment.block.file;
        self.is_repeated |= returns && !is_same_run;
        self.of_run = segment.iterations.len() + if is_same_run { self.of_run } else { 0 };
        self.is_counted |= self.of_run > 1;
        self.scattered |= returns && is_same_run || self.is_repeated && self.is_counted;
        self.results += segment.iterations.len();
        (self.file, self.run) = (segment.block.file, segment.block.run);
        if self.configs.last() != Some(&segment.block.config) {
            self.configs.push(segment.block.config);
        }
    }

    /// Removes repeated configurations.
    fn complete(mut self) -> Benchmark<'d> {
        if self.configs.len() > 1 {
            let mut known = HashSet::default();
            self.configs.retain(|&config| known.insert(config));
        }
        self
    }
}

/// The benchmarks of one package.
#[derive(Debug)]
pub struct Package<'g> {
    /// The import path; empty if the output does not name it.
    pub name: &'g BStr,
    /// Its benchmarks, in order of first appearance.
    pub benchmarks: Vec<&'g Benchmark<'g>>,
    /// Their units.
    pub units: IndexSet<&'g Unit>,
    /// Their configuration: every key except `pkg`, with all its values.
    pub config: IndexMap<&'g BStr, IndexSet<&'g BStr>>,
}

/// Lists the packages of a side, in order of first appearance. O(benchmarks).
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn listed(data: &Dataset) -> Vec<String> {
        let side = Side::new(data);
        let scattered = |it: &Benchmark| if it.scattered { " scattered" } else { "" };
        let line = |it: &Benchmark| {
            let cpus: Vec<String> =
                side.configs(it).map(|config| config.get("cpu").unwrap_or_default().to_string()).collect();
            format!(
                "{}.{} x{} on {}{}",
                it.id.pkg,
                it.id.name.full(),
                it.results,
                cpus.join("+"),
                scattered(it)
            )
        };
        side.benchmarks().iter().map(line).collect()
    }

    #[test]
    fn results_of_a_benchmark_are_consecutive_or_scattered() {
        let mut data = parse::text(
            "f",
            b"pkg: p\ncpu: 1\nBenchmarkA 1 1 x\nBenchmarkA 1 1 x\nBenchmarkB 1 1 x\nBenchmarkA 1 1 x\n",
        );
        assert_eq!(listed(&data), ["p.A x3 on 1 scattered", "p.B x1 on 1"]);
        data.append(parse::text("g", b"pkg: p\ncpu: 2\nBenchmarkB 1 1 x\npkg: q\nBenchmarkA 1 1 x\n"));
        assert_eq!(listed(&data), ["p.A x3 on 1 scattered", "p.B x2 on 1+2", "q.A x1 on 2"]);
    }

    #[test]
    fn rounds_of_one_result_are_not_scattered_and_appended_runs_are() {
        let round = "pkg: p\ncpu: 1\nBenchmarkA 1 1 x\nBenchmarkB 1 1 x\n";
        let data = parse::text("f", round.repeat(3).as_bytes());
        assert_eq!(listed(&data), ["p.A x3 on 1", "p.B x3 on 1"]);
        let twice = "pkg: p\ncpu: 1\nBenchmarkA 1 1 x\nBenchmarkA 1 1 x\nBenchmarkB 1 1 x\n";
        let data = parse::text("f", twice.repeat(2).as_bytes());
        assert_eq!(listed(&data), ["p.A x4 on 1 scattered", "p.B x2 on 1"]);
    }
}
