//! Bad input: exit code 2, one clear message on standard error that names the file, nothing on standard output, no panic.

use crate::support::{Ran, allocgate, allocgate_with, command};

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
        ("no/such/file.txt", "no/such/file.txt: no such file; expected a file"),
        (&empty, "empty.txt: the input is empty; expected the output of `go test -bench"),
        (&prose, "prose.txt: no benchmark results in 2 lines; expected the output of"),
        (&binary, "binary.txt: no benchmark results in "),
        (&torn, "torn.txt:1: X-8 has no values, got `log line`: the file ends here"),
        (&folder_of_nothing, "nothing: the directory has no .txt, .json, "),
        (
            "testdata/std/base.txt",
            "base and new have no benchmark in common: base has Count/words=100-2 in example.com/hot/index",
        ),
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
    assert!(ran.stderr.contains("standard input: no benchmark results in 1 line"), "{ran}");
}

#[test]
fn an_invalid_policy_is_shown_with_its_lines() {
    let ran = allocgate(&format!("check --policy testdata/policy/invalid.toml {BASE} {BASE}"));
    insta::assert_snapshot!(ran);
    assert_eq!(ran.code, 2);
}

#[test]
fn a_budget_that_matches_nothing_is_an_error() {
    let ran = allocgate(&format!("check --allow-same --policy testdata/policy/dead.toml {BASE} {BASE}"));
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
        ran.stderr.contains("there is no base to compare with, and the policy (built-in) has no budget"),
        "{ran}"
    );
}

#[test]
fn escapes_in_a_name_do_not_reach_the_terminal_through_an_error() {
    let ran = allocgate_with(&format!("check - {BASE}"), "Benchmark\u{1b}[31mA 9 1 ns/op\n");
    assert_eq!(ran.code, 2, "{ran}");
    assert!(!ran.stderr.contains('\u{1b}'), "{ran}");
}

/// Whatever shows names, by whatever command: none of them is a command to a terminal or to a runner of GitHub or Azure, nor a
/// formula, but for what is benchstat's own format letter by letter.
#[test]
fn what_shows_names_does_not_do_what_they_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("evil.txt").display().to_string();
    let names =
        ["A/\u{1b}[31m\u{9b}2J\u{202e}", "::stop-commands::x", "##[error]x", "=1+1", "@SUM", "::error::y"];
    let pkgs = ["::add-mask::p", "##[set-output]q", "\u{1b}]0;title\u{7}"];
    let results = names
        .map(|name| format!("Benchmark{name} 1 1 ns/op 1 ::u 1 =u 1 \u{1b}[2Ju 2 allocs/op\n").repeat(9));
    let text: String = pkgs.iter().map(|pkg| format!("pkg: {pkg}\n{}", results.concat())).collect();
    std::fs::write(&path, text).expect("written");
    let mut commands: Vec<String> = ["text", "csv", "markdown", "json", "html"]
        .map(|it| format!("compare {path} x={path} --format {it}"))
        .into();
    for format in ["json", "markdown", "html", "junit", "sarif", "csv", "gitlab"] {
        commands.push(format!("check {path} {path} --report {format}=-"));
    }
    commands.extend([
        format!("check -v {path} {path}"),
        format!("inspect -v {path}"),
        format!("selftest -v {path}"),
        format!("explain ** {path} {path}"),
        format!("explain nobody {path} {path}"),
        format!("budget init {path}"),
        format!("budget init {path} --unit \u{1b}[2Ju"),
        format!("check {BASE} {path}"),
    ]);
    for command in commands {
        let ran = allocgate(&command);
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            assert!(!line.trim_start().starts_with("::"), "{command}: {line}");
            let is_benchstats = command.ends_with("csv") && command.starts_with("compare");
            if is_benchstats {
                let is_formula = |cell: &str| cell.starts_with(['=', '@']);
                assert!(!line.split(',').any(is_formula), "{command}: {line}");
            } else {
                assert!(!line.contains("##["), "{command}: {line}");
                let acts = |c: char| c.is_control() || matches!(c, '\u{202e}');
                assert!(!line.contains(acts), "{command}: {line:?}");
            }
        }
        assert!(!ran.stdout.is_empty() || ran.code == 2, "{command}: {ran}");
    }
}

/// A policy comes from whoever opens a pull request.
#[test]
fn what_shows_a_policy_does_not_do_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = r##"\u001b[31m\u009b2J\u202e##[error]x\n::error::y"##;
    let policy = format!(
        "[[budget]]\nbench = \"{evil}\"\npkg = \"{evil}\"\nmax = {{ \"{evil}\" = 1 }}\n[[waiver]]\nbench = \"{evil}\"\n\
         unit = \"allocs/op\"\nup-to = 1\nexpires = 2027-01-31\nreason = \"{evil}\"\n"
    );
    let raw = "\u{1b}[31m\u{9b}2J\u{202e}##[error]x";
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let good = write("good.toml", &policy);
    let bad = [
        write("comment.toml", &format!("[gate]\nalpha = 7 # {raw}\n")),
        write("key.toml", &format!("[gate]\n\"{evil}\" = 7\n")),
        write("text.toml", &format!("[gate]\ncorrection = \"{evil}\"\n::error::x\n")),
        write("unit.toml", &format!("[unit.\"{evil}\"]\nlevel = \"fail\"\n")),
        write("pattern.toml", &format!("[[budget]]\nbench = \"{{{evil}\"\n")),
    ];
    let mut commands = vec![
        format!("policy show --policy {good}"),
        format!("check {BASE} --policy {good}"),
        format!("explain Tally-2 {BASE} --policy {good}"),
        format!("selftest {BASE} --policy {good}"),
        format!("budget tighten {BASE} --policy {good}"),
        format!("budget diff {good} testdata/policy/budget.toml"),
    ];
    commands.extend(bad.iter().map(|path| format!("policy show --policy {path}")));
    for command in commands {
        let ran = allocgate(&command);
        // The colours of diagnostics are our own, and go where standard error is a terminal.
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{command}: {line}");
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{command}: {line:?}");
        }
        assert!(!ran.stdout.is_empty() || ran.code == 2, "{command}: {ran}");
    }
    let shown = allocgate(&format!("policy show --policy {good}")).stdout;
    let again = allocgate(&format!("policy show --policy {}", write("again.toml", &shown)));
    assert_eq!(again.code, 0, "what is shown is a policy that says the same: {again}");
}

#[test]
fn a_drafted_policy_is_one_whatever_names_there_are() {
    let text = "pkg: p\u{1b}\u{202e}\"\nBenchmarkA/\u{9b}'\"\\x 1 1 u\u{1b}[2J\u{202e}\n".repeat(3);
    let ran = allocgate_with("budget init - --unit u\u{1b}[2J\u{202e}", &text);
    assert_eq!(ran.code, 0, "{ran}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("allocgate.toml");
    std::fs::write(&path, &ran.stdout).expect("written");
    let ran = allocgate_with(&format!("check - --policy {}", path.display()), &text);
    assert_eq!(ran.code, 0, "{ran}");
}

#[cfg(unix)]
#[test]
fn a_broken_link_in_place_of_the_policy_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("nowhere", folder.path().join("allocgate.toml")).expect("a link");
    let base = format!("{}/{BASE}", env!("CARGO_MANIFEST_DIR"));
    let output = command().current_dir(folder.path()).args(["check", &base, &base]).output();
    let ran = Ran::from(output.expect("it starts"));
    assert_eq!(ran.code, 2, "{ran}");
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
    assert!(ran.stderr.contains("standard input is given for both sides"), "{ran}");
}
