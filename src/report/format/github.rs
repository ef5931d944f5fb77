//! Annotations on GitHub: one workflow command per line.

use super::issue::{BenchmarkLocations, Issue, IssueKind, Severity, issues};
use crate::report::Report;
use crate::words::counted;
use indexmap::IndexMap;
use std::io::{self, Write};

/// The most errors, notices and warnings of one step that GitHub shows, of each. It drops the others silently.
const SHOWN: usize = 10;

/// Writes `::error`, `::notice` (suspects) and `::warning` commands with the locations of the benchmarks, the worst first. If there are more than GitHub
/// shows, the last one says how many.
///
/// # Errors
/// If writing fails.
pub fn github(report: &Report, locations: &BenchmarkLocations, out: &mut dyn Write) -> io::Result<()> {
    let issues = issues(report, locations);
    for (severity, command) in
        [(Severity::Failure, "error"), (Severity::Suspect, "notice"), (Severity::Warning, "warning")]
    {
        let benchmarks = by_benchmark(issues.iter().filter(|issue| issue.severity == severity).collect());
        let shown = if benchmarks.len() > SHOWN { SHOWN - 1 } else { benchmarks.len() };
        for same in &benchmarks[..shown] {
            annotate(command, same, out)?;
        }
        if shown < benchmarks.len() {
            let more = counted(benchmarks.len() - shown, &format!("more {command}"));
            writeln!(out, "::{command} title=allocgate::… and {more}: see the report")?;
        }
    }
    Ok(())
}

/// The issues of one benchmark in several units make one annotation.
fn by_benchmark(issues: Vec<&Issue>) -> Vec<Vec<&Issue>> {
    let mut groups: IndexMap<(&str, IssueKind), Vec<&Issue>> = IndexMap::new();
    for issue in issues {
        groups.entry((&issue.subject, issue.kind)).or_default().push(issue);
    }
    groups.into_values().collect()
}

fn annotate(command: &str, same: &[&Issue], out: &mut dyn Write) -> io::Result<()> {
    let first = same[0]; // a group is never empty
    let messages: Vec<&str> = same.iter().map(|issue| issue.message.as_str()).collect();
    let location = match &first.location {
        Some(location) => format!("file={},line={},", property(&location.file), location.line),
        None => String::new(),
    };
    let title = property(&format!("{}: {}", first.subject, first.kind.as_str()));
    writeln!(out, "::{command} {location}title={title}::{}", data(&messages.join("\n")))
}

/// The text after the second `::`, escaped as `@actions/core` does it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, before the second `::`, escaped the same way.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_cannot_be_broken_out_of() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,line=1::b"), "a%2Cline=1%3A%3Ab");
    }
}
