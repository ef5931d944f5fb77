//! `allocgate check`: the gate.

use super::exit::{self, Exit};
use super::limit::Limits;
use super::{clock, console, locate, read};
use allocgate::input::Source;
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
#[command(override_usage = "allocgate check [OPTIONS] [BASE] NEW\n       allocgate check [OPTIONS] [--base FILE…] --new FILE…", after_help = exit::HELP)]
pub(super) struct Args {
    /// The results before the change and after it: files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", num_args = 1..=2, required_unless_present = "new", conflicts_with_all = ["base", "new"])]
    sources: Vec<Source>,
    /// The results before the change, where they are in several files; may be given more than once
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "new")]
    base: Vec<Source>,
    /// The results after the change, where they are in several files
    #[arg(long, value_name = "FILE", num_args = 1..)]
    new: Vec<Source>,
    /// The policy [default: the nearest allocgate.toml upwards, else the built-in one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The Go version of the new results, for budgets that hold for some versions only [default: what a `go:` line says]
    #[arg(long, value_name = "VERSION")]
    go: Option<String>,
    /// Also write a report, such as json=report.json; - is standard output, in place of the terminal report
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,
    /// Show every row with its reason
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let report = match decide(args, limits) {
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
fn decide(args: &Args, limits: Limits) -> anyhow::Result<Report> {
    let policy = locate::policy(args.policy.as_deref())?;
    let (base, new) = sides(args);
    let base = base.map(|sources| read::read(sources, limits)).transpose()?;
    let new = read::read(new, limits)?;
    let new_side = group::Side::new(&new);
    let base_side = base.as_ref().map(group::Side::new);
    let pairing = match &base_side {
        Some(base_side) => group::pair(base_side, &new_side)?,
        None => group::alone(&new_side),
    };
    let compared = compare::compare(&pairing.rows, policy.gate.design, policy.gate.min_samples);
    let evidence = Evidence {
        base: base_side.as_ref(),
        new: &new_side,
        differences: &pairing.differences,
        go: args.go.as_deref(),
    };
    let judgement = judge(&compared, &evidence, &policy, clock::today())?;
    Ok(Report::new(judgement, &evidence, &policy))
}

/// What to compare with, if anything, and what to judge.
fn sides(args: &Args) -> (Option<&[Source]>, &[Source]) {
    match args.sources.split_last() {
        Some((new, [])) => (None, std::slice::from_ref(new)),
        Some((new, base)) => (Some(base), std::slice::from_ref(new)),
        None => (Some(args.base.as_slice()).filter(|base| !base.is_empty()), &args.new),
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
