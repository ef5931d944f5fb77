//! Compares two policies: what the new one tolerates and the old one did not.

use super::decision_diff::decisions;
use super::overlap::{Case, Scope, cases};
use super::{
    Budget, ConditionKind, Correction, GateSettings, Level, MissingBase, Origin, Platform, PlatformPattern,
    Policy, RemovalWaiver, Rule, Rules, Setting, SmallSample, Undecided, Waiver,
};
use crate::model::{BenchmarkId, Direction, Unit};
use crate::words::{counted, list};
use std::collections::BTreeSet;
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

/// A key of a rule that is looser: its name, the old value, and the new value with its line.
type Looser = (&'static str, String, String);

/// Lists everything that `new` tolerates in one change and `old` did not: maxima, tolerances, levels, decisions, conditions, waivers and the settings of
/// the gate, in the order of the file. Compares the rules for the patterns of both policies, and then for all names that several
/// patterns match, so that it also finds an entry that overrides a stricter one. What cannot be compared is listed too.
pub(super) fn diff_of_a_change(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let mut found = gate(old, new);
    let units = units(old, new);
    for unit in &units {
        let looser = rule(&old.unit_rule(unit), &new.unit_rule(unit));
        found.extend(listed(&format!("[unit.\"{unit}\"]"), unit, looser));
        found.extend(fewer_tested(old, new, unit));
    }
    let mut seen: BTreeSet<(&Unit, Looser)> = BTreeSet::new();
    let mut patterns = BTreeSet::new();
    for budget in old.budgets.iter().chain(&new.budgets).filter(|it| patterns.insert(it.to_string())) {
        let (was, is) = (effective(old, budget), effective(new, budget));
        for unit in &units {
            // A pattern with alternatives is listed once.
            let looser: BTreeSet<Looser> =
                was.iter().zip(&is).flat_map(|(was, is)| budgets_of(unit, was, is)).collect();
            seen.extend(looser.iter().map(|it| (unit, it.clone())));
            found.extend(listed(&format!("budget {budget}"), unit, looser));
        }
    }
    for unit in &units {
        found.extend(overlaps(old, new, unit, &mut |it| seen.insert((unit, it.clone()))));
    }
    let looser = |(what, from, to)| LooserSetting { what, from, to };
    found.extend(decisions(old, new).into_iter().map(looser));
    found.extend(conditions(old, new));
    found.extend(waivers(old, new));
    found.extend(removals(old, new));
    found.dedup();
    found
}

pub(super) fn listed(
    what: &str,
    unit: &Unit,
    looser: impl IntoIterator<Item = Looser>,
) -> Vec<LooserSetting> {
    let setting = |(key, from, to)| LooserSetting { what: format!("{what} {key} {unit}"), from, to };
    looser.into_iter().map(setting).collect()
}

/// The rules of a policy for example names of a pattern. Wildcards in the examples match wildcards.
fn effective<'p>(policy: &'p Policy, pattern: &Budget) -> Vec<Rules<'p>> {
    let pkg = pattern.pkg.as_ref().and_then(|pkg| pkg.examples().into_iter().next()).unwrap_or_default();
    let PlatformPattern { goos, goarch, go } = pattern.platform.clone();
    let platform = Platform { goos, goarch, go };
    let rules = |name: &String| policy.rules_where_known(BenchmarkId::new(&pkg, name), &platform);
    pattern.bench.examples().iter().map(rules).collect()
}

/// What budgets make looser. A setting of `[unit]` is listed once, not for every budget.
fn budgets_of(unit: &Unit, was: &Rules, is: &Rules) -> Vec<Looser> {
    let (rule_was, rule_is) = (was.unit(unit), is.unit(unit));
    if rule_was == was.without_budgets(unit) && rule_is == is.without_budgets(unit) {
        return Vec::new();
    }
    rule(&rule_was, &rule_is)
}

