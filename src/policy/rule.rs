//! A policy, and the rule that it has for one benchmark and unit.

use super::index::{PolicyIndex, places};
use super::{
    AnchorWaiver, ConditionKind, DecisionEntry, DecisionRule, GateSettings, HistorySettings, Level, Origin,
    Platform, PlatformKey, PlatformPattern, RemovalWaiver, Setting, Tolerance, TooManySteps, Waiver,
};
use crate::diag::Diagnostic;
use crate::model::{BenchmarkId, Direction, Unit};
use crate::query::{Glob, GlobIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A checked policy.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Policy {
    /// The path of the file as the user gave it, or `built-in`.
    pub source: Arc<str>,
    /// How the gate decides.
    pub gate: GateSettings,
    /// The settings of each unit.
    pub units: BTreeMap<Unit, UnitRule>,
    /// The budgets. Later entries override earlier ones.
    pub budgets: Vec<Budget>,
    /// Regressions that are accepted for a limited time.
    pub waivers: Vec<Waiver>,
    /// Removed benchmarks that are accepted for a limited time.
    pub removals: Vec<RemovalWaiver>,
    /// What the compiler must decide about functions. Later entries override earlier ones.
    pub decisions: Vec<DecisionEntry>,
    /// How steps and drift are found.
    pub history: HistorySettings,
    /// The revision for `--anchor`, if there is one.
    pub anchor: Option<AnchorRule>,
    /// Waivers that apply with `--anchor` only.
    pub anchor_waivers: Vec<AnchorWaiver>,
    /// The level of each condition.
    pub evidence: BTreeMap<ConditionKind, Setting<Level>>,
    /// What should be changed in the file, although it is valid.
    pub warnings: Vec<Diagnostic>,
    /// The entries by their patterns.
    pub(super) index: PolicyIndex,
}

/// The settings of a unit, which budgets override.
#[derive(Debug, Clone, Default)]
pub struct UnitRule {
    /// What a regression does to the verdict.
    pub level: Option<Setting<Level>>,
    /// The largest tolerated change.
    pub tolerance: Option<Setting<Tolerance>>,
    /// Which direction is better.
    pub better: Option<Setting<Direction>>,
    /// The least number of samples per side.
    pub min_samples: Option<Setting<usize>>,
}

/// The revision that `--anchor` compares with, and what may have changed since then.
#[derive(Debug, Clone)]
pub struct AnchorRule {
    /// A revision, or `latest-tag`.
    pub rev: Setting<String>,
    /// The settings of each unit.
    pub units: BTreeMap<Unit, UnitRule>,
}

/// The settings of the benchmarks that a pattern matches.
#[derive(Debug, Clone)]
pub struct Budget {
    /// The pattern for the name, with or without its `-N` suffix.
    pub bench: Glob,
    /// The pattern for the package.
    pub pkg: Option<Glob>,
    /// The platforms on which it applies.
    pub platform: PlatformPattern,
    /// The first line of the entry.
    pub origin: Origin,
    /// The largest value allowed, by unit.
    pub max: BTreeMap<Unit, Setting<f64>>,
    /// What a regression or an exceeded maximum does to the verdict, by unit.
    pub level: BTreeMap<Unit, Setting<Level>>,
    /// The largest tolerated change, by unit.
    pub tolerance: BTreeMap<Unit, Setting<Tolerance>>,
}

/// The budgets and waivers for one benchmark.
#[derive(Debug)]
pub struct Rules<'p> {
    policy: &'p Policy,
    /// The budgets that match it, in the order written.
    budgets: Vec<&'p Budget>,
    /// Their places in the policy.
    places: Vec<usize>,
    /// The waivers that match it.
    waivers: Vec<&'p Waiver>,
    /// The waivers for its removal that match it.
    removals: Vec<&'p RemovalWaiver>,
}

