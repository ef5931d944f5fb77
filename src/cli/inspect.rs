//! `allocgate inspect`: what was read.

use super::exit::Exit;
use super::limit::Limits;
use super::{console, read};
use allocgate::internals::input::Source;
use allocgate::internals::model::Dataset;
use allocgate::report;

/// Show what was read: packages, benchmarks, samples, units, configuration, and every problem with its place
///
/// The command to run when a verdict surprises. Several files are taken together, as one side of a comparison.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    sources: Vec<Source>,
    /// List every benchmark and every problem
    #[arg(short, long)]
    verbose: bool,
}

/// Files without a result are shown as well: that there is none is the answer.
pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let mut dataset = Dataset::default();
    for source in &args.sources {
        dataset.append(read::read_any(source, limits)?);
        dataset.within(limits.model)?;
    }
    let side = read::side(&dataset, limits)?;
    console::print(|out| report::inspect(&side, args.verbose, out))?;
    Ok(Exit::Done)
}
