//! Changes the maxima of a policy file and leaves everything else in it as it stands.

use super::document::Document;
use super::draft::number;
use super::{Date, MeasuredRow, Policy, Unknown};
use crate::model::{BenchmarkId, Name, Unit};
use std::collections::BTreeMap;

/// A maximum that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetChange {
    /// The entry, with its place.
    pub entry: String,
    /// Its unit.
    pub unit: Unit,
    /// What it was.
    pub from: f64,
    /// What it is now.
    pub to: f64,
}

/// A policy file that cannot be changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatchetError {
    /// The text is not TOML any more; it was when it was checked.
    #[error("{0}")]
    Toml(String),
    /// Budgets are written in a form that cannot be changed in place.
    #[error("budgets can be changed where they are written as [[budget]] entries")]
    Form,
    /// No entry sets a maximum for the benchmark.
    #[error("no budget sets a maximum of {unit} for `{name}`; there is nothing to loosen")]
    NoBudget {
        /// The benchmark.
        name: String,
        /// The unit.
        unit: Unit,
    },
    /// The new maximum is not above the old one.
    #[error("{to} is not above the maximum of {from} {unit} ({place}); `budget tighten` lowers budgets")]
    NotLooser {
        /// The unit.
        unit: Unit,
        /// What it is.
        from: String,
        /// What it should have become.
        to: String,
        /// Where it stands.
        place: String,
    },
    /// A budget that holds in some places only, and results that do not say where they were measured.
    #[error("the budget {budget} holds for some `{key}` only, and the results do not say which it was{}", says(.key))]
    Nowhere {
        /// Its patterns.
        budget: String,
        /// What the results do not say.
        key: &'static str,
    },
    /// Not one budget speaks of what was measured.
    #[error("no budget sets a maximum for what these results measured; there is nothing to tighten")]
    NothingToTighten,
    /// Entries for several places speak of the name.
    #[error("`{0}` is budgeted for several places; raise the one that is meant in the file")]
    SeveralPlaces(String),
    /// Entries for several packages speak of the name.
    #[error("`{0}` is budgeted in several packages; name one with --pkg")]
    Ambiguous(String),
}

fn says(key: &str) -> &'static str {
    if key == "go" { "; say so with --go VERSION" } else { "" }
}

/// Lowers every maximum to the worst value that was measured of the benchmarks for which it decides, where that is lower;
/// with room for noise, where there is some.
/// Nothing is ever raised; comments and layout stay.
///
/// # Errors
/// If no budget speaks of what was measured, the results do not say whether one does, or the file cannot be changed in place.
pub fn tighten(
    text: &str,
    policy: &Policy,
    measured: &[MeasuredRow<'_>],
) -> Result<(String, Vec<BudgetChange>), RatchetError> {
    use RatchetError::Nowhere;
    let mut worst: BTreeMap<(usize, &Unit), f64> = BTreeMap::new();
    for it in measured {
        let rules = policy.rules(it.id, &it.platform);
        let rules = rules.map_err(|(budget, Unknown(key))| Nowhere { budget: budget.to_string(), key })?;
        if let Some(entry) = rules.decides(it.unit).and_then(|budget| policy.position(budget)) {
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
            changed.push(BudgetChange {
                entry: format!("{}: {budget}", budget.origin),
                unit: unit.clone(),
                from,
                to,
            });
        }
    }
    // Writing a document again ends its last line.
    let text = if changed.is_empty() { text.to_string() } else { document.text(text) };
    Ok((text, changed))
}

/// A maximum that is to be raised, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct LoosenRequest<'a> {
    /// The benchmark, as Go prints it, with or without its `-N` suffix.
    pub name: &'a str,
    /// Its package, if entries for several packages speak of the name.
    pub pkg: Option<&'a str>,
    /// The unit.
    pub unit: &'a Unit,
    /// The new maximum.
    pub to: f64,
    /// Why: it is left in the file.
    pub reason: &'a str,
    /// The day that is left with it.
    pub today: Date,
}

