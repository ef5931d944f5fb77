//! `--policy-from REV`: a change is judged by the policy of a revision, and what it loosens is listed.

use crate::repository::Repository;
use std::fs;
use std::os::unix::fs::symlink;

const BUDGET: &str = "[[budget]]\nbench = \"Tally\"\nmax = { \"allocs/op\" = 0 }\n";

/// A repository with this policy on `main`, the results of a regression, and a branch for the change.
fn with_policy(policy: Option<&str>) -> Repository {
    let repository = Repository::empty();
    repository.write("readme", "");
    if let Some(policy) = policy {
        repository.write("allocgate.toml", policy);
    }
    for side in ["base", "boxing"] {
        let text = fs::read_to_string(format!("testdata/hot/{side}.txt")).expect("it is there");
        repository.write(&format!("{side}.txt"), &text);
    }
    repository.commit();
    repository.git(&["branch", "-M", "main"]);
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository
}

#[test]
fn a_change_cannot_loosen_its_own_gate() {
    let repository = with_policy(Some(BUDGET));
    let loose = "[unit.\"allocs/op\"]\nlevel = \"warn\"\n[unit.\"B/op\"]\nlevel = \"warn\"\n[evidence]\nlooser-policy = \"ignore\"\n";
    repository.write("allocgate.toml", loose);
    repository.commit();
    repository.allocgate("check base.txt boxing.txt").expect(0);
    repository.allocgate("check --policy-from main base.txt boxing.txt").expect(1).says(&[
        "looser policy settings: allocgate.toml permits more than main:allocgate.toml, which judged this run:",
        "[unit.\"allocs/op\"] level allocs/op: fail → warn (allocgate.toml:2)",
        "budget `Tally` max allocs/op: 0 → none",
        "max allocs/op = 0 (main:allocgate.toml:3)",
        "policy main:allocgate.toml",
    ]);
    // Where nothing is worse, the loosened policy is a warning, and a failure if the base wants it.
    repository
        .allocgate("check --policy-from main --allow-same base.txt base.txt")
        .expect(0)
        .says(&["looser policy"]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("allocgate.toml", &format!("{BUDGET}[evidence]\nlooser-policy = \"fail\"\n"));
    repository.commit();
    repository.write("allocgate.toml", loose);
    repository
        .allocgate("check --policy-from HEAD --allow-same base.txt base.txt")
        .expect(1)
        .says(&["✗", "looser policy"]);
}

#[test]
fn the_policy_is_looked_for_in_the_revision() {
    let repository = with_policy(Some(BUDGET));
    repository.write("sub/own.toml", "[unit.\"B/op\"]\nlevel = \"ignore\"\n");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.commit();
    // The change removes the policy, puts another one nearer, and moves the one that is named.
    fs::remove_file(repository.path().join("allocgate.toml")).expect("removed");
    fs::remove_file(repository.path().join("sub/own.toml")).expect("removed");
    let report = |arguments: &str, folder: &str| {
        let mut command = repository.command(&format!("check --policy-from main {arguments}"));
        repository.ended(command.current_dir(repository.path().join(folder)))
    };
    report("base.txt boxing.txt", "")
        .expect(1)
        .says(&["budget `Tally` max allocs/op: 0 → none", "built-in permits more"]);
    repository.write("sub/allocgate.toml", "[evidence]\ndrift = \"fail\"\n");
    report("../base.txt ../boxing.txt", "sub").expect(1).says(&["policy main:allocgate.toml"]);
    for path in ["../sub/own.toml", "own.toml", &repository.path().join("sub/own.toml").display().to_string()]
    {
        let ran = report(&format!("../base.txt ../boxing.txt --policy {path}"), "sub");
        ran.expect(2).says(&["own.toml: cannot be read as a policy"]);
    }
    repository.write("sub/own.toml", "");
    report("../base.txt ../boxing.txt --policy own.toml", "sub")
        .expect(1)
        .says(&["policy main:sub/own.toml"]);
    // The change adds the policy.
    repository.write("sub/fresh.toml", "[unit.\"B/op\"]\nlevel = \"ignore\"\n");
    report("../base.txt ../boxing.txt --policy fresh.toml", "sub").expect(1).says(&[
        "fresh.toml permits more than built-in, which judged this run: [unit.\"B/op\"] level B/op: fail → ignore",
        "policy built-in",
    ]);
    let bare = with_policy(None);
    bare.write("allocgate.toml", BUDGET);
    bare.allocgate("check --policy-from main base.txt boxing.txt").expect(1).says(&["policy built-in"]);
}

#[test]
fn what_cannot_be_read_ends_in_2() {
    let repository = with_policy(Some(BUDGET));
    let check = |arguments: &str, words: &[&str]| {
        repository.allocgate(&format!("check base.txt boxing.txt {arguments}")).expect(2).says(words);
    };
    check("--policy-from nowhere", &["nowhere: unknown revision; expected a branch, a tag or a commit"]);
    check("--policy-from=--all", &["--all: unknown revision"]);
    check(
        "--policy-from main --policy none.toml",
        &["main:none.toml: no such file in the revision, nor in the"],
    );
    check("--policy-from main --policy ../x.toml", &["../x.toml: outside of the repository"]);
    check("--policy-from main --limit policy=9", &["main:allocgate.toml: has more than 9 bytes"]);
    // A policy that is no policy, and one with a budget that guards nothing.
    repository.write("allocgate.toml", "[gate]\nalpha = 5\n");
    check("--policy-from main", &["alpha must be between 0 and 1, got 5", "allocgate.toml:2"]);
    repository.write("allocgate.toml", &BUDGET.replace("Tally", "Talley"));
    check("--policy-from main", &["allocgate.toml:2: the budget `Talley` matches no benchmark"]);
    repository.write("folder/x.toml", "");
    symlink("allocgate.toml", repository.path().join("link.toml")).expect("linked");
    repository.write("allocgate.toml", BUDGET);
    repository.commit();
    check(
        "--policy-from topic --policy link.toml",
        &["topic:link.toml: is a symbolic link; expected a file"],
    );
    check("--policy-from topic --policy folder", &["topic:folder: is a folder; expected a file"]);
    let outside = tempfile::tempdir().expect("a folder");
    let mut command = repository.command("check --policy-from main x.txt");
    repository.ended(command.current_dir(outside.path())).expect(2).says(&["is not in a git repository"]);
    let mut command = repository.command("check --policy-from main base.txt");
    repository.ended(command.env("PATH", "")).expect(2).says(&["--policy-from main: git cannot be started"]);
}

#[test]
fn a_run_takes_the_flag_too() {
    let repository = Repository::new();
    repository.write("allocgate.toml", BUDGET);
    repository.commit();
    repository.git(&["branch", "-M", "main"]);
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    repository.write("allocgate.toml", &BUDGET.replace('0', "9"));
    repository.commit();
    let ran = repository
        .allocgate("run --policy-from main --rounds 5 --max-rounds 5 --benchtime 10x --bench Tally");
    ran.expect(1).says(&[
        "1 looser policy setting",
        "0 → 9 (allocgate.toml:3)",
        "policy main:allocgate.toml",
    ]);
    repository.expect_nothing_left();
}
