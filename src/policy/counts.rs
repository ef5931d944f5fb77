//! The policy for a run that counts allocations and times nothing.

use super::{ConditionKind, Level, Policy, Setting};
use crate::model::{Class, Unit};

impl Policy {
    /// The maxima of counts alone, for results that are too few and too short for anything else. Waivers and removed benchmarks are the
    /// matter of a comparison; whether each waiver was needed is as well.
    pub fn budgets_of_counts(&self) -> Policy {
        let mut policy = self.clone();
        let is_count = |unit: &Unit| unit.class() == Class::Counting;
        for budget in &mut policy.budgets {
            budget.max.retain(|unit, _| is_count(unit));
        }
        policy.budgets.retain(|budget| !budget.max.is_empty());
        policy.removals.clear();
        policy.decisions.clear();
        for condition in [ConditionKind::UnusedWaiver, ConditionKind::UnbudgetedBenchmark] {
            policy.evidence.insert(condition, Setting::fallback(Level::Ignore));
        }
        policy.arrange();
        policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maxima_of_times_are_left_out() {
        let text = "[[budget]]\nbench = \"A\"\nmax = { \"B/op\" = 1, \"ns/op\" = 1 }\n\
            [[budget]]\nbench = \"B\"\nmax = { \"ns/op\" = 1 }\n";
        let policy = Policy::parse("p.toml", text).expect("valid").budgets_of_counts();
        let units: Vec<Vec<&str>> =
            policy.budgets.iter().map(|budget| budget.max.keys().map(Unit::as_str).collect()).collect();
        assert_eq!(units, [["B/op"]]);
    }
}
