//! Cells of text in columns, some of them spanning several.

use anstyle::Style;
use std::io::{self, Write};

/// A table of text as benchstat lays it out: every column is as wide as it must be, each cell has a margin to its left,
/// and a cell that spans columns widens those that may stretch. Lengths are in characters.
#[derive(Debug, Default)]
pub(super) struct Grid {
    cells: Vec<GridCell>,
    row: usize,
    column: usize,
    columns: usize,
    /// Columns that no spanning cell widens.
    shrunk: Vec<usize>,
}

/// A cell to be placed.
#[derive(Debug, Clone)]
pub(super) struct GridCell {
    row: usize,
    column: usize,
    span: usize,
    text: String,
    /// Of the text, in characters.
    length: usize,
    margin: &'static str,
    align: Align,
    style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// A cell of one column, to the left, with a blank before it unless it is empty.
pub(super) fn cell(text: impl Into<String>) -> GridCell {
    let text = text.into();
    let (length, margin) = (text.chars().count(), if text.is_empty() { "" } else { " " });
    GridCell { row: 0, column: 0, span: 1, text, length, margin, align: Align::Left, style: Style::new() }
}

impl GridCell {
    pub(super) fn span(self, span: usize) -> GridCell {
        GridCell { span, ..self }
    }

    pub(super) fn align(self, align: Align) -> GridCell {
        GridCell { align, ..self }
    }

    pub(super) fn margin(self, margin: &'static str) -> GridCell {
        GridCell { margin, ..self }
    }

    pub(super) fn style(self, style: Style) -> GridCell {
        GridCell { style, ..self }
    }
}

impl Grid {
    /// Begins a row, with its label.
    pub(super) fn row(&mut self, label: Option<String>) {
        self.row += usize::from(!self.cells.is_empty());
        self.column = 0;
        if let Some(label) = label {
            self.put(cell(label).margin(""));
        }
    }

    /// Goes on at this column.
    pub(super) fn at(&mut self, column: usize) -> &mut Grid {
        self.column = column;
        self
    }

    /// Places a cell, and goes on behind it.
    pub(super) fn put(&mut self, cell: GridCell) -> &mut Grid {
        self.cells.push(GridCell { row: self.row, column: self.column, ..cell });
        self.column += self.cells[self.cells.len() - 1].span; // just pushed
        self.columns = self.columns.max(self.column);
        self
    }

    /// Keeps a column as narrow as its own cells.
    pub(super) fn shrink(&mut self, column: usize) {
        self.shrunk.push(column);
    }

    /// Lays the cells out and writes them, row by row, with their styles if `coloured`.
    ///
    /// # Errors
    /// If writing fails.
    pub(super) fn write(&self, coloured: bool, out: &mut dyn Write) -> io::Result<()> {
        let margins = self.margins();
        let mut starts = vec![0];
        for width in self.widths(&margins) {
            starts.push(starts[starts.len() - 1] + width); // never empty
        }
        let mut line = String::new();
        let (mut row, mut at) = (0, 0);
        // Cells were put in order of rows, and of columns within each.
        for cell in self.cells.iter().filter(|cell| !cell.is_blank()) {
            for _ in row..cell.row {
                line.push('\n');
                out.write_all(line.as_bytes())?;
                line.clear();
                at = 0;
            }
            row = cell.row;
            let (start, margin) = (starts[cell.column], margins[cell.column]);
            // What overflowed is followed by as many blanks as it overflowed by: so does benchstat.
            blanks(start.abs_diff(at) + margin - cell.margin.chars().count(), &mut line);
            line.push_str(cell.margin);
            let width = (starts[cell.column + cell.span] - start).saturating_sub(margin);
            at = start + margin + cell.pad_into(&mut line, width, coloured);
        }
        if self.cells.is_empty() { Ok(()) } else { writeln!(out, "{line}") }
    }

