//! The texts of cells and notes, the same in every format.

use super::number::{general, push_fixed, push_percent, text_of};
use crate::compare::{
    ChangeTest, ComparedTable, GeomeanCell, MedianChange, Note, SamplesNeeded, TableCell, Tabulation, Versus,
};
use crate::model::Direction;
use bstr::{BStr, BString, ByteSlice, join};
use std::collections::HashMap;
use std::mem::discriminant;

/// `2%`: the distance from the median to the farther end of its interval; `∞` if it has no bounds, `?` if zero lies within.
pub(super) fn reach(cell: &TableCell) -> String {
    text_of(|out| push_reach(cell, out))
}

/// Appends [`reach`] to a text.
pub(super) fn push_reach(cell: &TableCell, out: &mut String) {
    let Some((low, high)) = cell.bounds else { return out.push('∞') };
    let (center, sign) = (cell.center, sign(cell.center));
    if sign != self::sign(low) || sign != self::sign(high) {
        out.push('?');
    } else if sign == 0 {
        out.push_str("0%");
    } else {
        push_fixed(100.0 * (high / center - 1.0).max(1.0 - low / center), 0, out);
        out.push('%');
    }
}

fn sign(value: f64) -> i32 {
    i32::from(value > 0.0) - i32::from(value < 0.0)
}

/// A change: `~` for none, a percentage, or `?` for a change from zero.
pub(super) fn change(change: MedianChange) -> String {
    text_of(|out| push_change(change, out))
}

/// Appends [`change`](change()) to a text.
pub(super) fn push_change(change: MedianChange, out: &mut String) {
    match change {
        MedianChange::Insignificant => out.push('~'),
        MedianChange::Same => out.push_str("0.00%"),
        MedianChange::Fraction(by) => push_percent(by, out),
        MedianChange::FromZero => out.push('?'),
    }
}

/// The change of a geometric mean.
pub(super) fn mean_change(cell: &GeomeanCell) -> String {
    text_of(|out| push_mean_change(cell, out))
}

/// Appends [`mean_change`] to a text.
pub(super) fn push_mean_change(cell: &GeomeanCell, out: &mut String) {
    match cell.change {
        Some(by) => push_percent(by, out),
        None => out.push('?'),
    }
}

/// `p=0.002 n=6`, `n=6+5`.
pub(super) fn test(versus: &Versus) -> String {
    text_of(|out| push_test(versus, out))
}

/// Appends [`test`](test()) to a text.
pub(super) fn push_test(versus: &Versus, out: &mut String) {
    if let ChangeTest::Tested(p) = versus.test {
        out.push_str("p=");
        push_fixed(p.get(), 3, out);
        out.push(' ');
    }
    out.push_str("n=");
    let (base, new) = versus.n;
    if base != new {
        push_count(base, out);
        out.push('+');
    }
    push_count(new, out);
}

fn push_count(count: usize, out: &mut String) {
    push_fixed(count as f64, 0, out); // exact up to 2⁵³
}

/// Whether a change is for the better or for the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tendency {
    Better,
    Worse,
}

