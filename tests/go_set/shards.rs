//! `allocgate run --shard`: four processes, as four machines would run them, have the verdicts of one run.

use crate::guide::{exit_code, job, scripts};
use crate::repository::Repository;
use crate::revisions::with_regressions;
use crate::run;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use yaml_rust2::YamlLoader;

const QUICK: &str = "--rounds 5 --max-rounds 5 --benchtime 1000x";

/// The rows about allocations that regressed. They are the same in every run.
fn regressed(report: &str) -> BTreeSet<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let rows = report["rows"].as_array().expect("rows").iter();
    let worse = rows.filter(|row| row["verdict"] == "regressed" && row["unit"] == "allocs/op");
    worse.map(|row| format!("{} {}", row["pkg"], row["benchmark"])).collect()
}

/// The names of the functions with results in a file.
fn functions(text: &str) -> BTreeSet<&str> {
    let results = text.lines().filter(|line| line.starts_with("Benchmark") && line.contains(" ns/op"));
    results.filter_map(|line| line.split(['/', '-', ' ', '\t']).next()).collect()
}

/// Runs a script four times at once, with the number of the shard in variables.
fn in_four_processes(repository: &Repository, variables: &str, script: &str) {
    let _ = fs::remove_dir_all(repository.path().join("shards"));
    let all = format!(
        "pids=()\nfor k in 1 2 3 4; do\n(export {variables}\n{script}\n) & pids+=($!)\ndone\nfor pid in \"${{pids[@]}}\"; do wait \"$pid\"; done\n"
    );
    assert_eq!(exit_code(repository, &all), Some(0), "{script}");
}

#[test]
fn four_shards_have_the_verdicts_of_one_run() {
    let repository = with_regressions();
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.commit();
    let base = repository.git(&["rev-parse", "HEAD^"]).trim().to_string();
    let whole =
        repository.allocgate(&format!("run --base {base} --new HEAD {QUICK} --report json=whole.json"));
    assert_eq!(whole.code, Some(1), "{}", whole.stderr);
    let want = regressed(&repository.read("whole.json"));
    assert!(want.len() >= 4, "{want:?}");
    let check = "check --base shards/*/base.txt --new shards/*/new.txt";
    let judged = || {
        let ran = repository.allocgate(&format!("{check} --report json=all.json"));
        assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
        assert!(!ran.stdout.contains("shards:"), "{}", ran.stdout);
        regressed(&repository.read("all.json"))
    };

    let recipes = scripts("docs/shards.md", "yaml");
    let [github, gitlab, kubernetes] = &recipes[..] else { panic!("three recipes") };
    let workflow = &YamlLoader::load_from_str(github).expect("YAML")[0];
    let steps = workflow["jobs"]["measure"]["steps"].as_vec().expect("steps");
    let measure = steps.iter().find(|step| step["name"].as_str() == Some("Measure")).expect("it is there");
    let script = measure["run"].as_str().expect("a script");
    in_four_processes(&repository, &format!("BASE={base} SHARD=$k/4"), script);
    assert_eq!(judged(), want, "GitHub");

    // Each function is in one shard, and all are there.
    let files: Vec<String> = (1..=4).map(|k| repository.read(&format!("shards/{k}/new.txt"))).collect();
    let all: Vec<&str> = files.iter().flat_map(|file| functions(file)).collect();
    let distinct: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!((all.len(), &distinct), (distinct.len(), &functions(&repository.read(".allocgate/new.txt"))));
    for (k, file) in (1..).zip(&files) {
        assert!(file.contains(&format!("\nshard: {k}/4\nplan: ")) && !file.contains("\nportion: "), "{file}");
    }

    // One that is lost fails, and so does one that is planned with times.
    fs::rename(repository.path().join("shards/3"), repository.path().join("lost")).expect("moved");
    repository.allocgate(check).expect(1).says(&["1 missing shard: missing in base and new: 3 of 4"]);
    repository.write("shards/times.txt", &repository.read(".allocgate/times.txt"));
    let again = format!(
        "run --base {base} --new HEAD {QUICK} --shard 3/4 --shard-times shards/times.txt --out shards/3"
    );
    repository.allocgate(&again).expect(0);
    repository.allocgate(check).expect(1).says(&["contradictory shards: plan ", " of 3/4"]);

    let gitlab_script = job(gitlab, "measure", &base);
    in_four_processes(&repository, "CI_NODE_INDEX=$k CI_NODE_TOTAL=4", &gitlab_script);
    assert_eq!(judged(), want, "GitLab");
    assert_eq!(exit_code(&repository, &job(gitlab, "gate", &base)), Some(1));
    drop(repository.read("codequality.json"));
    fs::remove_file(repository.path().join("report.html")).expect("it is there");

    let manifest = &YamlLoader::load_from_str(kubernetes).expect("YAML")[0];
    assert_eq!(manifest["spec"]["completionMode"].as_str(), Some("Indexed"));
    let container = &manifest["spec"]["template"]["spec"]["containers"][0];
    let shards = container["env"][0]["value"].as_str().and_then(|it| it.parse().ok());
    assert_eq!(
        (shards, container["env"][0]["name"].as_str()),
        (manifest["spec"]["completions"].as_i64(), Some("ALLOCGATE_SHARDS"))
    );
}

