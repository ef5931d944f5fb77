//! Everything that a run needs before anything is timed.

use super::build::{Built, Checkout, HeaderParts, Package, build_base_again, build_packages, build_rest};
use super::count::{self, Counter, NoCounter};
use super::event::OnEvent;
use super::plan::ShardPlan;
use super::request::OUT;
use super::revision::{Repository, bring, check_out, leftovers_in, take_back, working_tree};
use super::side::{PerSide, Side};
use super::size::{self, Program};
use super::{Event, FileAction, Request, RunError, Stop, Warning, results};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Both sides, checked out and built. Dropping it removes the worktrees and the test binaries.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub request: Request,
    pub stop: Stop,
    /// What counts the instructions, if they are counted.
    pub counter: Option<Counter>,
    /// The sides that are built and captured: both, unless there is nothing to compare with.
    pub sides: &'static [Side],
    pub packages: Vec<Package>,
    /// The programs whose size is wanted.
    pub programs: Vec<Program>,
    /// The plan of the shard that is measured, if it is one of several.
    pub shard: Option<ShardPlan>,
    /// The import paths of packages that the change cannot affect.
    pub unchanged: Vec<String>,
    /// The files that differ between base and new, relative to the root of the repository.
    pub changed: Vec<PathBuf>,
    // Before the checkouts, because they are in the folder of one.
    binaries: TempDir,
    pub checkouts: PerSide<Checkout>,
}

impl Prepared {
    /// The changed files that are input of the benchmarks of a package, relative to the root, with `/`.
    pub fn changed_inputs(&self, package: &str) -> Vec<String> {
        let package = self.packages.iter().find(|it| it.path == package);
        let inputs =
            package.map_or_else(Vec::new, |it| it.changed_inputs(&self.changed, &self.checkouts.new.root));
        inputs.into_iter().map(|it| it.to_string_lossy().replace('\\', "/")).collect()
    }

    /// Builds the packages that were not built, because the change cannot affect them.
    ///
    /// # Errors
    /// If go cannot be started, or the run is stopped.
    pub fn build_rest(&mut self, on_event: &mut OnEvent) -> Result<(), RunError> {
        build_rest(&mut self.packages, &self.checkouts, self.binaries.path(), &self.stop, on_event)
    }

    /// Builds the packages of base that do not build with the tests of new with their own.
    fn build_with_own_tests(
        &mut self,
        repository: &Repository,
        brought: &[PathBuf],
        on_event: &mut OnEvent,
    ) -> Result<(), RunError> {
        let (base, new) = (&self.checkouts.base.root, &self.checkouts.new.root);
        let new = new.canonicalize().unwrap_or_else(|_| new.clone());
        let mut again = Vec::new();
        for package in &self.packages {
            let (Some(Built::Failed { output, .. }), Some(Built::Binary { folder, .. })) =
                (&package.built.base, &package.built.new)
            else {
                package.warn_of_failures(on_event);
                continue;
            };
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            let Ok(relative) = folder.strip_prefix(&new) else { continue };
            let of_package = |path: &&PathBuf| path.parent() == Some(relative);
            let own: Vec<&Path> = brought.iter().filter(of_package).map(PathBuf::as_path).collect();
            take_back(repository, base, &own)?;
            let (package, output) = (package.path.clone(), output.clone());
            again.push((package.clone(), base.join(relative)));
            on_event(Event::Warning(&Warning::OwnTests { package, output }));
        }
        let (checkouts, target, stop) = (&self.checkouts, self.binaries.path(), &self.stop);
        build_base_again(&mut self.packages, &again, checkouts, target, stop, on_event)
    }

    /// What came of building a package on a side; `None` if that has no such package, or none with benchmarks.
    pub fn built(&self, package: &str, side: Side) -> Option<&Built> {
        self.packages.iter().find(|it| it.path == package)?.built[side].as_ref()
    }
}

