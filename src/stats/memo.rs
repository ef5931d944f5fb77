//! A table of results that are computed once. Many of them depend on the sizes of the samples only, and a suite has few sizes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Values by key, computed at first use, shared by all threads.
pub(super) struct Memo<K, V>(Mutex<BTreeMap<K, V>>);

impl<K: Ord, V: Clone> Memo<K, V> {
    pub const fn new() -> Memo<K, V> {
        Memo(Mutex::new(BTreeMap::new()))
    }

    /// The value of this key. `compute` must always give the same value for the same key.
    pub fn get(&self, key: K, compute: impl FnOnce() -> V) -> V {
        // A panic in another thread leaves the table intact: values are inserted whole.
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.entry(key).or_insert_with(compute).clone()
    }
}
