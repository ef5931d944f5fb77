//! What is to be captured.

use crate::cause::Allocated;

/// How many benchmarks are explained unless more are asked for.
pub const MOST_EXPLAINED: usize = 10;

/// A benchmark to capture.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptureTarget {
    /// Its import path.
    pub package: String,
    /// Its name as Go prints it, without the `Benchmark` prefix: `Decode/size=64-8`.
    pub benchmark: String,
    /// How long an operation takes in new, in nanoseconds; `None` if that was not measured.
    pub nanoseconds: Option<f64>,
    /// What an operation allocates in base; `None` if that was not measured.
    pub base: Option<Allocated>,
    /// What an operation allocates in new; `None` if that was not measured.
    pub new: Option<Allocated>,
}
