//! For a browser: one page, without scripts and without other files.

use super::section::{Block, Section, Sites};
use crate::report::format::{Piece, code_step, pieces};
use crate::words::{capped, clean};
use askama::Template;
use std::io::{self, Write};

/// The most characters of a text on the page.
const LONGEST: usize = 1_000;

/// The template escapes every text.
#[derive(Template)]
#[template(config = "src/report/screen/sites/askama.toml", path = "sites.html")]
struct Page {
    lead: Vec<String>,
    sections: Vec<PageSection>,
}

struct PageSection {
    name: String,
    about: String,
    blocks: Vec<PageBlock>,
    more: Option<String>,
    notes: Vec<Vec<Piece>>,
}

struct PageBlock {
    place: String,
    code: String,
    amount: String,
    decisions: Vec<(Vec<Piece>, Vec<Vec<Piece>>)>,
    calls: Vec<Vec<Piece>>,
    moves: Vec<(&'static str, Vec<Piece>, String)>,
}

/// Writes the page.
///
/// # Errors
/// If writing fails.
pub fn sites_html(sites: &Sites, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { lead: texts(&sites.lead()), sections: sites.sections().iter().map(section).collect() };
    let page = page.render().map_err(io::Error::other)?;
    writeln!(out, "{}", page.trim_end())
}

fn text(text: &str) -> String {
    capped(&clean(text), LONGEST)
}

fn texts(all: &[String]) -> Vec<String> {
    all.iter().map(|it| text(it)).collect()
}

/// Sentences in which what is quoted in back-ticks is code.
fn said(all: &[String]) -> Vec<Vec<Piece>> {
    all.iter().map(|it| pieces(&text(it))).collect()
}

fn section(section: &Section<'_>) -> PageSection {
    PageSection {
        name: text(if section.name.is_empty() { "All benchmarks" } else { section.name }),
        about: text(&section.about),
        blocks: section.blocks.iter().map(block).collect(),
        more: section.more.clone(),
        notes: said(&section.notes),
    }
}

fn block(block: &Block<'_>) -> PageBlock {
    PageBlock {
        place: text(&block.place()),
        code: text(block.code()),
        amount: text(&block.amount),
        decisions: block.decisions(code_step).map(|(it, steps)| (pieces(&text(it)), said(&steps))).collect(),
        calls: said(block.calls()),
        moves: block.moves().map(|(title, why, page)| (title, pieces(&text(why)), page)).collect(),
    }
}
