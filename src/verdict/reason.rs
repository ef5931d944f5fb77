//! Why a row got its verdict, as values with numbers.
//!
//! A sentence is made of a reason only where it is shown, see [`Finding::message`](super::Finding::message). Programs read its
//! [`ReasonKind`].

use crate::compare::DependenceKind;
use crate::group::DifferenceKey;
use crate::policy::Origin;
use crate::stats::PValue;
use jiff::civil::Date;

/// Why a row got its verdict.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The new value is above the absolute maximum.
    AboveMaximum,
    /// The new value is within the absolute maximum; the cause says why base and new were not compared, where there is a base.
    WithinMaximum(Option<NotCompared>),
    /// The policy sets a maximum, and new has no such result.
    MaximumNotMeasured {
        /// A benchmark that only new has, and that is likely the same.
        renamed: Option<Box<str>>,
    },
    /// Base has the result, new does not.
    NotInNew {
        /// A benchmark that only new has, and that is likely the same.
        renamed: Option<Box<str>>,
    },
    /// Base has the result. Those of new could not be read, or its process died.
    LostInNew,
    /// New counts allocations of this benchmark, base does not.
    NotInBase,
    /// The benchmark is new.
    New,
    /// Base and new were not compared.
    NotCompared(NotCompared),
    /// All samples of each side are equal, and the sides differ by more than the tolerance.
    Constant,
    /// All samples of each side are equal, and the sides differ by no more than the tolerance.
    WithinTolerance,
    /// A test proves the change.
    Proven(Proof),
    /// All samples of the sides are far apart.
    FarApart {
        /// By how much, as a factor between the closest two samples.
        factor: f64,
    },
    /// A regression beyond the tolerance is ruled out.
    RuledOut {
        /// Whether an improvement of that size is ruled out as well.
        both_ways: bool,
        /// The row relative to its suite; `None` for counts.
        suite: Option<AgainstSuite>,
    },
    /// A count rose only because its set-up cost was divided by fewer iterations.
    SetUp {
        /// The cost of one set-up, in the unit without `/op`.
        cost: f64,
        /// The change that is left without it, in the unit.
        rest: f64,
    },
    /// The samples do not decide.
    Undecided(Undecided),
    /// The text of a report that was read back; another version may have written it.
    Read {
        /// Its kind, as the report has it.
        kind: Option<Box<str>>,
        /// Its sentence.
        message: Box<str>,
        /// How many samples per side it needs, where it has fewer.
        needed_samples: Option<usize>,
    },
}

/// Why base and new were not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCompared {
    /// The policy ignores changes of the unit.
    UnitIgnored,
    /// Neither Go nor the policy says which direction of the unit is better.
    DirectionUnknown,
    /// The sides ran in different environments, which times do not survive.
    DifferentEnvironment(DifferenceKey),
    /// A side has fewer samples than the policy asks for.
    TooFewSamples {
        /// How many each side needs.
        needed: usize,
        /// How to get them.
        advice: Advice,
    },
    /// There is no base, and no maximum either.
    NoBase,
}

/// What the samples lack to decide a row.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Undecided {
    /// The change is smaller than what these samples can detect. The finding has the smallest change that they can detect.
    Noise {
        /// The row relative to its suite.
        suite: AgainstSuite,
        /// What would decide it.
        advice: Advice,
    },
    /// So few samples cannot prove any change among so many varying rows.
    TooFewForProof {
        /// How many samples per side could.
        needed: usize,
        /// How many rows vary.
        rows: usize,
        /// How to get them.
        advice: Advice,
    },
    /// A side has few processes, and the suite is too small to tell how much processes differ.
    FewProcesses {
        /// How many it has.
        processes: usize,
        /// How many benchmarks could tell.
        benchmarks: usize,
        /// How to measure with several processes.
        advice: Advice,
    },
    /// The suite moved as a whole, a natural logarithm, and the row moved with it or stayed: either the machine or the code changed.
    SuiteShift(f64),
    /// A count depends on b.N in the same way on both sides, and that explains the change.
    FollowsIterations {
        /// How.
        kind: DependenceKind,
        /// The smallest b.N.
        iterations: u64,
    },
    /// The samples overlap, and the values touch zero, so that there is no ratio.
    Overlap,
    /// The p-value is too large.
    WeakEvidence {
        /// The p-value that counts, after the correction that the policy asks for.
        p: PValue,
        /// How many rows were tested with it; 1 means no correction.
        rows: usize,
        /// The largest p-value that would be proof.
        alpha: f64,
    },
}

/// The test that proves a change.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Proof {
    /// The one-sided p-value towards the change, after the correction that the policy asks for.
    pub p: PValue,
    /// How many rows were tested with it; 1 means no correction.
    pub rows: usize,
    /// The row relative to its suite; `None` for counts.
    pub suite: Option<AgainstSuite>,
}

/// A time-like row relative to the suite it was measured in. Changes are natural logarithms of ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AgainstSuite {
    /// The change of the row, less that of the suite.
    pub change: f64,
    /// The change that the benchmarks of the suite have in common.
    pub shift: f64,
}

/// A row has fewer samples on a side than the policy asks for, whatever else keeps it from being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shortage {
    /// How many samples each side needs.
    pub needed: usize,
    /// How to get them.
    pub advice: Advice,
}

