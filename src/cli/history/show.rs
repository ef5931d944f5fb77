//! `allocgate history show`, `html` and `export`.

use super::load::{StoreArgs, load, settings};
use crate::cli::args::{PolicyArgs, most};
use crate::cli::console;
use crate::cli::exit::Exit;
use crate::cli::limit::Limits;
use allocgate::internals::model::Name;
use allocgate::internals::query::Glob;
use allocgate::internals::trend::{History, Trends, judge};
use allocgate::internals::words::list;
use allocgate::report::{self, HistoryView};
use anyhow::{Context, bail};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Show steps and drift, what got worst first, with a line for the values of each series
///
/// Counts and sizes are exact: a step is where the value changes. Times are tested, and have a step only with five commits on both
/// sides. A step that went away again is none. The settings are in the policy, under [history].
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// Benchmarks, without the `Benchmark` prefix, or globs; their series are shown whether they moved or not [default: all that moved]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Also show series without steps and drift
    #[arg(long)]
    all: bool,
    /// Most series to show
    #[arg(long, value_name = "N", default_value = "20", value_parser = most)]
    max: usize,
    /// Format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// The format of the output.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Markdown,
}

/// Write a page with a picture of every series
#[derive(Debug, clap::Args)]
pub(super) struct HtmlArgs {
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// Print all points as one table, for DuckDB, BigQuery, ClickHouse and spreadsheets
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// As comma-separated values
    #[arg(long, required = true)]
    csv: bool,
    #[command(flatten)]
    store: StoreArgs,
}

pub(super) fn show(args: &ShowArgs, limits: Limits) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let history = load(&args.store, limits)?;
    let mut trends = judge(&history, &settings(&policy));
    let is_named = !args.names.is_empty();
    if is_named {
        keep_named(&mut trends, &args.names, &history)?;
    }
    let view = HistoryView { trends: &trends, is_all: args.all || is_named, most: args.max };
    match args.format {
        Format::Text => console::print(|out| report::history_text(&view, out))?,
        Format::Json => console::print_bytes(|out| report::history_json(&view, out))?,
        Format::Markdown => console::print_bytes(|out| report::history_markdown(&view, out))?,
    }
    Ok(Exit::Done)
}

/// Keeps the series of these benchmarks and of their sub-benchmarks. All series were judged together.
fn keep_named(trends: &mut Trends<'_>, names: &[String], history: &History) -> anyhow::Result<()> {
    for name in names {
        let glob = Glob::new(name).with_context(|| format!("invalid pattern `{name}`"))?;
        let below = Glob::new(&format!("{name}/**")).with_context(|| format!("invalid pattern `{name}`"))?;
        let is_it = |benchmark: &str| {
            let benchmark = Name::new(benchmark.as_bytes());
            glob.matches_name(benchmark) || below.matches_name(benchmark)
        };
        if !history.series.iter().any(|it| is_it(&it.benchmark)) {
            let mut known: Vec<&str> = history.series.iter().map(|it| &*it.benchmark).collect();
            known.dedup();
            bail!("no benchmark `{name}` in the history; it has {}", list(known, 5));
        }
    }
    let is_wanted = |benchmark: &str| {
        names.iter().any(|name| {
            let patterns = [name.clone(), format!("{name}/**")];
            let mut globs = patterns.iter().filter_map(|it| Glob::new(it).ok());
            globs.any(|it| it.matches_name(Name::new(benchmark.as_bytes())))
        })
    };
    trends.series.retain(|it| is_wanted(&it.series.benchmark));
    Ok(())
}

pub(super) fn html(args: &HtmlArgs, limits: Limits) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let history = load(&args.store, limits)?;
    let trends = judge(&history, &settings(&policy));
    let view = HistoryView { trends: &trends, is_all: true, most: usize::MAX };
    let name = args.out.display();
    let write = || {
        let mut out = BufWriter::new(File::create(&args.out)?);
        report::history_html(&view, &mut out).and_then(|()| out.flush())
    };
    write().with_context(|| format!("{name}: cannot be written"))?;
    Ok(Exit::Done)
}

pub(super) fn export(args: &ExportArgs, limits: Limits) -> anyhow::Result<Exit> {
    debug_assert!(args.csv, "it is the only format, and required");
    let history = load(&args.store, limits)?;
    console::print_bytes(|out| report::history_csv(&history, out))?;
    Ok(Exit::Done)
}
