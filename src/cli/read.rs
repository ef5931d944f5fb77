//! Sources to datasets.

use super::limit::Limits;
use allocgate::internals::group::{Side, SideSize};
use allocgate::internals::input::{Content, Source};
use allocgate::internals::model::{Dataset, FileLedger, LossReason, NumberError, RemarkKind, Syntax};
use allocgate::internals::parse::Parser;
use anyhow::ensure;
use std::collections::HashSet;

/// Reads what the user named into one dataset: files, directories, patterns, or standard input.
///
/// Fails if it cannot be read, or if one of the sources holds no result: silence is no evidence.
pub(super) fn read(sources: &[Source], limits: Limits) -> anyhow::Result<Dataset> {
    let mut all = Dataset::default();
    let mut known = HashSet::new();
    let mut files = 0;
    for source in sources {
        for file in source.expand()? {
            let twice = file.identity().is_some_and(|file| !known.insert(file));
            ensure!(!twice, "{}: named twice on one side; its results would count twice", file.file());
            files += 1;
        }
        check_file_count(source, files, limits)?;
        let dataset = read_any(source, limits)?;
        ensure!(!dataset.is_empty(), "{}", no_results(source, &dataset));
        all.append(dataset);
        all.within(limits.model)?;
    }
    Ok(all)
}

/// Reads both sides, at the same time where there is more than one core. What is wrong with base is said first.
pub(super) fn read_both(
    base: Option<&[Source]>,
    new: &[Source],
    limits: Limits,
) -> anyhow::Result<(Option<Dataset>, Dataset)> {
    let stdin = |sources: &[Source]| sources.iter().any(Source::is_stdin);
    let twice = base.is_some_and(stdin) && stdin(new);
    ensure!(!twice, "standard input can be one side only; name a file for the other one");
    let (base, new) = rayon::join(|| base.map(|base| read(base, limits)).transpose(), || read(new, limits));
    Ok((base?, new?))
}

/// Reads one source, even if it holds no result.
pub(super) fn read_any(source: &Source, limits: Limits) -> anyhow::Result<Dataset> {
    let mut dataset = Dataset::default();
    let files = source.expand()?;
    check_file_count(source, files.len(), limits)?;
    for file in files {
        dataset.append(read_file(&file, limits)?);
        dataset.within(limits.model)?;
    }
    Ok(dataset)
}

/// Refuses more files than a suite has.
fn check_file_count(source: &Source, files: usize, limits: Limits) -> anyhow::Result<()> {
    ensure!(
        files <= limits.files,
        "{}: the {files}th file of a side, where {} are allowed; if they are meant to be there, raise the limit with --limit files=N",
        source.file(),
        limits.files
    );
    Ok(())
}

/// What was read, by benchmark and unit, if it has no more rows than allowed: each becomes one of the report.
pub(super) fn side(dataset: &Dataset, limits: Limits) -> anyhow::Result<Side<'_>> {
    let side = Side::new(dataset);
    let last = dataset.ledger().files.last().map_or("nothing", |file| &file.file);
    let SideSize { rows, text } = side.size();
    let raise = "if they are meant to be there, raise the limit with --limit";
    ensure!(
        rows <= limits.rows,
        "{last}: {rows} rows of benchmarks by units, more than {}; {raise} rows=N",
        limits.rows
    );
    ensure!(
        text <= limits.model.text,
        "{last}: {text} bytes of names in {rows} rows, more than {}; {raise} text=N",
        limits.model.text
    );
    Ok(side)
}

fn read_file(file: &Source, limits: Limits) -> anyhow::Result<Dataset> {
    let mut parser = Parser::new(file.file(), file.label(), limits.model);
    let mut lines = file.open(limits.input)?;
    while let Some(line) = lines.next()? {
        match line.content {
            Content::Text(text) if line.cut => parser.cut_line(line.number, line.stream, text)?,
            Content::Text(text) => parser.line(line.number, line.stream, text)?,
            Content::BrokenEvent(why) => parser.broken_event(line.number, why)?,
        }
    }
    Ok(parser.finish()?)
}

/// Why there is nothing to work on.
pub(super) fn no_results(source: &Source, dataset: &Dataset) -> String {
    let ledgers = &dataset.ledger().files;
    let lines: usize = ledgers.iter().map(|file| file.lines).sum();
    let lost: usize = ledgers.iter().map(|file| file.lost.len()).sum();
    let loss = ledgers.iter().find_map(|file| {
        let loss = file.lost.first()?;
        Some(format!("; the first of {lost} lost ones: {}:{}: {}", file.file, loss.line, loss.reason))
    });
    let failure = ledgers.iter().find_map(|file| {
        let failure = file.failures.first()?;
        Some(format!("; {}:{}: {failure}", file.file, failure.line))
    });
    let found =
        if lines == 0 { "is empty".to_string() } else { format!("no benchmark result in {lines} lines") };
    let why = loss.or(failure).unwrap_or_default();
    let advice = "expected the output of `go test -bench . -benchmem -count=10`";
    let name = match source.file().as_str() {
        "-" => "standard input".to_string(),
        file => file.to_string(),
    };
    format!("{name}: {found}{why}; {advice}")
}

/// What is wrong with lines of a file, one message each in the order of the lines: `FILE:LINE: …`, in Go's own words for
/// lines that are no results by its grammar.
pub(super) fn messages(file: &FileLedger) -> Vec<String> {
    let lost = file.lost.iter().map(|loss| (loss.line, wrong(&loss.reason)));
    let rejected = file.rejected.iter().map(|rejection| (rejection.line, rejection.to_string()));
    let remarks = file.remarks.iter().map(|remark| match &remark.kind {
        RemarkKind::NoMeasurements(_) => (remark.line, "missing measurements".to_string()),
        kind => (remark.line, kind.to_string()),
    });
    let mut messages: Vec<(usize, String)> = lost.chain(rejected).chain(remarks).collect();
    messages.sort_by_key(|&(line, _)| line);
    messages.into_iter().map(|(line, what)| format!("{}:{line}: {what}", file.file)).collect()
}

fn wrong(reason: &LossReason) -> String {
    let number = |error| match error {
        NumberError::Syntax => "invalid syntax",
        NumberError::Range => "value out of range",
    };
    match reason.syntax() {
        Some(Syntax::NoIterations) => "missing iteration count".to_string(),
        Some(Syntax::Iterations(error)) => format!("parsing iteration count: {}", number(error)),
        Some(Syntax::NoMeasurements) => "missing measurements".to_string(),
        Some(Syntax::Measurement(error)) => format!("parsing measurement: {}", number(error)),
        Some(Syntax::NoUnit) => "missing units".to_string(),
        None => reason.to_string(),
    }
}
