//! As much of a GitHub runner as our actions need: it runs the steps of a composite action.

use crate::run;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};

/// A job on a repository on GitHub, both of them in a folder.
pub struct Runner {
    pub folder: TempDir,
    /// What `github.…` and `runner.…` say.
    context: HashMap<String, String>,
    /// What is found before everything else on the PATH.
    tools: Vec<PathBuf>,
    /// Where the repository is checked out.
    workspace: PathBuf,
}

/// What became of an action.
#[derive(Debug, Default)]
pub struct Ran {
    /// The steps that ran, with their exit codes.
    pub steps: Vec<(String, i32)>,
    /// What they printed, both streams.
    pub log: String,
    pub outputs: HashMap<String, String>,
}

impl Ran {
    pub fn failed(&self) -> bool {
        self.steps.iter().any(|&(_, code)| code != 0)
    }
}

impl Runner {
    /// With `gh` as it stands in for GitHub, and with allocgate installed.
    pub fn new() -> Runner {
        let runner = Runner::bare();
        let binary = Path::new(env!("CARGO_BIN_EXE_allocgate")).parent().expect("it is in a folder");
        Runner { tools: [runner.tools.clone(), vec![binary.to_path_buf()]].concat(), ..runner }
    }

    /// The same without allocgate.
    pub fn bare() -> Runner {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["temp", "state", "tools"] {
            fs::create_dir(folder.path().join(name)).expect("created");
        }
        let stub = folder.path().join("tools/gh");
        fs::copy("tests/go_set/stub/gh", &stub).expect("copied");
        let context = [
            ("repository", "me/mine"),
            ("action_repository", ""),
            ("action_ref", ""),
            ("token", "secret"),
            ("event_name", "push"),
            ("sha", "HEAD"),
        ];
        let context = context.map(|(key, value)| (format!("github.{key}"), value.to_string()));
        let tools = vec![folder.path().join("tools")];
        let runner = Runner { tools, folder, context: context.into(), workspace: PathBuf::from(".") };
        runner.state("comments.json", "[]");
        runner.state("pulls.json", "[]");
        runner
    }

    /// Sets what an expression such as `github.event.pull_request.number` says.
    pub fn set(mut self, expression: &str, value: &str) -> Runner {
        self.context.insert(expression.to_string(), value.to_string());
        self
    }

    /// Checks out another repository than this one.
    pub fn at(self, workspace: PathBuf) -> Runner {
        Runner { workspace, ..self }
    }

    /// Writes a file of what GitHub knows.
    pub fn state(&self, name: &str, text: &str) {
        let path = self.folder.path().join("state").join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("created");
        fs::write(path, text).expect("written");
    }

    /// Adds a program to the PATH.
    pub fn tool(&self, name: &str, script: &str) {
        let path = self.folder.path().join("tools").join(name);
        fs::write(&path, script).expect("written");
        let status = run(Command::new("chmod").arg("+x").arg(&path)).status;
        assert!(status.success());
    }

    /// What was asked of GitHub, a call a line.
    pub fn calls(&self) -> String {
        fs::read_to_string(self.folder.path().join("state/calls")).unwrap_or_default()
    }

    /// The comments that there are: pull request, author, text.
    pub fn comments(&self) -> Vec<(u64, String, String)> {
        let text = fs::read_to_string(self.folder.path().join("state/comments.json")).expect("it is there");
        let comments: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let told = |it: &serde_json::Value| {
            let text = |it: &serde_json::Value| it.as_str().expect("a text").to_string();
            (it["pull"].as_u64().expect("a number"), text(&it["user"]["login"]), text(&it["body"]))
        };
        comments.as_array().expect("a list").iter().map(told).collect()
    }

    /// Runs the action in this folder of the repository.
    pub fn action(&self, folder: &str, inputs: &[(&str, &str)]) -> Ran {
        let action = fs::canonicalize(folder).expect("it is there");
        let text = fs::read_to_string(action.join("action.yml")).expect("it is there");
        let document = YamlLoader::load_from_str(&text).expect("YAML").remove(0);
        let mut known = self.context.clone();
        for (name, input) in document["inputs"].as_hash().expect("inputs") {
            let name = name.as_str().expect("a name");
            let given = inputs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
            let missing = || panic!("the input {name} is required");
            let default = || input["default"].as_str().map_or_else(missing, |it| expand(it, &known));
            let value = given.unwrap_or_else(default);
            known.insert(format!("inputs.{name}"), value);
        }
        let mut ran = Ran::default();
        for step in document["runs"]["steps"].as_vec().expect("steps") {
            assert!(step["run"].is_badvalue() || step["shell"].as_str() == Some("bash"), "{step:?}");
            self.step(step, &action, &mut known, &mut ran);
        }
        ran
    }

