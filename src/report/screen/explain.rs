//! The trail of one verdict.

use super::policy::settings;
use crate::evidence::Condition;
use crate::group::Series;
use crate::model::{BenchmarkId, Plan};
use crate::policy::Rules;
use crate::verdict::{Finding, Verdict};
use crate::words::clean;
use crate::words::{Number, Percent, Signed};
use anstyle::Style;
use std::io::{self, Write};

/// One verdict with everything that led to it.
#[derive(Debug)]
pub struct Explanation<'t> {
    /// The benchmark.
    pub id: BenchmarkId<'t>,
    /// What was found.
    pub finding: &'t Finding,
    /// What was measured in base.
    pub base: Option<Series<'t>>,
    /// What was measured in new.
    pub new: Option<Series<'t>>,
    /// What the policy says of the benchmark.
    pub rules: &'t Rules<'t>,
    /// How the samples are said to have been taken.
    pub plan: &'t Plan,
    /// What speaks against a verdict on the suite.
    pub conditions: &'t [Condition],
}

/// Writes the trail: the samples in the order measured, what they come to, every rule with its place, and the one that
/// decided. Answers why something is red, and why it is green.
///
/// # Errors
/// If writing fails.
pub fn explain(trail: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let finding = trail.finding;
    let bold = Style::new().bold();
    let name = format!("{}, {}", clean(trail.id), clean(finding.unit.as_str()));
    writeln!(out, "{bold}{name}{bold:#}: {}, level {}", word(finding.verdict), finding.level)?;
    writeln!(out, "  {}", clean(finding.message()))?;
    writeln!(out, "\nmeasured")?;
    samples("base", trail.base, finding.base, out)?;
    samples("new", trail.new, finding.new, out)?;
    evidence(finding, trail.plan, out)?;
    writeln!(out, "\nrules")?;
    settings(&finding.unit, trail.rules, out)?;
    let place = finding.rule.line.map(|line| format!("{}:{line}", finding.rule.source));
    let place = place.unwrap_or_else(|| finding.rule.source.to_string());
    writeln!(out, "  decided    {} ({})", clean(&finding.rule.text), clean(place))?;
    if !trail.conditions.is_empty() {
        writeln!(out, "\nconditions of the suite")?;
    }
    for condition in trail.conditions {
        let (title, message) = (clean(condition.title()), clean(condition.message()));
        writeln!(out, "  {title} ({} = {}): {message}", condition.kind(), condition.level)?;
    }
    Ok(())
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::OverBudget => "over budget",
        Verdict::Regressed => "regressed",
        Verdict::Missing => "missing",
        Verdict::Waived => "waived",
        Verdict::Undecided => "undecided",
        Verdict::NotJudged => "not judged",
        Verdict::Improved => "improved",
        Verdict::Unchanged => "unchanged",
        Verdict::WithinBudget => "within budget",
        Verdict::New => "new",
    }
}

/// How many samples are written out.
const MOST: usize = 40;

fn samples(
    side: &str,
    series: Option<Series>,
    summary: Option<crate::compare::SampleSummary>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(series) = series else { return writeln!(out, "  {side:<9}  nothing") };
    let values: Vec<String> =
        series.values.iter().take(MOST).map(|&value| Number(value).to_string()).collect();
    let more = series.values.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let center = summary.map(|it| {
        let range = it.low.zip(it.high).filter(|(low, high)| low != high);
        let range = range.map(|(low, high)| format!(" ({} … {})", Number(low), Number(high)));
        format!("{}{}, from ", Number(it.center), range.unwrap_or_default())
    });
    writeln!(out, "  {side:<9}  {}{}{more}", center.unwrap_or_default(), values.join(" "))
}

fn evidence(finding: &Finding, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    if let Some(change) = finding.change {
        let interval = change.low.zip(change.high);
        let interval = interval.map(|(low, high)| format!(" (95% {} … {})", Percent(low), Percent(high)));
        let percent =
            change.percent.map(|percent| format!(", {}{}", Percent(percent), interval.unwrap_or_default()));
        writeln!(out, "  change     {}{}", Signed(change.absolute), percent.unwrap_or_default())?;
    }
    if let Some(p) = finding.p {
        let look = look(finding, plan).unwrap_or_default();
        let adjusted =
            finding.p_adjusted.map(|p| format!("; {} in the light of the suite{look}", short(p.get())));
        writeln!(out, "  p          {} by Mann-Whitney{}", short(p.get()), adjusted.unwrap_or_default())?;
    }
    match finding.detectable_percent {
        Some(least) => writeln!(out, "  finds      regressions from {} on", Percent(least)),
        None => Ok(()),
    }
}

/// ` and of look 2 of 3`
fn look(finding: &Finding, plan: &Plan) -> Option<String> {
    let look = plan.look(finding.base?.n.max(finding.new?.n))?;
    Some(format!(" and of look {} of {}", look.number, plan.looks.as_ref()?.rounds().len()))
}

/// A p-value to three digits.
fn short(p: f64) -> String {
    if p < 0.001 { format!("{p:.1e}") } else { format!("{p:.3}") }
}
