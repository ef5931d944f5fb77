//! A table as the texts of its cells, for HTML and Markdown.

use super::cells::{
    Footnotes, Tendency, change, column_label, has_geomeans, headings, mean_change, reach, test,
};
use super::number::Scale;
use crate::compare::{ComparedTable, TableCell, Tabulation, Versus};
use crate::group::TableRow;
use crate::words::clean;

/// One table. All texts are on one line and without control characters; a format still has to escape them.
pub(super) struct TableView {
    /// The configuration that differs from the table before: key and value.
    pub heading: Vec<(String, String)>,
    pub unit: String,
    pub columns: Vec<String>,
    pub rows: Vec<RowView>,
    /// Each with its mark.
    pub notes: Vec<String>,
}

/// One row.
pub(super) struct RowView {
    pub label: String,
    pub is_geomean: bool,
    pub cells: Vec<CellView>,
}

/// One cell: a median, a change or a geometric mean; empty if there is none.
#[derive(Default)]
pub(super) struct CellView {
    pub text: String,
    /// Of a change.
    pub tendency: Option<Tendency>,
    /// The interval of a median, or the test of a change.
    pub detail: String,
    /// The marks of its notes.
    pub marks: String,
}

/// The tables in order.
pub(super) fn views(tabulation: &Tabulation) -> impl Iterator<Item = TableView> {
    tabulation.tables.iter().zip(headings(tabulation)).map(|(table, heading)| {
        let mut notes = Footnotes::default();
        let mut rows: Vec<RowView> = table.rows.iter().map(|row| row_view(table, row, &mut notes)).collect();
        if has_geomeans(table) {
            rows.push(geomean_view(table, &mut notes));
        }
        TableView {
            heading: heading.iter().map(|(key, value)| (clean(key), clean(value))).collect(),
            unit: clean(&table.unit),
            columns: table.columns.iter().map(|column| clean(column_label(column))).collect(),
            rows,
            notes: notes.list().map(|(mark, words)| format!("{mark} {}", clean(words))).collect(),
        }
    })
}

fn row_view(table: &ComparedTable, row: &TableRow<TableCell>, notes: &mut Footnotes) -> RowView {
    let scale = Scale::of_row(row, table);
    let mut cells = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let median = cell.as_ref().map(|cell| CellView {
            text: scale.show(cell.center),
            detail: format!("± {}", reach(cell)),
            marks: notes.marks(&cell.notes),
            tendency: None,
        });
        cells.push(median.unwrap_or_default());
        if column > 0 {
            let versus = cell.as_ref().and_then(|cell| cell.versus.as_ref());
            cells.push(versus.map(|versus| change_view(versus, table, notes)).unwrap_or_default());
        }
    }
    RowView { label: clean(&row.label), is_geomean: false, cells }
}

fn change_view(versus: &Versus, table: &ComparedTable, notes: &mut Footnotes) -> CellView {
    CellView {
        text: change(versus.change),
        detail: test(versus),
        tendency: Tendency::of(versus, table.better),
        marks: notes.marks(&versus.note),
    }
}

fn geomean_view(table: &ComparedTable, notes: &mut Footnotes) -> RowView {
    let mean = |mean: f64| Scale::of(std::iter::once(mean), table.unit.is_bytes()).show(mean);
    let mut cells = Vec::new();
    for (column, geomean) in table.geomeans.iter().enumerate() {
        let marks = notes.marks(&geomean.notes);
        let text = geomean.mean.map(mean).unwrap_or_default();
        if column == 0 {
            cells.push(CellView { text, marks, ..CellView::default() });
        } else {
            cells.push(CellView { text, ..CellView::default() });
            cells.push(CellView { text: mean_change(geomean), marks, ..CellView::default() });
        }
    }
    RowView { label: "geomean".to_string(), is_geomean: true, cells }
}
