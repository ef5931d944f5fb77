//! The tables of `compare` as comma-separated values, in the layout of `benchstat -format csv`.

use super::text::{change, changed, reach};
use crate::compare::{Cell, Tabulated};
use std::io::{self, Write};

/// Writes each table as its configuration, its labels, its units, a record per benchmark, and the geometric means; medians
/// with full precision in base units. Records end behind their last cell.
///
/// # Errors
/// If writing fails.
pub fn csv(tables: &[Tabulated], out: &mut dyn Write) -> io::Result<()> {
    let mut previous = None;
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        let mut records = csv::WriterBuilder::new().flexible(true).from_writer(&mut *out);
        for (key, value) in changed(previous, table.config) {
            records.write_record([format!("{key}: {value}")]).map_err(io_error)?;
        }
        previous = Some(table.config);
        records.write_record(labels(table)).map_err(io_error)?;
        records.write_record(units(table)).map_err(io_error)?;
        for row in &table.rows {
            records.write_record(record(&row.name.to_string(), &row.cells)).map_err(io_error)?;
        }
        records.write_record(geomeans(table)).map_err(io_error)?;
        records.flush()?;
    }
    Ok(())
}

/// The error beneath: a broken pipe must be recognised as one.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Median and interval, and for every file after the first the change and its p-value.
fn fields(column: usize) -> usize {
    if column == 0 { 2 } else { 4 }
}

fn labels(table: &Tabulated) -> Vec<String> {
    let column = |(i, label): (usize, &&bstr::BStr)| {
        let padding = std::iter::repeat_n(String::new(), fields(i) - 1);
        std::iter::once(label.to_string()).chain(padding)
    };
    std::iter::once(String::new()).chain(table.columns.iter().enumerate().flat_map(column)).collect()
}

fn units(table: &Tabulated) -> Vec<String> {
    let names = [table.unit.as_str(), "CI", "vs base", "P"];
    let column = |i: usize| names[..fields(i)].iter().map(ToString::to_string);
    std::iter::once(String::new()).chain((0..table.columns.len()).flat_map(column)).collect()
}

fn record(name: &str, cells: &[Option<Cell>]) -> Vec<String> {
    let last = cells.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let mut record = vec![name.to_string()];
    for (i, cell) in cells[..last].iter().enumerate() {
        record.extend(match cell {
            Some(cell) => vec![number(cell.center), reach(cell)],
            None => vec![String::new(); 2],
        });
        match cell.and_then(|cell| cell.versus) {
            Some(versus) => record.extend([change(versus.change), versus.to_string()]),
            None if i > 0 && i + 1 < last => record.extend([String::new(), String::new()]),
            None => {}
        }
    }
    record
}

fn geomeans(table: &Tabulated) -> Vec<String> {
    let mut record = vec!["geomean".to_string()];
    for (i, geomean) in table.geomeans.iter().enumerate() {
        record.extend([geomean.mean.map(number).unwrap_or_default(), String::new()]);
        if i > 0 {
            let by = geomean.change.map_or("?".to_string(), |by| format!("{:+.2}%", by * 100.0));
            record.extend([by, String::new()]);
        }
    }
    record
}

/// The shortest digits that read back as the same number, with an exponent where Go's `%v` has one: below 1e-4, and from
/// 1e6 on as benchstat prints it.
fn number(value: f64) -> String {
    let scientific = format!("{value:e}");
    match scientific
        .split_once('e')
        .and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?)))
    {
        Some((digits, exponent)) if !(-4..=5).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        Some(_) | None => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_look_like_gos() {
        for (value, want) in [
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (6e-9 + 1e-24, "6.000000000000001e-09"),
            (0.0, "0"),
            (1e100, "1e+100"),
        ] {
            assert_eq!(number(value), want);
        }
    }
}
