//! Tables for a terminal, in the layout of benchstat.

use super::cells::{
    Footnotes, Tendency, has_geomeans, headings, push_change, push_mean_change, push_reach, push_test,
};
use super::grid::{Align, Grid, LEFT, Margin, RIGHT};
use super::number::Scale;
use crate::compare::{ComparedTable, TableCell, Tabulation, Versus};
use crate::group::TableRow;
use crate::words::{clean, push_clean};
use anstyle::AnsiColor;
use bstr::{BStr, BString, ByteSlice};
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
            let mut text = String::new();
            one(table, heading, tabulation.column_keys.len(), coloured, &mut text);
            text
        };
        let rows: usize = together.iter().map(|(table, _)| table.rows.len()).sum();
        // Few rows are written before a thread has started.
        let texts: Vec<String> = match rows {
            ..ROWS_OF_A_THREAD => together.iter().map(write).collect(),
            _ => together.par_iter().map(write).collect(),
        };
        for (k, text) in texts.into_iter().enumerate() {
            if i + k > 0 {
                writeln!(out)?;
            }
            out.write_all(text.as_bytes())?;
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
fn one(table: &ComparedTable, heading: &Heading, levels: usize, coloured: bool, out: &mut String) {
    for (key, value) in heading {
        out.push_str(&format!("{}: {}\n", clean(key), clean(value)));
    }
    let mut notes = Footnotes::default();
    laid_out(table, levels, &mut notes).write(coloured, out);
    for (mark, words) in notes.list() {
        out.push_str(&format!("{mark} {}\n", clean(words)));
    }
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
        grid.row();
        for run in &groups {
            let (from, to) = (start(run.start), start(run.end));
            let value = table.columns[run.start][level].as_bstr();
            let heading = LEFT.span(to - from).align(Align::Center).margin(Margin::LineAndBlank);
            grid.at(from).put_with(heading, |out| push_clean(value, out));
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
    grid.at(start(table.columns.len() + 1)).put(LEFT.margin(Margin::Line), "");
}

fn units(grid: &mut Grid, table: &ComparedTable) {
    let unit = clean(&table.unit);
    grid.row();
    for column in 0..table.columns.len() {
        let from = start(column);
        grid.at(from).put(LEFT.span(CENTER).align(Align::Center).margin(Margin::LineAndBlank), &unit);
        if column > 0 {
            grid.put(LEFT.span(DELTA).margin(Margin::TwoBlanks), "vs base");
        }
        (from + 1..start(column + 1)).for_each(|inner| grid.shrink(inner));
    }
    right_edge(grid, table);
}

fn line(grid: &mut Grid, table: &ComparedTable, row: &TableRow<TableCell>, notes: &mut Footnotes) {
    grid.row().label(|out| push_clean(row.label.as_bstr(), out));
    let scale = Scale::of_row(row, table);
    for (column, shown) in row.cells.iter().enumerate() {
        let Some(shown) = shown else { continue };
        grid.at(start(column));
        grid.put_with(RIGHT, |out| scale.push(shown.center, out));
        grid.put_with(RIGHT.margin(Margin::PlusMinus), |out| push_reach(shown, out));
        grid.put_with(LEFT, |out| notes.push_marks(&shown.notes, out));
        if let Some(versus) = &shown.versus {
            grid.put_with(RIGHT.colour(colour(versus, table)), |out| push_change(versus.change, out));
            grid.put_with(LEFT, |out| {
                out.push('(');
                push_test(versus, out);
                out.push(')');
            });
            grid.put_with(LEFT, |out| notes.push_marks(&versus.note, out));
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
    grid.row().label(|out| out.push_str("geomean"));
    for (column, geomean) in table.geomeans.iter().enumerate() {
        if let Some(mean) = geomean.mean {
            let scale = Scale::of(std::iter::once(mean), table.unit.is_bytes());
            grid.at(start(column)).put_with(RIGHT, |out| scale.push(mean, out));
        }
        if column > 0 {
            let look = if geomean.change.is_some() { RIGHT } else { LEFT };
            grid.at(start(column) + CENTER).put_with(look, |out| push_mean_change(geomean, out));
        }
        grid.at(start(column + 1) - 1).put_with(LEFT, |out| notes.push_marks(&geomean.notes, out));
    }
}
