//! Policies and results that were judged wrongly once: what is right now.

use crate::support::allocgate;
use std::fs;
use std::path::Path;

/// A policy file with this text.
fn policy(folder: &Path, text: &str) -> String {
    let path = folder.join("allocgate.toml");
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

/// A sentence may be broken to fit the terminal.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_budget_that_a_second_pattern_raises_is_listed() {
    let [old, new] = ["old", "new"].map(|it| format!("testdata/cases/budget-diff/{it}.toml"));
    let ran = allocgate(&format!("budget diff {old} {new}"));
    assert_eq!(ran.code, 1, "{ran}");
    assert_eq!(
        ran.stdout,
        format!(
            "budgets `**` in package `example.com/hot/wire`, `Origin`, such as `Origin` in package `example.com/hot/wire`, max allocs/op: 0 → 1000 ({new}:19)\n"
        )
    );
    for same in [old, new] {
        let ran = allocgate(&format!("budget diff {same} {same}"));
        assert!(ran.code == 0 && ran.stdout.is_empty(), "{ran}");
    }
}

const REPLACED: &str = "testdata/cases/replaced-package";

#[test]
fn a_package_that_takes_the_place_of_another_is_no_rename() {
    let replaced = allocgate(&format!("check {REPLACED}/base.txt {REPLACED}/new.txt"));
    let text = flat(&replaced.stdout);
    assert!(replaced.code == 1 && text.starts_with("FAIL 3 missing benchmarks"), "{replaced}");
    assert!(
        text.contains("not in new: Decode-8 in example.com/codec/text, Encode-8 in example.com/codec/text,"),
        "{replaced}"
    );
    assert!(!text.contains("renamed package"), "{replaced}");
    let moved = allocgate(&format!("check {REPLACED}/base.txt {REPLACED}/moved.txt"));
    assert_eq!(moved.code, 0, "{moved}");
    assert!(
        flat(&moved.stdout).contains(
            "! renamed package: example.com/codec/text in base, example.com/codec/internal/text in new"
        ),
        "{moved}"
    );
}

#[test]
fn a_missing_benchmark_is_one_line_in_every_format_and_names_its_package_where_that_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, of_q: &[&str]| {
        let package = |pkg: &str, names: &[&str]| {
            let ten =
                |name: &&str| format!("Benchmark{name}-8 1000 500 ns/op 8 B/op 1 allocs/op\n").repeat(10);
            format!("pkg: {pkg}\n{}PASS\nok  \t{pkg}\t1s\n", names.iter().map(ten).collect::<String>())
        };
        let path = folder.path().join(name);
        fs::write(&path, package("p", &["Encode", "Other"]) + &package("q", of_q)).expect("written");
        path.display().to_string()
    };
    let (base, new) = (file("base.txt", &["Encode", "Other"]), file("new.txt", &["Other"]));
    let ran = allocgate(&format!("check {base} {new}"));
    assert!(ran.code == 1 && flat(&ran.stdout).contains("not in new: Encode-8 in q (renamed,"), "{ran}");
    let lines = ran.stdout.lines().filter(|line| line.contains("✗ Encode-8")).count();
    assert_eq!(lines, 1, "{ran}");
    for format in ["markdown", "junit", "github", "gitlab", "sarif"] {
        // A budget for one of its units adds no line.
        let budget = policy(folder.path(), "[[budget]]\nbench = \"Encode\"\nmax = { \"allocs/op\" = 1 }\n");
        for policy in [String::new(), format!("--policy {budget}")] {
            let ran = allocgate(&format!("check {base} {new} {policy} --report {format}=-"));
            let marks = match format {
                "markdown" => ran.stdout.matches("`Encode-8`<br>").count(),
                "junit" => ran
                    .stdout
                    .matches("<testcase name=\"Encode-8 ns/op, B/op, allocs/op\" classname=\"q\"")
                    .count(),
                "github" => ran.stdout.matches("::error ").count(),
                "gitlab" => ran.stdout.matches("\"check_name\": \"allocgate/missing\"").count(),
                _ => ran.stdout.matches("\"ruleId\": \"missing\"").count(),
            };
            assert_eq!(marks, 1, "{format} {policy}: {ran}");
        }
    }
}

