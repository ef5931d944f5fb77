//! `allocgate check`: the gate.

use super::args::{DetailArgs, GoArgs, PolicyArgs};
use super::exit::{self, Exit};
use super::limit::Limits;
use super::{console, environment, github, output, read};
use allocgate::internals::gate::Gate;
use allocgate::internals::input::Source;
use allocgate::internals::pinned::Broken;
use allocgate::internals::policy::{MissingBase, Policy};
use allocgate::report;
use allocgate::report::{Detail, Report};
use anyhow::bail;

/// Judge benchmark results against a base and against budgets
///
/// With one file, only the budgets are judged.
#[derive(Debug, clap::Args)]
#[command(override_usage = "allocgate check [OPTIONS] [BASE] NEW\n       allocgate check [OPTIONS] [--base FILE…] --new FILE…", after_help = exit::help())]
pub(super) struct Args {
    /// Results before and after the change: files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", num_args = 1..=2, required_unless_present = "new", conflicts_with_all = ["base", "new"])]
    sources: Vec<Source>,
    /// Results before the change, if they are in several files
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "new")]
    base: Vec<Source>,
    /// Results after the change, if they are in several files
    #[arg(long, value_name = "FILE", num_args = 1..)]
    new: Vec<Source>,
    /// Why base has no results, if it has none.
    #[arg(skip)]
    missing_base: Option<String>,
    /// What the compiler decides otherwise than the policy demands.
    #[arg(skip)]
    broken_decisions: Vec<Broken>,
    /// Accept a file that is given for base and for new
    #[arg(long)]
    allow_same: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    go: GoArgs,
    #[command(flatten)]
    outputs: output::Outputs,
    #[command(flatten)]
    detail: DetailArgs,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    args.refuse_overwriting_inputs()?;
    conclude(args, decide(args, limits))
}

/// Shows the report, or the error, and writes it in the other formats. A report that cannot be written does not keep the others
/// from being written, and makes the exit code 2.
pub(super) fn conclude(args: &Args, decided: anyhow::Result<Report>) -> anyhow::Result<Exit> {
    let report = match decided {
        Ok(report) => report,
        Err(error) => {
            // A report is written all the same: it says that there is no verdict.
            publish(args, &Report::error(format!("{error:#}"))).iter().for_each(console::error);
            return Err(error);
        }
    };
    let mut unwritten = Vec::new();
    if !args.outputs.take_stdout() {
        let detail = args.detail.detail();
        unwritten.extend(console::print(|out| report::terminal(&report, detail, out)).err());
    }
    unwritten.extend(publish(args, &report));
    if unwritten.is_empty() {
        return Ok(Exit::Verdict(report.outcome.verdict));
    }
    unwritten.iter().for_each(console::error);
    console::tell(|out| report::terminal(&report, Detail::Verdict, out));
    let code = report.outcome.exit_code();
    console::warn(&format!(
        "allocgate: the exit code is 2 instead of {code}: not every report could be written"
    ));
    Ok(Exit::Error)
}

impl Args {
    /// The arguments to judge one file against another.
    pub fn of(
        base: Source,
        new: Source,
        policy: PolicyArgs,
        outputs: output::Outputs,
        detail: DetailArgs,
    ) -> Args {
        Args {
            sources: vec![base, new],
            base: Vec::new(),
            new: Vec::new(),
            missing_base: None,
            broken_decisions: Vec::new(),
            allow_same: false,
            policy,
            go: GoArgs::default(),
            outputs,
            detail,
        }
    }

    /// The same, where it is known why base has no results.
    pub fn without_base(self, why: String) -> Args {
        Args { missing_base: Some(why), ..self }
    }

    /// The same, where the compiler decides otherwise than the policy demands.
    pub fn with_broken_decisions(self, broken_decisions: Vec<Broken>) -> Args {
        Args { broken_decisions, ..self }
    }

    /// Refuses to write a report over the results or the policy.
    pub fn refuse_overwriting_inputs(&self) -> anyhow::Result<()> {
        let sources = self.sources.iter().chain(&self.base).chain(&self.new);
        self.outputs.refuse_overwriting_inputs(sources, self.policy.path())
    }
}

/// Writes all reports but the one on the terminal, and returns the errors.
fn publish(args: &Args, report: &Report) -> Vec<anyhow::Error> {
    let on_github = github::is_here();
    let context = args.outputs.render_context(report, on_github);
    let mut unwritten = args.outputs.write(report, &context);
    if on_github {
        unwritten.extend(github::tell(report, &context));
    }
    unwritten
}

/// Reads and judges.
pub(super) fn decide(args: &Args, limits: Limits) -> anyhow::Result<Report> {
    let (policy, proposed) = (args.policy.read(limits)?, args.policy.proposed(limits)?);
    let (base, new) = sides(args);
    if let Some(base) = base.filter(|_| !args.allow_same) {
        read::refuse_same_file(base, new)?;
    }
    let (base, new) = read::read_both(base, new, limits)?;
    let (base, missing) = match base {
        Some(read::Base::Results(base)) => (Some(base), None),
        Some(read::Base::Missing(error)) => {
            let why = args.missing_base.clone().unwrap_or_else(|| format!("{error:#}"));
            (None, Some(permit_missing_base(&policy, why)?))
        }
        None => (None, None),
    };
    let (base_side, new_side) = rayon::join(
        || base.as_ref().map(|base| read::side(base, limits)).transpose(),
        || read::side(&new, limits),
    );
    let (base_side, new_side) = (base_side?, new_side?);
    let gate = Gate::new(&policy, environment::today()).go(args.go.go.as_deref());
    let gate = gate.proposed(proposed.as_ref()).missing_base(missing.as_deref());
    let gate = gate.broken_decisions(&args.broken_decisions);
    Ok(gate.judge(base_side.as_ref(), &new_side)?.into_report())
}

/// Returns why base has no results. Fails if the policy does not let that pass.
pub(super) fn permit_missing_base(policy: &Policy, why: String) -> anyhow::Result<String> {
    match policy.gate.missing_base.value {
        MissingBase::Pass => Ok(why),
        MissingBase::Error => bail!(
            "{why}; if base has no benchmarks yet, `missing-base = \"pass\"` under `[gate]` judges budgets alone"
        ),
    }
}

/// The sources of base, if there are any, and of new.
fn sides(args: &Args) -> (Option<&[Source]>, &[Source]) {
    match args.sources.split_last() {
        Some((new, [])) => (None, std::slice::from_ref(new)),
        Some((new, base)) => (Some(base), std::slice::from_ref(new)),
        None => (Some(args.base.as_slice()).filter(|base| !base.is_empty()), &args.new),
    }
}
