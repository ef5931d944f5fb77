//! Asks the go command about its toolchain and the packages with benchmarks.

use crate::run::process::{Output, capture};
use crate::run::side::Side;
use crate::run::variant::goflags;
use crate::run::{FileAction, Request, RunError, Stop};
use crate::source;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variables of `go env` that a test binary depends on.
const VARIABLES: [&str; 27] = [
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

/// The Go toolchain of a folder: a module may need another one than that on the PATH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    /// `go1.26.8 linux/amd64`.
    pub name: String,
    /// `1.26.8`.
    pub version: String,
    /// Everything that a test binary depends on, besides the source.
    pub environment: String,
    /// Whether a build uses no files outside of the repository.
    pub is_self_contained: bool,
    /// The `go.work` file in use, if there is one.
    pub workspace: Option<PathBuf>,
    /// The environment variables with which go is called, besides those of this process.
    pub variables: Variables,
}

impl Toolchain {
    /// GOOS and GOARCH.
    pub fn platform(&self) -> (&str, &str) {
        let platform = self.name.rsplit_once(' ').map_or("", |(_, platform)| platform);
        platform.split_once('/').unwrap_or((platform, ""))
    }

    /// The value of GOFLAGS, from the environment or from what `go env -w` has set.
    pub fn goflags(&self) -> &str {
        self.environment.lines().find_map(|line| line.strip_prefix("GOFLAGS=")).unwrap_or_default()
    }
}

/// A package of one side that has benchmarks, or that go cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedPackage {
    /// Its import path.
    pub path: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The path of its module; empty if it is in none.
    pub module: String,
    /// Its benchmark functions.
    pub benchmarks: Vec<String>,
}

/// Environment variables, by name.
pub(crate) type Variables = Vec<(String, String)>;

/// `go` in a folder, with these variables.
pub(crate) fn go(folder: &Path, variables: &[(String, String)]) -> Command {
    let mut command = Command::new("go");
    let set = variables.iter().map(|(name, value)| (name, value));
    command.current_dir(folder).env("PWD", folder).envs(set);
    command
}

/// Runs go for what it prints, with a folder for its temporary files: go leaves them when it is killed, and they are removed with
/// the folder.
///
/// # Errors
/// If go cannot be started, or the run is stopped.
pub(crate) fn ask(mut command: Command, stop: &Stop) -> Result<Output, RunError> {
    let parent = std::env::var_os("GOTMPDIR").filter(|it| !it.is_empty());
    let parent = parent.map_or_else(std::env::temp_dir, PathBuf::from);
    let scratch = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&parent);
    let scratch = scratch.map_err(RunError::file(parent, FileAction::UseForTemporaryFiles))?;
    command.env("GOTMPDIR", scratch.path());
    capture(command, stop)
}

/// Finds the toolchain of a folder as a side of a request uses it.
///
/// # Errors
/// If go is missing, or it refuses the module, the toolchain or the flags.
pub(crate) fn toolchain_of(
    request: &Request,
    side: Side,
    folder: &Path,
    stop: &Stop,
) -> Result<Toolchain, RunError> {
    let variant = request.variant(side);
    let mut variables = variant.environment.clone();
    variables.extend(variant.toolchain.iter().map(|it| ("GOTOOLCHAIN".to_string(), it.clone())));
    let flags = request.build_flags(side);
    let found = toolchain(folder, variables.clone(), stop)?;
    if flags.is_empty() {
        return Ok(found);
    }
    let flags = goflags(found.goflags(), flags.iter().map(String::as_str), &request.folder);
    variables.push(("GOFLAGS".to_string(), flags));
    toolchain(folder, variables, stop)
}

