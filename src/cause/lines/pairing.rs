//! Which declarations of base and new are the same one, wherever they live and whatever they are called.

use super::align::similarity;
use super::scan::Kind;
use super::sources::{Sources, Unit};
use crate::model::hash::HashMap;

/// Declarations that share less are different ones.
const LEAST: f64 = 0.5;
/// Comparing all with all takes this many steps at most; what is left then stays without a partner.
const STEPS: usize = 50_000_000;

/// A declaration and what is compared of it.
#[derive(Debug)]
pub struct Entry {
    /// Which.
    pub unit: Unit,
    /// Its tokens, as numbers that are the same on both sides for equal texts.
    pub tokens: Vec<u32>,
}

/// Pairs the declarations of two trees: by package, kind and name; then equal texts; then the most similar. Takes bounded time.
pub fn pairs(base: (&Sources, &[Entry]), new: (&Sources, &[Entry])) -> Vec<(Unit, Unit)> {
    let mut left = Left { base: vec![true; base.1.len()], new: vec![true; new.1.len()], pairs: Vec::new() };
    let by_name = (groups(base.1, |it| name_key(base.0, it)), groups(new.1, |it| name_key(new.0, it)));
    // Names repeat for `init`, `_` and files of other systems: the same file first, then the same text, then the order.
    let path = |side: &Sources, it: &Entry| side.path(it.unit.file).to_string();
    for (name, of_base) in &by_name.0 {
        let of_new = by_name.1.get(name).map_or(&[][..], Vec::as_slice);
        left.pair(base.1, new.1, of_base, of_new, |b, n| path(base.0, b) == path(new.0, n));
        left.pair(base.1, new.1, of_base, of_new, |b, n| b.tokens == n.tokens);
        left.pair(base.1, new.1, of_base, of_new, |_, _| true);
    }
    let by_text = (groups(base.1, |it| it.tokens.clone()), groups(new.1, |it| it.tokens.clone()));
    for (text, of_base) in &by_text.0 {
        let of_new = by_text.1.get(text).map_or(&[][..], Vec::as_slice);
        left.pair(base.1, new.1, of_base, of_new, |_, _| true);
    }
    left.pair_similar(base, new);
    left.pairs.sort_unstable();
    left.pairs
}

type NameKey = (String, String, Kind, String, String);

fn name_key(side: &Sources, entry: &Entry) -> NameKey {
    let file = entry.unit.file;
    let (kind, receiver, name) = side
        .declaration(entry.unit)
        .map_or((Kind::Header, "", ""), |it| (it.kind, it.receiver.as_str(), it.name.as_str()));
    (side.folder(file).into(), side.package(file).into(), kind, receiver.into(), name.into())
}

fn groups<K: Ord>(entries: &[Entry], key: impl Fn(&Entry) -> K) -> std::collections::BTreeMap<K, Vec<usize>> {
    let mut groups = std::collections::BTreeMap::<K, Vec<usize>>::new();
    for (index, entry) in entries.iter().enumerate() {
        groups.entry(key(entry)).or_default().push(index);
    }
    groups
}

struct Left {
    base: Vec<bool>,
    new: Vec<bool>,
    pairs: Vec<(Unit, Unit)>,
}

impl Left {
    fn is_left(&self, base: usize, new: usize) -> bool {
        self.base.get(base) == Some(&true) && self.new.get(new) == Some(&true)
    }

    fn take(&mut self, (base, b): (&[Entry], usize), (new, n): (&[Entry], usize)) {
        let (Some(of_base), Some(of_new)) = (base.get(b), new.get(n)) else { return };
        self.pairs.push((of_base.unit, of_new.unit));
        if let (Some(b), Some(n)) = (self.base.get_mut(b), self.new.get_mut(n)) {
            (*b, *n) = (false, false);
        }
    }

