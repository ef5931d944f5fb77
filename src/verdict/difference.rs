//! In what the two sides were measured differently.

use crate::model::Dataset;
use bstr::BString;
use std::collections::{BTreeMap, BTreeSet};

/// A configuration key that says something about the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `cpu:`
    Cpu,
    /// `goos:`
    Goos,
    /// `goarch:`
    Goarch,
}

impl Key {
    /// The key as Go prints it.
    pub fn as_str(self) -> &'static str {
        match self {
            Key::Cpu => "cpu",
            Key::Goos => "goos",
            Key::Goarch => "goarch",
        }
    }
}

/// A key whose values are not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The key.
    pub key: Key,
    /// The packages whose results it separates; shards of a suite may have run on several machines.
    pub packages: BTreeSet<BString>,
    /// Its values in base, over these packages.
    pub base: BTreeSet<String>,
    /// Its values in new.
    pub new: BTreeSet<String>,
}

/// Compares what both sides say about their machine, package by package. A side that says nothing differs from nothing: Go
/// does not print `cpu:` everywhere. O(configurations).
pub(super) fn differences(base: &Dataset, new: &Dataset) -> Vec<Difference> {
    [Key::Goos, Key::Goarch, Key::Cpu].into_iter().filter_map(|key| difference(key, base, new)).collect()
}

fn difference(key: Key, base: &Dataset, new: &Dataset) -> Option<Difference> {
    let (base, new) = (values(key, base), values(key, new));
    let mut found =
        Difference { key, packages: BTreeSet::new(), base: BTreeSet::new(), new: BTreeSet::new() };
    for (pkg, before) in base {
        if let Some(after) = new.get(&pkg).filter(|after| **after != before) {
            found.base.extend(before);
            found.new.extend(after.iter().cloned());
            found.packages.insert(pkg);
        }
    }
    (!found.packages.is_empty()).then_some(found)
}

/// The values that a key has for each package.
fn values(key: Key, data: &Dataset) -> BTreeMap<BString, BTreeSet<String>> {
    let mut values: BTreeMap<BString, BTreeSet<String>> = BTreeMap::new();
    for config in data.configs() {
        if let Some(value) = config.get(key.as_str()) {
            let pkg = config.get("pkg").unwrap_or_default().to_owned();
            values.entry(pkg).or_default().insert(value.to_string());
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn told(base: &str, new: &str) -> Vec<String> {
        let data = |text: &str| parse::text("f", text.replace('|', "\nBenchmarkX 1 1 x\n").as_bytes());
        let told = |it: Difference| {
            let packages: Vec<String> = it.packages.iter().map(ToString::to_string).collect();
            format!("{} of {}: {:?} {:?}", it.key.as_str(), packages.join(","), it.base, it.new)
        };
        differences(&data(base), &data(new)).into_iter().map(told).collect()
    }

    #[test]
    fn only_what_both_sides_state_can_differ() {
        assert_eq!(told("goos: linux\ncpu: A|", "cpu: B  |"), [r#"cpu of : {"A"} {"B"}"#]);
        assert!(
            told("goos: linux\ncpu: A|", "goos: linux\ncpu: A  |").is_empty(),
            "Go pads the line with blanks"
        );
        let want = [r#"goos of : {"darwin"} {"linux"}"#, r#"goarch of : {"arm64"} {"amd64"}"#];
        assert_eq!(told("goos: darwin\ngoarch: arm64|", "goos: linux\ngoarch: amd64|"), want);
    }

    #[test]
    fn machines_are_compared_package_by_package() {
        let (here, there) = ("pkg: p\ncpu: A|pkg: q\ncpu: B|", "pkg: p\ncpu: B|pkg: q\ncpu: A|");
        assert_eq!(told(here, there), [r#"cpu of p,q: {"A", "B"} {"A", "B"}"#]);
        assert_eq!(told(here, "pkg: p\ncpu: A|pkg: q\ncpu: C|"), [r#"cpu of q: {"B"} {"C"}"#]);
        assert!(told(here, here).is_empty());
        assert!(told("pkg: p\ncpu: A|", "pkg: q\ncpu: B|").is_empty(), "nothing is compared across packages");
    }
}
