//! In what the two sides were measured differently.

use crate::model::Dataset;
use std::collections::BTreeSet;

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
    /// Its values in base.
    pub base: BTreeSet<String>,
    /// Its values in new.
    pub new: BTreeSet<String>,
}

/// Compares what both sides say about their machine. A side that says nothing differs from nothing: Go does not print
/// `cpu:` everywhere.
pub(super) fn differences(base: &Dataset, new: &Dataset) -> Vec<Difference> {
    let values = |data: &Dataset, key: Key| -> BTreeSet<String> {
        data.configs().filter_map(|config| config.get(key.as_str())).map(ToString::to_string).collect()
    };
    [Key::Goos, Key::Goarch, Key::Cpu]
        .into_iter()
        .map(|key| Difference { key, base: values(base, key), new: values(new, key) })
        .filter(|it| it.base != it.new && !it.base.is_empty() && !it.new.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn only_what_both_sides_state_can_differ() {
        let base = parse::text("b", b"goos: linux\ncpu: A\nBenchmarkX 1 1 x\n");
        let new = parse::text("n", b"cpu: B  \nBenchmarkX 1 1 x\n");
        let found = differences(&base, &new);
        assert_eq!(found.iter().map(|d| d.key).collect::<Vec<_>>(), [Key::Cpu]);
        assert_eq!(found[0].new, BTreeSet::from(["B".to_string()]));
        assert!(differences(&base, &base).is_empty());
        let arm = parse::text("a", b"goos: darwin\ngoarch: arm64\nBenchmarkX 1 1 x\n");
        let intel = parse::text("i", b"goos: linux\ngoarch: amd64\nBenchmarkX 1 1 x\n");
        let keys: Vec<Key> = differences(&arm, &intel).iter().map(|d| d.key).collect();
        assert_eq!(keys, [Key::Goos, Key::Goarch]);
    }
}
