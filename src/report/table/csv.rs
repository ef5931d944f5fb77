//! Tables as comma-separated values, in the layout of `benchstat -format csv`.

use super::cells::{change, headings, mean_change, reach, sentence, test};
use super::number::general;
use crate::compare::{ComparedTable, GeomeanCell, Note, TableCell, Tabulation};
use bstr::{BString, ByteSlice};
use std::io::{self, Write};

/// Writes each table as its configuration, its labels, its units, a record per row, and the geometric means. Medians have full
/// precision, in base units. A record of a row ends with its last cell. Notes about a number go to `notes`, each after the name that
/// spreadsheets give its field: `B5: …`.
///
/// # Errors
/// If writing fails.
pub fn csv(tabulation: &Tabulation, out: &mut dyn Write, notes: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet { out, notes, number: 1, record: Vec::new() };
    for (i, (table, heading)) in tabulation.tables.iter().zip(headings(tabulation)).enumerate() {
        if i > 0 {
            sheet.end_record()?;
        }
        for (key, value) in heading {
            sheet.put([key.as_bytes(), b": ", value].concat());
            sheet.end_record()?;
        }
        write_table(table, tabulation.column_keys.len(), &mut sheet)?;
    }
    Ok(())
}

/// The first field of a column; the first column has no change.
fn start(column: usize) -> usize {
    if column == 0 { 1 } else { 3 + (column - 1) * 4 }
}

fn write_table(table: &ComparedTable, levels: usize, sheet: &mut Sheet) -> io::Result<()> {
    for level in 0..levels {
        for (column, values) in table.columns.iter().enumerate() {
            sheet.pad(start(column));
            sheet.put(inert(values[level].clone()));
        }
        sheet.pad(start(table.columns.len()));
        sheet.end_record()?;
    }
    for column in 0..table.columns.len() {
        sheet.pad(start(column));
        sheet.put(inert(table.unit.as_str().into()));
        sheet.put("CI");
        if column > 0 {
            sheet.put("vs base");
            sheet.put("P");
        }
    }
    sheet.end_record()?;
    for row in &table.rows {
        sheet.put(inert(row.label.clone()));
        for (column, cell) in row.cells.iter().enumerate() {
            if let Some(cell) = cell {
                sheet.pad(start(column));
                write_cell(cell, sheet)?;
            }
        }
        sheet.end_record()?;
    }
    if !table.geomeans.is_empty() {
        write_geomeans(&table.geomeans, sheet)?;
    }
    Ok(())
}

fn write_cell(cell: &TableCell, sheet: &mut Sheet) -> io::Result<()> {
    sheet.note(&cell.notes)?;
    sheet.put(general(cell.center));
    sheet.put(reach(cell));
    if let Some(versus) = &cell.versus {
        sheet.note(&versus.note)?;
        sheet.put(change(versus.change));
        sheet.put(test(versus));
    }
    Ok(())
}

fn write_geomeans(geomeans: &[GeomeanCell], sheet: &mut Sheet) -> io::Result<()> {
    sheet.put("geomean");
    for (column, geomean) in geomeans.iter().enumerate() {
        sheet.pad(start(column));
        sheet.note(&geomean.notes)?;
        if let Some(mean) = geomean.mean {
            sheet.put(general(mean));
        }
        if column > 0 {
            sheet.pad(start(column) + 2);
            sheet.put(mean_change(geomean));
        }
    }
    sheet.pad(start(geomeans.len()));
    sheet.end_record()
}

/// Records, and notes about their fields.
struct Sheet<'w> {
    out: &'w mut dyn Write,
    notes: &'w mut dyn Write,
    /// The number of the current record, from 1.
    number: usize,
    record: Vec<BString>,
}

impl Sheet<'_> {
    fn put(&mut self, field: impl Into<BString>) {
        self.record.push(field.into());
    }

    /// Adds empty fields up to this one.
    fn pad(&mut self, to: usize) {
        while self.record.len() < to {
            self.put("");
        }
    }

    /// Writes notes about the next field.
    fn note<'n>(&mut self, notes: impl IntoIterator<Item = &'n Note>) -> io::Result<()> {
        for note in notes {
            let place = format!("{}{}: ", letters(self.record.len()), self.number);
            self.notes.write_all(&[place.as_bytes(), &sentence(note), b"\n"].concat())?;
        }
        Ok(())
    }

    fn end_record(&mut self) -> io::Result<()> {
        let fields: Vec<BString> = self.record.drain(..).map(quoted).collect();
        self.out.write_all(&bstr::join(",", fields))?;
        self.number += 1;
        self.out.write_all(b"\n")
    }
}

/// A name. If a spreadsheet would take it for a formula, or the runner of GitHub Actions for a command, it begins with an apostrophe.
/// Numbers stay as they are.
fn inert(name: BString) -> BString {
    let is_number = || name.to_str().is_ok_and(|name| name.parse::<f64>().is_ok());
    let trimmed = name.trim_start_with(char::is_whitespace);
    let is_active = match trimmed.first() {
        Some(b'=' | b'@') => true,
        Some(b'+' | b'-') => trimmed.len() > 1 && !is_number(),
        Some(b':') => trimmed.starts_with(b"::"),
        _ => false,
    };
    if is_active { [b"'", name.as_slice()].concat().into() } else { name }
}

/// The name of a column in a spreadsheet: A, …, Z, AA, AB, …
fn letters(column: usize) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => last.to_string(),
        rest => format!("{}{last}", letters(rest - 1)),
    }
}

/// A field, in quotation marks if Go's `encoding/csv` puts it in them: unlike the crate `csv`, it quotes leading white space.
fn quoted(field: BString) -> BString {
    let blank_first = field.chars().next().is_some_and(char::is_whitespace);
    if !blank_first && field != "\\." && field.find_byteset(b",\"\r\n").is_none() {
        return field;
    }
    let mut quoted = vec![b'"'];
    for &byte in field.iter() {
        quoted.extend(if byte == b'"' { &b"\"\""[..] } else { std::slice::from_ref(&byte) });
    }
    quoted.push(b'"');
    quoted.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_in_a_spreadsheet() {
        for (column, want) in [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), want, "{column}");
        }
    }

    #[test]
    fn a_name_is_neither_a_formula_nor_a_command() {
        for (name, want) in [
            ("A-2", "A-2"),
            ("-2", "-2"),
            ("-", "-"),
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("+cmd", "'+cmd"),
            ("::stop-commands::x", "'::stop-commands::x"),
            ("a::b", "a::b"),
        ] {
            assert_eq!(inert(name.into()), want);
        }
    }

    #[test]
    fn fields_are_quoted_as_go_does() {
        for (field, want) in [
            ("", ""),
            ("a b", "a b"),
            (" a", "\" a\""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\rb", "\"a\rb\""),
            ("\\.", "\"\\.\""),
            ("\u{a0}x", "\"\u{a0}x\""),
        ] {
            assert_eq!(quoted(field.into()), want);
        }
    }
}
