//! How much may be read, and the option that raises it.

use allocgate::{input, model};
use std::str::FromStr;

/// The bounds of a run.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// Raise a limit on what is read: line, unpacked or text (bytes), packages, names, results, problems, keys, settings
    #[arg(long = "limit", value_name = "NAME=N", global = true)]
    limits: Vec<Limit>,
}

/// What reading may take in, and what may be kept of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    pub input: input::Limits,
    pub model: model::Limits,
}

impl Args {
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for &Limit { which, most } in &self.limits {
            match which {
                Which::Line => limits.input.line = most,
                Which::Unpacked => limits.input.unpacked = most as u64,
                Which::Packages => limits.input.packages = most,
                Which::Text => limits.model.text = most,
                Which::Names => limits.model.names = most,
                Which::Results => limits.model.results = most,
                Which::Problems => limits.model.problems = most,
                Which::Keys => limits.model.keys = most,
                Which::Settings => limits.model.settings = most,
            }
        }
        limits
    }
}

/// One limit, as given.
#[derive(Debug, Clone, Copy)]
struct Limit {
    which: Which,
    most: usize,
}

#[derive(Debug, Clone, Copy)]
enum Which {
    Line,
    Unpacked,
    Packages,
    Text,
    Names,
    Results,
    Problems,
    Keys,
    Settings,
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Limit, String> {
        let (name, most) = text.split_once('=').ok_or("expected NAME=N, such as names=5000000")?;
        let which = match name {
            "line" => Which::Line,
            "unpacked" => Which::Unpacked,
            "packages" => Which::Packages,
            "text" => Which::Text,
            "names" => Which::Names,
            "results" => Which::Results,
            "problems" => Which::Problems,
            "keys" => Which::Keys,
            "settings" => Which::Settings,
            other => {
                let known = "line, unpacked, packages, text, names, results, problems, keys, settings";
                return Err(format!("there is no limit `{other}`; there are: {known}"));
            }
        };
        let most = most.parse().map_err(|_| format!("expected a whole number, found `{most}`"))?;
        Ok(Limit { which, most })
    }
}
