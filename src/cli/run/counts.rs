//! The options of `allocgate run` that count instructions.

use allocgate::internals::run::{COUNT_ROUNDS, CountRequest, CounterChoice, ROUNDS};
use anyhow::ensure;

/// What is counted besides the times.
#[derive(Debug, Clone, Default, clap::Args)]
pub(in crate::cli) struct CountArgs {
    /// Also count instructions/op, which other programs on the machine do not disturb: in each of the first 5 rounds. `valgrind` and
    /// `perf` name the counter [default: perf where it works, else valgrind]
    #[arg(long, value_name = "instructions[=COUNTER]", value_parser = counter)]
    count: Option<CounterChoice>,
    /// Time nothing: only instructions/op, B/op and allocs/op are measured, in 5 rounds
    #[arg(long, value_name = "counts")]
    only: Option<Only>,
}

/// What alone is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// What other programs do not disturb.
    Counts,
}

fn counter(text: &str) -> Result<CounterChoice, String> {
    let expected = || {
        "expected `instructions`, `instructions=auto`, `instructions=valgrind` or `instructions=perf`"
            .to_string()
    };
    match text.split_once('=') {
        None if text == "instructions" => Ok(CounterChoice::Auto),
        Some(("instructions", counter)) => counter.parse().map_err(|_| expected()),
        _ => Err(expected()),
    }
}

impl CountArgs {
    /// Whether instructions are counted, and how.
    pub(super) fn request(&self) -> Option<CountRequest> {
        let only = self.only.is_some();
        let counter = self.count.or(only.then_some(CounterChoice::Auto))?;
        Some(CountRequest { counter, only })
    }

    /// The rounds before anything is decided, and the most rounds. More samples of counts decide nothing.
    pub(super) fn rounds(
        &self,
        rounds: Option<usize>,
        most: Option<usize>,
    ) -> anyhow::Result<(usize, usize)> {
        let (default, factor) = if self.only.is_some() { (COUNT_ROUNDS, 1) } else { (ROUNDS, 2) };
        let rounds = rounds.unwrap_or(default);
        let most = most.unwrap_or(factor * rounds);
        ensure!(most >= rounds, "--max-rounds must be at least --rounds ({rounds}), got {most}");
        Ok((rounds, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_named_after_what_they_count() {
        assert_eq!(counter("instructions"), Ok(CounterChoice::Auto));
        assert_eq!(counter("instructions=valgrind"), Ok(CounterChoice::Valgrind));
        for text in ["", "perf", "instructions=", "instructions=gdb", "cycles=perf"] {
            assert!(counter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn without_times_there_are_five_rounds() {
        let only = CountArgs { only: Some(Only::Counts), count: None };
        let want = CountRequest { counter: CounterChoice::Auto, only: true };
        assert_eq!((only.request(), only.rounds(None, None).ok()), (Some(want), Some((5, 5))));
        let timed = CountArgs::default();
        assert_eq!((timed.request(), timed.rounds(Some(7), None).ok()), (None, Some((7, 14))));
        assert!(timed.rounds(Some(7), Some(6)).is_err());
    }
}
