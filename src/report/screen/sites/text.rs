//! For a terminal of 80 columns.

use super::section::{Block, Sites};
use crate::report::format::{step, wrapped};
use crate::words::{capped, clean};
use anstyle::Style;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 80;

/// Writes for each benchmark the lines that allocate, why, and which moves apply.
///
/// # Errors
/// If writing fails.
pub fn sites(sites: &Sites, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    for line in sites.lead() {
        paragraph("", &line, out)?;
    }
    for section in sites.sections() {
        writeln!(out)?;
        match section.name {
            "" => paragraph("", &section.about, out)?,
            name => {
                let heading = format!("{} {}", clean(name), clean(&section.about));
                if heading.width() <= WIDTH {
                    writeln!(out, "{bold}{}{bold:#} {}", clean(name), clean(&section.about))?;
                } else {
                    writeln!(out, "{bold}{}{bold:#}", clean(name))?;
                    paragraph("", &section.about, out)?;
                }
            }
        }
        for block in &section.blocks {
            writeln!(out)?;
            self::block(block, out)?;
        }
        if let Some(more) = &section.more {
            writeln!(out, "\n  {more}")?;
        }
        for note in &section.notes {
            writeln!(out)?;
            paragraph("  ", &format!("note: {note}"), out)?;
        }
    }
    Ok(())
}

fn block(block: &Block<'_>, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    let (place, code) = (clean(block.place()), clean(block.code()));
    if place.width() + code.width() + 4 <= WIDTH {
        writeln!(out, "  {bold}{place}{bold:#}  {code}")?;
    } else {
        writeln!(out, "  {bold}{place}{bold:#}\n    {}", capped(&code, WIDTH - 5))?;
    }
    paragraph("    ", &block.amount, out)?;
    for (text, steps) in block.decisions(step) {
        paragraph("    ", text, out)?;
        for step in steps {
            paragraph("      ", &step, out)?;
        }
    }
    for call in block.calls() {
        paragraph("    ", call, out)?;
    }
    for (title, why, page) in block.moves() {
        let mut lines = wrapped(&clean(format!("{title}: {why}")), WIDTH - 4).into_iter();
        let first = lines.next().unwrap_or_default();
        match first.split_once(": ") {
            Some((title, why)) => writeln!(out, "    {bold}{title}{bold:#}: {why}")?,
            None => writeln!(out, "    {bold}{first}{bold:#}")?,
        }
        lines.try_for_each(|line| writeln!(out, "    {line}"))?;
        writeln!(out, "      {page}")?;
    }
    Ok(())
}

/// A text between a margin and the last column.
fn paragraph(margin: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let lines = wrapped(&clean(text), WIDTH - margin.len());
    lines.iter().try_for_each(|line| writeln!(out, "{margin}{line}"))
}
