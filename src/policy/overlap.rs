//! The cases in which entries of policies apply together.

use super::{Budget, Platform, PlatformPattern, RemovalWaiver, Waiver};
use crate::model::hash::HashMap;
use crate::query::{Combination, Glob, Matched, combinations};
use std::collections::BTreeSet;

/// Where an entry of a policy applies.
#[derive(Clone, Copy)]
pub(super) struct Scope<'p> {
    pub bench: &'p Glob,
    pub pkg: Option<&'p Glob>,
    /// `None` is every platform.
    pub platform: Option<&'p PlatformPattern>,
}

impl<'p> From<&'p Budget> for Scope<'p> {
    fn from(budget: &'p Budget) -> Scope<'p> {
        Scope { bench: &budget.bench, pkg: budget.pkg.as_ref(), platform: Some(&budget.platform) }
    }
}

impl<'p> From<&'p Waiver> for Scope<'p> {
    fn from(waiver: &'p Waiver) -> Scope<'p> {
        Scope { bench: &waiver.bench, pkg: waiver.pkg.as_ref(), platform: None }
    }
}

impl<'p> From<&'p RemovalWaiver> for Scope<'p> {
    fn from(removal: &'p RemovalWaiver) -> Scope<'p> {
        Scope { bench: &removal.bench, pkg: removal.pkg.as_ref(), platform: None }
    }
}

/// Entries that apply together, with an example where they do.
#[derive(Debug)]
pub(super) struct Case {
    /// The indices of the entries, ascending.
    pub entries: Vec<usize>,
    /// A name.
    pub name: String,
    /// A package, if some entry is for some packages only.
    pub pkg: Option<String>,
    /// A platform, with the keys that some entry depends on.
    pub platform: PlatformPattern,
}

/// The most cases.
const MOST_CASES: usize = 100_000;

/// A value of `goos`, `goarch` or `go` that is in no policy: Go has no such names, and no such version.
const ANOTHER: &str = "another";

/// Every set of entries that apply together to some benchmark on some platform; `None` if there are too many.
pub(super) fn cases(scopes: &[Scope]) -> Option<Vec<Case>> {
    let names = Patterns::new(scopes.iter().map(|it| Some(it.bench)), Matched::Names)?;
    let packages = Patterns::new(scopes.iter().map(|it| it.pkg), Matched::Packages)?;
    let mut cases = Vec::new();
    let mut seen = BTreeSet::new();
    for by_name in &names.combinations {
        let named = names.entries(by_name);
        for (pkg, of_package) in in_packages(&packages, &named) {
            for platform in platforms(scopes, &of_package) {
                let applies = |&entry: &usize| {
                    scopes[entry].platform.is_none_or(|it| it.matches(&known(&platform)) == Ok(true))
                };
                let entries: Vec<usize> = of_package.iter().copied().filter(applies).collect();
                if !entries.is_empty() && seen.insert(entries.clone()) {
                    if cases.len() == MOST_CASES {
                        return None;
                    }
                    cases.push(Case { entries, name: by_name.example.clone(), pkg: pkg.clone(), platform });
                }
            }
        }
    }
    Some(cases)
}

/// The different patterns of entries, and their combinations.
struct Patterns {
    /// The pattern of each entry; `None` matches everything.
    of_entry: Vec<Option<usize>>,
    /// The entries of each pattern, ascending.
    entries: Vec<Vec<usize>>,
    combinations: Vec<Combination>,
    /// For each pattern, the combinations that it is in, ascending.
    of_pattern: Vec<Vec<usize>>,
}

/// The different ones of the patterns of entries, and the entries of each. An entry without a pattern matches everything.
pub(super) fn distinct<'p>(
    globs: impl Iterator<Item = Option<&'p Glob>>,
) -> (Vec<&'p Glob>, Vec<Vec<usize>>) {
    let (mut distinct, mut entries) = (Vec::new(), Vec::new());
    let mut known: HashMap<&str, usize> = HashMap::default();
    for (entry, glob) in globs.enumerate() {
        let Some(glob) = glob else { continue };
        let pattern = *known.entry(glob.pattern()).or_insert_with(|| {
            distinct.push(glob);
            entries.push(Vec::new());
            distinct.len() - 1
        });
        entries[pattern].push(entry);
    }
    (distinct, entries)
}

