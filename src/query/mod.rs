//! The small languages: globs over benchmark names.

mod glob;
mod near;

pub use glob::{Glob, GlobError};
pub use near::near;
