//! Shows on standard error what a run does: one line that changes on a terminal, else a line per round.

use super::console;
use allocgate::internals::run::Event;
use allocgate::internals::words::{clean, counted, duration};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, stderr};

/// Shows the progress of a run.
pub(super) struct Progress {
    /// `None` if standard error is no terminal.
    line: Option<ProgressBar>,
    /// How many rounds are complete.
    rounds: Cell<usize>,
    /// The package whose benchmarks ran last in the first round.
    package: RefCell<String>,
}

impl Progress {
    pub(super) fn new() -> Progress {
        let line = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{wide_msg}").expect("the template is valid");
            ProgressBar::new_spinner().with_style(style)
        });
        Progress { line, rounds: Cell::new(0), package: RefCell::default() }
    }

    /// How many rounds are complete.
    pub(super) fn rounds(&self) -> usize {
        self.rounds.get()
    }

    /// Prints text above the line that changes.
    pub(super) fn print(&self, text: &str) {
        match &self.line {
            Some(line) => line.suspend(|| print(text)),
            None => print(text),
        }
    }

    /// Removes the line that changes.
    pub(super) fn clear(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }

    pub(super) fn show(&self, event: Event) {
        if let Event::Round { round, .. } = event {
            self.rounds.set(round);
        }
        match (&self.line, event) {
            (_, Event::Warning(warning)) => self.print(&format!("warning: {warning}")),
            (Some(line), event) => {
                if let Some(text) = status(event) {
                    // Names come from the output of test binaries.
                    line.set_message(clean(text));
                }
                if let Some(text) = log_line(event).filter(|_| matches!(event, Event::Planned { .. })) {
                    self.print(&text);
                }
            }
            (None, event) => {
                if let Some(text) = self.first_of_package(event).or_else(|| log_line(event)) {
                    console::warn(&text);
                }
            }
        }
    }
}

impl Progress {
    /// A line when the benchmarks of another package begin in the first round, which is the longest without a line.
    fn first_of_package(&self, event: Event) -> Option<String> {
        let Event::Benchmark { round: 1, last, package, .. } = event else { return None };
        let is_new = self.package.replace(package.to_string()) != package;
        is_new.then(|| clean(format!("round 1 of {last}: {package}")))
    }
}

/// Prints each line by itself, because control characters within one are replaced.
fn print(text: &str) {
    text.lines().for_each(console::warn);
}

/// The text of the line that changes.
fn status(event: Event) -> Option<String> {
    match event {
        Event::Building { done, total } => Some(format!("building test binaries: {done} of {total}")),
        Event::Sizing { done, total } => Some(format!("building programs: {done} of {total}")),
        Event::WarmUp { side, package, name } => {
            let package = package.rsplit('/').next().unwrap_or(package);
            Some(format!("warm-up: {side:4} {package} {name}"))
        }
        Event::Benchmark { round, last, side, package, name, left } => {
            // Only the end of the path, so that it fits on a line.
            let package = package.rsplit('/').next().unwrap_or(package);
            let name = name.unwrap_or("starts");
            let left = left.map(|left| format!(", {} left", duration(left))).unwrap_or_default();
            Some(format!("round {round} of {last}{left}: {side:4} {package} {name}"))
        }
        Event::Counting { round, benchmarks } => {
            let benchmarks = counted(benchmarks, "benchmark");
            Some(match round {
                0 => format!("counting instructions: trial runs of {benchmarks}"),
                round => format!("round {round}: instructions of {benchmarks}"),
            })
        }
        Event::Profile { number, total, name } => Some(format!("profile {number} of {total}: {name}")),
        Event::Decisions { side, package } => Some(format!("compiler decisions: {side} {package}")),
        Event::Planned { .. } | Event::Round { .. } | Event::Warning(_) => None,
    }
}

/// A line of the log.
fn log_line(event: Event) -> Option<String> {
    match event {
        Event::Building { done: 0, total } => Some(match total {
            1 => "building 1 test binary".to_string(),
            total => format!("building {total} test binaries"),
        }),
        Event::Planned { benchmarks, last, left } => {
            let (benchmarks, rounds) = (counted(benchmarks, "benchmark"), counted(last, "round"));
            Some(format!("{benchmarks}, {rounds}: about {}", duration(left)))
        }
        Event::Round { round, last, took, left } => {
            let left = if round == last { String::new() } else { format!(", {} left", duration(left)) };
            Some(format!("round {round} of {last}: {}{left}", duration(took)))
        }
        Event::Profile { .. } | Event::Decisions { .. } | Event::Counting { round: 0, .. } => status(event),
        Event::Sizing { done: 0, total } => Some(format!("building {}", counted(total, "program"))),
        Event::Building { .. }
        | Event::Sizing { .. }
        | Event::WarmUp { .. }
        | Event::Benchmark { .. }
        | Event::Counting { .. }
        | Event::Warning(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allocgate::internals::run::Side;
    use std::time::Duration;

    #[test]
    fn the_line_says_what_runs_and_how_long_it_will_be() {
        let event = |left| Event::Benchmark {
            round: 3,
            last: 10,
            side: Side::New,
            package: "example.com/hot/index",
            name: Some("BenchmarkSort"),
            left,
        };
        let lines = [None, Some(Duration::from_secs(84))].map(|left| status(event(left)).expect("a line"));
        assert_eq!(lines[0], "round 3 of 10: new  index BenchmarkSort");
        assert_eq!(lines[1], "round 3 of 10, 1m24s left: new  index BenchmarkSort");
        assert_eq!(log_line(event(None)), None, "it would be a line per benchmark");
        let planned = Event::Planned { benchmarks: 15, last: 10, left: Duration::from_secs(300) };
        assert_eq!(log_line(planned).as_deref(), Some("15 benchmarks, 10 rounds: about 5m"));
    }

    #[test]
    fn a_package_is_a_line_in_the_first_round() {
        let progress = Progress { line: None, rounds: Cell::new(0), package: RefCell::default() };
        let lines: Vec<String> = [(1, "m/a"), (1, "m/a"), (1, "m/b"), (2, "m/a")]
            .into_iter()
            .filter_map(|(round, package)| {
                let (side, name, left) = (Side::New, Some("BenchmarkSort"), None);
                progress.first_of_package(Event::Benchmark { round, last: 10, side, package, name, left })
            })
            .collect();
        assert_eq!(lines, ["round 1 of 10: m/a", "round 1 of 10: m/b"]);
    }

    #[test]
    fn a_round_is_a_line_where_no_line_changes() {
        let round = |round| Event::Round {
            round,
            last: 10,
            took: Duration::from_millis(12_400),
            left: Duration::from_secs(3700),
        };
        assert_eq!(log_line(round(9)).as_deref(), Some("round 9 of 10: 12s, 1h2m left"));
        assert_eq!(log_line(round(10)).as_deref(), Some("round 10 of 10: 12s"));
    }
}
