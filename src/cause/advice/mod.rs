//! Where code allocates today, and which move of the playbook applies: by what the compiler and the profile prove.

mod advise;
mod calls;
mod playbook;
mod returned;
mod rules;
mod spot;
mod subject;
mod total;
mod words;

pub use advise::{Advice, AdvisedMove, AdvisedSite, advise};
pub use playbook::Move;
pub use total::{Total, total};

#[cfg(test)]
mod tests;
