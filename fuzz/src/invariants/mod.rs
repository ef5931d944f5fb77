//! What must hold of any input, target by target. A fuzzer draws the inputs; `tests/properties/fuzz_corpus.rs` of the crate runs those
//! that are kept, with nothing but stable Rust.
//!
//! Every target is a function from bytes to nothing that panics where something does not hold.

pub mod causes;
mod formats;
mod pipeline;
pub mod policy;
pub mod query;
pub mod read;
pub mod report;
mod tables;
