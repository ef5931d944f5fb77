//! What every workflow and action holds to: pinned actions, least permissions, nothing untrusted in a script.
//!
//! actionlint and zizmor, which `.ci/run` runs, know more; this says the rules, and needs nothing but Rust.

use std::fs;
use std::path::{Path, PathBuf};
use yaml_rust2::{Yaml, YamlLoader};

/// Every file of this ending below a folder.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path.display().to_string(), ending));
        } else if path.display().to_string().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// What is wrong with the `uses:` of a text: what is not of this repository is pinned by commit, with its version beside it.
fn unpinned(text: &str) -> Vec<String> {
    let pinned = |action: &str| -> bool {
        let Some((action, comment)) = action.split_once(" # v") else { return false };
        let commit = action.split_once('@').map_or("", |(_, commit)| commit);
        let version = comment.split([' ', ',']).next().unwrap_or_default();
        commit.len() == 40
            && commit.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
            && version.split('.').count() == 3
            && version.split('.').all(|part| part.parse::<u32>().is_ok())
    };
    let uses = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: "));
    uses.filter(|action| !action.starts_with("./") && !action.starts_with("OWNER/") && !pinned(action))
        .map(|action| format!("is not pinned: {action}"))
        .collect()
}

/// What is wrong with steps: a script takes what it is told from its environment, and a checkout leaves no token behind.
fn careless(steps: &Yaml) -> Vec<String> {
    let steps = steps.as_vec().map(Vec::as_slice).unwrap_or_default();
    let spliced = steps.iter().filter_map(|step| step["run"].as_str()).filter(|it| it.contains("${{"));
    let leaky = steps.iter().filter_map(|step| {
        let uses = step["uses"].as_str().filter(|it| it.starts_with("actions/checkout@"))?;
        (step["with"]["persist-credentials"].as_bool() != Some(false)).then_some(uses)
    });
    spliced
        .map(|run| format!("an expression in a script: {run}"))
        .chain(leaky.map(|uses| format!("keeps its token: {uses}")))
        .collect()
}

/// What is wrong with a workflow.
fn problems(text: &str) -> Vec<String> {
    let documents = YamlLoader::load_from_str(text).expect("YAML");
    let workflow = &documents[0];
    let mut problems = unpinned(text);
    if workflow["permissions"].as_hash().is_none_or(|it| !it.is_empty()) {
        problems.push("the workflow begins with permissions".to_string());
    }
    if !workflow["on"]["pull_request_target"].is_badvalue() {
        problems.push("pull_request_target gives a stranger's change our token".to_string());
    }
    for (name, job) in workflow["jobs"].as_hash().expect("jobs") {
        let name = name.as_str().expect("a name");
        problems.extend(careless(&job["steps"]).into_iter().map(|problem| format!("{name}: {problem}")));
        if job["permissions"].as_hash().is_none() {
            problems.push(format!("{name}: says nothing of its permissions"));
        }
        if job["timeout-minutes"].as_i64().is_none() {
            problems.push(format!("{name}: may run for hours"));
        }
    }
    problems
}

fn expect_none<'p>(problems: impl IntoIterator<Item = (&'p Path, Vec<String>)>, at_least: usize) {
    let mut looked_at = 0;
    for (path, problems) in problems {
        looked_at += 1;
        assert!(problems.is_empty(), "{}: {}", path.display(), problems.join("\n"));
    }
    assert!(looked_at >= at_least, "only {looked_at} were looked at");
}

#[test]
fn every_workflow_is_pinned_and_asks_for_no_more_than_it_needs() {
    let workflows = files(".github/workflows", ".yml");
    let texts = workflows.iter().map(|path| (path.as_path(), fs::read_to_string(path).expect("readable")));
    expect_none(texts.map(|(path, text)| (path, problems(&text))), 6);
}

#[test]
fn every_action_is_pinned() {
    let mut actions = files(".github/actions", "action.yml");
    actions.push("action.yml".into());
    let problems = actions.iter().map(|path| {
        let text = fs::read_to_string(path).expect("readable");
        let documents = YamlLoader::load_from_str(&text).expect("YAML");
        (path.as_path(), [unpinned(&text), careless(&documents[0]["runs"]["steps"])].concat())
    });
    expect_none(problems, 2);
}

#[test]
fn what_others_copy_is_as_good() {
    let guide = fs::read_to_string("docs/github.md").expect("it is there");
    let blocks = guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let problems = blocks.map(|block| {
        let problems = if block.contains("\njobs:") { problems(block) } else { unpinned(block) };
        (Path::new("docs/github.md"), problems)
    });
    expect_none(problems, 5);
}

#[test]
fn a_planted_violation_is_caught() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let job = format!(
        "on: push\npermissions: {{}}\njobs:\n  a:\n    permissions: {{}}\n    timeout-minutes: 5\n    steps:\n      \
         - uses: actions/checkout@{commit} # v1.2.3\n        with: {{ persist-credentials: false }}\n      \
         - uses: ./\n      - run: echo $X\n"
    );
    assert!(problems(&job).is_empty(), "{:?}", problems(&job));
    for (from, to, want) in [
        (format!("@{commit} # v1.2.3").as_str(), "@v1", "is not pinned: actions/checkout@v1"),
        (" # v1.2.3", " # v1", "is not pinned: actions/checkout@"),
        ("01234567 #", "0123456 #", "is not pinned: actions/checkout@"),
        ("persist-credentials: false", "fetch-depth: 1", "a: keeps its token: "),
        ("echo $X", "echo ${{ inputs.x }}", "a: an expression in a script: "),
        ("on: push\npermissions: {}", "on: push", "the workflow begins with permissions"),
        ("permissions: {}\njobs", "permissions: { contents: write }\njobs", "the workflow begins with"),
        ("    permissions: {}\n", "", "a: says nothing of its permissions"),
        ("    timeout-minutes: 5\n", "", "a: may run for hours"),
        ("on: push", "on: { pull_request_target: { branches: [main] } }", "pull_request_target gives"),
    ] {
        let planted = problems(&job.replacen(from, to, 1));
        assert!(matches!(planted.as_slice(), [problem] if problem.starts_with(want)), "{to}: {planted:?}");
    }
}
