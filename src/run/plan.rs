//! What runs when: pure decisions, made before and between the rounds.

use crate::model::{Looks, LooksError};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One of the two revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Before the change.
    Base,
    /// After it.
    New,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Side::Base => "base",
            Side::New => "new",
        })
    }
}

/// The benchmark functions that are still to be measured, by import path.
pub type Remaining = BTreeMap<String, BTreeSet<String>>;

/// The rounds after which the results are looked at: after `rounds`, half-way to `most`, and after `most`.
///
/// # Errors
/// If there is no round, or `most` is less than `rounds`.
pub fn looks(rounds: usize, most: usize) -> Result<Looks, LooksError> {
    let mut looks = vec![rounds, (rounds + most).div_ceil(2), most];
    looks.dedup();
    Looks::new(looks)
}

/// A package that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its place among all packages.
    pub index: usize,
    /// Its import path.
    pub path: String,
    /// The sides that can run it.
    pub sides: Vec<Side>,
    /// The functions that are left; all of them while this is `None`.
    pub functions: Option<BTreeSet<String>>,
}

impl Entry {
    fn is_of(&self, side: Side) -> bool {
        self.sides == [side]
    }

    /// What `-test.bench` says, where the user said `bench`. A pattern with levels stays as it is: what of it belongs to
    /// which function cannot be told.
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

/// What takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub entries: Vec<Entry>,
}

impl Plan {
    /// What runs in this round, counted from 1, in this order: base and new in turn, and each of them first in every other
    /// round and at every other package, so that whatever drifts drifts for both.
    ///
    /// What only base has runs once, which shows that it is gone; unless new has something that may be the same under
    /// another path.
    pub fn turns(&self, round: usize) -> Vec<(usize, Side)> {
        let may_be_renamed = self.entries.iter().any(|entry| entry.is_of(Side::New));
        let mut turns = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if entry.is_of(Side::Base) && round > 1 && !may_be_renamed {
                continue;
            }
            let order = match (round + at) % 2 {
                1 => [Side::Base, Side::New],
                _ => [Side::New, Side::Base],
            };
            turns.extend(order.into_iter().filter(|side| entry.sides.contains(side)).map(|side| (at, side)));
        }
        turns
    }

    /// Leaves what remains. Base alone stays while new alone does: it may be the same.
    pub fn narrow(&mut self, remaining: &Remaining) {
        self.entries.retain_mut(|entry| {
            if let Some(functions) = remaining.get(&entry.path) {
                entry.functions = Some(functions.clone());
            }
            remaining.contains_key(&entry.path) || entry.is_of(Side::Base)
        });
        if !self.entries.iter().any(|entry| entry.is_of(Side::New)) {
            self.entries.retain(|entry| !entry.is_of(Side::Base));
        }
    }

    /// Leaves a package out from here on.
    pub fn drop(&mut self, path: &str) {
        self.entries.retain(|entry| entry.path != path);
    }
}

#[cfg(test)]
mod tests {
    use super::Side::{Base, New};
    use super::*;

    fn plan(entries: &[(&str, &[Side])]) -> Plan {
        let entry = |(index, (path, sides)): (usize, &(&str, &[Side]))| Entry {
            index,
            path: path.to_string(),
            sides: sides.to_vec(),
            functions: None,
        };
        Plan { entries: entries.iter().enumerate().map(entry).collect() }
    }

    fn remaining(of: &[(&str, &[&str])]) -> Remaining {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        of.iter().map(|(path, functions)| (path.to_string(), names(functions))).collect()
    }

    #[test]
    fn base_and_new_take_turns_at_being_first() {
        let plan = plan(&[("a", &[Base, New]), ("b", &[Base, New])]);
        assert_eq!(plan.turns(1), [(0, Base), (0, New), (1, New), (1, Base)]);
        assert_eq!(plan.turns(2), [(0, New), (0, Base), (1, Base), (1, New)]);
        for at in 0..2 {
            let first = (1..=10)
                .filter(|&round| plan.turns(round).iter().find(|it| it.0 == at).map(|it| it.1) == Some(Base));
            assert_eq!(first.count(), 5, "balanced in ten rounds");
        }
    }

    #[test]
    fn what_is_gone_runs_once_unless_it_may_have_been_renamed() {
        let gone = plan(&[("a", &[Base, New]), ("b", &[Base])]);
        assert_eq!((gone.turns(1).len(), gone.turns(2).len()), (3, 2));
        let mut renamed = plan(&[("a", &[Base, New]), ("b", &[Base]), ("c", &[New])]);
        assert_eq!(renamed.turns(2).len(), 4);
        renamed.narrow(&remaining(&[("c", &["BenchmarkX"])]));
        assert_eq!(renamed.turns(11).iter().map(|it| it.1).collect::<Vec<_>>(), [Base, New]);
        renamed.narrow(&remaining(&[("a", &["BenchmarkX"])]));
        assert_eq!(renamed.entries, []);
    }

    #[test]
    fn what_is_decided_does_not_run_again() {
        let mut plan = plan(&[("a", &[Base, New]), ("b", &[Base, New])]);
        assert_eq!(plan.entries[1].pattern("."), ".");
        plan.narrow(&remaining(&[("b", &["BenchmarkX", "BenchmarkA"])]));
        assert_eq!(plan.entries.len(), 1);
        assert_eq!(plan.entries[0].pattern("."), "^(BenchmarkA|BenchmarkX)$");
        assert_eq!(plan.entries[0].pattern("X/big"), "X/big");
        assert_eq!(plan.entries[0].index, 1, "it is the same package still");
        plan.drop("b");
        assert_eq!(plan.turns(1), []);
    }

    #[test]
    fn looks_are_at_both_ends_and_half_way() {
        let told = [(10, 20), (10, 10), (5, 10), (5, 6)]
            .map(|(rounds, most)| looks(rounds, most).expect("looks").to_string());
        assert_eq!(told, ["10,15,20", "10", "5,8,10", "5,6"]);
        assert!(looks(0, 0).is_err() && looks(5, 3).is_err());
    }
}
