//! What a reader should know about a row besides its verdict.

use crate::model::PackageGrowth;
use crate::words::{Number, Percent, Signed, clean, list};
use std::fmt::{self, Display, Formatter};

/// What a reader should know about a row besides its verdict.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RowNote {
    /// The samples of a side fall into two clusters.
    TwoClusters {
        /// The side.
        side: NoteSide,
        /// The cluster with the lower values.
        low: Cluster,
        /// The other one.
        high: Cluster,
    },
    /// The largest sample of a side is many times the smallest one.
    WideSpread {
        /// The side.
        side: NoteSide,
        /// The smallest sample.
        low: f64,
        /// The largest sample.
        high: f64,
    },
    /// Wall time is undecided, and CPU time is decided.
    CpuTime(CpuTime),
    /// A program grew: its packages that did, the one that grew most first.
    GrownPackages(Vec<PackageGrowth>),
    /// A function that executes more instructions than in base.
    GrownFunction {
        /// The function, with the last part of its import path.
        function: Box<str>,
        /// The file and the line that grew most.
        place: Box<str>,
        /// How many instructions more per operation.
        instructions: f64,
    },
    /// A note of a report that was read back; another version may have written it.
    Read {
        /// Its kind, as the report has it.
        kind: Box<str>,
        /// Its text.
        text: Box<str>,
    },
}

/// What CPU time did, with its change in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "each is the verdict of that name")]
pub enum CpuTime {
    Unchanged,
    Regressed(Option<f64>),
    Improved(Option<f64>),
}

/// A side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs, reason = "each is the side of that name")]
pub enum NoteSide {
    Base,
    New,
}

/// A part of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// How many values.
    pub n: usize,
    /// Their median.
    pub center: f64,
}

/// The kind of a note, without its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the kind of the note of that name")]
#[non_exhaustive]
pub enum NoteKind {
    TwoClusters,
    WideSpread,
    CpuTime,
    GrownPackages,
    GrownFunction,
}

/// A note names at most so many packages.
const PACKAGES: usize = 5;

/// The unit of CPU time.
pub(super) const CPU_TIME: &str = "cpu-ns/op";

impl RowNote {
    /// Its kind; `None` for a note of a report that was read back.
    pub fn kind(&self) -> Option<NoteKind> {
        match self {
            RowNote::TwoClusters { .. } => Some(NoteKind::TwoClusters),
            RowNote::WideSpread { .. } => Some(NoteKind::WideSpread),
            RowNote::CpuTime(_) => Some(NoteKind::CpuTime),
            RowNote::GrownPackages(_) => Some(NoteKind::GrownPackages),
            RowNote::GrownFunction { .. } => Some(NoteKind::GrownFunction),
            RowNote::Read { .. } => None,
        }
    }
}

/// `two clusters in new: 8 at 100, 2 at 131`
impl Display for RowNote {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            RowNote::TwoClusters { side, low, high } => {
                write!(f, "two clusters in {side}: {} at {}", low.n, Number(low.center))?;
                write!(f, ", {} at {}", high.n, Number(high.center))
            }
            RowNote::WideSpread { side, low, high } => {
                write!(f, "wide spread in {side}: {} … {}", Number(*low), Number(*high))
            }
            RowNote::CpuTime(CpuTime::Unchanged) => write!(f, "{CPU_TIME} is unchanged"),
            RowNote::CpuTime(CpuTime::Regressed(percent)) => {
                write!(f, "{CPU_TIME} regressed{}", By(*percent))
            }
            RowNote::CpuTime(CpuTime::Improved(percent)) => write!(f, "{CPU_TIME} improved{}", By(*percent)),
            RowNote::GrownPackages(grown) => {
                let packages = grown.iter().map(|it| {
                    let new = if it.is_new { " (new)" } else { "" };
                    format!("{} {} B{new}", clean(&*it.package), Signed(it.bytes as f64))
                });
                write!(f, "packages that grew: {}", list(packages, PACKAGES))
            }
            RowNote::GrownFunction { function, place, instructions } => {
                write!(f, "{} instructions/op in {function}, {place}", Signed(instructions.round()))
            }
            RowNote::Read { text, .. } => f.write_str(text),
        }
    }
}

/// ` by +12.3%`, if there is a percentage.
struct By(Option<f64>);

impl Display for By {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |percent| write!(f, " by {}", Percent(percent)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_with_their_growth() {
        let grown = |package: &str, bytes, is_new| PackageGrowth { package: package.into(), bytes, is_new };
        let note = RowNote::GrownPackages(vec![grown("net/http", 1_234_567, true), grown("main", 96, false)]);
        assert_eq!(note.to_string(), "packages that grew: net/http +1,234,567 B (new), main +96 B");
    }

    #[test]
    fn a_function_is_written_with_its_growth_and_its_line() {
        let note = |instructions| RowNote::GrownFunction {
            function: "wire.crc".into(),
            place: "wire/sum.go:41".into(),
            instructions,
        };
        assert_eq!(note(149.7).to_string(), "+150 instructions/op in wire.crc, wire/sum.go:41");
        assert_eq!(note(2.04).to_string(), "+2 instructions/op in wire.crc, wire/sum.go:41");
    }

    #[test]
    fn cpu_time_is_written_as_its_verdict() {
        let text = |change| RowNote::CpuTime(change).to_string();
        assert_eq!(text(CpuTime::Unchanged), "cpu-ns/op is unchanged");
        assert_eq!(text(CpuTime::Regressed(Some(12.3))), "cpu-ns/op regressed by +12.3%");
        assert_eq!(text(CpuTime::Improved(Some(-40.0))), "cpu-ns/op improved by -40.0%");
    }
}
