//! The parts of the documentation that need more than Rust: examples with jq, and scripts, which run in a repository with a change.

use crate::repository::{Repository, copy};
use crate::run;
use crate::support_guide::run_every_console_block;
use std::path::Path;
use std::{env, fs};
use trycmd::schema::Bin;
use yaml_rust2::YamlLoader;

#[test]
fn every_block_of_jq_prints_what_it_shows() {
    let path = env::var_os("PATH").expect("there is one");
    let jq = env::split_paths(&path).map(|folder| folder.join("jq")).find(|jq| jq.is_file());
    run_every_console_block(Bin::Path(jq.expect("this set needs jq")));
}

/// The scripts of a page, in their order.
pub fn scripts(path: &str, language: &str) -> Vec<String> {
    let page = fs::read_to_string(path).expect("it is there");
    let fence = format!("\n```{language}\n");
    let blocks = page.split(&fence).skip(1);
    blocks.filter_map(|rest| rest.split("```").next()).map(String::from).collect()
}

/// Runs a script as somebody would who copies it, but measures for less time.
pub fn exit_code(repository: &Repository, script: &str) -> Option<i32> {
    let shorter = [
        ("allocgate run", "allocgate run --rounds 5 --max-rounds 5 --benchtime 1000x"),
        ("allocgate init", "allocgate init --benchtime 1000x"),
        ("{1..10}", "{1..5}"),
        ("$(seq 10)", "$(seq 5)"),
        ("-count=1 ", "-benchtime=1000x -count=1 "),
    ];
    let script = shorter.iter().fold(script.to_string(), |script, (from, to)| script.replace(from, to));
    let binary = Path::new(env!("CARGO_BIN_EXE_allocgate")).parent().expect("it is in a folder");
    let path = env::var("PATH").expect("there is one");
    let mut command = repository.shell(&script);
    let output = run(command.env("PATH", format!("{}:{path}", binary.display())));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    println!("$ {script}{}{}", text(&output.stdout), text(&output.stderr));
    output.status.code()
}

/// A branch on which `Origin` returns a pointer, and `policy` is the policy; on `origin/main` it is another one, if any.
fn repository(before: Option<&str>, policy: Option<&str>) -> Repository {
    let repository = Repository::new();
    let write = |name: Option<&str>| {
        let policy = name.map(|name| fs::read_to_string(format!("testdata/policy/{name}.toml")));
        policy.into_iter().for_each(|text| repository.write("allocgate.toml", &text.expect("it is there")));
    };
    write(before);
    if before.is_some() {
        repository.commit();
    }
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.apply("pointer", "wire/origin_pointer.go", "wire/origin.go");
    write(policy);
    repository.commit();
    for (file, side) in [("base", "base"), ("pointer", "new")] {
        let text = fs::read_to_string(format!("testdata/hot/{file}.txt")).expect("readable");
        repository.write(&format!("{side}.txt"), &text);
        repository.write(&format!("shards/0/{side}.txt"), &text);
    }
    repository
}

#[test]
fn the_first_gate_is_red() {
    let repository = repository(None, None);
    let scripts = [scripts("docs/getting-started.md", "sh"), scripts("docs/run.md", "sh")].concat();
    let codes: Vec<_> = scripts.iter().map(|script| exit_code(&repository, script)).collect();
    let red = Some(1);
    assert_eq!(
        codes,
        [red, red, red, Some(0), red],
        "measured twice, judged, begun, and measured between two commits"
    );
}

#[test]
fn what_a_report_prints_to_reproduce_a_failure_reproduces_it() {
    let repository = repository(None, None);
    let script = "allocgate check base.txt new.txt >report.txt || true";
    assert_eq!(exit_code(&repository, script), Some(0));
    let report = repository.read("report.txt");
    let commands: Vec<&str> = report.lines().filter_map(|line| line.strip_prefix("reproduce  ")).collect();
    assert_eq!(commands, ["allocgate run --bench '^(BenchmarkOrigin)$' example.com/hot/wire"]);
    assert_eq!(exit_code(&repository, commands[0]), Some(1));
}

