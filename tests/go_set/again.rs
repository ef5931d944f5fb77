//! The commands that a report prints are pasted into a shell: they measure the same again, and overwrite nothing.

use crate::repository::{Ran, Repository};
use crate::revisions::with_regressions;

/// Runs a line of a script with this binary as `allocgate`.
fn paste(repository: &Repository, line: &str) -> Ran {
    let binary = env!("CARGO_BIN_EXE_allocgate");
    repository.ended(&mut repository.shell(&line.replacen("allocgate", &format!("'{binary}'"), 1)))
}

/// The command behind a label of a report on a terminal.
fn command(ran: &Ran, label: &str) -> String {
    let line = ran.stdout.lines().find_map(|line| line.strip_prefix(label));
    line.unwrap_or_else(|| panic!("no {label} in\n{}", ran.stdout)).trim().to_string()
}

#[test]
fn the_command_of_a_report_measures_the_same_into_another_folder() {
    let repository = with_regressions();
    let policy = "[unit.\"ns/op\"]\nlevel = \"ignore\"\n";
    repository.write("ci/it's a gate.toml", policy);
    let options = "--benchtime 100x --rounds 5 --max-rounds 5 --skip 'Count|No Such' --bench 'Tally|Count'";
    let run = format!(r"allocgate run {options} --policy 'ci/it'\''s a gate.toml' ./index");
    let first = paste(&repository, &run).expect(1);
    let evidence = repository.read(".allocgate/new.txt");
    let again = command(&first, "reproduce");
    for part in [
        r"--policy 'ci/it'\''s a gate.toml'",
        "--skip 'Count|No Such'",
        "--benchtime 100x",
        "--rounds 5 --max-rounds 5",
        "--out .allocgate/again",
        "--bench '^(BenchmarkTally)$'",
    ] {
        assert!(again.contains(part), "{part} is not in {again}");
    }
    let second = paste(&repository, &again).expect(1);
    assert_eq!(repository.read(".allocgate/new.txt"), evidence, "the evidence stays");
    assert!(repository.read(".allocgate/again/new.txt").contains("BenchmarkTally"));
    assert!(command(&second, "reproduce").contains("--out .allocgate/again/again"));
    second.says(&["ci/it's a gate.toml"]);
    repository.expect_nothing_left();
}

#[test]
fn the_command_of_an_anchor_names_it() {
    let repository = Repository::new();
    repository.git(&["tag", "v1.0.0"]);
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    repository.write("allocgate.toml", "[anchor]\nrev = \"latest-tag\"\n");
    repository.commit();
    repository.git(&["tag", "later", "HEAD"]);
    let run = "run --benchtime 100x --rounds 5 --max-rounds 5 --bench Tally --anchor=v1.0.0 ./index";
    let first = repository.allocgate(run).expect(1);
    first.says(&["(anchor)", "since v1.0.0: "]);
    let again = command(&first, "reproduce");
    assert!(again.starts_with("allocgate run --anchor=v1.0.0 "), "{again}");
    paste(&repository, &again).expect(1).says(&["since v1.0.0: "]);
    repository.expect_nothing_left();
}

#[test]
fn budgets_alone_are_counted_without_a_base() {
    let repository = Repository::new();
    let budget = |bench: &str, max: &str| format!("[[budget]]\nbench = \"{bench}\"\nmax = {{ {max} }}\n");
    let policy = |max: u32| {
        let tally = budget("Tally", &format!("\"allocs/op\" = {max}, \"ns/op\" = 0.001"));
        tally + &budget("Origin", "\"ns/op\" = 0.001") + "[gate]\nbudget-iterations = 50\n"
    };
    repository.write("allocgate.toml", &policy(0));
    let passed = repository.allocgate("run --budgets-only").expect(0);
    passed.says(&["1 benchmark function in 1 package, 50 operations each", "PASS all budgets met"]);
    let results = repository.read(".allocgate/budgets.txt");
    let line = results.lines().find(|line| line.starts_with("BenchmarkTally")).expect("it was measured");
    assert!(line.contains(" 50\t") && !results.contains("Origin"), "{results}");
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    repository.allocgate("run --budgets-only").expect(1).says(&["1 exceeded budget", "Tally", "allocs/op"]);
    // As git calls it, before a commit that nobody may make.
    let hook = format!("#!/bin/sh\nexec '{}' run --budgets-only --quiet\n", env!("CARGO_BIN_EXE_allocgate"));
    repository.write(".git/hooks/pre-commit", &hook);
    let commit = "chmod +x .git/hooks/pre-commit; git add .; git -c user.name=t -c user.email=t@example.com commit -qm x";
    repository.ended(&mut repository.shell(commit)).expect(1).says(&["FAIL 1 exceeded budget"]);
    repository.write("allocgate.toml", &policy(9));
    repository.ended(&mut repository.shell(commit)).expect(0);
    repository.write("allocgate.toml", "");
    repository.allocgate("run --budgets-only").expect(2).says(&["--budgets-only needs a [[budget]]"]);
    repository.allocgate("run --budgets-only --base HEAD").expect(2).says(&["cannot be used with"]);
    repository.expect_nothing_left();
}

#[test]
fn base_is_measured_with_the_tests_of_new() {
    let repository = Repository::new();
    let benchmark = "package index\n\nimport \"testing\"\n\nfunc BenchmarkAdded(b *testing.B) {\n\tb.ReportAllocs()\n\tfor range b.N {\n\t\tadded = make([]byte, size)\n\t}\n}\n\nvar added []byte\n";
    repository.write("index/size.go", "package index\n\nvar size = 64\n");
    repository.commit();
    repository.write("index/size.go", "package index\n\nvar size = 128\n");
    repository.write("index/added_test.go", benchmark);
    // A benchmark that base cannot have.
    repository.write("wire/only_new.go", "package wire\n\nfunc onlyNew() {}\n");
    let other = "package wire\n\nimport \"testing\"\n\nfunc BenchmarkOnlyNew(b *testing.B) {\n\tfor range b.N {\n\t\tonlyNew()\n\t}\n}\n";
    repository.write("wire/only_new_test.go", other);
    // Enough operations that what the runtime allocates beside them is not seen.
    let run = "run --benchtime 10000x --rounds 5 --max-rounds 5 --bench Added|Origin|OnlyNew";
    repository
        .allocgate(run)
        .expect(0)
        .says(&["2 benchmarks are new; --tests new measures them on base as well"]);
    let ran = repository.allocgate(&format!("{run} --tests new")).expect(1);
    ran.says(&[
        "Added",
        "64 → 128",
        "example.com/hot/wire (base): does not build with the tests of new, and is measured with its own",
        "--tests new",
        "allocgate compare --ignore commit,tests ",
    ]);
    let base = repository.read(".allocgate/base.txt");
    assert!(
        base.contains("\ntests: ") && base.contains("BenchmarkAdded") && base.contains("BenchmarkOrigin"),
        "{base}"
    );
    assert!(!repository.read(".allocgate/new.txt").contains("\ntests: "), "they are its own");
    repository.expect_nothing_left();
}