/// The rule for one benchmark and unit. Every setting has the line that set it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What a regression does to the verdict.
    pub level: Setting<Level>,
    /// The largest tolerated change.
    pub tolerance: Setting<Tolerance>,
    /// The largest value allowed, if there is a maximum.
    pub max: Option<Setting<f64>>,
    /// What an exceeded maximum does to the verdict: it fails, unless a budget sets another level for the unit.
    pub max_level: Setting<Level>,
    /// Which direction is better, if known.
    pub better: Option<Direction>,
}

/// Its patterns.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.bench.pattern())?;
        self.pkg.as_ref().map_or(Ok(()), |pkg| write!(f, " in package `{}`", pkg.pattern()))?;
        if self.platform.matches_all() { Ok(()) } else { write!(f, " on {}", self.platform) }
    }
}

impl Budget {
    /// Whether the budget matches this benchmark. The pattern can omit the `-N` suffix that Go adds.
    pub fn matches(&self, id: BenchmarkId<'_>) -> bool {
        self.bench.matches_name(id.name) && self.pkg.as_ref().is_none_or(|pkg| pkg.matches(id.pkg))
    }

    /// Whether it sets anything for a unit.
    pub(super) fn sets(&self, unit: &Unit) -> bool {
        self.max.contains_key(unit) || self.level.contains_key(unit) || self.tolerance.contains_key(unit)
    }

    /// Whether both apply to the same benchmarks and set the same for a unit, in whatever lines.
    pub(super) fn sets_same(&self, other: &Budget, unit: &Unit) -> bool {
        fn value<'b, T>(of: &'b BTreeMap<Unit, Setting<T>>, unit: &Unit) -> Option<&'b T> {
            of.get(unit).map(|it| &it.value)
        }
        self.to_string() == other.to_string()
            && value(&self.max, unit) == value(&other.max, unit)
            && value(&self.level, unit) == value(&other.level, unit)
            && value(&self.tolerance, unit) == value(&other.tolerance, unit)
    }
}

impl Policy {
    /// Arranges the entries by their patterns. Needed after every change of them.
    pub(super) fn arrange(&mut self) {
        self.index = PolicyIndex {
            budgets: GlobIndex::new(self.budgets.iter().map(|it| &it.bench)),
            waivers: GlobIndex::new(self.waivers.iter().map(|it| &it.bench)),
            removals: GlobIndex::new(self.removals.iter().map(|it| &it.bench)),
            decisions: GlobIndex::new(self.decisions.iter().map(|it| it.func.glob())),
        };
    }

    /// Whether the policy has a budget or a waiver.
    pub fn names_benchmarks(&self) -> bool {
        !self.budgets.is_empty() || !self.waivers.is_empty() || !self.removals.is_empty()
    }

