//! A dataset to tables, as `compare` goes, in every format.

use allocgate::internals::compare::{Significance, tabulate};
use allocgate::internals::group::{Layout, find_separating_keys, tables};
use allocgate::internals::model::Dataset;
use allocgate::report::table;

const SETTINGS: Significance = Significance { alpha: 0.05, confidence: 0.95 };

/// Lays a dataset out and writes it.
pub fn show(dataset: &Dataset, layout: &Layout) {
    let laid_out = tables(dataset, layout);
    find_separating_keys(dataset, layout, &laid_out);
    let tabulation = tabulate(laid_out, SETTINGS);
    let cells = tabulation.tables.iter().flat_map(|it| &it.rows).flat_map(|row| &row.cells).flatten();
    for cell in cells {
        assert!(cell.bounds.is_none_or(|(low, high)| low <= high), "{cell:?}");
        assert!(cell.center.is_finite(), "{cell:?}");
    }
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    table::text(&tabulation, true, &mut out).expect("memory cannot fail");
    table::csv(&tabulation, &mut out, &mut notes).expect("memory cannot fail");
    table::markdown(&tabulation, &mut out).expect("memory cannot fail");
    table::html(&tabulation, &mut out).expect("memory cannot fail");
    let mut json = Vec::new();
    table::json(&tabulation, SETTINGS, &mut json).expect("memory cannot fail");
    let _: serde_json::Value = serde_json::from_slice(&json).expect("it is JSON");
}
