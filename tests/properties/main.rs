//! The library: what holds of any input, what every verdict is, and how often a verdict is wrong.

mod bimodal;
mod budget_diff;
mod budgets;
mod causes;
mod conditions;
mod decisions;
mod explanations;
mod fuzz_corpus;
mod history;
mod hostile;
mod invariance;
mod linear;
mod notes;
mod policy;
mod recorded;
mod rendering;
mod sequential;
mod set_up;
mod specification;
#[path = "../support/mod.rs"]
mod support;
mod verdict;
