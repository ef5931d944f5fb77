//! Comparison × evidence × effective rule: the one place that judges.
//!
//! In through [`judge`], out as a [`Judgement`]: a [`Finding`] per benchmark and unit, the [`Condition`]s of the evidence,
//! and the [`Outcome`]. A function of its arguments: it reads nothing and prints nothing.

mod condition;
mod entries;
mod evidence;
mod finding;
mod judge;
mod message;
mod outcome;
mod output;
mod platform;
mod refuse;
mod relative;
mod ruling;
mod suite;
mod text;
mod waive;

pub use condition::Condition;
pub use evidence::Evidence;
pub use finding::{Change, Finding, RuleText, Samples, Verdict};
pub use judge::{Judgement, judge};
pub use outcome::{Outcome, Overall};
pub use platform::{Platforms, measured};
pub use refuse::Unjudgeable;
pub use suite::Noise;
pub use text::Text;