    /// Runs the steps of a job, with the actions of this repository.
    pub fn job(&self, job: &Yaml) -> Ran {
        let mut known = self.context.clone();
        known.insert("runner.temp".into(), self.folder.path().join("temp").display().to_string());
        let mut ran = Ran::default();
        for step in job["steps"].as_vec().expect("steps") {
            match step["uses"].as_str() {
                Some("./") => self.uses_ours(step, &mut known, &mut ran),
                _ => self.step(step, Path::new("."), &mut known, &mut ran),
            }
        }
        ran
    }

    /// Runs the action of this repository as a step of a job.
    fn uses_ours(&self, step: &Yaml, known: &mut HashMap<String, String>, ran: &mut Ran) {
        let text = |it: &Yaml| it.as_str().expect("a text").to_string();
        let inputs = step["with"].as_hash().expect("inputs").iter();
        let inputs: Vec<(String, String)> =
            inputs.map(|(key, it)| (text(key), expand(&text(it), known))).collect();
        let inputs: Vec<(&str, &str)> = inputs.iter().map(|(key, it)| (key.as_str(), it.as_str())).collect();
        let inner = self.action(".", &inputs);
        let id = step["id"].as_str().expect("an id");
        let outcome = if inner.failed() { "failure" } else { "success" };
        known.insert(format!("steps.{id}.outcome"), outcome.to_string());
        known.extend(inner.outputs.into_iter().map(|(key, it)| (format!("steps.{id}.outputs.{key}"), it)));
        ran.log += &inner.log;
        let counts = step["continue-on-error"].as_bool() != Some(true);
        ran.steps.push((text(&step["name"]), i32::from(outcome == "failure" && counts)));
    }

    /// Runs one step, with the files of the action that it is one of.
    fn step(&self, step: &Yaml, action: &Path, known: &mut HashMap<String, String>, ran: &mut Ran) {
        let name = step["name"].as_str().or(step["uses"].as_str()).expect("a name").to_string();
        let holds = match step["if"].as_str() {
            Some(condition) => condition.split("&&").all(|it| holds(it.trim(), known)),
            None => !ran.failed(),
        };
        if !holds {
            return;
        }
        if step["uses"].as_str().is_some() {
            ran.steps.push((name, 0)); // somebody else's
            return;
        }
        let file = |name: &str| self.folder.path().join(name);
        let on_path = fs::read_to_string(file("path")).unwrap_or_default();
        let path =
            self.tools.iter().map(|it| it.display().to_string()).chain(on_path.lines().map(String::from));
        let path: Vec<String> = path.chain(std::env::var("PATH")).collect();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"]);
        command.arg(step["run"].as_str().expect("a script"));
        command.current_dir(self.workspace.join(step["working-directory"].as_str().unwrap_or(".")));
        command.env("PATH", path.join(":")).env("GH_STATE", file("state")).env("RUNNER_TEMP", file("temp"));
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_ACTION_PATH", action);
        for (variable, name) in
            [("GITHUB_PATH", "path"), ("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")]
        {
            command.env(variable, file(name));
        }
        fs::write(file("output"), "").expect("written");
        for (variable, value) in step["env"].as_hash().into_iter().flatten() {
            command.env(variable.as_str().expect("a name"), expand(value.as_str().expect("a text"), known));
        }
        let output = run(&mut command);
        ran.log += &String::from_utf8_lossy(&output.stdout);
        ran.log += &String::from_utf8_lossy(&output.stderr);
        ran.steps.push((name, output.status.code().expect("it ends by itself")));
        for line in fs::read_to_string(file("output")).expect("readable").lines() {
            let (key, value) = line.split_once('=').expect("an output");
            ran.outputs.insert(key.to_string(), value.to_string());
            if let Some(id) = step["id"].as_str() {
                known.insert(format!("steps.{id}.outputs.{key}"), value.to_string());
            }
        }
    }
}

/// A text with every `${{ … }}` in it replaced by its value. Outputs that were not set are empty, as on GitHub.
fn expand(text: &str, known: &HashMap<String, String>) -> String {
    let mut pieces = text.split("${{");
    let mut out = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let (expression, rest) = piece.split_once("}}").expect("an expression ends");
        out += &value(expression.trim(), known);
        out += rest;
    }
    out
}

fn value(expression: &str, known: &HashMap<String, String>) -> String {
    match known.get(expression) {
        Some(value) => value.clone(),
        None if expression.starts_with("steps.") => String::new(),
        None if expression.starts_with("github.event.") => String::new(),
        None => panic!("the runner does not know `{expression}`"),
    }
}

/// `always()`, `a == 'b'`, `a != 'b'`.
fn holds(condition: &str, known: &HashMap<String, String>) -> bool {
    let literal = |text: &str| text.trim().trim_matches('\'').to_string();
    if condition == "always()" {
        true
    } else if let Some((left, right)) = condition.split_once("==") {
        value(left.trim(), known) == literal(right)
    } else if let Some((left, right)) = condition.split_once("!=") {
        value(left.trim(), known) != literal(right)
    } else {
        panic!("the runner does not know the condition `{condition}`")
    }
}
