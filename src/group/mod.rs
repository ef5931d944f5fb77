//! Lays a dataset out: [`Pair`]s of base and new for `check`, [`Table`]s for `compare`.
//!
//! Decides what belongs together and says in what it differs, and compares nothing. Doors: [`pair`] and [`only_new`] over
//! [`Side`]s, [`read_headers`] for what they say of how they were taken, [`tables`] by a [`Layout`], and
//! [`find_separating_keys`] for tables that do not line up.

mod census;
mod columns;
mod difference;
mod fallback;
mod header;
mod layout;
mod pair;
mod projector;
mod row;
mod separating;
mod side;
mod table;

pub use census::{Package, packages};
pub use columns::Series;
pub use difference::{Difference, DifferenceKey};
pub use header::{read_headers, selections};
pub use layout::Layout;
pub use pair::Pair;
pub use row::{GroupError, Pairing, Row, only_new, pair};
pub use separating::{SeparatingKeys, find_separating_keys};
pub use side::{Benchmark, Side, SideSize};
pub use table::{Pooled, Table, TableRow, Tables, tables};
