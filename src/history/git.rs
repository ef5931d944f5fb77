//! Starts git.

use super::StoreError;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

/// git in a repository.
#[derive(Debug, Clone)]
pub(super) struct Git {
    folder: PathBuf,
    /// The index that it uses in place of that of the working tree.
    index: Option<PathBuf>,
}

impl Git {
    /// git in a folder, which must be in a repository, with or without a working tree.
    pub fn open(folder: &Path) -> Result<Git, StoreError> {
        let git = Git { folder: folder.to_path_buf(), index: None };
        let arguments = ["rev-parse", "--git-dir"];
        let output = git.output(&arguments, None)?;
        match output.status.success() {
            true => Ok(git),
            // Of a repository that git refuses, as one of another user, only git knows why.
            false if !String::from_utf8_lossy(&output.stderr).contains("not a git repository") => {
                Err(failed(&arguments, &output))
            }
            false => Err(StoreError::NotARepository(folder.to_path_buf())),
        }
    }

    /// The same with an index of its own.
    pub fn with_index(&self, index: PathBuf) -> Git {
        Git { index: Some(index), ..self.clone() }
    }

    /// Runs git; its exit status is an answer. `input` is its standard input.
    pub fn output(&self, arguments: &[&str], input: Option<Vec<u8>>) -> Result<Output, StoreError> {
        let mut command = Command::new("git");
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
            command.env_remove(variable);
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        // No hooks: they belong to changes of the code. No automatic clean-up, which would slow down a race.
        command.args(["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
        command.args(arguments).current_dir(&self.folder);
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(StoreError::NoGit)?;
        // In a thread of its own: git answers while it still reads.
        let stdin = child.stdin.take();
        let writer =
            thread::spawn(move || stdin.zip(input).map(|(mut stdin, input)| stdin.write_all(&input)));
        let output = child.wait_with_output().map_err(StoreError::NoGit)?;
        // If git did not read everything, its exit status says why.
        let _ = writer.join();
        Ok(output)
    }

    /// Runs git, where it must succeed, and returns the bytes that it prints.
    pub fn bytes(&self, arguments: &[&str], input: Option<Vec<u8>>) -> Result<Vec<u8>, StoreError> {
        let output = self.output(arguments, input)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(failed(arguments, &output)),
        }
    }

    /// Runs git, where it must succeed, and returns what it prints without the last line end.
    pub fn text(&self, arguments: &[&str]) -> Result<String, StoreError> {
        self.text_of(arguments, None)
    }

    /// The same with a standard input.
    pub fn text_of(&self, arguments: &[&str], input: Option<Vec<u8>>) -> Result<String, StoreError> {
        let bytes = self.bytes(arguments, input)?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_string())
    }

    /// What git prints if it succeeds; `None` if not.
    pub fn answer(&self, arguments: &[&str]) -> Result<Option<String>, StoreError> {
        let output = self.output(arguments, None)?;
        let text = || String::from_utf8_lossy(&output.stdout).trim_end().to_string();
        Ok(output.status.success().then(text))
    }

    /// Whether the clone is shallow.
    pub fn is_shallow(&self) -> Result<bool, StoreError> {
        Ok(self.text(&["rev-parse", "--is-shallow-repository"])? == "true")
    }
}

/// The error of a command that failed.
pub(super) fn failed(arguments: &[&str], output: &Output) -> StoreError {
    let errors = String::from_utf8_lossy(&output.stderr);
    // With --porcelain, git push prints why on standard output.
    let printed = String::from_utf8_lossy(&output.stdout);
    let rejected = printed.lines().filter(|line| line.starts_with('!'));
    let lines: Vec<&str> =
        rejected.chain(errors.lines()).map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let output = if lines.is_empty() { output.status.to_string() } else { lines.join("; ") };
    StoreError::Git { command: arguments.first().copied().unwrap_or_default().to_string(), output }
}
