//! A regression gate for Go benchmarks: from the text that `go test -bench` prints to one verdict.
//!
//! [`Gate`] judges new results against base ones under a [`Policy`] and makes a [`Report`], which can be rendered in every
//! [`Format`]. Its exit code and verdicts are those of `allocgate check`:
//!
//! ```
//! use allocgate::{Date, Gate, Policy, Verdict};
//!
//! let base = "BenchmarkParse-8 100 1250 ns/op 0 B/op 0 allocs/op\n".repeat(10);
//! let new = "BenchmarkParse-8 100 1260 ns/op 32 B/op 2 allocs/op\n".repeat(10);
//! let base = allocgate::parse_text("base.txt", base.as_bytes());
//! let new = allocgate::parse_text("new.txt", new.as_bytes());
//!
//! let policy = Policy::builtin();
//! let today = Date::constant(2026, 11, 22);
//! let report = Gate::new(&policy, today).report(Some(&base), &new)?;
//!
//! assert_eq!(report.outcome.exit_code(), 1);
//! assert_eq!(report.rows[2].verdict, Verdict::Regressed);
//! assert_eq!(
//!     report.rows[2].message().to_string(),
//!     "0 → 2 allocs/op (+2), constant in all 10+10 samples; tolerance 1%"
//! );
//! # Ok::<(), allocgate::GateError>(())
//! ```
//!
//! # How it works
//!
//! Data moves one way; each stage takes what the one before it made, and `gate` is the only module that knows their order.
//!
//! ```text
//!        bytes       records     Dataset + Ledger    Pairs        Comparisons      Findings        Report
//! input ───────▶ parse ─────▶ model ─────────▶ group ─────▶ compare ───────▶ verdict ──▶ evidence ──▶ report ──▶ bytes
//!                                                           stats ─▲   policy ─▲
//! ```
//!
//! Only reading files, measuring and the command line do input and output: the gate is a function of its arguments, the date
//! included.

mod cause;
mod compare;
mod diag;
mod evidence;
mod gate;
mod group;
mod history;
mod input;
mod model;
mod parse;
mod pinned;
mod policy;
mod query;
pub mod report;
mod run;
mod setup;
mod source;
mod stats;
mod trend;
mod verdict;
mod words;

pub use gate::{Gate, GateError};
pub use group::GroupError;
pub use model::Dataset;
pub use parse::text as parse_text;
pub use policy::{Date, Policy};
pub use report::{Format, Report};
pub use verdict::{JudgeError, Verdict};

/// Everything, for the program and for its tests, benches and fuzz targets. Changes without notice.
#[doc(hidden)]
pub mod internals {
    /// The modules of the crate, as they are inside.
    macro_rules! modules {
        ($($module:ident)*) => { $(pub mod $module { pub use crate::$module::*; })* };
    }
    modules!(cause compare diag evidence gate group history input model parse pinned policy query report run setup source stats trend verdict words);
}
