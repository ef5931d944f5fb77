//! Reads the Go files of both sides.

use crate::cause::CapturedSide;
use crate::cause::lines::SourceFile;
use crate::run::prepare::Prepared;
use crate::run::revision::{Repository, Worktree};
use crate::run::side::{PerSide, Side};
use crate::run::{RunError, Stop};
use fnv::FnvHasher;
use std::fs::File;
use std::hash::Hasher;
use std::io::Read;
use std::path::Path;

/// Larger files are left out: they are generated, and edits of them say nothing.
const MOST_BYTES: u64 = 4 << 20;
/// All files of a side together.
const MOST_BYTES_OF_ALL: usize = 256 << 20;

/// The Go files of both sides, and what is to be said of them.
#[derive(Debug, Default)]
pub(crate) struct SourceTrees {
    /// The files of each side.
    pub files: PerSide<Vec<SourceFile>>,
    /// Why files are missing, in words.
    pub problems: Vec<String>,
}

/// Reads files of a tree; those that cannot be read are left out.
pub(super) fn read(root: &Path, paths: &[String]) -> Vec<SourceFile> {
    let mut left = MOST_BYTES_OF_ALL;
    let mut files = Vec::new();
    for path in paths {
        let Some(text) = read_file(&root.join(path)) else { continue };
        let Some(rest) = left.checked_sub(text.len()) else { break };
        left = rest;
        files.push(SourceFile { path: path.clone(), text });
    }
    files
}

fn read_file(path: &Path) -> Option<String> {
    if !path.metadata().is_ok_and(|it| it.is_file()) {
        return None; // a pipe would never end
    }
    let file = File::open(path).ok()?;
    if !file.metadata().is_ok_and(|it| it.is_file() && it.len() <= MOST_BYTES) {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A hash of paths and texts, which differs if any of them does.
pub(super) fn hash(files: &[SourceFile]) -> String {
    let mut hasher = FnvHasher::default();
    for file in files {
        for part in [&file.path, &file.text] {
            hasher.write_usize(part.len());
            hasher.write(part.as_bytes());
        }
    }
    format!("{:016x}", hasher.finish())
}

/// The files of two checkouts that are still there.
pub(crate) fn of_checkouts(prepared: &Prepared, base: &CapturedSide, new: &CapturedSide) -> SourceTrees {
    let root = |side: Side| prepared.checkouts[side].root.as_path();
    let files =
        PerSide { base: read(root(Side::Base), &base.sources), new: read(root(Side::New), &new.sources) };
    SourceTrees { files, problems: Vec::new() }
}

/// The files of an earlier capture: commits are checked out for a moment, and the working tree counts if it is still the same.
///
/// # Errors
/// If the run is stopped. That a revision or a repository is missing is none: the answer says so.
pub(crate) fn of_revisions(
    folder: &Path,
    base: &CapturedSide,
    new: &CapturedSide,
    stop: &Stop,
) -> Result<SourceTrees, RunError> {
    let mut trees = SourceTrees::default();
    let repository = match Repository::find(folder, stop) {
        Ok(repository) => repository,
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        Err(RunError::NotARepository(folder)) => {
            trees.problems.push(format!("no Go files: {} is in no git repository", folder.display()));
            return Ok(trees);
        }
        Err(error) => {
            trees.problems.push(format!("no Go files: {error}"));
            return Ok(trees);
        }
    };
    for (side, captured) in [(Side::Base, base), (Side::New, new)] {
        match of_revision(&repository, captured) {
            Ok(files) if files.is_empty() && !captured.sources.is_empty() => {
                trees.problems.push(format!("the Go files of {side} cannot be read"));
            }
            Ok(files) => *trees.files.get_mut(side) = files,
            Err(Missing::Run(RunError::Interrupted)) => return Err(RunError::Interrupted),
            Err(missing) => trees.problems.push(format!("no Go files of {side}: {missing}")),
        }
    }
    Ok(trees)
}

/// Why the files of a side are missing.
#[derive(Debug, thiserror::Error)]
enum Missing {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("the working tree is not the one that was captured")]
    Changed,
}

fn of_revision(repository: &Repository, captured: &CapturedSide) -> Result<Vec<SourceFile>, Missing> {
    if captured.sources.is_empty() {
        return Ok(Vec::new());
    }
    if captured.is_working_tree {
        let files = read(&repository.root, &captured.sources);
        let is_same = hash(&files) == captured.sources_hash;
        if is_same {
            return Ok(files);
        }
    }
    let commit = repository.commit(&captured.commit)?;
    let worktree = Worktree::add(repository, &commit)?;
    let files = read(&worktree.path(), &captured.sources);
    // The commit may be what the working tree was.
    match captured.is_working_tree && hash(&files) != captured.sources_hash {
        true => Err(Missing::Changed),
        false => Ok(files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn files_are_read_and_told_apart() {
        let tree = tempfile::tempdir().expect("a folder");
        fs::write(tree.path().join("a.go"), "package a\n").expect("written");
        fs::write(tree.path().join("b.go"), [0xff, b'b']).expect("written");
        fs::write(tree.path().join("c.go"), vec![b' '; MOST_BYTES as usize + 1]).expect("written");
        let paths = ["a.go", "b.go", "c.go", "d.go"].map(String::from);
        let files = read(tree.path(), &paths);
        let names: Vec<&str> = files.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(names, ["a.go", "b.go"], "one is too large, and one is missing");
        let before = hash(&files);
        assert_eq!(before, hash(&read(tree.path(), &paths)));
        fs::write(tree.path().join("a.go"), "package a").expect("written");
        assert_ne!(before, hash(&read(tree.path(), &paths)));
    }

    #[test]
    fn without_a_repository_there_are_no_files_and_a_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let captured = CapturedSide { sources: vec!["a.go".to_string()], ..CapturedSide::default() };
        let trees = of_revisions(folder.path(), &captured, &captured, &Stop::default()).expect("not stopped");
        assert!(trees.files.base.is_empty() && trees.problems.len() == 1, "{trees:?}");
    }
}
