//! The gate as a specification: two texts and a policy in, verdicts and exit code out.

use allocgate::internals::evidence::Overall;
use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{ConditionKind, Date, Policy};
use allocgate::report::Report;

pub const TODAY: Date = Date::constant(2026, 11, 22);

/// Ten results of one benchmark that all measure the same, each of its own process.
pub fn ten(name: &str, measured: &str) -> String {
    rounds(&format!("Benchmark{name} 1000 {measured}\n").repeat(10))
}

/// The same of one process.
pub fn ten_of_one_process(name: &str, measured: &str) -> String {
    format!("Benchmark{name} 1000 {measured}\n").repeat(10)
}

/// Ten results whose time wanders by a percent around `ns`.
pub fn wandering(name: &str, ns: f64) -> String {
    let line = |i: i32| format!("Benchmark{name} 1000 {} ns/op\n", ns * (0.995 + 0.001 * f64::from(i)));
    rounds(&[4, 7, 2, 9, 0, 5, 8, 1, 6, 3].map(line).concat())
}

/// The same of twelve other benchmarks, which never change: a suite that can tell how noisy its run was.
pub fn others() -> String {
    (0..12).map(|i| wandering(&format!("Other{i}"), 100.0)).collect()
}

/// Every line is of a process of its own.
pub fn rounds(lines: &str) -> String {
    lines.lines().map(|line| format!("goos: linux\n{line}\n")).collect()
}

/// What is told of X alone, and the exit code.
pub fn told_of_x(base: &str, new: &str, policy: &str) -> String {
    let told = told(Some(base), new, policy);
    told.split("; ").filter(|part| !part.starts_with("Other")).collect::<Vec<_>>().join("; ")
}

/// The report, or why there is none.
pub fn run(base: Option<&str>, new: &str, policy: &str) -> Result<Report, String> {
    let policy = Policy::parse("p.toml", policy).map_err(|error| error.to_string())?;
    let base = base.map(|base| parse::text("base.txt", base.as_bytes()));
    let new = parse::text("new.txt", new.as_bytes());
    Gate::new(&policy, TODAY).report(base.as_ref(), &new).map_err(|error| error.to_string())
}

/// Every row and condition on a line, and the exit code.
pub fn told(base: Option<&str>, new: &str, policy: &str) -> String {
    let report = match run(base, new, policy) {
        Ok(report) => report,
        Err(error) => return format!("error: {error}"),
    };
    let rows =
        report.rows.iter().map(|row| format!("{} {} {} {}", row.benchmark, row.unit, row.verdict, row.level));
    // Two equal texts are the shortest way to say that nothing changed.
    let conditions =
        report.evidence.conditions.iter().filter(|it| it.kind() != ConditionKind::IdenticalSides);
    let conditions = conditions.map(|it| format!("{} {}", it.kind(), it.level));
    let exit = match report.outcome.verdict {
        Overall::Error => format!("error: {}", report.outcome.reasons[0]),
        _ => format!("exit {}", report.outcome.exit_code()),
    };
    rows.chain(conditions).chain([exit]).collect::<Vec<_>>().join("; ")
}

#[test]
fn counts_are_compared_exactly() {
    for (base, new, want) in [
        ("0 allocs/op", "0 allocs/op", "X allocs/op unchanged fail; exit 0"),
        ("0 allocs/op", "1 allocs/op", "X allocs/op regressed fail; exit 1"),
        ("0 allocs/op", "2 allocs/op", "X allocs/op regressed fail; exit 1"),
        ("2 allocs/op", "0 allocs/op", "X allocs/op improved fail; exit 0"),
        ("5 allocs/op", "6 allocs/op", "X allocs/op regressed fail; exit 1"),
        ("99 allocs/op", "100 allocs/op", "X allocs/op regressed fail; exit 1"),
        ("1000 allocs/op", "1001 allocs/op", "X allocs/op unchanged fail; exit 0"),
        ("0 B/op", "8 B/op", "X B/op unchanged fail; exit 0"),
        ("0 B/op", "16 B/op", "X B/op regressed fail; exit 1"),
        ("1000 B/op", "1020 B/op", "X B/op unchanged fail; exit 0"),
        ("1000 B/op", "1024 B/op", "X B/op regressed fail; exit 1"),
    ] {
        assert_eq!(told(Some(&ten("X", base)), &ten("X", new), ""), want, "{base} → {new}");
    }
}