impl Patterns {
    fn new<'p>(globs: impl Iterator<Item = Option<&'p Glob>>, matched: Matched) -> Option<Patterns> {
        let globs: Vec<Option<&Glob>> = globs.collect();
        let (distinct, entries) = distinct(globs.iter().copied());
        let mut of_entry = vec![None; globs.len()];
        for (pattern, entries) in entries.iter().enumerate() {
            entries.iter().for_each(|&entry| of_entry[entry] = Some(pattern));
        }
        let combinations = combinations(&distinct, matched)?;
        let mut of_pattern = vec![Vec::new(); distinct.len()];
        for (place, combination) in combinations.iter().enumerate() {
            combination.patterns.iter().for_each(|&pattern| of_pattern[pattern].push(place));
        }
        Some(Patterns { of_entry, entries, combinations, of_pattern })
    }

    /// The entries whose pattern is in the combination, ascending.
    fn entries(&self, combination: &Combination) -> Vec<usize> {
        let mut entries: Vec<usize> =
            combination.patterns.iter().flat_map(|&pattern| &self.entries[pattern]).copied().collect();
        entries.sort_unstable();
        entries
    }
}

/// The different sets of these entries that apply in some package, each with that package if one matters.
fn in_packages(packages: &Patterns, named: &[usize]) -> Vec<(Option<String>, Vec<usize>)> {
    let patterns: BTreeSet<usize> = named.iter().filter_map(|&entry| packages.of_entry[entry]).collect();
    if patterns.is_empty() {
        return vec![(None, named.to_vec())];
    }
    let mut relevant: BTreeSet<usize> =
        patterns.iter().flat_map(|&pattern| &packages.of_pattern[pattern]).copied().collect();
    // And one package that none of these patterns matches.
    relevant.extend((0..packages.combinations.len()).find(|place| !relevant.contains(place)));
    let mut seen = BTreeSet::new();
    let of = |&place: &usize| {
        let it = &packages.combinations[place];
        let matches = |pattern: usize| it.patterns.binary_search(&pattern).is_ok();
        let applies = |&entry: &usize| packages.of_entry[entry].is_none_or(matches);
        (Some(it.example.clone()), named.iter().copied().filter(applies).collect::<Vec<usize>>())
    };
    relevant.iter().map(of).filter(|(_, entries)| seen.insert(entries.clone())).collect()
}

/// Platforms on which different sets of these entries apply: each value of a key, and another one.
fn platforms(scopes: &[Scope], entries: &[usize]) -> Vec<PlatformPattern> {
    let values = |key: fn(&PlatformPattern) -> &Option<String>| -> Vec<Option<String>> {
        let patterns = entries.iter().filter_map(|&entry| scopes[entry].platform);
        let written: BTreeSet<&String> = patterns.filter_map(|it| key(it).as_ref()).collect();
        match written.is_empty() {
            true => vec![None],
            false => {
                let values = written.into_iter().cloned().chain([ANOTHER.to_string()]);
                values.map(Some).collect()
            }
        }
    };
    let (systems, architectures, versions) =
        (values(|it| &it.goos), values(|it| &it.goarch), values(|it| &it.go));
    let mut platforms = Vec::new();
    for goos in &systems {
        for goarch in &architectures {
            for go in &versions {
                platforms.push(PlatformPattern {
                    goos: goos.clone(),
                    goarch: goarch.clone(),
                    go: go.clone(),
                });
            }
        }
    }
    platforms
}

/// Results of a platform.
fn known(pattern: &PlatformPattern) -> Platform {
    let PlatformPattern { goos, goarch, go } = pattern.clone();
    Platform { goos, goarch, go }
}
