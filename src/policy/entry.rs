//! Checks the entries of a policy: `[[budget]]`, `[[waiver]]` and `[[decision]]`.

use super::checker::Checker;
use super::file::{BudgetFile, DecisionFile, WaiverFile};
use super::platform::{ARCHITECTURES, SYSTEMS};
use super::{
    AnchorWaiver, Budget, DecisionEntry, Level, PlatformPattern, RemovalWaiver, Setting, UnitRule, Waiver,
};
use crate::model::{Direction, Unit};
use crate::query::{FunctionGlob, suggestions};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// Checks a `[[budget]]` entry.
pub(super) fn budget(
    checker: &mut Checker,
    units: &BTreeMap<Unit, UnitRule>,
    written: BudgetFile,
) -> Option<Budget> {
    let origin = checker.origin(written.bench.span());
    let bench = checker.glob(&written.bench)?;
    let pkg = match &written.pkg {
        Some(pkg) => Some(checker.glob(pkg)?),
        None => None,
    };
    let mut level = BTreeMap::new();
    for (unit, written_level) in written.level {
        let limited = written.max.contains_key(&unit);
        let unit = Unit::new(unit);
        let directed = unit.direction().is_some() || units.get(&unit).is_some_and(|it| it.better.is_some());
        if !limited && !directed && *written_level.get_ref() != Level::Ignore {
            checker.unknown_direction(&unit, written_level.span());
        }
        level.insert(unit, checker.setting(written_level));
    }
    let mut max = BTreeMap::new();
    for (unit, limit) in written.max {
        let unit = Unit::new(unit);
        maximum(checker, &unit, units, &limit);
        max.insert(unit, checker.setting(limit));
    }
    let mut tolerance = BTreeMap::new();
    for (unit, written) in written.tolerance {
        tolerance.extend(checker.tolerance(written).map(|setting| (Unit::new(unit), setting)));
    }
    if max.is_empty() && level.is_empty() && tolerance.is_empty() {
        let help = "add max = { \"allocs/op\" = 0 }, a tolerance or a level";
        checker.problem("empty-budget", written.bench.span(), "the budget is empty", help);
    }
    let platform = PlatformPattern {
        goos: known_value(checker, ("goos", SYSTEMS), written.goos),
        goarch: known_value(checker, ("goarch", ARCHITECTURES), written.goarch),
        go: go_version(checker, written.go),
    };
    Some(Budget { bench, pkg, platform, origin, max, level, tolerance })
}

/// Checks one maximum of a budget.
fn maximum(checker: &mut Checker, unit: &Unit, units: &BTreeMap<Unit, UnitRule>, limit: &Spanned<f64>) {
    let better = unit.direction().or_else(|| units.get(unit)?.better.as_ref().map(|better| better.value));
    let value = *limit.get_ref();
    if better == Some(Direction::Higher) {
        let title = format!("{unit} is better when higher; a maximum is not allowed");
        checker.problem("max", limit.span(), title, "set a maximum for ns/op, or remove this one");
    } else if !(value.is_finite() && value >= 0.0) {
        let title = format!("a maximum must be a finite number of at least 0, got {value}");
        checker.problem("max", limit.span(), title, "write a number such as 64");
    }
}

/// Checks a `[[waiver]]` entry for a regression.
pub(super) fn waiver(
    checker: &mut Checker,
    units: &BTreeMap<Unit, UnitRule>,
    written: WaiverFile,
) -> Option<Waiver> {
    let origin = checker.origin(written.bench.span());
    let bench = checker.glob(&written.bench)?;
    let pkg = match &written.pkg {
        Some(pkg) => Some(checker.glob(pkg)?),
        None => None,
    };
    let (Some(written_unit), Some(written_up_to)) = (&written.unit, &written.up_to) else {
        let title = "a waiver needs `unit` and `up-to`";
        let help = "add unit = \"allocs/op\" and up-to, or removed = true for a benchmark that is removed";
        checker.problem("waiver", written.bench.span(), title, help);
        return None;
    };
    let unit = Unit::new(written_unit.get_ref().clone());
    if unit.direction().is_none() && units.get(&unit).is_none_or(|it| it.better.is_none()) {
        checker.unknown_direction(&unit, written_unit.span());
    }
    let up_to = *written_up_to.get_ref();
    if !up_to.is_finite() {
        let help = "write the worst value that is accepted, such as 3";
        let title = format!("up-to must be a finite number, got {up_to}");
        checker.problem("up-to", written_up_to.span(), title, help);
    }
    reason(checker, &written.reason);
    let expires = day(checker, &written.expires)?;
    Some(Waiver { bench, pkg, unit, up_to, expires, reason: written.reason.into_inner(), origin })
}

