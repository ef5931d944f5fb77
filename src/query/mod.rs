//! The small languages: filters and projections over results, globs over benchmark names.
//!
//! [`Filter`] says which results to use, [`Projection`] by what to lay them out. Both are benchstat's, to the column of an
//! error. Knows what a [`ResultView`] is, and nothing of tables. Parsing what was printed gives back the same expression.

mod filter;
mod glob;
mod key;
mod lex;
mod num;
mod projection;
mod regexp;
mod suggestion;
mod syntax;

pub use filter::{Filter, Pattern};
pub use glob::{Glob, GlobError};
pub use key::{Key, ResultView};
pub use projection::{Field, Order, Projection};
pub use regexp::Regexp;
pub use suggestion::suggestions;
pub use syntax::SyntaxError;
