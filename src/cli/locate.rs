//! Which policy holds.

use allocgate::policy::Policy;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// What a policy file is called.
const NAME: &str = "allocgate.toml";

/// The policy in `file`, else in the nearest `allocgate.toml` from the working directory upwards, else the built-in one.
pub(super) fn policy(file: Option<&Path>) -> anyhow::Result<Policy> {
    let Some(path) = file.map(Path::to_path_buf).or_else(nearest) else { return Ok(Policy::builtin()) };
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{name}: cannot be read as a policy"))?;
    Ok(Policy::parse(&name, &text)?)
}

/// The nearest `allocgate.toml`.
pub(super) fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    // Whatever bears the name is meant: a broken link must not end in the built-in policy.
    let found =
        here.ancestors().map(|folder| folder.join(NAME)).find(|path| path.symlink_metadata().is_ok())?;
    // In the working directory itself the bare name reads better.
    Some(if found.parent() == Some(&here) { NAME.into() } else { found })
}