/// Checks a `[[waiver]]` entry that names an anchor.
pub(super) fn anchor_waiver(
    checker: &mut Checker,
    units: &BTreeMap<Unit, UnitRule>,
    written: WaiverFile,
    anchor: Spanned<String>,
) -> Option<AnchorWaiver> {
    if written.removed {
        let title = "a waiver with `removed = true` has no `anchor`";
        checker.problem(
            "waiver",
            anchor.span(),
            title,
            "remove `anchor`: removed benchmarks are not compared with it",
        );
        return None;
    }
    let waiver = waiver(checker, units, written)?;
    Some(AnchorWaiver { anchor: anchor.into_inner(), waiver })
}

/// Checks a `[[waiver]]` entry for removed benchmarks.
pub(super) fn removal(checker: &mut Checker, written: WaiverFile) -> Option<RemovalWaiver> {
    let origin = checker.origin(written.bench.span());
    let bench = checker.glob(&written.bench)?;
    let pkg = match &written.pkg {
        Some(pkg) => Some(checker.glob(pkg)?),
        None => None,
    };
    let unit = written.unit.as_ref().map(|it| ("unit", it.span()));
    let up_to = written.up_to.as_ref().map(|it| ("up-to", it.span()));
    for (key, span) in unit.into_iter().chain(up_to) {
        let title = format!("a waiver with `removed = true` has no `{key}`");
        checker.problem("waiver", span, title, format!("remove `{key}`, or write a waiver of its own"));
    }
    reason(checker, &written.reason);
    let expires = day(checker, &written.expires)?;
    Some(RemovalWaiver { bench, pkg, expires, reason: written.reason.into_inner(), origin })
}

/// Checks a `[[decision]]` entry.
pub(super) fn decision(checker: &mut Checker, written: DecisionFile) -> Option<DecisionEntry> {
    let DecisionFile { func, inline, heap, bounds_checks, level } = written;
    let origin = checker.origin(func.span());
    if inline.is_none() && heap.is_none() && bounds_checks.is_none() {
        let help = "add inline = true, heap = 0 or bounds-checks = 0";
        checker.problem("empty-decision", func.span(), "the decision is empty", help);
    }
    let pattern = match FunctionGlob::new(func.get_ref()) {
        Ok(pattern) => pattern,
        Err(error) => {
            let help =
                "write a full name such as example.com/hot/wire.(*Writer).Append, or with *, **, ? and {a,b}";
            checker.problem("pattern", func.span(), format!("invalid pattern: {error}"), help);
            return None;
        }
    };
    Some(DecisionEntry {
        func: pattern,
        inline: inline.map(|it| checker.setting(it)),
        heap: heap.map(|it| checker.setting(it)),
        bounds_checks: bounds_checks.map(|it| checker.setting(it)),
        level: level.map_or(Setting::fallback(Level::Fail), |it| checker.setting(it)),
        origin,
    })
}

/// Checks the reason of a waiver.
fn reason(checker: &mut Checker, written: &Spanned<String>) {
    if written.get_ref().trim().is_empty() {
        let help = "write why it is accepted, and where the fix is tracked";
        checker.problem("reason", written.span(), "the reason is empty", help);
    }
}