    /// The budgets and waivers for a benchmark on a platform. One look-up in an index of the entries: O(length²) for the length of the
    /// name, and more for each pattern with a wildcard that begins like it.
    ///
    /// # Errors
    /// If a matching budget depends on the platform, and the results do not record it: that budget, and the missing key.
    pub fn rules(
        &self,
        id: BenchmarkId<'_>,
        platform: &Platform,
    ) -> Result<Rules<'_>, (&Budget, PlatformKey)> {
        let mut places = self.budget_places(id);
        for &place in &places {
            let budget = &self.budgets[place]; // the index has places of this list
            budget.platform.matches(platform).map_err(|unknown| (budget, unknown))?;
        }
        places.retain(|&place| self.budgets[place].platform.matches(platform) == Ok(true));
        Ok(self.rules_with(id, places))
    }

    /// The same, but without the budgets that depend on a missing key.
    pub(super) fn rules_where_known(&self, id: BenchmarkId<'_>, platform: &Platform) -> Rules<'_> {
        let mut places = self.budget_places(id);
        places.retain(|&place| self.budgets[place].platform.matches(platform) == Ok(true));
        self.rules_with(id, places)
    }

    fn rules_with(&self, id: BenchmarkId<'_>, places: Vec<usize>) -> Rules<'_> {
        let (waivers, removals) = self.waiver_places(id);
        let waivers = waivers.into_iter().map(|place| &self.waivers[place]).collect();
        let removals = removals.into_iter().map(|place| &self.removals[place]).collect();
        Rules { waivers, removals, ..self.rules_of(places) }
    }

    /// The places of the budgets for a benchmark on any platform, ascending.
    pub fn budget_places(&self, id: BenchmarkId<'_>) -> Vec<usize> {
        places(&self.index.budgets, id, |place| self.budgets[place].pkg.as_ref())
    }

    /// The places of the waivers for a benchmark, and of those for its removal, ascending.
    pub fn waiver_places(&self, id: BenchmarkId<'_>) -> (Vec<usize>, Vec<usize>) {
        let waivers = places(&self.index.waivers, id, |place| self.waivers[place].pkg.as_ref());
        (waivers, places(&self.index.removals, id, |place| self.removals[place].pkg.as_ref()))
    }

    /// Checks that looking up all these benchmarks does not take longer than some seconds, whatever the names and the patterns are.
    ///
    /// # Errors
    /// If it takes more than [`MOST_STEPS`](super::MOST_STEPS).
    pub fn bounded<'d>(&self, ids: impl Iterator<Item = BenchmarkId<'d>>) -> Result<(), TooManySteps> {
        self.index.bounded(ids)
    }

    /// The rules where exactly the budgets in these places of the policy apply, in their order, and no waiver.
    pub(super) fn rules_of(&self, places: Vec<usize>) -> Rules<'_> {
        let budgets = places.iter().map(|&place| &self.budgets[place]).collect();
        Rules { policy: self, budgets, places, waivers: Vec::new(), removals: Vec::new() }
    }

    /// The rule for a unit without a budget.
    pub fn unit_rule(&self, unit: &Unit) -> Rule {
        self.rules_of(Vec::new()).unit(unit)
    }

    /// The least number of samples per side with which a row of the unit is tested.
    pub fn min_samples(&self, unit: &Unit) -> &Setting<usize> {
        let own = self.units.get(unit).and_then(|it| it.min_samples.as_ref());
        own.unwrap_or(&self.gate.min_samples)
    }

    /// What must hold for a function, by its full name. `is_test` says that it is in a test file. One look-up, as [`Policy::rules`].
    pub fn decision_rule(&self, function: &str, is_test: bool) -> DecisionRule {
        DecisionRule::of(
            self.decision_places(function, is_test).into_iter().map(|place| &self.decisions[place]),
        )
    }

    /// The places of the entries for a function, ascending.
    pub fn decision_places(&self, function: &str, is_test: bool) -> Vec<usize> {
        let mut found = Vec::new();
        self.index.decisions.find(function.into(), &mut found);
        found.retain(|&place| self.decisions[place].is_for(is_test));
        found.sort_unstable();
        found
    }

    /// The level of a condition.
    pub fn level(&self, condition: ConditionKind) -> Level {
        self.evidence.get(&condition).map_or(Level::Fail, |setting| setting.value)
    }
}

impl<'p> Rules<'p> {
    /// The rule for one unit. For each key, the last budget that sets it decides, then `[unit]`.
    pub fn unit(&self, unit: &Unit) -> Rule {
        let own = self.policy.units.get(unit);
        let level = self.last(|budget| budget.level.get(unit)).cloned();
        let tolerance = self.last(|budget| budget.tolerance.get(unit)).cloned();
        let fails = Setting::fallback(Level::Fail);
        Rule {
            max_level: level.clone().unwrap_or(fails),
            level: level.or_else(|| own?.level.clone()).unwrap_or(Setting::fallback(Level::Warn)),
            tolerance: tolerance
                .or_else(|| own?.tolerance.clone())
                .unwrap_or(Setting::fallback(Tolerance::UNLISTED)),
            max: self.last(|budget| budget.max.get(unit)).cloned(),
            better: unit.direction().or_else(|| own?.better.as_ref().map(|better| better.value)),
        }
    }

    /// The rule for one unit, if there were no budgets.
    pub(super) fn without_budgets(&self, unit: &Unit) -> Rule {
        self.policy.unit_rule(unit)
    }

