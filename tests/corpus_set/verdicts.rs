//! Every pair of real files and every recording gets the verdicts it got before: exit code, and for each row the verdict, the level
//! and every number. Words may change. `UPDATE_VERDICTS=1` writes the table again: read what changed, and say why in the commit.

use crate::shared;
use crate::support::allocgate;
use fnv::FnvHasher;
use serde_json::Value;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// Base, new, exit code, exit code where every condition fails, number of rows, the FNV-1a hash of the rows without their words, and
/// the conditions with their levels.
const VERDICTS: &str = include_str!("verdicts.tsv");

#[test]
fn every_pair_gets_the_verdicts_it_got_before() {
    let (mut wrong, mut table) = (String::new(), String::new());
    let (head, lines) = VERDICTS.split_once('\n').expect("a line of headings");
    let mut pairs = 0;
    for line in lines.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [base, new, want @ ..] = &fields[..] else { panic!("seven fields: {line}") };
        let (want, got) = (want.join("\t"), decided(&path(base), &path(new)));
        if got != want {
            wrong += &format!("{base} → {new}\n  want {want}\n  got  {got}\n");
        }
        table += &format!("{base}\t{new}\t{got}\n");
        pairs += 1;
    }
    assert!(pairs > 40, "the table is there");
    if std::env::var_os("UPDATE_VERDICTS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus_set/verdicts.tsv");
        std::fs::write(path, format!("{head}\n{table}")).expect("the table is written");
        return;
    }
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
    let ran = allocgate(&format!("check --allow-same --report json=- {base} {new}"));
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let rows = report["rows"].as_array().expect("rows are a list");
    let mut hasher = FnvHasher::default();
    for row in rows {
        let mut row = row.clone();
        row.as_object_mut().expect("a row is an object").retain(|key, _| key != "message" && key != "reason");
        row.sort_all_objects();
        hasher.write(format!("{row}\n").as_bytes());
    }
    let conditions = report["evidence"]["conditions"].as_array().expect("conditions are a list");
    let word = |condition: &Value, key: &str| condition[key].as_str().expect("a word").to_string();
    let mut conditions: Vec<String> =
        conditions.iter().map(|it| format!("{}:{}", word(it, "kind"), word(it, "level"))).collect();
    conditions.sort_unstable();
    let policy = "testdata/policy/everything-fails.toml";
    let strict = allocgate(&format!("check --allow-same --quiet --policy {policy} {base} {new}")).code;
    let (code, digest) = (ran.code, hasher.finish());
    format!("{code}\t{strict}\t{}\t{digest:016x}\t{}", rows.len(), conditions.join(","))
}
