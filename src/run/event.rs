//! What happens during a run, for whoever watches.

use super::Side;
use std::time::Duration;

/// Something that happened, or begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'e> {
    /// Something worth knowing, and what to do about it.
    Remark(&'e str),
    /// Test binaries are being built.
    Building {
        /// How many are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// A benchmark begins.
    Benchmark {
        /// The round, from 1.
        round: usize,
        /// The round after which the next look is taken.
        of: usize,
        /// The side.
        side: Side,
        /// The package's import path.
        package: &'e str,
        /// The benchmark; `None` before the first one.
        name: Option<&'e str>,
        /// How long the rounds up to the look will still take, once one of them is over.
        left: Option<Duration>,
    },
    /// A round is over.
    Round {
        /// The round, from 1.
        round: usize,
        /// The round after which the next look is taken.
        of: usize,
        /// How long it took.
        took: Duration,
        /// How long the rounds up to the look will still take.
        left: Duration,
    },
    /// A profile is being taken.
    Profile {
        /// Which one, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// The benchmark.
        name: &'e str,
    },
}

/// Where events go.
pub(super) type Tell<'t> = dyn FnMut(Event) + 't;