/// What is looser only where several budgets apply together. `is_new` is false for what is already listed.
fn overlaps<'p>(
    old: &'p Policy,
    new: &'p Policy,
    unit: &Unit,
    is_new: &mut dyn FnMut(&Looser) -> bool,
) -> Vec<LooserSetting> {
    let of = |policy: &'p Policy| {
        policy.budgets.iter().enumerate().filter(|(_, it)| it.sets(unit)).collect::<Vec<(usize, &Budget)>>()
    };
    let (before, after) = (of(old), of(new));
    let is_same = |(was, is): (&(usize, &Budget), &(usize, &Budget))| was.1.sets_same(is.1, unit);
    let is_unit_same = rule(&old.unit_rule(unit), &new.unit_rule(unit)).is_empty();
    if is_unit_same && before.len() == after.len() && before.iter().zip(&after).all(is_same) {
        return Vec::new();
    }
    let scopes: Vec<Scope> = before.iter().chain(&after).map(|&(_, it)| Scope::from(it)).collect();
    let Some(cases) = cases(&scopes) else {
        return vec![LooserSetting {
            what: format!("overlapping budgets {unit}"),
            from: counted(scopes.len(), "pattern"),
            to: "not compared, they overlap in too many ways".to_string(),
        }];
    };
    let mut found = Vec::new();
    for case in &cases {
        let first_new = case.entries.partition_point(|&entry| entry < before.len());
        let (was, is) = case.entries.split_at(first_new);
        let was: Vec<(usize, &Budget)> = was.iter().map(|&entry| before[entry]).collect();
        let is: Vec<(usize, &Budget)> = is.iter().map(|&entry| after[entry - before.len()]).collect();
        let places = |of: &[(usize, &Budget)]| of.iter().map(|it| it.0).collect();
        let mut looser = budgets_of(unit, &old.rules_of(places(&was)), &new.rules_of(places(&is)));
        looser.retain(&mut *is_new);
        if looser.is_empty() {
            continue;
        }
        let applying: BTreeSet<String> = was.iter().chain(&is).map(|(_, it)| it.to_string()).collect();
        let what = format!("budgets {}, such as {}", list(applying, MOST_PATTERNS), example(case));
        found.extend(listed(&format!("{what},"), unit, looser));
    }
    found
}

/// How many patterns a line lists.
const MOST_PATTERNS: usize = 5;

/// `A/b` in package `p` on goos linux
fn example(case: &Case) -> String {
    let package = case.pkg.as_ref().map(|pkg| format!(" in package `{pkg}`")).unwrap_or_default();
    let platform = if case.platform.matches_all() { String::new() } else { format!(" on {}", case.platform) };
    format!("`{}`{package}{platform}", case.name)
}

