//! `allocgate explain` and `allocgate selftest`: why a verdict is what it is, and what the policy would catch.

use crate::support::allocgate;
use std::fs;

const BASE: &str = "testdata/hot/base.txt";

#[test]
fn explain_shows_the_trail_of_a_verdict() {
    insta::assert_snapshot!(allocgate(&format!(
        "explain Tally {BASE} testdata/hot/boxing.txt --unit allocs/op --policy testdata/policy/budget.toml"
    )));
    insta::assert_snapshot!(allocgate(&format!("explain Origin-2 {BASE} testdata/hot/again.txt")));
    insta::assert_snapshot!(allocgate(
        "explain Decode/* testdata/hot/boxing.txt --unit allocs/op --policy testdata/policy/budget.toml"
    ));
}

#[test]
fn a_benchmark_may_be_named_as_its_function_is() {
    let [named, called] = ["Tally", "BenchmarkTally"]
        .map(|name| allocgate(&format!("explain {name} {BASE} testdata/hot/boxing.txt")).stdout);
    assert!(!named.is_empty() && named == called, "{called}");
    let shown = allocgate("policy show BenchmarkTally --unit B/op");
    assert!(shown.stdout.starts_with("Tally, B/op\n"), "{shown}");
}

#[test]
fn a_rule_that_holds_in_a_package_only_is_mentioned() {
    let show = "policy show Decode/size=64 --unit allocs/op --policy testdata/policy/guide.toml";
    let ran = allocgate(show);
    assert_eq!(ran.stderr, "not shown: 2 budgets for `Decode/size=64` in one package only; pass --pkg\n");
    let ran = allocgate(&format!("{show} --pkg example.com/hot/wire"));
    assert!(ran.stderr.is_empty() && ran.stdout.contains("max        1 "), "{ran}");
}

#[test]
fn explain_answers_although_a_budget_guards_nothing() {
    let ran = allocgate(&format!(
        "explain Tally {BASE} testdata/hot/boxing.txt --policy testdata/policy/dead.toml"
    ));
    assert!(ran.stdout.contains("allocs/op: ") && !ran.stdout.contains("unmeasured"), "{ran}");
}

#[test]
fn selftest_names_what_it_could_not_probe() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("part.txt");
    let results = format!("portion: --bench X\n{}", "BenchmarkX-8 1000 5 allocs/op\n".repeat(10));
    fs::write(&path, results).expect("written");
    let ran = allocgate(&format!("selftest {} --policy testdata/policy/dead.toml", path.display()));
    assert!(
        ran.stderr.starts_with("1 unmeasured budget: not among the selected benchmarks (--bench X): "),
        "{ran}"
    );
}

#[test]
fn explain_says_what_it_does_not_find() {
    for (arguments, want) in [
        ("explain Taly", "no row of `Taly`; did you mean Tally?"),
        ("explain Lookup", "no row of `Lookup`; `Lookup/*` has all of its sub-benchmarks\n"),
        ("explain BenchmarkTaly", "did you mean Tally?"),
        ("explain Zebra", "no row of `Zebra`\n"),
        ("explain Tally --unit ns", "`Tally` has no row in ns; there are ns/op, B/op, allocs/op"),
        ("explain Tally --pkg p", "no row of `Tally`"),
        ("explain [", "[: not a name, and not a pattern"),
    ] {
        let ran = allocgate(&format!("{arguments} {BASE} {BASE}"));
        assert!(ran.code == 2 && ran.stderr.contains(want), "{arguments}: {ran}");
    }
}

#[test]
fn selftest_shows_what_a_policy_catches() {
    insta::assert_snapshot!(allocgate("selftest testdata/std/base.txt"));
    insta::assert_snapshot!(allocgate(&format!("selftest --verbose {BASE}")));
}

#[test]
fn a_rule_that_catches_nothing_is_dead_and_exits_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.toml");
    let text = "[unit.\"allocs/op\"]\ntolerance = { absolute = 100 }\n[unit.\"ns/op\"]\nlevel = \"fail\"\n\
                [[budget]]\nbench = \"Tally\"\nmax = { \"allocs/op\" = 50 }\n";
    fs::write(&path, text).expect("written");
    let ran = allocgate(&format!("selftest --time 300 {BASE} --policy {}", path.display()));
    assert_eq!(ran.code, 1, "{ran}");
    insta::assert_snapshot!(ran.stdout.replace(&path.display().to_string(), "p.toml"));
}

#[test]
fn selftest_finds_what_the_benchmarks_own_noise_hides() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.toml");
    fs::write(&path, "[unit.\"ns/op\"]\nlevel = \"fail\"\n").expect("written");
    let ran = allocgate(&format!("selftest --time 5000 {BASE} --policy {}", path.display()));
    assert!(ran.code == 0 && ran.stdout.contains("ns/op       +5000%  15 of 15 caught"), "{ran}");
}
