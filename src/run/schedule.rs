//! What is run in each round, and in which order. Pure.

use super::Side;
use std::collections::{BTreeMap, BTreeSet};

/// The benchmark functions that are still to be measured, by import path.
pub type Remaining = BTreeMap<String, BTreeSet<String>>;

/// A package that is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scheduled {
    /// Its index among all packages.
    pub index: usize,
    /// Its import path.
    pub path: String,
    /// The sides that have a binary of it.
    pub sides: Vec<Side>,
    /// The functions that are still to be measured; `None` is all of them.
    pub functions: Option<BTreeSet<String>>,
}

impl Scheduled {
    fn is_only_in(&self, side: Side) -> bool {
        self.sides == [side]
    }

    /// The value of `-test.bench`, where that of `--bench` is `bench`. A pattern for sub-benchmarks stays as it is, because it is
    /// not known which of its parts are for which function.
    pub fn pattern(&self, bench: &str) -> String {
        match &self.functions {
            Some(functions) if !bench.contains('/') => {
                let names: Vec<&str> = functions.iter().map(String::as_str).collect();
                format!("^({})$", names.join("|"))
            }
            _ => bench.to_string(),
        }
    }
}

/// The packages that are run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub packages: Vec<Scheduled>,
}

impl Schedule {
    /// What is run in a round, counted from 1: indices of packages, and sides. Which side goes first alternates with the rounds and
    /// with the packages, so that drift affects both alike.
    ///
    /// A package that only base has is run in the first round, which shows that it is gone; in every round if new has a package that
    /// may be the same under another path.
    pub fn order(&self, round: usize) -> Vec<(usize, Side)> {
        let may_be_renamed = self.packages.iter().any(|package| package.is_only_in(Side::New));
        let mut all = Vec::new();
        for (index, package) in self.packages.iter().enumerate() {
            if package.is_only_in(Side::Base) && round > 1 && !may_be_renamed {
                continue;
            }
            let order = match (round + index) % 2 {
                1 => [Side::Base, Side::New],
                _ => [Side::New, Side::Base],
            };
            all.extend(
                order.into_iter().filter(|side| package.sides.contains(side)).map(|side| (index, side)),
            );
        }
        all
    }

    /// Keeps only these benchmarks. Packages that only base has stay while there are some that only new has: they may be the same.
    pub fn keep_only(&mut self, remaining: &Remaining) {
        self.packages.retain_mut(|package| {
            if let Some(functions) = remaining.get(&package.path) {
                package.functions = Some(functions.clone());
            }
            remaining.contains_key(&package.path) || package.is_only_in(Side::Base)
        });
        if !self.packages.iter().any(|package| package.is_only_in(Side::New)) {
            self.packages.retain(|package| !package.is_only_in(Side::Base));
        }
    }

    /// Removes a package.
    pub fn remove(&mut self, path: &str) {
        self.packages.retain(|package| package.path != path);
    }
}

#[cfg(test)]
mod tests {
    use super::Side::{Base, New};
    use super::*;

    fn schedule(packages: &[(&str, &[Side])]) -> Schedule {
        let package = |(index, (path, sides)): (usize, &(&str, &[Side]))| Scheduled {
            index,
            path: path.to_string(),
            sides: sides.to_vec(),
            functions: None,
        };
        Schedule { packages: packages.iter().enumerate().map(package).collect() }
    }

    fn remaining(of: &[(&str, &[&str])]) -> Remaining {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        of.iter().map(|(path, functions)| (path.to_string(), names(functions))).collect()
    }

    #[test]
    fn base_and_new_alternate_in_going_first() {
        let schedule = schedule(&[("a", &[Base, New]), ("b", &[Base, New])]);
        assert_eq!(schedule.order(1), [(0, Base), (0, New), (1, New), (1, Base)]);
        assert_eq!(schedule.order(2), [(0, New), (0, Base), (1, Base), (1, New)]);
        for at in 0..2 {
            let first = (1..=10).filter(|&round| {
                schedule.order(round).iter().find(|it| it.0 == at).map(|it| it.1) == Some(Base)
            });
            assert_eq!(first.count(), 5, "balanced in ten rounds");
        }
    }

    #[test]
    fn a_package_that_is_gone_is_run_once_unless_it_may_be_renamed() {
        let gone = schedule(&[("a", &[Base, New]), ("b", &[Base])]);
        assert_eq!((gone.order(1).len(), gone.order(2).len()), (3, 2));
        let mut renamed = schedule(&[("a", &[Base, New]), ("b", &[Base]), ("c", &[New])]);
        assert_eq!(renamed.order(2).len(), 4);
        renamed.keep_only(&remaining(&[("c", &["BenchmarkX"])]));
        assert_eq!(renamed.order(11).iter().map(|it| it.1).collect::<Vec<_>>(), [Base, New]);
        renamed.keep_only(&remaining(&[("a", &["BenchmarkX"])]));
        assert_eq!(renamed.packages, []);
    }

    #[test]
    fn benchmarks_that_are_decided_are_not_run_again() {
        let mut schedule = schedule(&[("a", &[Base, New]), ("b", &[Base, New])]);
        assert_eq!(schedule.packages[1].pattern("."), ".");
        schedule.keep_only(&remaining(&[("b", &["BenchmarkX", "BenchmarkA"])]));
        assert_eq!(schedule.packages.len(), 1);
        assert_eq!(schedule.packages[0].pattern("."), "^(BenchmarkA|BenchmarkX)$");
        assert_eq!(schedule.packages[0].pattern("X/big"), "X/big");
        assert_eq!(schedule.packages[0].index, 1, "still the same package");
        schedule.remove("b");
        assert_eq!(schedule.order(1), []);
    }
}
