//! The recipe for CI that the README gives, run as a runner would, on a repository with a base and a change.

use crate::run;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The script under `- run: |` in the README, without its indentation.
fn recipe() -> String {
    let readme = fs::read_to_string("README.md").expect("it is there");
    let (_, after) = readme.split_once("- run: |\n").expect("the README has a recipe");
    let (block, _) = after.split_once("```").expect("its block ends");
    block.lines().map(|line| format!("{}\n", line.trim_start())).collect()
}

fn git(repository: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let output = run(Command::new("git").args(identity).args(arguments).current_dir(repository));
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("readable") {
        let path = entry.expect("readable").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("copied");
        }
    }
}

/// Runs the recipe in a clone whose branch `main` is the module, and that is changed by `change`.
fn after(change: impl FnOnce(&Path)) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let (origin, clone) = (folder.path().join("origin"), folder.path().join("clone"));
    copy(Path::new("testdata/hot/module"), &origin);
    git(&origin, &["init", "--quiet"]);
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "--quiet", "-m", "base"]);
    git(folder.path(), &["clone", "--quiet", "origin", "clone"]);
    change(&clone);
    // What GitHub checks out is a merge, and before it is what it is merged into.
    git(&clone, &["add", "."]);
    git(&clone, &["commit", "--quiet", "--allow-empty", "-m", "change"]);
    let binary = Path::new(env!("CARGO_BIN_EXE_allocgate")).parent().expect("it is in a folder");
    let path = std::env::var("PATH").expect("there is one");
    // Two benchmarks and five samples are enough to see that the recipe works.
    let shorter = "allocgate run --bench 'Tally|Origin' --rounds 5 --max-rounds 5 --benchtime 1000x";
    let script = recipe().replace("allocgate run", shorter);
    assert!(script.contains(shorter), "{script}");
    run(Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", &script])
        .env("PATH", format!("{}:{path}", binary.display()))
        .current_dir(&clone))
}

fn box_tally(clone: &Path) {
    fs::remove_file(clone.join("index/tally.go")).expect("it was there");
    let boxing = clone.join("index/tally_boxing.go");
    let text = fs::read_to_string(&boxing).expect("readable").replace("//go:build boxing\n", "");
    fs::write(boxing, text).expect("written");
}

#[test]
fn a_change_that_boxes_and_permits_itself_to_fails() {
    let output = after(|clone| {
        box_tally(clone);
        let policy = "[unit.\"allocs/op\"]\nlevel = \"ignore\"\n\n[unit.\"B/op\"]\nlevel = \"ignore\"\n";
        fs::write(clone.join("allocgate.toml"), policy).expect("written");
    });
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("looser policy setting"), "{stdout}");
}

#[test]
fn a_change_that_boxes_fails() {
    let output = after(box_tally);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("0 → 2"), "{stdout}");
}

#[test]
fn no_change_passes() {
    let output = after(|_| ());
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
}
