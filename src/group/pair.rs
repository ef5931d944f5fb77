//! Something that both sides have, or only one.

/// A thing on the base side, on the new side, or on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair<T> {
    /// On both sides.
    Both {
        /// Before the change.
        base: T,
        /// After it.
        new: T,
    },
    /// Gone from new.
    BaseOnly(T),
    /// Not there in base.
    NewOnly(T),
}

impl<T> Pair<T> {
    /// The base side, if there is one.
    pub fn base(&self) -> Option<&T> {
        match self {
            Pair::Both { base, .. } | Pair::BaseOnly(base) => Some(base),
            Pair::NewOnly(_) => None,
        }
    }

    /// The new side, if there is one.
    pub fn new_side(&self) -> Option<&T> {
        match self {
            Pair::Both { new, .. } | Pair::NewOnly(new) => Some(new),
            Pair::BaseOnly(_) => None,
        }
    }
}
