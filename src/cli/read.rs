//! Sources to datasets.

use allocgate::input::Source;
use allocgate::model::Dataset;
use allocgate::parse::Parser;
use anyhow::ensure;

/// Reads what the user named: a file, a directory of files, or standard input.
///
/// Fails if it cannot be read, or holds no result: silence is no evidence.
pub(super) fn read(source: &Source) -> anyhow::Result<Dataset> {
    let mut dataset = Dataset::default();
    for file in source.expand()? {
        dataset.append(read_file(&file)?);
    }
    ensure!(!dataset.is_empty(), "{}", no_results(source, &dataset));
    Ok(dataset)
}

fn read_file(file: &Source) -> anyhow::Result<Dataset> {
    let mut parser = Parser::new(file.file(), file.label());
    let mut lines = file.open()?;
    while let Some((number, line)) = lines.next()? {
        parser.line(number, line);
    }
    Ok(parser.finish())
}

fn no_results(source: &Source, dataset: &Dataset) -> String {
    let ledgers = &dataset.ledger().files;
    let lines: usize = ledgers.iter().map(|file| file.lines).sum();
    let first_loss = ledgers.iter().find_map(|file| {
        let loss = file.lost.first()?;
        Some(format!(
            "; the first of {} lost ones: {}:{}: {}",
            file.lost.len(),
            file.file,
            loss.line,
            loss.reason
        ))
    });
    let found =
        if lines == 0 { "is empty".to_string() } else { format!("no benchmark result in {lines} lines") };
    let advice = "expected the output of `go test -bench . -benchmem -count=10`";
    format!("{}: {found}{}; {advice}", source.file(), first_loss.unwrap_or_default())
}

/// Reads several sources into one dataset.
pub(super) fn read_all(sources: &[Source]) -> anyhow::Result<Dataset> {
    let mut dataset = Dataset::default();
    for source in sources {
        dataset.append(read(source)?);
    }
    Ok(dataset)
}
