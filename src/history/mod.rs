//! The store of a history: immutable files in an orphan branch of git, or in a folder.
//!
//! A store only grows. Every file has the name `v1/MACHINE/AA/COMMIT-N.txt` and is written once, so that two stores are merged by keeping
//! the files of both, and nothing can be lost in a race. What is in the files is the matter of `trend`.
//!
//! [`Store::open`] finds a store; [`Store::read`] returns its files and [`Store::add`] adds some; [`Store::push`] merges a branch with that
//! of a remote. [`Checkout`] answers what a history has to know about the repository, and [`data_js`] reads the file of
//! github-action-benchmark.

mod branch;
mod checkout;
mod data_js;
mod error;
mod file;
mod folder;
mod git;
mod store;

pub use checkout::{Anchor, Checkout};
pub use data_js::{Foreign, NotDataJs, data_js};
pub use error::StoreError;
pub use file::{Added, BRANCH, Pushed, StoredFile};
pub use store::Store;
