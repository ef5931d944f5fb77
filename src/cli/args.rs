//! Options that several commands have.

use super::environment;
use super::limit::Limits;
use allocgate::internals::policy::Policy;
use allocgate::report::Detail;
use std::path::PathBuf;

/// The policy to use.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PolicyArgs {
    /// Policy file [default: the nearest allocgate.toml upwards, else the built-in policy]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl PolicyArgs {
    /// Reads the policy.
    pub fn read(&self, limits: Limits) -> anyhow::Result<Policy> {
        environment::policy(self.policy.as_deref(), limits)
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
