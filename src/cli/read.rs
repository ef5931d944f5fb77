//! Reads sources into datasets.

use super::console;
use super::limit::Limits;
use allocgate::internals::group::{Separation, Side, SideSize};
use allocgate::internals::input::{Content, FileIdentity, InputError, Source};
use allocgate::internals::model::{Dataset, FileLedger, LossReason, NumberError, RemarkKind, Syntax};
use allocgate::internals::parse::Parser;
use allocgate::internals::words::counted;
use anyhow::{bail, ensure};
use std::collections::{HashMap, HashSet};

/// Reads the sources of one side into one dataset: files, directories, patterns, or standard input.
///
/// Fails if a source cannot be read or has no result.
pub(super) fn read(sources: &[Source], limits: Limits) -> anyhow::Result<Dataset> {
    Ok(separated((None, read_side(sources, limits)?)).1)
}

/// Both sides, or one, in which every name stands for one benchmark.
pub(super) fn separated((base, new): (Option<Dataset>, Dataset)) -> (Option<Dataset>, Dataset) {
    match Separation::of(base.as_ref(), &new) {
        Some(separation) => (base.map(|base| separation.apply(&base)), separation.apply(&new)),
        None => (base, new),
    }
}

fn read_side(sources: &[Source], limits: Limits) -> anyhow::Result<Dataset> {
    let mut all = Dataset::default();
    let mut known = HashSet::new();
    let mut files = 0;
    for source in sources {
        for file in source.expand()? {
            let twice = file.identity().is_some_and(|file| !known.insert(file));
            ensure!(!twice, "{}: this file is given twice for one side", file.file());
            files += 1;
        }
        check_file_count(source, files, limits)?;
        let dataset = read_any(source, limits)?;
        let files = &dataset.ledger().files;
        let is_of_shards = !files.is_empty() && files.iter().all(|file| !file.shards.is_empty());
        if dataset.is_empty() && !is_of_shards {
            bail!(NoResults::of(source, &dataset));
        }
        all.append(dataset);
        all.within(limits.model)?;
    }
    Ok(all)
}

/// A source that was read and has no result.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct NoResults {
    message: String,
    /// Whether there were results that were lost.
    lost: bool,
}

impl NoResults {
    fn of(source: &Source, dataset: &Dataset) -> NoResults {
        let lost = dataset.ledger().files.iter().any(|file| !file.lost.is_empty());
        NoResults { message: no_results(source, dataset), lost }
    }
}

/// What base has.
#[allow(clippy::large_enum_variant, reason = "there is one value of it")]
pub(super) enum Base {
    /// Results.
    Results(Dataset),
    /// None: its files do not exist, or have no result, for this reason.
    Missing(anyhow::Error),
}

/// Reads the sources of base, which may all be missing.
fn read_base(sources: &[Source], limits: Limits) -> anyhow::Result<Base> {
    let is_missing = |source: &Source| {
        // Standard input was read already.
        !source.is_stdin()
            && read_side(std::slice::from_ref(source), limits).is_err_and(|it| has_no_results(&it))
    };
    match read_side(sources, limits) {
        Ok(dataset) => Ok(Base::Results(dataset)),
        Err(error) if has_no_results(&error) && (sources.len() == 1 || sources.iter().all(is_missing)) => {
            Ok(Base::Missing(error))
        }
        Err(error) => Err(error),
    }
}

/// Whether there is nothing to read. Results that were lost are something.
fn has_no_results(error: &anyhow::Error) -> bool {
    let is_absent = |error: &InputError| {
        matches!(
            error,
            InputError::Missing(_)
                | InputError::NothingInDirectory { .. }
                | InputError::NothingMatches { .. }
        )
    };
    let is_empty = |error: &NoResults| !error.lost;
    error.downcast_ref().is_some_and(is_absent) || error.downcast_ref().is_some_and(is_empty)
}

/// Reads both sides, at the same time if there is more than one core. Reports errors of base first.
pub(super) fn read_both(
    base: Option<&[Source]>,
    new: &[Source],
    limits: Limits,
) -> anyhow::Result<(Option<Base>, Dataset)> {
    let stdin = |sources: &[Source]| sources.iter().any(Source::is_stdin);
    let twice = base.is_some_and(stdin) && stdin(new);
    ensure!(!twice, "standard input is given for both sides; use a file for one of them");
    let (base, new) =
        rayon::join(|| base.map(|base| read_base(base, limits)).transpose(), || read_side(new, limits));
    Ok(match (base?, new?) {
        (Some(Base::Results(base)), new) => {
            let (base, new) = separated((Some(base), new));
            (base.map(Base::Results), new)
        }
        (base, new) => (base, separated((None, new)).1),
    })
}

/// Reads one file of each side. Both must have results.
pub(super) fn read_two(
    base: &Source,
    new: &Source,
    limits: Limits,
) -> anyhow::Result<(Option<Dataset>, Dataset)> {
    let side = |source| read_side(std::slice::from_ref(source), limits);
    Ok(separated((Some(side(base)?), side(new)?)))
}

