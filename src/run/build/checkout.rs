//! One side of a run before anything is built: its files, and the Go toolchain that builds them.

use super::TEST_BINARY;
use super::cache::{self, Cache};
use super::go::{ListedPackage, Toolchain, toolchain_of};
use crate::model::{Design, Provenance, RunOptions};
use crate::run::revision::{Repository, Revision};
use crate::run::side::Side;
use crate::run::{Request, RunError, Stop};
use std::path::{Path, PathBuf};

/// What the header says of a side that nothing is special about, if something is about the other.
const DEFAULT: &str = "default";

/// What the header has besides what a request and a toolchain tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeaderParts {
    /// With which other options a command measures the same again.
    pub options: Option<RunOptions>,
    /// What counts the instructions.
    pub counter: Option<String>,
    /// The commit of the test files, if it is another one.
    pub tests: Option<String>,
}

/// One side of a run.
#[derive(Debug)]
pub(crate) struct Checkout {
    /// The revision.
    pub revision: Revision,
    /// The top of its files.
    pub root: PathBuf,
    /// The folder in it in which go is called.
    pub folder: PathBuf,
    /// Its Go toolchain.
    pub toolchain: Toolchain,
    /// Whether its test files are those of another commit.
    has_other_tests: bool,
    /// The header that comes before each of its results.
    pub header: String,
}

impl Checkout {
    /// Finds the folder and the toolchain.
    ///
    /// # Errors
    /// If the revision lacks the folder, or go fails in it.
    pub fn new(
        revision: Revision,
        repository: &Repository,
        request: &Request,
        side: Side,
        header: HeaderParts,
        stop: &Stop,
    ) -> Result<Checkout, RunError> {
        let root = revision.root(repository);
        let folder = root.join(&repository.prefix);
        if !folder.is_dir() {
            let folder = repository.prefix.display().to_string();
            return Err(RunError::NoFolder { folder, revision: revision.name.clone() });
        }
        let toolchain = toolchain_of(request, side, &folder, stop)?;
        let has_other_tests = header.tests.is_some();
        let provenance = Provenance {
            commit: revision.description(),
            toolchain: toolchain.name.clone(),
            go: toolchain.version.clone(),
            design: Design::Interleaved,
            looks: request.looks.clone(),
            tests: header.tests,
            variant: request
                .variant(side)
                .description()
                .or(request.has_variants().then(|| DEFAULT.to_string())),
            counter: header.counter,
            selection: request.selection.clone(),
            options: header.options,
        };
        let header = provenance.to_string();
        Ok(Checkout { revision, root, folder, toolchain, has_other_tests, header })
    }

    /// Checks that the packages are inside of this checkout.
    ///
    /// # Errors
    /// If one is not, because a workspace names another folder.
    pub fn check_packages(&self, packages: &[ListedPackage]) -> Result<(), RunError> {
        let is_inside = |folder: &Path| match (self.root.canonicalize(), folder.canonicalize()) {
            (Ok(root), Ok(folder)) => folder.starts_with(root),
            _ => folder.as_os_str().is_empty(), // go did not find it either
        };
        match packages.iter().find(|package| !is_inside(&package.folder)) {
            None => Ok(()),
            Some(package) => Err(RunError::OutsideOfTree {
                package: package.path.clone(),
                revision: self.revision.name.clone(),
                folder: package.folder.clone(),
            }),
        }
    }

    /// Checks that the workspace, if there is one, is tracked by git: the other side has it only then.
    ///
    /// # Errors
    /// If it is not, or git fails.
    pub fn check_workspace(&self, repository: &Repository) -> Result<(), RunError> {
        let Some(file) = &self.toolchain.workspace else { return Ok(()) };
        let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        let is_inside = file.canonicalize().is_ok_and(|file| file.starts_with(root));
        let name = file.to_string_lossy();
        let is_ignored = || repository.output_in(&self.root, &["check-ignore", "--quiet", "--", &name]);
        match is_inside && !is_ignored()?.status.success() {
            true => Ok(()),
            false => Err(RunError::UntrackedWorkspace(file.clone())),
        }
    }

    /// The cached test binaries of its commit. There are none for the working tree, because git does not know all of its files.
    pub fn cache(&self) -> Option<Cache> {
        let is_cached =
            self.revision.is_commit() && self.toolchain.is_self_contained && !self.has_other_tests;
        let folder = cache::folder().filter(|_| is_cached)?;
        let relative = self.folder.strip_prefix(&self.root).ok()?.display().to_string();
        let key =
            format!("folder={relative}\nflags={}\n{}", TEST_BINARY.join(" "), self.toolchain.environment);
        Cache::open(&folder, &self.revision.commit, &key)
    }
}
