//! The CPU time of an operation, from that of a process.

use crate::run::measure::Used;
use crate::run::side::{PerSide, Side};
use std::time::Duration;

/// How much more CPU time than the start of a process varies by the operations must use, to be measured.
const CLEAR: u32 = 10;
/// The start of a process varies by at least this much: the three of them may agree by chance.
const LEAST_SPREAD: Duration = Duration::from_millis(1);

/// What processes use besides the operations that are measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Startup {
    /// Their `b.N`; 0 if they ran no benchmark.
    pub iterations: u64,
    /// The CPU time, the median of all.
    pub cpu: Duration,
    /// By how much that varies.
    pub spread: Duration,
    /// How long they ran, the median of all.
    pub elapsed: Duration,
    /// How long an operation took, in nanoseconds.
    pub nanoseconds: Option<f64>,
}

impl Startup {
    /// From some processes; `None` if there are none.
    pub fn of(iterations: u64, processes: &[Used]) -> Option<Startup> {
        let median = |time: fn(&Used) -> Duration| {
            let mut times: Vec<Duration> = processes.iter().map(time).collect();
            times.sort();
            times.get(times.len() / 2).copied()
        };
        let cpus = || processes.iter().map(|used| used.cpu);
        let times: Vec<f64> = processes.iter().filter_map(|used| used.nanoseconds).collect();
        Some(Startup {
            iterations,
            cpu: median(|used| used.cpu)?,
            spread: cpus().max()? - cpus().min()?,
            elapsed: median(|used| used.elapsed)?,
            nanoseconds: times.iter().copied().reduce(f64::min),
        })
    }
}

/// Computes `cpu-ns/op` of a benchmark. What counts as clear, and by what to divide, is decided by the first sample for all samples
/// of both sides: otherwise only the slow samples of a benchmark would have a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meter {
    iterations: u64,
    startups: PerSide<Option<Startup>>,
    decision: Option<Decision>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Decision {
    /// The CPU time that is left is that of so many operations.
    Operations(u64),
    /// The operations use too little CPU time.
    TooLittle,
}

impl Meter {
    /// For samples of so many operations. Without a startup, a side has no values.
    pub fn new(iterations: u64, startups: PerSide<Option<Startup>>) -> Meter {
        Meter { iterations, startups, decision: None }
    }

    /// Whether a sample has shown that the operations use too little CPU time.
    pub fn is_too_little(&self) -> bool {
        self.decision == Some(Decision::TooLittle)
    }

    /// The CPU time of an operation in nanoseconds, if it can be told.
    pub fn per_operation(&mut self, side: Side, used: &Used) -> Option<f64> {
        let startup = self.startups[side].as_ref()?;
        let cpu = used.cpu.saturating_sub(startup.cpu);
        let decision = self.decision.get_or_insert_with(|| decide(self.iterations, startup, cpu, used));
        match *decision {
            Decision::Operations(count) if !cpu.is_zero() => Some(cpu.as_nanos() as f64 / count as f64),
            Decision::Operations(_) | Decision::TooLittle => None,
        }
    }
}

/// What is left after the startup is subtracted.
///
/// A benchmark that loops over `b.N` is run twice: once with `b.N` 1, then with all operations. Both processes set it up twice, so
/// that cancels out, and so do the operations of the startup. A benchmark that calls `b.Loop` is run once, and the same holds.
/// Only where the startup has `b.N` 1 do the two differ: Go then does not run it again, so the difference is all operations of
/// the one kind, and all but one of the other.
fn decide(iterations: u64, startup: &Startup, left: Duration, used: &Used) -> Decision {
    if left < CLEAR * startup.spread.max(LEAST_SPREAD) {
        return Decision::TooLittle;
    }
    Decision::Operations(match startup.iterations {
        1 if runs_once(iterations, startup, used) => iterations - 1,
        1 => iterations,
        others => iterations - others,
    })
}

/// Whether the benchmark calls `b.Loop`: then the process took one operation less than `b.N` longer than the startup did.
fn runs_once(iterations: u64, startup: &Startup, used: &Used) -> bool {
    let (Some(all), Some(one)) = (used.nanoseconds, startup.nanoseconds) else { return false };
    let longer = used.elapsed.as_nanos() as f64 - startup.elapsed.as_nanos() as f64;
    let operations = all * iterations as f64;
    longer - operations < -one / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn used(cpu: u32, elapsed: u32, nanoseconds: f64) -> Used {
        Used { cpu: cpu * MS, elapsed: elapsed * MS, nanoseconds: Some(nanoseconds) }
    }

    fn meter(iterations: u64, of_startup: u64, startup: &[Used]) -> Meter {
        let startup = Startup::of(of_startup, startup);
        Meter::new(iterations, PerSide { base: startup.clone(), new: startup })
    }

    #[test]
    fn the_startup_is_subtracted() {
        // 1 ms for an operation, 5 ms to start, 20 ms to set up, twice.
        let startup = [used(57, 57, 1e6), used(55, 60, 1e6), used(56, 58, 1e6)];
        let mut meter = meter(1000, 10, &startup);
        assert_eq!(meter.per_operation(Side::Base, &used(1046, 1100, 1e6)), Some(1e6));
        assert_eq!(meter.per_operation(Side::New, &used(56, 1100, 1e6)), None, "nothing is left");
        assert!(!meter.is_too_little());
    }

    #[test]
    fn few_operations_are_counted_whichever_loop_there_is() {
        // 100 ms for an operation, 5 ms to start.
        let startup = [used(105, 105, 1e8), used(105, 106, 1e8), used(105, 105, 1e8)];
        assert_eq!(
            meter(4, 1, &startup).per_operation(Side::New, &used(505, 505, 1e8)),
            Some(1e8),
            "b.N: one operation, then four"
        );
        assert_eq!(
            meter(4, 1, &startup).per_operation(Side::New, &used(405, 405, 1e8)),
            Some(1e8),
            "b.Loop: four operations"
        );
        let none = [Used { nanoseconds: None, ..used(5, 5, 0.0) }; 3];
        assert_eq!(meter(1, 0, &none).per_operation(Side::Base, &used(3005, 3005, 3e9)), Some(3e9));
    }

    #[test]
    fn too_little_cpu_time_has_no_value_on_any_side_in_any_round() {
        let mut meter = meter(1000, 10, &[used(5, 5, 1e6), used(6, 6, 1e6), used(8, 8, 1e6)]);
        assert_eq!(meter.per_operation(Side::Base, &used(30, 1000, 1e6)), None, "24 ms, where 3 are noise");
        assert_eq!(meter.per_operation(Side::New, &used(500, 1000, 1e6)), None);
        assert!(meter.is_too_little());
        let mut unknown = Meter::new(1000, PerSide::default());
        assert_eq!(unknown.per_operation(Side::Base, &used(1000, 1000, 1e6)), None);
        assert_eq!(Startup::of(1, &[]), None);
    }
}
