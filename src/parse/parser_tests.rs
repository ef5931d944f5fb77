//! Tests of parsing a file.

use super::*;
use crate::model::{Assumption, Direction, ResultRow};
use proptest::prelude::*;

#[test]
fn a_last_line_without_an_end_is_used_only_if_its_units_are_known() {
    for (last, used) in [("BenchmarkA 1 3 ns/op", 2), ("BenchmarkA 1 3 n", 1), ("BenchmarkA 1 3 n\n", 2)] {
        let data = text("f", format!("BenchmarkA 1 2 ns/op\n{last}").as_bytes());
        assert_eq!(data.len(), used, "{last:?}");
    }
}

#[test]
fn configuration_applies_to_the_results_after_it() {
    let data = text(
        "f",
        b"pkg: a\nBenchmarkX 1 2 ns/op\nPASS\npkg: b\nBenchmarkX 1 3 ns/op\nBenchmarkY 1 3 ns/op\n",
    );
    let packages: Vec<_> = data
        .results()
        .map(|row| data.config(row.block.config).get("pkg").unwrap_or_default().to_string())
        .collect();
    assert_eq!(packages, ["a", "b", "b"]);
    assert_eq!(data.ledger().files[0].lines, 6);
}

#[test]
fn mixed_output_of_several_processes_is_detected() {
    for (lines, want) in [
        ("pkg: p\npkg: q\nBenchmarkA 1 1 x\n", Some("2: q starts right after the header of p")),
        ("pkg: p\nBenchmarkA-2 \tlog\npkg: q\n", None),
        ("pkg: p\nBenchmarkA-2 \tlog\npkg: q\n 1\t 1 x\n", Some("3: q starts before A-2 has its values")),
        ("pkg: p\nBenchmarkA-2 \tlog\npkg: p\n 1\t 1 x\n", None),
        (
            "pkg: p\nBenchmarkA 1 1 x\nok  \tp\t1s\nBenchmarkA 1 1 x\n",
            Some("4: a result follows the end of p"),
        ),
        (
            "pkg: p\nBenchmarkA 1 1 x\npkg: q\nBenchmarkA 1 1 x\nok  \tp\t1s\n",
            Some("5: p ends in the middle of q"),
        ),
        ("pkg: p\nBenchmarkA 1 1 x\npkg: q\nBenchmarkA 1 1 x\n", None),
        ("pkg: p\nBenchmarkA 1 1 x\nPASS\npkg: p\nBenchmarkA 1 1 x\nPASS\n", None),
        ("pkg: p\nBenchmarkA-2 \tgoos: linux\npkg: q\nBenchmarkB 1 1 x\n", None),
        ("pkg: p\nBenchmarkA 1 1 x\nok  \tp\t1s\nok  \tq\t1s\npkg: r\nBenchmarkA 1 1 x\nok  \tr\t1s\n", None),
    ] {
        let data = text("f", lines.as_bytes());
        let listed =
            data.ledger().files[0].interleaved.as_ref().map(|it| format!("{}: {}", it.line, it.sign));
        assert_eq!(listed.as_deref(), want, "{lines:?}");
    }
}

