//! Inputs that the gate once read wrong, in `testdata/cases`: what it reads now, and the verdict.

use crate::support::{Ran, allocgate};

/// Checks two files of a case. The lines of a message are joined.
fn check(case: &str, base: &str, new: &str) -> Ran {
    let folder = format!("testdata/cases/{case}");
    joined(allocgate(&format!("check {folder}/{base} {folder}/{new}")))
}

fn joined(mut ran: Ran) -> Ran {
    ran.stdout = ran.stdout.replace("\n  ", " ");
    ran
}

fn assert_has(ran: &Ran, wanted: &[&str], unwanted: &[&str]) {
    for want in wanted {
        assert!(ran.stdout.contains(want), "`{want}` is missing: {ran}");
    }
    for unwanted in unwanted {
        assert!(!ran.stdout.contains(unwanted), "`{unwanted}` is not wanted: {ran}");
    }
}

#[test]
fn a_run_that_was_killed_loses_one_result_and_not_those_of_later_runs() {
    for (new, wanted) in [
        (
            "new.txt",
            "1 lost result: testdata/cases/torn-cascade/new.txt:15: Beta-8 has no values, got `=== bench two ===`: \
                     its output is cut off, and another run begins",
        ),
        (
            "new-nl.txt",
            "1 lost result: testdata/cases/torn-cascade/new-nl.txt:15: Beta-8 has no values: \
                        its output is cut off, and another run begins",
        ),
        (
            "new-fail.txt",
            "1 failed package: part of the suite did not run; testdata/cases/torn-cascade/new-fail.txt:16: \
                          example.com/one failed: signal: killed; Beta-8 has no result",
        ),
    ] {
        let ran = check("torn-cascade", "base.txt", new);
        assert_eq!(ran.code, 1, "{ran}");
        assert_has(&ran, &[wanted, "40 results, 1 lost"], &["missing benchmark", "interleaved"]);
    }
}

#[test]
fn a_benchmark_that_died_is_one_finding() {
    let failed = "✗ 1 failed package: part of the suite did not run; testdata/cases/died-message/";
    for (new, wanted, row) in [
        (
            "killed.txt",
            "killed.txt:16: example.com/p failed: signal: killed; Charlie-2 has no result",
            "failed-packages",
        ),
        (
            "exit.txt",
            "exit.txt:16: example.com/p failed: exit status 2; Charlie-2 has no result",
            "failed-packages",
        ),
        (
            "cut.txt",
            "1 lost result: testdata/cases/died-message/cut.txt:15: Charlie-2 has no values: the file ends here",
            "lost-results",
        ),
    ] {
        let ran = check("died-message", "base.txt", new);
        assert_eq!(ran.code, 1, "{ran}");
        assert!(
            ran.stdout.lines().next().is_some_and(|line| !line.contains(", ") || !line.contains("missing")),
            "{ran}"
        );
        let row = format!("✗ Charlie-2  lost in new: ns/op, B/op, allocs/op  {row} = fail");
        assert_has(&ran, &[wanted, &row], &["missing benchmark", "not in new", "something printed"]);
        assert_eq!(ran.stdout.contains(failed), new != "cut.txt", "{ran}");
    }
    let ran = check("died-message", "base.txt", "timeout.txt");
    let wanted = "example.com/p failed: panic: test timed out after 30m0s; Bravo-2 has no result";
    assert_has(
        &ran,
        &[wanted, "1 missing benchmark: not in new: Charlie-2"],
        &["lost result:", "something printed"],
    );
}

#[test]
fn a_complete_result_is_read_whatever_the_case_of_its_name() {
    let folder = "testdata/cases/lowercase-names";
    let ran = joined(allocgate(&format!(
        "check --policy {folder}/allocgate.toml {folder}/base.txt {folder}/new.txt"
    )));
    assert_eq!(ran.code, 1, "{ran}");
    assert_has(
        &ran,
        &["1 regression  (2 benchmarks, 2 rows)", "✗ store_total  total-bytes", "10 results\n"],
        &["lost"],
    );
}

#[test]
fn what_is_no_version_of_go_turns_no_budget_off() {
    let folder = "testdata/cases/go-line";
    let run = |new: &str, more: &str| {
        allocgate(&format!("check --policy {folder}/allocgate.toml --new {folder}/{new} {more}"))
    };
    let plain = run("plain.txt", "");
    assert_eq!(plain.code, 2, "{plain}");
    let ran = run("new.txt", "");
    assert_eq!((ran.code, &ran.stderr), (2, &plain.stderr), "{ran}");
    let ran = run("new.txt", "--go 1.26");
    assert_eq!(ran.code, run("plain.txt", "--go 1.26").code, "{ran}");
}

