//! Steps and slow drift in the history of benchmarks: what the tolerance of a gate lets through, one commit after another.
//!
//! [`condense`] makes the text of a store from results, one line per benchmark; [`StoredText`] reads one again, and
//! [`assemble()`] puts them in the order of commits to a [`History`]; [`judge`] finds [`Step`]s and [`Drift`] in it, and [`learn`] the noise between runs.
//! Functions of their arguments: the store itself is the matter of `history`.

mod adjust;
mod assemble;
mod condense;
mod exact;
mod judge;
mod learn;
mod machine;
mod measured;
mod series;
mod text;

pub use assemble::{Lineage, assemble};
pub use condense::{Condensed, StoredHeader, condense, machines};
pub use judge::{Drift, SeriesTrend, Settings, Step, SuiteTrend, Trends, judge};
pub use learn::learn;
pub use machine::MachineKey;
pub use series::{Commit, History, Point, Series};
pub use text::{NotStored, StoredText};
