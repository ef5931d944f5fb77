//! The cases of `testdata/causes`: what a commit does, and the truth about it, which was written before anything ran.

use crate::run;
use allocgate::internals::cause::lines::{Module, SourceFile, Sources};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the module is.
pub const MODULE: &str = "testdata/causes/module";
/// The path that its `go.mod` declares.
pub const MODULE_PATH: &str = "example.com/relay";

/// `truth.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// What the commit does.
    #[allow(dead_code, reason = "for readers of the file")]
    pub title: String,
    /// The benchmarks that get worse, with the folder of their package: `codec.BenchmarkParse`.
    pub benchmarks: Vec<String>,
    /// Lines of new that allocate more; any of them may be named first. None for a refactoring.
    #[serde(default)]
    pub allocates: Vec<Line>,
    /// Edited lines that are the cause; any of them is a hit.
    #[serde(default)]
    pub cause: Vec<Line>,
}

/// A line of the truth.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub file: String,
    pub line: u32,
    /// The tree that has it.
    #[serde(default = "new")]
    pub side: String,
    /// Its text, to check the number.
    pub text: String,
}

fn new() -> String {
    "new".to_string()
}

/// A commit.
pub struct Case {
    pub name: String,
    pub truth: Truth,
    patch: PathBuf,
}

impl Case {
    /// All of them.
    pub fn all() -> Vec<Case> {
        let folders = fs::read_dir("testdata/causes/cases").expect("the cases are there");
        let mut cases: Vec<Case> = folders
            .map(|it| {
                let folder = it.expect("it can be listed").path();
                let text = fs::read_to_string(folder.join("truth.toml")).expect("each case has a truth");
                let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
                let truth = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
                let patch = fs::canonicalize(folder.join("change.patch")).expect("each case has a patch");
                Case { name, truth, patch }
            })
            .collect();
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        cases
    }

    /// Whether nothing may be found.
    pub fn is_refactoring(&self) -> bool {
        self.truth.allocates.is_empty()
    }

    /// Makes the tree of the commit in an empty folder.
    pub fn check_out(&self, folder: &Path) {
        copy(Path::new(MODULE), folder);
        // Without a repository around it, git applies to the folder.
        let mut git = Command::new("git");
        git.args(["apply", "--whitespace=nowarn"]).arg(&self.patch).current_dir(folder);
        git.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
        let output = run(&mut git);
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the module can be listed") {
        let entry = entry.expect("it can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// The Go files of a tree.
pub fn sources(root: &Path) -> Sources {
    let mut files = Vec::new();
    collect(root, root, &mut files);
    Sources::new(files, vec![Module { path: MODULE_PATH.to_string(), folder: String::new() }])
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("the tree can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|it| it == "go") {
            let relative =
                path.strip_prefix(root).expect("it is in the tree").to_string_lossy().replace('\\', "/");
            files.push(SourceFile { path: relative, text: fs::read_to_string(&path).expect("it is text") });
        }
    }
}
