//! Reads single files of a revision, without checking it out.

use super::git::Repository;
use crate::run::{RunError, Stop};
use std::path::{Component, Path, PathBuf};

/// The files of a revision, as it was committed.
#[derive(Debug)]
pub struct Snapshot {
    repository: Repository,
    /// As it was given.
    revision: String,
    commit: String,
}

impl Snapshot {
    /// Finds a revision in the repository of a folder. Paths are relative to that folder.
    ///
    /// # Errors
    /// If there is no repository, git does not know the revision, or git is missing.
    pub fn open(folder: &Path, revision: &str) -> Result<Snapshot, RunError> {
        let repository = Repository::find(folder, &Stop::default())?;
        let commit = repository.commit(revision)?;
        Ok(Snapshot { repository, revision: revision.to_string(), commit })
    }

    /// The nearest file of this name, from the folder upwards to the root of the repository; relative to the root.
    ///
    /// # Errors
    /// If git fails.
    pub fn nearest(&self, name: &str) -> Result<Option<PathBuf>, RunError> {
        for folder in self.repository.prefix.ancestors() {
            let path = folder.join(name);
            if self.entry(&path)?.is_some() {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// A path relative to the folder, or an absolute one, as a path relative to the root of the repository.
    ///
    /// # Errors
    /// If it is outside of the repository.
    pub fn path(&self, path: &Path) -> Result<PathBuf, RunError> {
        let outside =
            || RunError::OutsideOfRepository { path: path.to_path_buf(), root: self.repository.root.clone() };
        if path.is_relative() {
            return normal(&self.repository.prefix.join(path)).ok_or_else(outside);
        }
        // The root is written without symbolic links.
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        let resolved = folder.zip(path.file_name()).map(|(folder, name)| folder.join(name));
        let resolved = resolved.unwrap_or_else(|| path.to_path_buf());
        let below = resolved.strip_prefix(&self.repository.root).ok();
        below.and_then(normal).ok_or_else(outside)
    }

    /// The text of a file; `None` if the revision does not have it. `path` is relative to the root.
    ///
    /// # Errors
    /// If it is no file, has more than `most` bytes, or git fails.
    pub fn read(&self, path: &Path, most: usize) -> Result<Option<String>, RunError> {
        let Some(Entry { mode, object }) = self.entry(path)? else { return Ok(None) };
        let name = self.name(path);
        match mode.as_str() {
            "120000" => return Err(RunError::NotAFile { name, what: "a symbolic link" }),
            "040000" => return Err(RunError::NotAFile { name, what: "a folder" }),
            "160000" => return Err(RunError::NotAFile { name, what: "a submodule" }),
            _ => {}
        }
        let size = self.repository.run(&["cat-file", "-s", &object])?;
        if size.trim().parse::<usize>().is_ok_and(|size| size > most) {
            return Err(RunError::TooLarge { name, most });
        }
        self.repository.run(&["cat-file", "blob", &object]).map(Some)
    }

    /// What messages call a file: `origin/main:allocgate.toml`.
    pub fn name(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, with_slashes(path))
    }

    fn entry(&self, path: &Path) -> Result<Option<Entry>, RunError> {
        let path = with_slashes(path);
        let list = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", &self.commit, "--", &path];
        Ok(Entry::read(&self.repository.run(&list)?))
    }
}

/// A line of `git ls-tree`.
struct Entry {
    mode: String,
    object: String,
}

impl Entry {
    /// Reads `100644 blob HASH<tab>path`.
    fn read(text: &str) -> Option<Entry> {
        let mut fields = text.split_once('\t')?.0.split(' ');
        let (mode, object) = (fields.next()?.to_string(), fields.nth(1)?.to_string());
        Some(Entry { mode, object })
    }
}

/// git separates with slashes on every system.
fn with_slashes(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A relative path without `.` and `..`; `None` if it leaves its beginning.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => normal.push(part),
            Component::ParentDir if normal.pop() => {}
            _ => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_root() {
        for (path, want) in [
            ("a/b.toml", Some("a/b.toml")),
            ("./a/../b.toml", Some("b.toml")),
            ("a/../../b.toml", None),
            ("../b.toml", None),
            ("/b.toml", None),
        ] {
            assert_eq!(normal(Path::new(path)).as_deref(), want.map(Path::new), "{path}");
        }
    }

    #[test]
    fn a_line_of_git_is_read() {
        let entry = Entry::read("120000 blob aabb\tallocgate.toml\0").expect("a line");
        assert_eq!((entry.mode.as_str(), entry.object.as_str()), ("120000", "aabb"));
        assert!(Entry::read("").is_none());
    }
}
