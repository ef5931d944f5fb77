//! The repository itself: its layers, its crate, its workflows and its pages.

mod commits;
mod distribution;
mod docs;
#[path = "../support/guide.rs"]
mod guide;
mod layers;
mod package;
mod page;
mod readme;
#[path = "../support/mod.rs"]
mod support;
mod troubleshooting;
mod workflows;
