//! For a comment or a summary of a job.

use super::section::{Block, Sites};
use crate::report::format::{code, code_step, prose};
use std::io::{self, Write};

/// The most characters of a name or a sentence.
const MOST: usize = 1_000;

/// Writes a list of lines of code for each benchmark; the way of a value is folded.
///
/// # Errors
/// If writing fails.
pub fn sites_markdown(sites: &Sites, out: &mut dyn Write) -> io::Result<()> {
    for line in sites.lead() {
        writeln!(out, "{}\n", prose(&line, MOST))?;
    }
    for section in sites.sections() {
        let about = prose(&section.about, MOST);
        match section.name {
            "" => writeln!(out, "{about}\n")?,
            name => writeln!(out, "**{}** {about}\n", code(name, MOST))?,
        }
        for block in &section.blocks {
            self::block(block, out)?;
        }
        if let Some(more) = &section.more {
            writeln!(out, "\n… {}", prose(more, MOST))?;
        }
        writeln!(out)?;
        for note in &section.notes {
            writeln!(out, "- {}", prose(note, MOST))?;
        }
    }
    Ok(())
}

fn block(block: &Block<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "1. {} {}", code(&block.place(), MOST), code(block.code(), MOST))?;
    write!(out, "<br>{}", prose(&block.amount, MOST))?;
    let mut folded: Vec<String> = Vec::new();
    for (text, steps) in block.decisions(code_step) {
        write!(out, "<br>{}", prose(text, MOST))?;
        folded.extend(steps.iter().map(|it| prose(it, MOST)));
    }
    for call in block.calls() {
        write!(out, "<br>{}", prose(call, MOST))?;
    }
    for (title, why, page) in block.moves() {
        write!(out, "<br>**{title}**: {}, see {}", prose(why, MOST), code(&page, MOST))?;
    }
    if !folded.is_empty() {
        write!(out, "<details><summary>way to the heap</summary>{}</details>", folded.join("<br>"))?;
    }
    writeln!(out)
}
