//! `allocgate doctor`: what stands in the way of a first run.

use super::exit::Exit;
use super::limit::Limits;
use super::{console, environment, interrupt};
use allocgate::internals::diag::Problems;
use allocgate::internals::evidence::Overall;
use allocgate::internals::policy::Policy;
use allocgate::internals::run;
use allocgate::internals::setup::{self, Check, PolicyFacts, State};
use allocgate::internals::words::{clean, counted};
use anyhow::Context;
use std::io::{self, Write};

/// Look at everything that `allocgate run` needs, and print what to do about it
///
/// Nothing is built, measured or changed. The exit code is 1 if `allocgate run` does not work here.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let stop = interrupt::stops_run()?;
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let mut facts = run::survey(&here, &stop)?;
    facts.policy = policy(limits);
    let checks = setup::diagnose(&facts);
    console::print(|out| {
        checks.iter().try_for_each(|check| line(check, out)).and_then(|()| last(&checks, out))
    })?;
    let fails = checks.iter().any(|it| it.state == State::Fail);
    Ok(if fails { Exit::Verdict(Overall::Fail) } else { Exit::Done })
}

fn policy(limits: Limits) -> PolicyFacts {
    let Some(path) = environment::nearest_policy() else { return PolicyFacts::BuiltIn };
    let text = environment::policy_text(&path, limits);
    let parsed = text.and_then(|text| Ok(Policy::parse(&path.display().to_string(), &text)?));
    match parsed {
        Ok(policy) => PolicyFacts::Found(path, policy.budgets.len()),
        Err(error) => PolicyFacts::Invalid(path, first_problem(&error)),
    }
}

fn first_problem(error: &anyhow::Error) -> String {
    let problem = error.downcast_ref().and_then(|it: &Problems| it.list.first());
    problem.map_or_else(|| format!("{error:#}"), |it| it.title.clone())
}

fn line(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    let Check { subject, state, found, help } = check;
    writeln!(out, "{:4}  {subject:10}  {}", state.to_string(), clean(found))?;
    help.iter().try_for_each(|help| writeln!(out, "{:18}{}", "", clean(help)))
}

fn last(checks: &[Check], out: &mut dyn Write) -> io::Result<()> {
    let count = |state| checks.iter().filter(|it| it.state == state).count();
    match (count(State::Fail), count(State::Warn)) {
        (0, 0) => writeln!(out, "\nnext: allocgate run"),
        (0, warnings) => writeln!(out, "\n{}; next: allocgate run", counted(warnings, "warning")),
        (problems, _) => {
            writeln!(out, "\n{}: allocgate run does not work here", counted(problems, "problem"))
        }
    }
}
