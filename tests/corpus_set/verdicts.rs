//! Every pair of real files and every recording gets the verdicts it got before: exit code, and for each row the verdict, the level
//! and every number. Words may change.

use crate::shared;
use crate::support::allocgate;
use fnv::FnvHasher;
use serde_json::Value;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// `base`, `new`, exit code, number of rows, and the FNV-1a hash of the rows without their words, made at commit 146cc47.
const VERDICTS: &str = include_str!("verdicts.tsv");

#[test]
fn every_pair_gets_the_verdicts_it_got_before() {
    let mut wrong = String::new();
    let mut pairs = 0;
    for line in VERDICTS.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [base, new, exit, rows, digest] = fields[..] else { panic!("five fields: {line}") };
        let got = decided(&path(base), &path(new));
        if got != format!("{exit}\t{rows}\t{digest}") {
            wrong += &format!("{base} → {new}\n  want {exit}\t{rows}\t{digest}\n  got  {got}\n");
        }
        pairs += 1;
    }
    assert!(pairs > 40, "the table is there");
    assert!(wrong.is_empty(), "{wrong}");
}

fn path(name: &str) -> PathBuf {
    if name.starts_with("testdata/") {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
    } else {
        shared(name)
    }
}

fn decided(base: &Path, new: &Path) -> String {
    let [base, new] = [base, new].map(|path| path.display().to_string());
    let ran = allocgate(&format!("check --report json=- {base} {new}"));
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let rows = report["rows"].as_array().expect("rows are a list");
    let mut hasher = FnvHasher::default();
    for row in rows {
        let mut row = row.clone();
        row.as_object_mut().expect("a row is an object").retain(|key, _| key != "message" && key != "reason");
        row.sort_all_objects();
        hasher.write(format!("{row}\n").as_bytes());
    }
    format!("{}\t{}\t{:016x}", ran.code, rows.len(), hasher.finish())
}
