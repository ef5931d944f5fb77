//! The two sides of a run.

use std::fmt;
use std::ops::Index;

/// One of the two revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Before the change.
    Base,
    /// After it.
    New,
}

impl Side {
    /// Both of them.
    pub(crate) const BOTH: [Side; 2] = [Side::Base, Side::New];
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Side::Base => "base",
            Side::New => "new",
        })
    }
}

/// A value for each side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PerSide<T> {
    pub base: T,
    pub new: T,
}

impl<T> PerSide<T> {
    /// Makes the value of each side.
    ///
    /// # Errors
    /// If one cannot be made.
    pub fn try_new<E>(mut value: impl FnMut(Side) -> Result<T, E>) -> Result<PerSide<T>, E> {
        Ok(PerSide { base: value(Side::Base)?, new: value(Side::New)? })
    }

    /// To change one.
    pub fn get_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Base => &mut self.base,
            Side::New => &mut self.new,
        }
    }
}

impl<T> Index<Side> for PerSide<T> {
    type Output = T;

    fn index(&self, side: Side) -> &T {
        match side {
            Side::Base => &self.base,
            Side::New => &self.new,
        }
    }
}
