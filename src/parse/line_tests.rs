//! Tests of parsing a line.

use super::*;
use proptest::prelude::*;

fn listed(line: &str) -> String {
    let values = |name: &[u8], values: &Values| {
        let listed = |it: Result<(f64, &[u8]), LossReason>| {
            it.map_or_else(|error| error.to_string(), |(value, unit)| format!("{value} {}", unit.as_bstr()))
        };
        let measured: Vec<String> = values.of(name).map(listed).collect();
        format!("x{}: {}", values.iterations, measured.join(", "))
    };
    let result =
        |line: &BenchmarkLine| format!("{} {}", line.name.as_bstr(), values(line.name, &line.values));
    match record(line.as_bytes()) {
        Record::Result(line) => format!("result {}", result(&line)),
        Record::AfterText(line) => format!("after text {}", result(&line)),
        Record::Torn { name, found } => format!("torn {} `{}`", name.as_bstr(), found.as_bstr()),
        Record::TwoNames { first, second } => format!("two {} {}", first.as_bstr(), second.as_bstr()),
        Record::Bare(name) => format!("bare {}", name.as_bstr()),
        Record::Values(alone) => format!("values {}", values(b"?", &alone)),
        Record::Broken(reason) => format!("broken: {reason}"),
        Record::Config { key, value } => format!("config {}={}", key.as_bstr(), value.as_bstr()),
        Record::Unit(rest) => format!("unit{}", rest.as_bstr()),
        Record::FailedPackage { package, why } => {
            format!("failed package {} {}", package.as_bstr(), why.as_bstr())
        }
        Record::FailedBenchmark(name) => format!("failed {}", name.as_bstr()),
        Record::Unchanged(package) => format!("unchanged {}", package.as_bstr()),
        Record::Skipped(name) => format!("skipped {}", name.as_bstr()),
        Record::Ok { package, idle } => format!("ok {} {idle}", package.as_bstr()),
        Record::Died(how) => format!("died {}", how.as_bstr()),
        other @ (Record::Pass | Record::Fail | Record::Spoilt | Record::Other) => {
            format!("{other:?}").to_lowercase()
        }
    }
}

#[test]
fn lines_of_go_are_recognized() {
    for (line, want) in [
        ("BenchmarkX-8 \t 100\t 12.3 ns/op\t 0 B/op", "result X-8 x100: 12.3 ns/op, 0 B/op"),
        ("Benchmark 1 2 x", "result  x1: 2 x"),
        ("BenchmarkX 1 2 x 3 x", "result X x1: 2 x, 3 x"),
        ("BenchmarkX\u{a0}1\u{2003}2 µs", "result X x1: 2 µs"),
        ("BenchmarkX 1 2 ns/op \r", "result X x1: 2 ns/op"),
        ("BenchmarkX-2 \t 31188", "result X-2 x31188: "),
        ("Benchmarkstore_total 1 7844211 total-bytes", "result store_total x1: 7844211 total-bytes"),
        ("Benchmarkélan 1 2 x 3 y", "result élan x1: 2 x, 3 y"),
        ("BenchmarkX", "other"),
        ("BenchmarkSort/size-32", "bare Sort/size-32"),
        ("Benchmarks-2", "other"),
        ("Benchmark", "other"),
        ("--- BENCH: BenchmarkX-2", "other"),
        ("=== RUN   BenchmarkX", "other"),
        ("BenchmarkX-2 \t--- FAIL: BenchmarkX-2", "failed BenchmarkX-2"),
        ("--- FAIL: BenchmarkX (0.00s)", "failed BenchmarkX"),
        ("--- SKIP: BenchmarkX", "skipped BenchmarkX"),
        ("FAIL\texample.com/x\t0.450s", "failed package example.com/x "),
        ("FAIL\texample.com/x [build failed]", "failed package example.com/x build failed"),
        ("FAIL", "fail"),
        ("PASS", "pass"),
        ("ok  \texample.com/x\t1.2s", "ok example.com/x false"),
        ("ok  \texample.com/x\t1.2s [no tests to run]", "ok example.com/x true"),
        ("ok  \texample.com/BenchmarkX\t0.1s", "ok example.com/BenchmarkX false"),
        ("exit status 2", "died exit status 2"),
        ("signal: killed", "config signal=killed"),
        ("pkg: example.com/x", "config pkg=example.com/x"),
        ("cpu: AMD EPYC   ", "config cpu=AMD EPYC"),
        ("note:", "config note="),
        ("note: see BenchmarkX", "config note=see BenchmarkX"),
        ("key:value", "other"),
        ("Key: value", "other"),
        ("two words: value", "other"),
        ("é: v", "config é=v"),
        ("Unit ns/op better=lower", "unit ns/op better=lower"),
        ("Unit", "unit"),
        ("Units are great", "other"),
        ("", "other"),
    ] {
        assert_eq!(listed(line), want, "{line:?}");
    }
}

