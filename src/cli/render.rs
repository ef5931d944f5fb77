//! `allocgate render`: a report that was written as JSON, in other formats.

use super::args::DetailArgs;
use super::exit::Exit;
use super::limit::Limits;
use super::{console, environment, output};
use allocgate::report::{self, Report};
use anyhow::{Context, bail};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Write a JSON report in other formats
///
/// Use it if one job measures and another one publishes. The file is not trusted: a report with another schema, or one that
/// contradicts itself, is an error. There is no verdict: the exit code is 0 even if the report says fail.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Report written by `check --report json=FILE`; - is standard input
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    #[command(flatten)]
    outputs: output::Outputs,
    #[command(flatten)]
    detail: DetailArgs,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let name = args.report.display();
    args.outputs.refuse_overwriting_inputs(std::iter::empty(), Some(args.report.clone()))?;
    let text = read(&args.report, limits).with_context(|| format!("{name}: cannot be read as a report"))?;
    let Some(text) = text else {
        bail!(
            "{name}: the report has more than {} bytes; raise the limit with --limit report=N",
            limits.report
        )
    };
    let report = Report::read(&text).with_context(|| format!("{name}"))?;
    if !args.outputs.take_stdout() {
        console::print(|out| report::terminal(&report, args.detail.detail(), out))?;
    }
    let context = args.outputs.render_context(&report, false);
    let unwritten = args.outputs.write(&report, &context);
    unwritten.iter().for_each(console::error);
    Ok(if unwritten.is_empty() { Exit::Done } else { Exit::Error })
}

fn read(path: &Path, limits: Limits) -> io::Result<Option<Vec<u8>>> {
    match path.to_str() {
        Some("-") => environment::bounded(io::stdin().lock(), limits.report),
        Some(_) | None => environment::bounded(File::open(path)?, limits.report),
    }
}
