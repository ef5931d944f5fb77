//! Regressions that are accepted, visibly and for a while.

use super::check::Checker;
use super::file::WaiverFile;
use super::{Origin, UnitRule};
use crate::model::{BenchmarkId, Direction, Unit};
use crate::query::Glob;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;
use toml::value::Datetime;

/// Accepts the regression of some benchmarks in one unit, up to a value and until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Over the name, with or without its `-N` suffix.
    pub bench: Glob,
    /// Over the package.
    pub pkg: Option<Glob>,
    /// In which unit.
    pub unit: Unit,
    /// The worst value that is accepted.
    pub up_to: f64,
    /// The last day on which it holds.
    pub expires: Date,
    /// Why it is accepted.
    pub reason: String,
    /// Its first line.
    pub origin: Origin,
}

impl Waiver {
    /// Whether the waiver speaks of this benchmark.
    pub fn matches(&self, id: BenchmarkId<'_>) -> bool {
        self.bench.matches_name(id.name) && self.pkg.as_ref().is_none_or(|pkg| pkg.matches(id.pkg))
    }

    /// Whether its last day has passed.
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.expires
    }

    /// Whether a value is no worse than what is accepted.
    pub fn covers(&self, value: f64, better: Direction) -> bool {
        match better {
            Direction::Lower => value <= self.up_to,
            Direction::Higher => value >= self.up_to,
        }
    }
}

/// Its patterns and unit, as a message names them.
impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.bench.pattern(), self.unit)?;
        self.pkg.as_ref().map_or(Ok(()), |pkg| write!(f, " in package `{}`", pkg.pattern()))
    }
}

impl Checker {
    pub(super) fn waiver(&mut self, units: &BTreeMap<Unit, UnitRule>, written: WaiverFile) -> Option<Waiver> {
        let origin = self.origin(written.bench.span());
        let bench = self.glob(&written.bench)?;
        let pkg = match &written.pkg {
            Some(pkg) => Some(self.glob(pkg)?),
            None => None,
        };
        let unit = Unit::new(written.unit.get_ref().clone());
        if unit.direction().is_none() && units.get(&unit).is_none_or(|it| it.better.is_none()) {
            self.unknown_direction(&unit, written.unit.span());
        }
        let up_to = *written.up_to.get_ref();
        if !up_to.is_finite() {
            let help = "write the worst value that is accepted, such as 3";
            self.problem("up-to", written.up_to.span(), format!("{up_to} {unit} is no limit"), help);
        }
        if written.reason.get_ref().trim().is_empty() {
            let help = "write why this is accepted, and where it is followed up";
            self.problem("reason", written.reason.span(), "a waiver without a reason", help);
        }
        let expires = self.day(&written.expires)?;
        Some(Waiver { bench, pkg, unit, up_to, expires, reason: written.reason.into_inner(), origin })
    }

    fn day(&mut self, written: &Spanned<Datetime>) -> Option<Date> {
        let Datetime { date, time, offset } = *written.get_ref();
        let day = date.filter(|_| time.is_none() && offset.is_none()).and_then(|date| {
            let (year, month, day) = (
                i16::try_from(date.year).ok()?,
                i8::try_from(date.month).ok()?,
                i8::try_from(date.day).ok()?,
            );
            Date::new(year, month, day).ok()
        });
        if day.is_none() {
            let help = "write a day, such as 2027-01-31";
            self.problem("expires", written.span(), "a waiver ends with a day", help);
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;
    use crate::policy::Policy;

    const WAIVER: &str = "[[waiver]]\nbench = \"Encode\"\nunit = \"allocs/op\"\nup-to = 3\nexpires = 2027-01-31\nreason = \"wire format\"\n";

    #[test]
    fn a_waiver_holds_up_to_its_value_and_its_day() {
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
    fn a_waiver_may_speak_of_a_unit_to_which_the_policy_gives_a_direction() {
        let text = format!("[unit.hits]\nbetter = \"higher\"\n{}", WAIVER.replace("allocs/op", "hits"));
        assert!(Policy::parse("p.toml", &text).is_ok());
    }

    #[test]
    fn a_waiver_that_makes_no_sense_is_refused_with_its_line() {
        for (from, to, want) in [
            ("up-to = 3", "up-to = inf", "p.toml:4: inf allocs/op is no limit"),
            ("2027-01-31", "2027-01-31T00:00:00", "p.toml:5: a waiver ends with a day; write a day"),
            ("2027-01-31", "\"soon\"", "p.toml:5: "),
            ("\"wire format\"", "\" \"", "p.toml:6: a waiver without a reason"),
            ("allocs/op", "widgets", "p.toml:3: nobody knows whether more widgets is better or worse"),
            ("unit = \"allocs/op\"\n", "", "p.toml:1: missing field `unit`"),
        ] {
            let text = WAIVER.replace(from, to);
            let got = Policy::parse("p.toml", &text).map(|_| ()).expect_err(to).to_string();
            assert!(got.starts_with(want), "got {got}\nwant {want}");
        }
    }
}
