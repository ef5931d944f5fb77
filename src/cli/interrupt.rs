//! Ctrl-C, SIGTERM and a lost terminal: the one handler of the program.
//!
//! It is installed when it is first needed. Until then the system ends the program, which a shell can tell from an exit code.

use super::exit;
use allocgate::internals::run::Stop;
use anyhow::Context;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Held while a file is written.
static WRITING: Mutex<()> = Mutex::new(());

/// Set when a run begins.
static RUN: OnceLock<Stop> = OnceLock::new();

/// Makes Ctrl-C wait, until the result is dropped: a temporary file is given its name or removed before the program ends.
pub(super) fn delayed() -> MutexGuard<'static, ()> {
    let _ = install(); // without a handler, a temporary file may stay behind
    lock()
}

/// Makes Ctrl-C ask the run to stop, from here on. It ends by itself, when it has cleaned up.
pub(super) fn stops_run() -> anyhow::Result<Stop> {
    let stop = RUN.get_or_init(Stop::default).clone();
    install().context("the handler for Ctrl-C cannot be installed")?;
    Ok(stop)
}

fn install() -> Result<(), ctrlc::Error> {
    match ctrlc::set_handler(handle) {
        Err(ctrlc::Error::MultipleHandlers) => Ok(()), // it is installed already
        installed => installed,
    }
}

fn handle() {
    match RUN.get() {
        Some(run) => run.request(),
        None => {
            let _file = lock();
            std::process::exit(exit::INTERRUPTED.into());
        }
    }
}

fn lock() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}
