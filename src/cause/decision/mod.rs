//! What the Go compiler decided: the text of `-gcflags=-m=2`.
//!
//! Every version from Go 1.21 to 1.27 is understood. What a line says of a call, a value or a parameter is found by package, file
//! and line. A position is that of the outermost call: what happens in an inlined body stands at the call, in the package that
//! has the call. The text of an expression is only comparable between two outputs of the same version of Go.

mod build;
mod call;
mod decisions;
mod function;
mod line;
mod package;
mod position;
mod read;
mod texts;
mod value;

pub use call::{Call, CallKind};
pub use decisions::{Decisions, Level, Style};
pub use function::{Function, Inlining};
pub use package::{Package, Variant};
pub use position::Position;
pub use read::LARGEST;
pub use value::{Flow, Leak, Parameter, Step, Value, ValueKind};
