//! Tables for a terminal, in the layout of benchstat.

use super::cells::{Footnotes, Tendency, change, has_geomeans, headings, mean_change, reach, test};
use super::grid::{Align, Grid, cell};
use super::number::Scale;
use crate::compare::{ComparedTable, TableCell, Tabulation, Versus};
use crate::group::TableRow;
use crate::words::clean;
use anstyle::{AnsiColor, Style};
use bstr::BString;
use std::io::{self, Write};
use std::ops::Range;

/// Writes tables with a column per file, each compared with the first. If `coloured`, changes for the better or the worse have ANSI
/// colours.
///
/// # Errors
/// If writing fails.
pub fn text(tabulation: &Tabulation, coloured: bool, out: &mut dyn Write) -> io::Result<()> {
    for (i, (table, heading)) in tabulation.tables.iter().zip(headings(tabulation)).enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        for (key, value) in heading {
            writeln!(out, "{}: {}", clean(key), clean(value))?;
        }
        let mut notes = Footnotes::default();
        laid_out(table, tabulation.column_keys.len(), &mut notes).write(coloured, out)?;
        for (mark, words) in notes.list() {
            writeln!(out, "{mark} {}", clean(words))?;
        }
    }
    Ok(())
}

/// Median, interval and notes.
const CENTER: usize = 3;
/// Change, p-value and notes.
const DELTA: usize = 3;

/// The first grid column of a table column; the first table column has no change.
fn start(column: usize) -> usize {
    if column == 0 { 1 } else { 1 + CENTER + (column - 1) * (CENTER + DELTA) }
}

fn laid_out(table: &ComparedTable, levels: usize, notes: &mut Footnotes) -> Grid {
    let mut grid = Grid::default();
    header(&mut grid, table, levels);
    units(&mut grid, table);
    for row in &table.rows {
        line(&mut grid, table, row, notes);
    }
    if has_geomeans(table) {
        geomeans(&mut grid, table, notes);
    }
    grid
}

/// A line per key of the columns. Neighbours with the same value share a cell if they share one in the line above.
fn header(grid: &mut Grid, table: &ComparedTable, levels: usize) {
    let mut groups: Vec<Range<usize>> = std::iter::once(0..table.columns.len()).collect();
    for level in 0..levels {
        groups = groups.into_iter().flat_map(|group| runs(&table.columns, group, level)).collect();
        grid.row(None);
        for run in &groups {
            let (from, to) = (start(run.start), start(run.end));
            let value = clean(&table.columns[run.start][level]);
            grid.at(from).put(cell(value).span(to - from).align(Align::Center).margin(" │ "));
        }
        right_edge(grid, table);
    }
}

/// Splits a range of columns where their values at this level change.
fn runs(columns: &[Vec<BString>], within: Range<usize>, level: usize) -> Vec<Range<usize>> {
    let mut at = within.start;
    let same = |a: &Vec<BString>, b: &Vec<BString>| a[level] == b[level];
    let run = |run: &[Vec<BString>]| {
        at += run.len();
        at - run.len()..at
    };
    columns[within].chunk_by(same).map(run).collect()
}

fn right_edge(grid: &mut Grid, table: &ComparedTable) {
    grid.at(start(table.columns.len() + 1)).put(cell("").margin(" │"));
}

fn units(grid: &mut Grid, table: &ComparedTable) {
    grid.row(None);
    for column in 0..table.columns.len() {
        let from = start(column);
        let unit = cell(clean(&table.unit)).span(CENTER).align(Align::Center).margin(" │ ");
        grid.at(from).put(unit);
        if column > 0 {
            grid.put(cell("vs base").span(DELTA).margin("  "));
        }
        (from + 1..start(column + 1)).for_each(|inner| grid.shrink(inner));
    }
    right_edge(grid, table);
}

fn line(grid: &mut Grid, table: &ComparedTable, row: &TableRow<TableCell>, notes: &mut Footnotes) {
    grid.row(Some(clean(&row.label)));
    let scale = Scale::of_row(row, table);
    for (column, shown) in row.cells.iter().enumerate() {
        let Some(shown) = shown else { continue };
        grid.at(start(column));
        grid.put(cell(scale.show(shown.center)).align(Align::Right));
        grid.put(cell(reach(shown)).align(Align::Right).margin(" ± "));
        grid.put(cell(notes.marks(&shown.notes)));
        if let Some(versus) = &shown.versus {
            let style = style(versus, table);
            grid.put(cell(change(versus.change)).align(Align::Right).style(style));
            grid.put(cell(["(", &test(versus), ")"].concat()));
            grid.put(cell(notes.marks(&versus.note)));
        }
    }
}

fn style(versus: &Versus, table: &ComparedTable) -> Style {
    match Tendency::of(versus, table.better) {
        Some(Tendency::Better) => AnsiColor::Green.on_default(),
        Some(Tendency::Worse) => AnsiColor::Red.on_default(),
        None => Style::new(),
    }
}

fn geomeans(grid: &mut Grid, table: &ComparedTable, notes: &mut Footnotes) {
    grid.row(Some("geomean".to_string()));
    for (column, geomean) in table.geomeans.iter().enumerate() {
        if let Some(mean) = geomean.mean {
            let scale = Scale::of(std::iter::once(mean), table.unit.is_bytes());
            grid.at(start(column)).put(cell(scale.show(mean)).align(Align::Right));
        }
        if column > 0 {
            let align = if geomean.change.is_some() { Align::Right } else { Align::Left };
            grid.at(start(column) + CENTER).put(cell(mean_change(geomean)).align(align));
        }
        grid.at(start(column + 1) - 1).put(cell(notes.marks(&geomean.notes)));
    }
}
