//! What commands other than `check` print: a verdict in full, causes, where code allocates, a policy, decisions of the compiler, what
//! was read, a test of the policy, and problems.

mod causes;
mod decisions;
mod diagnostics;
mod explain;
mod history;
mod inspect;
mod policy;
#[cfg(test)]
mod schemas;
mod selftest;
mod sites;

pub use causes::{BenchmarkCauses, CAUSE_LINES, Causes, causes, causes_json, causes_markdown};
pub use decisions::{DecisionChanges, DecisionReport, decisions, decisions_json};
pub use diagnostics::diagnostics;
pub use explain::{Explanation, explain};
pub use history::{
    HistoryView, history_csv, history_html, history_json, history_markdown, history_text, trend_schema,
};
pub use inspect::inspect;
pub use policy::{policy, rule};
pub use selftest::{Selftest, selftest};
pub use sites::{BenchmarkSites, Sites, sites, sites_html, sites_json, sites_markdown};
