//! Asks git about revisions and the files that differ.

use crate::run::process::{Output, capture};
use crate::run::{RunError, Stop};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A git repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    /// The top of the working tree.
    pub root: PathBuf,
    /// The folder in which the run was called, relative to the root.
    pub prefix: PathBuf,
    stop: Stop,
}

/// What the working tree has that its commit has not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UncommittedChanges {
    /// Whether there is anything: changes, or untracked files that are not ignored.
    pub any: bool,
    /// Submodules with changes, or at another commit than the one that is recorded.
    pub submodules: Vec<String>,
}

/// `git` in a folder. Variables that a hook or `rebase --exec` has set for another repository are removed.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    // No hooks: they need not run for a temporary checkout.
    command.args(["-c", "core.hooksPath=/dev/null"]).current_dir(folder);
    command
}

impl Repository {
    /// Finds the repository of a folder.
    ///
    /// # Errors
    /// If there is none, or git is missing.
    pub fn find(folder: &Path, stop: &Stop) -> Result<Repository, RunError> {
        let rev_parse = |what: &str| {
            let mut command = git(folder);
            command.args(["rev-parse", what]);
            capture(command, stop)
        };
        let (root, prefix) = (rev_parse("--show-toplevel")?, rev_parse("--show-prefix")?);
        if root.status.success() && prefix.status.success() {
            let path = |output: &Output| PathBuf::from(output.stdout.trim_end_matches(['\r', '\n']));
            return Ok(Repository { root: path(&root), prefix: path(&prefix), stop: stop.clone() });
        }
        let none = ["not a git repository", "must be run in a work tree"];
        match none.iter().any(|it| root.stderr.contains(it)) {
            true => Err(RunError::NotARepository(folder.to_path_buf())),
            false => Err(root.error("git rev-parse --show-toplevel")),
        }
    }

    /// Runs git in a folder; its exit status is an answer.
    pub fn output_in(&self, folder: &Path, arguments: &[&str]) -> Result<Output, RunError> {
        let mut command = git(folder);
        command.args(arguments);
        capture(command, &self.stop)
    }

    fn output(&self, arguments: &[&str]) -> Result<Output, RunError> {
        self.output_in(&self.root, arguments)
    }

    /// Runs git in a folder, where it must succeed, and returns what it prints.
    pub fn run_in(&self, folder: &Path, arguments: &[&str]) -> Result<String, RunError> {
        let output = self.output_in(folder, arguments)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(output.error(&format!("git {}", arguments.join(" ")))),
        }
    }

    /// Runs git in the root, where it must succeed, and returns what it prints.
    pub fn run(&self, arguments: &[&str]) -> Result<String, RunError> {
        self.run_in(&self.root, arguments)
    }

    /// The same repository for cleaning up, which must not be stopped.
    pub fn without_stop(&self) -> Repository {
        Repository { stop: Stop::default(), ..self.clone() }
    }

    /// The hash of the commit that a revision names.
    pub fn commit(&self, revision: &str) -> Result<String, RunError> {
        let name = format!("{revision}^{{commit}}");
        let output = self.output(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
        match output.status.success() {
            true => Ok(output.stdout.trim().to_string()),
            false => Err(RunError::UnknownRevision {
                revision: revision.to_string(),
                is_shallow: self.is_shallow()?,
            }),
        }
    }

    /// The default branch, and its merge base with a commit.
    pub fn merge_base(&self, commit: &str) -> Result<(String, String), RunError> {
        let branch = self.default_branch()?;
        let output = self.output(&["merge-base", commit, &branch])?;
        let name = branch.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/").to_string();
        match output.status.success() {
            true => Ok((name, output.stdout.trim().to_string())),
            false => Err(RunError::NoMergeBase { branch: name, is_shallow: self.is_shallow()? }),
        }
    }

    /// By its full name, because a tag may also be called `main`.
    fn default_branch(&self) -> Result<String, RunError> {
        let remote = ["HEAD", "main", "master"].map(|name| format!("refs/remotes/origin/{name}"));
        let local = ["main", "master"].map(|name| format!("refs/heads/{name}"));
        for branch in remote.into_iter().chain(local) {
            let name = format!("{branch}^{{commit}}");
            if self.output(&["rev-parse", "--verify", "--quiet", &name])?.status.success() {
                return Ok(branch);
            }
        }
        Err(RunError::NoDefaultBranch)
    }

    fn is_shallow(&self) -> Result<bool, RunError> {
        Ok(self.output(&["rev-parse", "--is-shallow-repository"])?.stdout.trim() == "true")
    }

    /// What the working tree has that its commit has not.
    pub fn uncommitted_changes(&self) -> Result<UncommittedChanges, RunError> {
        let status = ["status", "--porcelain=v2", "--untracked-files=normal", "--ignore-submodules=none"];
        Ok(read_status(&self.run(&status)?))
    }

    /// The files that differ between a commit and another one, or the working tree; relative to the root.
    pub fn changed_files(&self, base: &str, new: Option<&str>) -> Result<Vec<PathBuf>, RunError> {
        let diff =
            ["diff", "--name-only", "--no-renames", "--no-relative", "--ignore-submodules=none", "-z", base];
        let diff: Vec<&str> = diff.into_iter().chain(new).chain(["--"]).collect();
        let mut text = self.run(&diff)?;
        if new.is_none() {
            text += &self.run(&["ls-files", "--others", "--exclude-standard", "--full-name", "-z"])?;
        }
        Ok(text.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect())
    }
}

/// Reads the output of `git status --porcelain=v2`.
fn read_status(text: &str) -> UncommittedChanges {
    let submodules = text.lines().filter_map(|line| {
        // 1 .M SCMU 160000 160000 160000 HASH HASH path
        let mut fields = line.splitn(9, ' ');
        let is_change = fields.next() == Some("1");
        let is_submodule = fields.nth(1)?.starts_with('S');
        (is_change && is_submodule).then(|| fields.nth(5).map(String::from))?
    });
    UncommittedChanges { any: !text.trim().is_empty(), submodules: submodules.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_submodules_are_found_among_other_changes() {
        assert_eq!(read_status(""), UncommittedChanges::default());
        let untracked = read_status("? notes.txt\n");
        assert_eq!(untracked, UncommittedChanges { any: true, submodules: Vec::new() });
        let file = "1 .M N... 100644 100644 100644 aa bb go.mod\n";
        let module = "1 .M S.M. 160000 160000 160000 aa bb third party/lib\n";
        let both = read_status(&format!("{file}{module}"));
        assert_eq!(both, UncommittedChanges { any: true, submodules: vec!["third party/lib".to_string()] });
    }
}
