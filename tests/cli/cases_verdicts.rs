//! Small pairs on which an earlier version was wrong, or nearly, with the right verdict and why it is right. Times are at level fail.

use crate::support::allocgate;
use allocgate::report::Report;
use std::fmt::Write;

const TIMES_FAIL: &str = "testdata/cases/verdicts/time-fails.toml";

/// The pair, the exit code, the rows that are not `unchanged`, and why that is right. `!` marks a suspect.
const CASES: &[(&str, i32, &[&str], &str)] = &[
    (
        "verdicts/alloc_5to10_n5_vary1",
        1,
        &["Target-8 ns/op undecided", "Target-8 B/op regressed", "Target-8 allocs/op regressed"],
        "5 → 10 in all of five samples; the new side varies by one",
    ),
    (
        "verdicts/alloc_5to10_n5_vary3",
        1,
        &["Target-8 ns/op undecided", "Target-8 B/op regressed", "Target-8 allocs/op regressed"],
        "the samples are apart, so that it does not matter how many other rows vary",
    ),
    (
        "verdicts/alloc_5to10_n5_vary7",
        1,
        &["Target-8 ns/op undecided", "Target-8 B/op regressed", "Target-8 allocs/op regressed"],
        "the same among seven other rows",
    ),
    (
        "verdicts/alloc_n1",
        2,
        &["A-8 ns/op undecided", "A-8 B/op undecided!", "A-8 allocs/op undecided!"],
        "one sample proves nothing, and no row that can fail was decided; the reader sees the counts",
    ),
    (
        "verdicts/flutter_n2",
        2,
        &["A-8 ns/op undecided", "A-8 B/op undecided!", "A-8 allocs/op undecided!"],
        "a count that is 5 or 6 is often equal in two samples of one process",
    ),
    (
        "verdicts/half_half",
        1,
        &["A-8 ns/op undecided", "A-8 B/op regressed", "A-8 allocs/op regressed"],
        "ten samples, and the ranks prove it",
    ),
    (
        "verdicts/huge",
        1,
        &["A-8 ns/op undecided!", "A-8 B/op regressed", "A-8 allocs/op regressed"],
        "+10 % of a huge constant count is +10 %",
    ),
    (
        "verdicts/outlier_count",
        0,
        &["A-8 ns/op undecided"],
        "one stray sample of ten is no regression of the others",
    ),
    (
        "verdicts/outlier_count_real",
        1,
        &["A-8 ns/op undecided", "A-8 B/op regressed", "A-8 allocs/op regressed"],
        "all but one sample rose",
    ),
    (
        "verdicts/setup_1x",
        0,
        &["A-8 ns/op undecided", "A-8 allocs/op undecided"],
        "with b.N = 1 the count of each run varies as much as the sides differ",
    ),
    (
        "verdicts/setup_bN",
        0,
        &["A-8 ns/op undecided!"],
        "twice as slow, half of b.N, and both sides pay 1 MiB per process: the rest is 64 B/op on both",
    ),
    (
        "verdicts/setup_bN_const",
        1,
        &["A-8 ns/op undecided!", "A-8 B/op regressed"],
        "b.N is constant on each side, so that nothing shows a set-up cost, and 1 MiB is too much to assume one",
    ),
    (
        "verdicts/six_of_ten_plus50",
        1,
        &["A-8 ns/op undecided", "A-8 B/op regressed", "A-8 allocs/op regressed"],
        "six of ten samples are ten times as large, and none is smaller",
    ),
    (
        "verdicts/ties_1463",
        0,
        &["A-8 ns/op undecided!"],
        "one benchmark, one process per side: another process may differ by 5 %",
    ),
    ("verdicts/tiny_025_027", 0, &["A-8 ns/op undecided!"], "the same for 8 %"),
    (
        "verdicts/zero_ns",
        0,
        &["A-8 ns/op undecided!"],
        "the same for a factor of 2; the reader sees it first",
    ),
    (
        "verdicts/ties_block_10rows",
        1,
        &["A11-8 ns/op regressed"],
        "eleven other benchmarks show that processes differ by less than 6.6 %",
    ),
    (
        "verdicts/x10_n3",
        1,
        &["A-8 ns/op regressed"],
        "three samples that are nine times apart: no noise does that",
    ),
    ("verdicts/x10_n4", 1, &["A-8 ns/op regressed"], "four samples, likewise"),
    (
        "verdicts/x10_n3_toofew_fail",
        1,
        &["A-8 ns/op regressed"],
        "likewise, whatever else the policy says of few samples",
    ),
    (
        "verdicts/x10_n3_undecided_fail",
        1,
        &["A-8 ns/op regressed"],
        "it is decided, so that undecided = fail does not matter",
    ),
    ("verdicts/zero_B_1", 0, &["A-8 ns/op undecided"], "1 B/op is within the tolerance of 8 B"),
    (
        "verdicts/zero_to_flutter",
        0,
        &["A-8 ns/op undecided", "A-8 B/op undecided", "A-8 allocs/op undecided"],
        "half of the new samples have an allocation: more samples will tell",
    ),
    (
        "set-up",
        1,
        &["X-2 ns/op regressed", "X-2 B/op regressed", "X-2 allocs/op regressed"],
        "1 → 28 allocations; base has no set-up cost, so the fewer iterations of new do not explain them",
    ),
    (
        "set-up/rate",
        1,
        &["X-2 ns/op regressed", "X-2 B/op undecided!", "X-2 allocs/op undecided!"],
        "the same number of allocations per second on both sides: measure with a fixed b.N; the time regressed",
    ),
    (
        "set-up/impossible",
        1,
        &["X-2 ns/op regressed", "X-2 B/op regressed", "X-2 allocs/op regressed"],
        "a set-up cost that explains new would make base negative",
    ),
    (
        "setup-hides-regression",
        1,
        &["Load-8 ns/op undecided!", "Load-8 allocs/op regressed"],
        "base has a set-up cost and new has none, so that it cannot explain 131 → 250",
    ),
    (
        "counts-rise-with-n",
        0,
        &[
            "View-8 ns/op undecided",
            "View-8 B/op undecided!",
            "View-8 allocs/op undecided!",
            "Plain-8 ns/op undecided",
        ],
        "the benchmark is faster, runs more iterations, and its counts rise with them on both sides",
    ),
    (
        "count5-blind",
        1,
        &["Route3-8 B/op regressed", "Route3-8 allocs/op regressed"],
        "100 → 2,000 in all of five samples, whatever the eleven other rows do",
    ),
    (
        "suite-shift",
        0,
        &[
            "F0-2 ns/op undecided!",
            "F1-2 ns/op undecided!",
            "F2-2 ns/op undecided!",
            "F3-2 ns/op undecided!",
            "F4-2 ns/op undecided!",
            "F5-2 ns/op undecided!",
            "F6-2 ns/op undecided!",
            "F7-2 ns/op undecided",
            "F8-2 ns/op undecided",
            "F9-2 ns/op undecided",
            "F10-2 ns/op undecided",
            "F11-2 ns/op undecided",
        ],
        "seven of twelve take twice the time: a slower machine, or a slower function that they share",
    ),
    (
        "few-iterations",
        0,
        &["X-2 ns/op undecided", "X-2 B/op undecided", "X-2 allocs/op undecided"],
        "five of ten samples with few iterations are no strays: they are half of what was measured",
    ),
];

