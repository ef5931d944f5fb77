//! Expressions: filters and projections of results, and patterns for benchmark names.
//!
//! [`Filter`] selects results, [`Projection`] names the keys of tables, rows and columns. Both have the syntax and the errors of
//! benchstat, and print as text that parses to the same expression. Knows single results ([`ResultView`]), not tables.

mod automaton;
mod combination;
mod filter;
mod function;
mod glob;
mod index;
mod key;
mod lex;
mod matcher;
mod num;
mod projection;
mod regexp;
mod suggestion;
mod syntax;
mod tree;

pub use automaton::{Combination, Matched};
pub use combination::combinations;
pub use filter::{Filter, Pattern};
pub use function::FunctionGlob;
pub use glob::{Glob, GlobError};
pub use index::GlobIndex;
pub use key::{Key, ResultView};
pub use projection::{Field, Order, Projection};
pub use regexp::Regexp;
pub use suggestion::suggestions;
pub use syntax::SyntaxError;
