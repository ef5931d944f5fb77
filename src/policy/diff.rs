//! Compares two policies: what the new one tolerates and the old one did not.

use super::{
    Budget, ConditionKind, Correction, Level, Platform, PlatformPattern, Policy, Rule, Rules, Setting,
    Undecided, Waiver,
};
use crate::model::{BenchmarkId, Direction, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A setting that is looser in the new policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LooserSetting {
    /// The setting.
    pub what: String,
    /// The old value.
    pub from: String,
    /// The new value, with its line.
    pub to: String,
}

impl fmt::Display for LooserSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} → {}", self.what, self.from, self.to)
    }
}

/// Lists everything that `new` tolerates and `old` did not: maxima, tolerances, levels, conditions, waivers and the settings of
/// the gate, in the order of the file. Compares the rules for the patterns of both policies, so that it also finds an entry
/// that overrides a stricter one.
pub fn diff(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let mut found = gate(old, new);
    let units = units(old, new);
    for unit in &units {
        let (was, is) = (old.unit_rule(unit), new.unit_rule(unit));
        rule(&format!("[unit.\"{unit}\"]"), &was, &is, unit, &mut found);
        found.extend(fewer_tested(old, new, unit));
    }
    let patterns = old.budgets.iter().chain(&new.budgets);
    let mut seen = BTreeSet::new();
    for budget in patterns.filter(|budget| seen.insert(budget.to_string())) {
        let (was, is) = (effective(old, budget), effective(new, budget));
        for unit in &units {
            let (unit_was, unit_is) = (old.unit_rule(unit), new.unit_rule(unit));
            let mut looser = Vec::new();
            for (was, is) in was.iter().zip(&is).map(|(was, is)| (was.unit(unit), is.unit(unit))) {
                // A setting of `[unit]` is listed once, not for every budget.
                if (&was, &is) != (&unit_was, &unit_is) {
                    rule(&format!("budget {budget}"), &was, &is, unit, &mut looser);
                }
            }
            // A pattern with alternatives is listed once.
            looser.sort();
            looser.dedup();
            found.extend(looser);
        }
    }
    found.extend(conditions(old, new));
    found.extend(waivers(old, new));
    found.dedup();
    found
}

/// The rules of a policy for example names of a pattern. Wildcards in the examples match wildcards.
fn effective<'p>(policy: &'p Policy, pattern: &Budget) -> Vec<Rules<'p>> {
    let pkg = pattern.pkg.as_ref().and_then(|pkg| pkg.examples().into_iter().next()).unwrap_or_default();
    let PlatformPattern { goos, goarch, go } = pattern.platform.clone();
    let platform = Platform { goos, goarch, go };
    let rules = |name: &String| policy.rules_where_known(BenchmarkId::new(&pkg, name), &platform);
    pattern.bench.examples().iter().map(rules).collect()
}

fn units(old: &Policy, new: &Policy) -> BTreeSet<Unit> {
    let of = |policy: &Policy| {
        let budgets = policy
            .budgets
            .iter()
            .flat_map(|it| it.max.keys().chain(it.level.keys()).chain(it.tolerance.keys()));
        policy.units.keys().chain(budgets).cloned().collect::<BTreeSet<Unit>>()
    };
    of(old).union(&of(new)).cloned().collect()
}

fn gate(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let (was, is) = (&old.gate, &new.gate);
    let fewer_fail = (was.correction.value, is.correction.value) == (Correction::None, Correction::Holm);
    let passes = (was.undecided.value, is.undecided.value) == (Undecided::Fail, Undecided::Pass);
    let settings = [
        looser("alpha", &was.alpha, &is.alpha, is.alpha.value < was.alpha.value),
        looser("correction", &was.correction, &is.correction, fewer_fail),
        looser("design", &was.design, &is.design, is.design.value < was.design.value),
        looser(
            "min-samples",
            &was.min_samples,
            &is.min_samples,
            is.min_samples.value > was.min_samples.value,
        ),
        looser("undecided", &was.undecided, &is.undecided, passes),
    ];
    settings.into_iter().flatten().collect()
}

