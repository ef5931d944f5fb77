//! What every format shows of a cell.

use super::number::{fixed, percent};
use crate::compare::{ChangeTest, ComparedTable, GeomeanCell, MedianChange, TableCell, Tabulation, Versus};
use crate::model::Direction;
use bstr::{BStr, BString, ByteSlice, join};

/// `2%`: how far the interval of the median reaches from it; `∞` if it is not bounded, `?` where zero lies in between.
pub(super) fn reach(cell: &TableCell) -> String {
    let Some((low, high)) = cell.bounds else { return "∞".to_string() };
    let (center, sign) = (cell.center, sign(cell.center));
    if sign != self::sign(low) || sign != self::sign(high) {
        "?".to_string()
    } else if sign == 0 {
        "0%".to_string()
    } else {
        fixed(100.0 * (high / center - 1.0).max(1.0 - low / center), 0) + "%"
    }
}

fn sign(value: f64) -> i32 {
    i32::from(value > 0.0) - i32::from(value < 0.0)
}

/// A change: `~` for none, a percentage, or `?` where there is no percentage of zero.
pub(super) fn change(change: MedianChange) -> String {
    match change {
        MedianChange::Insignificant => "~".to_string(),
        MedianChange::Same => "0.00%".to_string(),
        MedianChange::Fraction(by) => percent(by),
        MedianChange::FromZero => "?".to_string(),
    }
}

/// The change of a geometric mean.
pub(super) fn mean_change(cell: &GeomeanCell) -> String {
    cell.change.map_or("?".to_string(), percent)
}

/// `p=0.002 n=6`, `n=6+5`.
pub(super) fn test(versus: &Versus) -> String {
    let n = match versus.n {
        (base, new) if base == new => new.to_string(),
        (base, new) => format!("{base}+{new}"),
    };
    match versus.test {
        ChangeTest::Exact => ["n=", &n].concat(),
        ChangeTest::Tested(p) => ["p=", &fixed(p.get(), 3), " n=", &n].concat(),
    }
}

/// Whether a change is for the better or for the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tendency {
    Better,
    Worse,
}

impl Tendency {
    /// `None` where there is no change, or nobody said which way is better.
    pub(super) fn of(versus: &Versus, better: Option<Direction>) -> Option<Tendency> {
        let more = match versus.change {
            MedianChange::Insignificant | MedianChange::Same => return None,
            MedianChange::Fraction(0.0) => return None,
            MedianChange::Fraction(by) => by > 0.0,
            MedianChange::FromZero => true,
        };
        Some(match (better?, more) {
            (Direction::Higher, true) | (Direction::Lower, false) => Tendency::Better,
            (Direction::Higher, false) | (Direction::Lower, true) => Tendency::Worse,
        })
    }
}

/// The configuration of each table, less what the table before it said already: `pkg: example.com/x`.
pub(super) fn headings(tabulation: &Tabulation) -> impl Iterator<Item = Vec<(&BStr, &BStr)>> {
    tabulation.tables.iter().enumerate().map(|(i, table)| {
        let before = i.checked_sub(1).map(|before| &tabulation.tables[before].config);
        let keys = tabulation.keys.iter().zip(&table.config).enumerate();
        let news = keys.filter(|&(at, (_, value))| before.is_none_or(|before| before[at] != *value));
        news.map(|(_, (key, value))| (key.as_bstr(), value.as_bstr())).collect()
    })
}

/// What a column is called where there is one line for it.
pub(super) fn column_label(column: &[BString]) -> BString {
    let values: Vec<&BString> = column.iter().filter(|value| !value.is_empty()).collect();
    join(" ", values).into()
}

/// Whether the geometric means are worth a row: of one row they say nothing new.
pub(super) fn has_geomeans(table: &ComparedTable) -> bool {
    table.total > 1 && !table.geomeans.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_reaches_as_far_as_its_farther_end() {
        let cell = |center, bounds| TableCell { n: 6, center, bounds, notes: Vec::new(), versus: None };
        for (center, bounds, want) in [
            (100.0, Some((98.0, 105.0)), "5%"),
            (100.0, None, "∞"),
            (0.0, Some((0.0, 0.0)), "0%"),
            (0.0, Some((0.0, 1.0)), "?"),
            (-13.0, Some((-16.0, -10.0)), "-23%"),
            (-1.0, Some((-1.0, 1.0)), "?"),
        ] {
            assert_eq!(reach(&cell(center, bounds)), want, "{center} {bounds:?}");
        }
    }

    #[test]
    fn more_throughput_is_better_and_more_time_worse() {
        let versus =
            Versus { test: ChangeTest::Exact, n: (1, 2), change: MedianChange::Fraction(0.5), note: None };
        assert_eq!(Tendency::of(&versus, Some(Direction::Higher)), Some(Tendency::Better));
        assert_eq!(Tendency::of(&versus, Some(Direction::Lower)), Some(Tendency::Worse));
        assert_eq!(Tendency::of(&versus, None), None);
        assert_eq!(test(&versus), "n=1+2");
    }
}
