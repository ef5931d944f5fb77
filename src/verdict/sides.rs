//! What is judged.

use crate::group::{Difference, Side};
use crate::model::{BenchmarkId, FileLedger};
use std::collections::BTreeMap;

/// The sides of a comparison, with what is known about them besides numbers.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'s> {
    /// The base side; `None` where budgets alone are judged.
    pub base: Option<&'s Side<'s>>,
    /// The new side.
    pub new: &'s Side<'s>,
    /// How the environments of base and new differ.
    pub differences: &'s [Difference<'s>],
    /// Benchmarks that only base has, with those that only new has and that are likely the same.
    pub renames: &'s BTreeMap<BenchmarkId<'s>, BenchmarkId<'s>>,
    /// Whether the results are a part of the suite, even if they do not record a selection.
    pub is_partial: bool,
}

impl<'s> Sides<'s> {
    /// Both sides, or the one there is.
    pub fn iter(&self) -> impl Iterator<Item = &'s Side<'s>> {
        self.base.into_iter().chain([self.new])
    }

    /// The ledger of every file of both sides.
    pub fn files(&self) -> impl Iterator<Item = &'s FileLedger> {
        self.iter().flat_map(|side| &side.ledger().files)
    }
}
