//! Lays a dataset out: [`Pair`]s of base and new for `check`, [`Table`]s for `compare`.
//!
//! Decides what belongs together, and compares nothing. Doors: [`pair`] and [`alone`] over [`Side`]s, and
//! [`tables`].

mod columns;
mod pair;
mod row;
mod table;

pub use columns::Series;
pub use pair::Pair;
pub use row::{GroupError, Row, Side, alone, pair};
pub use table::{Table, TableRow, Tables, tables};