    /// The budget that sets the maximum of a unit.
    pub fn max_budget(&self, unit: &Unit) -> Option<&'p Budget> {
        self.budgets.iter().rev().find(|budget| budget.max.contains_key(unit)).copied()
    }

    /// The place of that budget in the policy.
    pub(super) fn max_place(&self, unit: &Unit) -> Option<usize> {
        let last = self.budgets.iter().rposition(|budget| budget.max.contains_key(unit))?;
        Some(self.places[last])
    }

    /// The units that have a maximum.
    pub fn units_with_max(&self) -> BTreeSet<&'p Unit> {
        self.budgets.iter().flat_map(|budget| budget.max.keys()).collect()
    }

    /// The budgets for the benchmark, in the order of the file.
    pub fn budgets(&self) -> &[&'p Budget] {
        &self.budgets
    }

    /// The waivers for the benchmark in this unit, in the order of the file.
    pub fn waivers(&self, unit: &Unit) -> impl Iterator<Item = &'p Waiver> {
        self.waivers.iter().copied().filter(move |waiver| waiver.unit == *unit)
    }

    /// The waivers for the removal of the benchmark, in the order of the file.
    pub fn removals(&self) -> &[&'p RemovalWaiver] {
        &self.removals
    }

    /// Whether the benchmark has no budget.
    pub fn is_unbudgeted(&self) -> bool {
        self.budgets.is_empty()
    }

    fn last<T>(&self, key: impl Fn(&'p Budget) -> Option<&'p T>) -> Option<&'p T> {
        self.budgets.iter().rev().find_map(|&budget| key(budget))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    const POLICY: &str = r#"
[unit."widgets/op"]
level = "fail"
better = "higher"

[[budget]]
bench = "Parse/**"
max = { "allocs/op" = 4, "B/op" = 64 }
level = { "ns/op" = "fail" }

[[budget]]
bench = "Parse/small"
pkg = "example.com/*"
max = { "allocs/op" = 0 }
"#;

    fn rule(pkg: &str, name: &str, unit: &str) -> Rule {
        let policy = Policy::parse("p.toml", POLICY).expect("valid");
        let id = BenchmarkId { pkg: pkg.into(), name: Name::new(name.as_bytes()) };
        policy
            .rules(id, &Platform::default())
            .expect("no budget depends on the platform")
            .unit(&Unit::new(unit))
    }

    #[test]
    fn later_budgets_override_earlier_ones_key_by_key() {
        let max = |pkg, name, unit| rule(pkg, name, unit).max.map(|max| (max.value, max.origin.line));
        assert_eq!(max("example.com/a", "Parse/small-8", "allocs/op"), Some((0.0, Some(14))));
        assert_eq!(max("example.com/a", "Parse/small-8", "B/op"), Some((64.0, Some(8))));
        assert_eq!(max("example.com/a/b", "Parse/small-8", "allocs/op"), Some((4.0, Some(8))));
        assert_eq!(max("example.com/a", "Other-8", "allocs/op"), None);
        assert_eq!(rule("", "Parse/x", "ns/op").level.value, Level::Fail);
        assert_eq!(rule("", "Other", "ns/op").level.value, Level::Warn);
    }

    #[test]
    fn the_policy_sets_the_direction_of_custom_units() {
        assert_eq!(rule("", "A", "widgets/op").better, Some(Direction::Higher));
        let unlisted = rule("", "A", "other/op");
        assert_eq!((unlisted.better, unlisted.level.value), (None, Level::Warn));
        assert_eq!(unlisted.level.origin, Origin::fallback());
    }

    #[test]
    fn a_name_matches_with_and_without_its_suffix() {
        let policy =
            Policy::parse("p.toml", "[[budget]]\nbench = \"X/size-32\"\nmax = { x = 1 }\n").expect("valid");
        for (name, want) in [("X/size-32", true), ("X/size-32-8", true), ("X/size", false)] {
            let id = BenchmarkId { pkg: "".into(), name: Name::new(name.as_bytes()) };
            assert_eq!(policy.budgets[0].matches(id), want, "{name}");
        }
    }
}
