//! What a run does just now: on a terminal one line that changes, else a line per round.

use super::console;
use allocgate::run::Event;
use allocgate::words::duration;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};

/// Tells on standard error what happens.
pub(super) struct Progress {
    /// `None` where nobody sees a line change.
    line: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new() -> Progress {
        let line = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{wide_msg}").expect("the template is one");
            ProgressBar::new_spinner().with_style(style)
        });
        Progress { line }
    }

    /// Says what stays to be read.
    pub(super) fn say(&self, text: &str) {
        match &self.line {
            Some(line) => line.suspend(|| warn(text)),
            None => warn(text),
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }

    pub(super) fn tell(&self, event: Event) {
        match (&self.line, event) {
            (_, Event::Remark(text)) => self.say(&format!("! {text}")),
            (Some(line), event) => {
                if let Some(text) = now(event) {
                    line.set_message(text);
                }
            }
            (None, event) => {
                if let Some(text) = lasting(event) {
                    console::warn(&text);
                }
            }
        }
    }
}

/// Line by line: within one, a line end is made harmless.
fn warn(text: &str) {
    text.lines().for_each(console::warn);
}

/// The line that changes.
fn now(event: Event) -> Option<String> {
    match event {
        Event::Building { done, of } => Some(format!("building test binaries: {done} of {of}")),
        Event::Benchmark { round, of, side, package, name, left } => {
            // The end of a path says most, and the line has one row.
            let package = package.rsplit('/').next().unwrap_or(package);
            let name = name.unwrap_or("starts");
            let left = left.map(|left| format!(", {} left", duration(left))).unwrap_or_default();
            Some(format!("round {round} of {of}{left}: {side:4} {package} {name}"))
        }
        Event::Profile { number, of, name } => Some(format!("profile {number} of {of}: {name}")),
        Event::Round { .. } | Event::Remark(_) => None,
    }
}

/// A line that stays.
fn lasting(event: Event) -> Option<String> {
    match event {
        Event::Building { done: 0, of } => Some(format!("building {of} test binaries")),
        Event::Round { round, of, took, left } => {
            let left = if round == of { String::new() } else { format!(", {} left", duration(left)) };
            Some(format!("round {round} of {of}: {}{left}", duration(took)))
        }
        Event::Profile { .. } => now(event),
        Event::Building { .. } | Event::Benchmark { .. } | Event::Remark(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allocgate::run::Side;
    use std::time::Duration;

    #[test]
    fn the_line_says_what_runs_and_how_long_it_will_be() {
        let event = |left| Event::Benchmark {
            round: 3,
            of: 10,
            side: Side::New,
            package: "example.com/hot/index",
            name: Some("BenchmarkSort"),
            left,
        };
        let told = [None, Some(Duration::from_secs(84))].map(|left| now(event(left)).expect("a line"));
        assert_eq!(told[0], "round 3 of 10: new  index BenchmarkSort");
        assert_eq!(told[1], "round 3 of 10, 1m24s left: new  index BenchmarkSort");
        assert_eq!(lasting(event(None)), None, "it would be a line per benchmark");
    }

    #[test]
    fn a_round_is_a_line_where_no_line_changes() {
        let round = |round| Event::Round {
            round,
            of: 10,
            took: Duration::from_millis(12_400),
            left: Duration::from_secs(3700),
        };
        assert_eq!(lasting(round(9)).as_deref(), Some("round 9 of 10: 12s, 1h2m left"));
        assert_eq!(lasting(round(10)).as_deref(), Some("round 10 of 10: 12s"));
    }
}
