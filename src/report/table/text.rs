//! Tables for a terminal, in the layout of benchstat.

use super::cells::{Footnotes, Tendency, change, has_geomeans, headings, mean_change, reach, test};
use super::grid::{Align, Grid, Margin, cell};
use super::number::Scale;
use crate::compare::{ComparedTable, TableCell, Tabulation, Versus};
use crate::group::TableRow;
use crate::words::clean;
use anstyle::AnsiColor;
use bstr::{BStr, BString};
use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;

/// Writes tables with a column per file, each compared with the first. If `coloured`, changes for the better or the worse have ANSI
/// colours.
///
/// # Errors
/// If writing fails.
pub fn text(tabulation: &Tabulation, coloured: bool, out: &mut dyn Write) -> io::Result<()> {
    let tables: Vec<_> = tabulation.tables.iter().zip(headings(tabulation)).collect();
    for (i, together) in tables.chunks(TOGETHER).enumerate() {
        let write = |(table, heading): &(&ComparedTable, Heading)| {
            let mut text = Vec::new();
            one(table, heading, tabulation.column_keys.len(), coloured, &mut text).map(|()| text)
        };
        let rows: usize = together.iter().map(|(table, _)| table.rows.len()).sum();
        // Few rows are written before a thread has started.
        let texts: Vec<io::Result<Vec<u8>>> = match rows {
            ..ROWS_OF_A_THREAD => together.iter().map(write).collect(),
            _ => together.par_iter().map(write).collect(),
        };
        for (k, text) in texts.into_iter().enumerate() {
            if i + k > 0 {
                writeln!(out)?;
            }
            out.write_all(&text?)?;
        }
    }
    Ok(())
}

/// So many tables are written side by side, and held as text.
const TOGETHER: usize = 16;

/// Below this number of rows, another thread does not help.
const ROWS_OF_A_THREAD: usize = 1_000;

/// What a table has in its configuration that the one before has not.
type Heading<'t> = Vec<(&'t BStr, &'t BStr)>;

/// Writes one table, with its heading and its notes.
fn one(
    table: &ComparedTable,
    heading: &Heading,
    levels: usize,
    coloured: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (key, value) in heading {
        writeln!(out, "{}: {}", clean(key), clean(value))?;
    }
    let mut notes = Footnotes::default();
    laid_out(table, levels, &mut notes).write(coloured, out)?;
    for (mark, words) in notes.list() {
        writeln!(out, "{mark} {}", clean(words))?;
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
            grid.at(from).put(cell(value).span(to - from).align(Align::Center).margin(Margin::LineAndBlank));
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
    grid.at(start(table.columns.len() + 1)).put(cell("").margin(Margin::Line));
}

fn units(grid: &mut Grid, table: &ComparedTable) {
    grid.row(None);
    for column in 0..table.columns.len() {
        let from = start(column);
        let unit = cell(clean(&table.unit)).span(CENTER).align(Align::Center).margin(Margin::LineAndBlank);
        grid.at(from).put(unit);
        if column > 0 {
            grid.put(cell("vs base").span(DELTA).margin(Margin::TwoBlanks));
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
        grid.put(cell(reach(shown)).align(Align::Right).margin(Margin::PlusMinus));
        grid.put(cell(notes.marks(&shown.notes)));
        if let Some(versus) = &shown.versus {
            let colour = colour(versus, table);
            grid.put(cell(change(versus.change)).align(Align::Right).colour(colour));
            grid.put(cell(["(", &test(versus), ")"].concat()));
            grid.put(cell(notes.marks(&versus.note)));
        }
    }
}

fn colour(versus: &Versus, table: &ComparedTable) -> Option<AnsiColor> {
    Tendency::of(versus, table.better).map(|tendency| match tendency {
        Tendency::Better => AnsiColor::Green,
        Tendency::Worse => AnsiColor::Red,
    })
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