    /// Pairs members of two groups that hold for `same`, in order. Large groups only in order: all with all would take too long.
    fn pair(
        &mut self,
        base: &[Entry],
        new: &[Entry],
        of_base: &[usize],
        of_new: &[usize],
        same: impl Fn(&Entry, &Entry) -> bool,
    ) {
        let width = if of_base.len().saturating_mul(of_new.len()) > 250_000 { 1 } else { of_new.len() };
        for (at, &b) in of_base.iter().enumerate() {
            let from = if width == 1 { at } else { 0 };
            let found = of_new.iter().skip(from).take(width).copied().find(|&n| {
                let both = base.get(b).zip(new.get(n));
                self.is_left(b, n) && both.is_some_and(|(b, n)| same(b, n))
            });
            if let Some(n) = found {
                self.take((base, b), (new, n));
            }
        }
    }

    /// Pairs what is left by how many neighbouring tokens both have, the most similar first.
    fn pair_similar(&mut self, base: (&Sources, &[Entry]), new: (&Sources, &[Entry])) {
        let of_base = neighbours(base, &self.base);
        let of_new = neighbours(new, &self.new);
        let mut found: Vec<(f64, bool, usize, usize)> = Vec::new();
        let mut steps = 0;
        for b in &of_base {
            for n in of_new.iter().filter(|it| it.kind == b.kind) {
                let (short, long) = (b.bag.len().min(n.bag.len()), b.bag.len().max(n.bag.len()));
                if short * 3 < long {
                    continue; // even if all of the shorter were shared, it would be less than half of both
                }
                steps += short + long;
                if steps > STEPS {
                    break;
                }
                let like = similarity(&b.bag, &n.bag);
                if like >= LEAST {
                    found.push((like, b.folder == n.folder, b.index, n.index));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
        for (_, _, b, n) in found {
            if self.is_left(b, n) {
                self.take((base.1, b), (new.1, n));
            }
        }
    }
}

/// A declaration without a partner, as a sorted bag of pairs of neighbouring tokens.
struct Neighbours<'a> {
    index: usize,
    kind: Kind,
    folder: &'a str,
    bag: Vec<u32>,
}

fn neighbours<'a>((side, entries): (&'a Sources, &[Entry]), left: &[bool]) -> Vec<Neighbours<'a>> {
    let bag = |tokens: &[u32]| {
        // Two numbers become one; a collision makes two declarations look a little more alike.
        let mix =
            |it: &[u32]| it.iter().fold(0u32, |sum, &it| sum.wrapping_mul(0x9E37_79B1).wrapping_add(it));
        let mut bag: Vec<u32> = tokens.windows(2).map(mix).collect();
        bag.sort_unstable();
        bag
    };
    let entry = |(index, it): (usize, &Entry)| {
        let kind = side.declaration(it.unit)?.kind;
        Some(Neighbours { index, kind, folder: side.folder(it.unit.file), bag: bag(&it.tokens) })
    };
    let is_left = |index: &usize| left.get(*index) == Some(&true);
    entries.iter().enumerate().filter(|(index, _)| is_left(index)).filter_map(entry).collect()
}

/// Names that functions of base have in new, where that holds for all of their name and no other thing is called either.
pub fn renames(base: &Sources, new: &Sources, pairs: &[(Unit, Unit)]) -> HashMap<String, String> {
    let names = |side: &Sources| {
        let mut counts: HashMap<String, usize> = HashMap::default();
        for unit in side.units() {
            if let Some(it) = side.declaration(unit) {
                *counts.entry(it.name.clone()).or_default() += 1;
            }
        }
        counts
    };
    let (of_base, of_new) = (names(base), names(new));
    let mut renames = HashMap::default();
    for (b, n) in pairs {
        let (Some(b), Some(n)) = (base.declaration(*b), new.declaration(*n)) else { continue };
        let is_only = of_base.get(&b.name) == Some(&1) && of_new.get(&n.name) == Some(&1);
        let is_gone = !of_new.contains_key(&b.name) && !of_base.contains_key(&n.name);
        if b.name != n.name && is_only && is_gone {
            renames.insert(b.name.clone(), n.name.clone());
        }
    }
    renames
}
