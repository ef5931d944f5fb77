//! Bytes to the reader, and down the whole pipeline.

use super::tables::show;
use super::{formats, pipeline};
use allocgate::internals::group::Layout;
use allocgate::internals::input::{self, Content, InputError};
use allocgate::internals::model::{self, Dataset, FileLedger, Unit};
use allocgate::internals::parse::Parser;
use allocgate::internals::policy::Policy;
use allocgate::report::Report;
use bstr::ByteSlice;
use std::io::{self, Read};
use std::sync::LazyLock;

/// No input goes on for long.
const LIMITS: (input::InputLimits, model::DatasetLimits) = (
    input::InputLimits { line: 2000, unpacked: 1 << 16, packages: 9 },
    model::DatasetLimits {
        names: 60,
        results: 300,
        values: 900,
        measurements: 30,
        blocks: 90,
        problems: 60,
        keys: 9,
        settings: 90,
        text: 1 << 15,
    },
);

static POLICY: LazyLock<Policy> = LazyLock::new(Policy::builtin);

/// Whatever a file holds: every result in it is accounted for, it does not matter how its bytes arrive nor whether lines are
/// taken by the short way that most of them go, and a report on it keeps its promises.
pub fn run(bytes: &[u8]) {
    let whole = dataset(bytes);
    same(&whole, &read(Pieces { left: bytes, sizes: [1].iter().cycle() }, Way::Short));
    same(&whole, &read(Pieces { left: bytes, sizes: [3, 1, 64, 7].iter().cycle() }, Way::Long));
    let Ok(whole) = whole else { return };
    account(&whole);
    let (base, new) = bytes.split_at(middle(bytes));
    match (dataset(base), dataset(new)) {
        (Ok(base), Ok(new)) => {
            judge(Some(&base), &new).iter().for_each(formats::check);
            show(&both(base, new), &Layout::default());
        }
        // Half an archive is none.
        _ => show(&whole, &Layout::default()),
    }
    judge(Some(&whole), &whole.map(|_, unit, value| worse(unit, value)));
    judge(None, &whole);
}

/// Why there is no dataset.
#[derive(Debug, PartialEq)]
enum Failed {
    /// It cannot be unpacked.
    Damaged,
    /// It holds more than is allowed.
    Refused(String),
}

/// Which way lines take.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// The one that plain results take behind plain results.
    Short,
    /// The one that any line can take: an empty one, which says nothing, stands between any two.
    Long,
}

fn dataset(bytes: &[u8]) -> Result<Dataset, Failed> {
    read(bytes, Way::Short)
}

/// Reads what a file holds.
fn read(bytes: impl Read, way: Way) -> Result<Dataset, Failed> {
    let refused = |error: model::LimitExceeded| Failed::Refused(error.to_string());
    let mut parser = Parser::new("file", "label", LIMITS.1);
    let mut lines = input::lines("file".to_string(), bytes, LIMITS.0).map_err(failed)?;
    while let Some(line) = lines.next().map_err(failed)? {
        if way == Way::Long && matches!(line.content, Content::Text(_)) {
            parser.line(line.number, line.stream, b"").map_err(refused)?;
        }
        let taken = match line.content {
            Content::Text(text) if line.cut => parser.cut_line(line.number, line.stream, text),
            Content::Text(text) => parser.line(line.number, line.stream, text),
            Content::BrokenEvent(why) => parser.broken_event(line.number, why),
        };
        taken.map_err(refused)?;
    }
    parser.finish().map_err(refused)
}

fn failed(error: InputError) -> Failed {
    match error {
        InputError::Read { .. } => Failed::Damaged,
        other => Failed::Refused(other.to_string()),
    }
}

/// Hands out its bytes in pieces of these sizes.
struct Pieces<'a, S> {
    left: &'a [u8],
    sizes: S,
}

impl<'s, S: Iterator<Item = &'s usize>> Read for Pieces<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.sizes.next().map_or(1, |&size| size).min(buffer.len());
        self.left.read(&mut buffer[..length])
    }
}

