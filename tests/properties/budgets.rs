//! Budgets as a specification: two texts and a policy in, verdicts and exit code out.

use crate::verdict::{run, ten, told};

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
fn a_budget_is_judged_where_nothing_can_be_compared() {
    let budget = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 2 }\n";
    let (one, two, three) =
        ("BenchmarkX 9 1 allocs/op\n", "BenchmarkX 9 2 allocs/op\n", "BenchmarkX 9 3 allocs/op\n");
    assert_eq!(told(Some(one), two, budget), "X allocs/op within-budget fail; exit 0");
    assert_eq!(told(Some(one), three, budget), "X allocs/op over-budget fail; exit 1");
}
