//! What `Unit` lines say about units.

use super::{Direction, RemarkKind, Unit};
use bstr::{BString, ByteSlice};
use indexmap::IndexMap;

/// What is known of the distribution of a unit's values (golang.org/x/perf/benchmath).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumption {
    /// Nothing: values are noisy.
    Nothing,
    /// They are exact: `assume=exact`.
    Exact,
}

/// What `Unit` lines say, by unit in base units: `ns/op` and `sec/op` are the same unit. It holds for all files of a
/// dataset, wherever it stands; of two lines that contradict each other the first one holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Metadata {
    /// What holds.
    held: IndexMap<(Unit, BString), BString>,
    /// All that was said, in order.
    said: Vec<Fact>,
}

#[derive(Debug, Clone, PartialEq)]
struct Fact {
    /// The unit as written.
    unit: BString,
    key: BString,
    value: BString,
    /// The file and line that says it.
    file: usize,
    line: usize,
}

impl Metadata {
    /// Notes that `key` of `unit` is `value`.
    ///
    /// # Errors
    /// If it is something else already.
    pub fn set(
        &mut self,
        place: (usize, usize),
        unit: &[u8],
        key: &[u8],
        value: &[u8],
    ) -> Result<(), RemarkKind> {
        let (file, line) = place;
        self.say(Fact { unit: unit.into(), key: key.into(), value: value.into(), file, line })
    }

    fn say(&mut self, fact: Fact) -> Result<(), RemarkKind> {
        let Fact { unit, key, value, .. } = fact.clone();
        let held = self.held.entry((tidied(&unit), key.clone())).or_insert_with(|| value.clone()).clone();
        // Also what is only said again: it may contradict what a file before this one says.
        self.said.push(fact);
        if held == value { Ok(()) } else { Err(RemarkKind::UnitConflict { key, unit, held }) }
    }

    /// Adds what other files say; `first` is the number that their first file gets. Contradictions, also those among
    /// themselves, come back with their file and line.
    pub fn append(&mut self, other: Metadata, first: usize) -> Vec<(usize, usize, RemarkKind)> {
        let mut conflicts = Vec::new();
        for mut fact in other.said {
            fact.file += first;
            let (file, line) = (fact.file, fact.line);
            conflicts.extend(self.say(fact).err().map(|conflict| (file, line, conflict)));
        }
        conflicts
    }

    /// Of how many units how much is known.
    pub fn facts(&self) -> usize {
        self.held.len()
    }

    /// How many lines say something.
    pub fn lines(&self) -> usize {
        self.said.len()
    }

    pub fn assumption(&self, unit: &Unit) -> Assumption {
        match self.get(unit, "assume") {
            Some(b"exact") => Assumption::Exact,
            Some(_) | None => Assumption::Nothing,
        }
    }

    pub fn better(&self, unit: &Unit) -> Option<Direction> {
        match self.get(unit, "better")? {
            b"lower" => Some(Direction::Lower),
            b"higher" => Some(Direction::Higher),
            _ => None,
        }
    }

    fn get(&self, unit: &Unit, key: &str) -> Option<&[u8]> {
        if self.held.is_empty() {
            return None;
        }
        self.held.get(&(unit.tidied().0, key.into())).map(|value| value.as_bytes())
    }
}

fn tidied(unit: &[u8]) -> Unit {
    Unit::new(unit.to_str_lossy()).tidied().0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_on_a_unit_holds() {
        let mut facts = Metadata::default();
        assert_eq!(facts.set((0, 1), b"ns/op", b"better", b"higher"), Ok(()));
        assert_eq!(facts.set((0, 2), b"sec/op", b"better", b"higher"), Ok(()));
        let conflict = facts.set((0, 3), b"sec/op", b"better", b"lower").expect_err("said otherwise");
        assert_eq!(conflict.to_string(), "metadata better of unit sec/op already set to higher");
        assert_eq!(facts.better(&Unit::new("ns/op")), Some(Direction::Higher));
        assert_eq!(facts.assumption(&Unit::new("ns/op")), Assumption::Nothing);
        let mut other = Metadata::default();
        other.set((0, 7), b"sec/op", b"better", b"lower").expect("nothing is known yet");
        other.set((0, 8), b"x", b"assume", b"exact").expect("nothing is known yet");
        let conflicts = facts.append(other, 1);
        assert_eq!(conflicts.iter().map(|&(file, line, _)| (file, line)).collect::<Vec<_>>(), [(1, 7)]);
        assert_eq!(facts.assumption(&Unit::new("x")), Assumption::Exact);
        let mut twice = Metadata::default();
        twice.set((0, 1), b"ns/op", b"better", b"lower").expect("nothing is known yet");
        twice.set((0, 2), b"ns/op", b"better", b"higher").expect_err("said otherwise");
        let conflicts = facts.append(twice, 2);
        let lines: Vec<usize> = conflicts.iter().map(|&(_, line, _)| line).collect();
        assert_eq!(lines, [1], "the second line agrees with the first file");
        let mut again = Metadata::default();
        again.set((0, 3), b"x", b"assume", b"nothing").expect("nothing is known yet");
        again.set((0, 9), b"x", b"assume", b"nothing").expect("it is the same");
        assert_eq!((again.facts(), again.lines()), (1, 2));
        let lines: Vec<usize> = facts.append(again, 3).iter().map(|&(_, line, _)| line).collect();
        assert_eq!(lines, [3, 9], "each of them contradicts the second file");
    }
}
