//! The report as JSON: its serialisation, nothing else.

use super::Report;
use crate::words;
use std::io::{self, Write};

/// Writes the report as indented JSON with a newline at its end.
///
/// # Errors
/// If writing fails.
pub fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    words::json(report, out)
}