/// Refuses a file that is given for both sides, by whatever names: nothing can get worse in it.
pub(super) fn refuse_same_file(base: &[Source], new: &[Source]) -> anyhow::Result<()> {
    // What cannot be expanded is told when it is read.
    let files = |sources: &[Source]| -> Vec<Source> {
        sources.iter().flat_map(|source| source.expand().unwrap_or_default()).collect()
    };
    let known: HashMap<FileIdentity, String> =
        files(base).iter().filter_map(|file| Some((file.identity()?, file.file()))).collect();
    for file in files(new) {
        let Some(in_base) = file.identity().and_then(|it| known.get(&it)) else { continue };
        let name = file.file();
        if file.is_stdin() && name == *in_base {
            continue; // refused when it is read
        }
        let link = if *in_base == name { String::new() } else { format!(" (in base it is {in_base})") };
        bail!(
            "{name}: base and new are the same file{link}; give the results of two runs, or use --allow-same"
        );
    }
    Ok(())
}

/// Reads one source, even if it has no result.
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

/// Fails if there are too many files.
fn check_file_count(source: &Source, files: usize, limits: Limits) -> anyhow::Result<()> {
    ensure!(
        files <= limits.files,
        "{}: too many files: {files} (limit {}); raise the limit with --limit files=N",
        source.file(),
        limits.files
    );
    Ok(())
}

/// The most warnings of results that are missing.
const MOST_LOSSES: usize = 5;

/// Warns of results that could not be used and of benchmarks that failed, for a command that only takes what is there.
pub(super) fn warn_of_losses(dataset: &Dataset) {
    let lines = dataset.ledger().files.iter().flat_map(|ledger| {
        let FileLedger { file, lost, rejected, failures, unfinished, .. } = ledger;
        let lost = lost.iter().map(|it| (it.line, it.reason.to_string()));
        let rejected = rejected.iter().map(|it| (it.line, it.to_string()));
        let failures = failures.iter().map(|it| (it.line, it.to_string()));
        let unfinished = unfinished.iter().map(|it| (it.line, it.to_string()));
        let all = lost.chain(rejected).chain(failures).chain(unfinished);
        all.map(|(line, reason)| format!("{file}:{line}: {reason}")).collect::<Vec<_>>()
    });
    let lines: Vec<String> = lines.collect();
    lines.iter().take(MOST_LOSSES).for_each(|line| console::warn(&format!("warning: {line}")));
    if lines.len() > MOST_LOSSES {
        let more = counted(lines.len() - MOST_LOSSES, "more problem");
        console::warn(&format!("warning: {more}; `allocgate inspect` prints all"));
    }
}

/// Groups a dataset by benchmark and unit. Fails if it has too many rows, because each is a row of the report.
pub(super) fn side(dataset: &Dataset, limits: Limits) -> anyhow::Result<Side<'_>> {
    let side = Side::new(dataset);
    let last = dataset.ledger().files.last().map_or("nothing", |file| &file.file);
    let SideSize { rows, text } = side.size();
    ensure!(
        rows <= limits.rows,
        "{last}: too many rows of benchmarks and units: {rows} (limit {}); raise the limit with --limit rows=N",
        limits.rows
    );
    ensure!(
        text <= limits.model.text,
        "{last}: the names of {rows} rows are too long: {text} bytes (limit {}); raise the limit with --limit text=N",
        limits.model.text
    );
    Ok(side)
}

fn read_file(file: &Source, limits: Limits) -> anyhow::Result<Dataset> {
    let mut parser = Parser::new(file.file(), file.label(), limits.model);
    let mut lines = file.open(limits.input)?;
    loop {
        if parser.is_settled()
            && let Some((number, text)) = lines.text()
        {
            let (read, bytes) = parser.lines(number, text)?;
            lines.skip(read, bytes);
        }
        let Some(line) = lines.next()? else { break };
        if !line.package.is_empty() {
            parser.package(line.stream, line.package);
        }
        match line.content {
            Content::Text(text) if line.cut => parser.cut_line(line.number, line.stream, text)?,
            Content::Text(text) => parser.line(line.number, line.stream, text)?,
            Content::BrokenEvent(why) => parser.broken_event(line.number, why)?,
        }
    }
    Ok(parser.finish()?)
}

/// The error for a source without results.
pub(super) fn no_results(source: &Source, dataset: &Dataset) -> String {
    let ledgers = &dataset.ledger().files;
    let lines: usize = ledgers.iter().map(|file| file.lines).sum();
    let lost: usize = ledgers.iter().map(|file| file.lost.len()).sum();
    let loss = ledgers.iter().find_map(|file| {
        let loss = file.lost.first()?;
        let results = if lost == 1 { "result was" } else { "results were" };
        Some(format!(
            "; {lost} {results} lost, the first one at {}:{}: {}",
            file.file, loss.line, loss.reason
        ))
    });
    let failure = ledgers.iter().find_map(|file| {
        let failure = file.failures.first()?;
        Some(format!("; {}:{}: {failure}", file.file, failure.line))
    });
    let found = match lines {
        0 => "the input is empty".to_string(),
        lines => format!("no benchmark results in {}", counted(lines, "line")),
    };
    let why = loss.or(failure).unwrap_or_default();
    let advice = "expected the output of `go test -bench . -benchmem`";
    let name = match source.file().as_str() {
        "-" => "standard input".to_string(),
        file => file.to_string(),
    };
    format!("{name}: {found}{why}; {advice}")
}

/// The messages of benchstat about the lines of a file, in the order of the lines: `FILE:LINE: …`. For lines that Go's grammar
/// does not allow, the words are Go's.
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
