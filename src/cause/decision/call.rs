//! What was decided about calls.

use super::position::Position;
use crate::words::SharedText;

/// A decision about a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Call {
    /// Where: of the call in the function that has its machine code.
    pub position: Position,
    /// What is called, as printed: `NewCursor`, `wire.AppendKV`, `(*Pointer[go.shape.int]).Store`, `s.Area`.
    pub callee: SharedText,
    /// What was decided.
    pub kind: CallKind,
}

/// What was decided about a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CallKind {
    /// The body stands in the place of the call.
    Inlined,
    /// The call through an interface or a function value is a call of one function.
    Devirtualized {
        /// The type of the receiver, or the function: `*square`, `(*fnv32).Write`.
        to: SharedText,
        /// Whether `to` is another interface, so that the call stays dynamic.
        partially: bool,
        /// Whether a profile says so (PGO), so that other receivers are still possible.
        profile: bool,
    },
    /// The call stays dynamic.
    NotDevirtualized {
        /// Why: `shaped receiver`; empty if the compiler does not say.
        reason: SharedText,
    },
    /// The callee could be inlined, but not into this function.
    Refused {
        /// The function that calls.
        caller: SharedText,
        /// Why: `repeated recursive cycle`.
        reason: SharedText,
    },
    /// Calls in the loop of `b.Loop` are not inlined (Go 1.24 and 1.25), or what they use is kept alive (from 1.26).
    BenchmarkLoop,
}