#[test]
fn times_must_be_proven_worse_and_beyond_the_tolerance() {
    let fail = "[unit.\"ns/op\"]\nlevel = \"fail\"\n";
    for (base, new, policy, want) in [
        (100.0, 100.0, "", "X ns/op unchanged warn; exit 0"),
        (100.0, 103.0, "", "X ns/op unchanged warn; exit 0"),
        (100.0, 120.0, "", "X ns/op regressed warn; exit 0"),
        (100.0, 120.0, fail, "X ns/op regressed fail; exit 1"),
        (100.0, 80.0, fail, "X ns/op improved fail; exit 0"),
        (100.0, 120.0, "[unit.\"ns/op\"]\ntolerance = { percent = 25 }\n", "X ns/op unchanged warn; exit 0"),
        (100.0, 120.0, "[unit.\"ns/op\"]\ntolerance = { absolute = 30 }\n", "X ns/op unchanged warn; exit 0"),
    ] {
        let (base_text, new_text) = (wandering("X", base) + &others(), wandering("X", new) + &others());
        assert_eq!(told_of_x(&base_text, &new_text, policy), want, "{base} → {new} {policy}");
    }
}

#[test]
fn throughput_is_judged_by_the_change_that_is_shown() {
    let fast = |mb: f64| (wandering("X", mb) + &others()).replace("ns/op", "MB/s");
    let policy =
        |tolerance: &str| format!("[unit.\"MB/s\"]\nlevel = \"fail\"\ntolerance = {{ {tolerance} }}\n");
    for (base, new, tolerance, want) in [
        (100.0, 97.5, "percent = 5", "unchanged fail; exit 0"),
        (100.0, 94.0, "percent = 5", "regressed fail; exit 1"),
        (100.0, 110.0, "percent = 5", "improved fail; exit 0"),
        (100.0, 50.0, "absolute = 60", "unchanged fail; exit 0"),
        (100.0, 30.0, "absolute = 60", "regressed fail; exit 1"),
    ] {
        let told = told_of_x(&fast(base), &fast(new), &policy(tolerance));
        assert_eq!(told, format!("X MB/s {want}"), "{base} → {new} {tolerance}");
    }
}

#[test]
fn what_the_samples_cannot_tell_is_undecided_and_passes_unless_forbidden() {
    let noisy: String = (0..10).map(|i| format!("BenchmarkX 1000 {} ns/op\n", 100 + 7 * (i % 4))).collect();
    let noisy = rounds(&noisy);
    let strict = "[gate]\nundecided = \"fail\"\n";
    let blocking = "[gate]\nundecided = \"fail\"\n[unit.\"ns/op\"]\nlevel = \"fail\"\n";
    assert_eq!(told(Some(&noisy), &noisy, ""), "X ns/op undecided warn; exit 0");
    assert_eq!(
        told(Some(&noisy), &noisy, strict),
        "X ns/op undecided warn; exit 0",
        "a warning blocks nothing"
    );
    assert_eq!(told(Some(&noisy), &noisy, blocking), "X ns/op undecided fail; exit 3");
}

/// The message of the first row.
pub fn first_message(base: &str, new: &str, policy: &str) -> String {
    run(Some(base), new, policy).expect("judged").rows[0].message().to_string()
}

