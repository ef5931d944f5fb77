//! Lines of base and new that are the same one.

use super::align::{common, similar_pairs, similarity};
use super::pairing::{Entry, pairs, renames};
use super::sources::{Line, Sources, Unit};
use crate::cause::explanation::EditSide;
use crate::model::hash::HashMap;

/// Lines that share less are different ones.
const LEAST: f64 = 0.55;
/// So many moved lines of a function are looked at for lines that they crossed.
const MOST_CROSSED: usize = 200;

/// What became of a line on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counterpart {
    /// The same line, perhaps elsewhere or formatted differently.
    Same(Line),
    /// An edited line.
    Changed(Line),
    /// A line that is now in another function or at another place of it.
    Moved(Line),
    /// None.
    None,
}

impl Counterpart {
    /// The line on the other side.
    pub fn line(self) -> Option<Line> {
        match self {
            Counterpart::Same(line) | Counterpart::Changed(line) | Counterpart::Moved(line) => Some(line),
            Counterpart::None => None,
        }
    }
}

/// An edited line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EditedLine {
    /// The tree that has it. Changed lines are those of new.
    pub side: EditSide,
    /// The line in that tree.
    pub line: Line,
}

/// The trees of base and new, and which of their lines are the same.
#[derive(Debug)]
pub struct LineMap {
    /// Base.
    pub base: Sources,
    /// New.
    pub new: Sources,
    to_new: Vec<Vec<Counterpart>>,
    to_base: Vec<Vec<Counterpart>>,
    unit_to_new: HashMap<Unit, Unit>,
    unit_to_base: HashMap<Unit, Unit>,
}

impl LineMap {
    /// Maps the lines of two trees. Time grows with the size of the trees; what would take longer than that (similarity of all
    /// renamed functions, longest common subsequences of functions of thousands of lines) is bounded and then less exact.
    pub fn new(base: Sources, new: Sources) -> LineMap {
        let mut words = Words::default();
        let entries = (words.entries(&base), words.entries(&new));
        let pairs = pairs((&base, &entries.0), (&new, &entries.1));
        words.renames = renames(&base, &new, &pairs);
        let empty = |side: &Sources| -> Vec<Vec<Counterpart>> {
            (0..side.file_count())
                .map(|file| vec![Counterpart::None; side.line_count(file) as usize + 1])
                .collect()
        };
        let mut map = LineMap {
            to_new: empty(&base),
            to_base: empty(&new),
            unit_to_new: pairs.iter().copied().collect(),
            unit_to_base: pairs.iter().map(|&(b, n)| (n, b)).collect(),
            base,
            new,
        };
        for &(b, n) in &pairs {
            map.align(b, n, &mut words);
        }
        map.find_moved(&mut words);
        map
    }

    /// What became of a line of base.
    pub fn to_new(&self, line: Line) -> Counterpart {
        at(&self.to_new, line)
    }

    /// Where a line of new comes from.
    pub fn to_base(&self, line: Line) -> Counterpart {
        at(&self.to_base, line)
    }

    /// The line of new that stands for a line of new and all that are one line in base, so that sites of both sides can be
    /// subtracted.
    pub fn representative(&self, line: Line) -> Line {
        self.to_base(line).line().and_then(|it| self.to_new(it).line()).unwrap_or(line)
    }

    /// The declaration of base that is one of new.
    pub fn unit_to_base(&self, unit: Unit) -> Option<Unit> {
        self.unit_to_base.get(&unit).copied()
    }

    /// The declaration of new that is one of base.
    pub fn unit_to_new(&self, unit: Unit) -> Option<Unit> {
        self.unit_to_new.get(&unit).copied()
    }

    /// Whether a line of new is an edit: it is not in base, or not like this or not here.
    pub fn is_edited(&self, line: Line) -> bool {
        !matches!(self.to_base(line), Counterpart::Same(_)) && self.new.is_significant(line)
    }

    /// Whether a line of base is not in new, not even changed.
    pub fn is_deleted(&self, line: Line) -> bool {
        matches!(self.to_new(line), Counterpart::None | Counterpart::Moved(_))
            && self.base.is_significant(line)
    }

    /// The edits of a declaration of new: its edited lines, then those deleted from it.
    pub fn edits(&self, unit: Unit) -> Vec<EditedLine> {
        let mut edits: Vec<EditedLine> = self
            .new
            .lines(unit)
            .filter(|it| self.is_edited(*it))
            .map(|line| EditedLine { side: EditSide::New, line })
            .collect();
        if let Some(base) = self.unit_to_base(unit) {
            edits.extend(self.deletions(base));
        }
        edits
    }

    /// The lines of a declaration of base that are not in new, nor at another place of the declaration.
    pub fn deletions(&self, unit: Unit) -> Vec<EditedLine> {
        let is_inside = |it: Line| {
            let there = self.to_new(it).line().and_then(|it| self.new.unit(it));
            there.is_some() && there == self.unit_to_new(unit)
        };
        let deleted = self.base.lines(unit).filter(|it| self.is_deleted(*it) && !is_inside(*it));
        deleted.map(|line| EditedLine { side: EditSide::Base, line }).collect()
    }

