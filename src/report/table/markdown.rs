//! Tables in GitHub Flavored Markdown, for a comment or a README.

use super::cells::Tendency;
use super::view::{CellView, TableView, views};
use crate::compare::Tabulation;
use crate::words::clean;
use std::fmt::Display;
use std::io::{self, Write};

/// Writes a table per configuration and unit. Changes for the worse are bold; texts from the input are escaped.
///
/// # Errors
/// If writing fails.
pub fn markdown(tabulation: &Tabulation, out: &mut dyn Write) -> io::Result<()> {
    for (i, table) in views(tabulation).enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        let line = |(key, value): &(String, String)| format!("{}: {}", escaped(key), escaped(value));
        let heading: Vec<String> = table.heading.iter().map(line).collect();
        if !heading.is_empty() {
            writeln!(out, "{}\n", heading.join("<br>\n"))?;
        }
        write_table(&table, out)?;
    }
    Ok(())
}

fn write_table(table: &TableView, out: &mut dyn Write) -> io::Result<()> {
    let mut header = vec![escaped(&table.unit)];
    for (i, column) in table.columns.iter().enumerate() {
        header.push(escaped(column));
        if i > 0 {
            header.push("vs base".to_string());
        }
    }
    writeln!(out, "| {} |", header.join(" | "))?;
    writeln!(out, "| :--{} |", " | --:".repeat(header.len() - 1))?;
    for row in &table.rows {
        let cells: Vec<String> =
            std::iter::once(escaped(&row.label)).chain(row.cells.iter().map(cell)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    for (i, note) in table.notes.iter().enumerate() {
        writeln!(out, "{}{}  ", if i == 0 { "\n" } else { "" }, escaped(note))?;
    }
    Ok(())
}

/// `1.676µ ± 2% ¹`, `**+12.00%** (p=0.002 n=6)`.
fn cell(cell: &CellView) -> String {
    let text = match cell.tendency {
        Some(Tendency::Worse) => format!("**{}**", cell.text),
        Some(Tendency::Better) | None => escaped(&cell.text),
    };
    let is_test = !cell.detail.is_empty() && !cell.detail.starts_with('±');
    let detail = if is_test { format!("({})", cell.detail) } else { cell.detail.clone() };
    let parts = [text, detail, cell.marks.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text that Markdown shows as it is, on one line and within one cell.
fn escaped(text: impl Display) -> String {
    let mut escaped = String::new();
    for c in clean(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            // Neither a mention nor a reference to an issue.
            '@' => escaped.push_str("&#64;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '$' | ':' | '>' => {
                escaped.extend(['\\', c])
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_cell() {
        assert_eq!(escaped("a|b<img>`x`\n@me *b*"), "a\\|b&lt;img\\>\\`x\\`\u{fffd}&#64;me \\*b\\*");
    }
}
