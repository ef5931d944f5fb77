//! A regression gate for Go benchmarks: from the text that `go test -bench` prints to one verdict.
//!
//! Data moves one way, and each room of the crate takes what the one before it made:
//!
//! ```text
//!          bytes         records        Dataset + Ledger     rows of Pairs     Comparisons
//!  input ────────▶ parse ────────▶ model ────────────▶ group ────────────▶ compare ──────┐
//!                                                                     stats ──▲           ▼
//!  allocgate.toml ──────────────────────────────────────────────────────▶ policy ──▶ verdict ──▶ report ──▶ bytes
//! ```
//!
//! * [`input`] knows where lines come from, and nothing of what they mean.
//! * [`run`] makes such lines: it measures both revisions on one machine, in turn, and knows nothing of what its lines mean.
//! * [`parse`] says what each line is, and fills a [`model::Dataset`]; what it cannot use is in the [`model::Ledger`].
//! * [`group`] puts together what belongs together: [`group::Pair`]s of base and new for `check`, and for `compare` tables,
//!   by the filters and projections of [`query`].
//! * [`compare`] says what changed, by how much and how surely, with the mathematics of [`stats`].
//! * [`policy`] says what is demanded of each benchmark, in the words of an `allocgate.toml` and of [`query`]'s globs.
//! * [`verdict`] holds one against the other. It is the only place that judges.
//! * [`report`] shows a [`report::Report`] that is already decided.
//! * [`source`] finds benchmark functions in Go files.
//! * [`diag`] is a problem with a place in a text.
//!
//! Only [`input`], [`run`] and [`source`] touch the world; the command line is another crate on top of this one. A whole run:
//!
//! ```
//! use allocgate::{compare, group, parse, policy::{Date, Policy}, report, verdict};
//!
//! let base = parse::text("base.txt", "BenchmarkParse-8 100 1250 ns/op 0 B/op 0 allocs/op\n".repeat(10).as_bytes());
//! let new = parse::text("new.txt", "BenchmarkParse-8 100 1260 ns/op 32 B/op 2 allocs/op\n".repeat(10).as_bytes());
//!
//! let policy = Policy::builtin();
//! let (base_side, new_side) = (group::Side::new(&base), group::Side::new(&new));
//! let pairing = group::pair(&base_side, &new_side)?;
//! let plan = policy.gate.plan(&group::read_headers(Some(&base_side), &new_side));
//! let compared = compare::compare(&pairing.rows, &plan, policy.gate.min_samples);
//! let today = Date::constant(2026, 11, 22);
//! let evidence = verdict::Evidence::new(Some(&base_side), &new_side, &pairing.differences);
//! let judgement = verdict::judge(&compared, &evidence, &policy, today)?;
//! let report = report::Report::new(judgement, &evidence, &policy);
//!
//! assert_eq!(report.outcome.exit_code, 1);
//! assert_eq!(report.rows[2].message, "0 → 2 allocs/op (+2), constant in all 10+10 samples; tolerance 1%");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod compare;
pub mod diag;
pub mod group;
pub mod input;
pub mod model;
pub mod parse;
pub mod policy;
pub mod query;
pub mod report;
pub mod run;
pub mod source;
pub mod stats;
pub mod verdict;
pub mod words;
