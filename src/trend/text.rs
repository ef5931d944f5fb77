//! Reads the texts of a store.

use super::condense::{END, FORMAT, HIGH, LOW, StoredHeader};
use super::{MachineKey, Point};
use crate::model::{Dataset, Design, Header};
use bstr::ByteSlice;

/// Why a file of a store is skipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// It is not where a store keeps its files.
    #[error("not a file of a history, expected v1/MACHINE/AA/COMMIT-N.txt")]
    Path,
    /// It is not a text of a store.
    #[error("not a text of a history, expected the first line `{FORMAT}`")]
    Format,
    /// Its end is missing.
    #[error("half-written: it has {found} of {}", .expected.map_or("an unknown number of results".to_string(), |it| format!("{it} results")))]
    Cut {
        /// How many results it should have; `None` if the last line is missing.
        expected: Option<usize>,
        /// How many it has.
        found: usize,
    },
    /// It is another commit than its name says.
    #[error("its results are of commit {0}, and its name is of another one")]
    Commit(String),
}

/// A text of a store, read.
#[derive(Debug)]
pub struct StoredText {
    pub(super) machine: MachineKey,
    pub(super) header: StoredHeader,
    pub(super) rows: Vec<Row>,
}

/// One benchmark in one unit. The commit of its point is not known yet.
#[derive(Debug)]
pub(super) struct Row {
    pub pkg: String,
    pub benchmark: String,
    pub unit: String,
    pub point: Point,
}

/// The machine and the commit of a path: `v1/MACHINE/AA/COMMIT-N.txt`.
pub(super) fn of_path(path: &str) -> Option<(MachineKey, &str)> {
    let ["v1", machine, start, file] = path.split('/').collect::<Vec<_>>()[..] else { return None };
    let (commit, number) = file.strip_suffix(".txt")?.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    let is_hash = commit.len() >= 7 && commit.bytes().all(|it| it.is_ascii_hexdigit());
    let fits = is_number && is_hash && commit.starts_with(start) && start.len() == 2;
    fits.then(|| MachineKey::read(machine)).flatten().map(|machine| (machine, commit))
}

impl StoredText {
    /// Reads a text of a store. `path` is its place in the store, `data` the text as benchmark results. O(length).
    ///
    /// # Errors
    /// If it is foreign, or half-written.
    pub fn read(path: &str, text: &[u8], data: &Dataset) -> Result<StoredText, NotStored> {
        let (machine, commit) = of_path(path).ok_or(NotStored::Path)?;
        let header = check(text, data, commit)?;
        let measured = header.measured.unwrap_or_default();
        Ok(StoredText { rows: rows(data, measured), machine, header })
    }
}

/// The header of a text that is whole.
fn check(text: &[u8], data: &Dataset, commit: &str) -> Result<StoredHeader, NotStored> {
    if text.lines().next() != Some(FORMAT.as_bytes()) {
        return Err(NotStored::Format);
    }
    let last = text.strip_suffix(b"\n").and_then(|text| text.lines().next_back());
    let last = last.and_then(|line| line.strip_prefix(END.as_bytes()));
    let expected = last.and_then(|count| count.to_str().ok()?.parse::<usize>().ok());
    if expected != Some(data.len()) {
        return Err(NotStored::Cut { expected, found: data.len() });
    }
    let header = header(text);
    if header.commit != commit {
        return Err(NotStored::Commit(header.commit));
    }
    Ok(header)
}

/// Every unit of every benchmark.
fn rows(data: &Dataset, measured: i64) -> Vec<Row> {
    let mut rows = Vec::with_capacity(data.len() * 3);
    for segment in data.segments() {
        let is_interleaved =
            Header::read(data.config(segment.block.config)).design == Some(Design::Interleaved);
        let (pkg, benchmark) = (data.package(segment.block), data.name(segment.name));
        let units: Vec<&str> = segment.units.iter().map(|&unit| data.unit(unit).as_str()).collect();
        let place =
            |unit: &str, which: &str| units.iter().position(|it| it.strip_suffix(which) == Some(unit));
        let is_end = |unit: &str| unit.ends_with(LOW) || unit.ends_with(HIGH);
        for (index, &unit) in units.iter().enumerate().filter(|(_, unit)| !is_end(unit)) {
            let (low, high) = (place(unit, LOW).unwrap_or(index), place(unit, HIGH).unwrap_or(index));
            for (result, &samples) in segment.iterations.iter().enumerate() {
                let [center, low, high] = [index, low, high].map(|index| segment.values(index).get(result));
                let samples = u32::try_from(samples).unwrap_or(u32::MAX);
                rows.push(Row {
                    pkg: pkg.to_str_lossy().into_owned(),
                    benchmark: benchmark.to_str_lossy().into_owned(),
                    unit: unit.to_string(),
                    point: Point { commit: 0, measured, center, low, high, samples, is_interleaved },
                });
            }
        }
    }
    rows
}

/// The lines before the first result.
fn header(text: &[u8]) -> StoredHeader {
    let value = |key: &str| {
        let lines = text.lines().take_while(|line| !line.starts_with(b"Benchmark"));
        lines.filter_map(|line| line.strip_prefix(key.as_bytes())?.strip_prefix(b": ")).next()
    };
    let text = |key: &str| value(key).map(|value| value.to_str_lossy().into_owned());
    let time = |key: &str| Some(text(key)?.parse::<jiff::Timestamp>().ok()?.as_second());
    StoredHeader {
        repository: text("repository").unwrap_or_default(),
        commit: text("commit").unwrap_or_default(),
        commit_time: time("commit-time"),
        measured: time("measured"),
        go: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_machine_and_commit() {
        let path = "v1/linux-amd64-x-8-go1.26/4b/4bf2c5e0a1b2-12.txt";
        let (machine, commit) = of_path(path).expect("it is one");
        assert_eq!((machine.as_str(), commit), ("linux-amd64-x-8-go1.26", "4bf2c5e0a1b2"));
        for other in [
            "README.md",
            "v2/linux-amd64-x-8-go1.26/4b/4bf2c5e-1.txt",
            "v1/linux-amd64-x-8-go1.26/4c/4bf2c5e-1.txt",
            "v1/linux-amd64-x-8-go1.26/4b/4bf2c5e.txt",
            "v1/linux-amd64-x-8-go1.26/4b/4bf2c5e-1.txt.tmp",
            "v1/linux-amd64-x-8-go1.26/../4bf2c5e-1.txt",
            "v1/X/4b/4bf2c5e-1.txt",
        ] {
            assert_eq!(of_path(other), None, "{other}");
        }
    }
}
