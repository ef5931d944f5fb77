//! Real files: every one is read and accounted for, and every pair ends in a verdict or in a reason.

use crate::shared;
use crate::support::allocgate;
use allocgate::parse;
use std::fs;

#[test]
fn every_file_is_read_and_accounted_for() {
    let mut files = 0;
    for folder in ["corpus", "gosamples"] {
        for entry in fs::read_dir(shared(folder)).expect("readable") {
            let path = entry.expect("readable").path();
            if !path.is_file() {
                continue;
            }
            let data = parse::text(&path.display().to_string(), &fs::read(&path).expect("readable"));
            let ledger = &data.ledger().files[0];
            assert!(ledger.balances(), "{ledger:?}");
            assert_eq!(ledger.used, data.results().count(), "{}", path.display());
            files += 1;
        }
    }
    assert!(files > 80, "only {files} files were read");
}

#[test]
fn every_pair_ends_in_a_verdict_or_in_a_reason() {
    let pairs = fs::read_to_string(shared("corpus/pairs.tsv")).expect("readable");
    let mut told = String::new();
    for line in pairs.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (number, base, new) = (fields[0], fields[1], fields[2]);
        let folder = shared("corpus");
        let side = |name: &str| folder.join(name).display().to_string();
        let ran = allocgate(&format!("check {} {}", side(base), side(new)));
        let shown = if ran.code == 2 { &ran.stderr } else { &ran.stdout };
        assert!(!shown.is_empty(), "pair {number} ended in silence");
        // The verdict line, or of an error what kind it is: names of other people's benchmarks stay where they are.
        let line = shown.lines().next().unwrap_or_default();
        let kind =
            line.splitn(3, ": ").take(if ran.code == 2 { 2 } else { 1 }).collect::<Vec<_>>().join(": ");
        told += &format!("pair {number}: exit {}: {kind}\n", ran.code);
    }
    insta::assert_snapshot!(told);
}
