//! How often a benchmark is run under the profiler.

use std::time::Duration;

/// How long the longer of the two profiled runs may take, in nanoseconds. Recording is slow, but what varies from one set-up to the
/// next is divided by the counts.
const BUDGET: f64 = 1.5e9;
/// The counts of a slow benchmark: fewer operations do not tell an allocation per operation from the set-up.
const FEWEST: u64 = 100;
/// More operations tell nothing more.
const MOST: u64 = 100_000;
/// How much slower recording makes a benchmark, unless a trial says otherwise.
const SLOWDOWN: f64 = 10.0;
/// How long a trial should take, in nanoseconds, so that the first, slow operations do not count for much.
const TRIAL: f64 = 2e7;
/// The longest trial.
const MOST_IN_TRIAL: u64 = 10_000;

/// How long a profiled process may take.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// The two counts: as many as the time allows, and a fifth of that. `cost` is the time of an operation while every allocation is
/// recorded, in nanoseconds.
pub(super) fn counts(cost: f64) -> [u64; 2] {
    let large = ((BUDGET / cost.max(1.0)) as u64).clamp(FEWEST, MOST);
    [large / 5, large]
}

/// Whether even the fewest operations take much longer than a process may.
pub(super) fn is_too_slow(cost: f64) -> bool {
    cost * FEWEST as f64 > 2.0 * LONGEST.as_nanos() as f64
}

/// The count of the first trial, for a benchmark that takes so many nanoseconds per operation without the profiler.
pub(super) fn first_trial(nanoseconds: Option<f64>) -> u64 {
    let affordable = |ns: f64| ((TRIAL / (ns.max(1.0) * SLOWDOWN)) as u64).clamp(1, MOST_IN_TRIAL);
    nanoseconds.map_or(1, affordable)
}

/// The count of the next trial, if this one was too short to tell the cost of an operation.
pub(super) fn next_trial(count: u64, cost: f64) -> Option<u64> {
    let is_enough = cost * count as f64 >= TRIAL / 4.0 || count >= MOST_IN_TRIAL;
    (!is_enough).then(|| ((TRIAL / cost.max(1.0)) as u64).clamp(count + 1, MOST_IN_TRIAL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_fit_into_the_time() {
        for (cost, want) in [
            (12.0, [20_000, 100_000]),
            (100_000.0, [3_000, 15_000]),
            (5e6, [60, 300]),
            (1e9, [20, 100]),
            (0.0, [20_000, 100_000]),
        ] {
            assert_eq!(counts(cost), want, "{cost}");
        }
        assert!(!is_too_slow(1e9) && is_too_slow(2e9));
    }

    #[test]
    fn trials_go_on_until_they_take_a_moment() {
        assert_eq!([None, Some(10.0), Some(1e5), Some(1e9)].map(first_trial), [1, 10_000, 20, 1]);
        assert_eq!(next_trial(1, 3_000.0), Some(6_666));
        assert_eq!(next_trial(1, 15e6), None, "one operation is enough");
        assert_eq!(next_trial(10_000, 10.0), None);
        assert_eq!(next_trial(100, 1.0), Some(10_000));
    }
}
