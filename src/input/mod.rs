//! Where bytes come from: files, directories, standard input; numbered lines out of a reused buffer.
//!
//! An edge: this room touches the world. It knows lines, and nothing of what they mean.

mod error;
mod lines;
mod source;

pub use error::InputError;
pub use lines::Lines;
pub use source::Source;
