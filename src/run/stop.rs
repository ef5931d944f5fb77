//! How a run is stopped from outside.

use super::RunError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a run has been asked to stop. Every wait of a run checks it and ends with [`RunError::Interrupted`]; worktrees and
/// processes are cleaned up on the way out. Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks the run to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Fails if it has been asked to.
    ///
    /// # Errors
    /// [`RunError::Interrupted`].
    pub fn check(&self) -> Result<(), RunError> {
        if self.0.load(Ordering::SeqCst) { Err(RunError::Interrupted) } else { Ok(()) }
    }
}
