//! The packages that need not be built, because everything that goes into their test binaries is the same on both sides.

use super::checkout::Checkout;
use super::go::{ListedPackage, ask, go};
use crate::run::side::{PerSide, Side};
use crate::run::{RunError, Stop};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One thing that goes into a test binary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Input {
    /// A file, relative to the root of the checkout.
    File(PathBuf),
    /// A package of a module at a version, which never changes.
    Versioned(String),
}

/// The import paths of packages that both sides have, and whose test binaries are built from the same: sources, embedded files and
/// `go.mod` of all packages in them, toolchain, flags and environment. Packages of which that is not certain, such as those with cgo,
/// are not among them.
///
/// # Errors
/// If go cannot be started, or the run is stopped.
pub(super) fn with_same_inputs(
    checkouts: &PerSide<Checkout>,
    listed: &PerSide<Vec<ListedPackage>>,
    stop: &Stop,
) -> Result<HashSet<String>, RunError> {
    let Checkout { toolchain: base, .. } = &checkouts.base;
    let Checkout { toolchain: new, .. } = &checkouts.new;
    // A workspace, a folder in the place of a module, or a flag with a file: a build uses more than is listed.
    let is_certain = base.is_self_contained && new.is_self_contained && base.environment == new.environment;
    let in_both = |package: &&ListedPackage| listed.base.iter().any(|it| it.path == package.path);
    let packages: Vec<&str> = listed.new.iter().filter(in_both).map(|it| &*it.path).collect();
    if !is_certain || base.variables != new.variables || packages.is_empty() {
        return Ok(HashSet::new());
    }
    let base = inputs(&checkouts[Side::Base], &packages, stop)?;
    let new = inputs(&checkouts[Side::New], &packages, stop)?;
    let mut known = HashMap::new();
    let mut is_same = |package: &str| {
        let (Some(Some(base)), Some(Some(new))) = (base.get(package), new.get(package)) else { return false };
        base == new
            && base.iter().all(|input| match input {
                Input::Versioned(_) => true,
                Input::File(file) => *known.entry(file.clone()).or_insert_with(|| {
                    are_equal(&checkouts.base.root.join(file), &checkouts.new.root.join(file))
                }),
            })
    };
    Ok(packages.into_iter().filter(|package| is_same(package)).map(String::from).collect())
}

fn are_equal(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// What goes into the test binary of each package; `None` where the lists of go do not tell.
fn inputs(
    checkout: &Checkout,
    packages: &[&str],
    stop: &Stop,
) -> Result<HashMap<String, Option<BTreeSet<Input>>>, RunError> {
    let mut command = go(&checkout.folder, &checkout.toolchain.variables);
    command.args(["list", "-e", "-deps", "-test", FIELDS, "--"]).args(packages);
    let output = ask(command, stop)?;
    let listed = serde_json::Deserializer::from_str(&output.stdout).into_iter::<Listed>();
    // What cannot be read is built, and go says then what is wrong.
    let Ok(listed) = listed.collect::<Result<Vec<Listed>, _>>() else { return Ok(HashMap::new()) };
    let by_path: HashMap<&str, &Listed> = listed.iter().map(|it| (&*it.import_path, it)).collect();
    let Ok(root) = checkout.root.canonicalize() else { return Ok(HashMap::new()) };
    let of_package = |package: &str| {
        let binary = by_path.get(&*format!("{package}.test"))?;
        let mut inputs = BTreeSet::new();
        for name in binary.deps.iter().map(String::as_str).chain([package]) {
            by_path.get(name)?.add_to(&mut inputs, &root)?;
        }
        Some(inputs)
    };
    Ok(packages.iter().map(|package| (package.to_string(), of_package(package))).collect())
}

const FIELDS: &str = "-json=ImportPath,Dir,Name,Standard,Incomplete,Module,Deps,GoFiles,CgoFiles,CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles,EmbedFiles,TestGoFiles,XTestGoFiles,TestEmbedFiles,XTestEmbedFiles";

/// A package as `go list -deps -test -json` prints it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Listed {
    import_path: String,
    dir: PathBuf,
    name: String,
    standard: bool,
    incomplete: bool,
    module: Option<Module>,
    deps: Vec<String>,
    go_files: Vec<PathBuf>,
    cgo_files: Vec<PathBuf>,
    c_files: Vec<PathBuf>,
    #[serde(rename = "CXXFiles")]
    cxx_files: Vec<PathBuf>,
    m_files: Vec<PathBuf>,
    h_files: Vec<PathBuf>,
    f_files: Vec<PathBuf>,
    s_files: Vec<PathBuf>,
    swig_files: Vec<PathBuf>,
    #[serde(rename = "SwigCXXFiles")]
    swig_cxx_files: Vec<PathBuf>,
    syso_files: Vec<PathBuf>,
    embed_files: Vec<PathBuf>,
    test_go_files: Vec<PathBuf>,
    #[serde(rename = "XTestGoFiles")]
    x_test_go_files: Vec<PathBuf>,
    test_embed_files: Vec<PathBuf>,
    #[serde(rename = "XTestEmbedFiles")]
    x_test_embed_files: Vec<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Module {
    path: String,
    version: String,
    go_mod: PathBuf,
    replace: Option<Box<Module>>,
}

impl Listed {
    /// Adds its files, or its module and version if it is outside of the checkout; `None` if these do not tell everything.
    fn add_to(&self, inputs: &mut BTreeSet<Input>, root: &Path) -> Option<()> {
        if self.standard {
            return Some(()); // the toolchain is the same
        }
        let is_foreign =
            [&self.cgo_files, &self.swig_files, &self.swig_cxx_files].iter().any(|it| !it.is_empty());
        if self.incomplete || is_foreign {
            return None;
        }
        let Some(folder) = relative(&self.dir, root) else {
            let module = self.module.as_ref()?;
            let module = module.replace.as_deref().unwrap_or(module);
            let path = self.import_path.split(' ').next()?;
            let versioned = format!("{}@{} {path}", module.path, module.version);
            inputs.insert(Input::Versioned(versioned));
            return (!module.version.is_empty()).then_some(());
        };
        inputs.extend(self.files().map(|file| Input::File(folder.join(file))));
        if self.name == "main" && self.dir.join(PROFILE).exists() {
            inputs.insert(Input::File(folder.join(PROFILE)));
        }
        // A module in a vendor folder has no file of its own here.
        let go_mod = self.module.as_ref().and_then(|module| relative(&module.go_mod, root));
        if let Some(go_mod) = go_mod {
            let vendored = go_mod.with_file_name("vendor").join("modules.txt");
            inputs.extend(Some(vendored).filter(|it| root.join(it).exists()).map(Input::File));
            inputs.insert(Input::File(go_mod));
        }
        Some(())
    }

    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let go = self.go_files.iter().chain(&self.test_go_files).chain(&self.x_test_go_files);
        let other = self.c_files.iter().chain(&self.cxx_files).chain(&self.m_files).chain(&self.h_files);
        let other = other.chain(&self.f_files).chain(&self.s_files).chain(&self.syso_files);
        let embedded = self.embed_files.iter().chain(&self.test_embed_files).chain(&self.x_test_embed_files);
        go.chain(other).chain(embedded)
    }
}

