//! A table of results that are computed once. Many of them depend on the sizes of the samples only, and a suite has few sizes.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Values by key, computed at first use. Each thread has its own table: rows look results up several times each, and threads
/// would wait for a shared one.
pub(super) struct Memo<K, V>(RefCell<BTreeMap<K, V>>);

impl<K: Ord, V: Clone> Memo<K, V> {
    pub const fn new() -> Memo<K, V> {
        Memo(RefCell::new(BTreeMap::new()))
    }

    /// The value of this key. `compute` must always give the same value for the same key.
    pub fn get(&self, key: K, compute: impl FnOnce() -> V) -> V {
        if let Some(known) = self.0.borrow().get(&key) {
            return known.clone();
        }
        let value = compute();
        self.0.borrow_mut().insert(key, value.clone());
        value
    }
}
