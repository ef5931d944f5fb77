//! Which modules and Go files of the repository the test binaries of packages consist of.

use crate::cause::{CapturedModule, Dependency, is_inside_of_capture};
use crate::run::build::{ask, go};
use crate::run::{RunError, Stop};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// At most so many files are named. Larger programs exist, but their benchmarks do not use all of it.
const MOST_FILES: usize = 20_000;

/// What the packages consist of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// The modules in the repository, those of vendor folders aside.
    pub modules: Vec<CapturedModule>,
    /// The other modules that are built in, vendored ones too.
    pub dependencies: Vec<Dependency>,
    /// Their Go files, those of tests included, relative to the root.
    pub sources: Vec<String>,
    /// How many of them are left out: too many, or with a name that a capture cannot have.
    pub left_out: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Listed {
    dir: PathBuf,
    standard: bool,
    go_files: Vec<String>,
    cgo_files: Vec<String>,
    test_go_files: Vec<String>,
    #[serde(rename = "XTestGoFiles")]
    x_test_go_files: Vec<String>,
    module: Option<ListedModule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListedModule {
    path: String,
    version: String,
    dir: PathBuf,
    replace: Option<Box<ListedModule>>,
}

impl ListedModule {
    /// The module as a dependency; `None` if no version is known, as for a folder.
    fn dependency(&self) -> Option<Dependency> {
        let version = match &self.replace {
            Some(other) if other.path != self.path => format!("{} {}", other.path, other.version),
            Some(other) => other.version.clone(),
            None => self.version.clone(),
        };
        let version = version.trim_end().to_string();
        (!version.is_empty()).then(|| Dependency { path: self.path.clone(), version })
    }
}

/// Lists what packages consist of that are built in `folder`, of the tree in `root`. It is empty where go cannot tell, for example because a package is only on the other side.
///
/// # Errors
/// If go cannot be started, or the run is stopped.
pub(super) fn list(
    folder: &Path,
    variables: &[(String, String)],
    root: &Path,
    packages: &[&str],
    stop: &Stop,
) -> Result<Listing, RunError> {
    const FIELDS: &str = "-json=Dir,Standard,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Module";
    let mut command = go(folder, variables);
    command.args(["list", "-e", "-deps", "-test", FIELDS, "--"]).args(packages);
    let output = ask(command, stop)?;
    let listed = serde_json::Deserializer::from_str(&output.stdout).into_iter::<Listed>();
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    Ok(inside(&root, listed.map_while(Result::ok)))
}

/// What of it is in the repository.
fn inside(root: &Path, listed: impl Iterator<Item = Listed>) -> Listing {
    let (mut modules, mut dependencies, mut sources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for package in listed.filter(|it| !it.standard) {
        let Some(folder) = relative(root, &package.dir) else {
            dependencies.extend(package.module.and_then(|it| it.dependency()));
            continue;
        };
        if let Some(module) = package.module
            && let Some(folder) = relative(root, &module.dir)
        {
            modules.insert(CapturedModule { path: module.path, folder });
        }
        let files = [package.go_files, package.cgo_files, package.test_go_files, package.x_test_go_files];
        // What cgo writes has an absolute path.
        let is_name = |name: &String| !name.contains('/');
        let names = files.into_iter().flatten().filter(is_name);
        let path = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
        sources.extend(names.map(path));
    }
    let (all, is_whole) =
        (sources.len(), |it: &CapturedModule| it.folder.is_empty() || is_inside_of_capture(&it.folder));
    let sources: Vec<String> =
        sources.into_iter().filter(|it: &String| is_inside_of_capture(it)).take(MOST_FILES).collect();
    Listing {
        modules: modules.into_iter().filter(is_whole).collect(),
        dependencies: dependencies.into_iter().collect(),
        left_out: all - sources.len(),
        sources,
    }
}

/// A folder relative to the root, with `/`; `None` if it is outside, or is a copy of a module of somebody else.
fn relative(root: &Path, folder: &Path) -> Option<String> {
    if folder.as_os_str().is_empty() {
        return None;
    }
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let parts = folder.strip_prefix(root).ok()?.components().map(|part| match part {
        Component::Normal(name) if name != "vendor" => name.to_str(),
        _ => None,
    });
    parts.collect::<Option<Vec<&str>>>().map(|parts| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_the_repository_is_listed() {
        let package = |dir: &str, module: &str, files: &[&str]| Listed {
            dir: dir.into(),
            go_files: files.iter().map(|it| it.to_string()).collect(),
            test_go_files: vec!["p_test.go".to_string()],
            module: Some(ListedModule {
                path: format!("example.com{module}"),
                dir: module.into(),
                version: if module.starts_with("/no") { "" } else { "v1.5.0" }.to_string(),
                replace: None,
            }),
            ..Listed::default()
        };
        let listed = [
            package("/no/such/root/wire", "/no/such/root", &["wire.go", "/cache/x.cgo1.go"]),
            package("/no/such/root/wire", "/no/such/root", &["wire.go", "a:b.go"]),
            package("/no/such/root", "/no/such/root", &["c:d.go", "e\\f.go"]),
            package("/no/such/root/tools/gen", "/no/such/root/tools", &["gen.go"]),
            package("/no/such/root/vendor/a", "/no/such/root/vendor/a", &["a.go"]),
            package("/go/pkg/mod/b", "/go/pkg/mod/b", &["b.go"]),
            package("", "", &["c.go"]),
            Listed { standard: true, ..package("/no/such/root/std", "", &["d.go"]) },
        ];
        let listing = inside(Path::new("/no/such/root"), listed.into_iter());
        let want = [
            "p_test.go",
            "tools/gen/gen.go",
            "tools/gen/p_test.go",
            "wire/a:b.go",
            "wire/p_test.go",
            "wire/wire.go",
        ];
        assert_eq!((listing.sources.as_slice(), listing.left_out), (want.map(String::from).as_slice(), 2));
        let modules: Vec<&str> = listing.modules.iter().map(|it| it.folder.as_str()).collect();
        assert_eq!(modules, ["", "tools"]);
        let of = |path: &str, version: &str| Dependency { path: path.into(), version: version.into() };
        assert_eq!(
            listing.dependencies,
            [of("example.com", "v1.5.0"), of("example.com/go/pkg/mod/b", "v1.5.0")]
        );
    }

    #[test]
    fn a_replaced_module_has_the_version_of_the_other() {
        let module = |path: &str, version: &str, replace| ListedModule {
            path: path.to_string(),
            version: version.to_string(),
            replace,
            ..ListedModule::default()
        };
        let version = |it: ListedModule| it.dependency().map(|it| it.version);
        let by = |path, version| Some(Box::new(module(path, version, None)));
        assert_eq!(version(module("a", "v1.0.0", None)).as_deref(), Some("v1.0.0"));
        assert_eq!(version(module("a", "v1.0.0", by("b", "v1.2.0"))).as_deref(), Some("b v1.2.0"));
        assert_eq!(version(module("a", "v1.0.0", by("a", "v1.1.0"))).as_deref(), Some("v1.1.0"));
        assert_eq!(version(module("a", "v1.0.0", by("../a", ""))).as_deref(), Some("../a"));
        assert_eq!(version(module("a", "", None)), None);
    }
}