/// Checks both revisions out and builds their packages.
pub(crate) fn prepare(
    mut request: Request,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Prepared, RunError> {
    let counter = find_counter(&request, stop, on_event)?;
    let repository = find_repository(&request, stop, on_event)?;
    let revisions = check_out(&repository, &request, on_event)?;
    let new_commit = revisions.new.is_commit().then_some(revisions.new.commit.as_str());
    let mut changed = repository.changed_files(&revisions.base.commit, new_commit)?;
    changed.retain(|path| !is_written(&request, &repository.root.join(path)));
    let brought = match request.tests_of_new {
        true if !revisions.base.is_commit() => return Err(RunError::TestsOfOneSource),
        true => bring(&revisions.base.root(&repository), &revisions.new.root(&repository), &changed)?,
        false => Vec::new(),
    };
    changed.retain(|path| !brought.contains(path));
    let tests = request.tests_of_new.then(|| revisions.new.description());
    // A branch may be elsewhere when somebody measures again.
    let policy_from = request.judging.policy_from.as_ref().and_then(|it| repository.commit(it).ok());
    request.judging.policy_from = policy_from.map(|commit| commit.chars().take(12).collect());
    let options = request.options(&revisions.base.commit, new_commit);
    let header = HeaderParts { options, counter: counter.as_ref().map(Counter::to_string), tests: None };
    let PerSide { base, new } = revisions;
    let checkouts = PerSide {
        base: Checkout::new(
            base,
            &repository,
            &request,
            Side::Base,
            HeaderParts { tests, ..header.clone() },
            stop,
        )?,
        new: Checkout::new(new, &repository, &request, Side::New, header, stop)?,
    };
    checkouts.new.check_workspace(&repository)?;
    warn_of_file_systems(&checkouts, on_event);
    // What is measured in any case needs no comparison of its sources.
    let may_skip = !request.unchanged && !request.has_variants();
    let mut prepared = build(request, stop, checkouts, &Side::BOTH, may_skip.then_some(&*changed), on_event)?;
    prepared.counter = counter;
    if prepared.request.tests_of_new {
        prepared.build_with_own_tests(&repository, &brought, on_event)?;
    }
    // Of what a binary does in another environment, the binary tells nothing.
    if prepared.request.base.environment != prepared.request.new.environment {
        return Ok(prepared);
    }
    let is_unchanged = |package: &&Package| package.is_unchanged(&changed, &prepared.checkouts.new.root);
    prepared.unchanged =
        prepared.packages.iter().filter(is_unchanged).map(|package| package.path.clone()).collect();
    prepared.changed = changed;
    Ok(prepared)
}

/// Whether a run writes this file: a report, or something in its folder. No benchmark reads it.
fn is_written(request: &Request, file: &Path) -> bool {
    let results = [results::path(&request.out, Side::Base), results::path(&request.out, Side::New)];
    let written = request.written.iter().cloned().chain(results).chain([request.out.join("profile")]);
    let resolved = |path: PathBuf| {
        let path = request.folder.join(path);
        // The root of a repository is written without symbolic links.
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        folder.zip(path.file_name()).map_or(path.clone(), |(folder, name)| folder.join(name))
    };
    file.iter().any(|part| part == OUT) || written.map(resolved).any(|written| file.starts_with(written))
}

/// Builds the packages of the working tree alone: as new, and base has nothing.
pub(crate) fn prepare_alone(
    request: Request,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Prepared, RunError> {
    let repository = find_repository(&request, stop, on_event)?;
    let checkout = || {
        Checkout::new(
            working_tree(&repository)?,
            &repository,
            &request,
            Side::New,
            HeaderParts::default(),
            stop,
        )
    };
    let checkouts = PerSide { base: checkout()?, new: checkout()? };
    build(request, stop, checkouts, &[Side::New], None, on_event)
}

/// The counter that the request wants, before anything that takes time.
fn find_counter(request: &Request, stop: &Stop, on_event: &mut OnEvent) -> Result<Option<Counter>, RunError> {
    let Some(wanted) = request.count else { return Ok(None) };
    let temporary = std::env::temp_dir();
    let folder = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&temporary);
    let folder = folder.map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
    match count::find(wanted.counter, folder.path(), stop)? {
        Ok(counter) => Ok(Some(counter)),
        Err(NoCounter(why)) if wanted.only => Err(RunError::NoCounter(why)),
        Err(NoCounter(why)) => {
            on_event(Event::Warning(&Warning::NoCounter(why)));
            Ok(None)
        }
    }
}

fn find_repository(request: &Request, stop: &Stop, on_event: &mut OnEvent) -> Result<Repository, RunError> {
    let repository = Repository::find(&request.folder, stop)?;
    for leftover in leftovers_in(&repository)? {
        on_event(Event::Warning(&Warning::Leftover(leftover.tree)));
    }
    Ok(repository)
}

fn build(
    request: Request,
    stop: &Stop,
    mut checkouts: PerSide<Checkout>,
    sides: &'static [Side],
    changed: Option<&[PathBuf]>,
    on_event: &mut OnEvent,
) -> Result<Prepared, RunError> {
    let temporary = checkouts.base.revision.temporary_folder();
    let binaries = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&temporary);
    let binaries = binaries.map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
    let programs = match sides == Side::BOTH {
        true => size::measure(&request, &checkouts, binaries.path(), stop, on_event)?,
        false => Vec::new(),
    };
    let (packages, shard) =
        build_packages(&request, &checkouts, sides, changed, binaries.path(), stop, on_event)?;
    if let Some(plan) = &shard {
        for side in Side::BOTH {
            checkouts.get_mut(side).header += &plan.record().to_string();
        }
    }
    let (stop, unchanged, changed) = (stop.clone(), Vec::new(), Vec::new());
    let counter = None;
    Ok(Prepared {
        request,
        stop,
        counter,
        sides,
        packages,
        programs,
        shard,
        unchanged,
        changed,
        binaries,
        checkouts,
    })
}

/// Benchmarks that use files depend on the file system.
fn warn_of_file_systems(checkouts: &PerSide<Checkout>, on_event: &mut OnEvent) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |checkout: &Checkout| checkout.root.metadata().map(|it| it.dev()).ok();
        if device(&checkouts.base) != device(&checkouts.new) {
            let base = checkouts.base.root.clone();
            on_event(Event::Warning(&Warning::DifferentFileSystems { base }));
        }
    }
    #[cfg(not(unix))]
    let _ = (checkouts, on_event);
}
