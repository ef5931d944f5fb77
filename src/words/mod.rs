//! How numbers, counts, lists and text from strangers are written.
//!
//! Every message and report uses these, so that a number looks the same everywhere. Nothing here knows what a benchmark is.

mod duration;
mod fixed;
mod function;
mod go_value;
mod list;
mod number;
mod shared;
mod untrusted;

pub use duration::duration;
pub use fixed::{fixed, push_fixed};
pub use function::short_function;
pub use go_value::go_value;
pub use list::{Listed, counted, list};
pub use number::{Magnitude, Mean, Number, Percent, Signed};
pub use shared::SharedText;
pub use untrusted::{capped, clean, harmless, is_harmless, json, push_clean, shortened};
