//! Tests of building a dataset.

use super::super::Loss;
use super::*;
use crate::model::{ResultRow, TornBy};

type Line<'a> = (&'a str, u64, &'a [(f64, &'a str)]);

fn dataset(file: &str, lines: &[Line]) -> Dataset {
    let mut builder = Builder::new(file, file, DatasetLimits::default());
    builder.configure(0, b"pkg", b"example.com/a").expect("one key");
    for (i, (name, iterations, measured)) in lines.iter().enumerate() {
        let measurements = measured.iter().map(|&(value, unit)| Ok((value, unit.as_bytes())));
        builder.result(i + 1, measured_as(name, *iterations, measurements)).expect("few results");
    }
    builder.finish()
}

fn measured_as<M>(name: &str, iterations: u64, measurements: M) -> ResultLine<'_, M> {
    ResultLine { name: name.as_bytes(), iterations, measurements, repaired: false }
}

fn listed(data: &Dataset) -> Vec<String> {
    let row = |row: ResultRow| {
        let measured =
            row.units.iter().zip(row.values).map(|(&unit, value)| format!(" {value} {}", data.unit(unit)));
        let pkg = data.config(row.block.config).get("pkg").unwrap_or_default();
        format!(
            "{}:{pkg}:{}x{}{}",
            data.source(row.block.source),
            data.name(row.name),
            row.iterations,
            measured.collect::<String>()
        )
    };
    data.results().map(row).collect()
}

#[test]
fn results_keep_their_order() {
    let data = dataset(
        "f",
        &[("A", 10, &[(1.0, "ns/op"), (2.0, "B/op")]), ("B", 20, &[]), ("A", 30, &[(3.0, "B/op")])],
    );
    assert_eq!(
        listed(&data),
        ["f:example.com/a:Ax10 1 ns/op 2 B/op", "f:example.com/a:Bx20", "f:example.com/a:Ax30 3 B/op"]
    );
}

#[test]
fn appending_gives_the_same_as_reading_both_files() {
    let mut both = dataset("f", &[("A", 1, &[(1.0, "ns/op")]), ("B", 2, &[(2.0, "B/op")])]);
    let second = dataset("g", &[("B", 3, &[(3.0, "B/op"), (4.0, "ns/op")]), ("C", 4, &[(5.0, "x")])]);
    let want: Vec<String> = listed(&both).into_iter().chain(listed(&second)).collect();
    both.append(second);
    assert_eq!(listed(&both), want);
    assert_eq!(both.ledger().files.len(), 2);
}

#[test]
fn an_invalid_measurement_loses_the_line_and_an_infinite_one_only_itself() {
    let mut builder = Builder::new("f", "f", DatasetLimits::default());
    let bad = LossReason::Unit { name: "A".into(), value: "1".into() };
    let lines = [
        [Ok((1.0, &b"ns/op"[..])), Err(bad.clone())],
        [Ok((f64::INFINITY, &b"ns/op"[..])), Ok((2.0, b"B/op"))],
    ];
    for (i, line) in lines.into_iter().enumerate() {
        builder.result(i + 1, measured_as("A", 1, line.into_iter())).expect("few results");
    }
    let data = builder.finish();
    assert_eq!(listed(&data), ["f::Ax1 2 B/op"]);
    let ledger = &data.ledger().files[0];
    assert_eq!((ledger.seen, ledger.used, ledger.balances()), (2, 1, true));
    assert_eq!(ledger.lost, [Loss { line: 1, package: "".into(), reason: bad }]);
    assert_eq!(ledger.rejected.len(), 1);
}

#[test]
fn only_a_header_starts_a_run() {
    let mut builder = Builder::new("f", "f", DatasetLimits::default());
    for (line, key) in [(1, "note"), (2, "pkg"), (3, "note"), (4, "goos")] {
        builder.configure(line, key.as_bytes(), line.to_string().as_bytes()).expect("few keys");
        builder.result(line, measured_as("A", 1, [Ok((1.0, &b"x"[..]))].into_iter())).expect("few results");
    }
    let mut data = builder.finish();
    data.append(dataset("g", &[("A", 1, &[])]));
    let runs: Vec<(usize, usize)> = data.results().map(|row| (row.block.file, row.block.run)).collect();
    assert_eq!(runs, [(0, 0), (0, 1), (0, 1), (0, 2), (1, 3)]);
}

#[test]
fn a_limit_is_an_error_that_says_how_to_raise_it() {
    let mut builder = Builder::new(
        "f",
        "f",
        DatasetLimits { names: 1, results: 3, problems: 0, keys: 1, ..DatasetLimits::default() },
    );
    let mut take =
        |line, name| builder.result(line, measured_as(name, 1, [Ok((1.0, &b"x"[..]))].into_iter()));
    assert_eq!(take(1, "A"), Ok(()));
    let error = take(2, "B").expect_err("two names").to_string();
    assert_eq!(error, "f:2: more than 1 names; raise the limit with --limit names=N");
    assert_eq!(take(3, "C").map_err(|error| error.what), Err("names"));
    assert!(builder.configure(4, b"a", b"1").is_ok());
    assert_eq!(builder.configure(5, b"b", b"1").map_err(|error| error.what), Err("keys"));
    let torn = LossReason::Torn { name: "A".into(), found: "".into(), by: TornBy::Print };
    assert_eq!(builder.lose(6, torn).map_err(|error| error.what), Err("problems"));
}
