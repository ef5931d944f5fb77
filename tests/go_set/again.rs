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
