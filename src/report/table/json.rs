//! Tables as JSON for other programs, with full precision.

use super::cells::{Tendency, sentence};
use crate::compare::{
    ChangeTest, ComparedTable, GeomeanCell, MedianChange, Note, Significance, TableCell, Tabulation, Versus,
};
use crate::group::TableRow;
use crate::model::Direction;
use crate::words;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the tables as indented JSON with a newline at the end, by the contract `allocgate/compare/v1`. Values are in base units;
/// values that are not numbers are `null`.
///
/// # Errors
/// If writing fails.
pub fn json(tabulation: &Tabulation, settings: Significance, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: "allocgate/compare/v1",
        alpha: settings.alpha,
        confidence: settings.confidence,
        tables: tabulation.tables.iter().map(|table| TableWire::new(table, tabulation)).collect(),
    };
    words::json(&document, out)
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    alpha: f64,
    confidence: f64,
    tables: Vec<TableWire>,
}

#[derive(Serialize)]
struct TableWire {
    config: Vec<Setting>,
    unit: String,
    better: Option<Direction>,
    columns: Vec<Vec<Setting>>,
    rows: Vec<RowWire>,
    geomeans: Vec<GeomeanWire>,
}

/// A key with its value; a list of them has an order, unlike an object.
#[derive(Serialize)]
struct Setting {
    key: String,
    value: String,
}

#[derive(Serialize)]
struct RowWire {
    label: String,
    /// One per column.
    cells: Vec<Option<CellWire>>,
}

#[derive(Serialize)]
struct CellWire {
    n: usize,
    center: f64,
    low: Option<f64>,
    high: Option<f64>,
    notes: Vec<String>,
    versus: Option<VersusWire>,
}

#[derive(Serialize)]
struct VersusWire {
    n_base: usize,
    /// `null` for exact units, which are not tested.
    p: Option<f64>,
    significant: bool,
    /// The ratio of the medians minus one; `null` if base is zero.
    ratio_change: Option<f64>,
    tendency: Option<&'static str>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct GeomeanWire {
    mean: Option<f64>,
    ratio_change: Option<f64>,
    notes: Vec<String>,
}

impl TableWire {
    fn new(table: &ComparedTable, tabulation: &Tabulation) -> TableWire {
        let settings = |keys: &[bstr::BString], values: &[bstr::BString]| {
            let setting = |(key, value): (&bstr::BString, &bstr::BString)| Setting {
                key: key.to_string(),
                value: value.to_string(),
            };
            keys.iter().zip(values).map(setting).collect()
        };
        TableWire {
            config: settings(&tabulation.keys, &table.config),
            unit: table.unit.to_string(),
            better: table.better,
            columns: table.columns.iter().map(|column| settings(&tabulation.column_keys, column)).collect(),
            rows: table.rows.iter().map(|row| RowWire::new(row, table)).collect(),
            geomeans: table.geomeans.iter().map(GeomeanWire::new).collect(),
        }
    }
}

impl RowWire {
    fn new(row: &TableRow<TableCell>, table: &ComparedTable) -> RowWire {
        let base = row.cells.first().and_then(|cell| Some(cell.as_ref()?.center));
        let cell = |cell: &TableCell| CellWire {
            n: cell.n,
            center: cell.center,
            low: cell.bounds.map(|(low, _)| low),
            high: cell.bounds.map(|(_, high)| high),
            notes: sentences(&cell.notes),
            versus: cell.versus.as_ref().map(|versus| VersusWire::new(versus, (base, cell.center), table)),
        };
        let cells = row.cells.iter().map(|it| it.as_ref().map(cell)).collect();
        RowWire { label: row.label.to_string(), cells }
    }
}

impl VersusWire {
    fn new(versus: &Versus, (base, center): (Option<f64>, f64), table: &ComparedTable) -> VersusWire {
        VersusWire {
            n_base: versus.n.0,
            p: match versus.test {
                ChangeTest::Exact => None,
                ChangeTest::Tested(p) => Some(p.get()),
            },
            significant: versus.is_significant(),
            ratio_change: match (versus.change, base) {
                (MedianChange::Fraction(by), _) => Some(by),
                (_, Some(base)) if base == center => Some(0.0),
                (MedianChange::Insignificant, Some(base)) if base != 0.0 => Some(center / base - 1.0),
                _ => None,
            },
            tendency: Tendency::of(versus, table.better).map(|tendency| match tendency {
                Tendency::Better => "better",
                Tendency::Worse => "worse",
            }),
            notes: sentences(&versus.note),
        }
    }
}

impl GeomeanWire {
    fn new(cell: &GeomeanCell) -> GeomeanWire {
        GeomeanWire { mean: cell.mean, ratio_change: cell.change, notes: sentences(&cell.notes) }
    }
}

fn sentences<'n>(notes: impl IntoIterator<Item = &'n Note>) -> Vec<String> {
    notes.into_iter().map(|note| sentence(note).to_string()).collect()
}
