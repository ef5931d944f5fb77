//! Differences that are confined to numbers whose samples show the cause.

use super::difference::Difference;
use super::rewrite::without_causes;
use super::{Case, allocgate, benchstat, strip_apostrophes};
use allocgate::internals::group::{Layout, Pooled, tables};
use allocgate::internals::model::Dataset;
use allocgate::internals::parse;
use allocgate::internals::query::{Filter, Projection};
use allocgate::internals::stats::{RankTest, rank_test};
use std::collections::BTreeSet;
use std::path::Path;

/// A record of CSV and the line on which it stands.
type Record = (u64, Vec<String>);

fn records(csv: &[u8]) -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(csv);
    let fields =
        |record: &csv::ByteRecord| record.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    let line = |record: &csv::ByteRecord| record.position().map_or(0, csv::Position::line);
    reader.byte_records().map(|it| it.expect("it is CSV")).map(|it| (line(&it), fields(&it))).collect()
}

/// How many cells have a comparison.
pub fn comparisons(csv: &[u8]) -> usize {
    let is_evidence = |field: &&String| field.starts_with("p=") || field.starts_with("n=");
    let in_row = |record: &Record| record.1.iter().skip(1).filter(is_evidence).count();
    records(csv).iter().map(in_row).sum()
}

/// Runs both with `-format csv`, where a number has no influence on the layout, and explains every field that differs and
/// every note that does. benchstat gets the case without the causes that lie in reading.
pub fn explain(case: &Case, folder: &Path) -> Result<BTreeSet<Difference>, String> {
    let mut as_csv = case.clone();
    as_csv.flags.extend(["-format".to_string(), "csv".to_string()]);
    let rewritten = without_causes(&as_csv);
    let (mut ours, mut theirs) = (allocgate(&as_csv, folder), benchstat(&rewritten.case, folder));
    rewritten.strip_expected(&mut ours.stderr, &mut BTreeSet::new())?;
    rewritten.strip_anew(&mut theirs.stderr);
    strip_apostrophes(&mut ours.stdout); // counted where CSV was asked for
    let theirs_case = rewritten.case;
    let (own, other) = (records(&ours.stdout), records(&theirs.stdout));
    if own.len() != other.len() {
        return Err("the numbers of records differ".to_string());
    }
    let (dataset, layout) = lay_out(&theirs_case)?;
    let laid_out = tables(&dataset, &layout);
    let mut found = BTreeSet::new();
    let mut excused = Vec::new();
    let (mut table, mut row) = (None, 0);
    for ((line, own), (_, other)) in own.iter().zip(&other) {
        if own.first().is_some_and(String::is_empty) && own.get(2).is_some_and(|field| field == "CI") {
            (table, row) = (Some(table.map_or(0, |it| it + 1)), 0);
        } else if own != other {
            let of = table.map(|table| &laid_out.list[table]).filter(|table| row < table.len());
            let place = of.map(|table| laid_out.row(table, row));
            let cells = &place.ok_or(format!("a record that is no row differs: {own:?} {other:?}"))?.cells;
            for column in differing_columns(own, other)? {
                let (base, new) = pair(cells, column).ok_or("a cell without samples differs")?;
                found.insert(cause(base, new, own, other, column, &theirs_case)?);
                excused.push(format!("{}{line}: ", letters(start(column) + 2)));
            }
            row += 1;
        } else {
            row += usize::from(table.is_some());
        }
    }
    let notes = |text: &[u8], excused: &[String]| -> Vec<String> {
        let text = String::from_utf8_lossy(text);
        let ours = |line: &&str| !line.starts_with("note: ");
        let excused = |line: &&str| !excused.iter().any(|place| line.starts_with(place));
        text.lines().filter(ours).filter(excused).map(String::from).collect()
    };
    let excused_there: Vec<String> = excused.iter().map(|place| misnamed(place)).collect();
    let (own, other) = (notes(&ours.stderr, &excused), notes(&theirs.stderr, &excused_there));
    if own != other {
        let misnamed: Vec<String> = own.iter().map(|line| misnamed(line)).collect();
        if misnamed != other {
            return Err(format!("notes differ: {own:?} {other:?}"));
        }
        found.insert(Difference::Letters);
    }
    Ok(found)
}

fn start(column: usize) -> usize {
    if column == 0 { 1 } else { 3 + (column - 1) * 4 }
}

