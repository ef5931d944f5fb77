//! How numbers, counts, lists and text from strangers are written.
//!
//! Every message and report uses these, so that a number looks the same everywhere. Nothing here knows what a benchmark is.

mod duration;
mod fixed;
mod list;
mod number;
mod untrusted;

pub use duration::duration;
pub use fixed::fixed;
pub use list::{counted, list};
pub use number::{Number, Percent, Signed};
pub use untrusted::{capped, clean, harmless, json, shortened};
