//! Changes the maxima of a policy file and leaves everything else in it as it stands.

use super::draft::number;
use super::{Date, Measured, Policy};
use crate::model::{BenchmarkId, Name, Unit};
use crate::query::Glob;
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

/// A maximum that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
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
    /// Entries for several packages speak of the name.
    #[error("`{0}` is budgeted in several packages; name one with --pkg")]
    Ambiguous(String),
}

/// Lowers every maximum to the worst value that was measured of the benchmarks for which it decides, where that is lower;
/// with room for noise, where there is some.
/// Nothing is ever raised; comments and layout stay.
///
/// # Errors
/// If the file cannot be changed in place.
pub fn tighten(
    text: &str,
    policy: &Policy,
    measured: &[Measured<'_>],
) -> Result<(String, Vec<Changed>), RatchetError> {
    let mut worst: BTreeMap<(usize, &Unit), f64> = BTreeMap::new();
    for it in measured {
        let Ok(rules) = policy.rules(it.id, &it.platform) else { continue };
        if let Some(entry) = rules.decides(it.unit).and_then(|budget| policy.position(budget)) {
            let ceiling = it.ceiling(policy);
            let worst = worst.entry((entry, it.unit)).or_insert(ceiling);
            *worst = worst.max(ceiling);
        }
    }
    let mut document = Document::parse(text)?;
    let mut changed = Vec::new();
    for ((entry, unit), to) in worst {
        let budget = &policy.budgets[entry]; // found by its position
        let from = budget.max.get(unit).map_or(to, |max| max.value);
        if to < from {
            document.set_max(entry, unit, to)?;
            changed.push(Changed {
                entry: format!("{}: {budget}", budget.origin),
                unit: unit.clone(),
                from,
                to,
            });
        }
    }
    Ok((document.0.to_string(), changed))
}

/// A maximum that is to be raised, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Loosening<'a> {
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
pub fn loosen(text: &str, policy: &Policy, how: &Loosening<'_>) -> Result<(String, Changed), RatchetError> {
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
    let is_alone = budget.bench.as_literal().is_some();
    if is_alone {
        document.set_max(entry, how.unit, how.to)?;
        document.comment(entry, &comment)?;
    } else {
        document.add(how, pkg(budget).as_deref(), &comment)?;
    }
    let entry = format!("{}: {budget}", budget.origin);
    Ok((document.0.to_string(), Changed { entry, unit: how.unit.clone(), from, to: how.to }))
}

/// A policy file that keeps its comments and layout.
struct Document(DocumentMut);

impl Document {
    fn parse(text: &str) -> Result<Document, RatchetError> {
        text.parse()
            .map(Document)
            .map_err(|error: toml_edit::TomlError| RatchetError::Toml(error.message().to_string()))
    }

    fn entry(&mut self, entry: usize) -> Result<&mut Table, RatchetError> {
        let budgets =
            self.0.get_mut("budget").and_then(Item::as_array_of_tables_mut).ok_or(RatchetError::Form)?;
        budgets.get_mut(entry).ok_or(RatchetError::Form)
    }

    /// A plain assignment would lose the comment behind the number.
    fn set_max(&mut self, entry: usize, unit: &Unit, to: f64) -> Result<(), RatchetError> {
        let max =
            self.entry(entry)?.get_mut("max").and_then(Item::as_table_like_mut).ok_or(RatchetError::Form)?;
        let item = max.get_mut(unit.as_str()).and_then(Item::as_value_mut).ok_or(RatchetError::Form)?;
        let decor = item.decor().clone();
        *item = toml_number(to);
        *item.decor_mut() = decor;
        Ok(())
    }

    /// Adds a comment above an entry.
    fn comment(&mut self, entry: usize, comment: &str) -> Result<(), RatchetError> {
        let decor = self.entry(entry)?.decor_mut();
        let above = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or("\n").to_string();
        decor.set_prefix(above + comment);
        Ok(())
    }

    /// Adds an entry for one benchmark behind all others.
    fn add(&mut self, how: &Loosening<'_>, pkg: Option<&str>, comment: &str) -> Result<(), RatchetError> {
        let budgets =
            self.0.get_mut("budget").and_then(Item::as_array_of_tables_mut).ok_or(RatchetError::Form)?;
        let mut entry = Table::new();
        let name = Name::new(how.name.as_bytes()).without_procs().to_string();
        entry.insert("bench", value(Glob::literal(&name)));
        if let Some(pkg) = how.pkg.map(Glob::literal).or(pkg.map(String::from)) {
            entry.insert("pkg", value(pkg));
        }
        let mut max = InlineTable::new();
        TableLike::insert(&mut max, how.unit.as_str(), Item::Value(toml_number(how.to)));
        max.fmt();
        entry.insert("max", value(max));
        entry.decor_mut().set_prefix(format!("\n{comment}"));
        budgets.push(entry);
        Ok(())
    }
}

/// Whole where it is whole.
fn toml_number(number: f64) -> Value {
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    if number.fract() == 0.0 && number.abs() < 1e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
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

    fn measured<'g>(name: &'g str, unit: &'g Unit, value: f64) -> Measured<'g> {
        let id = BenchmarkId { pkg: "p".into(), name: Name::new(name.as_bytes()) };
        Measured { id, unit, platform: Platform::default(), value, range: Some((value, value)), n: 10 }
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

    fn loosening<'a>(name: &'a str, unit: &'a Unit, to: f64) -> Loosening<'a> {
        let today = Date::constant(2026, 11, 22);
        Loosening { name, pkg: None, unit, to, reason: "wire\nformat", today }
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
        let refused =
            |how: Loosening| loosen(POLICY, &policy(), &how).map(|_| ()).expect_err("refused").to_string();
        assert_eq!(
            refused(loosening("Encode", &allocs, 7.0)),
            "7 is not above the maximum of 7 allocs/op (p.toml:7); `budget tighten` lowers budgets"
        );
        assert_eq!(
            refused(loosening("Encode", &bytes, 7.0)),
            "no budget sets a maximum of B/op for `Encode`; there is nothing to loosen"
        );
    }
}