/// A unit that needs more samples than before, if that is not what `[gate]` says.
fn fewer_tested(old: &Policy, new: &Policy, unit: &Unit) -> Option<LooserSetting> {
    let (was, is) = (old.min_samples(unit), new.min_samples(unit));
    let is_looser = is.value > was.value
        && (was.value, is.value) != (old.gate.min_samples.value, new.gate.min_samples.value);
    let to = format!("{} ({})", is.value, is.origin);
    is_looser.then(|| LooserSetting {
        what: format!("[unit.\"{unit}\"] min-samples"),
        from: was.value.to_string(),
        to,
    })
}

fn looser<T: fmt::Display>(
    key: &str,
    was: &Setting<T>,
    is: &Setting<T>,
    is_looser: bool,
) -> Option<LooserSetting> {
    let (from, to) = (was.value.to_string(), is.value.to_string());
    is_looser.then(|| LooserSetting { what: format!("[gate] {key}"), from, to })
}

fn rule(what: &str, was: &Rule, is: &Rule, unit: &Unit, found: &mut Vec<LooserSetting>) {
    let at = |text: String, origin: &super::Origin| format!("{text} ({origin})");
    let mut note = |key: &str, from: String, to: String| {
        found.push(LooserSetting { what: format!("{what} {key} {unit}"), from, to });
    };
    match (&was.max, &is.max) {
        (Some(was), Some(is)) if is.value > was.value => {
            note("max", was.value.to_string(), at(is.value.to_string(), &is.origin));
        }
        (Some(was), None) => note("max", was.value.to_string(), "none".to_string()),
        _ => {}
    }
    if is.level.value < was.level.value {
        note("level", was.level.value.to_string(), at(is.level.value.to_string(), &is.level.origin));
    }
    if was.max.is_some()
        && is.max.is_some()
        && is.max_level.value < was.max_level.value
        && is.level.value >= was.level.value
    {
        note(
            "level of max",
            was.max_level.value.to_string(),
            at(is.max_level.value.to_string(), &is.max_level.origin),
        );
    }
    if is.tolerance.value.exceeds(&was.tolerance.value) {
        note(
            "tolerance",
            was.tolerance.value.to_string(),
            at(is.tolerance.value.to_string(), &is.tolerance.origin),
        );
    }
    match (was.better, is.better) {
        (Some(was), None) => note("better", was.to_string(), "unknown".to_string()),
        (Some(was), Some(is)) if was != is => note("better", was.to_string(), is.to_string()),
        _ => {}
    }
}

fn conditions(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let all: BTreeSet<ConditionKind> = old.evidence.keys().chain(new.evidence.keys()).copied().collect();
    let looser = all.into_iter().filter(|&it| new.level(it) < old.level(it));
    looser
        .map(|it| LooserSetting {
            what: format!("[evidence] {it}"),
            from: old.level(it).to_string(),
            to: level_with_line(new, it),
        })
        .collect()
}

fn level_with_line(policy: &Policy, condition: ConditionKind) -> String {
    let level: Level = policy.level(condition);
    policy.evidence.get(&condition).map_or(level.to_string(), |it| format!("{level} ({})", it.origin))
}

