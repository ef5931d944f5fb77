//! Checks a revision out in a temporary git worktree, and removes the ones that killed runs have left.

use super::git::Repository;
use super::owner::Owner;
use crate::run::{FileAction, RunError, Stop};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The beginning of the names of our temporary folders.
const PREFIX: &str = "allocgate-";
/// The file beside a worktree with the process that made it.
const OWNER: &str = "owner";
/// The name of the worktree in its folder.
const TREE: &str = "tree";

/// A git worktree in a temporary folder. Dropping it removes both.
#[derive(Debug)]
pub(crate) struct Worktree {
    repository: Repository,
    folder: TempDir,
}

impl Worktree {
    /// Checks a commit out, with its submodules.
    ///
    /// # Errors
    /// If git fails or the run is stopped; nothing is left then.
    pub fn add(repository: &Repository, commit: &str) -> Result<Worktree, RunError> {
        let temporary = std::env::temp_dir();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&temporary)
            .map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
        let owner = folder.path().join(OWNER);
        let text = Owner::this().map(|this| this.to_text()).unwrap_or_default();
        fs::write(&owner, text).map_err(RunError::file(owner, FileAction::Write))?;
        let worktree = Worktree { repository: repository.clone(), folder };
        let path = worktree.path();
        let name = path.to_string_lossy();
        repository.run(&["worktree", "add", "--detach", "--quiet", "--", &name, commit])?;
        if path.join(".gitmodules").exists() {
            repository.run_in(&path, &["submodule", "update", "--init", "--recursive", "--quiet"])?;
        }
        Ok(worktree)
    }

    /// The temporary folder that the worktree is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The worktree itself.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(TREE)
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        // If that fails, the next run finds it.
        let _ = remove(&self.repository.without_stop(), &self.path());
    }
}

/// Forced twice, because a worktree whose checkout was interrupted is locked.
fn remove(repository: &Repository, tree: &Path) -> Result<(), RunError> {
    let name = tree.to_string_lossy();
    repository.run(&["worktree", "remove", "--force", "--force", "--", &name]).map(drop)
}

/// What a run that was killed has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The worktree.
    pub tree: PathBuf,
}

/// Finds the worktrees of runs that were killed.
///
/// # Errors
/// If `folder` is in no repository, or git fails.
pub fn leftovers(folder: &Path, stop: &Stop) -> Result<Vec<Leftover>, RunError> {
    leftovers_in(&Repository::find(folder, stop)?)
}

pub(crate) fn leftovers_in(repository: &Repository) -> Result<Vec<Leftover>, RunError> {
    let list = repository.run(&["worktree", "list", "--porcelain"])?;
    let trees = list.lines().filter_map(|line| line.strip_prefix("worktree ")).map(PathBuf::from);
    Ok(trees.filter(|tree| is_ours(tree) && !is_in_use(tree)).map(|tree| Leftover { tree }).collect())
}

/// Removes them with their temporary folders.
///
/// # Errors
/// If git fails, or a folder cannot be removed.
pub fn remove_leftovers(folder: &Path, leftovers: &[Leftover], stop: &Stop) -> Result<(), RunError> {
    let repository = Repository::find(folder, stop)?;
    for Leftover { tree } in leftovers {
        remove(&repository, tree)?;
        if let Some(folder) = tree.parent().filter(|folder| folder.exists()) {
            fs::remove_dir_all(folder).map_err(RunError::file(folder, FileAction::Remove))?;
        }
    }
    Ok(())
}

/// Whether a run made it: it has such a name, and unless it is gone, the file beside it.
fn is_ours(tree: &Path) -> bool {
    let folder =
        tree.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().starts_with(PREFIX));
    let is_marked = tree.with_file_name(OWNER).exists() || !tree.exists();
    folder == Some(true) && tree.ends_with(TREE) && is_marked
}

/// Whether the run that made it still goes on.
fn is_in_use(tree: &Path) -> bool {
    let owner = fs::read_to_string(tree.with_file_name(OWNER)).unwrap_or_default();
    Owner::read(&owner).is_some_and(|owner| owner.is_running())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worktree_is_ours_by_its_folders_and_in_use_by_its_owner() {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().expect("a folder");
        let tree = folder.path().join(TREE);
        assert!(is_ours(&tree) && !is_ours(folder.path()) && !is_ours(Path::new("/home/me/tree")));
        fs::create_dir(&tree).expect("created");
        assert!(!is_ours(&tree), "nothing says that a run made it");
        assert!(!is_in_use(&tree), "no run owns it");
        let this = Owner::this().expect("we go on").to_text();
        fs::write(folder.path().join(OWNER), &this).expect("written");
        assert!(is_in_use(&tree) && is_ours(&tree), "we do");
        fs::write(folder.path().join(OWNER), std::process::id().to_string()).expect("written");
        assert!(!is_in_use(&tree), "another process may have our number by now");
    }
}
