//! Hash tables for what files hold.
//!
//! Seeded anew in every process, as those of the standard library are, so that nobody can prepare names that collide; but
//! several times as fast with keys as short as names are.

use foldhash::fast::RandomState;

/// A hash table.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A set.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// A hash table that keeps the order of what is put in.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, RandomState>;

/// A set that keeps the order of what is put in.
pub type IndexSet<T> = indexmap::IndexSet<T, RandomState>;
