//! A run from its preparation to the last round.

use super::capture::{
    CaptureTarget, Compiled, StoredCapture, capture, compile_checkout, explain_all, of_checkouts,
};
use super::count::CountedGrowth;
use super::event::OnEvent;
use super::machine::{self, Machine};
use super::prepare::{Prepared, prepare};
use super::rounds::Rounds;
use super::size::Program;
use super::{Event, Remaining, Request, RunError, Side, Stop, results};
use crate::cause::{Explanation, Manifest};
use crate::model::{Looks, PackageGrowth};
use std::fs::File;
use std::path::{Path, PathBuf};

/// A run that is prepared. Dropping it removes everything but the result files and profiles.
#[derive(Debug)]
pub struct Session {
    rounds: Rounds,
    prepared: Prepared,
    _machine_lock: Option<File>,
}

impl Session {
    /// Checks out both revisions, builds their test binaries and creates the result files. Nothing is timed yet.
    ///
    /// # Errors
    /// If there is no repository, no such revision, no Go, nothing to measure, …
    pub fn prepare(request: Request, stop: &Stop, on_event: &mut OnEvent) -> Result<Session, RunError> {
        results::check_folder(&request.out)?; // before anything that takes time
        let prepared = prepare(request, stop, on_event)?;
        let (machine_lock, other_run) = machine::lock();
        let machine = Machine { other_run, ..Machine::read(Path::new("/")) };
        machine::warnings(&machine).iter().for_each(|warning| on_event(Event::Warning(warning)));
        let rounds = Rounds::new(&prepared)?;
        Ok(Session { rounds, prepared, _machine_lock: machine_lock })
    }

    /// The names of base and new.
    pub fn revisions(&self) -> (&str, &str) {
        let checkouts = &self.prepared.checkouts;
        (&checkouts.base.revision.name, &checkouts.new.revision.name)
    }

    /// The packages that the change cannot affect, because their test binaries, or what these are built from, are equal. They are not measured.
    pub fn unchanged(&self) -> &[String] {
        &self.prepared.unchanged
    }

    /// Measures those packages as well. Builds those that were not built.
    ///
    /// # Errors
    /// If go cannot be started, or the run is stopped.
    pub fn measure_unchanged(&mut self, on_event: &mut OnEvent) -> Result<(), RunError> {
        self.prepared.build_rest(on_event)?;
        self.prepared.unchanged.clear();
        self.rounds.reschedule(&self.prepared);
        Ok(())
    }

    /// Whether all packages are unchanged, so that nothing needs to be measured.
    pub fn is_unchanged(&self) -> bool {
        self.prepared.packages.len() == self.prepared.unchanged.len()
    }

    /// Whether there is something to run on this side.
    pub fn has_benchmarks(&self, side: Side) -> bool {
        self.rounds.run_on(side) || self.prepared.programs.iter().any(|it| it.is_on(side))
    }

    /// Whether the sizes of programs are results as well.
    pub fn has_sizes(&self) -> bool {
        !self.prepared.programs.is_empty()
    }

    /// Which packages of a program are larger in new, by the path of its package; the one that grew most first.
    pub fn growth(&self, program: &str) -> Vec<PackageGrowth> {
        let program = self.prepared.programs.iter().find(|it| it.path == program);
        program.map_or_else(Vec::new, Program::growth)
    }

    /// Whether there are results of both sides.
    pub fn runs_both_sides(&self) -> bool {
        Side::BOTH.into_iter().all(|side| self.has_benchmarks(side))
    }

    /// The rounds after which the results are judged.
    pub fn looks(&self) -> &Looks {
        &self.prepared.request.looks
    }

    /// Measures until round `last` is complete.
    ///
    /// # Errors
    /// If the run is stopped, a file cannot be written, or no benchmark matches the pattern.
    pub fn measure(&mut self, last: usize, on_event: &mut OnEvent) -> Result<(), RunError> {
        self.rounds.measure(&self.prepared, last, on_event)
    }

    /// Measures only these benchmarks from here on.
    pub fn keep_only(&mut self, remaining: &Remaining) {
        self.rounds.keep_only(remaining);
    }

    /// Whether there is nothing left to measure.
    pub fn is_done(&self) -> bool {
        self.rounds.is_done()
    }

    /// Compiles the packages of new once more, and reads what the compiler decides. The build cache has most of it.
    ///
    /// # Errors
    /// If go fails, or the run is stopped. A package that does not build is none.
    pub fn compile(&self, on_event: &mut OnEvent) -> Result<Compiled, RunError> {
        let Prepared { checkouts, request, stop, .. } = &self.prepared;
        compile_checkout(&checkouts.new, Side::New, &request.packages, stop, on_event)
    }

    /// Captures these benchmarks on both sides, into [`profile_folder`](Session::profile_folder): allocation profiles, and the decisions
    /// of the compiler. An earlier capture is replaced. What cannot be captured is no error: the manifest says why.
    ///
    /// # Errors
    /// If the run is stopped, or a file cannot be written.
    pub fn capture(&self, targets: &[CaptureTarget], on_event: &mut OnEvent) -> Result<Manifest, RunError> {
        capture(&self.prepared, targets, &self.profile_folder(), on_event)
    }

    /// Why the first `most` benchmarks of a capture of this session allocate more, in their order.
    pub fn explain(&self, stored: &StoredCapture, most: usize) -> Vec<Explanation> {
        let trees = of_checkouts(&self.prepared, &stored.manifest.base, &stored.manifest.new);
        explain_all(stored, trees, most)
    }

    /// The functions of these benchmarks that execute more instructions than in base, each benchmark a package and a name as in results
    /// without `Benchmark`. Keeps the counts of both sides in [`instructions_folder`](Session::instructions_folder). Nothing unless
    /// cachegrind has counted.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn instruction_growth(
        &self,
        benchmarks: &[(String, String)],
    ) -> Result<Vec<CountedGrowth>, RunError> {
        self.rounds.growth(&self.prepared, benchmarks, &self.instructions_folder())
    }

    /// The folder of the counts of cachegrind.
    pub fn instructions_folder(&self) -> PathBuf {
        self.prepared.request.out.join("instructions")
    }

    /// The result file of a side.
    pub fn results_file(&self, side: Side) -> PathBuf {
        results::path(&self.prepared.request.out, side)
    }

    /// The folder of the profiles.
    pub fn profile_folder(&self) -> PathBuf {
        self.prepared.request.out.join("profile")
    }

    /// The keys of the header in which the two result files always differ.
    pub fn differing_keys(&self) -> String {
        let Prepared { checkouts, request, .. } = &self.prepared;
        let is_other_go = checkouts.base.toolchain.name != checkouts.new.toolchain.name;
        let keys = [
            (!request.is_of_one_source()).then_some("commit"),
            is_other_go.then_some("toolchain,go"),
            request.has_variants().then_some("variant"),
            request.tests_of_new.then_some("tests"),
        ];
        keys.into_iter().flatten().collect::<Vec<_>>().join(",")
    }
}
