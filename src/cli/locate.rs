//! Which policy holds.

use super::console;
use super::limit::Limits;
use allocgate::internals::diag::Problems;
use allocgate::internals::policy::Policy;
use anyhow::{Context, bail};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What a policy file is called.
const NAME: &str = "allocgate.toml";

/// The policy in `file`, else in the nearest `allocgate.toml` from the working directory upwards, else the built-in one.
pub(super) fn policy(file: Option<&Path>, limits: Limits) -> anyhow::Result<Policy> {
    let Some(path) = file.map(Path::to_path_buf).or_else(nearest) else { return Ok(Policy::builtin()) };
    let (name, text) = (path.display().to_string(), text(&path, limits)?);
    let policy = Policy::parse(&name, &text)?;
    if !policy.warnings.is_empty() {
        console::problems(&Problems { origin: name, text, list: policy.warnings.clone() });
    }
    Ok(policy)
}

/// The text of a policy file.
pub(super) fn text(path: &Path, limits: Limits) -> anyhow::Result<String> {
    let name = path.display();
    let source = File::open(path).with_context(|| format!("{name}: cannot be read as a policy"))?;
    let bytes =
        bounded(source, limits.policy).with_context(|| format!("{name}: cannot be read as a policy"))?;
    let Some(bytes) = bytes else {
        bail!(
            "{name}: has more than {} bytes; if this policy is meant to, raise the limit with --limit policy=N",
            limits.policy
        )
    };
    String::from_utf8(bytes).with_context(|| format!("{name}: cannot be read as a policy"))
}

/// All bytes of a source; `None` if there are more than `most`.
pub(super) fn bounded(source: impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    source.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() <= most))
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
