//! Distinct texts, each stored once.

use bstr::BStr;
use foldhash::fast::RandomState;
use std::fmt;
use std::hash::BuildHasher;

/// Distinct texts, numbered from 0 in order of first appearance. All bytes are in one piece of memory: a suite has many short
/// names, and an allocation for each would take longer than reading it, and more memory than the name.
#[derive(Clone, Default)]
pub struct Texts {
    bytes: Vec<u8>,
    /// Where each text ends in `bytes`.
    ends: Vec<usize>,
    /// A hash table with linear probing. Its length is a power of two, and at least a quarter is free.
    slots: Vec<Slot>,
    seed: RandomState,
}

/// The texts alone: the hash table differs from one to the next.
impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(BStr::new)).finish()
    }
}

/// A place in the hash table.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// A part of the hash, so that other texts are rarely compared.
    hash: u32,
    /// The number of the text plus 1; 0 if the slot is free.
    number: u32,
}

impl Texts {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text with this number.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, number: usize) -> &[u8] {
        let from = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[from..self.ends[number]]
    }

    /// Whether this is the text with this number. The next text is often known in advance; this is faster than a search.
    pub fn is(&self, number: usize, text: &[u8]) -> bool {
        number < self.len() && self.get(number) == text
    }

    /// The number of a text, if it is known. O(length).
    pub fn find(&self, text: &[u8]) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = self.hash(text);
        let slot = self.slots[self.slot(hash, text)];
        (slot.number as usize).checked_sub(1)
    }

    /// The number of a text, and whether it is new. Amortised O(length).
    pub fn insert(&mut self, text: &[u8]) -> (usize, bool) {
        if self.slots.len() * 3 <= self.len() * 4 {
            self.grow();
        }
        let hash = self.hash(text);
        let at = self.slot(hash, text);
        match self.slots[at].number {
            0 => {
                self.bytes.extend_from_slice(text);
                self.ends.push(self.bytes.len());
                self.slots[at] = Slot { hash, number: self.last_number() };
                (self.len() - 1, true)
            }
            number => (number as usize - 1, false),
        }
    }

    /// All texts in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|number| self.get(number))
    }

    fn last_number(&self) -> u32 {
        u32::try_from(self.len()).expect("memory ends long before 2^32 distinct strings")
    }

    fn hash(&self, text: &[u8]) -> u32 {
        let hash = self.seed.hash_one(text);
        (hash ^ (hash >> 32)) as u32 // a fold, so that no half is lost
    }

    /// The slot of a text, or the free slot for it. There is always a free slot.
    fn slot(&self, hash: u32, text: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == 0 || slot.hash == hash && self.get(slot.number as usize - 1) == text {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let length = (2 * self.slots.len()).max(16);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); length]);
        for slot in old.into_iter().filter(|slot| slot.number != 0) {
            let mut at = slot.hash as usize & (length - 1);
            while self.slots[at].number != 0 {
                at = (at + 1) & (length - 1);
            }
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::hash::IndexSet;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_numbered_as_in_a_set(list in proptest::collection::vec("[ab]{0,4}", 0..200)) {
            let (mut texts, mut set) = (Texts::default(), IndexSet::<String>::default());
            prop_assert_eq!(texts.find(b""), None);
            for text in &list {
                let known = set.get_index_of(text);
                prop_assert_eq!(texts.find(text.as_bytes()), known);
                let (number, is_new) = set.insert_full(text.clone());
                prop_assert_eq!(texts.insert(text.as_bytes()), (number, is_new));
                prop_assert!(texts.is(number, text.as_bytes()));
                prop_assert!(!texts.is(number + 1, b"x"));
            }
            prop_assert!(texts.iter().eq(set.iter().map(String::as_bytes)));
            prop_assert_eq!((texts.len(), texts.is_empty()), (set.len(), set.is_empty()));
        }
    }
}
