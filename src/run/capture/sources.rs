//! Reads the Go files of both sides.

use crate::cause::CapturedSide;
use crate::cause::lines::SourceFile;
use crate::run::prepare::Prepared;
use crate::run::revision::{Repository, Worktree};
use crate::run::side::{PerSide, Side};
use crate::run::{RunError, Stop};
use crate::words::{counted, list};
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

/// The Go files of a tree that were read.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Their texts, in the order of the paths.
    pub files: Vec<SourceFile>,
    /// Files that are too large.
    too_large: Vec<String>,
    /// How many are not read because those before are so large.
    beyond: usize,
}

impl Files {
    /// What is left out, in words. `side` is behind the files: ` of base`.
    pub fn problems(&self, side: &str) -> Vec<String> {
        let left = |count: usize| {
            let verb = if count == 1 { "is" } else { "are" };
            format!("{}{side} {verb} left out", counted(count, "Go file"))
        };
        let mut problems = Vec::new();
        if !self.too_large.is_empty() {
            let (left, names) = (left(self.too_large.len()), list(self.too_large.iter(), 3));
            problems.push(format!("{left}, larger than {} MB: {names}", MOST_BYTES >> 20));
        }
        if self.beyond > 0 {
            let left = left(self.beyond);
            problems.push(format!("{left}: the others have {} MB already", MOST_BYTES_OF_ALL >> 20));
        }
        problems
    }
}

/// Reads files of a tree; those that cannot be read are left out.
pub(super) fn read(root: &Path, paths: &[String]) -> Files {
    let mut left = MOST_BYTES_OF_ALL;
    let mut read = Files::default();
    for (at, path) in paths.iter().enumerate() {
        match read_file(&root.join(path)) {
            Content::Text(text) => {
                let Some(rest) = left.checked_sub(text.len()) else {
                    read.beyond = paths.len() - at;
                    break;
                };
                left = rest;
                read.files.push(SourceFile { path: path.clone(), text });
            }
            Content::TooLarge => read.too_large.push(path.clone()),
            Content::Unreadable => {}
        }
    }
    read
}

enum Content {
    Text(String),
    TooLarge,
    Unreadable,
}

fn read_file(path: &Path) -> Content {
    // A pipe would never end.
    if !path.metadata().is_ok_and(|it| it.is_file()) {
        return Content::Unreadable;
    }
    let Ok(file) = File::open(path) else { return Content::Unreadable };
    let mut bytes = Vec::new();
    match file.take(MOST_BYTES + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 > MOST_BYTES => Content::TooLarge,
        Ok(_) => Content::Text(String::from_utf8_lossy(&bytes).into_owned()),
        Err(_) => Content::Unreadable,
    }
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
    let mut trees = SourceTrees::default();
    for (side, captured) in [(Side::Base, base), (Side::New, new)] {
        trees.add(side, captured, read(root(side), &captured.sources));
    }
    trees
}

impl SourceTrees {
    fn add(&mut self, side: Side, captured: &CapturedSide, read: Files) {
        let of = format!(" of {side}");
        self.problems.extend(read.problems(&of));
        if captured.sources_left_out > 0 {
            let count = counted(captured.sources_left_out, "Go file");
            self.problems.push(format!(
                "{count}{of} left out: too many, or with a name that is no path on every system"
            ));
        }
        *self.files.get_mut(side) = read.files;
    }
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
            Ok(read) if read.files.is_empty() && !captured.sources.is_empty() => {
                trees.problems.push(format!("the Go files of {side} cannot be read"));
            }
            Ok(read) => trees.add(side, captured, read),
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

fn of_revision(repository: &Repository, captured: &CapturedSide) -> Result<Files, Missing> {
    if captured.sources.is_empty() {
        return Ok(Files::default());
    }
    if captured.is_working_tree {
        let read = read(&repository.root, &captured.sources);
        let is_same = hash(&read.files) == captured.sources_hash;
        if is_same {
            return Ok(read);
        }
    }
    let commit = repository.commit(&captured.commit)?;
    let worktree = Worktree::add(repository, &commit)?;
    let read = read(&worktree.path(), &captured.sources);
    // The commit may be what the working tree was.
    match captured.is_working_tree && hash(&read.files) != captured.sources_hash {
        true => Err(Missing::Changed),
        false => Ok(read),
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
        let all = read(tree.path(), &paths);
        assert_eq!(all.problems(" of new"), ["1 Go file of new is left out, larger than 4 MB: c.go"]);
        let files = all.files;
        let names: Vec<&str> = files.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(names, ["a.go", "b.go"], "one is too large, and one is missing");
        let before = hash(&files);
        assert_eq!(before, hash(&read(tree.path(), &paths).files));
        fs::write(tree.path().join("a.go"), "package a").expect("written");
        assert_ne!(before, hash(&read(tree.path(), &paths).files));
    }

    #[test]
    fn without_a_repository_there_are_no_files_and_a_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let captured = CapturedSide { sources: vec!["a.go".to_string()], ..CapturedSide::default() };
        let trees = of_revisions(folder.path(), &captured, &captured, &Stop::default()).expect("not stopped");
        assert!(trees.files.base.is_empty() && trees.problems.len() == 1, "{trees:?}");
    }
}
