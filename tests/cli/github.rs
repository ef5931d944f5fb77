//! What `check` does by itself in a step of GitHub Actions.

use crate::support::{Ran, command};
use std::fs;
use tempfile::TempDir;

struct Step {
    folder: TempDir,
    ran: Ran,
}

impl Step {
    fn run(arguments: &str) -> Step {
        let folder = tempfile::tempdir().expect("a folder");
        let output = command()
            .args(arguments.split_whitespace())
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", folder.path().join("summary"))
            .env("GITHUB_OUTPUT", folder.path().join("output"))
            .output();
        Step { folder, ran: output.expect("it starts").into() }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("it was written")
    }
}

const POOL: &str = "check testdata/hot/base.txt testdata/hot/pool.txt --source testdata/hot/module";

#[test]
fn annotations_summary_and_outputs_come_by_themselves() {
    let step = Step::run(POOL);
    assert_eq!(step.ran.code, 1);
    assert!(step.ran.stdout.starts_with("FAIL  4 regressions"), "{}", step.ran.stdout);
    let first = step.ran.stderr.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("::error file=testdata/hot/module/wire/wire_test.go,line=63,title="),
        "{first}"
    );
    assert_eq!(
        step.ran.stderr.lines().filter(|line| line.starts_with("::")).count(),
        6,
        "{}",
        step.ran.stderr
    );
    assert!(step.file("summary").starts_with("### ❌ FAIL: 4 regressions"), "{}", step.file("summary"));
    let outputs = "verdict=fail\nexit-code=1\nbenchmarks=15\nrows=46\nregressed=5\nover-budget=0\nmissing=0\nimproved=0\n";
    assert!(step.file("output").starts_with(outputs), "{}", step.file("output"));
}

#[test]
fn standard_output_holds_nothing_but_the_report_that_was_asked_for() {
    let step = Step::run(&format!("{POOL} --report json=-"));
    assert!(serde_json::from_str::<serde_json::Value>(&step.ran.stdout).is_ok(), "{}", step.ran.stdout);
    assert!(step.ran.stderr.starts_with("::error "), "{}", step.ran.stderr);
}

#[test]
fn an_error_is_told_as_well() {
    let step = Step::run("check testdata/hot/base.txt testdata/no-such-file.txt");
    assert_eq!(step.ran.code, 2);
    assert!(step.ran.stderr.starts_with("::error title="), "{}", step.ran.stderr);
    assert!(step.file("summary").starts_with("### ⛔ ERROR: "), "{}", step.file("summary"));
    assert!(step.file("output").starts_with("verdict=error\nexit-code=2\n"), "{}", step.file("output"));
}

#[test]
fn elsewhere_nothing_of_it_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command()
        .args(POOL.split_whitespace())
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary"))
        .output()
        .expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(!folder.path().join("summary").exists());
}
