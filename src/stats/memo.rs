//! What depends on little more than the sizes of samples, and is therefore asked for again and again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Values that are kept once computed, for all threads.
pub(super) struct Memo<K, V>(Mutex<BTreeMap<K, V>>);

impl<K: Ord, V: Clone> Memo<K, V> {
    pub const fn new() -> Memo<K, V> {
        Memo(Mutex::new(BTreeMap::new()))
    }

    /// The value of this key, which is always the same.
    pub fn get(&self, key: K, compute: impl FnOnce() -> V) -> V {
        // A panic elsewhere cannot leave half a value behind: they are put in whole.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(key).or_insert_with(compute).clone()
    }
}
