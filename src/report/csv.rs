//! The tables of `compare` as comma-separated values.

use super::text::change;
use crate::compare::{Cell, Tabulated};
use crate::stats::Interval;
use std::io::{self, Write};

/// Writes one record per benchmark, unit and file, with full precision, in base units: package, unit, benchmark, file,
/// number of samples, median, ends of its interval, and for every file after the first the change and the p-value.
///
/// # Errors
/// If writing fails.
pub fn csv(tables: &[Tabulated], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "pkg",
        "unit",
        "benchmark",
        "file",
        "median",
        "low",
        "high",
        "vs base",
        "p",
        "n base",
        "n",
    ])?;
    for table in tables {
        let pkg = table.config.get("pkg").unwrap_or_default();
        for row in &table.rows {
            for (label, cell) in table.columns.iter().zip(&row.cells) {
                let Some(cell) = cell else { continue };
                let fixed = [pkg, table.unit.as_str().into(), row.name, label].map(ToString::to_string);
                writer.write_record(fixed.into_iter().chain(numbers(cell)))?;
            }
        }
    }
    writer.flush()
}

fn numbers(cell: &Cell) -> Vec<String> {
    let (low, high) = match cell.interval {
        Interval::Bounded { low, high, .. } => (low.to_string(), high.to_string()),
        Interval::Unbounded => Default::default(),
    };
    let versus = cell
        .versus
        .map(|it| [change(it.change), it.p.get().to_string(), it.n.0.to_string(), it.n.1.to_string()]);
    [cell.center.to_string(), low, high].into_iter().chain(versus.unwrap_or_default()).collect()
}
