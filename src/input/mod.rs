//! Where bytes come from: files, directories, patterns, standard input; whatever their encoding, out as numbered lines of
//! text from a reused buffer. `go test -json` is unwrapped here: what it carries are lines of text as well.
//!
//! An edge: this room touches the world. It knows lines, and nothing of what they mean.

mod decode;
mod error;
mod event;
mod limit;
mod lines;
mod source;

pub use error::InputError;
pub use limit::InputLimits;
pub use lines::{Content, Line, Lines};
pub use source::{Source, lines};
