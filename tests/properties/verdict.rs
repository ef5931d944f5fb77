//! The gate as a specification: two texts and a policy in, verdicts and exit code out.

use allocgate::internals::evidence::Overall;
use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{ConditionKind, Date, Policy};
use allocgate::report::Report;

const TODAY: Date = Date::constant(2026, 11, 22);

/// Ten results of one benchmark that all measure the same, each of its own process.
fn ten(name: &str, measured: &str) -> String {
    rounds(&format!("Benchmark{name} 1000 {measured}\n").repeat(10))
}

/// The same of one process.
fn ten_of_one_process(name: &str, measured: &str) -> String {
    format!("Benchmark{name} 1000 {measured}\n").repeat(10)
}

/// Ten results whose time wanders by a percent around `ns`.
fn wandering(name: &str, ns: f64) -> String {
    let line = |i: i32| format!("Benchmark{name} 1000 {} ns/op\n", ns * (0.995 + 0.001 * f64::from(i)));
    rounds(&[4, 7, 2, 9, 0, 5, 8, 1, 6, 3].map(line).concat())
}

/// The same of twelve other benchmarks, which never change: a suite that can tell how noisy its run was.
fn others() -> String {
    (0..12).map(|i| wandering(&format!("Other{i}"), 100.0)).collect()
}

/// Every line is of a process of its own.
fn rounds(lines: &str) -> String {
    lines.lines().map(|line| format!("goos: linux\n{line}\n")).collect()
}

/// What is told of X alone, and the exit code.
fn told_of_x(base: &str, new: &str, policy: &str) -> String {
    let told = told(Some(base), new, policy);
    told.split("; ").filter(|part| !part.starts_with("Other")).collect::<Vec<_>>().join("; ")
}

/// The report, or why there is none.
fn run(base: Option<&str>, new: &str, policy: &str) -> Result<Report, String> {
    let policy = Policy::parse("p.toml", policy).map_err(|error| error.to_string())?;
    let base = base.map(|base| parse::text("base.txt", base.as_bytes()));
    let new = parse::text("new.txt", new.as_bytes());
    Gate::new(&policy, TODAY).report(base.as_ref(), &new).map_err(|error| error.to_string())
}

