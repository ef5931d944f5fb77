//! Tables as a page that stands alone.

use super::cells::{Tendency, change, column_label, has_geomeans, headings, mean_change, reach, test};
use super::notes::Footnotes;
use super::number::Scale;
use crate::compare::{ComparedTable, GeomeanCell, TableCell, Tabulation};
use crate::group::TableRow;
use crate::words::clean;
use askama::Template;
use std::io::{self, Write};

/// Writes one HTML page with a table per configuration and unit: no script, nothing to load, names from the input escaped.
///
/// # Errors
/// If writing fails.
pub fn html(tabulation: &Tabulation, out: &mut dyn Write) -> io::Result<()> {
    let table = |(table, heading): (&ComparedTable, Vec<_>)| {
        let heading =
            heading.iter().map(|(key, value)| format!("{}: {}", clean(key), clean(value))).collect();
        TableView::new(table, heading)
    };
    let page = Page { tables: tabulation.tables.iter().zip(headings(tabulation)).map(table).collect() };
    let text = page.render().map_err(io::Error::other)?;
    writeln!(out, "{}", text.trim_end())
}

#[derive(Template)]
#[template(path = "page.html", config = "src/report/table/askama.toml")]
struct Page {
    tables: Vec<TableView>,
}

struct TableView {
    heading: Vec<String>,
    unit: String,
    columns: Vec<String>,
    rows: Vec<RowView>,
    notes: Vec<String>,
}

struct RowView {
    label: String,
    /// `geomean` for the last row.
    class: &'static str,
    cells: Vec<CellView>,
}

#[derive(Default)]
struct CellView {
    text: String,
    /// Of a change: `better`, `worse`, or empty.
    class: &'static str,
    /// What stands behind it in small print.
    detail: String,
    marks: String,
}

impl TableView {
    fn new(table: &ComparedTable, heading: Vec<String>) -> TableView {
        let mut notes = Footnotes::default();
        let mut rows: Vec<RowView> = table.rows.iter().map(|row| row_view(table, row, &mut notes)).collect();
        if has_geomeans(table) {
            rows.push(geomean_view(table, &mut notes));
        }
        TableView {
            heading,
            unit: clean(&table.unit),
            columns: table.columns.iter().map(|column| clean(column_label(column))).collect(),
            rows,
            notes: notes.list().map(|(mark, words)| format!("{mark} {}", clean(words))).collect(),
        }
    }
}

fn row_view(table: &ComparedTable, row: &TableRow<TableCell>, notes: &mut Footnotes) -> RowView {
    let scale = Scale::of_row(row, table);
    let mut cells = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let center = |cell: &TableCell, notes: &mut Footnotes| CellView {
            text: scale.show(cell.center),
            detail: format!("± {}", reach(cell)),
            class: "",
            marks: notes.marks(&cell.notes),
        };
        cells.push(cell.as_ref().map(|cell| center(cell, notes)).unwrap_or_default());
        if column > 0 {
            let versus = cell.as_ref().and_then(|cell| cell.versus.as_ref()).map(|versus| CellView {
                text: change(versus.change),
                detail: test(versus),
                class: match Tendency::of(versus, table.better) {
                    Some(Tendency::Better) => "better",
                    Some(Tendency::Worse) => "worse",
                    None => "",
                },
                marks: notes.marks(&versus.note),
            });
            cells.push(versus.unwrap_or_default());
        }
    }
    RowView { label: clean(&row.label), class: "", cells }
}

fn geomean_view(table: &ComparedTable, notes: &mut Footnotes) -> RowView {
    let mean = |mean: f64| Scale::of(std::iter::once(mean), table.unit.is_bytes()).show(mean);
    let mut cells = Vec::new();
    for (column, geomean) in table.geomeans.iter().enumerate() {
        let GeomeanCell { mean: value, notes: about, .. } = geomean;
        let marks = notes.marks(about);
        let text = value.map(mean).unwrap_or_default();
        if column == 0 {
            cells.push(CellView { text, marks, ..CellView::default() });
        } else {
            cells.push(CellView { text, ..CellView::default() });
            cells.push(CellView { text: mean_change(geomean), marks, ..CellView::default() });
        }
    }
    RowView { label: "geomean".to_string(), class: "geomean", cells }
}
