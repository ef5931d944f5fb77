//! What the verdict rests on.

use super::difference::{Difference, differences};
use crate::model::{Dataset, FileLedger};

/// The datasets behind a comparison, for what they say besides numbers.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'d> {
    /// The base side; `None` where budgets alone are judged.
    pub base: Option<&'d Dataset>,
    /// The new side.
    pub new: &'d Dataset,
}

impl<'d> Evidence<'d> {
    /// In what the two sides were measured differently.
    pub fn differences(&self) -> Vec<Difference> {
        self.base.map(|base| differences(base, self.new)).unwrap_or_default()
    }

    /// The account of every file of both sides.
    pub fn files(&self) -> impl Iterator<Item = &'d FileLedger> {
        self.base.into_iter().chain([self.new]).flat_map(|side| &side.ledger().files)
    }
}
