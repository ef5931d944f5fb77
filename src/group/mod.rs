//! Lays a dataset out: [`Pair`]s of base and new for `check`, [`Table`]s for `compare`.
//!
//! Decides what belongs together and says in what it differs, and compares nothing. Doors: [`pair`] and [`alone`] over
//! [`Side`]s, and [`tables`].

mod census;
mod columns;
mod difference;
mod fallback;
mod pair;
mod row;
mod side;
mod table;

pub use census::{Package, census};
pub use columns::Series;
pub use difference::{Difference, Key};
pub use pair::Pair;
pub use row::{GroupError, Pairing, Row, alone, pair};
pub use side::{Benchmark, Side};
pub use table::{Table, TableRow, Tables, tables};
