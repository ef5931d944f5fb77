//! Cells of text in columns; a cell may span several columns.

use anstyle::AnsiColor;

/// A table of text in the layout of benchstat: every column is as wide as its widest cell, each cell has a margin on its left, and a
/// cell that spans columns widens those that may stretch. Lengths are in characters.
#[derive(Debug, Default)]
pub(super) struct Grid {
    cells: Vec<Placed>,
    /// The texts of all cells, one after the other, because there may be millions of short ones.
    text: String,
    /// The index of the first cell of each row.
    rows: Vec<usize>,
    column: usize,
    columns: usize,
    /// The columns that spanning cells do not widen.
    shrunk: Vec<usize>,
}

/// How a cell looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    span: usize,
    /// `None`: a blank, unless the text is empty.
    margin: Option<Margin>,
    align: Align,
    colour: Option<AnsiColor>,
}

/// A cell with its place. There may be millions, so each has 20 bytes.
#[derive(Debug, Clone)]
struct Placed {
    column: u32,
    span: u32,
    /// The length of the text, in characters.
    length: u32,
    /// The same in bytes.
    size: u32,
    margin: Margin,
    align: Align,
    colour: Option<AnsiColor>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// What is on the left of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Margin {
    None,
    Blank,
    TwoBlanks,
    PlusMinus,
    Line,
    LineAndBlank,
}

impl Margin {
    fn text(self) -> &'static str {
        match self {
            Margin::None => "",
            Margin::Blank => " ",
            Margin::TwoBlanks => "  ",
            Margin::PlusMinus => " ± ",
            Margin::Line => " │",
            Margin::LineAndBlank => " │ ",
        }
    }

    /// In characters.
    fn length(self) -> usize {
        match self {
            Margin::None => 0,
            Margin::Blank => 1,
            Margin::TwoBlanks | Margin::Line => 2,
            Margin::PlusMinus | Margin::LineAndBlank => 3,
        }
    }

    fn is_blank(self) -> bool {
        matches!(self, Margin::None | Margin::Blank | Margin::TwoBlanks)
    }
}

/// Left-aligned in one column, with a blank before it unless it is empty.
pub(super) const LEFT: Look = Look { span: 1, margin: None, align: Align::Left, colour: None };

/// The same, but right-aligned.
pub(super) const RIGHT: Look = LEFT.align(Align::Right);

impl Look {
    pub(super) const fn span(self, span: usize) -> Look {
        Look { span, ..self }
    }

    pub(super) const fn align(self, align: Align) -> Look {
        Look { align, ..self }
    }

    pub(super) const fn margin(self, margin: Margin) -> Look {
        Look { margin: Some(margin), ..self }
    }

    pub(super) const fn colour(self, colour: Option<AnsiColor>) -> Look {
        Look { colour, ..self }
    }
}

impl Grid {
    /// Starts a row.
    pub(super) fn row(&mut self) -> &mut Grid {
        self.rows.push(self.cells.len());
        self.at(0)
    }

    /// Places the label of a row: `append` appends its text.
    pub(super) fn label(&mut self, append: impl FnOnce(&mut String)) -> &mut Grid {
        self.put_with(LEFT.margin(Margin::None), append)
    }

    /// Continues at this column.
    pub(super) fn at(&mut self, column: usize) -> &mut Grid {
        self.column = column;
        self
    }

    /// Places a cell, and continues after it.
    pub(super) fn put(&mut self, look: Look, text: &str) -> &mut Grid {
        self.put_with(look, |out| out.push_str(text))
    }

    /// Places a cell, and continues after it. `append` appends its text to those of the other cells: to make a text for each cell
    /// was a third of the work of a table.
    pub(super) fn put_with(&mut self, look: Look, append: impl FnOnce(&mut String)) -> &mut Grid {
        let Look { span, margin, align, colour } = look;
        let (column, start) = (self.column, self.text.len());
        self.column += span;
        self.columns = self.columns.max(self.column);
        append(&mut self.text);
        let text = &self.text[start..]; // only appended to
        let margin = margin.unwrap_or(if text.is_empty() { Margin::None } else { Margin::Blank });
        if text.is_empty() && margin == Margin::None {
            return self; // invisible, and without width
        }
        let length = if text.is_ascii() { text.len() } else { text.chars().count() };
        // No table has billions of columns, and no line billions of characters.
        let [column, span, length, size] = [column, span, length, text.len()].map(|it| it as u32);
        self.cells.push(Placed { column, span, length, size, margin, align, colour });
        self
    }

