//! `allocgate sites` on the code of the playbook: each move is named where it applies, and not where it was made.

use crate::repository::{Repository, copy};
use crate::run;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The packages of the moves, each with the key of its move.
const MOVES: [(&str, &str); 9] = [
    ("value", "return-value"),
    ("boxing", "avoid-boxing"),
    ("size", "give-size"),
    ("reuse", "reuse-memory"),
    ("lifetime", "shorten-life"),
    ("closure", "drop-closure"),
    ("outline", "split-slow-path"),
    ("concrete", "take-concrete-type"),
    ("pool", "pool"),
];

fn moves() -> Repository {
    let repository = Repository::empty();
    copy(Path::new("testdata/moves"), &repository.path());
    repository.commit();
    repository
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The moves of all lines of a benchmark; empty if it does not allocate.
fn advised<'s>(sites: &'s Value, package: &str, name: &str) -> Vec<&'s str> {
    let benchmarks = sites["benchmarks"].as_array().expect("a list").iter();
    let is_meant = |it: &&Value| {
        let text = |key: &str| it[key].as_str().expect("a text").to_string();
        text("pkg").ends_with(&format!("/{package}")) && text("benchmark").split('-').next() == Some(name)
    };
    let sites = benchmarks.filter(is_meant).flat_map(|it| it["sites"].as_array().expect("a list"));
    let moves = sites.flat_map(|it| it["moves"].as_array().expect("a list"));
    moves.map(|it| it["move"].as_str().expect("a text")).collect()
}

#[test]
fn every_move_is_named_where_it_applies_and_not_where_it_was_made() {
    let repository = moves();
    let ran = repository.allocgate("sites --max 100 --format json").expect(0);
    let sites = json(&ran.stdout);
    for (package, key) in MOVES {
        let before = advised(&sites, package, "Before");
        assert!(before.iter().all(|it| *it == key) && !before.is_empty(), "{package}: {before:?}");
        assert!(!advised(&sites, package, "After").contains(&key), "{package}: {ran}", ran = ran.stdout);
    }
    // Both help: a profile, and splitting the function.
    assert_eq!(advised(&sites, "pgo", "Sum"), ["split-slow-path", "profile-guided"]);
    let total = sites["total"].as_array().expect("a list");
    assert_eq!(total[0]["file"], "pool/pool.go", "{total:?}");
}

#[test]
fn a_build_with_a_profile_does_not_need_one() {
    let repository = moves();
    let profile = repository.path().join("cpu");
    let mut go = Command::new("go");
    go.args(["test", "-run=^$", "-bench=.", "-benchtime=2s", "-o"])
        .arg(repository.temporary().join("pgo.test"));
    go.arg("-cpuprofile").arg(&profile).arg("./pgo");
    let profiled = run(go.current_dir(repository.path()));
    assert!(profiled.status.success(), "{}", String::from_utf8_lossy(&profiled.stderr));
    let mut command = repository.command("sites Sum --format json -- ./pgo");
    command.env("GOFLAGS", format!("-pgo={}", profile.display()));
    let sites = json(&String::from_utf8_lossy(&run(&mut command).stdout));
    assert_eq!(sites["benchmarks"][0]["allocs_per_op"], 0.0, "{sites}");
    assert_eq!(advised(&sites, "pgo", "Sum"), [] as [&str; 0]);
}

#[test]
fn sites_are_shown_to_people() {
    let repository = moves();
    // The working tree counts, also before it is committed.
    repository.write("boxing/boxing.go", &repository.read("boxing/boxing.go").replace("id=%d", "number=%d"));
    let arguments = "sites Before -- ./boxing ./concrete";
    let ran = repository.allocgate(arguments).expect(0);
    ran.says(&[
        "(the working tree, with uncommitted changes), go1.",
        "boxing/boxing.go:11 return fmt.Appendf(line, \"number=%d\", id)",
        "`id` escapes to heap: it is converted to an interface for `fmt.Appendf`",
        "Do not box: ",
        "docs/playbook.md#do-not-box",
        "`digits` moved to heap: its address is passed to `w.Write`, an interface call",
        "`before` is not inlined: cost 135, budget 80",
        "docs/playbook.md#take-the-concrete-type",
    ]);
    let long: Vec<&str> = ran.stdout.lines().filter(|it| it.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:?}");
    let run = |format: &str| {
        repository.allocgate(&arguments.replace("sites", &format!("sites {format}"))).expect(0)
    };
    run("--format markdown").says(&["**Do not box**", "`docs/playbook.md#do-not-box`"]);
    run("--format html").says(&["<strong>Do not box</strong>"]);
    run("--total").says(&["one operation of each of 2 benchmarks, added up", "in Before-"]);
    repository.allocgate("sites Befor").expect(2).says(&["no benchmark `Befor`; did you mean Before?"]);
    repository.allocgate("sites After -- ./boxing").expect(0).says(&["no line allocates"]);
}
