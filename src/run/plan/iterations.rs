//! How many times a benchmark is run in a sample: its `b.N`.

use std::time::Duration;

/// As in Go.
const MOST: f64 = 1e9;
/// How many times longer than on base a sample may take on new.
const SLOWEST: f64 = 4.0;

/// The number for samples that take about `target` on base. `base` and `new` are the nanoseconds of an operation; a benchmark that
/// base lacks is measured by new. If new is so much slower that its samples would take too long, the number is smaller: both sides
/// need the same one.
pub(super) fn iterations(target: Duration, base: Option<f64>, new: Option<f64>) -> u64 {
    let target = target.as_nanos() as f64;
    let count = |time: f64, nanoseconds: f64| (time / nanoseconds.max(1e-3)).clamp(1.0, MOST);
    let on_first = base.or(new).map_or(1.0, |nanoseconds| count(target, nanoseconds));
    let on_new = new.map_or(MOST, |nanoseconds| count(SLOWEST * target, nanoseconds));
    rounded(on_first.min(on_new))
}

/// Rounded down to two digits.
fn rounded(count: f64) -> u64 {
    let count = count as u64;
    let scale = 10_u64.pow(count.max(1).ilog10().saturating_sub(1));
    count / scale * scale
}

/// The number for processes that show what a process costs besides the operations: a hundredth, so that setting up is part of it,
/// which happens once per process, and once more because Go runs a benchmark once before it runs it `b.N` times. With few
/// operations it is 1, and of a benchmark that runs only once, 0: no benchmark at all.
pub(super) fn for_startup(iterations: u64) -> u64 {
    match iterations {
        0 | 1 => 0,
        2..20 => 1,
        more => (more / 100).max(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_sample_takes_the_time_that_is_wanted() {
        for (base, new, want) in [
            (Some(1000.0), Some(1000.0), 1_000_000),
            (Some(1234.0), Some(900.0), 810_000),
            (Some(0.25), None, 1_000_000_000),
            (None, Some(3e7), 33),
            (Some(3e9), Some(3e9), 1),
            (Some(1000.0), Some(3000.0), 1_000_000),
            (Some(1000.0), Some(400_000.0), 10_000),
            (Some(0.0), Some(0.0), 1_000_000_000),
            (None, None, 1),
        ] {
            assert_eq!(iterations(SECOND, base, new), want, "{base:?} {new:?}");
        }
        assert_eq!(iterations(SECOND / 1000, Some(1e6), Some(1e6)), 1);
    }

    #[test]
    fn the_start_of_a_process_is_measured_with_a_few_operations() {
        assert_eq!([1, 2, 19, 20, 500, 1_000_000].map(for_startup), [0, 1, 1, 2, 5, 10_000]);
    }
}
