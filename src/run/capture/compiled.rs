//! Compiles packages and reads what the compiler decides about their functions. Nothing is linked and nothing is run.

use super::decisions::compiler_flags;
use super::listing::list;
use super::sources;
use crate::cause::CapturedModule;
use crate::cause::decision::Decisions;
use crate::cause::lines::{Module, SourceFile};
use crate::run::build::{Checkout, Toolchain, go, toolchain};
use crate::run::error::hint;
use crate::run::event::OnEvent;
use crate::run::process::{MOST_ERRORS, Output, capture};
use crate::run::revision::{Repository, Worktree};
use crate::run::side::Side;
use crate::run::{Event, FileAction, RunError, Stop};
use std::path::{Path, PathBuf};

/// What the compiler is asked for: its decisions, and the checks of bounds that stay.
const ASK: &str = "-m=2 -d=ssa/check_bce/debug=1";
/// What go prints about a package: why it does not build.
const ERRORS: &str = "{{with .Error}}{{.Err}}{{end}}";
/// At most so many messages about packages are kept.
const MOST_FAILURES: usize = 20;

/// Packages of a tree and their tests as compiled, with what they depend on in the tree.
#[derive(Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The name of the revision.
    pub revision: String,
    /// The toolchain: `go1.26.8 linux/amd64`.
    pub toolchain: String,
    /// What was decided.
    pub decisions: Decisions,
    /// The Go files, with paths relative to the root of the tree.
    pub files: Vec<SourceFile>,
    /// The modules.
    pub modules: Vec<Module>,
    /// Messages about packages that do not build or do not exist. The others are compiled.
    pub failures: Vec<String>,
    /// What is missing besides, in words.
    pub problem: Option<String>,
}

/// The working tree and, if it is asked for, another revision.
#[derive(Debug)]
#[non_exhaustive]
pub struct CompiledSides {
    /// The other revision.
    pub base: Option<Compiled>,
    /// The working tree.
    pub new: Compiled,
}

