//! The wish that a run ends.

use super::RunError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody wants the run to end. Every wait of this room looks at it, and ends in
/// [`RunError::Interrupted`]; what must be put away is put away on the way out.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A wish that Ctrl-C, SIGTERM or a lost terminal fulfils, from here to the end of the program.
    ///
    /// # Errors
    /// If the system does not let itself be asked, which happens where it was asked before.
    pub fn on_signal() -> Result<Stop, ctrlc::Error> {
        let stop = Stop::default();
        let wish = stop.clone();
        ctrlc::set_handler(move || wish.wish())?;
        Ok(stop)
    }

    /// Wishes it.
    pub fn wish(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Fails if it is wished.
    ///
    /// # Errors
    /// [`RunError::Interrupted`].
    pub fn check(&self) -> Result<(), RunError> {
        if self.0.load(Ordering::SeqCst) { Err(RunError::Interrupted) } else { Ok(()) }
    }
}
