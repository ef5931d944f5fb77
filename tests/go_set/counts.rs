//! `allocgate run --count instructions`: with cachegrind, with a `perf` that is a script, and without either.

use crate::guide::{exit_code, scripts};
use crate::repository::{Ran, Repository};
use crate::run;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use yaml_rust2::YamlLoader;

/// A module whose `Sum` adds `n` numbers, and whose `Fill` does not change.
fn module(n: usize) -> String {
    format!(
        r#"package m

import "testing"

var sink int

//go:noinline
func sum(values []int) int {{
	total := 0
	for _, value := range values[:{n}] {{
		total += value * total
	}}
	return total
}}

func BenchmarkSum(b *testing.B) {{
	values := make([]int, 2000)
	for range b.N {{
		sink = sum(values)
	}}
}}

func BenchmarkFill(b *testing.B) {{
	values := make([]int, 500)
	for range b.N {{
		for i := range values {{
			values[i] = i * b.N
		}}
	}}
}}
"#
    )
}

fn repository() -> Repository {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/m\n\ngo 1.24\n");
    repository.write("m_test.go", &module(1000));
    repository.commit();
    repository
}

/// A folder with `go`, `git` and these other programs alone.
fn tools(repository: &Repository, scripts: &[(&str, &str)]) -> PathBuf {
    let folder = repository.path().with_file_name("tools");
    fs::create_dir_all(&folder).expect("created");
    for name in ["go", "git", "sh", "sed", "cat"] {
        let found = run(Command::new("sh").args(["-c", &format!("command -v {name}")]));
        let path = String::from_utf8(found.stdout).expect("text");
        let link = folder.join(name);
        if !link.exists() {
            symlink(path.trim(), link).expect("linked");
        }
    }
    for (name, text) in scripts {
        let file = folder.join(name);
        fs::write(&file, text).expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("made executable");
    }
    folder
}

/// `allocgate` with these programs alone.
fn allocgate(repository: &Repository, arguments: &str, scripts: &[(&str, &str)]) -> Ran {
    let mut command = repository.command(arguments);
    repository.ended(command.env("PATH", tools(repository, scripts)))
}

/// Counts a million instructions for a process and for each operation what the file `cost` in the folder of the package says.
const PERF: &str = r#"#!/bin/sh
case $1 in --version) echo "perf version 6.1.0"; exit;; esac
while [ "$1" != -o ]; do shift; done
file=$2
shift 3
"$@" || exit
n=$(echo "$*" | sed -n 's/.*-test.benchtime=\([0-9]*\)x.*/\1/p')
cost=$(cat cost 2>/dev/null || echo 0)
echo "$((1000000 + ${n:-0} * cost)),,instructions:u,1000,100.00,," > "$file"
"#;

