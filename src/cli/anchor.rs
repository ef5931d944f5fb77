//! What changed since an anchor, such as the last release: `check --anchor` and `run --anchor`.

use super::history::{StoreArgs, here, load, settings};
use super::limit::Limits;
use allocgate::internals::history::{Anchor, Checkout};
use allocgate::internals::model::Dataset;
use allocgate::internals::policy::Policy;
use allocgate::internals::trend::{Commit, History, Trends, judge};
use allocgate::report::{Finding, Report, Since, SinceSteps};
use anyhow::{Context, ensure};
use bstr::ByteSlice;
use std::collections::BTreeSet;

/// The anchor of a policy, or the revision `named` in its place. `of` is the revision that is judged.
///
/// # Errors
/// If the policy has none, or there is no such revision.
pub(super) fn anchor(policy: &Policy, named: Option<&str>, of: &str) -> anyhow::Result<Anchor> {
    let rule = policy.anchor.as_ref().with_context(|| {
        format!(
            "{}: --anchor needs an anchor in the policy; add a table [anchor] with rev = \"latest-tag\"",
            policy.source
        )
    })?;
    let checkout = Checkout::open(&here()?)?;
    match named {
        Some(named) => checkout.anchor(named, of).with_context(|| format!("--anchor={named}")),
        None => checkout
            .anchor(&rule.rev.value, of)
            .with_context(|| format!("{}: anchor `{}`", rule.rev.origin, rule.rev.value)),
    }
}

/// The waivers that have ended because the anchor moved.
pub(super) fn ended(policy: &Policy, anchor: &Anchor) -> Vec<String> {
    let ended = policy.ended_waivers(&anchor.name);
    let text = |it: &allocgate::internals::policy::AnchorWaiver| {
        format!(
            "{}: the waiver for {} has ended with the anchor {}; the anchor is {}: remove it",
            it.waiver.origin, it.waiver, it.anchor, anchor.name
        )
    };
    ended.map(text).collect()
}

/// Checks that base results are those of the anchor, where they record their commit.
///
/// # Errors
/// If they are of another commit.
pub(super) fn check_base(base: &Dataset, anchor: &Anchor) -> anyhow::Result<()> {
    let commits: BTreeSet<_> = base.configs().filter_map(|it| it.get("commit")).collect();
    for commit in commits {
        let commit = commit.to_str_lossy();
        ensure!(
            anchor.commit.starts_with(&*commit),
            "base was measured at {}, and the anchor {} is {}; measure it again with `allocgate run --anchor`",
            commit.get(..12).unwrap_or(&commit),
            anchor.name,
            short(&anchor.commit)
        );
    }
    Ok(())
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// What got worse since the anchor, and in how many steps where the history knows them. The history is a help, not a condition.
pub(super) fn since(report: &Report, anchor: &Anchor, policy: &Policy, limits: Limits) -> Since {
    let history = load(&StoreArgs::default(), limits).ok();
    let trends = history.as_ref().map(|it| judge(it, &settings(policy)));
    Since::of(&report.rows, &anchor.name, &anchor.commit, |row| steps(trends.as_ref()?, row, anchor))
}

/// The steps of a row after the anchor. `None` if the history has none.
fn steps(trends: &Trends<'_>, row: &Finding, anchor: &Anchor) -> Option<SinceSteps> {
    let history: &History = trends.history;
    let at = history.commits.iter().find(|it| anchor.commit.starts_with(&it.id) || it.id == anchor.commit)?;
    let is_it = |it: &&allocgate::internals::trend::SeriesTrend<'_>| {
        *it.series.pkg == *row.pkg && *it.series.benchmark == *row.benchmark && it.series.unit == row.unit
    };
    let of_all = trends.series.iter().filter(is_it).map(|it| {
        let points = &it.series.points;
        let steps = it.steps.iter().filter_map(|step| {
            let before = step.at.checked_sub(1).and_then(|before| points.get(before));
            Some((before.map(|it| it.commit), points.get(step.at)?.commit))
        });
        steps.filter(|&(_, commit)| history.commits[commit].position > at.position).collect::<Vec<_>>()
    });
    let steps = of_all.max_by_key(Vec::len)?;
    let (before, last) = *steps.last()?;
    let (before, last) = (before.and_then(|it| history.commits.get(it)), history.commits.get(last)?);
    let after = before.filter(|before| !follows(before, last)).map(|it| it.short().to_string());
    Some(SinceSteps::new(steps.len(), last.short(), after))
}

/// Whether no commit is between two.
fn follows(before: &Commit, last: &Commit) -> bool {
    before.position.zip(last.position).is_some_and(|(before, last)| before + 1 == last)
}