#[test]
fn an_undecided_time_says_what_the_run_sees_and_what_would_decide_it() {
    let noisy = |ns: f64, step: f64| {
        (0..10)
            .map(|i| format!("BenchmarkX 1000 {} ns/op\n", ns + step * f64::from(i % 5)))
            .collect::<String>()
    };
    let scattered = first_message(&(noisy(100.0, 2.0) + &others()), &(noisy(103.0, 2.0) + &others()), "");
    assert!(scattered.contains("undecided: smallest detectable regression "), "{scattered}");
    assert!(scattered.contains(" times with -count=1"), "scatter is cured by samples: {scattered}");
    let restless: String =
        (0..20).map(|i| wandering(&format!("Other{i}"), 100.0 + 2.0 * f64::from(i % 7))).collect();
    let moved = first_message(&(wandering("X", 100.0) + &others()), &(wandering("X", 103.0) + &restless), "");
    assert!(moved.contains("more samples of the same run will not help, interleave base and new"), "{moved}");
    let same_process = |text: String| text.replace("goos: linux\n", "");
    let alone = first_message(&same_process(wandering("X", 100.0)), &same_process(wandering("X", 104.0)), "");
    let want = "undecided: 1 process per side and fewer than 10 benchmarks do not show the noise between processes; ";
    assert!(alone.contains(want), "{alone}");
}

#[test]
fn an_undecided_count_says_when_no_data_of_this_size_could_decide() {
    let suite = |bytes: [u32; 5]| -> String {
        let lines = |i: usize| bytes.map(|b| format!("BenchmarkB{i} 1000 {b} B/op\n")).concat();
        (0..50).map(lines).collect()
    };
    let (base, new) = (suite([100, 101, 100, 101, 100]), suite([200, 201, 200, 201, 200]));
    let told = first_message(&base, &new, "");
    assert!(told.contains("(+100), adjusted p=0.198 (50 rows)"), "{told}");
    let report = run(Some(&base), &new, "").expect("judged");
    assert_eq!(report.summary.regressed, 50, "they do not overlap, whatever the other rows");
    let strict = "[gate]\nalpha = 0.001\n";
    let told = first_message(&base, &new, strict);
    let want = ": samples do not overlap (gap 98%); 5+5 samples cannot prove a change among 50 varying rows, 7 per side can; run 10 times with -count=1";
    assert_eq!(told.split_once(", undecided").map(|(_, rest)| rest), Some(want), "{told}");
}

#[test]
fn a_run_is_told_to_take_rounds_and_go_test_a_count() {
    let results = "BenchmarkX 1000 9 ns/op 5 allocs/op\n".repeat(2);
    let taken = format!("design: interleaved\nlooks: 2\n{results}");
    for (results, want) in [(results, "run 10 times with -count=1"), (taken, "run with --rounds 10")] {
        let report = run(Some(&results), &results, "").expect("judged");
        let told = report.evidence.conditions.iter().find(|it| it.kind() == ConditionKind::TooFewSamples);
        assert!(
            told.is_some_and(|it| it.message().ends_with(want)),
            "{want}: {:?}",
            report.evidence.conditions
        );
        assert!(
            report.rows.iter().any(|row| row.message().to_string().ends_with(want)),
            "{want}: {:?}",
            report.rows
        );
    }
}

#[test]
fn only_counts_have_a_range() {
    let results =
        |unit: &str, values: [u32; 5]| values.map(|it| format!("BenchmarkX 1000 {it} {unit}\n")).concat();
    let policy = "[unit.ms]\nbetter = \"lower\"\n";
    let told = |unit: &str| {
        let (base, new) =
            (results(unit, [0, 1, 2, 3, 40]).repeat(2), results(unit, [0, 1, 3, 4, 50]).repeat(2));
        first_message(&base, &new, policy)
    };
    assert!(told("B/op").starts_with("2 (0 … 40) → 3 (0 … 50) B/op (+1), "), "{}", told("B/op"));
    assert!(
        told("ms").starts_with("2 → 3 ms (+1), "),
        "an interval of the median is no range: {}",
        told("ms")
    );
}

#[test]
fn the_adjusted_p_value_is_that_of_the_side_to_which_counts_moved() {
    let varying = |least: usize| -> String {
        (0..10).map(|i| format!("BenchmarkX 1000 {} allocs/op\n", least + 10 * (i % 4))).collect()
    };
    for (base, new) in [(100, 200), (200, 100)] {
        let report = run(Some(&varying(base)), &varying(new), "").expect("judged");
        let p = report.rows[0].p_adjusted.expect("tested").get();
        assert!(p < 0.01, "{base} {new} {p}");
    }
}

