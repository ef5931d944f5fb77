//! Notes in words.

use super::number::general;
use crate::compare::{Note, SamplesNeeded};
use bstr::{BString, join};
use std::collections::HashMap;
use std::mem::discriminant;

/// The sentence of a note, as benchstat words it; bytes of the input as they are.
pub(super) fn words(note: &Note) -> BString {
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
    /// The last note of each kind and its mark: most rows of a table have the same.
    latest: Vec<(Note, String)>,
}

impl Footnotes {
    /// The marks of these notes: `¹ ²`.
    pub(super) fn marks<'n>(&mut self, notes: impl IntoIterator<Item = &'n Note>) -> String {
        let mut marks = String::new();
        for note in notes {
            if !marks.is_empty() {
                marks.push(' ');
            }
            marks.push_str(self.mark(note));
        }
        marks
    }

    fn mark(&mut self, note: &Note) -> &str {
        let kind = self.latest.iter().position(|(it, _)| discriminant(it) == discriminant(note));
        if let Some(known) = kind.filter(|&kind| self.latest[kind].0 == *note) {
            return &self.latest[known].1;
        }
        let latest = (note.clone(), superscript(self.number(words(note))));
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
    fn the_same_sentence_has_the_same_number() {
        let mut notes = Footnotes::default();
        assert_eq!(notes.marks(&[Note::AllEqual, Note::NoMean]), "¹ ²");
        assert_eq!(notes.marks(&[Note::NoMean]), "²");
        assert_eq!(notes.marks(&[]), "");
        assert_eq!(notes.list().last(), Some(("²".to_string(), &words(&Note::NoMean))));
        assert_eq!(superscript(1203), "¹²⁰³");
        assert_eq!(words(&Note::Varies(vec!["a".into(), "b".into()])), "benchmarks vary in a, b");
    }
}
