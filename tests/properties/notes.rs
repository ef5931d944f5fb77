//! Notes on rows: clusters and spread of their samples, and CPU time. The results are made up.

use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{Date, Policy};
use allocgate::report::{Report, Verdict};

/// Interleaved rounds; `cpu-ns/op` is a metric of which only the policy knows the direction.
const POLICY: &str = "
[gate]
design = \"interleaved\"
[unit.\"ns/op\"]
level = \"fail\"
[unit.\"cpu-ns/op\"]
better = \"lower\"
level = \"warn\"
tolerance = { percent = 5 }
";

/// A wave of ten values between 0 and 1 without a trend.
const WAVE: [f64; 10] = [0.4, 0.7, 0.2, 0.9, 0.0, 0.5, 0.8, 0.1, 0.6, 0.3];

fn report(base: &str, new: &str) -> Report {
    let policy = Policy::parse("p.toml", POLICY).unwrap_or_else(|error| panic!("{error}"));
    let base = parse::text("base.txt", base.as_bytes());
    let new = parse::text("new.txt", new.as_bytes());
    Gate::new(&policy, Date::constant(2026, 11, 22)).report(Some(&base), &new).expect("both sides have it")
}

/// Ten rounds of twelve benchmarks. Of `X` the wall time of round i is `wall(i)` and its CPU time about `cpu`; the others are calm.
fn rounds(wall: impl Fn(usize) -> f64, cpu: f64) -> String {
    let round = |i: usize| {
        let calm = 1.0 + 0.01 * WAVE[i];
        let others: String =
            (0..11).map(|b| format!("BenchmarkOther{b} 1000 {} ns/op\n", 100.0 * calm)).collect();
        format!("goos: linux\nBenchmarkX 1000 {} ns/op {} cpu-ns/op\n{others}", wall(i), cpu * calm)
    };
    (0..10).map(round).collect()
}

/// The verdict on the wall time of X and its notes.
fn noted(base: &str, new: &str) -> (Verdict, Vec<String>, String) {
    let report = report(base, new);
    let row = report.rows.iter().find(|row| row.benchmark == "X" && row.unit.as_str() == "ns/op");
    let row = row.expect("it was measured");
    let notes = row.notes.iter().map(ToString::to_string).collect();
    (row.verdict, notes, row.message().to_string())
}

#[test]
fn wall_time_that_is_undecided_says_what_cpu_time_shows() {
    let noisy = |i: usize| 100.0 + 60.0 * WAVE[i];
    for (cpu, want) in [
        (50.0, "cpu-ns/op is unchanged"),
        (75.0, "cpu-ns/op regressed by +50.0%"),
        (25.0, "cpu-ns/op improved by -50.0%"),
    ] {
        let (verdict, notes, message) = noted(&rounds(noisy, 50.0), &rounds(noisy, cpu));
        assert_eq!((verdict, notes), (Verdict::Undecided, vec![want.to_string()]), "{message}");
        assert!(message.ends_with(want), "{message}");
    }
}

#[test]
fn wall_time_that_is_decided_needs_no_other_evidence() {
    let calm = |ns: f64| move |i: usize| ns * (1.0 + 0.01 * WAVE[i]);
    for (ns, want) in [(100.0, Verdict::Unchanged), (200.0, Verdict::Regressed)] {
        let (verdict, notes, message) = noted(&rounds(calm(100.0), 50.0), &rounds(calm(ns), 75.0));
        assert_eq!((verdict, notes), (want, Vec::new()), "{message}");
    }
}

#[test]
fn clusters_and_spread_are_named_with_their_side() {
    let two = |i: usize| if i.is_multiple_of(5) { 131.0 } else { 100.0 } + WAVE[i];
    let wide = |i: usize| 75.0 + 90.0 * WAVE[i];
    let (verdict, notes, _) = noted(&rounds(two, 50.0), &rounds(wide, 50.0));
    assert_eq!(verdict, Verdict::Undecided);
    let want = [
        "two clusters in base: 8 at 100.4, 2 at 131.4",
        "wide spread in new: 75 … 156",
        "cpu-ns/op is unchanged",
    ];
    assert_eq!(notes, want);
}

#[test]
fn a_row_without_problems_has_no_notes() {
    let two = |i: usize| if i.is_multiple_of(5) { 131.0 } else { 100.0 } + WAVE[i];
    let report = report(&rounds(two, 50.0), &rounds(two, 50.0));
    for row in &report.rows {
        let is_shown = matches!(row.verdict, Verdict::Undecided | Verdict::Regressed);
        assert!(is_shown || row.notes.is_empty(), "{}: {}", row.benchmark, row.message());
    }
}
