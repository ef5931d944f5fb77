//! What depends on little more than the sizes of samples, and is therefore asked for again and again.

use fnv::FnvHashMap;
use std::hash::Hash;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Values that are kept once computed, for all threads.
pub(super) struct Kept<K, V>(LazyLock<Mutex<FnvHashMap<K, V>>>);

impl<K: Hash + Eq, V: Clone> Kept<K, V> {
    pub const fn new() -> Kept<K, V> {
        Kept(LazyLock::new(Mutex::default))
    }

    /// The value of this key, which is always the same.
    pub fn get(&self, key: K, compute: impl FnOnce() -> V) -> V {
        // A panic elsewhere cannot leave half a value behind: they are put in whole.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(key).or_insert_with(compute).clone()
    }
}
