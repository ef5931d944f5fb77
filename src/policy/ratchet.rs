//! Changes the maxima of a policy file: lowers all of them, or raises one with a reason.

use super::document::{Document, NewBudget, RatchetError};
use super::literal::toml_number;
use super::{Budget, Date, MeasuredRow, Origin, Policy};
use crate::model::{BenchmarkId, Name, Unit};
use crate::query::Glob;
use std::collections::BTreeMap;

/// A changed maximum.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetChange {
    /// The line of the entry.
    pub origin: Origin,
    /// The unit.
    pub unit: Unit,
    /// The old maximum.
    pub from: f64,
    /// The new maximum.
    pub to: f64,
}

/// Lowers every maximum to the [ceiling](MeasuredRow::ceiling) of its benchmarks. Never raises a maximum. Comments and layout stay.
///
/// # Errors
/// If no budget has a maximum for the results, a budget depends on an unknown platform, or the file cannot be edited.
pub fn tighten(
    text: &str,
    policy: &Policy,
    measured: &[MeasuredRow<'_>],
) -> Result<(String, Vec<BudgetChange>), RatchetError> {
    use RatchetError::UnknownPlatform;
    policy.bounded(measured.iter().map(|it| it.id)).map_err(|_| RatchetError::TooManySteps)?;
    let mut worst: BTreeMap<(usize, &Unit), f64> = BTreeMap::new();
    for it in measured {
        let rules = policy.rules(it.id, &it.platform);
        let rules = rules.map_err(|(budget, key)| UnknownPlatform { budget: budget.to_string(), key })?;
        if let Some(entry) = rules.max_place(it.unit) {
            let ceiling = it.ceiling(policy);
            let worst = worst.entry((entry, it.unit)).or_insert(ceiling);
            *worst = worst.max(ceiling);
        }
    }
    if worst.is_empty() {
        return Err(RatchetError::NothingToTighten);
    }
    let mut document = Document::parse(text)?;
    let mut changed = Vec::new();
    for ((entry, unit), to) in worst {
        let budget = &policy.budgets[entry]; // found by its position
        let from = budget.max.get(unit).map_or(to, |max| max.value);
        if to < from {
            document.set_max(entry, unit, to)?;
            changed.push(BudgetChange { origin: budget.origin.clone(), unit: unit.clone(), from, to });
        }
    }
    // Writing a document adds a line end at its end.
    let text = if changed.is_empty() { text.to_string() } else { document.text(text) };
    Ok((text, changed))
}

/// A request to raise a maximum.
#[derive(Debug, Clone, PartialEq)]
pub struct LoosenRequest<'a> {
    /// The benchmark, as Go prints it, with or without its `-N` suffix.
    pub name: &'a str,
    /// Its package, if several have a benchmark of this name.
    pub pkg: Option<&'a str>,
    /// The unit.
    pub unit: &'a Unit,
    /// The new maximum.
    pub to: f64,
    /// Why it is raised. The file keeps the reason.
    pub reason: &'a str,
    /// The date next to the reason.
    pub today: Date,
}

