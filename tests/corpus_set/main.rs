//! What needs files that are not ours: exact answers of other programs, and benchmark output by people who never heard of us.
//!
//! `CORPUS=folder cargo test --features corpus-set --test corpus_set`; a missing folder is a failure, never a skip.

mod corpus;
mod oracle;
mod recordings;
mod simulation;
#[path = "../support/mod.rs"]
mod support;
mod verdicts;

use std::path::PathBuf;

/// A file or folder below the one that `CORPUS` names.
fn shared(path: &str) -> PathBuf {
    let folder =
        std::env::var("CORPUS").expect("CORPUS names the folder with oracle/, corpus/ and gosamples/");
    let path = PathBuf::from(folder).join(path);
    assert!(path.exists(), "{} is missing, and this set needs it", path.display());
    path
}
