//! Waivers: regressions and removals that are accepted for a limited time.

use super::Origin;
use crate::model::{BenchmarkId, Direction, Unit};
use crate::query::Glob;
use jiff::civil::Date;
use std::fmt;

/// Accepts the regression of some benchmarks in one unit, up to a value and until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The pattern for the name, with or without its `-N` suffix.
    pub bench: Glob,
    /// The pattern for the package.
    pub pkg: Option<Glob>,
    /// The unit.
    pub unit: Unit,
    /// The worst value that is accepted.
    pub up_to: f64,
    /// The last day on which it applies.
    pub expires: Date,
    /// Why it is accepted.
    pub reason: String,
    /// Its first line.
    pub origin: Origin,
}

impl Waiver {
    /// Whether the waiver matches this benchmark.
    pub fn matches(&self, id: BenchmarkId<'_>) -> bool {
        self.bench.matches_name(id.name) && self.pkg.as_ref().is_none_or(|pkg| pkg.matches(id.pkg))
    }

    /// Whether its last day has passed.
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.expires
    }

    /// Whether a value is accepted.
    pub fn covers(&self, value: f64, better: Direction) -> bool {
        match better {
            Direction::Lower => value <= self.up_to,
            Direction::Higher => value >= self.up_to,
        }
    }

    /// Whether it accepts every value that `other` does, for as long.
    pub(super) fn accepts_all_of(&self, other: &Waiver, better: Direction) -> bool {
        self.covers(other.up_to, better) && self.expires >= other.expires
    }
}

/// Its patterns and unit.
impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.bench.pattern(), self.unit)?;
        self.pkg.as_ref().map_or(Ok(()), |pkg| write!(f, " in package `{}`", pkg.pattern()))
    }
}

/// Accepts that some benchmarks are removed or renamed, until a day: a `[[waiver]]` with `removed = true`.
#[derive(Debug, Clone)]
pub struct RemovalWaiver {
    /// The pattern for the name, with or without its `-N` suffix.
    pub bench: Glob,
    /// The pattern for the package.
    pub pkg: Option<Glob>,
    /// The last day on which it applies.
    pub expires: Date,
    /// Why it is accepted.
    pub reason: String,
    /// Its first line.
    pub origin: Origin,
}

impl RemovalWaiver {
    /// Whether the waiver matches this benchmark.
    pub fn matches(&self, id: BenchmarkId<'_>) -> bool {
        self.bench.matches_name(id.name) && self.pkg.as_ref().is_none_or(|pkg| pkg.matches(id.pkg))
    }

    /// Whether its last day has passed.
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.expires
    }
}

/// Its patterns.
impl fmt::Display for RemovalWaiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` removed", self.bench.pattern())?;
        self.pkg.as_ref().map_or(Ok(()), |pkg| write!(f, " in package `{}`", pkg.pattern()))
    }
}
