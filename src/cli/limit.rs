//! Limits on what is read, and the option that changes them.

use allocgate::internals::{input, model};
use std::str::FromStr;

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    #[arg(long = "limit", value_name = "NAME=N", global = true, help = help())]
    limits: Vec<LimitArg>,
}

fn help() -> String {
    format!("Change a limit on what is read: {}", ALL.map(|(name, _)| name).join(", "))
}

/// Limits on what is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub input: input::InputLimits,
    pub model: model::DatasetLimits,
    /// The files of a side.
    pub files: usize,
    /// The benchmarks of a side times their units.
    pub rows: usize,
    /// The bytes of a policy.
    pub policy: usize,
    /// The bytes of a JSON report.
    pub report: usize,
}

impl Default for Limits {
    /// 10,000 files, 1 million rows, a policy of 4 MiB, a report of 64 MiB.
    fn default() -> Limits {
        let (input, model) = (input::InputLimits::default(), model::DatasetLimits::default());
        Limits { input, model, files: 10_000, rows: 1_000_000, policy: 4 << 20, report: 64 << 20 }
    }
}

impl Args {
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        self.limits.iter().for_each(|limit| *(limit.of)(&mut limits) = limit.most);
        limits
    }
}

/// A limit as given by the user.
#[derive(Debug, Clone, Copy)]
struct LimitArg {
    of: Of,
    most: usize,
}

/// The field of a limit.
type Of = fn(&mut Limits) -> &mut usize;

/// Every limit by its name.
const ALL: [(&str, Of); 16] = [
    ("files", |limits| &mut limits.files),
    ("line", |limits| &mut limits.input.line),
    ("unpacked", |limits| &mut limits.input.unpacked),
    ("packages", |limits| &mut limits.input.packages),
    ("names", |limits| &mut limits.model.names),
    ("results", |limits| &mut limits.model.results),
    ("values", |limits| &mut limits.model.values),
    ("measurements", |limits| &mut limits.model.measurements),
    ("rows", |limits| &mut limits.rows),
    ("blocks", |limits| &mut limits.model.blocks),
    ("problems", |limits| &mut limits.model.problems),
    ("keys", |limits| &mut limits.model.keys),
    ("settings", |limits| &mut limits.model.settings),
    ("text", |limits| &mut limits.model.text),
    ("policy", |limits| &mut limits.policy),
    ("report", |limits| &mut limits.report),
];

impl FromStr for LimitArg {
    type Err = String;

    fn from_str(text: &str) -> Result<LimitArg, String> {
        let (name, most) = text.split_once('=').ok_or("expected NAME=N, such as names=5000000")?;
        let known = ALL.iter().find(|(known, _)| *known == name);
        let (_, of) = known.ok_or_else(|| {
            let mut defaults = Limits::default();
            let known = ALL.map(|(known, of)| format!("{known}={}", of(&mut defaults))).join(", ");
            format!("unknown limit `{name}`; the limits and their defaults are {known}")
        })?;
        let most = most.parse().map_err(|_| format!("the limit must be a whole number, got `{most}`"))?;
        Ok(LimitArg { of: *of, most })
    }
}