#[test]
fn set_up_divided_by_fewer_iterations_is_no_regression() {
    let results = |iterations: [u32; 10], bytes: u32| {
        iterations.map(|n| format!("BenchmarkX {n} {} B/op\n", bytes + 112_000 / n)).concat()
    };
    let fast = [10_400, 10_900, 9_800, 11_300, 10_100, 9_500, 11_700, 10_600, 9_900, 11_000];
    let slow = fast.map(|n| n / 2);
    assert_eq!(told(Some(&results(fast, 2)), &results(slow, 2), ""), "X B/op unchanged fail; exit 0");
    let message = first_message(&results(fast, 2), &results(slow, 2), "");
    assert!(message.contains("explained by set-up: 107,446 B per process"), "{message}");
    assert_eq!(told(Some(&results(fast, 2)), &results(slow, 40), ""), "X B/op regressed fail; exit 1");
    let same = results(fast, 2);
    assert_eq!(told(Some(&same), &results(fast, 40), ""), "X B/op regressed fail; exit 1");
}

#[test]
fn a_result_of_few_iterations_says_nothing_of_allocations() {
    let clean = ten("X", "9 ns/op 0 allocs/op");
    let stray = clean.replacen("1000 9 ns/op 0", "1 60639725 ns/op 10", 1);
    let told = told(Some(&clean), &stray, "");
    assert_eq!(told, "X ns/op unchanged warn; X allocs/op unchanged fail; few-iterations warn; exit 0");
}

#[test]
fn a_metric_needs_a_direction_to_be_judged() {
    let (base, new) = (ten("X", "0 allocs/op 5 hits"), ten("X", "0 allocs/op 4 hits"));
    assert_eq!(told(Some(&base), &new, ""), "X allocs/op unchanged fail; X hits not-judged warn; exit 0");
    let policy = "[unit.hits]\nlevel = \"fail\"\nbetter = \"higher\"\n";
    assert_eq!(told(Some(&base), &new, policy), "X allocs/op unchanged fail; X hits regressed fail; exit 1");
    assert_eq!(told(Some(&new), &base, policy), "X allocs/op unchanged fail; X hits improved fail; exit 0");
}

#[test]
fn ignored_units_are_not_shown() {
    let (base, new) = (ten("X", "100 MB/s 0 allocs/op"), ten("X", "1 MB/s 0 allocs/op"));
    assert_eq!(told(Some(&base), &new, ""), "X allocs/op unchanged fail; exit 0");
    let only = "error: no row could be judged: the policy ignores every unit that both sides have";
    assert_eq!(told(Some(&ten("X", "100 MB/s")), &ten("X", "1 MB/s"), ""), only);
}

#[test]
fn counts_that_base_lacks_are_missing_and_not_new() {
    let (time, both) = (ten("X", "9 ns/op"), ten("X", "9 ns/op 5 allocs/op 3 hits"));
    let want =
        "X ns/op unchanged warn; X allocs/op missing fail; X hits new ignore; missing-benchmark fail; exit 1";
    assert_eq!(told(Some(&time), &both, ""), want);
}

#[test]
fn counts_that_base_lacks_are_missing_whatever_else_it_has() {
    let (base, new) = (ten("X", "3 hits"), ten("X", "5 allocs/op"));
    let warned = "[evidence]\nnew-benchmark = \"warn\"\n";
    let want = "X hits missing fail; X allocs/op missing fail; missing-benchmark fail; exit 1";
    assert_eq!(told(Some(&base), &new, warned), want, "nothing of it is new");
}

#[test]
fn values_that_nobody_owns_are_lost() {
    let torn = ten("Y", "0 allocs/op") + "  1000\t 12 ns/op\t 9 allocs/op\n";
    assert_eq!(told(Some(&torn), &torn, ""), "Y allocs/op unchanged fail; lost-results fail; exit 1");
}

