//! Options that several commands have.

use super::environment;
use super::limit::Limits;
use allocgate::internals::model::quoted;
use allocgate::internals::policy::Policy;
use allocgate::internals::run::Judging;
use allocgate::report::Detail;
use jiff::fmt::friendly::SpanParser;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The policy to use.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PolicyArgs {
    /// Policy file [default: the nearest allocgate.toml upwards, else the built-in policy]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Git revision to read the policy from, such as the base of a pull request, so that a change cannot loosen its own gate
    /// [default: the working tree]
    #[arg(long, value_name = "REV")]
    policy_from: Option<String>,
}

impl PolicyArgs {
    /// Reads the policy that results are judged by.
    pub fn read(&self, limits: Limits) -> anyhow::Result<Policy> {
        match &self.policy_from {
            None => environment::policy(self.policy.as_deref(), limits),
            Some(revision) => environment::policy_at(revision, self.policy.as_deref(), limits),
        }
    }

    /// Reads the policy of the working tree, if results are judged by that of a revision.
    pub fn proposed(&self, limits: Limits) -> anyhow::Result<Option<Policy>> {
        let is_other = self.policy_from.is_some();
        is_other.then(|| environment::policy(self.policy.as_deref(), limits)).transpose()
    }

    /// The options as they were given, each with a space before it, quoted for a shell; empty without options.
    pub fn given(&self) -> String {
        let Judging { policy, policy_from, .. } = self.judging();
        let option = |name: &str, value: String| format!(" {name} {}", quoted(&value));
        let file = policy.map(|file| option("--policy", file));
        let revision = policy_from.map(|revision| option("--policy-from", revision));
        [file, revision].into_iter().flatten().collect()
    }

    /// What a run records of it, for commands that measure again. A file below the working directory is relative to that.
    pub fn judging(&self) -> Judging {
        let here = std::env::current_dir().ok();
        let relative = |file: &PathBuf| {
            let below = here.as_ref().and_then(|here| file.strip_prefix(here).ok()).map(Path::to_path_buf);
            below.as_ref().unwrap_or(file).to_str().map(String::from)
        };
        let policy = self.policy.as_ref().and_then(relative);
        Judging { policy, policy_from: self.policy_from.clone(), anchor: None }
    }

    /// The policy file, if there is one.
    pub fn path(&self) -> Option<PathBuf> {
        self.policy.clone().or_else(environment::nearest_policy)
    }
}

/// The Go version of the results.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct GoArgs {
    /// Go version of the new results, for budgets that depend on it [default: their `go:` line]
    #[arg(long, value_name = "VERSION")]
    pub go: Option<String>,
}

/// How much the terminal report shows.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct DetailArgs {
    /// Show every row with its reason
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Print only the verdict
    #[arg(short, long)]
    quiet: bool,
}

impl DetailArgs {
    pub fn detail(&self) -> Detail {
        Detail::new(self.quiet, self.verbose)
    }
}

/// The value of `--new` for the working tree.
pub(super) const WORKTREE: &str = "worktree";

/// A duration as Go writes it.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = SpanParser::new().parse_unsigned_duration(text).ok();
    let expected = || "expected a duration such as 90s, 10m or 1h30m".to_string();
    duration.filter(|duration| !duration.is_zero()).ok_or_else(expected)
}

/// How many benchmarks are explained.
pub(super) fn most(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(most @ 1..=1000) => Ok(most),
        _ => Err("expected a number from 1 to 1000".to_string()),
    }
}
