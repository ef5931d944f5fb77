//! Verdicts on rows: each compared row is held against the rule that applies to it.
//!
//! [`judge`] makes a [`Finding`] of each row, with a [`Verdict`] and a [`Reason`] that carries the numbers behind it. Sentences are
//! made of findings only where they are shown. The conditions of the run as a whole are in
//! [`evidence`](crate::evidence). Pure functions: nothing here reads files, clocks or the environment.

mod annotate;
mod change;
mod conclude;
mod decision;
mod error;
mod finding;
mod judge;
mod maximum;
mod message;
mod note;
mod power;
mod probe;
mod reason;
mod relative;
mod sides;
mod suspect;
mod waiver;

pub use error::JudgeError;
pub use finding::{Change, Finding, RuleText, Samples, Suspect, Verdict};
pub use judge::{Findings, judge};
pub use maximum::{Platforms, maxima};
pub use message::{Message, NotComparedText};
pub use note::{Cluster, CpuTime, NoteKind, NoteSide, RowNote};
pub use probe::{Probe, dead_rules};
pub use reason::{
    Advice, AgainstSuite, NotCompared, Proof, Reason, ReasonKind, Shortage, Undecided, WaiverNote,
};
pub use relative::NOTABLE_SHIFT;
pub use sides::Sides;
pub use waiver::{removal_text, rule_text};
