//! Tables as one HTML page, without scripts and without other files.

use super::cells::Tendency;
use super::view::{CellView, TableView, views};
use crate::compare::Tabulation;
use askama::Template;
use std::io::{self, Write};

#[derive(Template)]
#[template(path = "page.html", config = "src/report/table/askama.toml")]
struct Page {
    tables: Vec<TableView>,
}

/// Writes one page with a table per configuration and unit. The template escapes every text.
///
/// # Errors
/// If writing fails.
pub fn html(tabulation: &Tabulation, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { tables: views(tabulation).collect() };
    let text = page.render().map_err(io::Error::other)?;
    writeln!(out, "{}", text.trim_end())
}

/// The class of a cell; empty if it has none.
fn class(cell: &CellView) -> &'static str {
    match cell.tendency {
        Some(Tendency::Better) => "better",
        Some(Tendency::Worse) => "worse",
        None => "",
    }
}
