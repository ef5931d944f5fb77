//! The numbers of `compare` against those of the real benchstat.

use crate::run;
use crate::support::allocgate;
use std::collections::BTreeMap;
use std::process::Command;

/// Tables by unit and package, records by benchmark; the row of geometric means apart.
type Tables = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn tables(csv: &str) -> Tables {
    let mut tables = Tables::new();
    let mut pkg = String::new();
    for block in csv.split("\n\n") {
        let mut title = String::new();
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(block.as_bytes());
        for record in reader.records() {
            let record: Vec<String> = record.expect("it is CSV").iter().map(String::from).collect();
            if let Some(name) = record[0].strip_prefix("pkg: ") {
                pkg = name.to_string();
            } else if record[0].is_empty() && record.get(2).is_some_and(|field| field == "CI") {
                title = format!("{} {pkg}", record[1]);
            } else if record.len() > 1 && !record[0].is_empty() {
                tables.entry(title.clone()).or_default().insert(record[0].clone(), record[1..].to_vec());
            }
        }
    }
    tables
}

/// Every field is the same to the letter, except the digits of geometric means, which in Go depend on the processor.
#[test]
fn every_median_interval_change_and_p_value_is_benchstats() {
    let mut compared = 0;
    for (base, new) in [
        ("hot/base", "hot/again"),
        ("hot/base", "hot/boxing"),
        ("hot/base", "hot/presize"),
        ("hot/base", "hot/pool"),
        ("hot/base", "hot/slow"),
        ("hot/base", "hot/improve"),
        ("hot/base", "hot/rename"),
        ("std/base", "std/again"),
    ] {
        let files = format!("testdata/{base}.txt testdata/{new}.txt");
        let theirs = run(Command::new("benchstat").args(["-format", "csv"]).args(files.split(' ')));
        let theirs = tables(&String::from_utf8_lossy(&theirs.stdout));
        let ours = tables(&allocgate(&format!("compare --format csv {files}")).stdout);
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{files}");
        for (title, rows) in &theirs {
            for (name, record) in rows {
                let own = &ours[title][name];
                if name == "geomean" {
                    let number = |field: &String| field.parse::<f64>().unwrap_or_default();
                    assert_eq!(own.len(), record.len(), "{files} {title}");
                    for (own, record) in own.iter().zip(record) {
                        assert!(
                            own == record || (number(own) / number(record) - 1.0).abs() < 1e-13,
                            "{files} {title}: {own} {record}"
                        );
                    }
                } else {
                    assert_eq!(own, record, "{files} {title} {name}");
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 1_300, "only {compared} records were compared");
}

/// What this project exists for: the same two files, and what each tool says of them.
#[test]
fn where_benchstat_prints_a_question_mark_and_exits_0_the_gate_says_plus_two_and_exits_1() {
    let files = ["testdata/hot/base.txt", "testdata/hot/boxing.txt"];
    let theirs = run(Command::new("benchstat").args(files));
    let stdout = String::from_utf8_lossy(&theirs.stdout);
    let allocations = stdout.lines().rfind(|line| line.starts_with("Tally-2")).expect("Tally is compared");
    assert!(allocations.contains(" ? "), "{allocations}");
    assert_eq!(theirs.status.code(), Some(0));
    let readme = std::fs::read_to_string("README.md").expect("it is there");
    assert!(readme.contains(allocations.trim_end()), "the README shows what benchstat says: {allocations}");
    let ours = allocgate(&format!("check {}", files.join(" ")));
    assert!(
        ours.stdout
            .lines()
            .any(|line| line.contains("Tally-2") && line.contains("0 → 2") && line.contains("+2"))
    );
    assert_eq!(ours.code, 1);
}