    /// The text of an edited line.
    pub fn text(&self, edit: EditedLine) -> &str {
        match edit.side {
            EditSide::Base => self.base.text(edit.line),
            EditSide::New => self.new.text(edit.line),
        }
    }

    fn set(&mut self, base: Line, new: Line, kind: fn(Line) -> Counterpart) {
        put(&mut self.to_new, base, kind(new));
        put(&mut self.to_base, new, kind(base));
    }

    fn align(&mut self, base: Unit, new: Unit, words: &mut Words) {
        let base: Vec<Line> = self.base.lines(base).collect();
        let new: Vec<Line> = self.new.lines(new).collect();
        let significant = |side: &Sources, lines: &[Line]| -> Vec<Line> {
            lines.iter().copied().filter(|it| side.is_significant(*it)).collect()
        };
        let of_base = significant(&self.base, &base);
        let of_new = significant(&self.new, &new);
        let texts = (words.texts(&self.base, &of_base, true), words.texts(&self.new, &of_new, false));
        let pairs = common(&texts.0, &texts.1);
        let mut from = (0, 0);
        for &(b, n) in pairs.iter().chain([&(of_base.len(), of_new.len())]) {
            let gap = (
                of_base.get(from.0..b).unwrap_or_default().to_vec(),
                of_new.get(from.1..n).unwrap_or_default().to_vec(),
            );
            self.pair_gap(&gap.0, &gap.1, words);
            if let (Some(&b), Some(&n)) = (of_base.get(b), of_new.get(n)) {
                self.set(b, n, Counterpart::Same);
            }
            from = (b + 1, n + 1);
        }
    }

    /// Pairs lines that were replaced: all of them if only their ends of lines differ, else the similar ones.
    fn pair_gap(&mut self, base: &[Line], new: &[Line], words: &mut Words) {
        if base.is_empty() || new.is_empty() {
            return;
        }
        if self.pair_reformatted(base, new, words) {
            return;
        }
        let bags = (words.bags(&self.base, base, true), words.bags(&self.new, new, false));
        let likeness = |b: usize, n: usize| match (bags.0.get(b), bags.1.get(n)) {
            (Some(b), Some(n)) => similarity(b, n),
            _ => 0.0,
        };
        for (b, n) in similar_pairs(base.len(), new.len(), LEAST, likeness) {
            if let (Some(&b), Some(&n)) = (base.get(b), new.get(n)) {
                self.set(b, n, Counterpart::Changed);
            }
        }
    }

    /// Pairs lines whose words and literals are the same when ends of lines, brackets and commas are left out.
    fn pair_reformatted(&mut self, base: &[Line], new: &[Line], words: &mut Words) -> bool {
        let of_base = words.stream(&self.base, base, true);
        let of_new = words.stream(&self.new, new, false);
        if of_base.len() != of_new.len() || of_base.iter().zip(&of_new).any(|(b, n)| b.0 != n.0) {
            return false;
        }
        for ((_, b), (_, n)) in of_base.into_iter().zip(of_new) {
            for (side, from, to) in [(&mut self.to_new, b, n), (&mut self.to_base, n, b)] {
                if at(side, from) == Counterpart::None {
                    put(side, from, Counterpart::Same(to));
                }
            }
        }
        true
    }

    /// Finds lines that left one place and came to another in the same package, as when code is extracted into a function.
    fn find_moved(&mut self, words: &mut Words) {
        let left = self.without_partner(&self.base, &self.to_new);
        let came = self.without_partner(&self.new, &self.to_base);
        let mut by_text: HashMap<(String, u32), Vec<Line>> = HashMap::default();
        for &line in left.iter().rev() {
            let text = words.text(&self.base, line, true);
            by_text.entry((self.base.folder(line.file).to_string(), text)).or_default().push(line);
        }
        // How many lines of a declaration of new came from which one of base.
        let mut sources: HashMap<(Unit, Unit), usize> = HashMap::default();
        for &line in &came {
            let text = words.text(&self.new, line, false);
            let key = (self.new.folder(line.file).to_string(), text);
            let Some(from) = by_text.get_mut(&key).and_then(Vec::pop) else { continue };
            self.set(from, line, Counterpart::Moved);
            if let (Some(b), Some(n)) = (self.base.unit(from), self.new.unit(line)) {
                *sources.entry((b, n)).or_default() += 1;
            }
        }
        let mut sources: Vec<((Unit, Unit), usize)> = sources.into_iter().collect();
        sources.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        for &((b, n), _) in &sources {
            self.pair_moved(b, n, words);
        }
        for ((b, n), _) in sources {
            if self.unit_to_new(b) == Some(n) {
                self.mark_crossed(n);
            }
        }
    }

