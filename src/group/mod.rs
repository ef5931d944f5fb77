//! Lays a dataset out: [`Pair`]s of base and new for `check`, [`Table`]s for `compare`.
//!
//! Decides what belongs together and says in what it differs, and compares nothing. Doors: [`pair`] and [`alone`] over
//! [`Side`]s, [`recorded`] for what they say of how they were taken, [`tables`] by a [`Layout`], and
//! [`apart`] for tables that do not line up.

mod apart;
mod census;
mod columns;
mod difference;
mod fallback;
mod layout;
mod pair;
mod projector;
mod recorded;
mod row;
mod side;
mod table;

pub use apart::{Apart, apart};
pub use census::{Package, census};
pub use columns::Series;
pub use difference::{Difference, Key};
pub use layout::Layout;
pub use pair::Pair;
pub use recorded::{recorded, selections};
pub use row::{GroupError, Pairing, Row, alone, pair};
pub use side::{Benchmark, Side, Size};
pub use table::{Pooled, Table, TableRow, Tables, tables};
