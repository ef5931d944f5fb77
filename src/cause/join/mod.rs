//! The join: sites that grew, decisions that changed, and the edits behind them.

mod capture;
mod declared;
mod deferred;
mod edit;
mod explain;
mod flow;
mod inlining;
mod nearby;
mod reason;
mod sites;
mod size;
mod text;
mod time;
mod view;

pub use capture::{Captured, Growth};
pub(in crate::cause) use deferred::at_their_defer;
pub use explain::explain;
pub(in crate::cause) use flow::steps;
pub(in crate::cause) use sites::is_module;
pub(in crate::cause) use text::{assigns, call_texts, callee, grown_value};
pub use time::{ChangedDecision, decisions_changed};
pub(in crate::cause) use view::View;

#[cfg(test)]
mod calls_tests;
#[cfg(test)]
mod tests;
