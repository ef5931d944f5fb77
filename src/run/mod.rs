//! Measures two revisions on this machine, in alternating rounds.
//!
//! Calls `git` and `go`, runs test binaries, and writes two files of the text that `go test -bench` would have printed. It
//! computes no statistics: after some rounds, its caller judges the files and returns the benchmarks that are [`Remaining`].
//!
//! A [`Request`] says what to measure. A [`Session`] is [prepared](Session::prepare) from it and then measures; dropping it
//! removes everything but the result files. Progress and warnings arrive as [`Event`]s.

mod alone;
mod build;
mod capture;
mod capture_session;
mod count;
mod error;
mod event;
mod machine;
mod measure;
mod plan;
mod prepare;
mod process;
mod request;
mod results;
mod revision;
mod rounds;
mod schedule;
mod session;
mod side;
mod size;
mod survey;
mod times;
mod variant;

pub use alone::{AloneRequest, measure_alone};
pub use capture::{
    CaptureTarget, Compiled, CompiledSides, Found, MOST_EXPLAINED, StoredCapture, compile_sides, has_grown,
};
pub use capture_session::CaptureSession;
pub use count::{COUNT_ROUNDS, CountRequest, CountedGrowth, CounterChoice, INSTRUCTIONS};
pub use error::{FileAction, RunError};
pub use event::{BuildStage, Event, Warning};
pub use plan::NotAlone;
pub use process::Stop;
pub use request::{BenchTime, Judging, ROUNDS, Request, looks};
pub use results::path as results_file;
pub use revision::{Leftover, Snapshot, leftovers, remove_leftovers};
pub use schedule::Remaining;
pub use session::Session;
pub use side::Side;
pub use survey::survey;
pub use variant::Variant;