pub(super) fn units(old: &Policy, new: &Policy) -> BTreeSet<Unit> {
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
    // A setting that is not compared does not compile.
    let GateSettings {
        alpha,
        correction,
        design,
        min_samples,
        small_sample,
        undecided,
        missing_base,
        budget_iterations: _, // with more or fewer, a benchmark does not allocate less
    } = &old.gate;
    let is = &new.gate;
    let fewer_fail = (correction.value, is.correction.value) == (Correction::None, Correction::Holm);
    let needs_no_base =
        (missing_base.value, is.missing_base.value) == (MissingBase::Error, MissingBase::Pass);
    let passes = (undecided.value, is.undecided.value) == (Undecided::Fail, Undecided::Pass);
    let proves_less =
        (small_sample.value, is.small_sample.value) == (SmallSample::Separation, SmallSample::Undecided);
    let settings = [
        looser("alpha", alpha, &is.alpha, is.alpha.value < alpha.value),
        looser("correction", correction, &is.correction, fewer_fail),
        looser("design", design, &is.design, is.design.value < design.value),
        looser("min-samples", min_samples, &is.min_samples, is.min_samples.value > min_samples.value),
        looser("small-sample", small_sample, &is.small_sample, proves_less),
        looser("undecided", undecided, &is.undecided, passes),
        looser("missing-base", missing_base, &is.missing_base, needs_no_base),
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

/// The keys of a rule that are looser.
pub(super) fn rule(was: &Rule, is: &Rule) -> Vec<Looser> {
    let at = |text: String, origin: &Origin| format!("{text} ({origin})");
    let Rule { level, tolerance, max, max_level, better } = was;
    let mut found: Vec<Looser> = Vec::new();
    match (max, &is.max) {
        (Some(was), Some(is)) if is.value > was.value => {
            found.push(("max", was.value.to_string(), at(is.value.to_string(), &is.origin)));
        }
        (Some(was), None) => found.push(("max", was.value.to_string(), "none".to_string())),
        _ => {}
    }
    if is.level.value < level.value {
        let to = at(is.level.value.to_string(), &is.level.origin);
        found.push(("level", level.value.to_string(), to));
    } else if max.is_some() && is.max.is_some() && is.max_level.value < max_level.value {
        let to = at(is.max_level.value.to_string(), &is.max_level.origin);
        found.push(("level of max", max_level.value.to_string(), to));
    }
    if is.tolerance.value.exceeds(&tolerance.value) {
        let to = at(is.tolerance.value.to_string(), &is.tolerance.origin);
        found.push(("tolerance", tolerance.value.to_string(), to));
    }
    match (better, is.better) {
        (Some(was), None) => found.push(("better", was.to_string(), "unknown".to_string())),
        (Some(was), Some(is)) if *was != is => found.push(("better", was.to_string(), is.to_string())),
        _ => {}
    }
    found
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

/// Waivers that accept something which no waiver of the old policy does.
pub(super) fn waivers(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let better = |waiver: &Waiver| new.unit_rule(&waiver.unit).better.unwrap_or(Direction::Lower);
    let accepts = |was: &Waiver, is: &Waiver| was.unit == is.unit && was.accepts_all_of(is, better(is));
    let looser = |waiver: &Waiver| {
        let is_same = |it: &&Waiver| it.to_string() == waiver.to_string();
        looser_waiver(waiver, &old.waivers.iter().filter(is_same).collect::<Vec<_>>(), better(waiver))
    };
    unaccepted(&old.waivers, &new.waivers, accepts).flat_map(looser).collect()
}

/// Waivers for removed benchmarks that accept something which none of the old policy does.
fn removals(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let accepts = |was: &RemovalWaiver, is: &RemovalWaiver| was.expires >= is.expires;
    let looser = |removal: &RemovalWaiver| {
        let same = old.removals.iter().filter(|it| it.to_string() == removal.to_string());
        let last = same.map(|it| it.expires).max();
        LooserSetting {
            what: format!("waiver {removal}"),
            from: last.map_or("none".to_string(), |day| format!("until {day}")),
            to: format!("until {} ({})", removal.expires, removal.origin),
        }
    };
    unaccepted(&old.removals, &new.removals, accepts).map(looser).collect()
}

/// The new entries that apply to some benchmark for which no old entry `accepts` the same.
fn unaccepted<'p, T>(
    old: &'p [T],
    new: &'p [T],
    accepts: impl Fn(&T, &T) -> bool,
) -> impl Iterator<Item = &'p T>
where
    Scope<'p>: From<&'p T>,
    T: fmt::Display,
{
    let scopes: Vec<Scope> = old.iter().chain(new).map(Scope::from).collect();
    let cases = cases(&scopes);
    let is_unaccepted = move |&(index, is): &(usize, &'p T)| {
        let in_case = |case: &Case| {
            let applies = case.entries.contains(&(old.len() + index));
            let mut before = case.entries.iter().filter_map(|&entry| old.get(entry));
            !applies || before.any(|was| accepts(was, is))
        };
        match &cases {
            Some(cases) => !cases.iter().all(in_case),
            None => !old.iter().any(|was| was.to_string() == is.to_string() && accepts(was, is)),
        }
    };
    new.iter().enumerate().filter(is_unaccepted).map(|(_, is)| is)
}

/// What a waiver newly accepts. `same` are those of the same patterns and unit before.
fn looser_waiver(waiver: &Waiver, same: &[&Waiver], better: Direction) -> Vec<LooserSetting> {
    let what = format!("waiver {waiver}");
    let origin = &waiver.origin;
    let setting = |key: &str, from: String, to: String| LooserSetting {
        what: format!("{what}{key}"),
        from,
        to: format!("{to} ({origin})"),
    };
    let whole = |it: &Waiver| format!("up to {} until {}", it.up_to, it.expires);
    match same {
        [] => vec![setting("", "none".to_string(), whole(waiver))],
        [was] => {
            let up_to = (!was.covers(waiver.up_to, better))
                .then(|| setting(" up-to", was.up_to.to_string(), waiver.up_to.to_string()));
            let expires = (was.expires < waiver.expires)
                .then(|| setting(" expires", was.expires.to_string(), waiver.expires.to_string()));
            up_to.into_iter().chain(expires).collect()
        }
        several => {
            let before: Vec<String> = several.iter().map(|it| whole(it)).collect();
            vec![setting("", before.join(" and "), whole(waiver))]
        }
    }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
