//! Hash tables for names from files.
//!
//! As in the standard library, every process has its own random seed, so that a file cannot be prepared with names that collide.
//! For short keys these tables are several times as fast.

use foldhash::fast::RandomState;

/// A hash table.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A set.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// A hash table that keeps the order of insertion.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, RandomState>;

/// A set that keeps the order of insertion.
pub type IndexSet<T> = indexmap::IndexSet<T, RandomState>;
