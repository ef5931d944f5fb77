//! What needs Go, git, bash, benchstat, a registry, Chromium, xmllint, shellcheck, actionlint, zizmor, zsh, fish, mandoc, jq, npm and mdBook:
//! agreement with benchstat, the recipe of the README from end to end, the action on a runner, and whatever we write in the
//! programs that read it.
//!
//! `cargo test --features go-set --test go_set`; a missing tool is a failure, never a skip.

mod action;
mod again;
mod benchstat;
mod captured;
mod causes;
mod component;
#[cfg(feature = "corpus-set")]
mod corpus;
mod counts;
mod decisions;
mod differential;
mod distribution;
mod dogfood;
mod explaining;
mod guide;
mod history;
mod init;
mod looks;
mod manual;
mod module;
mod moves;
mod msrv;
mod page;
mod policy_from;
mod recipe;
mod release;
mod repository;
mod revisions;
mod runner;
mod samples;
mod scripts;
mod shards;
mod site;
mod sites;
mod size;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/guide.rs"]
mod support_guide;
mod variants;

use std::process::{Command, Output};

/// Runs a command to its end; that it cannot be started is a failure of the set.
fn run(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started, and this set needs it: {error}"))
}
