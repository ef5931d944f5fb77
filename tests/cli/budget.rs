//! `allocgate budget`: from results to budgets, down, up, and what a reviewer sees of it.

use crate::support::allocgate;
use std::fs;
use std::path::{Path, PathBuf};

const HOT: &str = "testdata/hot";

/// A copy of a recorded policy that may be changed.
fn policy(folder: &Path) -> PathBuf {
    let path = folder.join("allocgate.toml");
    fs::copy("testdata/policy/budget.toml", &path).expect("copied");
    path
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("readable")
}

/// Without the line that holds today's date.
fn undated(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("# Measured on ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn budgets_that_a_run_writes_hold_that_run_and_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("allocgate.toml");
    let ran = allocgate(&format!("budget init {HOT}/base.txt"));
    insta::assert_snapshot!(undated(&ran.stdout));
    let ran = allocgate(&format!("budget init {HOT}/base.txt --output {}", path.display()));
    assert!(ran.code == 0 && ran.stderr.ends_with("13 budgets written\n"), "{ran}");
    for (new, code) in [("base", 0), ("again", 0), ("boxing", 1), ("slow", 0)] {
        let ran = allocgate(&format!("check --policy {} {HOT}/{new}.txt", path.display()));
        assert_eq!(ran.code, code, "{new}: {ran}");
    }
    let again = allocgate(&format!("budget init {HOT}/base.txt --output {}", path.display()));
    assert!(again.code == 2 && again.stderr.contains("the file exists"), "{again}");
}

#[test]
fn other_units_get_budgets_when_asked() {
    let ran = allocgate(&format!("budget init {HOT}/base.txt --unit ns/op"));
    assert!(ran.code == 0 && ran.stdout.contains("max = { \"ns/op\" = "), "{ran}");
    let ran = allocgate(&format!("budget init {HOT}/base.txt --unit ns"));
    assert!(
        ran.code == 2 && ran.stderr.contains("no result has the unit ns; the units are B/op, MB/s,"),
        "{ran}"
    );
    let ran = allocgate(&format!("budget init {HOT}/nomem.txt"));
    assert!(ran.code == 2 && ran.stderr.contains("run `go test` with -benchmem"), "{ran}");
}

#[test]
fn what_no_policy_may_hold_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (results, output) = (folder.path().join("new.txt"), folder.path().join("allocgate.toml"));
    fs::write(&results, "BenchmarkA 1 2 ns/op 30 MB/s -4 widgets/op\n").expect("written");
    for (unit, want) in [
        ("MB/s", "MB/s is better when higher; a maximum is not allowed"),
        ("widgets/op", "a maximum must be a finite number of at least 0, got -4"),
    ] {
        let (results, output) = (results.display(), output.display());
        let ran = allocgate(&format!("budget init {results} --unit {unit} --output {output}"));
        assert!(ran.code == 2 && ran.stderr.contains(want), "{ran}");
    }
    assert!(!output.exists());
}

#[test]
fn tightening_lowers_what_the_run_beat_and_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = policy(folder.path());
    fs::write(&path, text(&path).replace("max = {", "max = { \"ns/op\" = 1e9,").replace("= 0", "= 7 "))
        .expect("written");
    let before = text(&path);
    let dry = allocgate(&format!("budget tighten --dry-run --policy {} {HOT}/base.txt", path.display()));
    assert_eq!(text(&path), before, "{dry}");
    let ran = allocgate(&format!("budget tighten --policy {} {HOT}/base.txt", path.display()));
    assert_eq!(ran.stdout, dry.stdout);
    insta::assert_snapshot!(ran.stdout.replace(&path.display().to_string(), "allocgate.toml"));
    let again = allocgate(&format!("budget tighten --policy {} {HOT}/base.txt", path.display()));
    assert!(
        again.code == 0 && again.stderr.ends_with("no changes, all budgets are as tight as the results\n"),
        "{again}"
    );
}

#[test]
fn loosening_needs_a_reason_and_leaves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = policy(folder.path());
    let loosen = |more: &str| allocgate(&format!("budget loosen Tally --policy {} {more}", path.display()));
    assert_eq!(loosen("--to 2").code, 2, "a reason is missing");
    let ran = loosen("--to 2 --reason issue-7");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(text(&path).contains(": issue-7\n[[budget]]\nbench = \"Tally\""), "{}", text(&path));
    let looser = allocgate(&format!("budget diff testdata/policy/budget.toml {}", path.display()));
    assert!(
        looser.code == 1 && looser.stdout.starts_with("budget `Tally` max allocs/op: 0 → 2 ("),
        "{looser}"
    );
    let stricter = allocgate(&format!("budget diff {} testdata/policy/budget.toml", path.display()));
    assert!(stricter.code == 0 && stricter.stdout.is_empty(), "{stricter}");
    for (more, want) in [
        ("--to 1 --reason x", "the new maximum must be above 2 allocs/op"),
        ("--to -1 --reason x", "unexpected argument"),
        ("--to=-1 --reason x", "--to must be a finite number of at least 0, got -1"),
        ("--to 9 --unit widgets --reason x", "no budget has a maximum of widgets for `Tally`"),
    ] {
        let ran = loosen(more);
        assert!(ran.code == 2 && ran.stderr.contains(want), "{more}: {ran}");
    }
}

#[test]
fn a_policy_that_cannot_be_written_stays_whole() {
    let ran = allocgate("budget loosen Tally --to 2 --reason x --policy no/such.toml");
    assert!(ran.code == 2 && ran.stderr.contains("no/such.toml: cannot be read as a policy"), "{ran}");
    let ran = allocgate(&format!("budget init {HOT}/base.txt --output no/such/allocgate.toml"));
    assert!(ran.code == 2 && ran.stderr.contains("no/such/allocgate.toml: cannot be written"), "{ran}");
}
