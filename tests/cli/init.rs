//! `allocgate init` and `allocgate doctor` where no other program can be started.

use crate::support::alone;
use std::fs;
use std::path::Path;

fn results() -> String {
    fs::canonicalize("testdata/hot/base.txt").expect("it is there").display().to_string()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).expect("readable").next().is_none()
}

#[test]
fn a_first_policy_is_shown_and_only_written_with_yes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, printed) = alone(folder.path(), &["init", &results()]);
    assert_eq!(code, 0, "{printed}");
    for line in ["==> allocgate.toml, 13 budgets\n", "nothing was written; to write: allocgate init --yes "] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    assert!(printed.contains("warning: measured in 1 process: counts can differ"), "{printed}");
    assert!(is_empty(folder.path()));

    let (code, printed) = alone(folder.path(), &["init", "--yes", &results()]);
    assert!(code == 0 && printed.contains("allocgate.toml: written"), "{printed}");
    for (new, want) in [("base", 0), ("again", 0), ("boxing", 1)] {
        let new = fs::canonicalize(format!("testdata/hot/{new}.txt")).expect("it is there");
        let (code, printed) = alone(folder.path(), &["check", &new.display().to_string()]);
        assert_eq!(code, want, "{}: {printed}", new.display());
    }
}

#[test]
fn a_policy_that_exists_is_not_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("allocgate.toml");
    fs::write(&policy, "# mine\n").expect("written");
    let (code, printed) = alone(folder.path(), &["init", "--yes", &results()]);
    assert!(
        code == 0 && printed.contains("exists, not changed") && printed.contains("nothing to write"),
        "{printed}"
    );
    assert_eq!(fs::read_to_string(policy).expect("readable"), "# mine\n");
}

#[test]
fn results_without_allocations_are_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("new.txt");
    fs::write(&file, "BenchmarkA 1 2 ns/op\n").expect("written");
    let (code, printed) = alone(folder.path(), &["init", "new.txt"]);
    assert!(code == 2 && printed.contains("run `go test` with -benchmem"), "{printed}");
}

#[test]
fn the_doctor_says_what_to_do_where_nothing_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, printed) = alone(folder.path(), &["doctor"]);
    assert_eq!(code, 1, "{printed}");
    for words in [
        "fail  go          not on the PATH",
        "install Go: https://go.dev/dl",
        "allocgate run does not work here",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
}
