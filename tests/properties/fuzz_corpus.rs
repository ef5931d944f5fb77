//! The inputs that the fuzz targets are known for, as ordinary tests: what `fuzz/` checks of random bytes must hold of the
//! kept ones and of the findings.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/src/invariants/mod.rs"]
pub mod invariants;

/// The files that a target is known for: what reaches most, and what was found once.
fn inputs(target: &str) -> Vec<PathBuf> {
    let folders = ["fuzz/corpus", "fuzz/regressions"].map(|folder| Path::new(folder).join(target));
    let mut files: Vec<PathBuf> = folders
        .iter()
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| fs::read_dir(folder).expect("readable"))
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files
}

fn all_hold(target: &str, run: fn(&[u8])) {
    let files = inputs(target);
    assert!(files.len() >= 10, "only {} inputs of {target}", files.len());
    for file in files {
        let bytes = fs::read(&file).expect("readable");
        let held = std::panic::catch_unwind(|| run(&bytes));
        assert!(held.is_ok(), "{} does not hold", file.display());
    }
}

#[test]
fn what_is_known_to_the_reader_holds() {
    all_hold("read", invariants::read::run);
}

#[test]
fn what_is_known_to_policies_holds() {
    all_hold("policy", invariants::policy::run);
}

#[test]
fn what_is_known_to_queries_holds() {
    all_hold("query", invariants::query::run);
}

#[test]
fn what_is_known_to_reports_holds() {
    all_hold("report", invariants::report::run);
}

#[test]
fn what_is_known_to_causes_holds() {
    all_hold("causes", invariants::causes::run);
}
