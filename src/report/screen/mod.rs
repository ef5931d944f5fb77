//! What commands other than `check` print: a verdict in full, a policy, decisions of the compiler, what was read, a test of the policy, and problems.

mod causes;
mod decisions;
mod diagnostics;
mod explain;
mod inspect;
mod policy;
mod selftest;

pub use causes::{BenchmarkCauses, Causes, causes, causes_json, causes_markdown};
pub use decisions::{DecisionChanges, DecisionReport, decisions, decisions_json};
pub use diagnostics::diagnostics;
pub use explain::{Explanation, explain};
pub use inspect::inspect;
pub use policy::{policy, rule};
pub use selftest::{Selftest, selftest};
