//! Tables for a comment or a README, as GitHub renders them.

use super::cells::{Tendency, change, column_label, has_geomeans, headings, mean_change, reach, test};
use super::notes::Footnotes;
use super::number::Scale;
use crate::compare::{ComparedTable, GeomeanCell, TableCell, Tabulation, Versus};
use crate::group::TableRow;
use crate::words::clean;
use std::fmt::Display;
use std::io::{self, Write};

/// Writes a GitHub-flavoured Markdown table per configuration and unit. Changes for the worse are bold; names from the
/// input are escaped.
///
/// # Errors
/// If writing fails.
pub fn markdown(tabulation: &Tabulation, out: &mut dyn Write) -> io::Result<()> {
    for (i, (table, heading)) in tabulation.tables.iter().zip(headings(tabulation)).enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        let heading: Vec<String> =
            heading.iter().map(|(key, value)| format!("{}: {}", escaped(key), escaped(value))).collect();
        if !heading.is_empty() {
            writeln!(out, "{}\n", heading.join("<br>\n"))?;
        }
        write_table(table, out)?;
    }
    Ok(())
}

fn write_table(table: &ComparedTable, out: &mut dyn Write) -> io::Result<()> {
    let mut notes = Footnotes::default();
    let mut header = vec![escaped(&table.unit)];
    let mut rule = vec![":--"];
    for (column, values) in table.columns.iter().enumerate() {
        header.push(escaped(column_label(values)));
        rule.push("--:");
        if column > 0 {
            header.push("vs base".to_string());
            rule.push("--:");
        }
    }
    writeln!(out, "| {} |", header.join(" | "))?;
    writeln!(out, "| {} |", rule.join(" | "))?;
    for row in &table.rows {
        writeln!(out, "| {} |", line(table, row, &mut notes).join(" | "))?;
    }
    if has_geomeans(table) {
        writeln!(out, "| {} |", geomeans(table, &mut notes).join(" | "))?;
    }
    for (i, (mark, words)) in notes.list().enumerate() {
        writeln!(out, "{}{mark} {}  ", if i == 0 { "\n" } else { "" }, escaped(words))?;
    }
    Ok(())
}

fn line(table: &ComparedTable, row: &TableRow<TableCell>, notes: &mut Footnotes) -> Vec<String> {
    let scale = Scale::of_row(row, table);
    let mut cells = vec![escaped(&row.label)];
    for (column, cell) in row.cells.iter().enumerate() {
        let center = |cell: &TableCell| format!("{} ± {}", scale.show(cell.center), reach(cell));
        cells
            .push(cell.as_ref().map_or(String::new(), |cell| marked(center(cell), notes.marks(&cell.notes))));
        if column > 0 {
            let versus = cell.as_ref().and_then(|cell| cell.versus.as_ref());
            cells.push(versus.map_or(String::new(), |versus| {
                let text = format!("{} ({})", emphasised(versus, table), test(versus));
                marked(text, notes.marks(&versus.note))
            }));
        }
    }
    cells
}

fn emphasised(versus: &Versus, table: &ComparedTable) -> String {
    let change = change(versus.change);
    match Tendency::of(versus, table.better) {
        Some(Tendency::Worse) => format!("**{change}**"),
        Some(Tendency::Better) | None => escaped(change),
    }
}

fn geomeans(table: &ComparedTable, notes: &mut Footnotes) -> Vec<String> {
    let mean = |mean: f64| Scale::of(std::iter::once(mean), table.unit.is_bytes()).show(mean);
    let mut cells = vec!["geomean".to_string()];
    for (column, geomean) in table.geomeans.iter().enumerate() {
        let GeomeanCell { mean: value, notes: about, .. } = geomean;
        let shown = value.map(mean).unwrap_or_default();
        let marks = notes.marks(about);
        if column == 0 {
            cells.push(marked(shown, marks));
        } else {
            cells.extend([shown, marked(mean_change(geomean), marks)]);
        }
    }
    cells
}

fn marked(text: String, marks: String) -> String {
    [text, marks].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text from the input such that Markdown shows it as it is, on one line and within one cell.
fn escaped(text: impl Display) -> String {
    let mut escaped = String::new();
    for c in clean(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            // No mention of people, and no reference to an issue.
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
