//! What one process measures.

use super::meter::Meter;
use super::pattern;
use crate::model::Name;
use crate::run::Request;
use crate::run::side::{PerSide, Side};
use std::collections::BTreeSet;
use std::time::Duration;

/// What one process measures in each round, on each of its sides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Task {
    /// The index of its package among all packages.
    pub package: usize,
    /// The import path of that.
    pub path: String,
    /// The sides that have it.
    pub sides: Vec<Side>,
    /// The benchmarks.
    pub what: What,
    /// The functions of the package that other shards measure.
    pub others: Vec<String>,
}

/// One benchmark or several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// One.
    One(Box<One>),
    /// Those of these functions, or all that are selected; as often as the time allows.
    Many(Option<BTreeSet<String>>),
}

/// A benchmark in a process of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct One {
    /// Its name, without the number of processors: `BenchmarkDecode/size=64`.
    pub name: String,
    /// The value of `-cpu`, if any.
    pub cpu: Option<String>,
    /// How often it is run.
    pub iterations: u64,
    /// How long an operation takes, in nanoseconds, roughly.
    pub speeds: PerSide<Option<f64>>,
    /// Its CPU time.
    pub meter: Meter,
}

impl One {
    /// The arguments of a process that runs it so often.
    pub fn arguments(&self, iterations: u64) -> Vec<String> {
        let all = [
            format!("-test.bench={}", pattern::of_benchmark(&self.name)),
            "-test.benchmem".to_string(),
            format!("-test.benchtime={iterations}x"),
        ];
        all.into_iter().chain(self.cpu.iter().map(|cpu| format!("-test.cpu={cpu}"))).collect()
    }
}

impl Task {
    /// The arguments of its process.
    pub fn arguments(&self, request: &Request) -> Vec<String> {
        match &self.what {
            What::One(one) => one.arguments(one.iterations),
            // A pattern for sub-benchmarks stays as it is, because it is not known which of its parts are for which function.
            What::Many(Some(functions)) if !request.bench.contains('/') => {
                request.arguments(&pattern::of_functions(functions.iter().map(String::as_str)), &[])
            }
            What::Many(_) => request.arguments(&request.bench, &self.others),
        }
    }

    /// How long it takes in a round, without the start of its processes; 0 if that is not known.
    pub fn duration(&self) -> Duration {
        match &self.what {
            What::One(one) => {
                let times = self.sides.iter().filter_map(|&side| one.speeds[side]);
                Duration::from_nanos((times.sum::<f64>() * one.iterations as f64) as u64)
            }
            What::Many(_) => Duration::ZERO,
        }
    }

    /// Whether it is only on this side.
    pub fn is_only_in(&self, side: Side) -> bool {
        self.sides == [side]
    }

    /// Keeps only these benchmarks, named as in results without `Benchmark`. Whether any is left.
    pub fn keep_only(&mut self, names: &BTreeSet<String>) -> bool {
        match &mut self.what {
            What::One(one) => names.iter().any(|name| {
                let short = one.name.strip_prefix("Benchmark").unwrap_or(&one.name);
                name == short || *Name::new(name.as_bytes()).without_procs() == *short
            }),
            What::Many(functions) => {
                let wanted = names.iter().map(|name| Name::new(name.as_bytes()).go_function());
                let is_known = |name: &String| functions.as_ref().is_none_or(|known| known.contains(name));
                let wanted: BTreeSet<String> = wanted.filter(is_known).collect();
                let is_any_left = !wanted.is_empty();
                *functions = Some(wanted);
                is_any_left
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|name| name.to_string()).collect()
    }

    fn task(what: What) -> Task {
        Task { package: 0, path: "m/p".to_string(), sides: Side::BOTH.to_vec(), what, others: Vec::new() }
    }

    #[test]
    fn a_benchmark_is_run_alone_and_a_fixed_number_of_times() {
        let meter = Meter::new(100, PerSide::default());
        let speeds = PerSide { base: Some(1e6), new: Some(2e6) };
        let one =
            One { name: "BenchmarkA/x.y-2".into(), cpu: Some("4".into()), iterations: 100, speeds, meter };
        assert_eq!(
            one.arguments(100),
            [r"-test.bench=^BenchmarkA$/^x\.y-2$", "-test.benchmem", "-test.benchtime=100x", "-test.cpu=4"]
        );
        let mut task = task(What::One(Box::new(one)));
        assert_eq!(task.duration(), Duration::from_millis(300));
        assert!(task.keep_only(&names(&["B", "A/x.y-2-4"])) && task.keep_only(&names(&["A/x.y-2"])));
        assert!(!task.keep_only(&names(&["A/x.y"])) && !task.keep_only(&names(&[])));
    }

    #[test]
    fn of_several_benchmarks_some_functions_stay() {
        let mut all = task(What::Many(None));
        assert!(all.keep_only(&names(&["B/x-2", "A-2"])));
        assert_eq!(all.what, What::Many(Some(names(&["BenchmarkA", "BenchmarkB"]))));
        assert!(!task(What::Many(Some(names(&["BenchmarkC"])))).keep_only(&names(&["A-2"])));
    }
}