    /// Excludes a column from being widened by spanning cells.
    pub(super) fn shrink(&mut self, column: usize) {
        self.shrunk.push(column);
    }

    /// Appends the rows to a text, with colours if `coloured`.
    pub(super) fn write(&self, coloured: bool, out: &mut String) {
        let margins = self.margins();
        let mut starts = vec![0];
        for width in self.widths(&margins) {
            starts.push(starts[starts.len() - 1] + width); // never empty
        }
        let width = starts[starts.len() - 1] + 1; // never empty
        out.reserve(self.rows.len() * width);
        let mut begin = 0;
        for (number, &first) in self.rows.iter().enumerate() {
            let next = self.rows.get(number + 1).copied().unwrap_or(self.cells.len());
            let mut at = 0;
            for cell in &self.cells[first..next] {
                let text = &self.text[begin..begin + cell.size as usize]; // texts are in order
                begin += text.len();
                if cell.margin.is_blank() && text.trim_start().is_empty() {
                    continue;
                }
                let (start, margin) = (starts[cell.column()], margins[cell.column()]);
                // Like benchstat, add as many blanks after a text as it was too long by.
                blanks(start.abs_diff(at) + margin - cell.margin.length(), out);
                out.push_str(cell.margin.text());
                let width = (starts[cell.columns().end] - start).saturating_sub(margin);
                at = start + margin + cell.pad_into(text, out, width, coloured);
            }
            out.push('\n');
        }
    }

    /// The longest margin in every column.
    fn margins(&self) -> Vec<usize> {
        let mut margins = vec![0; self.columns];
        for cell in &self.cells {
            let margin = &mut margins[cell.column()];
            *margin = cell.margin.length().max(*margin);
        }
        margins
    }

    /// The width of every column with its margin: first from cells of one column, then from those that span more and more.
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

    /// Widens the columns that may stretch until they have the needed width: evenly, unless some are wider already.
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

    /// Writes the text, aligned, and returns its length with the blanks before it, without colours.
    fn pad_into(&self, text: &str, line: &mut String, width: usize, coloured: bool) -> usize {
        let space = width.saturating_sub(self.length());
        let before = match self.align {
            Align::Left => 0,
            Align::Center => space / 2,
            Align::Right => space,
        };
        blanks(before, line);
        match self.colour.filter(|_| coloured) {
            None => line.push_str(text),
            Some(colour) => {
                let style = colour.on_default();
                line.push_str(&format!("{style}{text}{style:#}"));
            }
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
        let mut out = String::new();
        grid.write(true, &mut out);
        out
    }

    #[test]
    fn a_wide_cell_widens_the_columns_that_may_stretch() {
        let mut grid = Grid::default();
        let heading = LEFT.span(3).align(Align::Center).margin(Margin::LineAndBlank);
        grid.row().label(|_| {}).put(heading, "a wide heading");
        grid.row().label(|out| out.push_str("row"));
        grid.put(RIGHT, "1").put(LEFT.margin(Margin::PlusMinus), "2").put(LEFT, "3");
        grid.shrink(2);
        assert_eq!(written(&grid), "    │ a wide heading\nrow      1 ± 2 3\n");
    }

    #[test]
    fn colours_have_no_width_and_rows_end_with_their_text() {
        let mut grid = Grid::default();
        grid.row().label(|out| out.push('µ'));
        grid.put(LEFT.colour(Some(AnsiColor::Red)), "a").put(LEFT, "");
        grid.row();
        grid.row().label(|out| out.push_str("xx")).put(LEFT, "b");
        assert_eq!(written(&grid), "µ  \u{1b}[31ma\u{1b}[0m\n\nxx b\n");
    }
}