/// What would decide a row, or let it be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Run `go test -count=1` so many times: each process gives one sample.
    Count(usize),
    /// Run `allocgate run` with this `--rounds`.
    Rounds(usize),
    /// The estimate is close to the tolerance: take so many samples per side.
    CloseToTolerance(usize),
    /// The rounds are interleaved and the noise hides the change: only a quieter machine helps.
    QuieterMachine,
    /// The noise between runs hides the change: interleave base and new.
    Interleave,
}

/// What a waiver did to a row, or why it did nothing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WaiverNote {
    /// It accepts the regression.
    Accepted {
        /// The largest value that it accepts, in the unit.
        up_to: f64,
        /// Its last day.
        expires: Date,
        /// Why, in the words of the policy.
        reason: String,
    },
    /// It accepts that the benchmark is removed.
    Removed {
        /// Its last day.
        expires: Date,
        /// Why, in the words of the policy.
        reason: String,
    },
    /// Its last day has passed.
    Expired {
        /// Its file and line.
        origin: Origin,
        /// Its last day.
        expires: Date,
    },
    /// The value is worse than what it accepts.
    Exceeded {
        /// Its file and line.
        origin: Origin,
        /// The largest value that it accepts.
        up_to: f64,
    },
}

/// The kind of a reason, without its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the kind of the reason of that name")]
#[non_exhaustive]
pub enum ReasonKind {
    AboveMaximum,
    WithinMaximum,
    MaximumNotMeasured,
    NotInNew,
    LostInNew,
    NotInBase,
    New,
    UnitIgnored,
    DirectionUnknown,
    DifferentEnvironment,
    TooFewSamples,
    NoBase,
    Constant,
    WithinTolerance,
    Proven,
    FarApart,
    RuledOut,
    SetUp,
    Noise,
    CloseToTolerance,
    TooFewForProof,
    FewProcesses,
    SuiteShift,
    FollowsIterations,
    Overlap,
    WeakEvidence,
}

impl Reason {
    /// Its kind; `None` for the text of a report that was read back.
    pub fn kind(&self) -> Option<ReasonKind> {
        Some(match self {
            Reason::AboveMaximum => ReasonKind::AboveMaximum,
            Reason::WithinMaximum(_) => ReasonKind::WithinMaximum,
            Reason::MaximumNotMeasured { .. } => ReasonKind::MaximumNotMeasured,
            Reason::NotInNew { .. } => ReasonKind::NotInNew,
            Reason::LostInNew => ReasonKind::LostInNew,
            Reason::NotInBase => ReasonKind::NotInBase,
            Reason::New => ReasonKind::New,
            Reason::NotCompared(NotCompared::UnitIgnored) => ReasonKind::UnitIgnored,
            Reason::NotCompared(NotCompared::DirectionUnknown) => ReasonKind::DirectionUnknown,
            Reason::NotCompared(NotCompared::DifferentEnvironment(_)) => ReasonKind::DifferentEnvironment,
            Reason::NotCompared(NotCompared::TooFewSamples { .. }) => ReasonKind::TooFewSamples,
            Reason::NotCompared(NotCompared::NoBase) => ReasonKind::NoBase,
            Reason::Constant => ReasonKind::Constant,
            Reason::WithinTolerance => ReasonKind::WithinTolerance,
            Reason::Proven(_) => ReasonKind::Proven,
            Reason::FarApart { .. } => ReasonKind::FarApart,
            Reason::RuledOut { .. } => ReasonKind::RuledOut,
            Reason::SetUp { .. } => ReasonKind::SetUp,
            Reason::Undecided(Undecided::Noise { advice: Advice::CloseToTolerance(_), .. }) => {
                ReasonKind::CloseToTolerance
            }
            Reason::Undecided(Undecided::Noise { .. }) => ReasonKind::Noise,
            Reason::Undecided(Undecided::TooFewForProof { .. }) => ReasonKind::TooFewForProof,
            Reason::Undecided(Undecided::FewProcesses { .. }) => ReasonKind::FewProcesses,
            Reason::Undecided(Undecided::SuiteShift(_)) => ReasonKind::SuiteShift,
            Reason::Undecided(Undecided::FollowsIterations { .. }) => ReasonKind::FollowsIterations,
            Reason::Undecided(Undecided::Overlap) => ReasonKind::Overlap,
            Reason::Undecided(Undecided::WeakEvidence { .. }) => ReasonKind::WeakEvidence,
            Reason::Read { .. } => return None,
        })
    }

    /// For a missing benchmark, one that only new has and that is likely the same.
    pub fn renamed(&self) -> Option<&str> {
        match self {
            Reason::MaximumNotMeasured { renamed } | Reason::NotInNew { renamed } => renamed.as_deref(),
            _ => None,
        }
    }

    /// Whether more samples of the same kind could decide an undecided row. Noise between runs, a suite that moved as a whole, and a
    /// count that depends on b.N stay as they are.
    pub fn samples_may_decide(&self) -> bool {
        !matches!(
            self,
            Reason::Undecided(
                Undecided::Noise { advice: Advice::QuieterMachine | Advice::Interleave, .. }
                    | Undecided::SuiteShift(_)
                    | Undecided::FollowsIterations { .. }
            )
        )
    }

    /// How many samples per side the row needs, if it has fewer: to be tested, or to prove any change.
    pub fn needed_samples(&self) -> Option<usize> {
        match self {
            Reason::Undecided(Undecided::TooFewForProof { needed, .. })
            | Reason::NotCompared(NotCompared::TooFewSamples { needed, .. }) => Some(*needed),
            Reason::Read { needed_samples, .. } => *needed_samples,
            _ => None,
        }
    }
}
