//! How samples were taken.

use std::fmt;

/// How the samples of the two sides lie in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Design {
    /// One side after the other, as `go test -count=10` does: what disturbs a side for a second can disturb all samples
    /// of a benchmark.
    Block,
    /// Base and new in turn, round by round, each sample from a process of its own.
    Interleaved,
}

impl Design {
    /// As policies and result files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Design::Block => "block",
            Design::Interleaved => "interleaved",
        }
    }
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
