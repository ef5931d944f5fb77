//! Reads input: files, directories, patterns and standard input, in any supported encoding, as numbered lines.
//!
//! Unpacks the events of `go test -json` into lines. Knows nothing about the meaning of lines. Public API: [`Source`] and
//! [`Lines`].

mod decode;
mod error;
mod event;
mod identity;
mod lines;
mod shape;
mod source;

pub use error::{InputError, InputLimits};
pub use identity::FileIdentity;
pub use lines::{Content, Line, Lines};
pub use source::{Source, lines};