/// New waivers, and waivers that accept more or expire later.
fn waivers(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let mut known: BTreeMap<String, Vec<&Waiver>> = BTreeMap::new();
    for waiver in &old.waivers {
        known.entry(waiver.to_string()).or_default().push(waiver);
    }
    let mut found = Vec::new();
    for waiver in &new.waivers {
        let before = known.get(&waiver.to_string()).map_or(&[][..], Vec::as_slice);
        let what = format!("waiver {waiver}");
        let better = new.unit_rule(&waiver.unit).better.unwrap_or(Direction::Lower);
        let accepts = |was: &Waiver| was.covers(waiver.up_to, better);
        let lasts = |was: &Waiver| was.expires >= waiver.expires;
        let Some(was) = before.first() else {
            let to = format!("up to {} until {} ({})", waiver.up_to, waiver.expires, waiver.origin);
            found.push(LooserSetting { what, from: "none".to_string(), to });
            continue;
        };
        if before.iter().any(|was| accepts(was) && lasts(was)) {
            continue;
        }
        if !accepts(was) {
            let to = format!("{} ({})", waiver.up_to, waiver.origin);
            found.push(LooserSetting { what: format!("{what} up-to"), from: was.up_to.to_string(), to });
        }
        if !lasts(was) {
            let to = format!("{} ({})", waiver.expires, waiver.origin);
            found.push(LooserSetting { what: format!("{what} expires"), from: was.expires.to_string(), to });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(old: &str, new: &str) -> Vec<String> {
        let policy = |name: &str, text: &str| {
            Policy::parse(name, text).unwrap_or_else(|problems| panic!("{problems}"))
        };
        diff(&policy("old", old), &policy("new", new)).iter().map(ToString::to_string).collect()
    }

    const BUDGET: &str = "[[budget]]\nbench = \"A/*\"\nmax = { \"allocs/op\" = 4 }\n";

    #[test]
    fn everything_looser_is_listed() {
        let waiver =
            "[[waiver]]\nbench = \"A\"\nunit = \"B/op\"\nup-to = 3\nexpires = 2027-01-31\nreason = \"r\"\n";
        for (old, new, want) in [
            (BUDGET, &BUDGET.replace("= 4", "= 5"), "budget `A/*` max allocs/op: 4 → 5 (new:3)"),
            (BUDGET, &String::new(), "budget `A/*` max allocs/op: 4 → none"),
            (
                "",
                &"[unit.\"B/op\"]\nlevel = \"warn\"\n".to_string(),
                "[unit.\"B/op\"] level B/op: fail → warn (new:2)",
            ),
            (
                "",
                &"[unit.\"ns/op\"]\ntolerance = { percent = 9 }\n".to_string(),
                "[unit.\"ns/op\"] tolerance ns/op: tolerance 5% → tolerance 9% (new:2)",
            ),
            (
                "",
                &"[evidence]\nlost-results = \"warn\"\n".to_string(),
                "[evidence] lost-results: fail → warn (new:2)",
            ),
            (
                "",
                &"[unit.\"B/op\"]\ntolerance = { percent = 2, absolute = 9 }\n".to_string(),
                "[unit.\"B/op\"] tolerance B/op: tolerance 2% or 8 → tolerance 2% or 9 (new:2)",
            ),
            ("", &"[gate]\nalpha = 0.01\n".to_string(), "[gate] alpha: 0.05 → 0.01"),
            ("[gate]\ncorrection = \"none\"\n", &String::new(), "[gate] correction: none → holm"),
            ("[gate]\ndesign = \"interleaved\"\n", &String::new(), "[gate] design: interleaved → recorded"),
            ("", &"[gate]\ndesign = \"block\"\n".to_string(), "[gate] design: recorded → block"),
            ("", &"[gate]\nmin-samples = 6\n".to_string(), "[gate] min-samples: 5 → 6"),
            (
                "[unit.\"B/op\"]\nmin-samples = 1\n",
                &"[unit.\"B/op\"]\nmin-samples = 9\n".to_string(),
                "[unit.\"B/op\"] min-samples: 1 → 9 (new:2)",
            ),
            (
                &BUDGET.replace("allocs/op", "ns/op"),
                &BUDGET.replace("max", "level = { \"ns/op\" = \"warn\" }\nmax").replace("allocs/op", "ns/op"),
                "budget `A/*` level of max ns/op: fail → warn (new:3)",
            ),
            (
                BUDGET,
                &format!("{BUDGET}{}", BUDGET.replace("max", "goos = \"linux\"\nmax").replace("= 4", "= 9")),
                "budget `A/*` on goos linux max allocs/op: 4 → 9 (new:7)",
            ),
            ("[gate]\nundecided = \"fail\"\n", &String::new(), "[gate] undecided: fail → pass"),
            ("", &waiver.to_string(), "waiver `A` B/op: none → up to 3 until 2027-01-31 (new:2)"),
            (waiver, &waiver.replace("= 3", "= 4"), "waiver `A` B/op up-to: 3 → 4 (new:2)"),
            (
                waiver,
                &waiver.replace("-01-", "-03-"),
                "waiver `A` B/op expires: 2027-01-31 → 2027-03-31 (new:2)",
            ),
            (
                BUDGET,
                &format!("{BUDGET}[[budget]]\nbench = \"A/b\"\nmax = {{ \"allocs/op\" = 9 }}\n"),
                "budget `A/b` max allocs/op: 4 → 9 (new:6)",
            ),
            (
                BUDGET,
                &format!("{BUDGET}[[budget]]\nbench = \"**\"\nmax = {{ \"allocs/op\" = 9 }}\n"),
                "budget `A/*` max allocs/op: 4 → 9 (new:6)",
            ),
            (
                BUDGET,
                &BUDGET.replace("max", "level = { \"allocs/op\" = \"warn\" }\nmax"),
                "budget `A/*` level allocs/op: fail → warn (new:3)",
            ),
        ] {
            assert_eq!(listed(old, new), [want], "{old}\n→\n{new}");
        }
    }

    #[test]
    fn a_platform_package_or_pattern_hides_nothing() {
        let entry = |head: &str, max: u32| format!("[[budget]]\n{head}max = {{ \"allocs/op\" = {max} }}\n");
        for (head, want) in [
            ("bench = \"A\"\ngoos = \"linux\"\n", "budget `A` on goos linux max allocs/op: 4 → 9 (new:4)"),
            ("bench = \"A\"\npkg = \"p\"\n", "budget `A` in package `p` max allocs/op: 4 → 9 (new:4)"),
            ("bench = '{A,B}'\n", "budget `{A,B}` max allocs/op: 4 → 9 (new:3)"),
        ] {
            assert_eq!(listed(&entry(head, 4), &entry(head, 9)), [want], "{head}");
        }
        for pattern in ["A/{b,c}", "A/[bc]", r"A/\\*/*"] {
            let old = entry("bench = \"A/**\"\n", 4);
            let new = format!("{old}{}", entry(&format!("bench = \"{pattern}\"\n"), 9));
            let listed = listed(&old, &new);
            assert!(
                matches!(listed.as_slice(), [it] if it.ends_with(" max allocs/op: 4 → 9 (new:6)")),
                "{listed:?}"
            );
        }
    }

    #[test]
    fn the_direction_of_a_unit_decides_what_is_looser() {
        let unit = |better: &str| format!("[unit.hits]\nbetter = \"{better}\"\n");
        assert_eq!(listed(&unit("lower"), &unit("higher")), ["[unit.\"hits\"] better hits: lower → higher"]);
        assert_eq!(listed(&unit("lower"), ""), ["[unit.\"hits\"] better hits: lower → unknown"]);
        let waiver = |up_to: u32| {
            let waiver = "[[waiver]]\nbench = \"A\"\nunit = \"hits\"\nexpires = 2027-01-31\nreason = \"r\"\n";
            format!("{}{waiver}up-to = {up_to}\n", unit("higher"))
        };
        assert_eq!(listed(&waiver(9), &waiver(5)), ["waiver `A` hits up-to: 9 → 5 (new:4)"]);
        assert!(listed(&waiver(5), &waiver(9)).is_empty());
    }

    #[test]
    fn a_setting_of_a_unit_is_listed_once() {
        let warned = format!("{BUDGET}[unit.\"allocs/op\"]\ntolerance = {{ percent = 9 }}\n");
        assert_eq!(listed(BUDGET, &warned).len(), 2, "{:?}", listed(BUDGET, &warned));
        let other = format!("{BUDGET}[unit.\"ns/op\"]\ntolerance = {{ percent = 9 }}\n");
        assert_eq!(listed(BUDGET, &other).len(), 1, "{:?}", listed(BUDGET, &other));
        let tolerance = |percent: u32| {
            format!("[[budget]]\nbench = \"A\"\ntolerance = {{ x = {{ percent = {percent} }} }}\n")
        };
        let listed = listed(&tolerance(6), &tolerance(9));
        assert_eq!(listed, ["budget `A` tolerance x: tolerance 6% → tolerance 9% (new:3)"]);
    }

    #[test]
    fn stricter_and_moved_settings_are_not_listed() {
        let two = format!("{BUDGET}[[budget]]\nbench = \"B\"\nmax = {{ \"B/op\" = 9 }}\n");
        let waiver = |up_to: u32| {
            format!(
                "[[waiver]]\nbench = \"A\"\nunit = \"B/op\"\nup-to = {up_to}\nexpires = 2027-01-31\nreason = \"r\"\n"
            )
        };
        let twice = waiver(3) + &waiver(4);
        let moved = format!("# moved\n[[budget]]\nbench = \"B\"\nmax = {{ \"B/op\" = 9 }}\n{BUDGET}");
        for (old, new) in [
            (BUDGET, &BUDGET.replace("= 4", "= 3")),
            ("", &BUDGET.to_string()),
            (&two, &moved),
            (&twice, &twice),
            ("", &"[evidence]\nnew-benchmark = \"fail\"\n[unit.\"ns/op\"]\nlevel = \"fail\"\n".to_string()),
        ] {
            assert!(listed(old, new).is_empty(), "{old}\n→\n{new}: {:?}", listed(old, new));
        }
    }
}
