//! One verdict with everything that led to it.

use super::policy::settings;
use crate::evidence::Condition;
use crate::group::Series;
use crate::model::{BenchmarkId, SamplingPlan};
use crate::policy::Rules;
use crate::verdict::Finding;
use crate::words::{Magnitude, Number, Percent, Signed, clean};
use anstyle::Style;
use std::io::{self, Write};

/// A verdict with everything that led to it.
#[derive(Debug)]
pub struct Explanation<'e> {
    /// The benchmark.
    pub id: BenchmarkId<'e>,
    /// The finding.
    pub finding: &'e Finding,
    /// The samples of base.
    pub base: Option<Series<'e>>,
    /// The samples of new.
    pub new: Option<Series<'e>>,
    /// The rules of the policy for the benchmark.
    pub rules: &'e Rules<'e>,
    /// How the samples were taken.
    pub plan: &'e SamplingPlan,
    /// The conditions of the suite.
    pub conditions: &'e [Condition],
}

/// Writes the samples in the order of measurement, their comparison, every rule with its place, and the rule that decided. It shows why
/// a row fails, and why it passes.
///
/// # Errors
/// If writing fails.
pub fn explain(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let finding = explanation.finding;
    let bold = Style::new().bold();
    let name = format!("{}, {}", clean(explanation.id), clean(finding.unit.as_str()));
    writeln!(
        out,
        "{bold}{name}{bold:#}: {}, level {}",
        finding.verdict.as_str().replace('-', " "),
        finding.level
    )?;
    writeln!(out, "  {}", clean(finding.message()))?;
    writeln!(out, "\nsamples")?;
    samples("base", explanation.base, finding.base, out)?;
    samples("new", explanation.new, finding.new, out)?;
    evidence(finding, explanation.plan, out)?;
    writeln!(out, "\nrules")?;
    settings(&finding.unit, explanation.rules, out)?;
    let place = finding.rule.line.map(|line| format!("{}:{line}", finding.rule.source));
    let place = place.unwrap_or_else(|| finding.rule.source.to_string());
    writeln!(out, "  decided    {} ({})", clean(&finding.rule.text), clean(place))?;
    if !explanation.conditions.is_empty() {
        writeln!(out, "\nconditions")?;
    }
    for condition in explanation.conditions {
        let (title, message) = (clean(condition.title()), clean(condition.message()));
        writeln!(out, "  {title} ({} = {}): {message}", condition.kind(), condition.level)?;
    }
    Ok(())
}

/// The most samples that are written out.
const MOST: usize = 40;

fn samples(
    side: &str,
    series: Option<Series>,
    summary: Option<crate::compare::SampleSummary>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(series) = series else { return writeln!(out, "  {side:<9}  not measured") };
    let values: Vec<String> =
        series.values.iter().take(MOST).map(|&value| Number(value).to_string()).collect();
    let more = match series.values.len() - values.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let center = summary.map(|it| {
        let range = it.low.zip(it.high).filter(|(low, high)| low != high);
        let range = range.map(|(low, high)| format!(" ({} … {})", Number(low), Number(high)));
        format!("{}{}, from ", Number(it.center), range.unwrap_or_default())
    });
    writeln!(out, "  {side:<9}  {}{}{more}", center.unwrap_or_default(), values.join(" "))
}

fn evidence(finding: &Finding, plan: &SamplingPlan, out: &mut dyn Write) -> io::Result<()> {
    if let Some(change) = finding.change {
        let interval = change.low.zip(change.high);
        let interval = interval.map(|(low, high)| format!(" (95% {} … {})", Percent(low), Percent(high)));
        let percent =
            change.percent.map(|percent| format!(", {}{}", Percent(percent), interval.unwrap_or_default()));
        writeln!(out, "  change     {}{}", Signed(change.absolute), percent.unwrap_or_default())?;
    }
    if let Some(p) = finding.p {
        let analysis = interim_analysis(finding, plan).unwrap_or_default();
        let adjusted = finding.p_adjusted.map(|p| format!(", adjusted p={}{analysis}", short(p.get())));
        writeln!(out, "  p          {} (Mann-Whitney){}", short(p.get()), adjusted.unwrap_or_default())?;
    }
    match finding.detectable_percent {
        Some(smallest) => writeln!(out, "  detects    regressions of {} or more", Magnitude(smallest)),
        None => Ok(()),
    }
}

/// `, at analysis 2 of 3`
fn interim_analysis(finding: &Finding, plan: &SamplingPlan) -> Option<String> {
    let look = plan.look(finding.base?.n.max(finding.new?.n))?;
    Some(format!(", at analysis {} of {}", look.number, plan.looks.as_ref()?.rounds().len()))
}

/// A p-value with three digits.
fn short(p: f64) -> String {
    if p < 0.001 { format!("{p:.1e}") } else { format!("{p:.3}") }
}
