//! The cases in which entries of policies apply together.

use super::{Budget, Platform, PlatformPattern, RemovalWaiver, Waiver};
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
        let named = names.entries(by_name, (0..scopes.len()).collect());
        for (pkg, of_package) in in_packages(&packages, scopes, &named) {
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
    combinations: Vec<Combination>,
}

impl Patterns {
    fn new<'p>(globs: impl Iterator<Item = Option<&'p Glob>>, matched: Matched) -> Option<Patterns> {
        let mut distinct: Vec<&Glob> = Vec::new();
        let mut index = |glob: &'p Glob| {
            let known = distinct.iter().position(|it| it.pattern() == glob.pattern());
            known.unwrap_or_else(|| {
                distinct.push(glob);
                distinct.len() - 1
            })
        };
        let of_entry = globs.map(|glob| glob.map(&mut index)).collect();
        Some(Patterns { of_entry, combinations: combinations(&distinct, matched)? })
    }

    /// Those of these entries whose pattern is in the combination.
    fn entries(&self, combination: &Combination, mut entries: Vec<usize>) -> Vec<usize> {
        let matches = |pattern: usize| combination.patterns.binary_search(&pattern).is_ok();
        entries.retain(|&entry| self.of_entry[entry].is_none_or(matches));
        entries
    }
}

/// The different sets of these entries that apply in some package, each with that package if one matters.
fn in_packages(packages: &Patterns, scopes: &[Scope], named: &[usize]) -> Vec<(Option<String>, Vec<usize>)> {
    if named.iter().all(|&entry| scopes[entry].pkg.is_none()) {
        return vec![(None, named.to_vec())];
    }
    let mut seen = BTreeSet::new();
    let of = |it: &Combination| (Some(it.example.clone()), packages.entries(it, named.to_vec()));
    packages.combinations.iter().map(of).filter(|(_, entries)| seen.insert(entries.clone())).collect()
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
