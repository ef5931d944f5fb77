//! Tolerances: how large a regression may be before it counts.

use super::file::ToleranceFile;
use super::literal::toml_number;
use std::fmt;

/// The largest tolerated change. A change within either part is tolerated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// In percent of the base.
    percent: Option<f64>,
    /// In the unit itself.
    absolute: Option<f64>,
}

impl Tolerance {
    /// The tolerance of units that no policy names.
    pub const UNLISTED: Tolerance = Tolerance { percent: Some(5.0), absolute: None };

    /// A tolerance of these parts.
    pub(crate) fn of(percent: Option<f64>, absolute: Option<f64>) -> Tolerance {
        Tolerance { percent, absolute }
    }

    /// The part in percent of the base.
    pub fn percent(&self) -> Option<f64> {
        self.percent
    }

    /// The part in the unit itself.
    pub fn absolute(&self) -> Option<f64> {
        self.absolute
    }

    /// Checks a tolerance as written.
    ///
    /// # Errors
    /// If neither part is given, or one is negative or not finite.
    pub(super) fn new(file: &ToleranceFile) -> Result<Tolerance, String> {
        let ToleranceFile { percent, absolute } = *file;
        if percent.is_none() && absolute.is_none() {
            return Err("the tolerance is empty".to_string());
        }
        let is_invalid = |part: &f64| !(part.is_finite() && *part >= 0.0);
        match percent.into_iter().chain(absolute).find(is_invalid) {
            Some(part) => Err(format!("a tolerance must be a finite number of at least 0, got {part}")),
            None => Ok(Tolerance { percent, absolute }),
        }
    }

    /// As TOML writes it.
    pub fn to_toml(&self) -> String {
        let percent = self.percent.map(|it| format!("percent = {}", toml_number(it)));
        let absolute = self.absolute.map(|it| format!("absolute = {}", toml_number(it)));
        format!("{{ {} }}", percent.into_iter().chain(absolute).collect::<Vec<_>>().join(", "))
    }

    /// The largest tolerated change from `base`, in the unit.
    pub fn margin(&self, base: f64) -> f64 {
        let relative = self.percent.map_or(0.0, |percent| base.max(0.0) * (percent / 100.0));
        relative.max(self.absolute.unwrap_or(0.0))
    }

    /// Whether it tolerates a change that `other` does not.
    pub(super) fn exceeds(&self, other: &Tolerance) -> bool {
        let more = |a: Option<f64>, b: Option<f64>| a.unwrap_or(0.0) > b.unwrap_or(0.0);
        more(self.percent, other.percent) || more(self.absolute, other.absolute)
    }

    /// Whether a change by `amount` from `base` is tolerated; a positive amount is worse. If the base is not positive, only the
    /// absolute part counts.
    pub fn allows(&self, amount: f64, base: f64) -> bool {
        amount <= self.margin(base)
    }

    /// The largest tolerated change, as a fraction of a positive base.
    pub fn fraction(&self, base: f64) -> f64 {
        let absolute = self.absolute.map_or(0.0, |absolute| absolute / base);
        self.percent.map_or(0.0, |percent| percent / 100.0).max(absolute)
    }

    /// The largest tolerated change in percent of `base`; `None` if that is not finite.
    pub fn percent_of(&self, base: f64) -> Option<f64> {
        Some(self.margin(base) / base * 100.0).filter(|percent| percent.is_finite())
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.percent, self.absolute) {
            (Some(percent), Some(absolute)) => write!(f, "tolerance {percent}% or {absolute}"),
            (Some(percent), None) => write!(f, "tolerance {percent}%"),
            (None, Some(absolute)) => write!(f, "tolerance {absolute}"),
            (None, None) => write!(f, "tolerance 0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_within_either_part_is_tolerated() {
        let of = |percent, absolute| Tolerance::new(&ToleranceFile { percent, absolute }).expect("valid");
        let (allocs, bytes) = (of(Some(1.0), None), of(Some(2.0), Some(8.0)));
        for (tolerance, amount, base, want) in [
            (allocs, 1.0, 0.0, false),
            (allocs, 1.0, 99.0, false),
            (allocs, 1.0, 100.0, true),
            (allocs, 1.0, 1000.0, true),
            (allocs, 0.0, 0.0, true),
            (allocs, -5.0, 0.0, true),
            (bytes, 8.0, 0.0, true),
            (bytes, 9.0, 0.0, false),
            (bytes, 20.0, 1000.0, true),
            (bytes, 21.0, 1000.0, false),
            (of(None, Some(3.0)), 3.0, 1e9, true),
            (bytes, 0.7e308, 1e308, false),
            (of(Some(5.0), None), 1.0, -100.0, false),
        ] {
            assert_eq!(tolerance.allows(amount, base), want, "{tolerance}: {base} + {amount}");
        }
    }

    #[test]
    fn an_invalid_tolerance_is_an_error() {
        for (percent, absolute) in
            [(None, None), (Some(-1.0), None), (Some(f64::NAN), None), (None, Some(f64::INFINITY))]
        {
            assert!(
                Tolerance::new(&ToleranceFile { percent, absolute }).is_err(),
                "{percent:?} {absolute:?}"
            );
        }
    }
}
