//! Real files: every one is read and accounted for, and every pair ends in a verdict or in a reason.

use crate::shared;
use crate::support::allocgate;
use allocgate::internals::group::{Pair, Side, pair};
use allocgate::internals::input::{self, Content, Source};
use allocgate::internals::model::{self, Dataset, FailedItem, FileLedger};
use allocgate::internals::parse::Parser;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What is known about every file, counted by hand or by other means than this program. The last column says how.
const COUNTS: &str = include_str!("counts.tsv");

fn read(path: &Path) -> Dataset {
    let Ok(source) = path.display().to_string().parse::<Source>();
    let mut parser = Parser::new(source.file(), source.label(), model::DatasetLimits::default());
    let mut lines = source.open(input::InputLimits::default()).expect("readable");
    while let Some(line) = lines.next().expect("readable") {
        let taken = match line.content {
            Content::Text(text) => parser.line(line.number, line.stream, text),
            Content::BrokenEvent(why) => parser.broken_event(line.number, why),
        };
        taken.expect("within limits");
    }
    parser.finish().expect("within limits")
}

/// What the ledger holds against a file, in short.
fn problems(data: &Dataset, file: &FileLedger) -> String {
    let packages = file.failures.iter().filter(|it| matches!(it.what, FailedItem::Package { .. })).count();
    let scattered = Side::new(data).benchmarks().iter().filter(|it| it.scattered).count();
    let counts = [
        (packages, "failed packages"),
        (file.failures.len() - packages, "failed benchmarks"),
        (file.skipped.len(), "skipped"),
        (usize::from(file.interleaved.is_some()), "interleaved"),
        (file.unfinished.len(), "unfinished"),
        (file.remarks.len(), "remarks"),
        (file.rejected.len(), "rejected"),
        (scattered, "scattered"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let told = told.collect::<Vec<_>>().join(", ");
    if told.is_empty() { "-".to_string() } else { told }
}

#[test]
fn every_file_is_read_and_accounted_for() {
    let mut known = BTreeSet::new();
    let mut wrong = String::new();
    for line in COUNTS.lines().skip(1) {
        let (path, want) = line.split_once('\t').expect("a path and what it holds");
        let (want, _how) = want.rsplit_once('\t').expect("and how it was counted");
        let data = read(&shared(path));
        let file = &data.ledger().files[0];
        assert!(file.balances(), "{file:?}");
        assert_eq!(file.used, data.results().count(), "{path}");
        let problems = problems(&data, file);
        let got = format!("{}\t{}\t{}\t{}\t{problems}", file.seen, file.used, file.repaired, file.lost.len());
        if got != want {
            wrong += &format!("{path}\n  want {want}\n  got  {got}\n");
        }
        known.insert(path.to_string());
    }
    assert!(wrong.is_empty(), "{wrong}");
    for folder in ["corpus", "gosamples"] {
        for entry in fs::read_dir(shared(folder)).expect("readable") {
            let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
            let holds_output = [".txt", ".json"].iter().any(|ending| name.ends_with(ending));
            assert!(
                !holds_output || known.contains(&format!("{folder}/{name}")),
                "{folder}/{name} is not in counts.tsv"
            );
        }
    }
}

#[test]
fn every_pair_is_compared_as_far_as_its_sides_have_series_in_common() {
    let pairs = fs::read_to_string(shared("corpus/pairs.tsv")).expect("readable");
    let mut told = String::new();
    for line in pairs.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [base, new] = [1, 2].map(|at| read(&shared("corpus").join(fields[at])));
        let (base, new) = (Side::new(&base), Side::new(&new));
        let pairing = pair(&base, &new).expect("every pair has something in common");
        let paired = pairing.rows.iter().filter(|row| matches!(row.data, Pair::Both { .. })).count();
        let differences: Vec<&str> = pairing.differences.iter().map(|it| it.key.as_str()).collect();
        let exact: usize = fields[5].parse().expect("a number");
        // In base of pair 33 two processes wrote at once: 7 benchmarks have no value there whose owner is certain.
        let uncertain = if fields[0] == "33" { 21 } else { 0 };
        assert!(paired + uncertain >= exact, "pair {}: {paired} of {exact}", fields[0]);
        told += &format!(
            "pair {}: {paired} series, {exact} by exact identity; differ in {}\n",
            fields[0],
            differences.join(", ")
        );
    }
    insta::assert_snapshot!(told);
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
        let (shown, parts) = if ran.stdout.is_empty() { (&ran.stderr, 2) } else { (&ran.stdout, 1) };
        assert!(!shown.is_empty(), "pair {number} ended in silence");
        // The verdict line, or of an error what kind it is: names of other people's benchmarks stay where they are.
        let line = shown.lines().next().unwrap_or_default();
        let kind = line.splitn(3, ": ").take(parts).collect::<Vec<_>>().join(": ");
        told += &format!("pair {number}: exit {}: {kind}\n", ran.code);
    }
    insta::assert_snapshot!(told);
}
