//! What was lost, failed, mixed up or never run, as the files show it.

use super::NAMES;
use crate::group::{Series, UNNAMED};
use crate::model::{Class, FailedItem, Failure, FileLedger, Interleaving};
use crate::policy::ConditionKind;
use crate::verdict::Sides;
use crate::words::{Listed, counted};
use bstr::BString;
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashSet};
use std::fmt;

/// How many failures a message names.
const FAILURES: usize = 3;

/// What was lost, failed, mixed up or never run. Places are written `FILE:LINE: what`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reading {
    /// Results that could not be read.
    Lost(Listed),
    /// Failures that the output reports. What fails in several rounds is one failure.
    Failed {
        /// How many of them are whole packages.
        packages: usize,
        /// All of them, packages first.
        places: Listed,
    },
    /// Measurements that are NaN or infinite.
    NonFinite(Listed),
    /// Benchmarks whose results are in several places of one file.
    Scattered(Listed),
    /// Benchmarks of several packages of one file that nothing names.
    Unnamed(Listed),
    /// Files in which the output of several processes is mixed up.
    Interleaved(Listed),
    /// Packages whose output does not end.
    Unfinished(Listed),
    /// Benchmarks that were skipped, and packages that had nothing to run.
    Skipped(Listed),
    /// Files without a result, on a side that has some.
    EmptyFiles(Listed),
    /// Base and new are the same measurements.
    IdenticalSides,
}

impl Reading {
    /// What holds of these files.
    pub(super) fn of(sides: &Sides, is_block_design: bool) -> Vec<Reading> {
        let places = |of: fn(&FileLedger) -> Places, most| {
            let of_file = |file| of(file).into_iter().map(move |place| place.in_file(file));
            Listed::new(sides.files().flat_map(of_file), most).some()
        };
        let found = [
            places(lost, 1).map(Reading::Lost),
            failed(sides),
            places(|file| file.rejected.iter().map(|it| Place::new(it.line, it)).collect(), 1)
                .map(Reading::NonFinite),
            // Interleaved results have each benchmark in several places.
            scattered(sides).filter(|_| is_block_design).map(Reading::Scattered),
            unnamed(sides).map(Reading::Unnamed),
            places(|file| file.interleaved.iter().map(interleaved).collect(), 1).map(Reading::Interleaved),
            places(|file| file.unfinished.iter().map(|it| Place::new(it.line, it)).collect(), 1)
                .map(Reading::Unfinished),
            skipped(sides).map(Reading::Skipped),
            empty(sides).map(Reading::EmptyFiles),
            are_identical(sides).then_some(Reading::IdenticalSides),
        ];
        found.into_iter().flatten().collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            Reading::Lost(_) => ConditionKind::LostResults,
            Reading::Failed { .. } => ConditionKind::FailedPackages,
            Reading::NonFinite(_) => ConditionKind::NonFinite,
            Reading::Scattered(_) => ConditionKind::NameCollision,
            Reading::Unnamed(_) => ConditionKind::UnnamedPackages,
            Reading::Interleaved(_) => ConditionKind::InterleavedOutput,
            Reading::Unfinished(_) => ConditionKind::UnfinishedPackages,
            Reading::Skipped(_) => ConditionKind::SkippedBenchmarks,
            Reading::EmptyFiles(_) => ConditionKind::EmptyFiles,
            Reading::IdenticalSides => ConditionKind::IdenticalSides,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            Reading::Lost(places) => counted(places.count, "lost result"),
            Reading::Failed { packages, places } => {
                let parts = [(*packages, "failed package"), (places.count - packages, "failed benchmark")];
                let parts = parts.into_iter().filter(|&(count, _)| count > 0);
                parts.map(|(count, what)| counted(count, what)).collect::<Vec<_>>().join(", ")
            }
            Reading::NonFinite(places) => counted(places.count, "rejected measurement"),
            Reading::Scattered(names) => counted(names.count, "scattered benchmark"),
            Reading::Unnamed(_) => "unnamed packages".to_string(),
            Reading::Interleaved(_) => "interleaved output".to_string(),
            Reading::Unfinished(places) => counted(places.count, "unfinished package"),
            Reading::Skipped(places) => counted(places.count, "skipped benchmark"),
            Reading::EmptyFiles(names) => counted(names.count, "empty file"),
            Reading::IdenticalSides => "identical sides".to_string(),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reading::Lost(places) | Reading::NonFinite(places) | Reading::Skipped(places) => places.fmt(f),
            Reading::Failed { packages: 0, places } => places.fmt(f),
            Reading::Failed { places, .. } => write!(f, "part of the suite did not run; {places}"),
            Reading::Scattered(names) => {
                write!(
                    f,
                    "in several places of a file: {names}; the file may hold several runs, whose samples are taken together"
                )
            }
            Reading::Unnamed(names) => write!(
                f,
                "several packages of a file have these benchmarks, and nothing names the packages: {names}; keep the lines that begin with `pkg:` or `ok`"
            ),
            Reading::Interleaved(places) => write!(
                f,
                "{places} may be counted for the wrong package; write the output of each `go test` to a file of its own"
            ),
            Reading::Unfinished(places) => {
                write!(f, "{places}, but the output of other packages does; was the run cut off?")
            }
            Reading::EmptyFiles(names) => write!(f, "no result in {names}"),
            Reading::IdenticalSides => write!(
                f,
                "base and new have the same values to the last digit; was the same file given twice?"
            ),
        }
    }
}

