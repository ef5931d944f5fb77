//! What is wrong with the files of base alone.

use super::reading::Reading;
use crate::policy::{ConditionKind, Level, Policy};
use crate::verdict::Sides;
use std::fmt;

/// Something wrong with base that is right in new: a merge mends it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BrokenBase(pub Reading);

/// What loses a part of base. Everything else about the files concerns both sides, wherever it is.
const LOSSES: [ConditionKind; 4] = [
    ConditionKind::LostResults,
    ConditionKind::FailedPackages,
    ConditionKind::NonFinite,
    ConditionKind::UnfinishedPackages,
];

impl BrokenBase {
    /// Separates what only base has from the conditions of both sides.
    pub(super) fn separate(
        all: Vec<Reading>,
        sides: &Sides,
        is_block: bool,
    ) -> (Vec<Reading>, Vec<BrokenBase>) {
        if sides.base.is_none() {
            return (all, Vec::new());
        }
        let of_new = Reading::of(&Sides { base: None, ..*sides }, is_block);
        let is_in_new = |kind| of_new.iter().any(|it| it.kind() == kind);
        let is_of_base = |it: &Reading| LOSSES.contains(&it.kind()) && !is_in_new(it.kind());
        let (base, rest): (Vec<Reading>, _) = all.into_iter().partition(is_of_base);
        (rest, base.into_iter().map(BrokenBase).collect())
    }

    /// Its level: no higher than that of the same condition in new.
    pub(super) fn level(&self, policy: &Policy) -> Level {
        policy.level(self.0.kind()).min(policy.level(ConditionKind::BrokenBase))
    }

    pub(super) fn title(&self) -> String {
        format!("{} in base", self.0.title())
    }
}

impl fmt::Display for BrokenBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fixed in new; {}", self.0)
    }
}