#[test]
fn a_shard_with_nothing_to_measure_records_itself() {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/m\n\ngo 1.24\n");
    repository.write("p/p_test.go", "package p\n\nimport \"testing\"\n\nvar sink []byte\n\nfunc BenchmarkA(b *testing.B) {\n\tfor range b.N {\n\t\tsink = make([]byte, 8)\n\t}\n}\n");
    repository.commit();
    repository.write("other.txt", "a change that benchmarks may read\n");
    for k in 1..=2 {
        let command = format!("run --shard {k}/2 {QUICK} --out shards/{k}");
        let ran = repository.allocgate(&command).expect(0);
        assert!(ran.stdout.starts_with(&format!("shard {k}/2 ")), "{}", ran.stdout);
    }
    let empty = (1..=2).find(|k| !repository.read(&format!("shards/{k}/new.txt")).contains("BenchmarkA"));
    let empty = empty.expect("one shard has no function");
    assert!(repository.read(&format!("shards/{empty}/base.txt")).contains(&format!("\nshard: {empty}/2\n")));
    let check = "check --base shards/1/base.txt shards/2/base.txt --new shards/*/new.txt";
    let judged = repository.allocgate(check).expect(0);
    assert!(
        judged.stdout.contains("(1 benchmark, ") && !judged.stdout.contains("empty file"),
        "{}",
        judged.stdout
    );

    // Where nothing changed, no shard has anything to measure, and that passes as in one run.
    fs::remove_file(repository.path().join("other.txt")).expect("it is there");
    repository.write("README.md", "words\n");
    for k in 1..=2 {
        let ran = repository.allocgate(&format!("run --shard {k}/2 {QUICK} --out shards/{k}")).expect(0);
        ran.says(&["has nothing to measure"]);
    }
    repository.allocgate(check).expect(0).says(&["PASS unchanged: no shard had anything to measure"]);
    fs::remove_dir_all(repository.path().join("shards/2")).expect("it is there");
    repository.allocgate("check --base shards/*/base.txt --new shards/*/new.txt").expect(2);
    repository.allocgate("run --shard 1/2 --report json=-").expect(2).says(&["a shard has no verdict"]);
    repository.allocgate("run --shard 3/2").expect(2).says(&["expected k/n"]);
    repository.allocgate("run --shard auto").expect(2).says(&["no job number in the environment"]);
}

#[test]
fn the_workflow_for_github_is_valid() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shards.yml");
    fs::write(&file, &scripts("docs/shards.md", "yaml")[0]).expect("written");
    let output = run(Command::new("actionlint").arg(&file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