/// Raises the maximum of one benchmark. An entry for this benchmark alone is changed; beside an entry that holds for others
/// as well, a new one is added behind it. Either way the reason stays in the file as a comment.
///
/// # Errors
/// If there is no such maximum, it is not lower, or the file cannot be changed in place.
pub fn loosen(
    text: &str,
    policy: &Policy,
    how: &LoosenRequest<'_>,
) -> Result<(String, BudgetChange), RatchetError> {
    let speaks = |budget: &&super::Budget| {
        let name = Name::new(how.name.as_bytes());
        let id = |pkg: &str| budget.matches(BenchmarkId { pkg: pkg.into(), name });
        budget.max.contains_key(how.unit) && how.pkg.map_or(budget.bench.matches_name(name), id)
    };
    let entries: Vec<&super::Budget> = policy.budgets.iter().filter(speaks).collect();
    let Some(&budget) = entries.last() else {
        return Err(RatchetError::NoBudget { name: how.name.to_string(), unit: how.unit.clone() });
    };
    let pkg = |budget: &super::Budget| budget.pkg.as_ref().map(|pkg| pkg.pattern().to_string());
    if how.pkg.is_none() && entries.iter().any(|it| pkg(it) != pkg(budget)) {
        return Err(RatchetError::Ambiguous(how.name.to_string()));
    }
    if entries.iter().any(|it| it.place != budget.place) {
        return Err(RatchetError::SeveralPlaces(how.name.to_string()));
    }
    let from = budget.max.get(how.unit).map_or(f64::NAN, |max| max.value); // it was looked for
    if how.to <= from {
        let (from, to, place) = (number(from), number(how.to), budget.origin.to_string());
        return Err(RatchetError::NotLooser { unit: how.unit.clone(), from, to, place });
    }
    let comment = format!(
        "# {} loosened from {} to {} on {}: {}\n",
        how.unit,
        number(from),
        number(how.to),
        how.today,
        how.reason.replace(['\n', '\r'], " ")
    );
    let mut document = Document::parse(text)?;
    let entry = policy.position(budget).ok_or(RatchetError::Form)?;
    let in_one_package = budget.pkg.as_ref().is_some_and(|pkg| pkg.as_literal().is_some());
    let is_alone = budget.bench.as_literal().is_some() && (how.pkg.is_none() || in_one_package);
    if is_alone {
        document.set_max(entry, how.unit, how.to)?;
        document.comment(entry, &comment)?;
    } else {
        document.add(how, pkg(budget).as_deref(), &budget.place, &comment)?;
    }
    let entry = format!("{}: {budget}", budget.origin);
    Ok((document.text(text), BudgetChange { entry, unit: how.unit.clone(), from, to: how.to }))
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
        MeasuredRow { id, unit, platform: Platform::default(), value, range: Some((value, value)), n: 10 }
    }

    fn policy() -> Policy {
        Policy::parse("p.toml", POLICY).expect("valid")
    }

    #[test]
    fn tightening_changes_numbers_and_nothing_else() {
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
        let told: Vec<String> =
            changed.iter().map(|it| format!("{} {} {} → {}", it.entry, it.unit, it.from, it.to)).collect();
        assert_eq!(
            told,
            ["p.toml:3: `Parse/*` allocs/op 4 → 2", "p.toml:7: `Encode` in package `p` allocs/op 7 → 0"]
        );
        let again = tighten(&text, &Policy::parse("p.toml", &text).expect("valid"), &all)
            .expect("written as entries");
        assert_eq!(again, (text, Vec::new()));
    }

    #[test]
    fn of_two_entries_the_one_that_decides_is_tightened() {
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
    fn loosening_leaves_its_reason_in_the_file() {
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
    fn what_cannot_be_loosened_is_refused() {
        let (allocs, bytes) = (Unit::new("allocs/op"), Unit::new("B/op"));
        let refused = |how: LoosenRequest| {
            loosen(POLICY, &policy(), &how).map(|_| ()).expect_err("refused").to_string()
        };
        assert_eq!(
            refused(loosening("Encode", &allocs, 7.0)),
            "7 is not above the maximum of 7 allocs/op (p.toml:7); `budget tighten` lowers budgets"
        );
        assert_eq!(
            refused(loosening("Encode", &bytes, 7.0)),
            "no budget sets a maximum of B/op for `Encode`; there is nothing to loosen"
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
    fn tightening_by_what_no_budget_speaks_of_is_refused() {
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
            "no budget sets a maximum for what these results measured; there is nothing to tighten"
        );
        assert_eq!(
            refused("[[budget]]\nbench = \"X\"\ngo = \"1.26\"\nmax = { \"allocs/op\" = 4 }\n", "X"),
            "the budget `X` on go 1.26 holds for some `go` only, and the results do not say which it was; say so with --go VERSION"
        );
    }

    #[test]
    fn loosening_reaches_no_further_than_asked() {
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
            // Where it holds in some places only, so does what is added.
            (
                "bench = \"X/*\"\ngoos = \"linux\"\ngo = \"1.26\"\n",
                "X/a-8",
                None,
                "bench = \"X/a\"\ngoos = \"linux\"\ngo = \"1.26\"\n",
            ),
            // For one package of those that an entry speaks of.
            ("bench = \"X\"\n", "X", Some("p"), "bench = \"X\"\npkg = \"p\"\n"),
            ("bench = \"X\"\npkg = \"*\"\n", "X", Some("p"), "bench = \"X\"\npkg = \"p\"\n"),
            ("bench = \"X/*\"\npkg = \"*\"\n", "X/a", None, "bench = \"X/a\"\npkg = \"*\"\n"),
            // A name is no pattern.
            ("bench = \"X/*\"\n", "X/a*", None, "bench = 'X/a\\*'\n"),
        ] {
            let text = entry(head);
            assert_eq!(loosened(&text, name, pkg), added(&text, want), "{head} {name} {pkg:?}");
        }
        let (any, linux) = (entry("bench = \"X\"\n"), entry("bench = \"X\"\ngoos = \"linux\"\n"));
        let (p, q) = (entry("bench = \"X\"\npkg = \"p\"\n"), entry("bench = \"X\"\npkg = \"q\"\n"));
        assert_eq!(
            loosened(&(any + &linux), "X", None),
            Err("`X` is budgeted for several places; raise the one that is meant in the file".to_string())
        );
        let both = format!("{p}{q}");
        assert_eq!(
            loosened(&both, "X", None),
            Err("`X` is budgeted in several packages; name one with --pkg".to_string())
        );
        let first = loosened(&both, "X", Some("p")).expect("it is named");
        assert!(first.find("= 9") < first.find("pkg = \"q\""), "{first}");
    }

    #[test]
    fn of_two_entries_the_last_is_loosened() {
        let allocs = Unit::new("allocs/op");
        let text = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 2 }\n".to_string();
        let text = format!("{text}{}", text.replace("= 2", "= 4"));
        let policy = Policy::parse("p.toml", &text).expect("valid");
        let (_, changed) = loosen(&text, &policy, &loosening("X", &allocs, 5.0)).expect("higher");
        assert_eq!((changed.from, changed.entry.as_str()), (4.0, "p.toml:5: `X`"));
    }
}
