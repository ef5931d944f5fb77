//! Another revision in a folder of its own, for as long as it is needed.

use super::git::Repository;
use super::{RunError, Stop};
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use tempfile::TempDir;

/// What the folders of our worktrees begin with.
const PREFIX: &str = "allocgate-";
/// The file beside a worktree that says whose it is.
const OWNER: &str = "owner";
/// The worktree in its folder.
const TREE: &str = "tree";

/// A git worktree in a temporary folder; both are gone when this value is.
#[derive(Debug)]
pub(super) struct Worktree {
    repository: Repository,
    folder: TempDir,
}

impl Worktree {
    /// Checks a commit out, with its submodules.
    ///
    /// # Errors
    /// If git cannot, or is stopped; nothing is left behind then.
    pub fn add(repository: &Repository, commit: &str) -> Result<Worktree, RunError> {
        let temporary = std::env::temp_dir();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&temporary)
            .map_err(RunError::file(temporary, "used for a worktree"))?;
        let owner = folder.path().join(OWNER);
        fs::write(&owner, process::id().to_string()).map_err(RunError::file(owner, "written"))?;
        let worktree = Worktree { repository: repository.clone(), folder };
        let path = worktree.path();
        let name = path.to_string_lossy();
        repository
            .demand(&repository.root, &["worktree", "add", "--detach", "--quiet", "--", &name, commit])?;
        if path.join(".gitmodules").exists() {
            repository.demand(&path, &["submodule", "update", "--init", "--recursive", "--quiet"])?;
        }
        Ok(worktree)
    }

    /// The folder that goes with it, in which it stands.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(TREE)
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        // Whatever cannot be removed is found by the next run.
        let _ = remove(&self.repository.unstoppable(), &self.path());
    }
}

/// Twice forced: a worktree whose checkout was interrupted is locked.
fn remove(repository: &Repository, tree: &Path) -> Result<(), RunError> {
    let name = tree.to_string_lossy();
    repository.demand(&repository.root, &["worktree", "remove", "--force", "--force", "--", &name]).map(drop)
}

/// What a run that was killed has left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// The worktree.
    pub tree: PathBuf,
}

/// The worktrees that runs have left behind which do not run any more.
///
/// # Errors
/// If `folder` is in no repository, or git fails.
pub fn remains(folder: &Path, stop: &Stop) -> Result<Vec<Remains>, RunError> {
    left_in(&Repository::around(folder, stop)?)
}

pub(super) fn left_in(repository: &Repository) -> Result<Vec<Remains>, RunError> {
    let list = repository.demand(&repository.root, &["worktree", "list", "--porcelain"])?;
    let trees = list.lines().filter_map(|line| line.strip_prefix("worktree ")).map(PathBuf::from);
    Ok(trees.filter(|tree| is_ours(tree) && !is_in_use(tree)).map(|tree| Remains { tree }).collect())
}

/// Removes them, folders and all.
///
/// # Errors
/// If git or the system does not let it.
pub fn clean(folder: &Path, remains: &[Remains], stop: &Stop) -> Result<(), RunError> {
    let repository = Repository::around(folder, stop)?;
    for Remains { tree } in remains {
        remove(&repository, tree)?;
        let folder = tree.parent().filter(|folder| folder.exists());
        folder
            .map_or(Ok(()), |folder| fs::remove_dir_all(folder).map_err(RunError::file(folder, "removed")))?;
    }
    Ok(())
}

/// A worktree where we put ours, under a name as we give, and with the owner beside it if it is still there.
fn is_ours(tree: &Path) -> bool {
    let folder =
        tree.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().starts_with(PREFIX));
    let is_marked = tree.with_file_name(OWNER).exists() || !tree.exists();
    folder == Some(true) && tree.ends_with(TREE) && is_marked
}

/// Whether the run that made it goes on. A system that has no /proc does not say; there, `kill -0` does.
fn is_in_use(tree: &Path) -> bool {
    let owner = tree.parent().map(|folder| folder.join(OWNER)).and_then(|file| fs::read_to_string(file).ok());
    let Some(owner) = owner.and_then(|text| text.trim().parse::<u32>().ok()) else { return false };
    if Path::new("/proc/self").exists() {
        return Path::new(&format!("/proc/{owner}")).exists();
    }
    let asked = process::Command::new("kill")
        .args(["-0", &owner.to_string()])
        .stderr(process::Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
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
        assert!(!is_in_use(&tree), "nobody owns it");
        fs::write(folder.path().join(OWNER), process::id().to_string()).expect("written");
        assert!(is_in_use(&tree) && is_ours(&tree), "we do");
        fs::write(folder.path().join(OWNER), "4000000000").expect("written");
        assert!(!is_in_use(&tree), "no process has such a number");
    }
}
