//! `allocgate.toml`: as written, checked, and the effective rule for one benchmark and unit.
//!
//! Three passes: `file` mirrors the TOML and keeps its spans, `check` turns it into a [`Policy`] or names every problem,
//! [`Policy::rules`] answers what holds for one benchmark. Says what is demanded, never whether it is met.

mod check;
mod document;
mod draft;
mod file;
mod looser;
mod measured;
mod platform;
mod ratchet;
mod rule;
mod schema;
mod setting;
mod tolerance;
mod waiver;

pub use draft::{draft, number, quoted};
pub use jiff::civil::Date;
pub use looser::{LooserSetting, diff};
pub use measured::MeasuredRow;
pub use platform::{Platform, PlatformPattern, Unknown};
pub use ratchet::{BudgetChange, LoosenRequest, RatchetError, loosen, tighten};
pub use rule::{Budget, Policy, Rule, Rules, UnitRule};
pub use schema::schema;
pub use setting::{
    ConditionKind, Correction, DesignSetting, GateSettings, Level, Origin, Setting, Undecided,
};
pub use tolerance::Tolerance;
pub use waiver::Waiver;