/// Every row and condition on a line, and the exit code.
fn told(base: Option<&str>, new: &str, policy: &str) -> String {
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
fn first_message(base: &str, new: &str, policy: &str) -> String {
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
fn a_suite_that_moves_as_a_whole_blames_nobody_and_says_so() {
    let (base, new) = (others(), others().replace("1000 ", "1000 1"));
    let policy = "[gate]\nundecided = \"fail\"\n[unit.\"ns/op\"]\nlevel = \"fail\"\n";
    let report = run(Some(&base), &new, policy).expect("judged");
    assert_eq!(report.summary.regressed, 0, "{:?}", report.rows[0].message());
    assert_eq!(
        (report.outcome.exit_code(), report.evidence.conditions[0].kind().to_string()),
        (3, "suite-shift".to_string())
    );
    assert!(
        report.outcome.reasons.iter().any(|it| it.to_string() == report.evidence.conditions[0].title()),
        "{:?}",
        report.outcome
    );
    let warned =
        run(Some(&base), &new, &policy.replace("level = \"fail\"", "level = \"warn\"")).expect("judged");
    assert_eq!(
        warned.outcome.exit_code(),
        0,
        "times that cannot fail need no decision: {:?}",
        warned.outcome
    );
}

#[test]
fn interleaved_rounds_have_nothing_to_calibrate_and_must_be_rounds() {
    let policy = "[gate]\ndesign = \"interleaved\"\n";
    let (base, new) = (wandering("X", 100.0), wandering("X", 120.0));
    assert_eq!(told(Some(&rounds(&base)), &rounds(&new), policy), "X ns/op regressed warn; exit 0");
    let one_process = |text: &str| text.replace("goos: linux\n", "");
    let claimed = told(Some(&one_process(&base)), &one_process(&new), policy);
    assert_eq!(claimed, "X ns/op undecided warn; small-suite warn; not-interleaved warn; exit 0");
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
fn a_budget_is_an_absolute_maximum_with_and_without_a_base() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 2 }\n";
    let (one, two, three) = (ten("X-8", "1 allocs/op"), ten("X-8", "2 allocs/op"), ten("X-8", "3 allocs/op"));
    assert_eq!(told(None, &two, budget), "X-8 allocs/op within-budget fail; exit 0");
    assert_eq!(told(None, &three, budget), "X-8 allocs/op over-budget fail; exit 1");
    assert_eq!(
        told(Some(&three), &three, budget),
        "X-8 allocs/op over-budget fail; exit 1",
        "whatever base did"
    );
    assert_eq!(
        told(Some(&one), &two, budget),
        "X-8 allocs/op regressed fail; exit 1",
        "a budget is no licence"
    );
    assert_eq!(told(Some(&two), &two, budget), "X-8 allocs/op unchanged fail; exit 0");
}

#[test]
fn the_worst_sample_of_a_count_must_keep_the_budget_and_the_median_of_a_time() {
    let counts = ten("X", "0 allocs/op") + "goos: linux\nBenchmarkX 1000 1 allocs/op\n";
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 0, \"ns/op\" = 100 }\n";
    let times = ten("X", "100 ns/op 0 allocs/op") + "goos: linux\nBenchmarkX 1000 900 ns/op 0 allocs/op\n";
    assert!(
        told(None, &counts, budget).starts_with("X allocs/op over-budget fail"),
        "{}",
        told(None, &counts, budget)
    );
    assert_eq!(
        told(None, &times, budget),
        "X ns/op within-budget fail; X allocs/op within-budget fail; exit 0"
    );
}

#[test]
fn a_budget_for_what_was_not_measured_is_not_kept_whatever_the_condition_says() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 0 }\n";
    let ignored = format!("{budget}[evidence]\nmissing-benchmark = \"ignore\"\n");
    let (time, both) = (ten("X", "9 ns/op"), ten("X", "9 ns/op 0 allocs/op"));
    let want = "X ns/op unchanged warn; X allocs/op missing fail; ";
    assert_eq!(told(Some(&time), &time, budget), format!("{want}missing-benchmark fail; exit 1"));
    assert_eq!(told(Some(&time), &time, &ignored), format!("{want}exit 1"));
    assert_eq!(told(Some(&both), &time, &ignored), format!("{want}exit 1"), "base had it");
    assert_eq!(told(None, &time, &ignored), "X ns/op not-judged ignore; X allocs/op missing fail; exit 1");
    let renamed = ten("Y", "9 ns/op 0 allocs/op") + &ten("Z", "0 allocs/op");
    let with_z = both + &ten("Z", "0 allocs/op");
    let told = told(Some(&with_z), &renamed, &ignored);
    assert!(
        told.starts_with("X ns/op missing ignore; X allocs/op missing fail; Z allocs/op unchanged fail; "),
        "{told}"
    );
    assert!(told.ends_with("exit 1"), "a rename does not disarm a budget: {told}");
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
fn a_gone_benchmark_is_told_by_its_budget() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 0 }\n";
    let (base, new) = (ten("X", "0 allocs/op") + &ten("Y", "0 allocs/op"), ten("Y", "0 allocs/op"));
    let report = run(
        Some(&base),
        &new,
        &format!("{budget}[[budget]]\nbench = \"Y\"\nmax = {{ \"allocs/op\" = 0 }}\n"),
    );
    let report = report.expect("judged");
    assert_eq!(report.rows[0].rule.text, "max allocs/op = 0");
}

#[test]
fn an_exceeded_maximum_fails_unless_a_budget_says_otherwise() {
    let budget =
        |more: &str| format!("[[budget]]\nbench = \"X\"\nmax = {{ \"ns/op\" = 5, \"heap-MB\" = 7 }}\n{more}");
    let x = ten("X", "9 ns/op 8 heap-MB");
    assert_eq!(told(None, &x, &budget("")), "X ns/op over-budget fail; X heap-MB over-budget fail; exit 1");
    let warn = budget("level = { \"ns/op\" = \"warn\", \"heap-MB\" = \"warn\" }\n");
    assert_eq!(told(None, &x, &warn), "X ns/op over-budget warn; X heap-MB over-budget warn; exit 0");
    let ignored = budget("[unit.\"ns/op\"]\nlevel = \"ignore\"\n");
    let fast = ten("X", "4 ns/op 6 heap-MB");
    assert_eq!(told(Some(&x), &x, &ignored), "X ns/op over-budget fail; X heap-MB over-budget fail; exit 1");
    let kept = "X ns/op within-budget fail; X heap-MB within-budget fail; exit 0";
    assert_eq!(told(Some(&fast), &fast, &ignored), kept, "its changes are ignored, its maximum is not");
}

#[test]
fn values_that_nobody_owns_are_lost() {
    let torn = ten("Y", "0 allocs/op") + "  1000\t 12 ns/op\t 9 allocs/op\n";
    assert_eq!(told(Some(&torn), &torn, ""), "Y allocs/op unchanged fail; lost-results fail; exit 1");
}

