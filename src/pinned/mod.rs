//! What the compiler decided about functions, and whether that is what a policy and comments in the sources demand.
//!
//! [`Functions`] brings decisions and sources together, [`hold()`] compares them with the entries of a policy, [`changes()`] with those of
//! base, and [`draft()`] writes the entries that hold. Functions of their arguments.

mod broken;
mod change;
mod comment;
mod draft;
mod function;
mod hold;
mod reach;

pub use broken::{Break, Broken};
pub use change::{ChangedDecision, DecisionChange, changes};
pub use comment::{Directive, DirectiveComment, comments};
pub use draft::draft;
pub use function::{DecidedFunction, Functions, Spot};
pub use hold::{Held, Unheld, hold};
pub use reach::reached;