#[test]
fn text_about_benchmarks_is_not_a_result() {
    for line in [
        "Benchmarks are great",
        "Benchmarking 12 workers",
        "Benchmarks: 12 3 ns/op 4",
        "Benchmarks 18446744073709551616 3 ns/op",
        "Benchmarkstore-2 \tlog",
        "Benchmarkstore-2 \t 12",
        "BenchmarkA: three workers",
        "Benchmark results are in out.json",
        "BenchmarkX 12a ns/op",
        "see BenchmarkX for more",
        "  BenchmarkPlain-8       38747 ns/op",
        "  12 of 14",
        "2026/04/16 07:31:33 WARN",
    ] {
        assert_eq!(listed(line), "other", "{line:?}");
    }
}

#[test]
fn torn_and_joined_lines_are_recognized() {
    for (line, want) in [
        ("BenchmarkX-2   \t", "torn X-2 ``"),
        ("BenchmarkX-2 \tconnected", "torn X-2 `connected`"),
        (" 3612573\t         1.817 ns/op", "values x3612573: 1.817 ns/op"),
        ("\0 \0 23791658\t 228.7 ns/op\t 163 B/op", "values x23791658: 228.7 ns/op, 163 B/op"),
        ("100\t 3.0 ns/op\t", "other"),
        ("BenchmarkX 1 2 x # c", "result X x1: 2 x, X: expected a number, got `#`"),
        ("BenchmarkX 1 2", "result X x1: X: the value 2 has no unit"),
        (
            "BenchmarkX-2 \t77777 4672675\t 0.5 ns/op",
            "result X-2 x77777: 4672675 0.5, X-2: expected a number, got `ns/op`",
        ),
        (
            "BenchmarkX-2 \txxxx 3126992\t 0.8473 ns/op",
            "broken: X-2: expected a number of iterations, got `xxxx 3126992\t 0.8473 ns/op` (did the benchmark print something?)",
        ),
        (
            "BenchmarkX-2 \t18446744073709551616\t 1 ns/op",
            "broken: X-2: expected a number of iterations, got `18446744073709551616` (did the benchmark print something?)",
        ),
        (
            "BenchmarkX y-2 \t100\t 1 ns/op",
            "broken: X: expected a number of iterations, got `y-2 \t100\t 1 ns/op` (did the benchmark print something?)",
        ),
        ("BenchmarkX-2 \tBenchmarkY-2 \t 100\t 5.0 ns/op", "two X-2 Y-2"),
        ("Flushing BenchmarkX-2 \t 1\t 1 ns/op", "after text X-2 x1: 1 ns/op"),
        ("redis: ok BenchmarkX-2 \t 1\t 1 ns/op", "after text X-2 x1: 1 ns/op"),
        ("7777BenchmarkX-2   \t 1\t 1 ns/op", "after text X-2 x1: 1 ns/op"),
        (
            "xBenchmarkX-2 \txx 100\t 1 ns/op",
            "broken: X-2: the line begins with `x`, which was printed without a line end",
        ),
        (
            "redis: ok BenchmarkX-2 \t",
            "broken: X-2: the line begins with `redis: ok `, which was printed without a line end",
        ),
    ] {
        assert_eq!(listed(line), want, "{line:?}");
    }
}

proptest! {
    #[test]
    fn no_line_causes_a_panic(line in proptest::collection::vec(any::<u8>(), 0..80)) {
        listed(&String::from_utf8_lossy(&line));
        let mut result = b"Benchmark".to_vec();
        result.extend(line);
        if let Record::Result(line) = record(&result) {
            prop_assert!(line.values.of(line.name).count() <= 40);
        }
    }

    #[test]
    fn a_printed_result_is_parsed(
        name in "[A-Z][a-zA-Z0-9_/=-]{0,20}", n in any::<u64>(), values in proptest::collection::vec((any::<f64>(), "[a-zA-Z/]{1,8}"), 1..5),
    ) {
        let mut line = format!("Benchmark{name}-8   \t{n:>8}");
        for (value, unit) in &values {
            line += &format!("\t{value:>12} {unit}");
        }
        let Record::Result(result) = record(line.as_bytes()) else { panic!("{line}") };
        let read: Result<Vec<_>, _> = result.values.of(result.name).collect();
        let read = read.expect("well formed");
        prop_assert_eq!(result.values.iterations, n);
        prop_assert_eq!(read.len(), values.len());
        for ((got, unit), (value, want)) in read.iter().zip(&values) {
            prop_assert!(got.to_bits() == value.to_bits() || got.is_nan() && value.is_nan());
            prop_assert_eq!(unit.as_bstr(), want.as_str());
        }
    }
}
