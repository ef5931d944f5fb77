//! Builds test binaries, several at a time, before anything is timed.

use super::binary::Built;
use super::cache::{Cache, file_name};
use super::event::Tell;
use super::go::{Package, go};
use super::process::capture;
use super::{Event, RunError, Stop};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

/// How test binaries are built. Without paths, so that the folder of a worktree makes no difference; vetting is not our
/// business, and a commit's hash in a binary would make every one differ.
pub(super) const FLAGS: [&str; 5] = ["test", "-c", "-trimpath", "-vet=off", "-buildvcs=false"];

/// One binary to build.
#[derive(Debug)]
pub(super) struct Order<'o> {
    /// The package.
    pub package: &'o Package,
    /// The folder in which go is called.
    pub folder: &'o Path,
    /// Where the binary goes.
    pub into: &'o Path,
    /// Where it may be already.
    pub cache: Option<&'o Cache>,
}

/// Builds what was ordered; the answers come in the same order.
///
/// # Errors
/// If go cannot be started, or is stopped. That a package does not build is an answer.
pub(super) fn build(orders: &[Order], stop: &Stop, tell: &mut Tell) -> Result<Vec<Built>, RunError> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(orders.len());
    let queue = Mutex::new(orders.iter().enumerate());
    let (sender, receiver) = channel();
    let mut built: Vec<Option<Built>> = vec![None; orders.len()];
    tell(Event::Building { done: 0, of: orders.len() });
    thread::scope(|scope| {
        for _ in 0..workers {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.next());
                    let Some((index, order)) = next else { break };
                    let answer = order.fill(stop);
                    // After an error nobody listens, and nothing more needs to be built.
                    let is_over = answer.is_err();
                    if sender.send((index, answer)).is_err() || is_over {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (before, (index, answer)) in receiver.into_iter().enumerate() {
            built[index] = Some(answer?);
            tell(Event::Building { done: before + 1, of: orders.len() });
        }
        Ok(())
    })?;
    Ok(built.into_iter().map(|it| it.expect("every order was filled, else there was an error")).collect())
}

impl Order<'_> {
    fn fill(&self, stop: &Stop) -> Result<Built, RunError> {
        let file = self.into.join(format!("{}.test", file_name(&self.package.path)));
        let binary = |file: PathBuf| Built::Binary { file, folder: self.package.folder.clone() };
        if self.cache.is_some_and(|cache| cache.fetch(&self.package.path, &file)) {
            return Ok(binary(file));
        }
        let mut command = go(self.folder);
        // What go has no time to remove when it is ended goes with the rest of ours.
        command.env("GOTMPDIR", self.into);
        command.args(FLAGS).arg("-o").arg(&file).arg(&self.package.path);
        let said = capture(command, stop)?;
        if !said.status.success() || !file.exists() {
            let how = if said.stdout.contains("[setup failed]") { "setup failed" } else { "build failed" };
            return Ok(Built::Failed { how, said: said.why() });
        }
        if let Some(cache) = self.cache {
            cache.keep(&self.package.path, &file);
        }
        Ok(binary(file))
    }
}
