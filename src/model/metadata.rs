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
pub(super) struct Metadata(IndexMap<(Unit, BString), Fact>);

#[derive(Debug, Clone, PartialEq)]
struct Fact {
    value: BString,
    /// The unit as written.
    unit: BString,
    /// The file and line that says it first.
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
        self.hold(tidied(unit), key.into(), Fact { value: value.into(), unit: unit.into(), file, line })
    }

    fn hold(&mut self, unit: Unit, key: BString, fact: Fact) -> Result<(), RemarkKind> {
        let held = self.0.entry((unit, key.clone())).or_insert_with(|| fact.clone());
        match held.value == fact.value {
            true => Ok(()),
            false => Err(RemarkKind::UnitConflict { key, unit: fact.unit, held: held.value.clone() }),
        }
    }

    /// Adds what other files say; `first` is the number that their first file gets. Contradictions come back with the file
    /// and line of the later one.
    pub fn append(&mut self, other: Metadata, first: usize) -> Vec<(usize, usize, RemarkKind)> {
        let mut conflicts = Vec::new();
        for ((unit, key), mut fact) in other.0 {
            fact.file += first;
            let (file, line) = (fact.file, fact.line);
            conflicts.extend(self.hold(unit, key, fact).err().map(|conflict| (file, line, conflict)));
        }
        conflicts
    }

    pub fn len(&self) -> usize {
        self.0.len()
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
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(unit.tidied().0, key.into())).map(|fact| fact.value.as_bytes())
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
    }
}
