//! The vocabulary: names, units, configurations, samples, and the [`Dataset`] that holds what was measured.
//!
//! Knows how Go writes its results down, and no statistics. In through [`Builder`], out through [`Dataset::results`];
//! what could not be used is in the [`Ledger`].

mod builder;
mod config;
mod dataset;
mod design;
pub mod hash;
mod ledger;
mod limit;
mod looks;
mod loss;
mod metadata;
mod name;
mod number;
mod plan;
mod provenance;
mod sample;
mod unit;

pub use builder::{Builder, ResultLine, StreamState};
pub use config::Config;
pub use dataset::{Block, ConfigId, Dataset, NameId, ResultRow, Segment, SourceId, UnitId};
pub use design::Design;
pub use ledger::{
    FailedItem, Failure, FileLedger, Interleaving, InterleavingSign, Ledger, Rejection, Remark, RemarkKind,
    Skip, Unfinished,
};
pub use limit::{DatasetLimits, LimitExceeded};
pub use looks::{Look, Looks, LooksError, Share};
pub use loss::{Loss, LossReason, NumberError, Syntax, excerpt, name_excerpt};
pub use metadata::Assumption;
pub use name::{BenchmarkId, Name};
pub use number::{digits, go_float, short_decimal};
pub use plan::{DesignSource, Plan};
pub use provenance::{BySide, Header, HeaderProblem, Provenance, Recorded, Selection};
pub use sample::Sample;
pub use unit::{Class, Direction, Unit};