fn files(case: &str) -> [String; 2] {
    let at = format!("testdata/cases/{case}");
    if case.starts_with("verdicts/") {
        return ["base", "new"].map(|side| format!("{at}_{side}.txt"));
    }
    ["base", "new"].map(|side| format!("{at}/{side}.txt"))
}

#[test]
fn every_case_has_its_right_verdict() {
    let mut wrong = String::new();
    for (case, code, want, why) in CASES {
        let [base, new] = files(case);
        let ran = allocgate(&format!("check --policy {TIMES_FAIL} {base} {new} --report json=-"));
        let report = Report::read(ran.stdout.as_bytes()).unwrap_or_else(|error| panic!("{error}: {ran}"));
        let rows: Vec<String> = report
            .rows
            .iter()
            .filter(|row| row.verdict.as_str() != "unchanged")
            // Rows that only vary beside the one that is meant.
            .filter(|row| !row.benchmark.starts_with('V') || row.benchmark.starts_with("View"))
            .map(|row| {
                let mark = if row.suspect.is_some() { "!" } else { "" };
                format!("{} {} {}{mark}", row.benchmark, row.unit, row.verdict)
            })
            .collect();
        if ran.code != *code || rows != *want {
            writeln!(wrong, "{case} ({why})\n  want {code} {want:?}\n  got  {} {rows:?}", ran.code)
                .expect("memory");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_set_up_cost_that_only_one_side_shows_hides_nothing() {
    let [base, _] = files("setup-hides-regression");
    let ran = allocgate(&format!("check {base} testdata/cases/setup-hides-regression/new-spread.txt"));
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("Load-8  allocs/op  131 → 251"), "{ran}");
}

#[test]
fn a_policy_can_turn_off_what_few_samples_prove() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.toml");
    let text = "[gate]\nsmall-sample = \"undecided\"\n[unit.\"ns/op\"]\nlevel = \"fail\"\n";
    std::fs::write(&policy, text).expect("written");
    let [base, new] = files("verdicts/x10_n3");
    let ran = allocgate(&format!("check --policy {} {base} {new}", policy.display()));
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.starts_with("PASS  1 suspect"), "{ran}");
}
