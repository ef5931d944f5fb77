//! The report as JSON: its serialisation, nothing else.

use super::Report;
use std::io::{self, Write};

/// Writes the report as indented JSON with a newline at its end.
///
/// # Errors
/// If writing fails.
pub fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
