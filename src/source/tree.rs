//! Reads Go files, and knows the import paths of their folders.

use super::scan::benchmarks;
use ignore::{DirEntry, WalkBuilder};
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// At most so much of a file is read. Larger ones are generated, and have no benchmarks.
const MOST_BYTES: u64 = 16 << 20;

/// At most so many entries of a tree are looked at.
const MOST_ENTRIES: usize = 200_000;

/// A benchmark function in a tree of Go files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The import path of its package, as the `go.mod` files have it.
    pub package: String,
    /// Its name: `BenchmarkTally`.
    pub function: String,
    /// Its file, with slashes.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
}

/// The names of the benchmark functions in a file; none if it cannot be read.
pub fn benchmarks_in(file: &Path) -> Vec<String> {
    let text = read(file).unwrap_or_default();
    benchmarks(&text).into_iter().map(|it| it.name.to_string()).collect()
}

/// The benchmark functions in the `*_test.go` files under `root`, by file name. Files and folders that git ignores are left out, and
/// so are those that cannot be read: a report points at source lines where it can, and no verdict depends on them.
pub fn benchmarks_under(root: &Path) -> Vec<Located> {
    let mut found = Vec::new();
    let mut packages = Packages::new(root);
    for entry in walk(root).take(MOST_ENTRIES).flatten() {
        let path = entry.path();
        let is_file = entry.file_type().is_some_and(|it| it.is_file());
        if !is_file || !entry.file_name().to_string_lossy().ends_with("_test.go") {
            continue;
        }
        let Some(text) = read(path) else { continue };
        let package = packages.import_path(path.parent().unwrap_or(root));
        found.extend(benchmarks(&text).into_iter().map(|function| Located {
            package: package.clone(),
            function: function.name.to_string(),
            file: shown(path),
            line: function.line,
        }));
    }
    found
}

/// The files of a tree, without those that its own `.gitignore` files name. What a user or another tool ignores does not matter.
fn walk(root: &Path) -> ignore::Walk {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false).ignore(false).git_global(false).require_git(false);
    walk.sort_by_file_name(Ord::cmp).filter_entry(is_go).build()
}

/// What the `go` command itself looks at: it leaves out `testdata`, `vendor`, and what begins with a dot or an underscore.
fn is_go(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_left_out =
        name.starts_with(['.', '_']) || matches!(&*name, "testdata" | "vendor" | "node_modules");
    entry.depth() == 0 || !entry.file_type().is_some_and(|it| it.is_dir()) || !is_left_out
}

fn read(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path as it is shown: with slashes, and without the dot that it begins with.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The import path of each folder.
struct Packages {
    root: PathBuf,
    known: HashMap<PathBuf, String>,
}

impl Packages {
    fn new(root: &Path) -> Packages {
        Packages { root: root.to_path_buf(), known: HashMap::new() }
    }

    /// That of the folder's module, else that of the folder above and its name. A tree without `go.mod` has paths from its
    /// root.
    fn import_path(&mut self, folder: &Path) -> String {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let path = match (module(folder), folder.parent()) {
            (Some(module), _) => module,
            (None, Some(parent)) if folder != self.root => {
                let above = self.import_path(parent);
                let name = folder.file_name().unwrap_or_default().to_string_lossy();
                if above.is_empty() { name.into_owned() } else { format!("{above}/{name}") }
            }
            (None, _) => String::new(),
        };
        self.known.insert(folder.to_path_buf(), path.clone());
        path
    }
}

/// What the `go.mod` in a folder calls its module.
fn module(folder: &Path) -> Option<String> {
    let text = read(&folder.join("go.mod"))?;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let name = line.split("//").next().unwrap_or_default().trim().trim_matches(['"', '`']);
    Some(name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_searched_as_go_does() {
        let tree = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("made");
            fs::write(path, text).expect("written");
        };
        write("go.mod", "module m\n");
        write(".gitignore", "/target\n*.gen_test.go\n");
        write("e/.gitignore", "out/\n");
        write(".ignore", "b/\n");
        let seen = ["a_test.go", "b/b_test.go", "e/target/e_test.go"];
        let left_out = [
            "b/b.go",
            "testdata/c_test.go",
            "_d/d_test.go",
            ".git/d_test.go",
            "vendor/x/d_test.go",
            "node_modules/x/d_test.go",
            "target/d_test.go",
            "target/debug/d_test.go",
            "b/x.gen_test.go",
            "e/out/d_test.go",
        ];
        for path in seen.into_iter().chain(left_out) {
            write(path, "package p\nfunc BenchmarkX(b *testing.B) {}\n");
        }
        let found = benchmarks_under(tree.path());
        let packages: Vec<&str> = found.iter().map(|it| it.package.as_str()).collect();
        assert_eq!(packages, ["m", "m/b", "m/e/target"]);
        assert!(found[1].file.ends_with("b/b_test.go") && found[1].line == 2, "{found:?}");
        assert_eq!(benchmarks_in(&tree.path().join("b/b_test.go")), ["BenchmarkX"]);
        assert_eq!(benchmarks_in(&tree.path().join("nowhere_test.go")), Vec::<String>::new());
    }

    #[test]
    fn folders_have_the_import_paths_of_their_modules() {
        let tree = tempfile::tempdir().expect("a folder");
        let root = tree.path();
        fs::create_dir_all(root.join("a/inner/b")).expect("made");
        fs::write(root.join("go.mod"), "// hello\nmodule \"example.com/x\" // why\n\ngo 1.26\n")
            .expect("written");
        fs::write(root.join("a/inner/go.mod"), "module example.com/y\n").expect("written");
        let mut packages = Packages::new(root);
        for (folder, want) in
            [("", "example.com/x"), ("a", "example.com/x/a"), ("a/inner/b", "example.com/y/b")]
        {
            assert_eq!(packages.import_path(&root.join(folder)), want, "{folder}");
        }
    }
}
