//! Conditions of the whole run as a specification: two texts and a policy in, conditions and exit code out.

use crate::verdict::{others, rounds, run, ten, ten_of_one_process, told, wandering};

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
