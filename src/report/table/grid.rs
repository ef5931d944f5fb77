//! Cells of text in columns, some of them spanning several.

use anstyle::Style;
use std::io::{self, Write};

/// A table of text as benchstat lays it out: every column is as wide as it must be, each cell has a margin to its left,
/// and a cell that spans columns widens those that may stretch. Lengths are in characters.
#[derive(Debug, Default)]
pub(super) struct Grid {
    cells: Vec<Placed>,
    /// What the cells say, one behind the other: there are millions of them, and each is short.
    text: String,
    /// Where each row begins among the cells.
    rows: Vec<usize>,
    column: usize,
    columns: usize,
    /// Columns that no spanning cell widens.
    shrunk: Vec<usize>,
}

/// A cell to be placed.
#[derive(Debug, Clone)]
pub(super) struct GridCell {
    text: String,
    span: usize,
    margin: &'static str,
    align: Align,
    style: Style,
}

/// A cell in its place.
#[derive(Debug, Clone)]
struct Placed {
    column: u32,
    span: u32,
    /// Of the text, in characters.
    length: u32,
    /// Where its text ends, which begins where that of the cell before it ends.
    end: usize,
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
    let margin = if text.is_empty() { "" } else { " " };
    GridCell { text, span: 1, margin, align: Align::Left, style: Style::new() }
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
        self.rows.push(self.cells.len());
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
        let GridCell { text, span, margin, align, style } = cell;
        let (column, end) = (self.column, self.text.len() + text.len());
        self.column += span;
        self.columns = self.columns.max(self.column);
        if text.is_empty() && margin.is_empty() {
            return self; // nothing to be seen, and no width
        }
        // No table has billions of columns, and no line billions of characters.
        let [column, span, length] = [column, span, text.chars().count()].map(|it| it as u32);
        self.text.push_str(&text);
        self.cells.push(Placed { column, span, length, end, margin, align, style });
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
        let mut begin = 0;
        for (number, &first) in self.rows.iter().enumerate() {
            let next = self.rows.get(number + 1).copied().unwrap_or(self.cells.len());
            let mut at = 0;
            for cell in &self.cells[first..next] {
                let text = &self.text[begin..cell.end]; // each is behind the one before it
                begin = cell.end;
                if text.trim_start().is_empty() && cell.margin.trim_start().is_empty() {
                    continue;
                }
                let (start, margin) = (starts[cell.column()], margins[cell.column()]);
                // What overflowed is followed by as many blanks as it overflowed by: so does benchstat.
                blanks(start.abs_diff(at) + margin - cell.margin.chars().count(), &mut line);
                line.push_str(cell.margin);
                let width = (starts[cell.columns().end] - start).saturating_sub(margin);
                at = start + margin + cell.pad_into(text, &mut line, width, coloured);
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
            line.clear();
        }
        Ok(())
    }

    /// The longest margin in every column.
    fn margins(&self) -> Vec<usize> {
        let mut margins = vec![0; self.columns];
        for cell in &self.cells {
            let margin = &mut margins[cell.column()];
            *margin = cell.margin.chars().count().max(*margin);
        }
        margins
    }

    /// The width of every column with its margin: narrow cells first, then the ones that span more and more.
    fn widths(&self, margins: &[usize]) -> Vec<usize> {
        let mut widths = vec![0; self.columns];
        let mut spanning: Vec<&Placed> = Vec::new();
        for cell in &self.cells {
            match cell.span {
                1 => {
                    let width = &mut widths[cell.column()];
                    *width = (cell.length() + margins[cell.column()]).max(*width);
                }
                _ => spanning.push(cell),
            }
        }
        spanning.sort_by_key(|cell| cell.span);
        for cell in spanning {
            let need = cell.length() + margins[cell.column()];
            if widths[cell.columns()].iter().sum::<usize>() < need {
                self.widen(cell.columns(), need, &mut widths);
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

impl Placed {
    fn column(&self) -> usize {
        self.column as usize
    }

    fn columns(&self) -> std::ops::Range<usize> {
        self.column()..self.column() + self.span as usize
    }

    fn length(&self) -> usize {
        self.length as usize
    }

    /// Writes its text with blanks before it as its alignment wants, and returns their length together. Styles do not count.
    fn pad_into(&self, text: &str, line: &mut String, width: usize, coloured: bool) -> usize {
        let room = width.saturating_sub(self.length());
        let before = match self.align {
            Align::Left => 0,
            Align::Center => room / 2,
            Align::Right => room,
        };
        blanks(before, line);
        if !coloured || self.style == Style::new() {
            line.push_str(text);
        } else {
            let style = self.style;
            line.push_str(&format!("{style}{text}{style:#}"));
        }
        before + self.length()
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
