//! What a run measured, as far as budgets are concerned.

use super::{Platform, Policy};
use crate::model::{BenchmarkId, Class, Unit};

/// One benchmark in one unit, as a maximum is held against it.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredRow<'g> {
    /// The benchmark.
    pub id: BenchmarkId<'g>,
    /// The unit.
    pub unit: &'g Unit,
    /// Where it was measured.
    pub platform: Platform,
    /// What a maximum is held against: the worst sample of a count, the median of anything else.
    pub value: f64,
    /// The smallest and the largest of its samples, or the ends of the interval of their median.
    pub range: Option<(f64, f64)>,
    /// How many samples there are.
    pub n: usize,
}

impl MeasuredRow<'_> {
    /// A maximum that the next run of the same code keeps: what was measured, and where that varies, room for as much as
    /// `policy` tolerates between two runs.
    pub fn ceiling(&self, policy: &Policy) -> f64 {
        if self.range.is_some_and(|(low, high)| low == high) {
            return self.value;
        }
        let room = policy.unit_rule(self.unit).tolerance.value.room(self.value);
        match self.unit.class() {
            Class::Counting => (self.value + room).ceil(),
            Class::Continuous => four_digits_up(self.value + room),
        }
    }
}

/// Rounds a positive number up to four significant digits: more would say nothing.
fn four_digits_up(value: f64) -> f64 {
    let text = format!("{value:.3e}");
    let rounded: f64 = text.parse().unwrap_or(value);
    if rounded >= value { rounded } else { format!("{:.3e}", value * 1.0005).parse().unwrap_or(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    #[test]
    fn what_varies_gets_room_and_what_does_not_gets_none() {
        let policy = Policy::builtin();
        for (unit, value, range, want) in [
            ("allocs/op", 5.0, (5.0, 5.0), 5.0),
            ("allocs/op", 5.0, (4.0, 5.0), 6.0),
            ("allocs/op", 1000.0, (990.0, 1000.0), 1010.0),
            ("B/op", 8193.0, (8192.0, 8193.0), 8357.0),
            ("B/op", 57.0, (50.0, 57.0), 65.0),
            ("ns/op", 1234.56, (1200.0, 1300.0), 1297.0),
            ("ns/op", 100.0, (99.0, 101.0), 105.0),
        ] {
            let id = BenchmarkId { pkg: "".into(), name: Name::new(b"X") };
            let unit = Unit::new(unit);
            let it = MeasuredRow {
                id,
                unit: &unit,
                platform: Platform::default(),
                value,
                range: Some(range),
                n: 10,
            };
            assert_eq!(it.ceiling(&policy), want, "{unit} {value}");
            let unknown = MeasuredRow { range: None, ..it }.ceiling(&policy);
            assert!(unknown > value, "what may vary gets room as well: {unit} {value}");
        }
    }
}