/// Finds the toolchain of a folder, called with these variables.
///
/// # Errors
/// If go is missing, or it refuses the module.
pub(crate) fn toolchain(folder: &Path, variables: Variables, stop: &Stop) -> Result<Toolchain, RunError> {
    let mut command = go(folder, &variables);
    command.arg("env").args(VARIABLES);
    let output = ask(command, stop)?;
    if !output.status.success() {
        return Err(output.error("go env"));
    }
    let values: Vec<&str> = output.stdout.lines().collect();
    let value = |name: &str| {
        let at = VARIABLES.iter().position(|it| *it == name).expect("it is one of them");
        values.get(at).copied().unwrap_or_default().to_string()
    };
    let version = value("GOVERSION");
    let paths = ["GOMOD", "GOWORK"]; // they differ between checkouts, and binaries do not depend on them
    let environment = VARIABLES.iter().zip(&values).filter(|(name, _)| !paths.contains(name));
    let module = fs::read_to_string(value("GOMOD")).unwrap_or_default();
    let workspace = Some(value("GOWORK")).filter(|it| !matches!(it.as_str(), "" | "off")).map(PathBuf::from);
    let is_self_contained = !replaces_by_folder(&module) && !names_files(&value("GOFLAGS"));
    Ok(Toolchain {
        name: format!("{version} {}/{}", value("GOOS"), value("GOARCH")),
        version: version.trim_start_matches("go").to_string(),
        environment: environment.map(|(name, value)| format!("{name}={value}\n")).collect(),
        is_self_contained: workspace.is_none() && is_self_contained,
        workspace,
        variables,
    })
}

/// Whether build flags name files, which the flags alone say nothing about.
fn names_files(flags: &str) -> bool {
    const FLAGS: [&str; 5] = ["modfile", "overlay", "pgo", "toolexec", "C"];
    let names = flags.split_whitespace().map(|flag| flag.trim_start_matches('-').split('=').next());
    flags.contains(['/', '\\']) || names.flatten().any(|name| FLAGS.contains(&name))
}

/// Whether a go.mod replaces a module by a folder, which may be outside of the repository.
fn replaces_by_folder(module: &str) -> bool {
    let targets = module.lines().filter_map(|line| line.split("//").next()?.split_once("=>"));
    targets.map(|(_, target)| target.trim()).any(|target| target.starts_with(['.', '/', '"', '`']))
}

/// One package as `go list -json` prints it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
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

/// The packages that have benchmarks, and those that go cannot read.
///
/// # Errors
/// If go refuses the module, or a pattern. The error names the side.
pub(crate) fn list_packages(
    folder: &Path,
    variables: &[(String, String)],
    patterns: &[String],
    side: Side,
    stop: &Stop,
) -> Result<Vec<ListedPackage>, RunError> {
    let mut command = go(folder, variables);
    command
        .args(["list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Module,Error", "--"])
        .args(patterns);
    let output = ask(command, stop)?;
    let command = format!("{side}: go list {}", patterns.join(" "));
    if !output.status.success() {
        return Err(output.error(&command));
    }
    let listed = serde_json::Deserializer::from_str(&output.stdout).into_iter::<Listed>();
    let unreadable = |error| RunError::CommandFailed {
        command: command.clone(),
        output: format!("unexpected output: {error}"),
    };
    let mut packages = Vec::new();
    for package in listed {
        let package = package.map_err(unreadable)?;
        match package.error {
            // There is no folder: the pattern names no package.
            Some(error) if package.dir.as_os_str().is_empty() => {
                return Err(RunError::CommandFailed { command, output: error.err });
            }
            Some(_) => packages.push(package.with_benchmarks(Vec::new())),
            None => {
                let benchmarks = package.benchmarks();
                if !benchmarks.is_empty() {
                    packages.push(package.with_benchmarks(benchmarks));
                }
            }
        }
    }
    Ok(packages)
}

impl Listed {
    fn with_benchmarks(self, benchmarks: Vec<String>) -> ListedPackage {
        let module = self.module.map(|module| module.path).unwrap_or_default();
        ListedPackage { path: self.import_path, folder: self.dir, module, benchmarks }
    }

    fn benchmarks(&self) -> Vec<String> {
        let files = self.test_go_files.iter().chain(&self.x_test_go_files);
        files.flat_map(|file| source::benchmarks_in(&self.dir.join(file))).collect()
    }
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
