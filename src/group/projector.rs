//! Applies a projection to results.

use super::layout::NamedKeys;
use crate::model::{ConfigId, NameId, SourceId, Texts};
use crate::query::{Field, Key, Order, ResultView};
use bstr::{BStr, BString, ByteSlice};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The distinct values of a projection, and their order. A value is identified by its number, in order of first appearance.
#[derive(Debug)]
pub(super) struct Projector<'l> {
    fields: &'l [Field],
    /// One per field; for `.config`, one per configuration key so far.
    slots: Vec<Slot>,
    /// The texts of all slots. The first one is empty.
    texts: Texts,
    /// A value is the numbers of its texts, four bytes each, slot by slot; without empty texts at the end, because more slots can
    /// follow.
    keys: Texts,
    /// Whether the value depends on the name of the benchmark, and whether on nothing else.
    by_name: bool,
    only_by_name: bool,
    /// The configuration, source and number of the last result. If the name makes no difference, the next result usually has the
    /// same.
    last: Option<((ConfigId, SourceId), usize)>,
    /// If only the name makes a difference: the number of each name. Files have the same names.
    of_name: Vec<Option<u32>>,
    /// The texts of the current result. Reused.
    key: Vec<u32>,
}

#[derive(Debug)]
struct Slot {
    name: BString,
    /// The index of its field.
    field: usize,
    /// The place of each text in order of first appearance. Not recorded for `.config`, as in benchstat.
    met: Option<Met>,
}

/// The order in which texts first appeared in a slot.
#[derive(Debug, Default)]
struct Met {
    /// By the number of the text.
    place: Vec<Option<u32>>,
    count: u32,
}

impl Met {
    fn add(&mut self, text: u32) {
        let text = text as usize;
        if text >= self.place.len() {
            self.place.resize(text + 1, None);
        }
        if self.place[text].is_none() {
            self.place[text] = Some(self.count);
            self.count += 1;
        }
    }

    fn place(&self, text: u32) -> Option<u32> {
        self.place.get(text as usize).copied().flatten()
    }
}

