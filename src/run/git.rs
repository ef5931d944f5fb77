//! What git knows: revisions, and where this branch began.

use super::process::{Said, capture};
use super::{RunError, Stop};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository, asked from a folder in it.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    /// The top of the working tree.
    pub root: PathBuf,
    /// The folder in which the run was called, from the root; empty if that is the root.
    pub prefix: PathBuf,
    stop: Stop,
}

/// `git` in a folder. What a hook or a `rebase --exec` says about another repository does not hold for it, and it changes
/// nothing that it is not asked to.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    // No hooks: a checkout of ours is nothing that they should know of.
    command.args(["-c", "core.hooksPath=/dev/null"]).current_dir(folder);
    command
}

impl Repository {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// If it is in none, or git is missing.
    pub fn around(folder: &Path, stop: &Stop) -> Result<Repository, RunError> {
        let ask = |what: &str| {
            let mut command = git(folder);
            command.args(["rev-parse", what]);
            capture(command, stop)
        };
        let (root, prefix) = (ask("--show-toplevel")?, ask("--show-prefix")?);
        if root.status.success() && prefix.status.success() {
            let path = |said: &Said| PathBuf::from(said.stdout.trim_end_matches(['\r', '\n']));
            return Ok(Repository { root: path(&root), prefix: path(&prefix), stop: stop.clone() });
        }
        match root.stderr.contains("not a git repository")
            || root.stderr.contains("must be run in a work tree")
        {
            true => Err(RunError::NotARepository(folder.to_path_buf())),
            false => Err(refused("git rev-parse --show-toplevel", &root)),
        }
    }

    /// Asks git in the root of the repository.
    pub fn ask(&self, arguments: &[&str]) -> Result<Said, RunError> {
        self.ask_in(&self.root, arguments)
    }

    /// Asks git in another folder of the repository, such as a worktree.
    pub fn ask_in(&self, folder: &Path, arguments: &[&str]) -> Result<Said, RunError> {
        let mut command = git(folder);
        command.args(arguments);
        capture(command, &self.stop)
    }

    /// The same, where no is no answer.
    pub fn demand(&self, folder: &Path, arguments: &[&str]) -> Result<String, RunError> {
        let said = self.ask_in(folder, arguments)?;
        if said.status.success() {
            Ok(said.stdout)
        } else {
            Err(refused(&format!("git {}", arguments.join(" ")), &said))
        }
    }

    /// The repository as it is asked by whoever cleans up, whom nobody stops.
    pub fn unstoppable(&self) -> Repository {
        Repository { stop: Stop::default(), ..self.clone() }
    }

    /// The full hash of the commit that a revision names.
    pub fn commit(&self, revision: &str) -> Result<String, RunError> {
        let name = format!("{revision}^{{commit}}");
        let said = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
        match said.status.success() {
            true => Ok(said.stdout.trim().to_string()),
            false => Err(RunError::UnknownRevision(revision.to_string(), self.is_shallow()?)),
        }
    }

    /// Where the history of `commit` left the default branch: the branch, and the commit.
    pub fn merge_base(&self, commit: &str) -> Result<(String, String), RunError> {
        let branch = self.default_branch()?;
        let said = self.ask(&["merge-base", commit, &branch])?;
        let name = branch.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/").to_string();
        match said.status.success() {
            true => Ok((name, said.stdout.trim().to_string())),
            false => Err(RunError::NoMergeBase { branch: name, shallow: self.is_shallow()? }),
        }
    }

    /// By its whole name: a tag may be called `main` as well.
    fn default_branch(&self) -> Result<String, RunError> {
        let remote = ["HEAD", "main", "master"].map(|name| format!("refs/remotes/origin/{name}"));
        let local = ["main", "master"].map(|name| format!("refs/heads/{name}"));
        for branch in remote.into_iter().chain(local) {
            let name = format!("{branch}^{{commit}}");
            if self.ask(&["rev-parse", "--verify", "--quiet", &name])?.status.success() {
                return Ok(branch);
            }
        }
        Err(RunError::NoDefaultBranch)
    }

    fn is_shallow(&self) -> Result<bool, RunError> {
        Ok(self.ask(&["rev-parse", "--is-shallow-repository"])?.stdout.trim() == "true")
    }
}

/// What git or go was asked, and its answer.
pub(super) fn refused(command: &str, said: &Said) -> RunError {
    RunError::Refused { command: command.to_string(), said: said.why().replace('\n', "; ") }
}
