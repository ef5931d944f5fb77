//! The rows as comma-separated values, for spreadsheets.

use crate::compare::SampleSummary;
use crate::report::{Report, command};
use crate::verdict::Finding;
use crate::words::clean;
use std::io::{self, Write};

/// The header. New columns are added at the end.
const COLUMNS: [&str; 32] = [
    "pkg",
    "benchmark",
    "unit",
    "verdict",
    "level",
    "base_n",
    "base_center",
    "base_low",
    "base_high",
    "new_n",
    "new_center",
    "new_low",
    "new_high",
    "new_worst",
    "change_absolute",
    "change_percent",
    "change_percent_low",
    "change_percent_high",
    "p",
    "p_adjusted",
    "detectable_percent",
    "max",
    "tolerated_percent",
    "rule_source",
    "rule_line",
    "rule",
    "message",
    "needed_samples",
    "suspect",
    "gap_percent",
    "decide",
    "notes",
];

/// Writes a header and a record per row, in the order of the input. Unknown values are empty.
///
/// # Errors
/// If writing fails.
pub fn csv(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut records = csv::Writer::from_writer(out);
    records.write_record(COLUMNS)?;
    for row in &report.rows {
        let change = row.change;
        let tolerated =
            row.tolerance.zip(row.base).and_then(|(tolerance, base)| tolerance.percent_of(base.center));
        let names =
            [&*row.pkg, &row.benchmark, row.unit.as_str(), row.verdict.as_str(), &row.level.to_string()]
                .map(text);
        let change = [
            row.worst,
            change.map(|it| it.absolute),
            change.and_then(|it| it.percent),
            change.and_then(|it| it.low),
            change.and_then(|it| it.high),
            row.p.map(|p| p.get()),
            row.p_adjusted.map(|p| p.get()),
            row.detectable_percent,
            row.max,
            tolerated,
        ];
        let line = row.rule.line.map(|line| line.to_string()).unwrap_or_default();
        let rule = [text(&row.rule.source), line, text(&row.rule.text), text(&row.message().to_string())];
        let record = names
            .into_iter()
            .chain(summary(row.base))
            .chain(summary(row.new))
            .chain(change.map(number))
            .chain(rule)
            .chain([row.reason.needed_samples().map(|needed| needed.to_string()).unwrap_or_default()])
            .chain(suspect(row, report))
            .chain([text(&row.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]);
        records.write_record(record)?;
    }
    records.flush()
}

/// Whether the row is a suspect, the gap between its samples, and the command that decides it.
fn suspect(row: &Finding, report: &Report) -> [String; 3] {
    let Some(suspect) = row.suspect else { return Default::default() };
    let command = command::decide([row], report.evidence.options()).unwrap_or_default();
    ["true".to_string(), number(suspect.gap_percent), text(&command)]
}

fn summary(side: Option<SampleSummary>) -> [String; 4] {
    let n = side.map(|it| it.n.to_string()).unwrap_or_default();
    let [center, low, high] =
        [side.map(|it| it.center), side.and_then(|it| it.low), side.and_then(|it| it.high)].map(number);
    [n, center, low, high]
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text on one line. If a spreadsheet would take it for a formula, it begins with an apostrophe.
fn text(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula() {
        for (name, want) in [("Tally-2", "Tally-2"), ("=1+1", "'=1+1"), ("@x", "'@x"), ("a\tb", "a b")] {
            assert_eq!(text(name), want);
        }
    }
}