#[test]
fn a_maximum_that_nothing_can_break_is_an_error() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 0 }\n";
    let ignoring = format!("{budget}[[budget]]\nbench = \"**\"\nlevel = {{ \"allocs/op\" = \"ignore\" }}\n");
    let x = ten("X", "9 ns/op 3 allocs/op");
    let want =
        "error: p.toml:3: the maximum of allocs/op can never be exceeded: the unit is ignored (p.toml:6)";
    assert_eq!(told(Some(&x), &x, &ignoring), want);
    let misspelt = budget.replace("allocs/op", "alloc/op");
    let want = "error: p.toml:3: the maximum of alloc/op can never be exceeded: no result has this unit; there are allocs/op, ns/op";
    assert_eq!(told(Some(&x), &x, &misspelt), want);
}

#[test]
fn a_budget_that_guards_nothing_is_an_error() {
    let budget = "[[budget]]\nbench = \"Gone\"\nmax = { \"allocs/op\" = 0 }\n";
    let told = told(None, &ten("X-8", "0 allocs/op"), budget);
    let want =
        "error: p.toml:2: the budget `Gone` matches no benchmark; was one renamed? there is X-8, for example";
    assert_eq!(told, want);
    let elsewhere = "[[budget]]\nbench = \"X\"\npkg = \"p\"\nmax = { \"allocs/op\" = 0 }\n";
    let told = self::told(None, &ten("X-8", "0 allocs/op"), elsewhere);
    assert!(
        told.starts_with("error: p.toml:2: the budget `X` in package `p` matches no benchmark"),
        "{told}"
    );
}

#[test]
fn one_side_without_budgets_is_no_question() {
    let x = ten("X", "0 allocs/op");
    let error = "error: there is no base to compare with, and ";
    assert!(told(None, &x, "").starts_with(&format!("{error}the policy (p.toml) has no budget")));
    let elsewhere = "[[budget]]\nbench = \"X\"\ngoos = \"plan9\"\nmax = { \"allocs/op\" = 0 }\n";
    let told = told(None, &format!("goos: linux\n{x}"), elsewhere);
    assert!(
        told.starts_with(&format!("{error}the budget of p.toml does not apply to what was measured")),
        "{told}"
    );
}

#[test]
fn every_condition_has_the_level_that_the_policy_gives_it() {
    let x = ten("X", "9 ns/op 0 allocs/op");
    let same = "X ns/op unchanged warn; X allocs/op unchanged fail; ";
    let with = |key: &str, level: &str| format!("[evidence]\n{key} = \"{level}\"\n");
    let lost = format!("{x}BenchmarkX\t log\n");
    let failed = format!("{x}FAIL\texample.com/x\t0.1s\n");
    let infinite = x.replacen("9 ns/op", "+Inf ns/op", 1);
    let (linux, darwin) = (x.clone(), x.replace("goos: linux", "goos: darwin"));
    let (here, there) = (format!("cpu: A\n{x}"), format!("cpu: B\n{x}"));
    let more = x.clone() + &ten("Y", "0 allocs/op");
    let (amd, arm) = (format!("goarch: amd64\n{x}"), format!("goarch: arm64\n{x}"));
    let apart = "X ns/op not-judged warn; X allocs/op unchanged fail; ";
    for (key, base, new, rows, default) in [
        ("lost-results", &x, &lost, same.to_string(), "fail"),
        ("failed-packages", &x, &failed, same.to_string(), "fail"),
        ("non-finite", &x, &infinite, same.to_string(), "fail"),
        ("different-platform", &linux, &darwin, apart.to_string(), "fail"),
        ("different-platform", &amd, &arm, apart.to_string(), "fail"),
        ("different-cpu", &here, &there, apart.to_string(), "warn"),
        ("unbudgeted-benchmark", &x, &x, same.to_string(), "ignore"),
        ("missing-benchmark", &more, &x, format!("{same}Y allocs/op missing LEVEL; "), "fail"),
        ("new-benchmark", &x, &more, format!("{same}Y allocs/op new LEVEL; "), "ignore"),
    ] {
        for level in ["default", "fail", "warn", "ignore"] {
            let policy = if level == "default" { String::new() } else { with(key, level) };
            let level = if level == "default" { default } else { level };
            let condition = if level == "ignore" { String::new() } else { format!("{key} {level}; ") };
            // Who ignores that the machines differ gets times judged.
            let rows = if level == "ignore" && key.starts_with("different") {
                same.to_string()
            } else {
                rows.clone()
            };
            let exit = if level == "fail" { "exit 1" } else { "exit 0" };
            let want = rows.replace("LEVEL", level) + &condition + exit;
            assert_eq!(told(Some(base), new, &policy), want, "{key} = {level}");
        }
    }
}

