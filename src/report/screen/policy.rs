//! The policy that applies, with the place of each setting.

use crate::model::{BenchmarkId, Unit};
use crate::policy::{
    AnchorRule, Budget, DecisionEntry, GateSettings, HistorySettings, Origin, PlatformPattern, Policy,
    RemovalWaiver, Rule, Rules, Setting, UnitRule, Waiver, toml_number, toml_string,
};
use crate::words::clean;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The column of the comments.
const COLUMN: usize = 50;

/// Writes the whole policy as an equivalent policy file, with the place of each setting in a comment.
///
/// # Errors
/// If writing fails.
pub fn policy(policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    gate(policy, out)?;
    policy.units.iter().try_for_each(|(it, rule)| unit("unit", it, rule, out))?;
    policy.budgets.iter().try_for_each(|it| budget(it, out))?;
    policy.waivers.iter().try_for_each(|it| waiver(it, out))?;
    for it in &policy.anchor_waivers {
        waiver(&it.waiver, out)?;
        writeln!(out, "anchor = {}", toml_string(&it.anchor))?;
    }
    policy.removals.iter().try_for_each(|it| removal(it, out))?;
    policy.decisions.iter().try_for_each(|it| decision(it, out))?;
    writeln!(out, "\n[evidence]")?;
    for (condition, level) in &policy.evidence {
        line(&format!("{condition} = {}", toml_string(&level.value.to_string())), &level.origin, out)?;
    }
    history(&policy.history, out)?;
    policy.anchor.iter().try_for_each(|it| anchor(it, out))
}

fn unit(table: &str, unit: &Unit, rule: &UnitRule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n[{table}.{}]", toml_string(unit.as_str()))?;
    setting("level", rule.level.as_ref(), |it| toml_string(&it.to_string()), out)?;
    setting("tolerance", rule.tolerance.as_ref(), |it| it.to_toml(), out)?;
    setting("better", rule.better.as_ref(), |it| toml_string(&it.to_string()), out)?;
    setting("min-samples", rule.min_samples.as_ref(), ToString::to_string, out)
}

fn history(history: &HistorySettings, out: &mut dyn Write) -> io::Result<()> {
    let HistorySettings { alpha, points, least_percent } = history;
    writeln!(out, "\n[history]")?;
    setting("alpha", Some(alpha), |it| toml_number(*it), out)?;
    setting("points", Some(points), ToString::to_string, out)?;
    setting("least-percent", Some(least_percent), |it| toml_number(*it), out)
}

fn anchor(anchor: &AnchorRule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n[anchor]")?;
    setting("rev", Some(&anchor.rev), |it| toml_string(it), out)?;
    anchor.units.iter().try_for_each(|(it, rule)| unit("anchor.unit", it, rule, out))
}

fn gate(policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "[gate]")?;
    let GateSettings {
        alpha,
        design,
        correction,
        min_samples,
        small_sample,
        undecided,
        missing_base,
        budget_iterations,
    } = &policy.gate;
    for (key, value, origin) in [
        ("alpha", toml_number(alpha.value), &alpha.origin),
        ("correction", toml_string(&correction.value.to_string()), &correction.origin),
        ("design", toml_string(&design.value.to_string()), &design.origin),
        ("min-samples", min_samples.value.to_string(), &min_samples.origin),
        ("small-sample", toml_string(&small_sample.value.to_string()), &small_sample.origin),
        ("undecided", toml_string(&undecided.value.to_string()), &undecided.origin),
        ("missing-base", toml_string(&missing_base.value.to_string()), &missing_base.origin),
        ("budget-iterations", budget_iterations.value.to_string(), &budget_iterations.origin),
    ] {
        line(&format!("{key} = {value}"), origin, out)?;
    }
    Ok(())
}