#[test]
fn failures_have_lines_packages_and_causes() {
    for (lines, want) in [
        ("pkg: p\nBenchmarkA 1 1 x\npanic: oh\nexit status 2\nok  \tq\t1s\n", "3: p failed: panic: oh"),
        ("pkg: p\nexit status 3\nBenchmarkA 1 1 x\nPASS\n", ""),
        ("FAIL    q   0.1s [build failed]\nFAIL to say\n", "1: q failed: build failed"),
        (
            "--- FAIL: BenchmarkZ\nFAIL\nexit status 1\nFAIL\tp\t1s\nFAIL\n",
            "1: BenchmarkZ in p failed; 4: p failed: exit status 1",
        ),
        (
            "pkg: p\n--- FAIL: BenchmarkZ\n    z_test.go:10: boom\n    z_test.go:11: more\nFAIL\nFAIL\tp\t1s\n",
            "2: BenchmarkZ in p failed: z_test.go:10: boom; 6: p failed",
        ),
        (
            "pkg: p\nBenchmarkZ-2 \tsignal: killed\nFAIL\tp\t1s\n",
            "3: p failed: signal: killed; Z-2 has no result",
        ),
        (
            "pkg: p\nBenchmarkA 1 1 x\npanic: oh no\n\nexit status 2\nFAIL\tp\t1s\nFAIL\n",
            "6: p failed: panic: oh no",
        ),
        (
            "pkg: o\nBenchmarkA 1 1 x\nok  \to\t1s\n--- FAIL: BenchmarkZ\npkg: p\n",
            "4: BenchmarkZ in p failed",
        ),
        ("FAIL\tp [build failed]\nFAIL\n", "1: p failed: build failed"),
        ("pkg: p\nBenchmarkA 1 1 x\nsignal: killed\n", "3: p failed: signal: killed"),
        ("pkg: p\nBenchmarkA 1 1 x\nFAIL\ngoos: linux\npkg: q\nBenchmarkA 1 1 x\nPASS\n", "3: p failed"),
        ("pkg: p\nBenchmarkA 1 1 x\npanic: caught\nok  \tp\t1s\n", ""),
        ("FAIL\n", "1: an unnamed package failed"),
    ] {
        let data = text("f", lines.as_bytes());
        let listed: Vec<String> =
            data.ledger().files[0].failures.iter().map(|it| format!("{}: {it}", it.line)).collect();
        assert_eq!(listed.join("; "), want, "{lines:?}");
    }
}

#[test]
fn skipped_and_unfinished_packages_are_recorded() {
    let data = text(
        "f",
        b"pkg: p\n--- SKIP: BenchmarkA\nok  \tq\t1s [no tests to run]\nBenchmarkB 1 1 x\npkg: r\nBenchmarkC 1 1 x\nok  \tr\t1s\n",
    );
    let file = &data.ledger().files[0];
    let skipped: Vec<String> = file.skipped.iter().map(|it| format!("{}: {it}", it.line)).collect();
    assert_eq!(skipped, ["2: BenchmarkA in p was skipped", "3: q had nothing to run"]);
    let unfinished: Vec<String> = file.unfinished.iter().map(|it| format!("{}: {it}", it.line)).collect();
    assert_eq!(unfinished, ["1: p starts, but does not pass or fail"]);
    let cut_everywhere = text("f", b"pkg: p\nBenchmarkB 1 1 x\npkg: r\nBenchmarkC 1 1 x\n");
    assert!(cut_everywhere.ledger().files[0].unfinished.is_empty(), "these lines are dropped together");
}

#[test]
fn unit_lines_apply_to_the_whole_file() {
    let data = text("f", b"BenchmarkX 1 1 sec/op\nUnit ns/op assume=exact better=higher x =y\nUnit\nUnit sec/op better=lower\n");
    let unit = data.unit(data.results().next().expect("one result").units[0]);
    assert_eq!(data.assumption(unit), Assumption::Exact);
    assert_eq!(data.better(unit), Some(Direction::Higher));
    let remarks: Vec<String> =
        data.ledger().files[0].remarks.iter().map(|it| format!("{}: {}", it.line, it.kind)).collect();
    let twice = "2: expected key=value";
    assert_eq!(
        remarks,
        [twice, twice, "3: missing unit", "4: metadata better of unit sec/op already set to higher"]
    );
}

#[test]
fn streams_do_not_mix() {
    let mut parser = Parser::new("f", "f", DatasetLimits::default());
    let lines = [
        (1, "pkg: p"),
        (2, "pkg: q"),
        (1, "BenchmarkA-2 \t"),
        (2, "BenchmarkB 1 2 x"),
        (1, " 9\t 5 x"),
        (2, "ok  \tq\t1s"),
    ];
    for (number, (stream, line)) in lines.into_iter().enumerate() {
        parser.line(number + 1, stream, line.as_bytes()).expect("few lines");
    }
    let data = parser.finish().expect("few lines");
    let listed: Vec<String> = data
        .results()
        .map(|row| {
            format!(
                "{} {}",
                data.config(row.block.config).get("pkg").unwrap_or_default(),
                data.name(row.name)
            )
        })
        .collect();
    assert_eq!(listed, ["q B", "p A-2"]);
    assert!(data.ledger().files[0].interleaved.is_none());
}

