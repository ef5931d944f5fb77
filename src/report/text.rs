//! The tables of `compare` for a terminal.

use super::scale::Scale;
use super::untrusted::clean;
use crate::compare::{Cell, Shown, Tabulated};
use crate::group::TableRow;
use crate::model::Config;
use crate::stats::Interval;
use bstr::BStr;
use comfy_table::{CellAlignment, Table, presets};
use std::io::{self, Write};

/// Writes tables with one column per file, each after the first compared with it.
///
/// # Errors
/// If writing fails.
pub fn text(tables: &[Tabulated], out: &mut dyn Write) -> io::Result<()> {
    let mut previous = None;
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        for (key, value) in changed(previous, table.config) {
            writeln!(out, "{}: {}", clean(key), clean(value))?;
        }
        previous = Some(table.config);
        for line in laid_out(table).lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

fn laid_out(table: &Tabulated) -> Table {
    let mut laid_out = Table::new();
    laid_out.load_style(presets::NOTHING);
    laid_out.set_header(header(table));
    for row in &table.rows {
        laid_out.add_row(line(table, row));
    }
    if table.rows.len() > 1 {
        laid_out.add_row(geomeans(table));
    }
    for (i, column) in laid_out.column_iter_mut().enumerate() {
        // Name and p-values to the left, numbers to the right.
        let (number, left) = (matches!(i, 1 | 2) || i > 2 && (i - 3) % 4 != 3, i == 0);
        column.set_cell_alignment(if number && !left { CellAlignment::Right } else { CellAlignment::Left });
        column.set_padding((0, 2));
    }
    laid_out
}

fn header(table: &Tabulated) -> Vec<String> {
    let mut cells = vec![String::new()];
    for (i, label) in table.columns.iter().enumerate() {
        cells.extend([format!("{}\n{}", clean(label), clean(&table.unit)), String::new()]);
        if i > 0 {
            cells.extend(["\nvs base".to_string(), String::new()]);
        }
    }
    cells
}

fn line(table: &Tabulated, row: &TableRow<Cell>) -> Vec<String> {
    let scale = Scale::of(row.cells.iter().flatten().map(|cell| cell.center), table.unit.is_bytes());
    let mut cells = vec![clean(row.name)];
    for (i, cell) in row.cells.iter().enumerate() {
        let (center, spread) =
            cell.map(|cell| (scale.show(cell.center), format!("± {}", reach(&cell)))).unwrap_or_default();
        cells.extend([center, spread]);
        if i > 0 {
            let versus = cell.and_then(|cell| cell.versus);
            let significance = versus.map(|it| format!("({it})"));
            cells.extend([
                versus.map(|it| change(it.change)).unwrap_or_default(),
                significance.unwrap_or_default(),
            ]);
        }
    }
    cells
}

fn geomeans(table: &Tabulated) -> Vec<String> {
    let mut cells = vec!["geomean".to_string()];
    for (i, geomean) in table.geomeans.iter().enumerate() {
        let shown = geomean.mean.map(|mean| Scale::of([mean].into_iter(), table.unit.is_bytes()).show(mean));
        cells.extend([shown.unwrap_or_default(), String::new()]);
        if i > 0 {
            cells.extend([
                geomean.change.map_or("?".to_string(), |by| change(Shown::Fraction(by))),
                String::new(),
            ]);
        }
    }
    cells
}

/// `2%`: how far the interval of the median reaches from it.
pub(super) fn reach(cell: &Cell) -> String {
    match cell.interval {
        Interval::Unbounded => "∞".to_string(),
        Interval::Bounded { low, high, .. } if low == high => "0%".to_string(),
        Interval::Bounded { low, high, .. } if low > 0.0 => {
            format!("{:.0}%", 100.0 * (high / cell.center - 1.0).max(1.0 - low / cell.center))
        }
        Interval::Bounded { .. } => "?".to_string(),
    }
}

/// A change as tables show it: `~` for none, a percentage, or `?` where there is no percentage of zero.
pub(super) fn change(change: Shown) -> String {
    match change {
        Shown::Insignificant => "~".to_string(),
        Shown::Fraction(0.0) => "0.00%".to_string(),
        Shown::Fraction(by) => format!("{:+.2}%", by * 100.0),
        Shown::FromZero => "?".to_string(),
    }
}

/// The configuration of a table, less what the table before it said already.
pub(super) fn changed<'a>(
    previous: Option<&'a Config>,
    config: &'a Config,
) -> impl Iterator<Item = (&'a BStr, &'a BStr)> {
    let said =
        move |key: &BStr, value: &BStr| previous.is_some_and(|it| it.iter().any(|pair| pair == (key, value)));
    config.iter().filter(move |&(key, value)| !said(key, value))
}
