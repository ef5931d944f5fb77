//! `allocgate render`: a report that was written as JSON, in other formats.

use super::exit::Exit;
use super::{console, output};
use allocgate::report::{self, Detail, Report};
use anyhow::{Context, ensure};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Write a JSON report in other formats
///
/// For where the report is published by another job than the one that measured. The file is not trusted: a report of another
/// contract, or one that contradicts itself, is an error. Gives no verdict: the exit code is 0 whatever the report says.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What `check --report json=FILE` wrote; - is standard input
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    #[command(flatten)]
    outputs: output::Outputs,
    /// Show every row with its reason
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Show the verdict alone
    #[arg(short, long)]
    quiet: bool,
}

/// The largest report that is read: some 400,000 rows.
const MOST_BYTES: u64 = 256 << 20;

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let name = args.report.display();
    let text = read(&args.report).with_context(|| format!("{name}: cannot be read as a report"))?;
    let report = Report::read(&text).with_context(|| format!("{name}"))?;
    if !args.outputs.take_stdout() {
        console::print(|out| report::terminal(&report, Detail::new(args.quiet, args.verbose), out))?;
    }
    let surroundings = args.outputs.surroundings(&report, false);
    args.outputs.write(&report, &surroundings)?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        Some(_) | None => Box::new(File::open(path)?),
    };
    source.take(MOST_BYTES + 1).read_to_end(&mut text)?;
    ensure!(text.len() as u64 <= MOST_BYTES, "it is larger than {MOST_BYTES} bytes");
    Ok(text)
}