/// Lines of a file.
type Places = Vec<Place>;

/// A line, and what is to be known about it.
struct Place {
    line: usize,
    what: String,
}

impl Place {
    fn new(line: usize, what: &impl fmt::Display) -> Place {
        Place { line, what: what.to_string() }
    }

    fn in_file(self, file: &FileLedger) -> String {
        format!("{}:{}: {}", file.file, self.line, self.what)
    }
}

fn interleaved(it: &Interleaving) -> Place {
    Place { line: it.line, what: format!("{}; {} after it", it.sign, counted(it.results, "result")) }
}

/// A process that died is a failure, and no lost result besides.
fn lost(file: &FileLedger) -> Places {
    let lost = file.lost.iter().filter(|it| !it.reason.is_death());
    lost.map(|it| Place::new(it.line, &it.reason)).collect()
}

/// What was skipped, each once.
fn skipped(sides: &Sides) -> Option<Listed> {
    let mut known = HashSet::new();
    let skipped = sides.files().flat_map(|file| file.skipped.iter().map(move |it| (file, it)));
    let distinct = skipped.filter(|(_, it)| known.insert((&it.package, &it.benchmark)));
    Listed::new(distinct.map(|(file, it)| Place::new(it.line, it).in_file(file)), 3).some()
}

/// What failed, each once. A package that failed because one of its benchmarks did is not listed besides it.
fn failed(sides: &Sides) -> Option<Reading> {
    /// The side, the package, and the benchmark if it is one.
    type Key<'s> = (usize, &'s BString, Option<&'s BString>);
    let mut found: IndexMap<Key, (&FileLedger, &Failure, usize)> = IndexMap::new();
    let files = sides.iter().enumerate().flat_map(|(i, it)| it.ledger().files.iter().map(move |it| (i, it)));
    for (side, file) in files {
        for failure in &file.failures {
            let name = match &failure.what {
                FailedItem::Benchmark { name, .. } => Some(name),
                FailedItem::Package { .. } => None,
            };
            found.entry((side, &failure.package, name)).or_insert((file, failure, 0)).2 += 1;
        }
    }
    let of_benchmarks: HashSet<(usize, &BString)> = found
        .keys()
        .filter(|(_, _, name)| name.is_some())
        .map(|&(side, package, _)| (side, package))
        .collect();
    let is_consequence = |(side, package, _): &Key, failure: &Failure| match &failure.what {
        FailedItem::Package { cause, running: None } => {
            cause.as_ref().is_none_or(|it| it == "exit status 1")
                && of_benchmarks.contains(&(*side, *package))
        }
        FailedItem::Package { .. } | FailedItem::Benchmark { .. } => false,
    };
    let is_package = |failure: &Failure| matches!(failure.what, FailedItem::Package { .. });
    let is_own = |(key, (_, failure, _)): &(Key, (_, &Failure, _))| !is_consequence(key, failure);
    let mut failures: Vec<_> = found.into_iter().filter(is_own).map(|(_, it)| it).collect();
    failures.sort_by_key(|(_, failure, _)| !is_package(failure)); // a package before its benchmarks
    let packages = failures.iter().filter(|(_, failure, _)| is_package(failure)).count();
    let place = |(file, failure, count): (&FileLedger, &Failure, usize)| {
        let place = Place::new(failure.line, failure).in_file(file);
        if count > 1 { format!("{place} ({count} times)") } else { place }
    };
    let places = Listed::new(failures.into_iter().map(place), FAILURES).some()?;
    Some(Reading::Failed { packages, places })
}

/// Benchmarks whose results are in several places of one file.
fn scattered(sides: &Sides) -> Option<Listed> {
    let benchmarks = sides.iter().flat_map(|side| side.benchmarks());
    let mut names: Vec<String> = benchmarks.filter(|it| it.scattered).map(|it| it.id.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    Listed::new(names, NAMES).some()
}

/// Benchmarks of a package that nothing names, in a file with another such package.
fn unnamed(sides: &Sides) -> Option<Listed> {
    let benchmarks = sides.iter().flat_map(|side| side.benchmarks());
    let unnamed = benchmarks.filter(|it| it.id.pkg.starts_with(UNNAMED.as_bytes()));
    let names: BTreeSet<String> = unnamed.map(|it| it.id.name.full().to_string()).collect();
    Listed::new(names, NAMES).some()
}

fn empty(sides: &Sides) -> Option<Listed> {
    Listed::new(
        sides.files().filter(|file| file.seen == 0 && file.shards.is_empty()).map(|file| &file.file),
        NAMES,
    )
    .some()
}

/// Two runs never measure the same times to the last digit: one of the files was named twice, or copied.
fn are_identical(sides: &Sides) -> bool {
    let (Some(base), new) = (sides.base, sides.new) else { return false };
    let all = 0..new.benchmarks().len();
    let is_same = |i: usize| {
        base.benchmarks()[i].id == new.benchmarks()[i].id
            && base
                .rows(i)
                .map(|(unit, it)| (unit, it.values))
                .eq(new.rows(i).map(|(unit, it)| (unit, it.values)))
    };
    let varies = |(_, series): (_, Series)| series.values.iter().any(|value| *value != series.values[0]); // never empty
    let has_noise = |i: usize| new.rows(i).filter(|(unit, _)| unit.class() == Class::Continuous).any(varies);
    base.benchmarks().len() == new.benchmarks().len()
        && all.clone().all(is_same)
        && all.clone().any(has_noise)
}
