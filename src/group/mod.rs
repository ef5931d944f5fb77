//! Groups the results of a dataset: [`Pair`]s of base and new for `check`, [`Table`]s for `compare`.
//!
//! Decides which results belong together, and how they differ. Compares no numbers. Public API: [`pair`] and [`only_new`] for
//! [`Side`]s, [`read_headers`] for how they were measured, [`tables`] with a [`Layout`], and [`find_separating_keys`] for files
//! that are not compared. A [`Separation`] comes before [`Side`]s.

mod arrange;
mod columns;
mod difference;
mod fallback;
mod header;
mod layout;
mod pairing;
mod projector;
mod rename;
mod separating;
mod separation;
mod side;
mod table;

pub use arrange::tables;
pub use columns::Series;
pub use difference::{Difference, DifferenceKey};
pub use header::{read_headers, selections};
pub use layout::Layout;
pub use pairing::{GroupError, Pair, Pairing, Row, only_new, pair};
pub use separating::{SeparatingKeys, find_separating_keys};
pub use separation::{Separation, UNNAMED};
pub use side::{Benchmark, Package, Side, SideSize, packages};
pub use table::{Pooled, Table, TableRow, Tables};
