//! `allocgate inspect`: shows what was read.

use super::exit::Exit;
use super::limit::Limits;
use super::{console, read};
use allocgate::internals::input::Source;
use allocgate::internals::model::Dataset;
use allocgate::report;

/// Show what was read: packages, benchmarks, samples, units, configuration, and all problems with their lines
///
/// Several files are read together, as one side of a comparison.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) sources: Vec<Source>,
    /// List every benchmark and every problem
    #[arg(short, long)]
    verbose: bool,
}

/// Also shows files without a result.
pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let mut dataset = Dataset::default();
    for source in &args.sources {
        dataset.append(read::read_any(source, limits)?);
        dataset.within(limits.model)?;
    }
    let (_, dataset) = read::separated((None, dataset));
    let side = read::side(&dataset, limits)?;
    console::print(|out| report::inspect(&side, args.verbose, out))?;
    Ok(Exit::Done)
}
