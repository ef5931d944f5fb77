//! The small languages: globs over benchmark names.

mod glob;

pub use glob::{Glob, GlobError};