impl<'l> Projector<'l> {
    pub(super) fn new(fields: &'l [Field]) -> Projector<'l> {
        let slot = |(field, it): (usize, &Field)| {
            let name = it.key.as_bstr().to_owned();
            (it.key != Key::Config).then(|| Slot { name, field, met: Some(Met::default()) })
        };
        let is_of_name = |it: &Field| matches!(it.key, Key::FullName | Key::Name | Key::Part(_));
        let mut texts = Texts::default();
        texts.insert(b"");
        Projector {
            fields,
            slots: fields.iter().enumerate().filter_map(slot).collect(),
            texts,
            keys: Texts::default(),
            by_name: fields.iter().any(is_of_name),
            only_by_name: !fields.is_empty() && fields.iter().all(is_of_name),
            last: None,
            of_name: Vec::new(),
            key: Vec::new(),
        }
    }

    /// The number of the value of a result with this configuration, source and name.
    pub(super) fn project(
        &mut self,
        result: &ResultView,
        (origin, name): ((ConfigId, SourceId), NameId),
        named: &NamedKeys,
    ) -> usize {
        match self.last {
            Some((last, number)) if last == origin && !self.by_name => return number,
            _ if !self.only_by_name => {}
            _ => {
                let name = name.index();
                if let Some(&Some(known)) = self.of_name.get(name) {
                    return known as usize;
                }
                let number = self.number(result, named);
                if name >= self.of_name.len() {
                    self.of_name.resize(name + 1, None);
                }
                self.of_name[name] = u32::try_from(number).ok(); // what is not remembered is found again
                return number;
            }
        }
        let number = self.number(result, named);
        self.last = Some((origin, number));
        number
    }

    fn number(&mut self, result: &ResultView, named: &NamedKeys) -> usize {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        key.resize(self.slots.len(), 0);
        for (index, field) in self.fields.iter().enumerate() {
            if field.key == Key::Config {
                self.configure(index, result, named, &mut key);
                continue;
            }
            let value = match &field.key {
                Key::FullName => named.rest_of(result.name),
                key => Cow::Borrowed(key.of(result)),
            };
            let slot = self.slots.iter().position(|slot| slot.field == index).expect("it has one");
            key[slot] = self.text(&value);
        }
        let length = key.iter().rposition(|&text| text != 0).map_or(0, |last| last + 1);
        let bytes: Vec<u8> = key[..length].iter().flat_map(|text| text.to_le_bytes()).collect();
        let (number, is_new) = self.keys.insert(&bytes);
        if is_new {
            for (slot, &text) in self.slots.iter_mut().zip(&key) {
                slot.met.iter_mut().for_each(|met| met.add(text));
            }
        }
        self.key = key;
        number
    }

    fn text(&mut self, text: &[u8]) -> u32 {
        let number = self.texts.insert(text).0;
        u32::try_from(number).expect("memory ends long before 2^32 distinct strings")
    }

    fn configure(&mut self, field: usize, result: &ResultView, named: &NamedKeys, key: &mut Vec<u32>) {
        for (name, value) in result.config.iter().filter(|(name, _)| !named.is_setting(name)) {
            let known = self.slots.iter().position(|slot| slot.field == field && slot.name == name);
            let slot = known.unwrap_or_else(|| {
                self.slots.push(Slot { name: name.to_owned(), field, met: None });
                key.push(0);
                self.slots.len() - 1
            });
            key[slot] = self.text(value);
        }
    }

    /// The slots in the order of the projection.
    fn in_order(&self) -> Vec<usize> {
        let mut slots: Vec<usize> = (0..self.slots.len()).collect();
        slots.sort_by_key(|&slot| self.slots[slot].field);
        slots
    }

    /// The names of the values: the keys of the projection, with the configuration keys in place of `.config`.
    pub(super) fn names(&self) -> Vec<BString> {
        self.in_order().into_iter().map(|slot| self.slots[slot].name.clone()).collect()
    }

    /// The values of a number, one per name.
    pub(super) fn values(&self, key: usize) -> Vec<BString> {
        self.in_order().into_iter().map(|slot| self.value(key, slot).to_owned()).collect()
    }

    fn value(&self, key: usize, slot: usize) -> &BStr {
        self.texts.get(self.text_of(key, slot) as usize).as_bstr()
    }

    /// The number of the text of a value in a slot.
    fn text_of(&self, key: usize, slot: usize) -> u32 {
        let bytes = self.keys.get(key).get(4 * slot..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// Sorts numbers by their values: name by name, each in the order of its field, and byte by byte where that order does not
    /// decide.
    pub(super) fn sorted(&self, keys: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let slots = self.in_order();
        let mut keys: Vec<usize> = keys.into_iter().collect();
        keys.sort_by(|&a, &b| {
            let by_slot =
                slots.iter().map(|&slot| self.compare(slot, self.text_of(a, slot), self.text_of(b, slot)));
            by_slot.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        keys
    }

    fn compare(&self, slot: usize, a: u32, b: u32) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let slot = &self.slots[slot];
        let text = |number: u32| self.texts.get(number as usize).as_bstr();
        let by_order = match (&self.fields[slot.field].order, &slot.met) {
            (Order::First, Some(met)) => met.place(a).cmp(&met.place(b)),
            (order, _) => order.compare(text(a), text(b)),
        };
        by_order.then_with(|| text(a).cmp(text(b)))
    }

    /// The non-empty values of a number, joined by spaces.
    pub(super) fn label(&self, key: usize) -> BString {
        if let [_] = self.slots[..] {
            return self.value(key, 0).to_owned(); // the usual case
        }
        let mut label = BString::default();
        for value in self.in_order().into_iter().map(|slot| self.value(key, slot)).filter(|it| !it.is_empty())
        {
            if !label.is_empty() {
                label.push(b' ');
            }
            label.extend_from_slice(value);
        }
        label
    }

    /// The names in which one of `others` differs from `first`.
    pub(super) fn differing(&self, first: usize, others: &[usize]) -> Vec<BString> {
        if others.is_empty() {
            return Vec::new();
        }
        let differs =
            |&slot: &usize| others.iter().any(|&key| self.text_of(key, slot) != self.text_of(first, slot));
        self.in_order().into_iter().filter(differs).map(|slot| self.slots[slot].name.clone()).collect()
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }
}
