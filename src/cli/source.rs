//! Where the benchmarks of a report stand in a tree of Go files. No Go is needed.

use allocgate::report::{BenchmarkLocations, Report, SourceLocation};
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Larger files are generated: nobody wrote a benchmark there.
const MOST_BYTES: u64 = 4 << 20;

/// So many entries of a tree are looked at.
const MOST_ENTRIES: usize = 200_000;

/// The benchmark functions in the `*_test.go` files under `root`, by import path as the `go.mod` files have it. Looks at
/// nothing if the report has no row. What cannot be read is left out: places are a convenience, the verdict does not rest on
/// them.
pub(super) fn functions(root: &Path, report: &Report) -> BenchmarkLocations {
    let mut locations = BenchmarkLocations::default();
    if report.rows.is_empty() {
        return locations;
    }
    let mut packages = Packages::new(root);
    let walk = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_go);
    for entry in walk.take(MOST_ENTRIES).flatten() {
        let path = entry.path();
        if !entry.file_type().is_file() || !entry.file_name().to_string_lossy().ends_with("_test.go") {
            continue;
        }
        let Some(text) = read(path) else { continue };
        let folder = path.parent().unwrap_or(root);
        let pkg = packages.import_path(folder);
        for (line, function) in benchmarks(&text) {
            locations.insert(&pkg, function, SourceLocation { file: shown(path), line });
        }
    }
    locations
}

/// What the `go` command itself looks at: it leaves out `testdata`, `vendor`, and what begins with a dot or an underscore.
fn is_go(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_left_out =
        name.starts_with(['.', '_']) || matches!(&*name, "testdata" | "vendor" | "node_modules");
    entry.depth() == 0 || !entry.file_type().is_dir() || !is_left_out
}

/// The text of a file of reasonable size.
fn read(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The lines that begin a benchmark, from 1, with its name.
fn benchmarks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(i, line)| {
        let rest = line.strip_prefix("func ")?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        let (name, after) = rest.split_at(end);
        (name.starts_with("Benchmark") && after.trim_start().starts_with('(')).then_some((i + 1, name))
    })
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
    fn a_benchmark_is_a_function_that_is_called_so() {
        let text = "package p\n\nfunc BenchmarkA(b *testing.B) {\n}\nfunc benchmarkB(b *testing.B) {}\n\
                    func (s *S) BenchmarkC(b *testing.B) {}\n\tfunc BenchmarkD(b\nfunc BenchmarkGröße_1 (b *testing.B) {}\n";
        assert_eq!(benchmarks(text).collect::<Vec<_>>(), [(3, "BenchmarkA"), (8, "BenchmarkGröße_1")]);
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