/// Compiles packages of the working tree and, for comparison, of a revision. `packages` are patterns as go takes them in `folder`. A
/// repository is only needed for a revision.
///
/// # Errors
/// If go or git fail or are missing, or the run is stopped. A package that does not build is none.
pub fn compile_sides(
    folder: &Path,
    base: Option<&str>,
    packages: &[String],
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<CompiledSides, RunError> {
    let repository = match Repository::find(folder, stop) {
        Ok(repository) => Some(repository),
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        Err(_) if base.is_none() => None,
        Err(error) => return Err(error),
    };
    // Without a repository, paths are relative to the module.
    let is_module = |it: &&Path| it.join("go.mod").is_file();
    let module = || folder.ancestors().find(is_module).unwrap_or(folder);
    let root = repository.as_ref().map_or_else(module, |it| &it.root);
    let of_new = toolchain(folder, Vec::new(), stop)?;
    let name = "the working tree".to_string();
    let new = Tree { root, folder, toolchain: &of_new, temporary: std::env::temp_dir(), name };
    let new = new.compile(Side::New, packages, stop, on_event)?;
    let base = match (base, &repository) {
        (Some(revision), Some(repository)) => {
            Some(compile_revision(repository, revision, packages, stop, on_event)?)
        }
        _ => None,
    };
    Ok(CompiledSides { base, new })
}

fn compile_revision(
    repository: &Repository,
    revision: &str,
    packages: &[String],
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Compiled, RunError> {
    let commit = repository.commit(revision)?;
    let worktree = Worktree::add(repository, &commit)?;
    let root = worktree.path();
    let folder = root.join(&repository.prefix);
    if !folder.is_dir() {
        let folder = repository.prefix.display().to_string();
        return Err(RunError::NoFolder { folder, revision: revision.to_string() });
    }
    let of_base = toolchain(&folder, Vec::new(), stop)?;
    let temporary = worktree.folder().to_path_buf();
    let name = revision.to_string();
    Tree { root: &root, folder: &folder, toolchain: &of_base, temporary, name }.compile(
        Side::Base,
        packages,
        stop,
        on_event,
    )
}

/// Compiles packages of a side that is checked out.
///
/// # Errors
/// As [`compile_sides`].
pub(crate) fn compile_checkout(
    checkout: &Checkout,
    side: Side,
    packages: &[String],
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Compiled, RunError> {
    let tree = Tree {
        root: &checkout.root,
        folder: &checkout.folder,
        toolchain: &checkout.toolchain,
        temporary: checkout.revision.temporary_folder(),
        name: checkout.revision.name.clone(),
    };
    tree.compile(side, packages, stop, on_event)
}

/// A tree in which go is called.
struct Tree<'t> {
    root: &'t Path,
    folder: &'t Path,
    toolchain: &'t Toolchain,
    temporary: PathBuf,
    name: String,
}

impl Tree<'_> {
    fn compile(
        self,
        side: Side,
        packages: &[String],
        stop: &Stop,
        on_event: &mut OnEvent,
    ) -> Result<Compiled, RunError> {
        on_event(Event::Decisions { side, package: &packages.join(" ") });
        let patterns: Vec<&str> = packages.iter().map(String::as_str).collect();
        let listing = list(self.folder, &self.toolchain.variables, self.root, &patterns, stop)?;
        let output = self.decisions(&listing.modules, packages, stop)?;
        let is_cut = output.stderr.len() >= MOST_ERRORS;
        let module = |it: CapturedModule| Module { path: it.path, folder: it.folder };
        let read = sources::read(self.root, &listing.sources);
        let mut problems = read.problems("");
        if is_cut {
            problems.push(format!(
                "only the first {} MB of what the compiler prints are read",
                MOST_ERRORS >> 20
            ));
        }
        Ok(Compiled {
            files: read.files,
            modules: listing.modules.into_iter().map(module).collect(),
            decisions: Decisions::read(output.stderr.as_bytes()),
            failures: failures(&output.stdout),
            toolchain: self.toolchain.name.clone(),
            revision: self.name,
            problem: (!problems.is_empty()).then(|| problems.join("; ")),
        })
    }

    /// What the compiler prints on standard error, and go about packages that do not build. `go list -export` compiles packages and
    /// their tests, and links nothing.
    fn decisions(
        &self,
        modules: &[CapturedModule],
        packages: &[String],
        stop: &Stop,
    ) -> Result<Output, RunError> {
        let scratch = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&self.temporary);
        let scratch = scratch.map_err(RunError::file(&self.temporary, FileAction::UseForTemporaryFiles))?;
        let mut command = go(self.folder, &self.toolchain.variables);
        command.env("GOTMPDIR", scratch.path());
        command.args(["list", "-e", "-export", "-test", "-trimpath", "-buildvcs=false", "-f", ERRORS]);
        let paths = modules.iter().map(|it| it.path.as_str());
        command.args(compiler_flags(paths, self.toolchain.goflags(), ASK)).arg("--").args(packages);
        let output = capture(command, stop)?;
        if output.status.success() {
            return Ok(output);
        }
        // The reason is among the decisions of the compiler: what is none of them.
        let unknown = Decisions::read(output.stderr.as_bytes()).unknown;
        let lines: Vec<&str> = unknown.iter().map(|it| it.as_str()).collect();
        let text = if lines.is_empty() { output.failure() } else { lines.join("; ") };
        Err(RunError::CommandFailed {
            command: format!("go list -export {}", packages.join(" ")),
            output: text,
        })
    }
}

/// The messages about packages. The same package is listed for itself and for its tests.
fn failures(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // Lines that begin with # name the package, which the others do as well.
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let line = format!("{line}{}", hint(line));
        if !lines.contains(&line) && lines.len() < MOST_FAILURES {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_is_told_once() {
        let text = "\n# m/bad\nbad/bad.go:3:12: undefined: x\n\n# m/bad [m/bad.test]\nbad/bad.go:3:12: undefined: x\nbad/bad.go:4:1: missing return\n";
        assert_eq!(failures(text), ["bad/bad.go:3:12: undefined: x", "bad/bad.go:4:1: missing return"]);
        assert!(failures("\n\n").is_empty());
    }
}
