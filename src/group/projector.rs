//! Applies a projection to results.

use super::layout::NamedKeys;
use crate::model::hash::IndexSet;
use crate::model::{ConfigId, SourceId};
use crate::query::{Field, Key, Order, ResultView};
use bstr::{BString, ByteSlice};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The distinct values of a projection, and their order. A value is identified by its number, in order of first appearance.
#[derive(Debug)]
pub(super) struct Projector<'l> {
    fields: &'l [Field],
    /// One per field; for `.config`, one per configuration key so far.
    slots: Vec<Slot>,
    /// Without empty values at the end, because more slots can follow.
    keys: IndexSet<Vec<BString>>,
    /// Whether the value depends on the name of the benchmark.
    by_name: bool,
    /// The configuration, source and number of the last result. If the name makes no difference, the next result usually has the
    /// same.
    last: Option<((ConfigId, SourceId), usize)>,
}

#[derive(Debug)]
struct Slot {
    name: BString,
    /// The index of its field.
    field: usize,
    /// The values in order of first appearance. Not recorded for `.config`, as in benchstat.
    met: Option<IndexSet<BString>>,
}

impl<'l> Projector<'l> {
    pub(super) fn new(fields: &'l [Field]) -> Projector<'l> {
        let slot = |(field, it): (usize, &Field)| {
            let name = it.key.as_bstr().to_owned();
            (it.key != Key::Config).then(|| Slot { name, field, met: Some(IndexSet::default()) })
        };
        let slots = fields.iter().enumerate().filter_map(slot).collect();
        let is_of_name = |it: &Field| matches!(it.key, Key::FullName | Key::Name | Key::Part(_));
        let by_name = fields.iter().any(is_of_name);
        Projector { fields, slots, keys: IndexSet::default(), by_name, last: None }
    }

    /// The number of the value of a result with this configuration and source.
    pub(super) fn project(
        &mut self,
        result: &ResultView,
        origin: (ConfigId, SourceId),
        named: &NamedKeys,
    ) -> usize {
        match self.last {
            Some((last, number)) if last == origin && !self.by_name => number,
            _ => {
                let number = self.number(result, named);
                self.last = Some((origin, number));
                number
            }
        }
    }

    fn number(&mut self, result: &ResultView, named: &NamedKeys) -> usize {
        let mut key = vec![BString::default(); self.slots.len()];
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
            key[slot] = value.into_owned();
        }
        key.truncate(key.iter().rposition(|value| !value.is_empty()).map_or(0, |last| last + 1));
        if let Some(known) = self.keys.get_index_of(&key) {
            return known;
        }
        for (i, slot) in self.slots.iter_mut().enumerate() {
            if let Some(met) = &mut slot.met {
                met.insert(key.get(i).cloned().unwrap_or_default());
            }
        }
        self.keys.insert_full(key).0
    }

    fn configure(&mut self, field: usize, result: &ResultView, named: &NamedKeys, key: &mut Vec<BString>) {
        for (name, value) in result.config.iter().filter(|(name, _)| !named.is_setting(name)) {
            let known = self.slots.iter().position(|slot| slot.field == field && slot.name == name);
            let slot = known.unwrap_or_else(|| {
                self.slots.push(Slot { name: name.to_owned(), field, met: None });
                key.push(BString::default());
                self.slots.len() - 1
            });
            key[slot] = value.to_owned();
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
        self.in_order().into_iter().map(|slot| self.value(key, slot).clone()).collect()
    }

    fn value(&self, key: usize, slot: usize) -> &BString {
        static EMPTY: BString = BString::new(Vec::new());
        self.keys[key].get(slot).unwrap_or(&EMPTY)
    }

    /// Sorts numbers by their values: name by name, each in the order of its field, and byte by byte where that order does not
    /// decide.
    pub(super) fn sorted(&self, keys: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let slots = self.in_order();
        let mut keys: Vec<usize> = keys.into_iter().collect();
        keys.sort_by(|&a, &b| {
            let by_slot =
                slots.iter().map(|&slot| self.compare(slot, self.value(a, slot), self.value(b, slot)));
            by_slot.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        keys
    }

    fn compare(&self, slot: usize, a: &BString, b: &BString) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let slot = &self.slots[slot];
        let by_order = match (&self.fields[slot.field].order, &slot.met) {
            (Order::First, Some(met)) => met.get_index_of(a).cmp(&met.get_index_of(b)),
            (order, _) => order.compare(a.as_bstr(), b.as_bstr()),
        };
        by_order.then_with(|| a.cmp(b))
    }

    /// The non-empty values of a number, joined by spaces.
    pub(super) fn label(&self, key: usize) -> BString {
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
            |&slot: &usize| others.iter().any(|&key| self.value(key, slot) != self.value(first, slot));
        self.in_order().into_iter().filter(differs).map(|slot| self.slots[slot].name.clone()).collect()
    }
}
