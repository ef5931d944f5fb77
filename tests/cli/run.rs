//! `allocgate run`, as far as it needs neither Go nor git; the Go set has the rest.

use crate::support::alone;

fn run(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    alone(folder, &[&["run"], arguments].concat())
}

#[test]
fn what_cannot_be_asked_ends_in_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, words) in [
        (&["--rounds", "0"][..], "expected a number from 1 to 1000"),
        (&["--benchtime", "abc"], "expected a duration or a number of operations, such as 2s, 100ms or 100x"),
        (&["--timeout", "10"], "expected a duration such as 90s, 10m or 1h30m"),
        (&["--rounds", "10", "--max-rounds", "5"], "--max-rounds must be at least --rounds (10), got 5"),
        (&["--report", "nonsense=x"], "nonsense"),
        (&["--base-env", "GOGC"], "expected NAME=VALUE on one line, such as GOGC=50"),
        (&["--base-go", "go 1.25"], "expected a version of Go such as go1.25.4"),
        (&["--new-build", "-tags x"], "--new-build: expected flags of the form -name=value, got x"),
        (&["--policy", "none.toml"], "none.toml: cannot be read as a policy"),
        (&["--report", "json=none/report.json"], "none/report.json: the report cannot be written"),
        (&["./..."], "git: cannot be started"),
        (&["--clean"], "git: cannot be started"),
    ] {
        let (code, said) = run(folder.path(), arguments);
        assert!(code == 2 && said.contains(words), "{arguments:?}: {code}: {said}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("readable").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn whoever_waits_for_a_report_gets_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _) = run(folder.path(), &["--report", "json=report.json"]);
    let report = std::fs::read_to_string(folder.path().join("report.json")).expect("it is written");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((code, &report["outcome"]["exit_code"]), (2, &2.into()));
    assert!(report["outcome"].to_string().contains("git: cannot be started"), "{report}");
}