#[test]
fn what_is_new_ignored_or_beyond_judgement_is_no_verdict() {
    let hits = ten("X", "3 hits");
    let told_why = "X hits not-judged warn; A allocs/op new ignore; error: no row could be judged: X: direction of hits is unknown: ";
    let with_new = ten("A", "0 allocs/op") + &hits;
    assert!(told(Some(&hits), &with_new, "").starts_with(told_why), "{}", told(Some(&hits), &with_new, ""));
    let ignored = "[evidence]\nmissing-benchmark = \"ignore\"\n";
    let gone = told(Some(&with_new), &hits, ignored);
    assert!(gone.contains("error: no row could be judged: X: direction of hits is unknown: "), "{gone}");
    let infinite = ten("X", "+Inf ns/op");
    let rejected = "error: no row could be judged: base.txt:2: X: inf ns/op is not a finite number";
    let ignored = "[evidence]\nnon-finite = \"ignore\"\n";
    assert_eq!(told(Some(&infinite), &infinite, ignored), rejected);
    assert_eq!(told(Some(&infinite), &infinite, ""), "non-finite fail; exit 1");
}

#[test]
fn three_samples_prove_something_if_they_come_from_three_processes() {
    let three = |measured: &str| format!("BenchmarkX 1000 {measured}\n").repeat(3);
    let (base, new) = (three("9 ns/op 0 allocs/op"), three("29 ns/op 1 allocs/op"));
    assert_eq!(
        told(Some(&rounds(&base)), &rounds(&new), ""),
        "X ns/op regressed warn; X allocs/op regressed fail; exit 1",
        "three processes"
    );
    let one_process = told(Some(&base), &new, "");
    assert!(one_process.starts_with("X ns/op undecided warn; X allocs/op undecided fail; "), "{one_process}");
    let far = told(Some(&base), &three("99 ns/op 0 allocs/op"), "");
    assert_eq!(far, "X ns/op regressed warn; X allocs/op unchanged fail; exit 0", "five times apart");
}

#[test]
fn what_cannot_be_judged_does_not_pass_where_a_decision_is_demanded() {
    let strict = "[gate]\nundecided = \"fail\"\n";
    let clean = ten("Y", "0 allocs/op");
    let (base, new) = (clean.clone() + "BenchmarkX 9 0 allocs/op\n", clean + "BenchmarkX 9 100 allocs/op\n");
    let rows = "Y allocs/op unchanged fail; X allocs/op undecided fail; too-few-samples warn; ";
    assert_eq!(told(Some(&base), &new, ""), format!("{rows}exit 0"));
    assert_eq!(told(Some(&base), &new, strict), format!("{rows}exit 3"));
}

#[test]
fn one_sample_is_no_evidence() {
    let told = told(Some("BenchmarkX 1000 0 allocs/op\n"), "BenchmarkX 1000 9 allocs/op\n", "");
    let want = "X allocs/op undecided fail; too-few-samples warn; error: no row at level fail could be judged: X: 1+1 samples, 5 per side needed; ";
    assert!(told.starts_with(want), "{told}");
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let (base, new) =
        (wandering("A", 100.0) + &ten("B", "3 allocs/op"), wandering("A", 120.0) + &ten("B", "4 allocs/op"));
    let reversed = |text: &str| text.lines().rev().map(|line| format!("{line}\n")).collect::<String>();
    let sorted = |told: String| {
        let mut parts: Vec<String> = told.split("; ").map(String::from).collect();
        parts.sort();
        parts
    };
    assert_eq!(
        sorted(told(Some(&base), &new, "")),
        sorted(told(Some(&reversed(&base)), &reversed(&new), ""))
    );
}

#[test]
fn swapping_the_sides_turns_a_regression_into_an_improvement() {
    let (slow, fast) = (wandering("A", 120.0), wandering("A", 100.0));
    assert_eq!(told(Some(&fast), &slow, ""), "A ns/op regressed warn; exit 0");
    assert_eq!(told(Some(&slow), &fast, ""), "A ns/op improved warn; exit 0");
}