/// Checks the last day of a waiver.
fn day(checker: &mut Checker, written: &Spanned<Datetime>) -> Option<Date> {
    let Datetime { date, time, offset } = *written.get_ref();
    let day = date.filter(|_| time.is_none() && offset.is_none()).and_then(|date| {
        let (year, month, day) =
            (i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
        Date::new(year, month, day).ok()
    });
    if day.is_none() {
        let help = "write a date such as 2027-01-31";
        checker.problem("expires", written.span(), "expires must be a date without a time", help);
    }
    day
}

/// Checks `goos` or `goarch`. With a value that Go does not know, the budget would never apply, without a message.
fn known_value(
    checker: &mut Checker,
    (key, known): (&str, &[&str]),
    written: Option<Spanned<String>>,
) -> Option<String> {
    let written = written?;
    let value = written.get_ref();
    if !known.contains(&value.as_str()) {
        let help = match suggestions(value, known.iter().copied()).first() {
            Some(name) => format!("did you mean {name}?"),
            None => format!("expected one of {}", known.join(", ")),
        };
        checker.problem("platform", written.span(), format!("unknown {key} `{value}`"), help);
    }
    Some(written.into_inner())
}

/// Checks the Go version of a budget.
fn go_version(checker: &mut Checker, written: Option<Spanned<String>>) -> Option<String> {
    let written = written?;
    if written.get_ref().trim().is_empty() {
        let help = "write it as `go env GOVERSION` does, such as 1.26";
        checker.problem("platform", written.span(), "the Go version is empty", help);
    }
    Some(written.into_inner())
}

#[cfg(test)]
mod tests {
    use crate::model::{BenchmarkId, Direction, Name};
    use crate::policy::Policy;
    use jiff::civil::Date;

    const WAIVER: &str = "[[waiver]]\nbench = \"Encode\"\nunit = \"allocs/op\"\nup-to = 3\nexpires = 2027-01-31\nreason = \"wire format\"\n";

    #[test]
    fn a_waiver_applies_up_to_its_value_and_its_day() {
        let policy = Policy::parse("p.toml", WAIVER).expect("valid");
        let [waiver] = policy.waivers.as_slice() else { panic!("one waiver") };
        let id = |name: &'static str| BenchmarkId { pkg: "p".into(), name: Name::new(name.as_bytes()) };
        assert!(waiver.matches(id("Encode-8")) && !waiver.matches(id("Encode/a")));
        assert!(waiver.covers(3.0, Direction::Lower) && !waiver.covers(4.0, Direction::Lower));
        assert!(waiver.covers(4.0, Direction::Higher));
        assert!(
            !waiver.is_expired(Date::constant(2027, 1, 31)) && waiver.is_expired(Date::constant(2027, 2, 1))
        );
        assert_eq!(waiver.origin.to_string(), "p.toml:2");
    }

    #[test]
    fn a_waiver_can_name_a_unit_with_a_direction_from_the_policy() {
        let text = format!("[unit.hits]\nbetter = \"higher\"\n{}", WAIVER.replace("allocs/op", "hits"));
        assert!(Policy::parse("p.toml", &text).is_ok());
    }

    #[test]
    fn an_invalid_waiver_is_an_error_with_its_line() {
        for (from, to, want) in [
            ("up-to = 3", "up-to = inf", "p.toml:4: up-to must be a finite number, got inf"),
            (
                "2027-01-31",
                "2027-01-31T00:00:00",
                "p.toml:5: expires must be a date without a time; write a date",
            ),
            ("2027-01-31", "\"soon\"", "p.toml:5: "),
            ("\"wire format\"", "\" \"", "p.toml:6: the reason is empty"),
            ("allocs/op", "widgets", "p.toml:3: the direction of widgets is unknown"),
            ("unit = \"allocs/op\"\n", "", "p.toml:2: a waiver needs `unit` and `up-to`"),
            ("up-to = 3\n", "removed = true\n", "p.toml:3: a waiver with `removed = true` has no `unit`"),
            ("up-to = 3\n", "removed = false\n", "p.toml:2: a waiver needs `unit` and `up-to`"),
        ] {
            let text = WAIVER.replace(from, to);
            let got = Policy::parse("p.toml", &text).map(|_| ()).expect_err(to).to_string();
            assert!(got.starts_with(want), "got {got}\nwant {want}");
        }
    }

    #[test]
    fn a_waiver_for_a_removed_benchmark_has_no_unit() {
        let text = WAIVER.replace("unit = \"allocs/op\"\nup-to = 3", "removed = true\npkg = \"p\"");
        let policy = Policy::parse("p.toml", &text).expect("valid");
        let [removal] = policy.removals.as_slice() else { panic!("one removal") };
        assert!(policy.waivers.is_empty() && policy.names_benchmarks());
        assert_eq!(removal.to_string(), "`Encode` removed in package `p`");
        let id = |pkg: &'static str| BenchmarkId::new(pkg, "Encode-8");
        assert!(removal.matches(id("p")) && !removal.matches(id("q")));
    }
}
