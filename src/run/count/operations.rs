//! How many operations a counted process runs. Pure.

/// How many instructions the operations of the longer process have, about: so many that what varies in the start of a process is
/// less than 0.1 % of them.
const LONG: f64 = 30e6;
/// How many the operations of a trial should have, so that they stand out from the start of the process.
const TRIAL: f64 = 5e6;
/// Fewer of them tell nothing.
const LEAST_TRIAL: f64 = 1.5e6;
/// The instructions of a nanosecond, about, for the first trial.
const PER_NANOSECOND: f64 = 3.0;
/// As in Go.
const MOST: f64 = 1e9;
/// The fewest operations of the shorter process. With one, Go does not run a benchmark that loops over `b.N` twice.
pub(super) const FEWEST: u64 = 2;
/// How many times longer than on base a process may take on new.
const SLOWEST: f64 = 4.0;

/// The `b.N` of the longer and the shorter process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operations {
    pub long: u64,
    pub short: u64,
}

impl Operations {
    /// For an operation of so many instructions. `slower` is how many times more new may need than base, roughly.
    pub fn of(cost: f64, slower: f64) -> Operations {
        let cost = cost.max(0.1) * (slower / SLOWEST).max(1.0);
        let long = (LONG / cost).clamp((2 * FEWEST) as f64, MOST) as u64;
        Operations { long, short: (long / 10).max(FEWEST) }
    }

    /// How many more the longer process runs.
    pub fn difference(self) -> u64 {
        self.long.saturating_sub(self.short)
    }
}

/// The count of the first trial of a benchmark whose operation takes so many nanoseconds, if that is known.
pub(super) fn first_trial(nanoseconds: Option<f64>) -> u64 {
    let enough = |ns: f64| (TRIAL / (ns * PER_NANOSECOND).max(1.0)).clamp((2 * FEWEST) as f64, 1e7);
    nanoseconds.map_or(100, |ns| enough(ns) as u64)
}

/// What a trial of so many operations, which executed `instructions` more than the fewest operations did, tells: the instructions of an
/// operation, or the count of the next trial.
pub(super) fn judge_trial(count: u64, instructions: f64) -> Result<f64, u64> {
    if instructions >= LEAST_TRIAL || count as f64 >= MOST / 10.0 {
        return Ok(instructions.max(1.0) / (count - FEWEST).max(1) as f64);
    }
    Err((count as f64 * (TRIAL / instructions.max(TRIAL / 100.0)).clamp(4.0, 100.0)).min(MOST) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_about_thirty_million_instructions() {
        for (cost, slower, long, short) in [
            (15.0, 1.0, 2_000_000, 200_000),
            (7_500.0, 1.0, 4_000, 400),
            (3e6, 1.0, 10, 2),
            (3e9, 1.0, 4, 2),
            (0.0, 1.0, 300_000_000, 30_000_000),
            (7_500.0, 40.0, 400, 40),
        ] {
            assert_eq!(Operations::of(cost, slower), Operations { long, short }, "{cost}");
        }
        assert_eq!(Operations { long: 4, short: 2 }.difference(), 2);
    }

    #[test]
    fn trials_grow_until_the_operations_stand_out() {
        assert_eq!([None, Some(1000.0), Some(1e9), Some(0.01)].map(first_trial), [100, 1666, 4, 5_000_000]);
        assert_eq!(judge_trial(102, 3e6), Ok(30_000.0));
        assert_eq!(judge_trial(100, 1e6), Err(500));
        assert_eq!(judge_trial(100, -2e5), Err(10_000), "noise alone");
        assert_eq!(judge_trial(1_000_000_000, 0.0), Ok(1.0 / 999_999_998.0), "nothing is executed");
    }
}
