//! The module behind the recordings still builds, and still does what its revisions say.

use crate::run;
use std::process::Command;

const REVISIONS: [&str; 11] = [
    "base",
    "boxing",
    "pointer",
    "presize",
    "pool",
    "slow",
    "improve",
    "rename",
    "broken",
    "chatty",
    "muttering",
];

#[test]
fn every_revision_builds_and_its_tests_pass() {
    for revision in REVISIONS {
        let mut go = Command::new("go");
        let output =
            run(go.args(["test", "-vet=all", "-tags", revision, "./..."]).current_dir("testdata/hot/module"));
        assert!(output.status.success(), "{revision}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_allocations_are_those_of_the_recordings() {
    for (revision, bench, allocations) in
        [("base", "Tally", 0), ("boxing", "Tally", 2), ("base", "Origin", 0), ("pointer", "Origin", 1)]
    {
        let mut go = Command::new("go");
        go.args(["test", "-run=^$", "-benchmem", "-benchtime=1000x", "-tags", revision]);
        let output =
            run(go.args([&format!("-bench=^Benchmark{bench}$"), "./..."]).current_dir("testdata/hot/module"));
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains(&format!(" {allocations} allocs/op")), "{revision} {bench}: {stdout}");
    }
}
