//! A policy, and what it says of one benchmark and unit.

use super::{
    ConditionKind, GateSettings, Level, Origin, Platform, PlatformPattern, Setting, Tolerance, Unknown,
    Waiver,
};
use crate::model::{BenchmarkId, Direction, Unit};
use crate::query::Glob;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A policy without contradictions.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The file as it was named, or `built-in`.
    pub source: Arc<str>,
    /// How the gate decides.
    pub gate: GateSettings,
    /// What holds for each unit.
    pub units: BTreeMap<Unit, UnitRule>,
    /// What holds for some benchmarks; later entries override earlier ones.
    pub budgets: Vec<Budget>,
    /// Regressions that are accepted for a while.
    pub waivers: Vec<Waiver>,
    /// What each condition does.
    pub evidence: BTreeMap<ConditionKind, Setting<Level>>,
}

/// What holds for a unit, where no budget says otherwise.
#[derive(Debug, Clone, Default)]
pub struct UnitRule {
    /// What a regression does.
    pub level: Option<Setting<Level>>,
    /// The largest change still tolerated.
    pub tolerance: Option<Setting<Tolerance>>,
    /// Which way is better.
    pub better: Option<Setting<Direction>>,
}

/// What holds for the benchmarks that a pattern matches.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Over the name, with or without its `-N` suffix.
    pub bench: Glob,
    /// Over the package.
    pub pkg: Option<Glob>,
    /// Where it holds.
    pub place: PlatformPattern,
    /// The entry's first line.
    pub origin: Origin,
    /// The largest value allowed.
    pub max: BTreeMap<Unit, Setting<f64>>,
    /// What a regression or an exceeded maximum does.
    pub level: BTreeMap<Unit, Setting<Level>>,
    /// The largest change still tolerated.
    pub tolerance: BTreeMap<Unit, Setting<Tolerance>>,
}

/// Everything a policy says about one benchmark.
#[derive(Debug)]
pub struct Rules<'p> {
    policy: &'p Policy,
    /// The budgets that match it, in the order written.
    budgets: Vec<&'p Budget>,
    /// The waivers that match it.
    waivers: Vec<&'p Waiver>,
}

/// What holds for one benchmark and unit; every setting names the line that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What a regression does.
    pub level: Setting<Level>,
    /// The largest change still tolerated.
    pub tolerance: Setting<Tolerance>,
    /// The largest value allowed, if there is a limit.
    pub max: Option<Setting<f64>>,
    /// What an exceeded maximum does: it fails, unless a budget gives the unit another level.
    pub max_level: Setting<Level>,
    /// Which way is better, if that is known.
    pub better: Option<Direction>,
}

/// Its patterns, as a message names them.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.bench.pattern())?;
        self.pkg.as_ref().map_or(Ok(()), |pkg| write!(f, " in package `{}`", pkg.pattern()))?;
        if self.place.is_anywhere() { Ok(()) } else { write!(f, " on {}", self.place) }
    }
}

impl Budget {
    /// Whether the budget speaks of this benchmark. The `-N` suffix that Go adds need not be written.
    pub fn matches(&self, id: BenchmarkId<'_>) -> bool {
        self.bench.matches_name(id.name) && self.pkg.as_ref().is_none_or(|pkg| pkg.matches(id.pkg))
    }
}

impl Policy {
    /// Whether there is a budget or a waiver: something that must speak of benchmarks that there are.
    pub fn names_benchmarks(&self) -> bool {
        !self.budgets.is_empty() || !self.waivers.is_empty()
    }

    /// Everything that holds for a benchmark where it was measured. O(budgets).
    ///
    /// # Errors
    /// If a budget holds in some places only, and the results do not say where they were measured: that budget, and what
    /// they do not say.
    pub fn rules(&self, id: BenchmarkId<'_>, platform: &Platform) -> Result<Rules<'_>, (&Budget, Unknown)> {
        let mut budgets = Vec::new();
        for budget in self.budgets.iter().filter(|budget| budget.matches(id)) {
            if budget.place.holds(platform).map_err(|unknown| (budget, unknown))? {
                budgets.push(budget);
            }
        }
        let waivers = self.waivers.iter().filter(|waiver| waiver.matches(id)).collect();
        Ok(Rules { policy: self, budgets, waivers })
    }

    /// The same, without the budgets of which the results do not say whether they hold.
    pub(super) fn rules_where_known(&self, id: BenchmarkId<'_>, platform: &Platform) -> Rules<'_> {
        let holds = |budget: &&Budget| budget.matches(id) && budget.place.holds(platform) == Ok(true);
        let waivers = self.waivers.iter().filter(|waiver| waiver.matches(id)).collect();
        Rules { policy: self, budgets: self.budgets.iter().filter(holds).collect(), waivers }
    }

    /// The rule for a unit where no budget speaks.
    pub fn unit_rule(&self, unit: &Unit) -> Rule {
        Rules { policy: self, budgets: Vec::new(), waivers: Vec::new() }.unit(unit)
    }

    /// Which entry a budget of this policy is, from 0.
    pub fn position(&self, budget: &Budget) -> Option<usize> {
        self.budgets.iter().position(|it| std::ptr::eq(it, budget))
    }

    /// What a condition does.
    pub fn level(&self, condition: ConditionKind) -> Level {
        self.evidence.get(&condition).map_or(Level::Fail, |setting| setting.value)
    }
}

impl<'p> Rules<'p> {
    /// The rule for one unit: later budgets before earlier ones, these before `[unit]`, key by key.
    pub fn unit(&self, unit: &Unit) -> Rule {
        let own = self.policy.units.get(unit);
        let level = self.last(|budget| budget.level.get(unit)).cloned();
        let tolerance = self.last(|budget| budget.tolerance.get(unit)).cloned();
        let fails = Setting { value: Level::Fail, origin: Origin::fallback() };
        Rule {
            max_level: level.clone().unwrap_or(fails),
            level: level
                .or_else(|| own?.level.clone())
                .unwrap_or(Setting { value: Level::Warn, origin: Origin::fallback() }),
            tolerance: tolerance
                .or_else(|| own?.tolerance.clone())
                .unwrap_or(Setting { value: Tolerance::UNLISTED, origin: Origin::fallback() }),
            max: self.last(|budget| budget.max.get(unit)).cloned(),
            better: unit.direction().or_else(|| own?.better.as_ref().map(|better| better.value)),
        }
    }

    /// The budget that sets the maximum of a unit.
    pub fn decides(&self, unit: &Unit) -> Option<&'p Budget> {
        self.budgets.iter().rev().find(|budget| budget.max.contains_key(unit)).copied()
    }

    /// The units that have a maximum.
    pub fn limited(&self) -> BTreeSet<&'p Unit> {
        self.budgets.iter().flat_map(|budget| budget.max.keys()).collect()
    }

    /// The budgets that speak of the benchmark, in the order written.
    pub fn budgets(&self) -> &[&'p Budget] {
        &self.budgets
    }

    /// The waivers that speak of the benchmark in this unit, in the order written.
    pub fn waivers(&self, unit: &Unit) -> impl Iterator<Item = &'p Waiver> {
        self.waivers.iter().copied().filter(move |waiver| waiver.unit == *unit)
    }

    /// Whether no budget speaks of the benchmark.
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
        policy.rules(id, &Platform::default()).expect("no entry is for some places").unit(&Unit::new(unit))
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
    fn a_unit_of_the_users_own_has_the_direction_that_the_policy_gives_it() {
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
