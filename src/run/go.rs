//! What the go command knows: itself, and the packages with benchmarks.

use super::git::refused;
use super::process::capture;
use super::{RunError, Stop};
use crate::source;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What of `go env` decides what a test binary does.
const MATTERS: [&str; 27] = [
    "GOVERSION",
    "GOOS",
    "GOARCH",
    "GOWORK",
    "GOMOD",
    "GOFLAGS",
    "GOEXPERIMENT",
    "GODEBUG",
    "CGO_ENABLED",
    "CC",
    "CXX",
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_LDFLAGS",
    "PKG_CONFIG",
    "GOROOT",
    "GOFIPS140",
    "GO386",
    "GOAMD64",
    "GOARM",
    "GOARM64",
    "GOMIPS",
    "GOMIPS64",
    "GORISCV64",
    "GOPPC64",
    "GOWASM",
];

/// The Go that builds in a folder: a module may ask for another one than that on the PATH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// `go1.26.8 linux/amd64`.
    pub name: String,
    /// `1.26.8`.
    pub version: String,
    /// Everything that decides what a binary does, besides the source.
    pub environment: String,
    /// Whether the source of a build is all in its repository.
    pub is_self_contained: bool,
    /// The `go.work` that says where modules are, if there is one.
    pub workspace: Option<PathBuf>,
}

/// A package that has benchmarks, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    /// Its import path.
    pub path: String,
    /// Where it is.
    pub folder: PathBuf,
    /// The path of its module; empty if it is in none.
    pub module: String,
    /// Its benchmark functions, as far as its files show them.
    pub benchmarks: Vec<String>,
}

/// `go` in a folder.
pub(super) fn go(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder).env("PWD", folder);
    command
}

/// Asks which Go builds here.
///
/// # Errors
/// If there is none, or it refuses the module.
pub(super) fn toolchain(folder: &Path, stop: &Stop) -> Result<Toolchain, RunError> {
    let mut command = go(folder);
    command.arg("env").args(MATTERS);
    let said = capture(command, stop)?;
    if !said.status.success() {
        return Err(refused("go env", &said));
    }
    let values: Vec<&str> = said.stdout.lines().collect();
    let value = |name: &str| {
        let at = MATTERS.iter().position(|it| *it == name).expect("it is one of them");
        values.get(at).copied().unwrap_or_default().to_string()
    };
    let version = value("GOVERSION");
    let paths = ["GOMOD", "GOWORK"]; // where it is checked out changes nothing
    let environment = MATTERS.iter().zip(&values).filter(|(name, _)| !paths.contains(name));
    let module = fs::read_to_string(value("GOMOD")).unwrap_or_default();
    let workspace = Some(value("GOWORK")).filter(|it| !matches!(it.as_str(), "" | "off")).map(PathBuf::from);
    let is_whole = !replaces_by_folder(&module) && !names_files(&value("GOFLAGS"));
    Ok(Toolchain {
        name: format!("{version} {}/{}", value("GOOS"), value("GOARCH")),
        version: version.trim_start_matches("go").to_string(),
        environment: environment.map(|(name, value)| format!("{name}={value}\n")).collect(),
        is_self_contained: workspace.is_none() && is_whole,
        workspace,
    })
}

/// Whether flags of a build name files, whose contents they do not tell.
fn names_files(flags: &str) -> bool {
    const FLAGS: [&str; 5] = ["modfile", "overlay", "pgo", "toolexec", "C"];
    let names = flags.split_whitespace().map(|flag| flag.trim_start_matches('-').split('=').next());
    flags.contains(['/', '\\']) || names.flatten().any(|name| FLAGS.contains(&name))
}

/// Whether a go.mod takes a module from a folder, which may lie anywhere.
fn replaces_by_folder(module: &str) -> bool {
    let targets = module.lines().filter_map(|line| line.split("//").next()?.split_once("=>"));
    targets.map(|(_, target)| target.trim()).any(|target| target.starts_with(['.', '/', '"', '`']))
}

/// One package as `go list -json` has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Listed {
    import_path: String,
    dir: PathBuf,
    test_go_files: Vec<String>,
    #[serde(rename = "XTestGoFiles")]
    x_test_go_files: Vec<String>,
    module: Option<ListedModule>,
    error: Option<ListedError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListedModule {
    path: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListedError {
    err: String,
}

/// The packages that have benchmarks, and those of which that cannot be said.
///
/// # Errors
/// If go refuses the module, or a pattern.
pub(super) fn packages(folder: &Path, patterns: &[String], stop: &Stop) -> Result<Vec<Package>, RunError> {
    let mut command = go(folder);
    command
        .args(["list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Module,Error", "--"])
        .args(patterns);
    let said = capture(command, stop)?;
    let asked = format!("go list {}", patterns.join(" "));
    if !said.status.success() {
        return Err(refused(&asked, &said));
    }
    let listed = serde_json::Deserializer::from_str(&said.stdout).into_iter::<Listed>();
    let unreadable =
        |error| RunError::Refused { command: asked.clone(), said: format!("unexpected output: {error}") };
    let mut packages = Vec::new();
    for package in listed {
        let package = package.map_err(unreadable)?;
        match package.error {
            // Nothing on disk: a pattern that names no package.
            Some(error) if package.dir.as_os_str().is_empty() => {
                return Err(RunError::Refused { command: asked, said: error.err });
            }
            Some(_) => packages.push(known(package, Vec::new())),
            None => {
                let benchmarks = benchmarks(&package);
                if !benchmarks.is_empty() {
                    packages.push(known(package, benchmarks));
                }
            }
        }
    }
    Ok(packages)
}

fn known(listed: Listed, benchmarks: Vec<String>) -> Package {
    let module = listed.module.map(|module| module.path).unwrap_or_default();
    Package { path: listed.import_path, folder: listed.dir, module, benchmarks }
}

fn benchmarks(package: &Listed) -> Vec<String> {
    let files = package.test_go_files.iter().chain(&package.x_test_go_files);
    files.flat_map(|file| source::benchmarks_in(&package.dir.join(file))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_name_files_are_seen() {
        for (flags, want) in [
            ("-modfile=go.alt.mod", true),
            ("-tags=x --pgo=p", true),
            ("-mod=mod -tags=a,b", false),
            ("", false),
        ] {
            assert_eq!(names_files(flags), want, "{flags}");
        }
        assert!(names_files("-gcflags=-m=2 -ldflags=-r/lib"));
    }

    #[test]
    fn a_replacement_by_a_folder_is_seen() {
        for (module, want) in [
            ("module m\n\nreplace a => ../a\n", true),
            ("replace (\n\ta v1.0.0 => /home/a\n)\n", true),
            ("replace a => example.com/b v1.2.3\n", false),
            ("// replace a => ../a\nmodule m\n", false),
        ] {
            assert_eq!(replaces_by_folder(module), want, "{module}");
        }
    }
}
