//! How the samples were taken, as the files show it.

use crate::compare::{Basis, Comparisons};
use crate::group::{Pair, Series};
use crate::model::{Design, DesignSource};
use crate::words::counted;
use std::fmt::{self, Display, Formatter};

/// How the samples were taken: the design that is claimed, the one that was used, and the processes that the files show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sampling {
    /// The design that the policy or the files name.
    pub claimed: Design,
    /// Where that comes from.
    pub source: DesignSource,
    /// The design that times were judged by.
    pub used: UsedDesign,
    /// The base side.
    pub base: ProcessCount,
    /// The new side.
    pub new: ProcessCount,
}

/// The design that the processes in the files allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum UsedDesign {
    /// Base and new alternate, and each process gave one sample.
    Interleaved,
    /// Each side has several processes.
    #[strum(serialize = "separate processes")]
    SeparateProcesses,
    /// A side has one process.
    Block,
}

/// The processes of one side, in the median over its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessCount {
    /// How many processes a row comes from: each header in a file starts one.
    pub processes: usize,
    /// How many samples a row has.
    pub samples: usize,
}

impl Sampling {
    /// `None` if no row was measured on both sides.
    pub fn of(compared: &Comparisons) -> Option<Sampling> {
        let pairs = || {
            compared.rows.iter().filter_map(|row| match row.series {
                Pair::Both { base, new } => Some((base, new)),
                Pair::BaseOnly(_) | Pair::NewOnly(_) => None,
            })
        };
        let base = ProcessCount::of(pairs().map(|(base, _)| base))?;
        let new = ProcessCount::of(pairs().map(|(_, new)| new))?;
        let claimed = compared.plan.design;
        let is_interleaved = match compared.suites.is_empty() {
            false => compared.suites.iter().any(|it| it.calibration.basis == Basis::Interleaved),
            // No times were tested.
            true => claimed == Design::Interleaved && base.is_one_each() && new.is_one_each(),
        };
        let used = match base.processes.min(new.processes) {
            _ if is_interleaved => UsedDesign::Interleaved,
            0 | 1 => UsedDesign::Block,
            _ => UsedDesign::SeparateProcesses,
        };
        Some(Sampling { claimed, source: compared.plan.design_source, used, base, new })
    }
}

impl ProcessCount {
    fn of<'s>(rows: impl Iterator<Item = Series<'s>>) -> Option<ProcessCount> {
        let (mut processes, mut samples): (Vec<usize>, Vec<usize>) =
            rows.map(|row| (row.processes(), row.values.len())).unzip();
        let middle = |counts: &mut Vec<usize>| {
            counts.sort_unstable();
            counts.get(counts.len() / 2).copied()
        };
        Some(ProcessCount { processes: middle(&mut processes)?, samples: middle(&mut samples)? })
    }

    fn is_one_each(self) -> bool {
        self.processes == self.samples
    }

    /// The samples of each process, or of all where they differ: `1 sample each`, `10 samples in all`.
    fn each(self) -> String {
        match (self.processes, self.samples) {
            (0 | 1, samples) => counted(samples, "sample"),
            (processes, samples) if samples.is_multiple_of(processes) => {
                format!("{} each", counted(samples / processes, "sample"))
            }
            (_, samples) => format!("{} in all", counted(samples, "sample")),
        }
    }
}

/// `interleaved: 10 processes per side, 1 sample each`
impl Display for Sampling {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.claimed == Design::Interleaved && self.used != UsedDesign::Interleaved {
            let named = match self.source {
                DesignSource::Policy => "set to",
                DesignSource::Files | DesignSource::Assumed => "recorded as",
            };
            write!(f, "{named} {}, judged as ", self.claimed)?;
        }
        let processes = |it: ProcessCount| match (self.used, it.processes) {
            (UsedDesign::SeparateProcesses, count) => count.to_string(),
            (_, 1) => "1 process".to_string(),
            (_, count) => format!("{count} processes"),
        };
        let (base, new) = (self.base, self.new);
        if base == new {
            write!(f, "{}: {} per side, {}", self.used, processes(base), base.each())
        } else {
            let (bases, news) = (processes(base), processes(new));
            write!(f, "{}: base {bases}, {}; new {news}, {}", self.used, base.each(), new.each())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(claimed: Design, used: UsedDesign, base: (usize, usize), new: (usize, usize)) -> String {
        let count = |(processes, samples)| ProcessCount { processes, samples };
        let source = DesignSource::Files;
        Sampling { claimed, source, used, base: count(base), new: count(new) }.to_string()
    }

    #[test]
    fn a_design_is_one_line() {
        let (block, turns) = (Design::Block, Design::Interleaved);
        for (got, want) in [
            (
                text(turns, UsedDesign::Interleaved, (10, 10), (10, 10)),
                "interleaved: 10 processes per side, 1 sample each",
            ),
            (
                text(block, UsedDesign::SeparateProcesses, (10, 10), (10, 10)),
                "separate processes: 10 per side, 1 sample each",
            ),
            (
                text(turns, UsedDesign::SeparateProcesses, (2, 20), (2, 20)),
                "recorded as interleaved, judged as separate processes: 2 per side, 10 samples each",
            ),
            (
                text(block, UsedDesign::SeparateProcesses, (2, 10), (3, 10)),
                "separate processes: base 2, 5 samples each; new 3, 10 samples in all",
            ),
            (text(block, UsedDesign::Block, (1, 10), (1, 10)), "block: 1 process per side, 10 samples"),
            (
                text(turns, UsedDesign::Block, (1, 10), (1, 10)),
                "recorded as interleaved, judged as block: 1 process per side, 10 samples",
            ),
            (
                text(block, UsedDesign::Block, (1, 10), (3, 10)),
                "block: base 1 process, 10 samples; new 3 processes, 10 samples in all",
            ),
        ] {
            assert_eq!(got, want);
        }
    }
}
