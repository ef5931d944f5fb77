//! What files say about their results: configuration lines such as `goos: linux`, and `Unit` lines.

use super::{DatasetLimits, Direction, RemarkKind, Unit};
use bstr::{BStr, BString, ByteSlice};
use indexmap::IndexMap;

/// The configuration of results: `goos: linux`, `cpu: …`, in the order in which the keys were first set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Config(Vec<(BString, BString)>);

impl Config {
    /// Sets a key, or replaces its value. An empty value removes the key, and the last key takes its position, as in Go's
    /// reader.
    pub fn set(&mut self, key: &[u8], value: &[u8]) {
        match self.0.iter().position(|(k, _)| k == key) {
            Some(at) if value.is_empty() => drop(self.0.swap_remove(at)),
            Some(at) => self.0[at].1 = value.into(),
            None if value.is_empty() => {}
            None => self.0.push((key.into(), value.into())),
        }
    }

    /// How many bytes the entry of a key takes.
    pub(super) fn held(&self, key: &[u8]) -> usize {
        let entry = self.0.iter().find(|(k, _)| k == key);
        entry.map_or(0, |(key, value)| key.len() + value.len() + DatasetLimits::ENTRY)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&BStr> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_bstr())
    }

    /// All keys and values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&BStr, &BStr)> {
        self.0.iter().map(|(key, value)| (key.as_bstr(), value.as_bstr()))
    }
}

/// What may be assumed about the values of a unit (golang.org/x/perf/benchmath).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumption {
    /// Nothing: the values are noisy.
    Nothing,
    /// The values are exact: `assume=exact`.
    Exact,
}

/// The metadata of `Unit` lines, by base unit: `ns/op` and `sec/op` are the same unit. It applies to all files of a dataset. If
/// two lines contradict each other, the first one applies.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Metadata {
    /// The values in force.
    held: IndexMap<(Unit, BString), BString>,
    /// All lines, in order.
    facts: Vec<Fact>,
}

#[derive(Debug, Clone, PartialEq)]
struct Fact {
    /// The unit as written.
    unit: BString,
    key: BString,
    value: BString,
    /// The file and the line.
    file: usize,
    line: usize,
}

impl Metadata {
    /// Sets `key` of `unit` to `value`.
    ///
    /// # Errors
    /// If it has a different value already.
    pub fn set(
        &mut self,
        place: (usize, usize),
        unit: &[u8],
        key: &[u8],
        value: &[u8],
    ) -> Result<(), RemarkKind> {
        let (file, line) = place;
        self.add(Fact { unit: unit.into(), key: key.into(), value: value.into(), file, line })
    }

    fn add(&mut self, fact: Fact) -> Result<(), RemarkKind> {
        let Fact { unit, key, value, .. } = fact.clone();
        let held = self.held.entry((tidied(&unit), key.clone())).or_insert_with(|| value.clone()).clone();
        // Also a repeated line: it can contradict a line of an earlier file.
        self.facts.push(fact);
        if held == value { Ok(()) } else { Err(RemarkKind::UnitConflict { key, unit, held }) }
    }

    /// Adds the metadata of other files; `first` is the number of their first file. Returns all contradictions with file and
    /// line, also those among the other files.
    pub fn append(&mut self, other: Metadata, first: usize) -> Vec<(usize, usize, RemarkKind)> {
        let mut conflicts = Vec::new();
        for mut fact in other.facts {
            fact.file += first;
            let (file, line) = (fact.file, fact.line);
            conflicts.extend(self.add(fact).err().map(|conflict| (file, line, conflict)));
        }
        conflicts
    }

    /// How many values are in force.
    pub fn facts(&self) -> usize {
        self.held.len()
    }

    /// How many values all lines set.
    pub fn lines(&self) -> usize {
        self.facts.len()
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
    fn setting_a_key_replaces_it_and_an_empty_value_removes_it() {
        let mut config = Config::default();
        for (key, value) in [("a", "1"), ("b", "2"), ("c", "3"), ("a", "4"), ("b", ""), ("d", "")] {
            config.set(key.as_bytes(), value.as_bytes());
        }
        let pairs: Vec<String> = config.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(pairs, ["a=4", "c=3"]);
        assert_eq!(config.get("b"), None);
    }

    #[test]
    fn the_first_line_about_a_unit_applies() {
        let mut facts = Metadata::default();
        assert_eq!(facts.set((0, 1), b"ns/op", b"better", b"higher"), Ok(()));
        assert_eq!(facts.set((0, 2), b"sec/op", b"better", b"higher"), Ok(()));
        let conflict = facts.set((0, 3), b"sec/op", b"better", b"lower").expect_err("a contradiction");
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
        twice.set((0, 2), b"ns/op", b"better", b"higher").expect_err("a contradiction");
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