impl Tendency {
    /// `None` if there is no change or the direction of the unit is unknown.
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

/// The configuration of each table, without what is the same in the table before it: `pkg: example.com/x`.
pub(super) fn headings(tabulation: &Tabulation) -> impl Iterator<Item = Vec<(&BStr, &BStr)>> {
    tabulation.tables.iter().enumerate().map(|(i, table)| {
        let before = i.checked_sub(1).map(|before| &tabulation.tables[before].config);
        let keys = tabulation.keys.iter().zip(&table.config).enumerate();
        let news = keys.filter(|&(at, (_, value))| before.is_none_or(|before| before[at] != *value));
        news.map(|(_, (key, value))| (key.as_bstr(), value.as_bstr())).collect()
    })
}

/// The label of a column on one line.
pub(super) fn column_label(column: &[BString]) -> BString {
    let values: Vec<&BString> = column.iter().filter(|value| !value.is_empty()).collect();
    join(" ", values).into()
}

/// Whether the table shows geometric means: that of a single row is the row itself.
pub(super) fn has_geomeans(table: &ComparedTable) -> bool {
    table.total > 1 && !table.geomeans.is_empty()
}

/// The sentence of a note in the words of benchstat, with the bytes of the input unchanged.
pub(super) fn sentence(note: &Note) -> BString {
    match note {
        Note::Varies(keys) => [b"benchmarks vary in ".as_slice(), &join(", ", keys)].concat().into(),
        Note::NotExact { low, high } => {
            let (low, high) = (general(*low), general(*high));
            format!("exact distribution expected, but values range from {low} to {high}").into()
        }
        Note::FewForInterval { need, confidence } => {
            let level = general(*confidence);
            format!("need {} samples for confidence interval at level {level}", count(*need)).into()
        }
        Note::AllEqual => "all samples are equal".into(),
        Note::FewForChange { need, alpha } => {
            let level = general(*alpha);
            format!("need {} samples to detect a difference at alpha level {level}", count(*need)).into()
        }
        Note::SetDiffers => "benchmark set differs from baseline; geomeans may not be comparable".into(),
        Note::NoMean => "summaries must be >0 to compute geomean".into(),
        Note::NoRatio => "ratios must be >0 to compute geomean".into(),
    }
}

fn count(need: SamplesNeeded) -> String {
    match need {
        SamplesNeeded::AtLeast(n) => format!(">= {n}"),
        SamplesNeeded::MoreThan(n) => format!("> {n}"),
    }
}

/// The notes of a table, each with a number from 1 on.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    numbers: HashMap<BString, usize>,
    list: Vec<BString>,
    /// The last note of each kind and its mark, because most rows of a table have the same.
    latest: Vec<(Note, String)>,
}

impl Footnotes {
    /// The marks of these notes: `¹ ²`.
    pub(super) fn marks<'n>(&mut self, notes: impl IntoIterator<Item = &'n Note>) -> String {
        text_of(|out| self.push_marks(notes, out))
    }

    /// Appends the marks of these notes to a text.
    pub(super) fn push_marks<'n>(&mut self, notes: impl IntoIterator<Item = &'n Note>, out: &mut String) {
        for (i, note) in notes.into_iter().enumerate() {
            if i > 0 {
                out.push(' ');
            }
            out.push_str(self.mark(note));
        }
    }

    fn mark(&mut self, note: &Note) -> &str {
        let kind = self.latest.iter().position(|(it, _)| discriminant(it) == discriminant(note));
        if let Some(known) = kind.filter(|&kind| self.latest[kind].0 == *note) {
            return &self.latest[known].1;
        }
        let latest = (note.clone(), superscript(self.number(sentence(note))));
        match kind {
            Some(kind) => self.latest[kind] = latest,
            None => self.latest.push(latest),
        }
        &self.latest[kind.unwrap_or(self.latest.len() - 1)].1 // just put there
    }

    fn number(&mut self, words: BString) -> usize {
        *self.numbers.entry(words.clone()).or_insert_with(|| {
            self.list.push(words);
            self.list.len()
        })
    }

    /// Every note with its mark, in order.
    pub(super) fn list(&self) -> impl Iterator<Item = (String, &BString)> {
        self.list.iter().enumerate().map(|(i, words)| (superscript(i + 1), words))
    }
}

fn superscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| c.to_digit(10).map_or(c, |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(digit).collect()
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

    #[test]
    fn the_same_sentence_has_the_same_number() {
        let mut notes = Footnotes::default();
        assert_eq!(notes.marks(&[Note::AllEqual, Note::NoMean]), "¹ ²");
        assert_eq!(notes.marks(&[Note::NoMean]), "²");
        assert_eq!(notes.marks(&[]), "");
        assert_eq!(notes.list().last(), Some(("²".to_string(), &sentence(&Note::NoMean))));
        assert_eq!(superscript(1203), "¹²⁰³");
        assert_eq!(sentence(&Note::Varies(vec!["a".into(), "b".into()])), "benchmarks vary in a, b");
    }
}
