//! What a command takes from its environment: the date, and the nearest policy file.

use super::console;
use super::limit::Limits;
use allocgate::internals::diag::Problems;
use allocgate::internals::policy::Policy;
use allocgate::internals::run::{RunError, Snapshot};
use anyhow::{Context, anyhow, bail, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The file name of a policy.
pub(super) const POLICY_FILE: &str = "allocgate.toml";

/// The date in UTC, so that a waiver expires everywhere at the same time.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// The policy in `file`, else in the nearest `allocgate.toml`, else the built-in policy.
pub(super) fn policy(file: Option<&Path>, limits: Limits) -> anyhow::Result<Policy> {
    let Some(path) = file.map(Path::to_path_buf).or_else(nearest_policy) else {
        return Ok(Policy::builtin());
    };
    let (name, text) = (path.display().to_string(), policy_text(&path, limits)?);
    let policy = Policy::parse(&name, &text)?;
    if !policy.warnings.is_empty() {
        console::problems(&Problems { origin: name, text, list: policy.warnings.clone() });
    }
    Ok(policy)
}

/// The policy at `file` of a git revision, else at its nearest `allocgate.toml`; the built-in policy if it has none. Its
/// warnings are not shown: only the working tree can be changed.
pub(super) fn policy_at(revision: &str, file: Option<&Path>, limits: Limits) -> anyhow::Result<Policy> {
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let snapshot = Snapshot::open(&here, revision).map_err(|error| match error {
        RunError::NotARepository(folder) => {
            anyhow!("--policy-from {revision}: {} is not in a git repository", folder.display())
        }
        RunError::NoProgram { program, error } => {
            anyhow!("--policy-from {revision}: {program} cannot be started: {error}")
        }
        other => other.into(),
    })?;
    let path = match file {
        Some(file) => Some(snapshot.path(file)?),
        None => snapshot.nearest(POLICY_FILE)?,
    };
    let Some(path) = path else { return Ok(Policy::builtin()) };
    let name = snapshot.name(&path);
    if let Some(text) = snapshot.read(&path, limits.policy)? {
        return Ok(Policy::parse(&name, &text)?);
    }
    // The change can add the policy, but then it is there.
    let is_added = file.is_some_and(|file| file.symlink_metadata().is_ok());
    ensure!(is_added, "{name}: no such file in the revision, nor in the working tree");
    Ok(Policy::builtin())
}

/// The text of a policy file.
pub(super) fn policy_text(path: &Path, limits: Limits) -> anyhow::Result<String> {
    let name = path.display();
    let bytes = File::open(path).and_then(|file| bounded(file, limits.policy));
    let bytes = bytes.with_context(|| format!("{name}: cannot be read as a policy"))?;
    let Some(bytes) = bytes else {
        bail!(
            "{name}: the policy has more than {} bytes; raise the limit with --limit policy=N",
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

/// The nearest `allocgate.toml`, from the working directory upwards.
pub(super) fn nearest_policy() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    // A broken link counts too: otherwise the built-in policy would be used without a message.
    let mut paths = here.ancestors().map(|folder| folder.join(POLICY_FILE));
    let found = paths.find(|path| path.symlink_metadata().is_ok())?;
    // In the working directory, the file name alone is shorter.
    Some(if found.parent() == Some(&here) { POLICY_FILE.into() } else { found })
}
