//! Entries for decisions of the compiler: a `[[decision]]`, and the rule for one function.

use super::{Level, Origin, Setting};
use crate::query::FunctionGlob;
use std::fmt;

/// What the compiler must decide about some functions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DecisionEntry {
    /// The pattern for the full name.
    pub func: FunctionGlob,
    /// Whether it can be inlined.
    pub inline: Option<Setting<bool>>,
    /// How many values of it may move to the heap.
    pub heap: Option<Setting<u32>>,
    /// How many checks of bounds it may have.
    pub bounds_checks: Option<Setting<u32>>,
    /// What it does to the verdict if the compiler decides otherwise.
    pub level: Setting<Level>,
    /// The first line of the entry.
    pub origin: Origin,
}

/// A value that must hold, with the level and the line of the entry that sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pinned<T> {
    /// The value.
    pub value: T,
    /// What it does to the verdict if it does not hold.
    pub level: Level,
    /// Where it is set.
    pub origin: Origin,
}

/// What must hold for one function. A key that no entry sets may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DecisionRule {
    /// Whether it can be inlined.
    pub inline: Option<Pinned<bool>>,
    /// How many values of it may move to the heap.
    pub heap: Option<Pinned<u32>>,
    /// How many checks of bounds it may have.
    pub bounds_checks: Option<Pinned<u32>>,
}

impl DecisionEntry {
    /// Whether the entry is for a function. One of a test file must be named: a pattern for a package means what it is for others.
    pub fn applies(&self, function: &str, is_test: bool) -> bool {
        self.func.matches(function) && self.is_for(is_test)
    }

    /// Whether the entry is for functions of test files, or `is_test` is false.
    pub(super) fn is_for(&self, is_test: bool) -> bool {
        !is_test || self.func.glob().is_literal()
    }
}

impl DecisionRule {
    /// What these entries, in the order written, set together: for each key, the last one decides.
    pub(super) fn of<'p>(entries: impl Iterator<Item = &'p DecisionEntry>) -> DecisionRule {
        fn set<T: Copy>(key: &mut Option<Pinned<T>>, written: Option<&Setting<T>>, entry: &DecisionEntry) {
            if let Some(written) = written {
                let (value, origin) = (written.value, written.origin.clone());
                *key = Some(Pinned { value, level: entry.level.value, origin });
            }
        }
        let mut rule = DecisionRule::default();
        for entry in entries {
            set(&mut rule.inline, entry.inline.as_ref(), entry);
            set(&mut rule.heap, entry.heap.as_ref(), entry);
            set(&mut rule.bounds_checks, entry.bounds_checks.as_ref(), entry);
        }
        rule
    }
}

/// Its pattern.
impl fmt::Display for DecisionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.func)
    }
}
