//! How spans of time are written.

use jiff::fmt::friendly::{Spacing, SpanPrinter};
use jiff::{SignedDuration, SignedDurationRound, Unit};
use std::time::Duration;

/// As Go writes it, rounded so that it has two units at most: `850ms`, `12s`, `3m5s`, `2h10m`.
pub fn duration(time: Duration) -> String {
    let unit = match time.as_secs() {
        0 => Unit::Millisecond,
        1..3600 => Unit::Second,
        _ => Unit::Minute,
    };
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    let rounded = time.round(SignedDurationRound::new().smallest(unit)).unwrap_or(time);
    SpanPrinter::new().spacing(Spacing::None).zero_unit(unit).duration_to_string(&rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_two_units_at_most() {
        for (milliseconds, want) in [
            (0, "0ms"),
            (850, "850ms"),
            (2_000, "2s"),
            (12_400, "12s"),
            (59_999, "1m"),
            (185_000, "3m5s"),
            (600_000, "10m"),
            (7_800_000, "2h10m"),
            (7_829_000, "2h10m"),
        ] {
            assert_eq!(duration(Duration::from_millis(milliseconds)), want);
        }
        assert!(duration(Duration::MAX).contains("h"), "it does not overflow");
    }
}
