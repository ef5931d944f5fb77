//! The types for benchmark results: names, units, configurations, samples, and the [`Dataset`] of all results.
//!
//! Knows how Go writes results, and no statistics. [`Builder`] fills a [`Dataset`]; its [`Ledger`] lists what could not be used.

mod builder;
mod column;
mod config;
mod dataset;
mod design;
mod growth;
pub mod hash;
mod incidents;
mod learned;
mod ledger;
mod limit;
mod looks;
mod loss;
mod name;
mod number;
mod open;
mod options;
mod process;
mod provenance;
mod sample;
mod shard;
mod stream;
mod texts;
mod unit;

pub use builder::{Builder, ResultLine};
pub use column::Column;
pub use config::{Assumption, Config};
pub use dataset::{Block, ConfigId, Dataset, NameId, ResultRow, Segment, SegmentStart, SourceId, UnitId};
pub use design::{Design, DesignSource, SamplingPlan};
pub use growth::PackageGrowth;
pub use learned::{LearnedNoise, RunNoise};
pub use ledger::{
    FailedItem, Failure, FileLedger, Interleaving, InterleavingSign, Ledger, Rejection, Remark, RemarkKind,
    Skip, Unfinished,
};
pub use limit::{DatasetLimits, LimitExceeded};
pub use looks::{Look, Looks, LooksError, Share};
pub use loss::{Loss, LossReason, NumberError, Syntax, TornBy, error_excerpt, excerpt, name_excerpt};
pub use name::{BenchmarkId, Name};
pub use number::{digits, go_float, short_decimal};
pub use options::{RunOptions, quoted};
pub use provenance::{
    BySide, Header, HeaderProblem, Provenance, Recorded, Selection, unchanged_line, unchanged_package,
};
pub use sample::Sample;
pub use shard::{Shard, ShardError, ShardRecord};
pub use stream::StreamState;
pub use texts::Texts;
pub use unit::{Class, Direction, Unit};