#[test]
fn budgets_are_written_and_loosened() {
    let repository = repository(None, None);
    let scripts = scripts("docs/budgets.md", "sh");
    let codes: Vec<_> = scripts.iter().map(|script| exit_code(&repository, script)).collect();
    assert_eq!(codes, [Some(0), Some(0), Some(1)], "written, loosened, and judged by the policy of main");
    let policy = repository.read("allocgate.toml");
    assert!(policy.contains("\"allocs/op\" = 22") && policy.contains("the separator may be a pattern now"));
}

#[test]
fn the_recipes_for_ci_are_red_where_they_should_be() {
    let repository = repository(Some("guide"), Some("waiver"));
    let scripts = scripts("docs/ci.md", "sh");
    let codes: Vec<_> = scripts.iter().map(|script| exit_code(&repository, script)).collect();
    assert_eq!(
        codes,
        [Some(1), Some(1), Some(1), Some(1), Some(0)],
        "the last one publishes, and judges nothing"
    );
    assert!(repository.read("comment.md").contains("Origin"));
}

#[test]
fn a_step_on_github_needs_no_action() {
    let repository = repository(None, None);
    let scripts = scripts("docs/github.md", "sh");
    let codes: Vec<_> = scripts.iter().map(|script| exit_code(&repository, script)).collect();
    assert_eq!(codes, [Some(1); 2]);
    assert!(repository.read("report.sarif").contains("Origin"));
}

/// The script of a job for GitLab, where this is what a merge request is compared with.
pub fn job(recipe: &str, name: &str, base: &str) -> String {
    let jobs = YamlLoader::load_from_str(recipe).expect("YAML");
    let lines = jobs[0][name]["script"].as_vec().expect("a script").iter();
    let lines: Vec<&str> = lines.map(|line| line.as_str().expect("a command")).collect();
    format!("CI_MERGE_REQUEST_DIFF_BASE_SHA={base}\n{}\n", lines.join("\n"))
}

#[test]
fn the_jobs_for_gitlab_are_red_and_leave_what_they_name() {
    let repository = repository(None, None);
    let base = repository.git(&["rev-parse", "origin/main"]);
    let mut recipes = scripts("docs/gitlab.md", "yaml");
    recipes.retain(|recipe| recipe.contains("script:")); // the component has a test of its own
    assert_eq!(exit_code(&repository, &job(&recipes[0], "benchmarks", base.trim())), Some(1));
    let artifacts = ["codequality.json", "junit.xml", "report.html", "report.json", "comment.md"];
    for name in artifacts {
        fs::remove_file(repository.path().join(name)).expect("it is there");
    }
    fs::remove_dir_all(repository.path().join("shards")).expect("it was there");
    for package in ["index", "wire"] {
        let script = format!("PACKAGE={package}\n{}", job(&recipes[1], "measure", base.trim()));
        assert_eq!(exit_code(&repository, &script), Some(0), "{package}");
    }
    assert_eq!(exit_code(&repository, &job(&recipes[1], "gate", base.trim())), Some(1));
    artifacts[..3].iter().for_each(|name| drop(repository.read(name)));
}

#[test]
fn rounds_by_hand_are_rounds() {
    let repository = Repository::empty();
    for side in ["base", "new"] {
        copy(Path::new("testdata/hot/module"), &repository.path().join(side));
    }
    let [in_turn, one_side] = &scripts("docs/noise.md", "bash")[..] else { panic!("two scripts") };
    assert_eq!(scripts("docs/ci.md", "bash"), std::slice::from_ref(in_turn), "the same on both pages");
    assert_eq!(exit_code(&repository, in_turn), Some(0));
    for side in ["base.txt", "new.txt"] {
        let text = repository.read(side);
        let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!((count("BenchmarkTally"), count("design: interleaved")), (5, 5), "{side}");
    }
    assert_eq!(exit_code(&repository, "allocgate check --quiet base.txt new.txt"), Some(0));
    assert_eq!(exit_code(&repository, &format!("cd new\n{one_side}")), Some(0));
    assert_eq!(repository.read("new/new.txt").matches("BenchmarkTally").count(), 5);
}