/// The report without the names of files.
fn verdicts(ran: &Ran) -> String {
    let is_verdict = |line: &&str| !line.starts_with("base ") && !line.starts_with("new ");
    ran.stdout.lines().filter(is_verdict).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_log_with_a_prefix_gets_the_verdict_of_the_plain_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = check("prefixed-log", "base.txt", "new.txt");
    assert!(
        plain.code == 1 && plain.stdout.starts_with("FAIL  2 regressions  (2 benchmarks, 6 rows)"),
        "{plain}"
    );
    let logged = check("prefixed-log", "base.log", "new.log");
    assert_eq!((logged.code, verdicts(&logged)), (1, verdicts(&plain)), "{logged}");
    for (name, before) in [
        ("compose", "bench-1  | "),
        ("coloured", "\x1b[36mbench | \x1b[0m"),
        ("github", "bench\tRun go test\t2025-01-01T00:00:00.1234567Z "),
        ("indented", "    "),
    ] {
        let sides = ["base", "new"].map(|side| {
            let text = std::fs::read_to_string(format!("testdata/cases/prefixed-log/{side}.txt"))
                .expect("it is there");
            let text: String = text.lines().map(|line| format!("{before}{line}\n")).collect();
            let path = folder.path().join(format!("{name}-{side}.txt"));
            std::fs::write(&path, text).expect("written");
            path.display().to_string()
        });
        let ran = joined(allocgate(&format!("check {} {}", sides[0], sides[1])));
        assert_eq!((ran.code, verdicts(&ran)), (1, verdicts(&plain)), "{name}: {ran}");
    }
    let ran = allocgate("inspect testdata/cases/prefixed-log/base.log");
    let remark = "base.log:5: removed `2025-01-01T00:00:04.1234567Z ` before this line and others like it";
    assert_has(
        &ran,
        &[remark, "32 lines, 20 results\n", "example.com/json  1 benchmark, 10 samples"],
        &["repaired"],
    );
}

#[test]
fn colours_in_the_input_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.txt").display().to_string();
    let text = std::fs::read_to_string("testdata/cases/prefixed-log/new.txt").expect("it is there");
    let coloured: String = text.lines().map(|line| format!("\x1b[32m{line}\x1b[0m\x1b[K\n")).collect();
    std::fs::write(&path, coloured).expect("written");
    let ran = joined(allocgate(&format!("check testdata/cases/prefixed-log/base.txt {path}")));
    let plain = check("prefixed-log", "base.txt", "new.txt");
    assert_eq!((ran.code, verdicts(&ran)), (plain.code, verdicts(&plain)), "{ran}");
}

#[test]
fn the_line_that_ends_a_package_names_it() {
    let ran = check("pooled-packages", "base.txt", "new.txt");
    assert_eq!(ran.code, 1, "{ran}");
    let row = "fails      example.com/b64\n✗ EncodeToString-8  allocs/op  4 → 6";
    assert_has(&ran, &["FAIL  1 regression  (2 benchmarks, 6 rows)", row], &["unnamed", "scattered"]);
}

#[test]
fn packages_that_nothing_names_stay_apart_and_fail() {
    let folder = tempfile::tempdir().expect("a folder");
    let sides = ["base", "new"].map(|side| {
        let text = std::fs::read_to_string(format!("testdata/cases/pooled-packages/{side}.txt"))
            .expect("it is there");
        let text: String =
            text.lines().filter(|it| !it.starts_with("ok")).map(|it| format!("{it}\n")).collect();
        let path = folder.path().join(format!("{side}.txt"));
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    });
    let ran = joined(allocgate(&format!("check {} {}", sides[0], sides[1])));
    assert_eq!(ran.code, 1, "{ran}");
    assert_has(
        &ran,
        &[
            "FAIL  1 regression, unnamed packages  (2 benchmarks, 6 rows)",
            "✗ unnamed packages: several packages of a file have these benchmarks",
            "fails      unnamed package 2\n✗ EncodeToString-8  allocs/op  4 → 6",
        ],
        &[],
    );
}

#[test]
fn the_events_of_go_test_name_a_package_without_a_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let sides = ["base", "new"].map(|side| {
        let text = std::fs::read_to_string(format!("testdata/cases/pooled-packages/{side}.txt"))
            .expect("it is there");
        let (first, second) = text.split_once("ok  \texample.com/b32").expect("two packages");
        let second = second.split_once('\n').expect("lines").1.split("ok  ").next().expect("lines");
        let event = |package: &str, line: &str| {
            serde_json::json!({ "Action": "output", "Package": package, "Output": format!("{line}\n") })
                .to_string()
                + "\n"
        };
        let of =
            |package: &str, text: &str| text.lines().map(|line| event(package, line)).collect::<String>();
        let path = folder.path().join(format!("{side}.json"));
        std::fs::write(&path, of("example.com/b32", first) + &of("example.com/b64", second))
            .expect("written");
        path.display().to_string()
    });
    let ran = allocgate(&format!("check {} {}", sides[0], sides[1]));
    assert_eq!(ran.code, 1, "{ran}");
    let row = "fails      example.com/b64\n✗ EncodeToString-8  allocs/op  4 → 6";
    assert_has(&ran, &["FAIL  1 regression  (2 benchmarks, 6 rows)", row], &["unnamed"]);
}

#[test]
fn a_key_that_varies_within_a_file_keeps_results_apart() {
    let ran = check("pooled-configurations", "base.txt", "new.txt");
    assert_eq!(ran.code, 1, "{ran}");
    assert_has(
        &ran,
        &["(3 benchmarks, 9 rows)", "✗ Serve/gomaxprocs=4  allocs/op  4 → 8"],
        &["scattered", "missing benchmark"],
    );
    let inspected = allocgate("inspect testdata/cases/pooled-configurations/new.txt");
    assert_has(&inspected, &["example.com/p  3 benchmarks, 10 samples each"], &[]);
}