/// The profile that the build of a main package uses by itself.
const PROFILE: &str = "default.pgo";

fn relative(path: &Path, root: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()?.strip_prefix(root).ok().map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(json: &str) -> Listed {
        serde_json::from_str(json).expect("JSON")
    }

    #[test]
    fn a_package_is_its_files_or_its_version() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path().canonicalize().expect("it is there");
        fs::create_dir(root.join("wire")).expect("created");
        fs::write(root.join("go.mod"), "module m\n").expect("written");
        let of = |package: &Listed| {
            let mut inputs = BTreeSet::new();
            package.add_to(&mut inputs, &root).map(|()| inputs)
        };
        let text = |dir: &Path, rest: &str| format!("{{\"ImportPath\": \"m/wire\", \"Dir\": {dir:?}{rest}}}");
        let wire = root.join("wire");
        let files = listed(&text(
            &wire,
            &format!(
                ", \"GoFiles\": [\"a.go\"], \"XTestGoFiles\": [\"b_test.go\"], \"EmbedFiles\": [\"c.txt\"], \"Module\": {{\"Path\": \"m\", \"GoMod\": {:?}}}",
                root.join("go.mod")
            ),
        ));
        let want = ["go.mod", "wire/a.go", "wire/b_test.go", "wire/c.txt"].map(|it| Input::File(it.into()));
        assert_eq!(of(&files), Some(want.into()));
        let elsewhere = std::env::temp_dir();
        let version = ", \"Module\": {\"Path\": \"d\", \"Version\": \"v1.0.0\"}";
        let versioned = Input::Versioned("d@v1.0.0 m/wire".to_string());
        assert_eq!(of(&listed(&text(&elsewhere, version))), Some([versioned].into()));
        for uncertain in [", \"CgoFiles\": [\"c.go\"]", ", \"Incomplete\": true"] {
            assert_eq!(of(&listed(&text(&wire, uncertain))), None, "{uncertain}");
        }
        let replaced =
            ", \"Module\": {\"Path\": \"d\", \"Version\": \"v1.0.0\", \"Replace\": {\"Path\": \"../d\"}}";
        assert_eq!(of(&listed(&text(&elsewhere, replaced))), None, "a folder may change");
        assert_eq!(of(&listed(&text(&elsewhere, ", \"Standard\": true"))), Some(BTreeSet::new()));
    }
}