fn same(whole: &Result<Dataset, Failed>, other: &Result<Dataset, Failed>) {
    match (whole, other) {
        // How much of a damaged archive comes out before the damage shows is up to the pieces.
        (Err(Failed::Damaged), Err(_)) | (Err(_), Err(Failed::Damaged)) => {}
        // As texts: a rejected value may be NaN, which no other one equals.
        _ => assert_eq!(format!("{whole:?}"), format!("{other:?}"), "read another way"),
    }
}

/// Every result line was used, lost, or lost in part, and this is written down.
fn account(dataset: &Dataset) {
    let [file] = dataset.ledger().files.as_slice() else {
        panic!("one file was read: {:?}", dataset.ledger())
    };
    assert!(file.balances(), "{file:?}");
    assert_eq!(file.used, dataset.len(), "{file:?}");
    assert_eq!(dataset.results().count(), dataset.len());
    assert!(places(file).all(|line| (1..=file.lines).contains(&line)), "{file:?}");
    assert!(file.lost.is_sorted_by_key(|loss| loss.line), "{file:?}");
    for result in dataset.results() {
        assert_eq!(result.values.len(), result.units.len(), "{result:?}");
        assert!(result.values.iter().all(|value| value.is_finite()), "{result:?}");
        dataset.config(result.block.config);
        dataset.source(result.block.source);
        assert!(!dataset.name(result.name).contains(&b'\n'), "{result:?}");
    }
}

/// Every line that a ledger names.
fn places(file: &FileLedger) -> impl Iterator<Item = usize> {
    let lost = file.lost.iter().map(|it| it.line);
    let rejected = file.rejected.iter().map(|it| it.line);
    let failures = file.failures.iter().map(|it| it.line);
    let skipped = file.skipped.iter().map(|it| it.line);
    let interleaved = file.interleaved.iter().map(|it| it.line);
    let unfinished = file.unfinished.iter().map(|it| it.line);
    let remarks = file.remarks.iter().map(|it| it.line);
    lost.chain(rejected).chain(failures).chain(skipped).chain(interleaved).chain(unfinished).chain(remarks)
}

/// The gate.
fn judge(base: Option<&Dataset>, new: &Dataset) -> Option<Report> {
    let report = pipeline::report(base, new, &POLICY)?;
    promises(&report);
    Some(report)
}

/// Probabilities are some, intervals have two ends in order, and the exit code is one.
fn promises(report: &Report) {
    assert!(report.outcome.exit_code() <= 3, "{report:?}");
    let ordered = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => low <= high,
        // An end beyond all numbers is none.
        _ => true,
    };
    for row in &report.rows {
        for p in [row.p, row.p_adjusted].into_iter().flatten() {
            assert!((0.0..=1.0).contains(&p.get()), "{row:?}");
        }
        for side in [row.base, row.new].into_iter().flatten() {
            assert!(side.center.is_finite() && ordered(side.low, side.high), "{row:?}");
        }
        if let Some(change) = row.change {
            assert!(change.absolute.is_finite() && ordered(change.low, change.high), "{row:?}");
        }
        assert!(row.detectable_percent.is_none_or(|it| it >= 0.0), "{row:?}");
        assert!(!row.message().to_string().is_empty(), "{row:?}");
    }
    for noise in &report.evidence.noise {
        assert!(noise.noise_percent >= 0.0 && noise.shift_percent.is_finite(), "{noise:?}");
    }
}

/// Behind the line that holds the middle.
fn middle(bytes: &[u8]) -> usize {
    let half = bytes.len() / 2;
    bytes[half..].find_byte(b'\n').map_or(half, |end| half + end + 1)
}

/// What a reviewer would want to hear of.
fn worse(unit: &Unit, value: f64) -> f64 {
    match unit.as_str() {
        "allocs/op" => value + 1.0,
        "B/op" => value + (value / 10.0).ceil().max(16.0),
        _ => (value * 1.2).clamp(f64::MIN, f64::MAX),
    }
}

fn both(mut base: Dataset, new: Dataset) -> Dataset {
    base.append(new);
    base
}
