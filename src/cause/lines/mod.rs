//! Which lines of two trees are the same, by function and not by hunk, so that moves, renames and formatting do not count.

mod align;
mod directive;
mod map;
mod pairing;
mod scan;
mod sources;

pub use map::{Counterpart, EditedLine, LineMap};
pub use scan::{Declaration, Kind, is_word};
pub use sources::{Line, Module, SourceFile, Sources, Unit};

#[cfg(test)]
mod tests;
