//! The join: sites that grew, decisions that changed, and the edits behind them.

mod capture;
mod edit;
mod explain;
mod flow;
mod inlining;
mod nearby;
mod sites;
mod size;
mod text;
mod time;
mod view;

pub use capture::{Captured, Growth};
pub use explain::explain;
pub use time::{ChangedDecision, decisions_changed};

#[cfg(test)]
mod tests;
