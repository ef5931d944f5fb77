//! Bad input: exit code 2, one clear message on standard error that names the file, nothing on standard output, no panic.

mod support;

use support::{allocgate, allocgate_with};

const BASE: &str = "testdata/hot/base.txt";

#[test]
fn what_cannot_be_compared_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let empty = write("empty.txt", b"");
    let prose = write("prose.txt", b"Dear reader,\nBenchmarks are great.\n");
    let binary = write("binary.txt", &(0..=255).cycle().take(4096).collect::<Vec<u8>>());
    let torn = write("torn.txt", b"BenchmarkX-8   \tlog line\n");
    let folder_of_nothing = folder.path().join("nothing");
    std::fs::create_dir(&folder_of_nothing).expect("created");
    let folder_of_nothing = folder_of_nothing.display().to_string();
    for (new, want) in [
        ("no/such/file.txt", "no/such/file.txt: no such file; name a file"),
        (&empty, "empty.txt: is empty; expected the output of `go test -bench"),
        (&prose, "prose.txt: no benchmark result in 2 lines; expected the output of"),
        (&binary, "binary.txt: no benchmark result in "),
        (&torn, "torn.txt:1: X-8 has no values, but `log line`: something printed in the middle"),
        (&folder_of_nothing, "nothing: this directory holds no .txt, .json, "),
        (
            "testdata/std/base.txt",
            "no benchmark is on both sides: base has Count/words=100-2 in example.com/hot/index",
        ),
        ("testdata/hot/once.txt", "nothing could be judged"),
    ] {
        let ran = allocgate(&format!("check {BASE} {new}"));
        assert_eq!(ran.code, 2, "{new}: {ran}");
        assert!(ran.stderr.contains(want), "{new}: {ran}\nwant {want}");
        assert!(
            ran.stderr.starts_with("allocgate: ") && ran.stderr.trim_end().lines().count() == 1,
            "{new}: {ran}"
        );
        assert!(ran.stdout.is_empty(), "{new}: {ran}");
    }
}

#[test]
fn the_base_is_looked_at_as_closely_as_the_new_side() {
    let ran = allocgate_with(&format!("check - {BASE}"), "PASS\n");
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("standard input: no benchmark result in 1 lines"), "{ran}");
}

#[test]
fn an_invalid_policy_is_shown_with_its_lines() {
    let ran = allocgate(&format!("check --policy testdata/policy/invalid.toml {BASE} {BASE}"));
    insta::assert_snapshot!(ran);
    assert_eq!(ran.code, 2);
}

#[test]
fn a_budget_that_matches_nothing_is_an_error() {
    let ran = allocgate(&format!("check --policy testdata/policy/dead.toml {BASE} {BASE}"));
    assert_eq!(ran.code, 2, "{ran}");
    assert!(
        ran.stderr.contains("testdata/policy/dead.toml:2: the budget `Talley` matches no benchmark"),
        "{ran}"
    );
}

#[test]
fn a_policy_that_is_not_there_is_an_error() {
    let ran = allocgate(&format!("check --policy nosuch.toml {BASE} {BASE}"));
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("nosuch.toml: cannot be read as a policy"), "{ran}");
}

#[test]
fn one_side_without_a_budget_is_no_question() {
    let ran = allocgate(&format!("check {BASE}"));
    assert_eq!(ran.code, 2, "{ran}");
    assert!(
        ran.stderr.contains("there is no base to compare with, and no budget in the policy (built-in)"),
        "{ran}"
    );
}

#[test]
fn escapes_in_a_name_do_not_reach_the_terminal_through_an_error() {
    let ran = allocgate_with(&format!("check - {BASE}"), "Benchmark\u{1b}[31mA 9 1 ns/op\n");
    assert_eq!(ran.code, 2, "{ran}");
    assert!(!ran.stderr.contains('\u{1b}'), "{ran}");
}

#[cfg(unix)]
#[test]
fn a_broken_link_in_place_of_the_policy_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("nowhere", folder.path().join("allocgate.toml")).expect("a link");
    let base = format!("{}/{BASE}", env!("CARGO_MANIFEST_DIR"));
    let mut command = assert_cmd::Command::cargo_bin("allocgate").expect("built");
    let output =
        command.current_dir(folder.path()).args(["check", &base, &base]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn usage_errors_exit_with_2() {
    for arguments in [
        "",
        "check",
        "check a b c",
        "check --nosuch",
        "check - -",
        "check a b --report",
        "check a b --report pdf=x",
        "check a b --report json",
        "check a b --report json=",
        "compare",
        "compare a --alpha 2",
        "compare a --confidence 1",
    ] {
        let ran = allocgate(arguments);
        assert_eq!(ran.code, 2, "{arguments}: {ran}");
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{arguments}: {ran}");
    }
    let ran = allocgate("check - -");
    assert!(ran.stderr.contains("standard input can be one side only"), "{ran}");
}
