//! The two revisions: which they are, where they are, and which Go builds them.

use super::build::FLAGS;
use super::cache::{self, Cache};
use super::changes::{Dirt, dirt};
use super::event::Tell;
use super::git::Repository;
use super::go::{Package, Toolchain, toolchain};
use super::worktree::Worktree;
use super::{Event, Request, RunError, Stop};
use crate::model::{Design, Provenance};
use std::path::{Path, PathBuf};

/// A revision, before anything of it is built.
#[derive(Debug)]
pub(super) struct Revision {
    /// As people name it.
    pub name: String,
    /// Its commit; for the working tree that which it began with.
    pub commit: String,
    /// Where it is checked out; `None` is the working tree.
    pub worktree: Option<Worktree>,
    /// Whether it is more than its commit.
    is_dirty: bool,
}

/// One side of a run.
#[derive(Debug)]
pub(super) struct Tree {
    /// The revision as people name it.
    pub name: String,
    /// The top of the tree.
    pub root: PathBuf,
    /// Where go is called.
    pub folder: PathBuf,
    /// Its Go.
    pub toolchain: Toolchain,
    /// What the lines before each header say.
    pub header: String,
}

impl Tree {
    pub fn of(
        revision: &Revision,
        repository: &Repository,
        request: &Request,
        stop: &Stop,
    ) -> Result<Tree, RunError> {
        let root = revision.worktree.as_ref().map_or_else(|| repository.root.clone(), Worktree::path);
        let folder = root.join(&repository.prefix);
        if !folder.is_dir() {
            let folder = repository.prefix.display().to_string();
            return Err(RunError::NoFolder { folder, revision: revision.name.clone() });
        }
        let toolchain = toolchain(&folder, stop)?;
        let dirty = if revision.is_dirty { "-dirty" } else { "" };
        let provenance = Provenance {
            commit: format!("{}{dirty}", revision.commit),
            toolchain: toolchain.name.clone(),
            go: toolchain.version.clone(),
            design: Design::Interleaved,
            looks: request.looks.clone(),
            selection: request.selection.clone(),
        };
        let header = provenance.to_string();
        Ok(Tree { name: revision.name.clone(), root, folder, toolchain, header })
    }

    /// Whether all packages are its own.
    ///
    /// # Errors
    /// If one is not: a workspace led elsewhere.
    pub fn holds(&self, packages: &[Package]) -> Result<(), RunError> {
        let inside = |folder: &Path| match (self.root.canonicalize(), folder.canonicalize()) {
            (Ok(root), Ok(folder)) => folder.starts_with(root),
            _ => folder.as_os_str().is_empty(), // go did not find it either
        };
        match packages.iter().find(|package| !inside(&package.folder)) {
            None => Ok(()),
            Some(package) => Err(RunError::Elsewhere {
                package: package.path.clone(),
                revision: self.name.clone(),
                folder: package.folder.clone(),
            }),
        }
    }

    /// Whether a workspace that holds here is known to git, if there is one.
    ///
    /// # Errors
    /// If it is not, or git fails.
    pub fn knows_its_workspace(&self, repository: &Repository) -> Result<(), RunError> {
        let Some(file) = &self.toolchain.workspace else { return Ok(()) };
        let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        let is_inside = file.canonicalize().is_ok_and(|file| file.starts_with(root));
        let name = file.to_string_lossy();
        let is_ignored = || repository.ask_in(&self.root, &["check-ignore", "--quiet", "--", &name]);
        match is_inside && !is_ignored()?.status.success() {
            true => Ok(()),
            false => Err(RunError::Workspace(file.clone())),
        }
    }

    /// Where the binaries of this commit may be. The working tree is never kept: git does not know all that is in it.
    pub fn cache(&self, revision: &Revision) -> Option<Cache> {
        let is_kept = revision.worktree.is_some() && self.toolchain.is_self_contained;
        let home = cache::home().filter(|_| is_kept)?;
        let folder = self.folder.strip_prefix(&self.root).ok()?.display().to_string();
        let key = format!("folder={folder}\nflags={}\n{}", FLAGS.join(" "), self.toolchain.environment);
        Cache::open(&home, &revision.commit, &key)
    }
}

/// Finds both revisions, and gives those that are commits a worktree.
pub(super) fn revisions(
    repository: &Repository,
    request: &Request,
    tell: &mut Tell,
) -> Result<(Revision, Revision), RunError> {
    let new_name = request.new.as_deref().unwrap_or("HEAD");
    let new_commit = repository.commit(new_name)?;
    let (base_name, base_commit) = match &request.base {
        Some(revision) => (revision.clone(), repository.commit(revision)?),
        None => {
            let (branch, commit) = repository.merge_base(&new_commit)?;
            (format!("the merge base with {branch}"), commit)
        }
    };
    let short = |commit: &str| commit.chars().take(12).collect::<String>();
    let dirt = if request.new.is_none() { dirt(repository)? } else { Dirt::default() };
    if base_commit == new_commit && !dirt.any && !request.unchanged {
        return Err(RunError::NothingChanged(short(&base_commit)));
    }
    let base = Revision {
        name: format!("{} ({base_name})", short(&base_commit)),
        worktree: Some(Worktree::add(repository, &base_commit)?),
        commit: base_commit,
        is_dirty: false,
    };
    let new = match request.new {
        Some(_) => Revision {
            name: format!("{} ({new_name})", short(&new_commit)),
            worktree: Some(Worktree::add(repository, &new_commit)?),
            commit: new_commit,
            is_dirty: false,
        },
        None => {
            for module in &dirt.submodules {
                tell(Event::Remark(&format!(
                    "submodule {module}: not as its commit is; new is measured with it as it stands, base with the recorded commit"
                )));
            }
            let with = if dirt.any { ", with uncommitted changes" } else { "" };
            let name = format!("{} (the working tree{with})", short(&new_commit));
            Revision { name, commit: new_commit, worktree: None, is_dirty: dirt.any }
        }
    };
    Ok((base, new))
}