#[test]
fn times_are_judged_under_another_gomaxprocs_only_if_that_is_ignored() {
    let (base, new) = (ten("X-8", "9 ns/op 0 allocs/op"), ten("X-4", "9 ns/op 0 allocs/op"));
    let rows = |time: &str| format!("X-4 ns/op {time} warn; X-4 allocs/op unchanged fail; ");
    assert_eq!(told(Some(&base), &new, ""), rows("not-judged") + "different-procs warn; exit 0");
    let ignored = "[evidence]\ndifferent-procs = \"ignore\"\n";
    assert_eq!(told(Some(&base), &new, ignored), rows("unchanged") + "exit 0");
}

#[test]
fn a_renamed_package_keeps_its_times() {
    let x = ten("X", "9 ns/op");
    let told = told(Some(&format!("pkg: p\n{x}")), &format!("pkg: q\n{x}"), "");
    assert_eq!(told, "X ns/op unchanged warn; renamed-package warn; exit 0");
}

#[test]
fn a_benchmark_that_is_scattered_on_both_sides_is_named_once() {
    let x = ten_of_one_process("X", "0 allocs/op");
    let twice = format!("{x}{}{x}", ten("Y", "0 allocs/op"));
    let report = run(Some(&twice), &twice, "").expect("judged");
    let [condition] = report.evidence.conditions.as_slice() else { panic!("{:?}", report.evidence) };
    assert_eq!(condition.title(), "1 scattered benchmark");
}

#[test]
fn conditions_name_the_benchmarks_that_they_speak_of() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 9 }\n";
    let policy = format!("{budget}[evidence]\nunbudgeted-benchmark = \"warn\"\nnew-benchmark = \"warn\"\n");
    let base = ten("X", "0 allocs/op") + &ten("Y", "0 allocs/op");
    let new = base.clone() + &ten("Z", "0 allocs/op");
    let report = run(Some(&base), &new, &policy).expect("judged");
    let told: Vec<String> =
        report.evidence.conditions.iter().map(|it| format!("{}: {}", it.title(), it.message())).collect();
    assert_eq!(told, ["1 new benchmark: not in base: Z", "2 unbudgeted benchmarks: no budget matches: Y, Z"]);
}

#[test]
fn too_few_samples_are_counted_where_they_are_the_reason() {
    let some =
        |n: usize, cpu: &str| format!("cpu: {cpu}\n") + &"BenchmarkX 9 9 ns/op 0 allocs/op\n".repeat(n);
    let conditions = |base: String, new: String| {
        let report = run(Some(&base), &new, "").expect("allocations are judged");
        report
            .evidence
            .conditions
            .iter()
            .map(|it| format!("{}: {}", it.title(), it.message()))
            .collect::<Vec<_>>()
    };
    let few = conditions(some(10, "A"), some(3, "A"));
    assert_eq!(few.len(), 2, "fewer than in base: {few:?}");
    assert_eq!(
        few[1],
        "1 row with too few samples: 3 samples, 5 per side needed: X; run 10 times with -count=1"
    );
    let apart = conditions(some(5, "A"), some(5, "B"));
    assert_eq!(apart.len(), 1, "five are enough: {apart:?}");
    assert!(apart[0].starts_with("different CPU: cpu: A in base, B in new"), "{apart:?}");
}

#[test]
fn times_of_a_package_that_changed_its_machine_are_not_judged_and_others_are() {
    let shards = |p: &str, q: &str, ns: f64| {
        format!("pkg: p\ncpu: {p}\n{}pkg: q\ncpu: {q}\n{}", wandering("X", ns), wandering("Y", ns))
    };
    let (base, swapped) =
        (shards("A", "B", 100.0), shards("B", "A", 300.0) + "pkg: r\n" + &ten("Z", "0 allocs/op"));
    let base = base + "pkg: r\n" + &ten("Z", "0 allocs/op");
    let want = "X ns/op not-judged warn; Y ns/op not-judged warn; Z allocs/op unchanged fail; different-cpu warn; exit 0";
    assert_eq!(told(Some(&base), &swapped, ""), want, "the same processors, for other packages");
    let (base, moved) = (shards("A", "B", 100.0), shards("A", "C", 300.0));
    let want = "X ns/op regressed warn; Y ns/op not-judged warn; different-cpu warn; exit 0";
    assert_eq!(told(Some(&base), &moved, ""), want);
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
fn a_budget_is_judged_where_nothing_can_be_compared() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 2 }\n";
    let (one, two, three) =
        ("BenchmarkX 9 1 allocs/op\n", "BenchmarkX 9 2 allocs/op\n", "BenchmarkX 9 3 allocs/op\n");
    assert_eq!(told(Some(one), two, budget), "X allocs/op within-budget fail; exit 0");
    assert_eq!(told(Some(one), three, budget), "X allocs/op over-budget fail; exit 1");
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
