//! `allocgate compare`: prints tables, without a verdict.

use super::exit::Exit;
use super::limit::Limits;
use super::{console, read};
use allocgate::internals::compare::{RowOrder, Significance, Tabulation, tabulate};
use allocgate::internals::group::{Layout, SeparatingKeys, Tables, find_separating_keys, tables};
use allocgate::internals::input::Source;
use allocgate::internals::model::{Dataset, go_float};
use allocgate::internals::query::{Filter, Projection, SyntaxError};
use allocgate::report::table;
use anyhow::{Context, ensure};
use bstr::{BString, ByteSlice};
use clap::ValueEnum;
use rayon::prelude::*;
use std::io::{self, Write};

/// Compare results in tables, as benchstat does
///
/// Compares every file with the first one. Prints a table per configuration and unit with the median, its confidence interval,
/// the change and its p-value. Flags with one dash work, so that `alias benchstat='allocgate compare'` does. There is no
/// verdict: the exit code is 0 whatever changed.
#[derive(Debug, clap::Args)]
#[command(args_override_self = true)]
pub(super) struct Args {
    /// Files to compare, optionally as LABEL=PATH; - is standard input
    #[arg(value_name = "[LABEL=]PATH", required = true)]
    pub sources: Vec<Source>,
    #[command(flatten)]
    layout: LayoutArgs,
    /// Show a change if its p-value is at most this
    #[arg(long, value_name = "α", default_value = "0.05", value_parser = number)]
    alpha: f64,
    /// Confidence level of the intervals
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = number)]
    confidence: f64,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Compare with the column of this label instead of the first column
    #[arg(long, value_name = "LABEL")]
    baseline: Option<String>,
    /// Show only rows with a significant change
    #[arg(long)]
    changed: bool,
    /// Sort the rows of every table
    #[arg(long, value_enum, value_name = "BY")]
    sort: Option<Sort>,
    /// Whether to show geometric means (always of all rows)
    #[arg(long, value_enum, default_value_t, value_name = "WHETHER")]
    geomean: Geomean,
}

#[derive(Debug, clap::Args)]
struct LayoutArgs {
    /// Use only matching measurements, such as '.name:Decode /size:(1k OR 4k) -.unit:B/s'
    #[arg(long, value_name = "QUERY", default_value = "*")]
    filter: String,
    /// A table per distinct value of these keys
    #[arg(long, value_name = "KEYS", default_value = ".config")]
    table: String,
    /// A row per distinct value of these keys, such as .name,/size@num
    #[arg(long, value_name = "KEYS", default_value = ".fullname")]
    row: String,
    /// A column per distinct value of these keys
    #[arg(long, value_name = "KEYS", default_value = ".file")]
    col: String,
    /// Ignore these keys, such as cpu
    #[arg(long, value_name = "KEYS", default_value = "", hide_default_value = true)]
    ignore: String,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A table per configuration and unit
    #[default]
    Text,
    /// One record per row, in base units; notes go to standard error
    Csv,
    /// Tables for a comment on GitHub
    Markdown,
    /// All numbers with full precision
    Json,
    /// A web page in one file
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    /// The largest regression first
    Delta,
    /// By label
    Name,
    /// The smallest p-value first
    P,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, ValueEnum)]
enum Geomean {
    #[default]
    On,
    Off,
}

/// A number as Go's flags accept it.
fn number(text: &str) -> Result<f64, String> {
    go_float(text.as_bytes()).map_err(|error| error.to_string())
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let layout = args.layout.parse()?;
    let settings = args.significance()?;
    let (dataset, exit) = read_all(&args.sources, limits)?;
    let mut laid_out = tables(&dataset, &layout);
    note_separating_keys(&dataset, &layout, &laid_out);
    if let Some(label) = &args.baseline {
        put_first(label, &mut laid_out)?;
    }
    let mut tabulation = tabulate(laid_out, settings);
    args.arrange(&mut tabulation);
    args.format.print(&tabulation, settings)?;
    Ok(exit)
}

impl LayoutArgs {
    fn parse(&self) -> anyhow::Result<Layout> {
        let projection = |flag: &'static str, text: &str| in_flag(flag, Projection::parse(text));
        Ok(Layout {
            filter: in_flag("-filter", Filter::parse(&self.filter))?,
            table: projection("-table", &self.table)?,
            row: projection("-row", &self.row)?,
            col: projection("-col", &self.col)?,
            ignore: projection("-ignore", &self.ignore)?,
        })
    }
}

fn in_flag<T>(flag: &str, parsed: Result<T, SyntaxError>) -> anyhow::Result<T> {
    parsed.with_context(|| format!("parsing {flag}"))
}

