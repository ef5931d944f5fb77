//! What a history has to know about the repository of the code.

use super::StoreError;
use super::git::Git;
use crate::trend::Lineage;
use std::path::Path;

/// The repository of the code.
#[derive(Debug, Clone)]
pub struct Checkout {
    git: Git,
}

/// A revision to which others are compared for a long time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Its name: `v1.4.0`.
    pub name: String,
    /// The hash of its commit.
    pub commit: String,
}

/// The name for the newest tag that is reachable.
const LATEST_TAG: &str = "latest-tag";

impl Checkout {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// If it is in none, or there is no git.
    pub fn open(folder: &Path) -> Result<Checkout, StoreError> {
        Ok(Checkout { git: Git::open(folder)? })
    }

    /// The hash of the commit that a revision names.
    ///
    /// # Errors
    /// If git does not know it.
    pub fn commit(&self, revision: &str) -> Result<String, StoreError> {
        let name = format!("{revision}^{{commit}}");
        let found = self.git.answer(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
        match found {
            Some(commit) => Ok(commit),
            None => Err(StoreError::UnknownRevision(revision.to_string(), self.git.is_shallow()?)),
        }
    }

    /// When a commit was made, in seconds since 1970; `None` if this clone does not have it.
    ///
    /// # Errors
    /// If git cannot be started.
    pub fn time(&self, commit: &str) -> Result<Option<i64>, StoreError> {
        let commit = format!("{commit}^{{commit}}");
        let shown = self.git.answer(&["show", "--no-patch", "--format=%ct", "--end-of-options", &commit])?;
        Ok(shown.and_then(|time| time.parse().ok()))
    }

    /// The address of the remote `origin` as a name of the repository, without credentials; empty if there is none.
    ///
    /// # Errors
    /// If git cannot be started.
    pub fn repository(&self) -> Result<String, StoreError> {
        Ok(self
            .git
            .answer(&["config", "remote.origin.url"])?
            .map(|url| without_credentials(&url))
            .unwrap_or_default())
    }

    /// The first-parent line that ends at a revision.
    ///
    /// # Errors
    /// If git does not know the revision.
    pub fn lineage(&self, revision: &str) -> Result<Lineage, StoreError> {
        let tip = self.commit(revision)?;
        let log = self.git.text(&["log", "--first-parent", "--reverse", "--format=%H %ct", &tip])?;
        let commit = |line: &str| {
            let (id, time) = line.split_once(' ')?;
            Some((id.to_string(), time.parse().ok()?))
        };
        Ok(Lineage { commits: log.lines().filter_map(commit).collect(), is_shallow: self.git.is_shallow()? })
    }

    /// The commits after `good` up to `bad` on the first-parent line of `bad`, the oldest first.
    ///
    /// # Errors
    /// If git does not know one of them.
    pub fn between(&self, good: &str, bad: &str) -> Result<Vec<String>, StoreError> {
        let range = format!("{}..{}", self.commit(good)?, self.commit(bad)?);
        let listed = self.git.text(&["rev-list", "--first-parent", "--reverse", &range])?;
        Ok(listed.lines().map(String::from).collect())
    }

    /// The first line of the message of a commit.
    ///
    /// # Errors
    /// If git does not know it.
    pub fn title(&self, commit: &str) -> Result<String, StoreError> {
        self.git.text(&["show", "--no-patch", "--format=%s", "--end-of-options", commit])
    }

    /// The anchor that a policy names: a revision, or `latest-tag`, the newest tag that is an ancestor of `of`.
    ///
    /// # Errors
    /// If there is none.
    pub fn anchor(&self, revision: &str, of: &str) -> Result<Anchor, StoreError> {
        let name = match revision {
            LATEST_TAG => {
                let found = self.git.answer(&["describe", "--tags", "--abbrev=0", of])?;
                match found {
                    Some(tag) => tag,
                    None => return Err(StoreError::NoTag(of.to_string(), self.git.is_shallow()?)),
                }
            }
            other => other.to_string(),
        };
        Ok(Anchor { commit: self.commit(&name)?, name })
    }
}

/// An address without the name and the password in it, and without `.git` at its end.
fn without_credentials(url: &str) -> String {
    let url = url.trim().trim_end_matches('/').trim_end_matches(".git");
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}/{path}").trim_end_matches('/').to_string()
        }
        // git@host:owner/name
        None => url.split_once('@').map_or(url, |(_, rest)| rest).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_credentials() {
        for (url, want) in [
            ("https://github.com/owner/name.git", "https://github.com/owner/name"),
            ("https://x-access-token:secret@github.com/owner/name", "https://github.com/owner/name"),
            ("git@github.com:owner/name.git", "github.com:owner/name"),
            ("/srv/git/name.git", "/srv/git/name"),
            ("ssh://git@host:22/a@b/c", "ssh://host:22/a@b/c"),
        ] {
            assert_eq!(without_credentials(url), want);
        }
    }
}
