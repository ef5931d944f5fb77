//! What differs between two revisions, file by file.

use super::RunError;
use super::git::Repository;
use std::path::{Component, Path, PathBuf};

/// What the working tree holds that its commit does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dirt {
    /// Whether there is anything: changes, or files that git does not know and does not ignore.
    pub any: bool,
    /// Submodules with changes of their own, or at another commit than the one recorded.
    pub submodules: Vec<String>,
}

/// Looks at the working tree.
pub(super) fn dirt(repository: &Repository) -> Result<Dirt, RunError> {
    let status = ["status", "--porcelain=v2", "--untracked-files=normal", "--ignore-submodules=none"];
    Ok(read_status(&repository.demand(&repository.root, &status)?))
}

/// What `git status --porcelain=v2` says.
fn read_status(text: &str) -> Dirt {
    let submodules = text.lines().filter_map(|line| {
        // 1 .M SCMU 160000 160000 160000 HASH HASH path
        let mut fields = line.splitn(9, ' ');
        let is_change = fields.next() == Some("1");
        let is_submodule = fields.nth(1)?.starts_with('S');
        (is_change && is_submodule).then(|| fields.nth(5).map(String::from))?
    });
    Dirt { any: !text.trim().is_empty(), submodules: submodules.collect() }
}

/// The files that differ between a commit and another one, or the working tree; from the root of the repository.
pub(super) fn changed(
    repository: &Repository,
    base: &str,
    new: Option<&str>,
) -> Result<Vec<PathBuf>, RunError> {
    let diff =
        ["diff", "--name-only", "--no-renames", "--no-relative", "--ignore-submodules=none", "-z", base];
    let diff: Vec<&str> = diff.into_iter().chain(new).chain(["--"]).collect();
    let mut text = repository.demand(&repository.root, &diff)?;
    if new.is_none() {
        let others = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z"];
        text += &repository.demand(&repository.root, &others)?;
    }
    Ok(text.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect())
}

/// Whether one of these files may be read by the benchmarks of the package in this folder while they run: a file beside its
/// Go code, test data, or any other file but those that only the compiler or we read, that are prose, or that are hidden in
/// the root. Benchmarks do read `../data`; to measure them without need costs less than not to.
pub(super) fn may_be_read(changed: &[PathBuf], folder: &Path) -> bool {
    let is = |path: &Path, extensions: &[&str]| {
        path.extension().and_then(|it| it.to_str()).is_some_and(|it| extensions.contains(&it))
    };
    let is_data = |path: &Path| path.components().any(|part| part == Component::Normal("testdata".as_ref()));
    let is_beside = |path: &Path| path.starts_with(folder) && !is(path, &["go"]);
    let is_hidden = |path: &Path| path.to_string_lossy().starts_with('.');
    let is_policy = |path: &Path| path.ends_with("allocgate.toml");
    let is_apart =
        |path: &Path| is_hidden(path) || is_policy(path) || is(path, &["go", "mod", "sum", "work", "md"]);
    changed.iter().any(|path| is_data(path) || is_beside(path) || !is_apart(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_dirty_submodules_from_other_dirt() {
        assert_eq!(read_status(""), Dirt::default());
        let untracked = read_status("? notes.txt\n");
        assert_eq!(untracked, Dirt { any: true, submodules: Vec::new() });
        let file = "1 .M N... 100644 100644 100644 aa bb go.mod\n";
        let module = "1 .M S.M. 160000 160000 160000 aa bb third party/lib\n";
        let both = read_status(&format!("{file}{module}"));
        assert_eq!(both, Dirt { any: true, submodules: vec!["third party/lib".to_string()] });
    }

    #[test]
    fn test_data_and_files_beside_the_code_may_be_read() {
        let folder = Path::new("wire");
        for (path, want) in [
            ("wire/frame.go", false),
            ("wire/frames.bin", true),
            ("wire/testdata/x.go", true),
            ("testdata/big.json", true),
            ("README.md", false),
            ("index/words.txt", true),
            ("data/words.txt", true),
            ("third_party/corpus", true),
            ("go.mod", false),
            (".github/workflows/ci.yml", false),
        ] {
            assert_eq!(may_be_read(&[path.into()], folder), want, "{path}");
        }
        assert!(may_be_read(&["words.txt".into()], Path::new("")), "the package in the root");
    }
}
