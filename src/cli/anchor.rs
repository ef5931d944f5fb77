//! What changed since an anchor, such as the last release: `check --anchor` and `run --anchor`.

use super::history::{StoreArgs, here, load, settings};
use super::limit::Limits;
use allocgate::internals::history::{Anchor, Checkout};
use allocgate::internals::model::{Dataset, Unit};
use allocgate::internals::policy::Policy;
use allocgate::internals::trend::{History, Trends, judge};
use allocgate::internals::words::{Number, Percent, Signed, counted, shortened};
use allocgate::report::{Finding, Report, Verdict};
use anyhow::{Context, ensure};
use bstr::ByteSlice;
use std::collections::BTreeSet;

/// The most rows that are told.
const MOST: usize = 10;

/// The anchor of a policy. `of` is the revision that is judged.
///
/// # Errors
/// If the policy has none, or there is no such revision.
pub(super) fn anchor(policy: &Policy, of: &str) -> anyhow::Result<Anchor> {
    let rule = policy.anchor.as_ref().with_context(|| {
        format!(
            "{}: --anchor needs an anchor in the policy; add a table [anchor] with rev = \"latest-tag\"",
            policy.source
        )
    })?;
    let anchor = Checkout::open(&here()?)?.anchor(&rule.rev.value, of);
    anchor.with_context(|| format!("{}: anchor `{}`", rule.rev.origin, rule.rev.value))
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

/// What got worse since the anchor, worst first, and in how many steps where the history knows them.
pub(super) fn since(report: &Report, anchor: &Anchor, policy: &Policy, limits: Limits) -> Vec<String> {
    let is_worse = |row: &&Finding| {
        let is_told = matches!(row.verdict, Verdict::Regressed | Verdict::Waived);
        is_told || row.unit.direction().is_some() && row.samples.is_some()
    };
    let mut rows: Vec<&Finding> =
        report.rows.iter().filter(is_worse).filter(|it| it.change.is_some()).collect();
    let size = |row: &Finding| row.change.map_or(0.0, |it| it.percent.map_or(f64::INFINITY, f64::abs));
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    if rows.is_empty() {
        return vec![format!(
            "since {} ({}): nothing got worse beyond its tolerance",
            anchor.name,
            short(&anchor.commit)
        )];
    }
    // The history is a help, not a condition.
    let history = load(&StoreArgs::default(), limits).ok();
    let trends = history.as_ref().map(|it| judge(it, &settings(policy)));
    let row = |row: &&Finding| {
        let change = row.change.map_or_else(String::new, |it| {
            it.percent.map_or_else(|| Signed(it.absolute).to_string(), |percent| Percent(percent).to_string())
        });
        let values = row.base.zip(row.new).map_or_else(String::new, |(base, new)| {
            format!(" ({} → {})", Number(base.center), Number(new.center))
        });
        let steps = trends.as_ref().and_then(|it| steps(it, &row.pkg, &row.benchmark, &row.unit, anchor));
        let steps = steps.map_or_else(String::new, |steps| format!(" in {steps}"));
        format!("since {}: {change}{values} {}, {}{steps}", anchor.name, row.unit, shortened(&row.benchmark))
    };
    let mut lines: Vec<String> = rows.iter().take(MOST).map(row).collect();
    if rows.len() > MOST {
        lines.push(format!("since {}: and {}", anchor.name, counted(rows.len() - MOST, "more row")));
    }
    lines
}

/// The steps of a benchmark after the anchor: `6 steps, the last at 4bf2c5e0a1b2`. `None` if the history has none.
fn steps(trends: &Trends<'_>, pkg: &str, benchmark: &str, unit: &Unit, anchor: &Anchor) -> Option<String> {
    let history: &History = trends.history;
    let at = history.commits.iter().find(|it| anchor.commit.starts_with(&it.id) || it.id == anchor.commit)?;
    let is_it = |it: &&allocgate::internals::trend::SeriesTrend<'_>| {
        &*it.series.pkg == pkg && &*it.series.benchmark == benchmark && it.series.unit == *unit
    };
    let of_all = trends.series.iter().filter(is_it).map(|it| {
        let commits = it.steps.iter().filter_map(|step| it.series.points.get(step.at)).map(|it| it.commit);
        commits.filter(|&commit| history.commits[commit].position > at.position).collect::<Vec<_>>()
    });
    let steps = of_all.max_by_key(Vec::len)?;
    let last = history.commits.get(*steps.last()?)?;
    Some(format!("{}, the last at {}", counted(steps.len(), "step"), last.short()))
}
