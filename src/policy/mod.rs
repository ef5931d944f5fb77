//! The policy: reads `allocgate.toml`, and gives the rule for one benchmark and unit.
//!
//! Three steps: `file` reads the TOML with its spans, `check` makes a [`Policy`] or reports all problems, and [`Policy::rules`]
//! finds the settings for one benchmark. Also edits policies: [`draft()`], [`tighten`], [`loosen`], [`diff()`]. Knows what is
//! allowed, not whether results meet it.

mod anchor_diff;
mod check;
mod checker;
mod condition;
mod counts;
mod decision;
mod decision_diff;
mod diff;
mod document;
mod draft;
mod entry;
mod file;
mod history;
mod index;
mod literal;
mod overlap;
mod plain;
mod platform;
mod ratchet;
mod rule;
mod setting;
mod since;
mod tolerance;
mod waiver;

pub use anchor_diff::diff;
pub use condition::ConditionKind;
pub use decision::{DecisionEntry, DecisionRule, Pinned};
pub use diff::LooserSetting;
pub use document::RatchetError;
pub use draft::{MeasuredRow, draft};
pub use file::schema;
pub use history::{AnchorWaiver, HistorySettings};
pub use index::{MOST_STEPS, TooManySteps};
pub use jiff::civil::Date;
pub use literal::{toml_number, toml_string};
pub use platform::{Platform, PlatformKey, PlatformPattern};
pub use ratchet::{BudgetChange, LoosenRequest, loosen, tighten};
pub use rule::{AnchorRule, Budget, Policy, Rule, Rules, UnitRule};
pub use setting::{
    Correction, DesignSetting, GateSettings, Level, MissingBase, Origin, Setting, SmallSample, Undecided,
};
pub use tolerance::Tolerance;
pub use waiver::{RemovalWaiver, Waiver};
