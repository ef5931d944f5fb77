//! `allocgate check`: the gate.

use super::args::{DetailArgs, GoArgs, PolicyArgs};
use super::exit::{self, Exit};
use super::history::StoreArgs;
use super::limit::Limits;
use super::{anchor, console, environment, github, history, output, read};
use allocgate::internals::evidence::ShardState;
use allocgate::internals::gate::Gate;
use allocgate::internals::history::Anchor;
use allocgate::internals::input::Source;
use allocgate::internals::model::Dataset;
use allocgate::internals::pinned::Broken;
use allocgate::internals::policy::{MissingBase, Policy};
use allocgate::report;
use allocgate::report::{Detail, Report};
use anyhow::bail;
use std::collections::BTreeSet;

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
    /// Whether the results are a part of the suite.
    #[arg(skip)]
    is_partial: bool,
    /// Whether only the budgets of counts are judged.
    #[arg(skip)]
    only_counts: bool,
    /// Accept a file that is given for base and for new
    #[arg(long)]
    allow_same: bool,
    /// Take the noise between runs of each benchmark from the history
    #[arg(long)]
    history: bool,
    /// Judge what changed since the anchor of the policy, whose results base has to be
    #[arg(long)]
    anchor: bool,
    /// The anchor, if it is known.
    #[arg(skip)]
    known_anchor: Option<Anchor>,
    #[command(flatten)]
    store: StoreArgs,
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
    let report = match judge(args, limits) {
        Err(error) if error.is::<NothingToMeasure>() => {
            console::print(|out| writeln!(out, "PASS  unchanged: {error}"))?;
            return Ok(Exit::Done);
        }
        judged => judged.map(|(mut report, anchor)| {
            if let Some((anchor, policy)) = anchor {
                add_since(&mut report, &anchor, &policy, limits);
            }
            report
        }),
    };
    conclude(args, report)
}

/// All shards are there, and none has a result, because the change cannot affect any benchmark.
#[derive(Debug, thiserror::Error)]
#[error("no shard had anything to measure; no report is written")]
struct NothingToMeasure;

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
            is_partial: false,
            only_counts: false,
            allow_same: false,
            history: false,
            anchor: false,
            known_anchor: None,
            store: StoreArgs::default(),
            policy,
            go: GoArgs::default(),
            outputs,
            detail,
        }
    }

    /// The same for results that only count: the budgets of counts are judged, without base.
    pub fn of_counts(self) -> Args {
        let sources = self.sources.last().cloned().into_iter().collect();
        Args { sources, only_counts: true, ..self }
    }

    /// The same, where it is known why base has no results.
    pub fn without_base(self, why: String) -> Args {
        Args { missing_base: Some(why), ..self }
    }

    /// The same, where the compiler decides otherwise than the policy demands.
    pub fn with_broken_decisions(self, broken_decisions: Vec<Broken>) -> Args {
        Args { broken_decisions, ..self }
    }

    /// The same for a part of the suite.
    pub fn partial(self) -> Args {
        Args { is_partial: true, ..self }
    }

    /// The same for what changed since an anchor.
    pub fn since(self, anchor: Option<Anchor>) -> Args {
        Args { anchor: anchor.is_some(), known_anchor: anchor, ..self }
    }

    /// The anchor, if that is what is judged against. `new` is the commit that the results are of, if they record it.
    fn anchor(&self, policy: &Policy, new: Option<&str>) -> anyhow::Result<Option<Anchor>> {
        match &self.known_anchor {
            _ if !self.anchor => Ok(None),
            Some(known) => Ok(Some(known.clone())),
            None => anchor::anchor(policy, None, new.unwrap_or("HEAD")).map(Some),
        }
    }

    /// All results that are read.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().chain(&self.base).chain(&self.new)
    }

    /// Refuses to write a report over the results or the policy.
    pub fn refuse_overwriting_inputs(&self) -> anyhow::Result<()> {
        self.outputs.refuse_overwriting_inputs(self.sources(), self.policy.path())
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
    judge(args, limits).map(|(report, _)| report)
}

/// Reads and judges. The anchor is that against which was judged, if it was, with the whole policy.
fn judge(args: &Args, limits: Limits) -> anyhow::Result<(Report, Option<(Anchor, Policy)>)> {
    let (policy, proposed) = (args.policy.read(limits)?, args.policy.proposed(limits)?);
    let of_counts = |policy: Policy| if args.only_counts { policy.budgets_of_counts() } else { policy };
    let (policy, proposed) = (of_counts(policy), proposed.map(of_counts));
    let (base, new) = sides(args);
    if let Some(base) = base.filter(|_| !args.allow_same) {
        read::refuse_same_file(base, new)?;
    }
    let (base, new) = read::read_both(base, new, limits)?;
    let anchor = args.anchor(&policy, commit(&new).as_deref())?;
    let whole = policy;
    let since = anchor.as_ref().map(|anchor| whole.since(&anchor.name));
    let policy = since.as_ref().unwrap_or(&whole);
    let (base, missing) = match base {
        Some(read::Base::Results(base)) => (Some(base), None),
        Some(read::Base::Missing(error)) => {
            let why = args.missing_base.clone().unwrap_or_else(|| format!("{error:#}"));
            (None, Some(permit_missing_base(policy, why)?))
        }
        None => (None, None),
    };
    if let (Some(anchor), Some(base)) = (&anchor, &base) {
        anchor::check_base(base, anchor)?;
    }
    let (base_side, new_side) = rayon::join(
        || base.as_ref().map(|base| read::side(base, limits)).transpose(),
        || read::side(&new, limits),
    );
    let (base_side, new_side) = (base_side?, new_side?);
    if let Some(base) = &base_side
        && base.benchmarks().is_empty()
        && new_side.benchmarks().is_empty()
        && ShardState::are_complete(base, &new_side)
    {
        bail!(NothingToMeasure);
    }
    let gate = Gate::new(policy, environment::today()).go(args.go.go.as_deref());
    let gate = gate.proposed(proposed.as_ref().filter(|_| anchor.is_none())).missing_base(missing.as_deref());
    let gate = gate.broken_decisions(&args.broken_decisions);
    let gate = if args.is_partial { gate.partial() } else { gate };
    let learned = args.history.then(|| history::learned(&args.store, &new, limits)).transpose()?;
    let gate = gate.learned(learned.as_ref());
    let report = gate.judge(base_side.as_ref(), &new_side)?.into_report();
    Ok((report, anchor.map(|anchor| (anchor, whole.clone()))))
}

/// The commit that results record, if all have the same.
fn commit(data: &Dataset) -> Option<String> {
    let commits: BTreeSet<_> = data.configs().map(|it| it.get("commit")).collect();
    let commit = commits.first().copied().flatten().filter(|_| commits.len() == 1)?;
    Some(commit.to_string().trim_end_matches("-dirty").to_string())
}

/// Adds to a report what got worse since the anchor, and warns of waivers that ended with an earlier one.
pub(super) fn add_since(report: &mut Report, anchor: &Anchor, policy: &Policy, limits: Limits) {
    report.since = Some(anchor::since(report, anchor, policy, limits));
    anchor::ended(policy, anchor).iter().for_each(|line| console::warn(line));
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
