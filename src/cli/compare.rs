//! `allocgate compare`: tables, without a verdict.

use super::exit::Exit;
use super::limit::Limits;
use super::{console, read};
use allocgate::compare::{Significance, Tabulated, tabulate};
use allocgate::input::Source;
use allocgate::stats::Confidence;
use allocgate::{group, report};
use clap::ValueEnum;

/// Compare results side by side, every file with the first
///
/// Prints a table per package and unit with the median, the reach of its interval, the change and its p-value. Gives no
/// verdict: the exit code is 0 whatever changed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files to compare, optionally as LABEL=PATH; - is standard input
    #[arg(value_name = "[LABEL=]PATH", required = true)]
    sources: Vec<Source>,
    /// Show a change where p is at most this
    #[arg(long, value_name = "α", default_value_t = 0.05, value_parser = probability)]
    alpha: f64,
    /// The confidence level of the intervals
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = confidence)]
    confidence: Confidence,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A table per package and unit
    #[default]
    Text,
    /// A record per benchmark, unit and file, in base units
    Csv,
}

fn probability(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number between 0 and 1".to_string())?;
    (0.0..=1.0).contains(&value).then_some(value).ok_or_else(|| format!("{value} is not between 0 and 1"))
}

fn confidence(text: &str) -> Result<Confidence, String> {
    Confidence::new(probability(text)?)
        .ok_or_else(|| format!("{text} leaves nothing to chance, or everything"))
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let mut sources = args.sources.clone();
    Source::tell_apart(&mut sources);
    let dataset = read::read(&sources, limits)?;
    for file in &dataset.ledger().files {
        let lost = file.lost.iter().map(|loss| (loss.line, loss.reason.to_string()));
        let rejected = file.rejected.iter().map(|rejection| (rejection.line, rejection.to_string()));
        lost.chain(rejected).for_each(|(line, why)| console::warn(&format!("{}:{line}: {why}", file.file)));
    }
    let tables = group::tables(&dataset);
    let settings = Significance { alpha: args.alpha, confidence: args.confidence };
    let tabulated: Vec<Tabulated> = tables.layout().iter().map(|table| tabulate(table, settings)).collect();
    console::print(|out| match args.format {
        Format::Text => report::text(&tabulated, out),
        Format::Csv => report::csv(&tabulated, out),
    })?;
    Ok(Exit::Done)
}
