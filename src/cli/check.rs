//! `allocgate check`: the gate.

use super::exit::{self, Exit};
use super::{console, locate, read};
use allocgate::input::Source;
use allocgate::model::Dataset;
use allocgate::report::{Detail, Report};
use allocgate::verdict::{Evidence, judge};
use allocgate::{compare, group, report};
use anyhow::Context;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

/// Judge new benchmark results, against a base and against budgets
///
/// With one file, only the absolute budgets of the policy are judged.
#[derive(Debug, clap::Args)]
#[command(override_usage = "allocgate check [OPTIONS] [BASE] NEW", after_help = exit::HELP)]
pub(super) struct Args {
    /// The results before the change and after it: files, directories of .txt files, or - for standard input
    #[arg(value_name = "FILE", num_args = 1..=2, required = true)]
    sources: Vec<Source>,
    /// The policy [default: the nearest allocgate.toml upwards, else the built-in one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Also write a report, such as json=report.json; - is standard output, in place of the terminal report
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,
    /// Show every row with its reason
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let report = match decide(args) {
        Ok(report) => report,
        Err(error) => {
            // Whoever waits for the report gets one, and learns from it that there is no verdict.
            if let Err(unwritten) = write_all(&args.reports, &Report::error(format!("{error:#}"))) {
                console::error(&unwritten);
            }
            return Err(error);
        }
    };
    if !args.reports.iter().any(|output| output.path.is_none()) {
        let detail = if args.verbose { Detail::Everything } else { Detail::Notable };
        console::print(|out| report::terminal(&report, detail, out))?;
    }
    write_all(&args.reports, &report)?;
    Ok(Exit::from(&report.outcome))
}

/// The pipeline.
fn decide(args: &Args) -> anyhow::Result<Report> {
    let policy = locate::policy(args.policy.as_deref())?;
    let (base, new) = sides(&args.sources)?;
    let new_side = group::Side::new(&new);
    let base_side = base.as_ref().map(group::Side::new);
    let rows = match &base_side {
        Some(base_side) => group::pair(base_side, &new_side)?,
        None => group::alone(&new_side),
    };
    let compared = compare::compare(&rows, policy.gate.min_samples);
    let evidence = Evidence { base: base.as_ref(), new: &new };
    let judgement = judge(&compared, &evidence, &policy)?;
    Ok(Report::new(judgement, &evidence, &policy))
}

fn sides(sources: &[Source]) -> anyhow::Result<(Option<Dataset>, Dataset)> {
    match sources {
        [base, new] => Ok((Some(read::read(base)?), read::read(new)?)),
        [new] => Ok((None, read::read(new)?)),
        other => anyhow::bail!("expected one file or two, found {}", other.len()),
    }
}

/// A report to write besides the one on the terminal.
#[derive(Debug, Clone)]
struct Output {
    format: Format,
    /// `None` is standard output.
    path: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Json,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Output, String> {
        let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH, such as json=report.json")?;
        let format = match format {
            "json" => Format::Json,
            other => return Err(format!("there is no format `{other}`; there is: json")),
        };
        match path {
            "" => Err("the path is missing, as in json=report.json".to_string()),
            "-" => Ok(Output { format, path: None }),
            path => Ok(Output { format, path: Some(path.into()) }),
        }
    }
}

/// A report that cannot be written is an error: nobody would know what became of it.
fn write_all(outputs: &[Output], report: &Report) -> anyhow::Result<()> {
    let render = |format: Format, out: &mut dyn Write| match format {
        Format::Json => report::json(report, out),
    };
    for output in outputs {
        match &output.path {
            None => console::print(|out| render(output.format, out))?,
            Some(path) => File::create(path)
                .map(BufWriter::new)
                .and_then(|mut file| render(output.format, &mut file).and_then(|()| file.flush()))
                .with_context(|| format!("{}: the report cannot be written", path.display()))?,
        }
    }
    Ok(())
}