#[test]
fn a_failing_row_names_the_waiver_that_does_not_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let waived = |up_to: u32, day: &str| {
        let path = policy(
            folder.path(),
            &format!(
                "[[waiver]]\nbench = \"Tally\"\nunit = \"allocs/op\"\nup-to = {up_to}\nexpires = {day}\nreason = \"r\"\n"
            ),
        );
        allocgate(&format!("check testdata/hot/base.txt testdata/hot/boxing.txt --policy {path}"))
    };
    let ran = waived(1, "2099-12-31");
    assert!(ran.code == 1 && flat(&ran.stdout).contains("accepts at most 1"), "{ran}");
    let ran = waived(99, "2020-12-31");
    assert!(ran.code == 1 && flat(&ran.stdout).contains("expired on 2020-12-31"), "{ran}");
    let ran = waived(99, "2099-12-31");
    assert!(!ran.stdout.contains("accepts at most"), "{ran}");
}

#[test]
fn a_removed_benchmark_is_accepted_by_a_waiver_and_its_likely_new_name_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |arguments: &str| allocgate(&format!("check testdata/hot/base.txt testdata/hot/{arguments}"));
    let ran = check("rename.txt");
    assert!(
        ran.code == 1
            && flat(&ran.stdout)
                .contains("likely renamed: Lookup/nowhere-2 → Find/nowhere-2, Lookup/word7-2 → Find/word7-2"),
        "{ran}"
    );
    let waiver = |bench: &str, day: &str| {
        format!("[[waiver]]\nbench = \"{bench}\"\nremoved = true\nexpires = {day}\nreason = \"now Find\"\n")
    };
    let path = policy(folder.path(), &waiver("Lookup/*", "2099-12-31"));
    let ran = check(&format!("rename.txt --policy {path}"));
    assert_eq!(ran.code, 0, "{ran}");
    for words in ["! Lookup/word7-2", "not in new", "waiver of its removal until 2099-12-31"] {
        assert!(ran.stdout.contains(words), "{words}: {ran}");
    }
    let ran = check(&format!("rename.txt --policy {path} --verbose"));
    assert!(ran.stdout.contains("its removal is accepted until 2099-12-31: now Find"), "{ran}");
    let ran = allocgate(&format!(
        "explain Lookup/word7 testdata/hot/base.txt testdata/hot/rename.txt --unit ns/op --policy {path}"
    ));
    assert!(ran.stdout.contains("waiver     removed until 2099-12-31: now Find ("), "{ran}");
    // It accepts no other one, and nothing after its last day; where nothing is missing, it is unused.
    let path = policy(folder.path(), &waiver("Tally", "2099-12-31"));
    let ran = check(&format!("rename.txt --policy {path}"));
    assert!(ran.code == 1 && ran.stdout.contains("1 unused waiver"), "{ran}");
    let path = policy(folder.path(), &waiver("Lookup/*", "2020-12-31"));
    let ran = check(&format!("rename.txt --policy {path}"));
    assert!(
        ran.code == 1
            && flat(&ran.stdout).contains("`Lookup/*` removed expired on 2020-12-31; remove the waiver"),
        "{ran}"
    );
    for bench in ["Lookup/*", "NotThere"] {
        let path = policy(folder.path(), &waiver(bench, "2099-12-31"));
        let ran = check(&format!("again.txt --policy {path}"));
        assert_eq!(ran.code, 0, "{ran}");
        let want = format!(
            "allocgate.toml:2: `{bench}` removed; no row needs it: no benchmark that it matches is missing"
        );
        assert!(flat(&ran.stdout).contains(&want), "{ran}");
    }
}