fn budget(budget: &Budget, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    line("[[budget]]", &budget.origin, out)?;
    patterns(budget.bench.pattern(), budget.pkg.as_ref().map(|it| it.pattern()), out)?;
    platform(&budget.platform, out)?;
    per_unit("max", &budget.max, |it| toml_number(*it), out)?;
    per_unit("level", &budget.level, |it| toml_string(&it.to_string()), out)?;
    per_unit("tolerance", &budget.tolerance, |it| it.to_toml(), out)
}

fn waiver(waiver: &Waiver, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    line("[[waiver]]", &waiver.origin, out)?;
    patterns(waiver.bench.pattern(), waiver.pkg.as_ref().map(|it| it.pattern()), out)?;
    let (unit, reason) = (toml_string(waiver.unit.as_str()), toml_string(&waiver.reason));
    writeln!(
        out,
        "unit = {unit}\nup-to = {}\nexpires = {}\nreason = {reason}",
        toml_number(waiver.up_to),
        waiver.expires
    )
}

fn removal(removal: &RemovalWaiver, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    line("[[waiver]]", &removal.origin, out)?;
    patterns(removal.bench.pattern(), removal.pkg.as_ref().map(|it| it.pattern()), out)?;
    let reason = toml_string(&removal.reason);
    writeln!(out, "removed = true\nexpires = {}\nreason = {reason}", removal.expires)
}

fn decision(entry: &DecisionEntry, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    line("[[decision]]", &entry.origin, out)?;
    writeln!(out, "func = {}", toml_string(entry.func.pattern()))?;
    setting("inline", entry.inline.as_ref(), ToString::to_string, out)?;
    setting("heap", entry.heap.as_ref(), ToString::to_string, out)?;
    setting("bounds-checks", entry.bounds_checks.as_ref(), ToString::to_string, out)?;
    setting("level", Some(&entry.level), |it| toml_string(&it.to_string()), out)
}

fn patterns(bench: &str, pkg: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "bench = {}", toml_string(bench))?;
    pkg.map_or(Ok(()), |pkg| writeln!(out, "pkg = {}", toml_string(pkg)))
}

fn platform(pattern: &PlatformPattern, out: &mut dyn Write) -> io::Result<()> {
    let keys = [("goos", &pattern.goos), ("goarch", &pattern.goarch), ("go", &pattern.go)];
    let named = keys.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
    named.into_iter().try_for_each(|(key, value)| writeln!(out, "{key} = {}", toml_string(value)))
}

fn per_unit<T>(
    key: &str,
    settings: &BTreeMap<Unit, Setting<T>>,
    written: impl Fn(&T) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    let pairs: Vec<String> = settings
        .iter()
        .map(|(unit, it)| format!("{} = {}", toml_string(unit.as_str()), written(&it.value)))
        .collect();
    match pairs.is_empty() {
        true => Ok(()),
        false => writeln!(out, "{key} = {{ {} }}", pairs.join(", ")),
    }
}

fn setting<T>(
    key: &str,
    setting: Option<&Setting<T>>,
    written: impl Fn(&T) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    setting.map_or(Ok(()), |it| line(&format!("{key} = {}", written(&it.value)), &it.origin, out))
}

fn line(text: &str, origin: &Origin, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{text:<COLUMN$}# {}", clean(origin.to_string()))
}

/// Writes the settings of one benchmark in one unit, each with its place and the places that it overrides.
///
/// # Errors
/// If writing fails.
pub fn rule(id: BenchmarkId<'_>, unit: &Unit, rules: &Rules, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}, {}", clean(id.to_string()), clean(unit.as_str()))?;
    settings(unit, rules, out)
}