/// The columns whose change or p-value differs; anything else that does is an error.
fn differing_columns(own: &[String], other: &[String]) -> Result<Vec<usize>, String> {
    let mut columns = BTreeSet::new();
    for field in 0..own.len().max(other.len()) {
        if own.get(field) != other.get(field) {
            match field {
                5.. if (field - 1) % 4 == 0 || (field - 2) % 4 == 0 => columns.insert((field - 1) / 4),
                _ => return Err(format!("field {field} differs: {own:?} {other:?}")),
            };
        }
    }
    Ok(columns.into_iter().collect())
}

fn pair(cells: &[Option<Pooled>], column: usize) -> Option<(&[f64], &[f64])> {
    Some((&cells.first()?.as_ref()?.values, &cells.get(column)?.as_ref()?.values))
}

fn cause(
    base: &[f64],
    new: &[f64],
    own: &[String],
    other: &[String],
    column: usize,
    case: &Case,
) -> Result<Difference, String> {
    let mut pooled = [base, new].concat();
    pooled.sort_unstable_by(f64::total_cmp);
    let ties = pooled.windows(2).any(|pair| pair[0] == pair[1]);
    let (mut x, mut y) = (base.to_vec(), new.to_vec());
    x.sort_unstable_by(f64::total_cmp);
    y.sort_unstable_by(f64::total_cmp);
    let Some(RankTest::P(p)) = rank_test(&x, &y) else {
        return Err("equal samples differ".to_string());
    };
    let alpha: f64 = case.flag_value("-alpha").map_or(0.05, |alpha| alpha.parse().unwrap_or(f64::NAN));
    let evidence = |record: &[String]| record.get(start(column) + 3).cloned().unwrap_or_default();
    let (own, other) = (evidence(own), evidence(other));
    let large = base.len().max(new.len()) > if ties { 25 } else { 50 };
    if ties && base.len() != new.len() && !large {
        Ok(Difference::UnequalSizes)
    } else if large && other.starts_with("n=") && own == format!("p=0.000 {other}") {
        Ok(Difference::Underflow)
    } else if (p.get() - alpha).abs() < 1e-12 && own == other {
        Ok(Difference::AtAlpha)
    } else {
        Err(format!("{own} and {other}, ties {ties}, p {}: {base:?} {new:?}", p.get()))
    }
}

/// The cells as the library lays them out; that its layout is the same is what everything else shows.
fn lay_out(case: &Case) -> Result<(Dataset, Layout), String> {
    let expression = |flag: &str, default: &'static str| case.flag_value(flag).unwrap_or(default).to_string();
    let projection = |flag: &str, default: &'static str| {
        Projection::parse(&expression(flag, default)).map_err(|error| error.to_string())
    };
    let layout = Layout {
        filter: Filter::parse(&expression("-filter", "*")).map_err(|error| error.to_string())?,
        table: projection("-table", ".config")?,
        row: projection("-row", ".fullname")?,
        col: projection("-col", ".file")?,
        ignore: projection("-ignore", "")?,
    };
    let mut dataset = Dataset::default();
    for (at, input) in case.inputs.iter().enumerate() {
        let (label, path) = match input.split_once('=') {
            Some((label, path)) => (label.to_string(), path),
            None if case.inputs.iter().filter(|it| *it == input).count() > 1 => {
                let before = case.inputs[..at].iter().filter(|it| *it == input).count();
                (format!("{input}#{before}"), input.as_str())
            }
            None => (input.clone(), input.as_str()),
        };
        let known = case.files.iter().find(|(name, _)| name == path);
        let first_stdin = !case.inputs[..at].iter().any(|it| it == "-" || it.ends_with("=-"));
        let stdin = if path == "-" && first_stdin { case.stdin.as_slice() } else { b"" };
        dataset.append(parse::text(&label, known.map_or(stdin, |(_, bytes)| bytes)));
    }
    Ok((dataset, layout))
}

/// What a spreadsheet calls its columns.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// A note with its place as benchstat writes it: base 26 without a carry.
fn misnamed(line: &str) -> String {
    let place = line.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(0);
    let column = line[..place].bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    let mut wrong = String::new();
    let mut rest = column.saturating_sub(1);
    while rest > 0 {
        wrong.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    if wrong.is_empty() {
        wrong.push('A');
    }
    if place == 0 { line.to_string() } else { wrong + &line[place..] }
}
