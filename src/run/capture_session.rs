//! Two revisions that are captured and not timed.

use super::build::{Built, Package};
use super::capture::{
    CaptureTarget, Found, StoredCapture, advise_all, capture, explain_all, find, of_checkouts,
};
use super::event::OnEvent;
use super::prepare::{Prepared, prepare, prepare_alone};
use super::{Request, RunError, Stop};
use crate::cause::advice::Advice;
use crate::cause::{Explanation, Manifest};
use std::path::{Path, PathBuf};

/// Both sides, checked out and built. Dropping it removes everything but what was captured.
#[derive(Debug)]
pub struct CaptureSession {
    prepared: Prepared,
}

impl CaptureSession {
    /// Checks out both revisions and builds their test binaries. Of the request, what is about rounds,
    /// times and results is not used.
    ///
    /// # Errors
    /// If there is no repository, no such revision, no Go, no benchmark, …
    pub fn prepare(
        request: Request,
        stop: &Stop,
        on_event: &mut OnEvent,
    ) -> Result<CaptureSession, RunError> {
        prepare(request, stop, on_event).map(|prepared| CaptureSession { prepared })
    }

    /// Builds the test binaries of the working tree, as new; there is no base. Of the request, only the folder, packages, `cpu` and
    /// `timeout` are used.
    ///
    /// # Errors
    /// If there is no repository, no Go, no benchmark, …
    pub fn prepare_alone(
        request: Request,
        stop: &Stop,
        on_event: &mut OnEvent,
    ) -> Result<CaptureSession, RunError> {
        prepare_alone(request, stop, on_event).map(|prepared| CaptureSession { prepared })
    }

    /// The names of base and new.
    pub fn revisions(&self) -> (&str, &str) {
        let checkouts = &self.prepared.checkouts;
        (&checkouts.base.revision.name, &checkouts.new.revision.name)
    }

    /// The packages that the change cannot affect, because their test binaries are equal. They are not looked at.
    pub fn unchanged(&self) -> &[String] {
        &self.prepared.unchanged
    }

    /// A folder for temporary files, which is removed with the session.
    pub fn temporary_folder(&self) -> PathBuf {
        self.prepared.checkouts.base.revision.temporary_folder()
    }

    /// The names of the benchmark functions of all packages, without `Benchmark`.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        let all = self.prepared.packages.iter().flat_map(|it| &it.benchmarks);
        all.map(|it| it.strip_prefix("Benchmark").unwrap_or(it))
    }

    /// Whether there is a benchmark in a package that is not the same on both sides.
    pub fn has_changed_benchmarks(&self) -> bool {
        let changed = self.prepared.packages.iter().filter(|it| !self.prepared.unchanged.contains(&it.path));
        changed.into_iter().any(|it| !it.benchmarks.is_empty())
    }

    /// Whether a package of new does not build: of its benchmarks nothing is known.
    pub fn has_failed_packages(&self) -> bool {
        let is_failed = |it: &Package| matches!(it.built.new, Some(Built::Failed { .. }));
        self.prepared.packages.iter().any(is_failed)
    }

    /// The benchmarks that new has, with what they allocate on both sides, in the order of the packages: each is run for a moment.
    /// `function` tells which Go functions to run, by their names without `Benchmark`.
    ///
    /// # Errors
    /// If the run is stopped, or a process cannot be started.
    pub fn find(
        &self,
        function: &dyn Fn(&str) -> bool,
        on_event: &mut OnEvent,
    ) -> Result<Vec<Found>, RunError> {
        find(&self.prepared, function, on_event)
    }

    /// Captures these benchmarks on both sides into a folder: allocation profiles, and the decisions of the compiler. An earlier capture
    /// is replaced. What cannot be captured is no error: the manifest says why.
    ///
    /// # Errors
    /// If the run is stopped, or a file cannot be written.
    pub fn capture(
        &self,
        targets: &[CaptureTarget],
        folder: &Path,
        on_event: &mut OnEvent,
    ) -> Result<Manifest, RunError> {
        capture(&self.prepared, targets, folder, on_event)
    }

    /// Why the first `most` benchmarks of a capture of this session allocate more, in their order.
    pub fn explain(&self, stored: &StoredCapture, most: usize) -> Vec<Explanation> {
        let trees = of_checkouts(&self.prepared, &stored.manifest.base, &stored.manifest.new);
        explain_all(stored, trees, most)
    }

    /// Where the benchmarks of a capture of this session allocate in new, in their order.
    pub fn advise(&self, stored: &StoredCapture) -> Vec<Advice> {
        advise_all(stored, of_checkouts(&self.prepared, &stored.manifest.base, &stored.manifest.new))
    }
}