/// Parses the file without the fast path.
fn text_in_general(text: &[u8]) -> Dataset {
    let mut parser = Parser::new("f", "f", DatasetLimits::default());
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
        parser.settled = false;
        parser.line(number + 1, 0, line.strip_suffix(b"\r").unwrap_or(line)).expect("few lines");
    }
    parser.finish().expect("few lines")
}

proptest! {
    #[test]
    fn the_fast_path_gives_the_same_dataset(pieces in proptest::collection::vec(prop_oneof![
        Just("BenchmarkX-2 \t 1\t 2 ns/op\n"), Just("BenchmarkX-2 \t 1\t 3 ns/op\t 4 B/op\n"),
        Just("BenchmarkY \t 1\t 2 ns/op\t 3 B/op\n"), Just("BenchmarkX-2 \t 9\t 5.5 ns/op\t 4 B/op\r\n"), Just("BenchmarkX-2 \t 1\n"), Just("BenchmarkX-2\n"),
        Just("BenchmarkX-2 \tlog\n"), Just(" 9\t 5 ns/op\n"), Just("BenchmarkX-2 \t 1\t NaN ns/op\t 4 B/op\n"),
        Just("BenchmarkX-2 \t 1\t x ns/op\n"), Just("pkg: p\n"), Just("pkg: q\n"), Just("note: 1\n"), Just("PASS\n"),
        Just("ok  \tp\t1s\n"), Just("FAIL\tq\t1s\n"), Just("--- SKIP: BenchmarkX\n"), Just("exit status 1\n"), Just("\n"),
    ], 0..20)) {
        let lines = pieces.concat();
        let (short, general) = (text("f", lines.as_bytes()), text_in_general(lines.as_bytes()));
        let listed = |data: &Dataset| {
            let row = |row: ResultRow| {
                let config = data.config(row.block.config).clone();
                (row.block.run, config, data.name(row.name).to_owned(), row.iterations, row.units.to_vec(), row.values)
            };
            data.results().map(row).map(|row| format!("{row:?}")).collect::<Vec<_>>()
        };
        prop_assert_eq!(listed(&short), listed(&general));
        let (mut short, general) = (short.ledger().files[0].clone(), &general.ledger().files[0]);
        short.lines = general.lines; // the part after the last line end counts as a line
        prop_assert_eq!(format!("{short:?}"), format!("{general:?}"));
    }

    #[test]
    fn the_ledger_balances_for_any_bytes(pieces in proptest::collection::vec(prop_oneof![
        Just(b"Benchmark".to_vec()), Just(b"X-8 ".to_vec()), Just(b" 12 ".to_vec()), Just(b"3.5 ns/op".to_vec()),
        Just(b"NaN B/op".to_vec()), Just(b"\n".to_vec()), Just(b"\npkg: a\n".to_vec()), Just(b"\tlog\n".to_vec()),
        Just(b" 9\t 5 ns/op\n".to_vec()), Just(b"\nok  \ta\t1s\n".to_vec()), Just(b"\nFAIL\n".to_vec()), Just(b"\npkg: b\n".to_vec()), proptest::collection::vec(any::<u8>(), 0..6),
    ], 0..60)) {
        let data = text("f", &pieces.concat());
        let ledger = &data.ledger().files[0];
        prop_assert!(ledger.balances(), "{ledger:?}");
        prop_assert_eq!(ledger.used, data.len());
        prop_assert_eq!(data.results().count(), data.len());
        prop_assert!(data.results().all(|row| row.values.iter().all(|v| v.is_finite())));
    }
}
