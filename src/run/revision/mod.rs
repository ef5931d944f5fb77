//! The two revisions: which commits they are, and where they are checked out.

mod git;
mod owner;
mod snapshot;
mod test_files;
mod worktree;

pub(crate) use git::Repository;
use git::UncommittedChanges;
pub use snapshot::Snapshot;
pub(crate) use test_files::{bring, take_back};
pub use worktree::{Leftover, leftovers, remove_leftovers};
pub(crate) use worktree::{Worktree, leftovers_in};

use super::event::OnEvent;
use super::side::PerSide;
use super::{Event, Request, RunError, Variant, Warning};
use std::path::{Path, PathBuf};

/// A revision, checked out.
#[derive(Debug)]
pub(crate) struct Revision {
    /// For people: `4bf2c5e0a1b2 (the merge base with main)`.
    pub name: String,
    /// Its commit; for the working tree, the commit that it started from.
    pub commit: String,
    /// `None` is the working tree.
    worktree: Option<Worktree>,
    has_uncommitted_changes: bool,
}

impl Revision {
    fn committed(repository: &Repository, name: &str, commit: String) -> Result<Revision, RunError> {
        Ok(Revision {
            name: format!("{} ({name})", short(&commit)),
            worktree: Some(Worktree::add(repository, &commit)?),
            commit,
            has_uncommitted_changes: false,
        })
    }

    fn working_tree(commit: String, changes: &UncommittedChanges) -> Revision {
        let with = if changes.any { ", with uncommitted changes" } else { "" };
        let name = format!("{} (the working tree{with})", short(&commit));
        Revision { name, commit, worktree: None, has_uncommitted_changes: changes.any }
    }

    /// Named with what is special about its variant.
    fn of(mut self, variant: &Variant) -> Revision {
        if let Some(special) = variant.description() {
            self.name += &format!(" with {special}");
        }
        self
    }

    /// Whether its files are those of a commit.
    pub fn is_commit(&self) -> bool {
        self.worktree.is_some()
    }

    /// The hash of its commit, marked if it is not all.
    pub fn description(&self) -> String {
        format!("{}{}", self.commit, if self.has_uncommitted_changes { "-dirty" } else { "" })
    }

    /// The top of its files.
    pub fn root(&self, repository: &Repository) -> PathBuf {
        self.worktree.as_ref().map_or_else(|| repository.root.clone(), Worktree::path)
    }

    /// A folder for temporary files: that of its worktree, so that what a killed run leaves is found together.
    pub fn temporary_folder(&self) -> PathBuf {
        self.worktree.as_ref().map(Worktree::folder).map_or_else(std::env::temp_dir, Path::to_path_buf)
    }
}

/// Finds both revisions, and checks out those that are commits.
pub(crate) fn check_out(
    repository: &Repository,
    request: &Request,
    on_event: &mut OnEvent,
) -> Result<PerSide<Revision>, RunError> {
    let new_name = request.new.revision.as_deref().unwrap_or("HEAD");
    let new_commit = repository.commit(new_name)?;
    let (base_name, base_commit) = match &request.base.revision {
        None if request.is_of_one_source() => (new_name.to_string(), new_commit.clone()),
        Some(revision) => (revision.clone(), repository.commit(revision)?),
        None => {
            let (branch, commit) = repository.merge_base(&new_commit)?;
            (format!("the merge base with {branch}"), commit)
        }
    };
    let changes = match request.new.revision {
        Some(_) => UncommittedChanges::default(),
        None => repository.uncommitted_changes()?,
    };
    let is_same = base_commit == new_commit && !changes.any && !request.has_variants();
    if is_same && !request.unchanged {
        return Err(RunError::NothingChanged(short(&base_commit)));
    }
    let base = match request.new.revision {
        None if request.is_of_one_source() => Revision::working_tree(base_commit, &changes),
        _ => Revision::committed(repository, &base_name, base_commit)?,
    };
    let new = match request.new.revision {
        Some(_) => Revision::committed(repository, new_name, new_commit)?,
        None => {
            for module in &changes.submodules {
                on_event(Event::Warning(&Warning::SubmoduleChanged(module.clone())));
            }
            Revision::working_tree(new_commit, &changes)
        }
    };
    Ok(PerSide { base: base.of(&request.base), new: new.of(&request.new) })
}

/// The working tree with its uncommitted changes, and nothing to compare it with.
pub(crate) fn working_tree(repository: &Repository) -> Result<Revision, RunError> {
    Ok(Revision::working_tree(repository.commit("HEAD")?, &repository.uncommitted_changes()?))
}

fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
