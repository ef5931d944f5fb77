//! Builds the test binaries of both sides, several at a time, before anything is timed.

mod cache;
mod checkout;
mod go;
mod inputs;
mod package;

pub(crate) use cache::folder as cache_folder;
pub(crate) use checkout::{Checkout, HeaderParts};
pub(crate) use go::{Toolchain, ask, go, toolchain};
pub(crate) use package::{Package, build_base_again, build_packages, build_rest};

use super::event::OnEvent;
use super::process::capture;
use super::{BuildStage, Event, RunError, Stop};
use cache::{Cache, file_name};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

/// How test binaries are built. Without paths and commit hashes, so that binaries of the same source are equal wherever it is
/// checked out; vetting them is not part of measuring.
pub(crate) const TEST_BINARY: [&str; 5] = ["test", "-c", "-trimpath", "-vet=off", "-buildvcs=false"];

/// What came of building a package on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Built {
    /// A test binary.
    Binary {
        /// The binary.
        file: PathBuf,
        /// The folder in which it is run: that of the package.
        folder: PathBuf,
    },
    /// It was not built, because the change cannot affect it.
    Unchanged {
        /// The folder of the package.
        folder: PathBuf,
    },
    /// It does not build.
    Failed {
        /// Where.
        stage: BuildStage,
        /// What the compiler printed.
        output: String,
    },
}

/// The command that builds the test binary of a package; without the package.
pub(crate) fn test_binary(folder: &Path, variables: &[(String, String)], file: &Path) -> Command {
    let mut command = go(folder, variables);
    command.args(TEST_BINARY).arg("-o").arg(file);
    command
}

/// One test binary to build.
#[derive(Debug)]
struct Job<'j> {
    /// The import path of the package.
    package: &'j str,
    /// Its folder.
    package_folder: &'j Path,
    /// The folder in which go is called.
    folder: &'j Path,
    /// The environment variables with which it is called.
    variables: &'j [(String, String)],
    /// The folder for the binary.
    target: &'j Path,
    cache: Option<&'j Cache>,
}

/// Builds them; the results are in the same order.
///
/// # Errors
/// If go cannot be started, or the run is stopped. A package that does not build is no error.
fn build(jobs: &[Job], stop: &Stop, on_event: &mut OnEvent) -> Result<Vec<Built>, RunError> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    let queue = Mutex::new(jobs.iter().enumerate());
    let (sender, receiver) = channel();
    let mut built: Vec<Option<Built>> = vec![None; jobs.len()];
    let total = jobs.len();
    on_event(Event::Building { done: 0, total });
    thread::scope(|scope| {
        for _ in 0..workers {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.next());
                    let Some((index, job)) = next else { break };
                    let result = job.run(stop);
                    // After an error the receiver is gone, and nothing more needs to be built.
                    let is_last = result.is_err();
                    if sender.send((index, result)).is_err() || is_last {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (before, (index, result)) in receiver.into_iter().enumerate() {
            built[index] = Some(result?);
            on_event(Event::Building { done: before + 1, total });
        }
        Ok(())
    })?;
    Ok(built.into_iter().map(|it| it.expect("each job has a result, or there was an error")).collect())
}

impl Job<'_> {
    fn run(&self, stop: &Stop) -> Result<Built, RunError> {
        let file = self.target.join(format!("{}.test", file_name(self.package)));
        let binary = |file: PathBuf| Built::Binary { file, folder: self.package_folder.to_path_buf() };
        if self.cache.is_some_and(|cache| cache.fetch(self.package, &file)) {
            return Ok(binary(file));
        }
        let mut command = test_binary(self.folder, self.variables, &file);
        // Temporary files that go leaves when it is killed are removed with ours.
        command.env("GOTMPDIR", self.target).arg(self.package);
        let output = capture(command, stop)?;
        if !output.status.success() || !file.exists() {
            let is_setup = output.stdout.contains("[setup failed]");
            let stage = if is_setup { BuildStage::Setup } else { BuildStage::Build };
            return Ok(Built::Failed { stage, output: output.failure() });
        }
        if let Some(cache) = self.cache {
            cache.store(self.package, &file);
        }
        Ok(binary(file))
    }
}
