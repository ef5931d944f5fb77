//! Brings the test files of new into the checkout of base, so that a benchmark that is new is measured on both sides.

use super::git::Repository;
use crate::run::{FileAction, RunError};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Makes the test files and the test data of base those of new; `changed` are the files in which they differ, relative to the roots.
/// Returns those that are now the same. What is no ordinary file, or would be written outside of base, stays.
///
/// # Errors
/// If a file cannot be written.
pub(crate) fn bring(base: &Path, new: &Path, changed: &[PathBuf]) -> Result<Vec<PathBuf>, RunError> {
    let mut brought = Vec::new();
    for path in changed.iter().filter(|path| is_of_tests(path)) {
        let (from, to) = (new.join(path), base.join(path));
        let is_ordinary = |file: &Path| file.symlink_metadata().map_or(!file.is_symlink(), |it| it.is_file());
        if !is_ordinary(&from) || !is_ordinary(&to) || !is_within(base, &to) {
            continue;
        }
        if from.exists() {
            let folder = to.parent().unwrap_or(base);
            fs::create_dir_all(folder).map_err(RunError::file(folder, FileAction::Create))?;
            fs::copy(&from, &to).map_err(RunError::file(&to, FileAction::Write))?;
        } else {
            fs::remove_file(&to).map_err(RunError::file(&to, FileAction::Remove))?;
        }
        brought.push(path.clone());
    }
    Ok(brought)
}

/// Gives base its own files again.
///
/// # Errors
/// If a file cannot be removed, or the run is stopped.
pub(crate) fn take_back(repository: &Repository, base: &Path, brought: &[&Path]) -> Result<(), RunError> {
    for path in brought {
        let name = path.to_string_lossy();
        let restored = repository.output_in(base, &["checkout", "--quiet", "HEAD", "--", &name])?;
        let file = base.join(path);
        // Base has no such file.
        if !restored.status.success() && file.exists() {
            fs::remove_file(&file).map_err(RunError::file(&file, FileAction::Remove))?;
        }
    }
    Ok(())
}

/// Whether a file belongs to the tests of a package.
fn is_of_tests(path: &Path) -> bool {
    let is_data = path.components().any(|part| part == Component::Normal("testdata".as_ref()));
    is_data || path.to_string_lossy().ends_with("_test.go")
}

/// Whether the nearest folder that exists is within the root, whatever symbolic links there are.
fn is_within(root: &Path, file: &Path) -> bool {
    let folder = file.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
    root.canonicalize().is_ok_and(|root| folder.is_some_and(|folder| folder.starts_with(root)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_brought_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (base, new) = (folder.path().join("base"), folder.path().join("new"));
        for (path, text) in [
            ("base/a/old_test.go", "old"),
            ("base/a/a_test.go", "old"),
            ("base/a/a.go", "old"),
            ("new/a/a_test.go", "new"),
            ("new/a/a.go", "new"),
            ("new/a/testdata/x.json", "new"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("created");
            fs::write(path, text).expect("written");
        }
        let changed = ["a/old_test.go", "a/a_test.go", "a/a.go", "a/testdata/x.json"].map(PathBuf::from);
        let brought = bring(&base, &new, &changed).expect("written");
        assert_eq!(brought, ["a/old_test.go", "a/a_test.go", "a/testdata/x.json"].map(PathBuf::from));
        let read = |path: &str| fs::read_to_string(base.join(path)).ok();
        assert_eq!(
            ["a/old_test.go", "a/a_test.go", "a/a.go", "a/testdata/x.json"].map(read),
            [None, Some("new"), Some("old"), Some("new")].map(|it| it.map(String::from))
        );
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_outside_of_base() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        for path in ["base", "new/testdata", "elsewhere"] {
            fs::create_dir_all(at(path)).expect("created");
        }
        fs::write(at("new/testdata/x"), "new").expect("written");
        std::os::unix::fs::symlink(at("elsewhere"), at("base/testdata")).expect("linked");
        let brought = bring(&at("base"), &at("new"), &["testdata/x".into()]).expect("nothing to write");
        assert!(brought.is_empty() && !at("elsewhere/x").exists());
    }
}