/// Raises the maximum of one benchmark. Changes an entry that is for this benchmark only. If the entry matches other benchmarks
/// as well, appends a new entry. The file keeps the reason as a comment.
///
/// # Errors
/// If there is no such maximum, the new one is not higher, or the file cannot be edited.
pub fn loosen(
    text: &str,
    policy: &Policy,
    how: &LoosenRequest<'_>,
) -> Result<(String, BudgetChange), RatchetError> {
    let has_max = |(_, budget): &(usize, &Budget)| {
        let name = Name::new(how.name.as_bytes());
        let id = |pkg: &str| budget.matches(BenchmarkId { pkg: pkg.into(), name });
        budget.max.contains_key(how.unit) && how.pkg.map_or(budget.bench.matches_name(name), id)
    };
    let entries: Vec<(usize, &Budget)> = policy.budgets.iter().enumerate().filter(has_max).collect();
    let Some(&(entry, budget)) = entries.last() else {
        return Err(RatchetError::NoBudget { name: how.name.to_string(), unit: how.unit.clone() });
    };
    let pkg = |budget: &Budget| budget.pkg.as_ref().map(|pkg| pkg.pattern().to_string());
    if how.pkg.is_none() && entries.iter().any(|(_, it)| pkg(it) != pkg(budget)) {
        return Err(RatchetError::SeveralPackages(how.name.to_string()));
    }
    if entries.iter().any(|(_, it)| it.platform != budget.platform) {
        return Err(RatchetError::SeveralPlatforms(how.name.to_string()));
    }
    let from = budget.max.get(how.unit).map_or(f64::NAN, |max| max.value); // it was looked for
    if how.to <= from {
        let (from, to, origin) = (toml_number(from), toml_number(how.to), budget.origin.clone());
        return Err(RatchetError::NotLooser { unit: how.unit.clone(), from, to, origin });
    }
    let comment = format!(
        "# {} loosened from {} to {} on {}: {}\n",
        how.unit,
        toml_number(from),
        toml_number(how.to),
        how.today,
        how.reason.replace(['\n', '\r'], " ")
    );
    let mut document = Document::parse(text)?;
    let in_one_package = budget.pkg.as_ref().is_some_and(|pkg| pkg.is_literal());
    let is_alone = budget.bench.is_literal() && (how.pkg.is_none() || in_one_package);
    if is_alone {
        document.set_max(entry, how.unit, how.to)?;
        document.comment(entry, &comment)?;
    } else {
        let name = Name::new(how.name.as_bytes()).without_procs().to_string();
        let pkg = how.pkg.map(Glob::literal).or_else(|| pkg(budget));
        let (bench, platform) = (Glob::literal(&name), &budget.platform);
        document.add(&NewBudget { bench, pkg, platform, unit: how.unit, max: how.to }, &comment)?;
    }
    let (origin, unit) = (budget.origin.clone(), how.unit.clone());
    Ok((document.text(text), BudgetChange { origin, unit, from, to: how.to }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Platform;

    const POLICY: &str = r#"# Hot paths.
[[budget]]
bench = "Parse/*"   # all sizes
max = { "allocs/op" = 4, "B/op" = 64 } # since v2

[[budget]]
bench = "Encode"
pkg = "p"
[budget.max]
"allocs/op" = 7    # seven
"#;

    fn measured<'g>(name: &'g str, unit: &'g Unit, value: f64) -> MeasuredRow<'g> {
        let id = BenchmarkId { pkg: "p".into(), name: Name::new(name.as_bytes()) };
        MeasuredRow {
            id,
            unit,
            platform: Platform::default(),
            value,
            range: Some((value, value)),
            n: 10,
            processes: 10,
            iterations: 1_000_000,
        }
    }

    fn policy() -> Policy {
        Policy::parse("p.toml", POLICY).expect("valid")
    }

    #[test]
    fn tightening_changes_only_numbers() {
        let (allocs, bytes) = (Unit::new("allocs/op"), Unit::new("B/op"));
        let all = [
            measured("Parse/a-8", &allocs, 1.0),
            measured("Parse/b-8", &allocs, 2.0),
            measured("Parse/a-8", &bytes, 80.0),
            measured("Encode-8", &allocs, 0.0),
            measured("Other-8", &allocs, 0.0),
        ];
        let (text, changed) = tighten(POLICY, &policy(), &all).expect("written as entries");
        assert_eq!(text, POLICY.replace("= 4", "= 2").replace("= 7", "= 0"));
        let listed: Vec<String> =
            changed.iter().map(|it| format!("{} {} {} → {}", it.origin, it.unit, it.from, it.to)).collect();
        assert_eq!(listed, ["p.toml:3 allocs/op 4 → 2", "p.toml:7 allocs/op 7 → 0"]);
        let again = tighten(&text, &Policy::parse("p.toml", &text).expect("valid"), &all)
            .expect("written as entries");
        assert_eq!(again, (text, Vec::new()));
    }

    #[test]
    fn tightening_changes_the_entry_that_decides() {
        let allocs = Unit::new("allocs/op");
        let text = format!("{POLICY}\n[[budget]]\nbench = \"Parse/a\"\nmax = {{ \"allocs/op\" = 9 }}\n");
        let policy = Policy::parse("p.toml", &text).expect("valid");
        let (tight, _) =
            tighten(&text, &policy, &[measured("Parse/a-8", &allocs, 3.0)]).expect("written as entries");
        assert_eq!(tight, text.replace("= 9", "= 3"));
    }

    fn loosening<'a>(name: &'a str, unit: &'a Unit, to: f64) -> LoosenRequest<'a> {
        let today = Date::constant(2026, 11, 22);
        LoosenRequest { name, pkg: None, unit, to, reason: "wire\nformat", today }
    }

    #[test]
    fn loosening_writes_its_reason_into_the_file() {
        let allocs = Unit::new("allocs/op");
        let (text, changed) =
            loosen(POLICY, &policy(), &loosening("Encode-8", &allocs, 9.0)).expect("higher");
        let comment = "# allocs/op loosened from 7 to 9 on 2026-11-22: wire format\n";
        assert_eq!(text, POLICY.replace("= 7", "= 9").replace("\n\n[[", &format!("\n\n{comment}[[")));
        assert_eq!((changed.from, changed.to), (7.0, 9.0));
        let (text, _) = loosen(POLICY, &policy(), &loosening("Parse/a", &allocs, 5.5)).expect("higher");
        let added = r#"
# allocs/op loosened from 4 to 5.5 on 2026-11-22: wire format
[[budget]]
bench = "Parse/a"
max = { "allocs/op" = 5.5 }
"#;
        assert_eq!(text, format!("{POLICY}{added}"));
        assert!(Policy::parse("p.toml", &text).is_ok());
    }

    #[test]
    fn loosening_can_fail() {
        let (allocs, bytes) = (Unit::new("allocs/op"), Unit::new("B/op"));
        let refused = |how: LoosenRequest| {
            loosen(POLICY, &policy(), &how).map(|_| ()).expect_err("refused").to_string()
        };
        assert_eq!(
            refused(loosening("Encode", &allocs, 7.0)),
            "the new maximum must be above 7 allocs/op (p.toml:7), got 7; to lower it, use `allocgate budget tighten`"
        );
        assert_eq!(
            refused(loosening("Encode", &bytes, 7.0)),
            "no budget has a maximum of B/op for `Encode`; there is nothing to loosen"
        );
    }

    #[test]
    fn byte_order_mark_and_line_ends_stay() {
        let allocs = Unit::new("allocs/op");
        let text = format!("\u{feff}{}", POLICY.replace('\n', "\r\n"));
        let policy = Policy::parse("p.toml", &text).expect("valid");
        let (tight, _) = tighten(&text, &policy, &[measured("Encode-8", &allocs, 0.0)]).expect("lower");
        assert_eq!(tight, text.replace("= 7", "= 0"));
        let (loose, _) = loosen(&text, &policy, &loosening("Parse/a", &allocs, 9.0)).expect("higher");
        assert!(loose.starts_with(&text) && !loose.replace("\r\n", "").contains('\n'), "{loose:?}");
    }

    #[test]
    fn tightening_without_a_matching_budget_is_an_error() {
        let allocs = Unit::new("allocs/op");
        let refused = |text: &str, name| {
            let policy = Policy::parse("p.toml", text).expect("valid");
            tighten(text, &policy, &[measured(name, &allocs, 1.0)])
                .map(|_| ())
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(
            refused(POLICY, "Other"),
            "no budget has a maximum for these results; there is nothing to tighten"
        );
        assert_eq!(
            refused("[[budget]]\nbench = \"X\"\ngo = \"1.26\"\nmax = { \"allocs/op\" = 4 }\n", "X"),
            "budget `X` on go 1.26 is for some `go` only, but the results do not record it; pass --go VERSION"
        );
    }

    #[test]
    fn loosening_changes_only_the_named_benchmark() {
        let allocs = Unit::new("allocs/op");
        let loosened = |text: &str, name: &str, pkg: Option<&str>| {
            let policy = Policy::parse("p.toml", text).expect("valid");
            let how = LoosenRequest { pkg, ..loosening(name, &allocs, 9.0) };
            loosen(text, &policy, &how).map(|(text, _)| text).map_err(|error| error.to_string())
        };
        let entry = |head: &str| format!("[[budget]]\n{head}max = {{ \"allocs/op\" = 4 }}\n");
        let added = |text: &str, head: &str| {
            let comment = "# allocs/op loosened from 4 to 9 on 2026-11-22: wire format";
            Ok(format!("{text}\n{comment}\n[[budget]]\n{head}max = {{ \"allocs/op\" = 9 }}\n"))
        };
        for (head, name, pkg, want) in [
            // A new entry has the platform of the old one.
            (
                "bench = \"X/*\"\ngoos = \"linux\"\ngo = \"1.26\"\n",
                "X/a-8",
                None,
                "bench = \"X/a\"\ngoos = \"linux\"\ngo = \"1.26\"\n",
            ),
            // A new entry for one package of several.
            ("bench = \"X\"\n", "X", Some("p"), "bench = \"X\"\npkg = \"p\"\n"),
            ("bench = \"X\"\npkg = \"*\"\n", "X", Some("p"), "bench = \"X\"\npkg = \"p\"\n"),
            ("bench = \"X/*\"\npkg = \"*\"\n", "X/a", None, "bench = \"X/a\"\npkg = \"*\"\n"),
            // A name is not a pattern.
            ("bench = \"X/*\"\n", "X/a*", None, "bench = 'X/a\\*'\n"),
        ] {
            let text = entry(head);
            assert_eq!(loosened(&text, name, pkg), added(&text, want), "{head} {name} {pkg:?}");
        }
        let (any, linux) = (entry("bench = \"X\"\n"), entry("bench = \"X\"\ngoos = \"linux\"\n"));
        let (p, q) = (entry("bench = \"X\"\npkg = \"p\"\n"), entry("bench = \"X\"\npkg = \"q\"\n"));
        assert_eq!(
            loosened(&(any + &linux), "X", None),
            Err("`X` has budgets for several platforms; change the right one in the file".to_string())
        );
        let both = format!("{p}{q}");
        assert_eq!(
            loosened(&both, "X", None),
            Err("`X` has budgets in several packages; choose one with --pkg".to_string())
        );
        let first = loosened(&both, "X", Some("p")).expect("it is named");
        assert!(first.find("= 9") < first.find("pkg = \"q\""), "{first}");
    }

    #[test]
    fn loosening_changes_the_last_of_two_entries() {
        let allocs = Unit::new("allocs/op");
        let text = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 2 }\n".to_string();
        let text = format!("{text}{}", text.replace("= 2", "= 4"));
        let policy = Policy::parse("p.toml", &text).expect("valid");
        let (_, changed) = loosen(&text, &policy, &loosening("X", &allocs, 5.0)).expect("higher");
        assert_eq!((changed.from, changed.origin.to_string()), (4.0, "p.toml:5".to_string()));
    }
}
