//! Would the policy catch a regression? Probes are regressions that were put into results on purpose.

use super::finding::{Finding, Verdict};
use crate::policy::{Level, Rule};
use crate::words::Number;
use std::collections::BTreeMap;

/// A regression that was put into the results of one benchmark, and what the gate found.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What was put in, such as `+1` or `+10%`.
    pub injected: String,
    /// What the gate found.
    pub finding: Finding,
    /// The rule that applies.
    pub rule: Rule,
}

impl Probe {
    /// Whether the gate fails because of it.
    pub fn is_caught(&self) -> bool {
        self.finding.level == Level::Fail
            && matches!(self.finding.verdict, Verdict::Regressed | Verdict::OverBudget)
    }

    /// The rules that should catch it: those at level fail.
    fn guards(&self) -> impl Iterator<Item = String> {
        let (rule, unit) = (&self.rule, &self.finding.unit);
        let level =
            (rule.level.value == Level::Fail).then(|| format!("{unit} level fail ({})", rule.level.origin));
        let max = rule.max.as_ref().filter(|_| rule.max_level.value == Level::Fail);
        let max = max.map(|max| format!("max {unit} = {} ({})", Number(max.value), max.origin));
        level.into_iter().chain(max)
    }
}

/// The rules at level fail that caught none of the probes they apply to, with their places, in alphabetical order.
pub fn dead_rules(probes: &[Probe]) -> Vec<String> {
    let mut guards: BTreeMap<String, bool> = BTreeMap::new();
    for probe in probes {
        for guard in probe.guards() {
            *guards.entry(guard).or_default() |= probe.is_caught();
        }
    }
    guards.into_iter().filter(|(_, caught)| !caught).map(|(guard, _)| guard).collect()
}
