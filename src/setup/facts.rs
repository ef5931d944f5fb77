//! What is known about a machine, a repository and a module.

use std::path::PathBuf;

/// What is known before anything is measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// `git --version`.
    pub git: Program,
    /// `go version`.
    pub go: Program,
    /// The `go.mod` or `go.work` in use; `None` outside of a module.
    pub module: Option<PathBuf>,
    /// How many benchmark functions are below the working directory.
    pub benchmarks: usize,
    /// `None` outside of a repository, and where git refuses it.
    pub repository: Option<RepositoryFacts>,
    /// Why git refuses the repository, such as one of another user.
    pub refusal: Option<String>,
    /// What can count instructions: `cachegrind 3.22.0`; `None` if nothing can.
    pub counter: Option<String>,
    /// The machine.
    pub machine: MachineFacts,
    /// The policy that `check` and `run` use here.
    pub policy: PolicyFacts,
}

/// Whether a program can be started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Program {
    /// It is not on the PATH.
    #[default]
    Missing,
    /// The version that it prints.
    Found(String),
    /// It starts and fails, with this message.
    Failed(String),
}

/// A git repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// The top of the working tree.
    pub root: PathBuf,
    /// The working directory, relative to the root; empty if they are the same.
    pub prefix: PathBuf,
    /// The URL of `origin`.
    pub remote: Option<String>,
    /// The default branch, and whether it has a commit in common with HEAD.
    pub default_branch: Option<(String, bool)>,
    /// Whether the clone lacks history.
    pub is_shallow: bool,
    /// Whether HEAD is a commit: a new repository has none.
    pub has_commit: bool,
    /// The branch with stored results, if there is one.
    pub history: Option<String>,
    /// Whether files of a CI are in the root: `.github`, `.gitlab-ci.yml`.
    pub has_github_folder: bool,
    /// The configuration of GitLab.
    pub has_gitlab_file: bool,
}

/// The machine; `None` where the system does not tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MachineFacts {
    /// The number of cores.
    pub cores: usize,
    /// How many cores the control group may use.
    pub quota: Option<f64>,
    /// How many bytes of memory the control group may use.
    pub memory: Option<u64>,
    /// The environment variable GOMAXPROCS.
    pub gomaxprocs: Option<usize>,
    /// Processes that wanted to run during the last minute, on average.
    pub load: Option<f64>,
    /// The governor of the CPU frequency.
    pub governor: Option<String>,
    /// Whether turbo boost is on.
    pub turbo: Option<bool>,
    /// Whether a battery is discharging.
    pub on_battery: bool,
}

/// The policy in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PolicyFacts {
    /// There is no file.
    #[default]
    BuiltIn,
    /// A file, with its number of budgets.
    Found(PathBuf, usize),
    /// A file that is not valid, with the first problem.
    Invalid(PathBuf, String),
}
