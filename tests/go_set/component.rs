//! The component for GitLab: its job, with its inputs filled in, as a shell runs it in a merge request.

use crate::repository::Repository;
use std::fs;
use yaml_rust2::{Yaml, YamlLoader};

/// The job of the component with these inputs, and the defaults of the others.
fn job(given: &[(&str, &str)]) -> Yaml {
    let text = fs::read_to_string("templates/allocgate.yml").expect("it is there");
    let (spec, job) = text.split_once("\n---\n").expect("a header and the job");
    let spec = YamlLoader::load_from_str(spec).expect("YAML").remove(0);
    let mut job = job.to_string();
    for (name, input) in spec["spec"]["inputs"].as_hash().expect("inputs") {
        let name = name.as_str().expect("a name");
        assert!(input["description"].as_str().is_some(), "{name}");
        let value = given.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let value = value.unwrap_or_else(|| input["default"].as_str().expect("a default"));
        let place = format!("$[[ inputs.{name} ]]");
        assert!(job.contains(&place), "{name} is not used");
        job = job.replace(&place, value);
    }
    assert!(!job.contains("$[["), "an input is not declared: {job}");
    YamlLoader::load_from_str(&job).expect("YAML").remove(0)
}

/// The script of a job as one for bash.
fn script(job: &Yaml) -> String {
    let lines = job["benchmarks"]["script"].as_vec().expect("a script").iter();
    lines.map(|line| line.as_str().expect("a line")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_merge_request_is_measured_and_judged() {
    let repository = Repository::new();
    let base = repository.git(&["rev-parse", "HEAD"]);
    repository.apply("pointer", "wire/origin_pointer.go", "wire/origin.go");
    repository.commit();
    let arguments = "--bench Origin --rounds 5 --max-rounds 5 --benchtime 1000x";
    let ended = |inputs: &[(&str, &str)]| {
        let mut shell = repository.shell(&script(&job(inputs)));
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_allocgate")).parent().expect("a folder");
        let path = std::env::var("PATH").expect("it is set");
        shell.env("PATH", format!("{}:{path}", program.display()));
        shell.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim()).env("CI_PROJECT_DIR", repository.path());
        repository.ended(&mut shell)
    };
    ended(&[("packages", "./wire"), ("arguments", arguments)]).expect(1).says(&["FAIL", "Origin"]);
    for report in ["codequality.json", "junit.xml", "report.html", "report.json", "comment.md"] {
        assert!(!repository.read(report).is_empty(), "{report}");
    }
    let results = [("mode", "check"), ("base", ".allocgate/base.txt"), ("new", ".allocgate/new.txt")];
    ended(&results).expect(1).says(&["FAIL", "Origin"]);
}