#[test]
fn more_instructions_are_found_and_the_function_is_named() {
    let repository = repository();
    repository.write("allocgate.toml", "[unit.\"instructions/op\"]\nlevel = \"fail\"\n");
    repository.write("m_test.go", &module(1100));
    let ran = repository
        .allocgate("run --only counts --count instructions=valgrind --report json=r.json")
        .expect(1);
    ran.says(&["✗ Sum", "instructions/op in m.sum, m_test.go:"]);
    assert!(!ran.stdout.contains("✗ Fill"), "{}", ran.stdout);
    let new = repository.read(".allocgate/new.txt");
    assert!(new.contains("\ncounter: cachegrind 3.") && !new.contains(" ns/op"), "{new}");
    assert_eq!(new.lines().filter(|line| line.starts_with("BenchmarkSum\t")).count(), 5, "{new}");
    let report = repository.read("r.json");
    assert!(report.contains(r#""kind": "grown-function""#), "{report}");
    let kept = fs::read_dir(repository.path().join(".allocgate/instructions")).expect("it is kept");
    assert_eq!(kept.count(), 4, "two processes of each side");
    repository.expect_nothing_left();
}

#[test]
fn without_a_counter_the_run_goes_on_unless_nothing_else_is_wanted() {
    let repository = repository();
    repository.write("m_test.go", &module(1001));
    let quick = "run --benchtime 100x --rounds 5 --max-rounds 5 --count instructions";
    let ran = allocgate(&repository, quick, &[]).expect(0);
    ran.says(&["warning: no instructions/op: valgrind is not on the PATH", "apt-get install valgrind"]);
    let new = repository.read(".allocgate/new.txt");
    assert!(new.contains(" ns/op") && !new.contains("counter:"), "{new}");
    let ran = allocgate(&repository, "run --only counts", &[]).expect(2);
    ran.says(&["instructions cannot be counted: valgrind is not on the PATH"]);
    let ran = allocgate(&repository, "run --count instructions=perf --only counts", &[]).expect(2);
    ran.says(&["perf is not on the PATH", "--count instructions=valgrind"]);
    allocgate(&repository, "doctor", &[]).says(&["counter", "none; it is optional"]);
    repository.expect_nothing_left();
}

#[test]
fn perf_counts_where_it_can() {
    let repository = repository();
    repository.write("cost", "5000");
    repository.commit();
    repository.write("cost", "5400");
    let perf = [("perf", PERF)];
    let quick = "run --benchtime 100x --rounds 3 --max-rounds 3 --count instructions";
    let ran = allocgate(&repository, quick, &perf).expect(0);
    ran.says(&["Sum", "5,000 → 5,400", "+8.0%"]);
    let new = repository.read(".allocgate/new.txt");
    assert!(new.contains("\ncounter: perf 6.1.0\n") && new.contains(" ns/op"), "{new}");
    assert!(new.contains("\noptions: --base") && new.contains(" --count instructions\n"), "{new}");
    let other = repository.read(".allocgate/base.txt").replace("perf 6.1.0", "perf 6.2.0");
    repository.write("base.txt", &other);
    let ran = allocgate(&repository, "check base.txt .allocgate/new.txt", &perf).expect(0);
    ran.says(&["different counter", "perf 6.2.0 in base, perf 6.1.0 in new"]);
    assert!(!ran.stdout.contains("+8.0%"), "it is not judged: {}", ran.stdout);
    allocgate(&repository, "doctor", &perf).says(&["perf 6.1.0, for --count instructions"]);
    let broken = PERF.replace("$((1000000 + ${n:-0} * cost))", "<not supported>");
    let ran = allocgate(&repository, "run --only counts", &[("perf", &broken)]).expect(2);
    ran.says(&["instructions cannot be counted"]);
    repository.expect_nothing_left();
}

#[test]
fn the_commit_that_executes_more_is_found_with_one_round_each() {
    let repository = repository();
    for cost in ["5000", "5010", "5200", "5210"] {
        repository.write("cost", cost);
        repository.commit();
    }
    let command = "bisect --unit instructions/op HEAD~3 HEAD Sum";
    let found = allocgate(&repository, command, &[("perf", PERF)]).expect(0);
    let third = repository.git(&["rev-parse", "--short=12", "HEAD~1"]);
    found.says(&[third.trim(), "5,010 → 5,200 instructions/op"]);
    repository.expect_nothing_left();
}

#[test]
fn the_recipe_for_runners_without_a_pmu_works() {
    let page = fs::read_to_string("docs/instructions.md").expect("it is there");
    assert_eq!(scripts("docs/instructions.md", "sh").len(), 2, "{page}");
    let [recipe] = &scripts("docs/instructions.md", "yaml")[..] else { panic!("one recipe: {page}") };
    let steps = &YamlLoader::load_from_str(recipe).expect("YAML")[0];
    let runs: Vec<&str> = steps.as_vec().expect("steps").iter().filter_map(|it| it["run"].as_str()).collect();
    let [install, measure] = &runs[..] else { panic!("{runs:?}") };
    assert!(install.ends_with("apt-get install --yes valgrind"), "{install}");
    let repository = repository();
    repository
        .write("m_test.go", &module(1000).replace("values := make([]int, 500)", "values := sizes(500)"));
    repository.write("sizes_test.go", "package m\n\nfunc sizes(n int) []int { return make([]int, n) }\n");
    repository.commit();
    // One benchmark is enough to see that it works.
    let script = measure.replace("--only counts", "--only counts --bench Fill");
    assert_eq!(exit_code(&repository, &script), Some(0), "{script}");
    repository.expect_nothing_left();
}