    /// The longest margin in every column.
    fn margins(&self) -> Vec<usize> {
        let mut margins = vec![0; self.columns];
        for cell in &self.cells {
            margins[cell.column] = margins[cell.column].max(cell.margin.chars().count());
        }
        margins
    }

    /// The width of every column with its margin: narrow cells first, then the ones that span more and more.
    fn widths(&self, margins: &[usize]) -> Vec<usize> {
        let mut widths = vec![0; self.columns];
        let mut spanning: Vec<&GridCell> = Vec::new();
        for cell in &self.cells {
            match cell.span {
                1 => widths[cell.column] = (cell.length + margins[cell.column]).max(widths[cell.column]),
                _ => spanning.push(cell),
            }
        }
        spanning.sort_by_key(|cell| cell.span);
        for cell in spanning {
            let need = cell.length + margins[cell.column];
            let columns = cell.column..cell.column + cell.span;
            if widths[columns.clone()].iter().sum::<usize>() < need {
                self.widen(columns, need, &mut widths);
            }
        }
        widths
    }

    /// Spreads what is needed over the columns that may stretch: evenly, but for those that are wider already.
    fn widen(&self, columns: std::ops::Range<usize>, need: usize, widths: &mut [usize]) {
        let (fixed, mut stretched): (Vec<usize>, Vec<usize>) =
            columns.partition(|column| self.shrunk.contains(column));
        let mut need = fixed.iter().fold(need as i64, |need, &column| need - widths[column] as i64);
        stretched.sort_by_key(|&column| std::cmp::Reverse(widths[column]));
        for (done, &column) in stretched.iter().enumerate() {
            let left = (stretched.len() - done) as i64;
            let average = (need + left - 1) / left;
            widths[column] = widths[column].max(usize::try_from(average).unwrap_or(0));
            need -= widths[column] as i64;
        }
    }
}

impl GridCell {
    fn is_blank(&self) -> bool {
        self.text.trim_start().is_empty() && self.margin.trim_start().is_empty()
    }

    /// Writes the text with blanks before it as its alignment wants, and returns their length together. Styles do not count.
    fn pad_into(&self, line: &mut String, width: usize, coloured: bool) -> usize {
        let room = width.saturating_sub(self.length);
        let before = match self.align {
            Align::Left => 0,
            Align::Center => room / 2,
            Align::Right => room,
        };
        blanks(before, line);
        if !coloured || self.style == Style::new() {
            line.push_str(&self.text);
        } else {
            let style = self.style;
            line.push_str(&format!("{style}{}{style:#}", self.text));
        }
        before + self.length
    }
}

fn blanks(count: usize, line: &mut String) {
    const SOME: &str = "                                ";
    (0..count / SOME.len()).for_each(|_| line.push_str(SOME));
    line.push_str(&SOME[..count % SOME.len()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(grid: &Grid) -> String {
        let mut out = Vec::new();
        grid.write(true, &mut out).expect("memory cannot fail");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_wide_cell_widens_the_columns_that_may_stretch() {
        let mut grid = Grid::default();
        grid.row(Some(String::new()));
        grid.put(cell("a wide heading").span(3).align(Align::Center).margin(" │ "));
        grid.row(Some("row".into()));
        grid.put(cell("1").align(Align::Right)).put(cell("2").margin(" ± ")).put(cell("3"));
        grid.shrink(2);
        assert_eq!(written(&grid), "    │ a wide heading\nrow      1 ± 2 3\n");
    }

    #[test]
    fn colour_takes_no_room_and_rows_end_with_their_text() {
        let mut grid = Grid::default();
        grid.row(Some("µ".into()));
        grid.put(cell("a").style(Style::new().bold())).put(cell(""));
        grid.row(None);
        grid.row(Some("xx".into()));
        grid.put(cell("b"));
        assert_eq!(written(&grid), "µ  \u{1b}[1ma\u{1b}[0m\n\nxx b\n");
    }
}
