//! What the verdict rests on.

use crate::group::{Difference, Side};
use crate::model::FileLedger;

/// The sides of a comparison, for what they say besides numbers.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// The base side; `None` where budgets alone are judged.
    pub base: Option<&'e Side<'e>>,
    /// The new side.
    pub new: &'e Side<'e>,
    /// In what they were measured differently.
    pub differences: &'e [Difference<'e>],
    /// The Go version, where the user gives it; otherwise the results may say so themselves.
    pub go: Option<&'e str>,
    /// Whether other benchmarks may have been measured as well, even if the results do not record that they are a portion.
    pub is_excerpt: bool,
}

impl<'e> Evidence<'e> {
    /// Results of which nobody says more than they do.
    pub fn new(
        base: Option<&'e Side<'e>>,
        new: &'e Side<'e>,
        differences: &'e [Difference<'e>],
    ) -> Evidence<'e> {
        Evidence { base, new, differences, go: None, is_excerpt: false }
    }

    /// Both sides, or the one there is.
    pub fn sides(&self) -> impl Iterator<Item = &'e Side<'e>> {
        self.base.into_iter().chain([self.new])
    }

    /// The account of every file of both sides.
    pub fn files(&self) -> impl Iterator<Item = &'e FileLedger> {
        self.sides().flat_map(|side| &side.ledger().files)
    }
}