    /// Two neighbouring pieces of a function that changed places are both moved, but a common subsequence keeps one of them. The one
    /// that it keeps is marked too if it is not longer: it is unknown which of them an edit is about.
    fn mark_crossed(&mut self, unit: Unit) {
        let partner = |map: &LineMap, line| map.to_base(line).line().map(|it| (it, line));
        let lines: Vec<(Line, Line)> = self.new.lines(unit).filter_map(|it| partner(self, it)).collect();
        let is_moved = |map: &LineMap, it: &(Line, Line)| matches!(map.to_base(it.1), Counterpart::Moved(_));
        let moved: Vec<(Line, Line)> = lines.iter().filter(|it| is_moved(self, it)).copied().collect();
        for &(base, new) in moved.iter().take(MOST_CROSSED) {
            let crosses = |it: &&(Line, Line)| (it.0 < base) != (it.1 < new) && it.1 != new;
            let crossed: Vec<(Line, Line)> =
                lines.iter().filter(crosses).filter(|it| !is_moved(self, it)).copied().collect();
            if crossed.len() <= moved.len() {
                for (base, new) in crossed {
                    self.set(base, new, Counterpart::Moved);
                }
            }
        }
    }

    /// Pairs similar lines of declarations that exchanged lines.
    fn pair_moved(&mut self, base: Unit, new: Unit, words: &mut Words) {
        let left = |lines: &mut dyn Iterator<Item = Line>, side: &Sources, map: &[Vec<Counterpart>]| {
            lines
                .filter(|it| at(map, *it) == Counterpart::None && side.is_significant(*it))
                .collect::<Vec<_>>()
        };
        let base = left(&mut self.base.lines(base), &self.base, &self.to_new);
        let new = left(&mut self.new.lines(new), &self.new, &self.to_base);
        let bags = (words.bags(&self.base, &base, true), words.bags(&self.new, &new, false));
        let likeness = |b: usize, n: usize| match (bags.0.get(b), bags.1.get(n)) {
            (Some(b), Some(n)) => similarity(b, n),
            _ => 0.0,
        };
        for (b, n) in similar_pairs(base.len(), new.len(), LEAST, likeness) {
            if let (Some(&b), Some(&n)) = (base.get(b), new.get(n)) {
                self.set(b, n, Counterpart::Moved);
            }
        }
    }

    fn without_partner(&self, side: &Sources, map: &[Vec<Counterpart>]) -> Vec<Line> {
        let left = |it: &Line| at(map, *it) == Counterpart::None && side.is_significant(*it);
        side.units().flat_map(|unit| side.lines(unit)).filter(left).collect()
    }
}

fn at(map: &[Vec<Counterpart>], line: Line) -> Counterpart {
    let found = map.get(line.file as usize).and_then(|it| it.get(line.number as usize));
    found.copied().unwrap_or(Counterpart::None)
}

fn put(map: &mut [Vec<Counterpart>], line: Line, counterpart: Counterpart) {
    if let Some(place) = map.get_mut(line.file as usize).and_then(|it| it.get_mut(line.number as usize)) {
        *place = counterpart;
    }
}

/// Numbers for tokens and for texts of lines, the same on both sides. Names that base has for renamed functions get the number of
/// the name in new.
#[derive(Default)]
struct Words {
    tokens: HashMap<String, u32>,
    lines: HashMap<Vec<u32>, u32>,
    renames: HashMap<String, String>,
}

impl Words {
    fn token(&mut self, text: &str, is_base: bool) -> u32 {
        let text = if is_base { self.renames.get(text).map_or(text, String::as_str) } else { text };
        if let Some(number) = self.tokens.get(text) {
            return *number;
        }
        let number = self.tokens.len() as u32;
        self.tokens.insert(text.to_string(), number);
        number
    }

    fn tokens(&mut self, side: &Sources, line: Line, is_base: bool) -> Vec<u32> {
        side.tokens(line).map(|it| self.token(it, is_base)).collect()
    }

    fn entries(&mut self, side: &Sources) -> Vec<Entry> {
        let mut entries = Vec::new();
        for unit in side.units() {
            let tokens = side.lines(unit).flat_map(|it| self.tokens(side, it, true)).collect();
            entries.push(Entry { unit, tokens });
        }
        entries
    }

    fn text(&mut self, side: &Sources, line: Line, is_base: bool) -> u32 {
        let tokens = self.tokens(side, line, is_base);
        let number = self.lines.len() as u32;
        *self.lines.entry(tokens).or_insert(number)
    }

    fn texts(&mut self, side: &Sources, lines: &[Line], is_base: bool) -> Vec<u32> {
        lines.iter().map(|it| self.text(side, *it, is_base)).collect()
    }

    fn bags(&mut self, side: &Sources, lines: &[Line], is_base: bool) -> Vec<Vec<u32>> {
        let mut bags: Vec<Vec<u32>> = lines.iter().map(|it| self.tokens(side, *it, is_base)).collect();
        bags.iter_mut().for_each(|it| it.sort_unstable());
        bags
    }

    /// The tokens of lines without brackets at their ends and commas, with the lines they are on.
    fn stream(&mut self, side: &Sources, lines: &[Line], is_base: bool) -> Vec<(u32, Line)> {
        let mut stream = Vec::new();
        for &line in lines {
            for token in side.tokens(line) {
                if !matches!(token, "," | ";" | "(" | ")" | "{" | "}" | "[" | "]") {
                    stream.push((self.token(token, is_base), line));
                }
            }
        }
        stream
    }
}