impl Args {
    fn significance(&self) -> anyhow::Result<Significance> {
        for (flag, level) in [("-alpha", self.alpha), ("-confidence", self.confidence)] {
            ensure!((0.0..=1.0).contains(&level), "{flag} must be in range [0, 1]");
        }
        Ok(Significance { alpha: self.alpha, confidence: self.confidence })
    }

    fn arrange(&self, tabulation: &mut Tabulation) {
        if self.changed {
            let was_empty = tabulation.tables.is_empty();
            tabulation.only_changed();
            if tabulation.tables.is_empty() && !was_empty {
                console::warn(&format!("note: no change is significant at alpha {}", self.alpha));
            }
        }
        if let Some(sort) = self.sort {
            tabulation.sort_rows(match sort {
                Sort::Delta => RowOrder::Delta,
                Sort::Name => RowOrder::Name,
                Sort::P => RowOrder::P,
            });
        }
        if self.geomean == Geomean::Off {
            tabulation.without_geomeans();
        }
    }
}

impl Format {
    fn print(self, tabulation: &Tabulation, settings: Significance) -> anyhow::Result<()> {
        match self {
            Format::Text if console::is_coloured() => {
                console::print(|out| table::text(tabulation, true, out))
            }
            // There are no colours to remove.
            Format::Text => console::print_bytes(|out| table::text(tabulation, false, out)),
            Format::Csv => {
                let mut notes = Vec::new();
                console::print_bytes(|out| table::csv(tabulation, out, &mut notes))?;
                // If this fails, there is no other place for the error.
                let _ = io::stderr().write_all(&notes);
                Ok(())
            }
            Format::Markdown => console::print_bytes(|out| table::markdown(tabulation, out)),
            Format::Json => console::print_bytes(|out| table::json(tabulation, settings, out)),
            Format::Html => console::print_bytes(|out| table::html(tabulation, out)),
        }
    }
}

/// Reads all sources, and prints to standard error what could not be used. A source without results is an error, but the other
/// sources are shown.
fn read_all(sources: &[Source], limits: Limits) -> anyhow::Result<(Dataset, Exit)> {
    let mut sources = sources.to_vec();
    Source::tell_apart(&mut sources);
    let (mut dataset, mut exit) = (Dataset::default(), Exit::Done);
    let read = |source: &Source| read::read_any(source, limits);
    let all: Vec<_> = match sources.iter().filter(|source| source.is_stdin()).count() {
        0 | 1 => sources.par_iter().map(read).collect(),
        // In order, because the first one gets all input.
        _ => sources.iter().map(read).collect(),
    };
    for (source, read) in sources.iter().zip(all) {
        let known = dataset.ledger().files.len();
        let read = read?;
        let nothing = read.is_empty().then(|| read::no_results(source, &read));
        dataset.append(read);
        dataset.within(limits.model)?;
        dataset.ledger().files[known..]
            .iter()
            .for_each(|file| read::messages(file).iter().for_each(|it| console::warn(it)));
        if let Some(nothing) = nothing {
            console::error(&anyhow::anyhow!(nothing));
            exit = Exit::Error;
        }
    }
    Ok((dataset, exit))
}

fn put_first(label: &str, tables: &mut Tables) -> anyhow::Result<()> {
    let labels: Vec<String> = tables.labels().iter().map(|label| format!("`{label}`")).collect();
    let found = tables.put_first(label.as_bytes().as_bstr());
    ensure!(found, "--baseline: no column has the label `{label}`; the labels are {}", labels.join(", "));
    Ok(())
}

/// Prints a note if files are not compared because they differ in a key.
fn note_separating_keys(dataset: &Dataset, layout: &Layout, tables: &Tables) {
    if let Some(SeparatingKeys { keys, values, comparisons }) = find_separating_keys(dataset, layout, tables)
    {
        let list = |list: &[BString], between: &str| bstr::join(between, list).to_str_lossy().into_owned();
        let shown =
            |value: &BString| if value.is_empty() { "none".to_string() } else { format!("`{value}`") };
        let values: Vec<String> = values.iter().map(shown).collect();
        let (first, more) = values.split_at(values.len().min(2));
        let more = if more.is_empty() { String::new() } else { format!(", {} more", more.len()) };
        let now = match tables.comparisons() {
            0 => String::new(),
            now => format!(" instead of {now}"),
        };
        console::warn(&format!(
            "note: files differ in {} ({}{more}); --ignore {} compares {comparisons} series{now}",
            list(&keys, " and "),
            first.join(", "),
            list(&keys, ","),
        ));
    }
}