pub(super) fn settings(unit: &Unit, rules: &Rules, out: &mut dyn Write) -> io::Result<()> {
    let rule = rules.unit(unit);
    row("max", rule.max.as_ref(), |it| toml_number(*it), overridden(rules, |it| it.max.get(unit)), out)?;
    if rule.max.is_some() {
        writeln!(out, "  {:<9}  {} if exceeded", "", rule.max_level.value)?;
    }
    row("level", Some(&rule.level), ToString::to_string, overridden(rules, |it| it.level.get(unit)), out)?;
    let tolerances = overridden(rules, |it| it.tolerance.get(unit));
    row("tolerance", Some(&rule.tolerance), |it| it.to_toml(), tolerances, out)?;
    direction(&rule, out)?;
    for waiver in rules.waivers(unit) {
        let until = format!(
            "up to {} until {}: {}",
            toml_number(waiver.up_to),
            waiver.expires,
            clean(&waiver.reason)
        );
        writeln!(out, "  waiver     {until} ({})", clean(waiver.origin.to_string()))?;
    }
    for removal in rules.removals() {
        let until = format!("removed until {}: {}", removal.expires, clean(&removal.reason));
        writeln!(out, "  waiver     {until} ({})", clean(removal.origin.to_string()))?;
    }
    Ok(())
}

fn direction(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    match rule.better {
        Some(better) => writeln!(out, "  better     {better}"),
        None => writeln!(out, "  better     unknown, so changes are shown and never fail"),
    }
}

fn row<T>(
    key: &str,
    setting: Option<&Setting<T>>,
    written: impl Fn(&T) -> String,
    overridden: Vec<Origin>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(setting) = setting else { return writeln!(out, "  {key:<9}  none") };
    let others: Vec<String> =
        overridden.into_iter().filter(|it| *it != setting.origin).map(|it| clean(it.to_string())).collect();
    let overrides =
        if others.is_empty() { String::new() } else { format!(", overrides {}", others.join(", ")) };
    writeln!(
        out,
        "  {key:<9}  {} ({}{overrides})",
        written(&setting.value),
        clean(setting.origin.to_string())
    )
}

/// The places of all budgets that set a key; the last one applies.
fn overridden<T>(rules: &Rules, key: impl Fn(&Budget) -> Option<&Setting<T>>) -> Vec<Origin> {
    rules.budgets().iter().filter_map(|budget| Some(key(budget)?.origin.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;
    use crate::policy::Platform;

    const TEXT: &str = r#"
[gate]
alpha = 0.01
[unit."widgets/op"]
better = "higher"
level = "warn"
[[budget]]
bench = "A/**"
max = { "allocs/op" = 4, "B/op" = 64.5 }
tolerance = { "ns/op" = { percent = 9 } }
[[budget]]
bench = "A/b"
pkg = "p\"q"
goos = "linux"
go = "1.26"
max = { "allocs/op" = 1 }
level = { "ns/op" = "fail" }
[[waiver]]
bench = "A/b"
unit = "allocs/op"
up-to = 3
expires = 2027-01-31
reason = "wire \"format\""
[[waiver]]
bench = "A/*"
pkg = "p*"
removed = true
expires = 2027-02-28
reason = "now C"
[[decision]]
func = "m.(*W).{Add,Sum}"
inline = true
heap = 1
bounds-checks = 0
level = "warn"
[evidence]
lost-results = "warn"
"#;

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        policy(&Policy::parse("p.toml", text).expect("valid"), &mut out).expect("memory cannot fail");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_shown_policy_is_equivalent() {
        let once = shown(TEXT);
        insta::assert_snapshot!(once);
        let settings = |text: &str| -> Vec<String> {
            text.lines()
                .map(|line| line.split('#').next().unwrap_or_default().trim_end().to_string())
                .collect()
        };
        assert_eq!(settings(&shown(&once)), settings(&once));
    }

    #[test]
    fn a_rule_names_the_place_of_each_setting() {
        let policy = Policy::parse("p.toml", TEXT).expect("valid");
        let id = BenchmarkId { pkg: "p\"q".into(), name: Name::new(b"A/b-8") };
        let platform = Platform { goos: Some("linux".into()), goarch: None, go: Some("1.26.8".into()) };
        let rules = policy.rules(id, &platform).expect("the platform is known");
        let mut out = Vec::new();
        for unit in ["allocs/op", "ns/op", "widgets/op", "other"] {
            rule(id, &Unit::new(unit), &rules, &mut out).expect("memory cannot fail");
        }
        insta::assert_snapshot!(String::from_utf8(out).expect("text"));
    }
}
