//! The test binaries of both sides, and what there is to be done with those of one package.

use super::changes;
use std::fs;
use std::path::{Path, PathBuf};

/// What a side has of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Built {
    /// Its test binary, and the folder that it runs in.
    Binary {
        /// The binary.
        file: PathBuf,
        /// The package's folder.
        folder: PathBuf,
    },
    /// It does not build.
    Failed {
        /// `build failed` or `setup failed`, as `go test` has it.
        how: &'static str,
        /// What the compiler says.
        said: String,
    },
}

/// A package, and what both sides have of it; `None` where it is not there, or has no benchmarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its import path.
    pub path: String,
    /// Its module.
    pub module: String,
    /// Its benchmark functions, of both sides.
    pub benchmarks: Vec<String>,
    /// Before the change.
    pub base: Option<Built>,
    /// After it.
    pub new: Option<Built>,
}

impl Candidate {
    /// Whether nothing can have changed: both binaries are the same, byte for byte, and so is what they may read.
    pub fn is_unchanged(&self, changed: &[PathBuf], root: &Path) -> bool {
        let (Some(Built::Binary { file: base, .. }), Some(Built::Binary { file: new, folder })) =
            (&self.base, &self.new)
        else {
            return false;
        };
        // A folder outside of the repository is none that we know anything of.
        let Some(folder) = inside(root, folder) else { return false };
        !changes::may_be_read(changed, &folder) && are_equal(base, new)
    }
}

fn inside(root: &Path, folder: &Path) -> Option<PathBuf> {
    let (root, folder) = (root.canonicalize().ok()?, folder.canonicalize().ok()?);
    folder.strip_prefix(root).ok().map(Path::to_path_buf)
}

fn are_equal(one: &Path, other: &Path) -> bool {
    let length = |file: &Path| file.metadata().map(|it| it.len()).ok();
    length(one) == length(other)
        && matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unchanged_is_what_has_the_same_bytes_and_reads_the_same_files() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("wire");
        fs::create_dir(&folder).expect("created");
        let file = |name: &str, text: &str| {
            let file = root.path().join(name);
            fs::write(&file, text).expect("written");
            Some(Built::Binary { file, folder: folder.clone() })
        };
        let candidate = |base, new| Candidate {
            path: "m/wire".to_string(),
            module: "m".to_string(),
            benchmarks: Vec::new(),
            base,
            new,
        };
        let same = candidate(file("a", "same"), file("b", "same"));
        let is_unchanged = |it: &Candidate, changed: &[&str]| {
            let changed: Vec<PathBuf> = changed.iter().map(PathBuf::from).collect();
            it.is_unchanged(&changed, root.path())
        };
        assert!(is_unchanged(&same, &[]) && is_unchanged(&same, &["wire/wire.go", "README.md"]));
        assert!(!is_unchanged(&same, &["wire/testdata/big.json"]), "it may read that");
        assert!(!is_unchanged(&candidate(file("a", "same"), file("c", "sane")), &[]));
        assert!(!is_unchanged(&candidate(None, file("b", "same")), &[]));
    }
}
