//! Everything that a run needs before anything is timed.

use super::build::{Built, Checkout, Package, build_packages};
use super::event::OnEvent;
use super::revision::{Repository, check_out, leftovers_in};
use super::side::{PerSide, Side};
use super::{Event, FileAction, Request, RunError, Stop, Warning};
use tempfile::TempDir;

/// Both sides, checked out and built. Dropping it removes the worktrees and the test binaries.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub request: Request,
    pub stop: Stop,
    pub packages: Vec<Package>,
    /// The import paths of packages that the change cannot affect.
    pub unchanged: Vec<String>,
    // Before the checkouts, because they are in the folder of one.
    _binaries: TempDir,
    pub checkouts: PerSide<Checkout>,
}

impl Prepared {
    /// What came of building a package on a side; `None` if that has no such package, or none with benchmarks.
    pub fn built(&self, package: &str, side: Side) -> Option<&Built> {
        self.packages.iter().find(|it| it.path == package)?.built[side].as_ref()
    }
}

/// Checks both revisions out and builds their packages.
pub(crate) fn prepare(request: Request, stop: &Stop, on_event: &mut OnEvent) -> Result<Prepared, RunError> {
    let repository = Repository::find(&request.folder, stop)?;
    for leftover in leftovers_in(&repository)? {
        on_event(Event::Warning(&Warning::Leftover(leftover.tree)));
    }
    let PerSide { base, new } = check_out(&repository, &request, on_event)?;
    let new_commit = new.is_commit().then_some(new.commit.as_str());
    let changed = repository.changed_files(&base.commit, new_commit)?;
    let options = request.options(&base.commit, new_commit);
    let checkouts = PerSide {
        base: Checkout::new(base, &repository, &request, options.clone(), stop)?,
        new: Checkout::new(new, &repository, &request, options, stop)?,
    };
    checkouts.new.check_workspace(&repository)?;
    warn_of_file_systems(&checkouts, on_event);
    let temporary = checkouts.base.revision.temporary_folder();
    let binaries = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&temporary);
    let binaries = binaries.map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
    let packages = build_packages(&request, &checkouts, binaries.path(), stop, on_event)?;
    let is_unchanged = |package: &&Package| package.is_unchanged(&changed, &checkouts.new.root);
    let unchanged = packages.iter().filter(is_unchanged).map(|package| package.path.clone()).collect();
    Ok(Prepared { request, stop: stop.clone(), packages, unchanged, _binaries: binaries, checkouts })
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
