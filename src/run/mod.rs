//! Makes benchmark text: both revisions on one machine, in turn.
//!
//! An edge: this room calls `git` and `go`, starts test binaries and writes files. It knows nothing of statistics, nor of
//! what its text says: who reads it is in other rooms, and what is still undecided it is told.
//!
//! The door is a [`Session`]: [prepared](Session::prepare) from a [`Request`], it has its revisions built, its files open and
//! its worktrees in place until it is dropped. What happens meanwhile is told as [`Event`]s.

mod binary;
mod build;
mod cache;
mod candidates;
mod changes;
mod error;
mod event;
mod git;
mod go;
mod group;
mod machine;
mod measure;
mod plan;
mod process;
mod profile;
mod results;
mod revision;
mod session;
mod stop;
mod transcript;
mod worktree;

pub use error::RunError;
pub use event::Event;
pub use machine::{Readings, remarks};
pub use plan::{Remaining, Side, looks};
pub use profile::Suspect;
pub use results::path as file;
pub use session::{Request, Session};
pub use stop::Stop;
pub use worktree::{Remains, clean, remains};
