//! The judge.

use super::condition::conditions;
use super::finding::{Change, Finding, RuleText, Verdict};
use super::relative::{Relative, decide};
use super::{Condition, Evidence, Key, Outcome, message};
use crate::compare::{Certainty, Compared, Comparison, Contrast, Summary};
use crate::model::{BenchmarkId, Class, Unit};
use crate::policy::{self, Level, Origin, Policy, Rule, Rules};
use std::collections::BTreeSet;

/// Everything that was decided.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// One per benchmark and unit that is not ignored.
    pub findings: Vec<Finding>,
    /// What about the evidence speaks against a verdict.
    pub conditions: Vec<Condition>,
    /// The verdict on the whole.
    pub outcome: Outcome,
}

/// A question that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unjudgeable {
    /// A budget that speaks of no benchmark guards nothing.
    #[error(
        "{origin}: the budget `{pattern}` matches no benchmark; was one renamed? (there is {example}, for example)"
    )]
    DeadBudget {
        /// Where it stands.
        origin: String,
        /// Its pattern.
        pattern: String,
        /// A benchmark that there is.
        example: String,
    },
    /// A single side, and no budget to hold it against.
    #[error(
        "there is no base to compare with, and no budget in the policy ({0}): name a base file, or add a [[budget]]"
    )]
    NoQuestion(String),
    /// Not one row could be judged.
    #[error("nothing could be judged: {0}")]
    NothingJudged(String),
}

/// Judges every row by the rule that holds for it.
///
/// # Errors
/// If a budget matches nothing, or nothing could be judged at all: a gate must not be green for lack of evidence.
pub fn judge(rows: &[Compared], evidence: &Evidence, policy: &Policy) -> Result<Judgement, Unjudgeable> {
    refuse_dead_budgets(rows, policy)?;
    let judge = Judge { policy, evidence, comparable: comparable_times(evidence, policy) };
    let mut findings = Vec::new();
    let mut unbudgeted = BTreeSet::new();
    for benchmark in rows.chunk_by(|a, b| a.id == b.id) {
        let id = benchmark[0].id; // a chunk is never empty
        let rules = policy.rules(id);
        if rules.is_unbudgeted() {
            unbudgeted.insert((id.pkg.to_string(), id.name.full().to_string()));
        }
        let judged = benchmark.iter().map(|row| (row, rules.unit(row.unit)));
        findings.extend(
            judged
                .filter(|(_, rule)| rule.level.value != Level::Ignore)
                .map(|(row, rule)| judge.row(row, &rule)),
        );
        findings.extend(judge.unmeasured(id, benchmark, &rules));
    }
    refuse_idle_verdict(&findings, evidence, policy)?;
    let conditions = conditions(&findings, &unbudgeted, evidence, policy);
    let outcome = Outcome::of(&findings, &conditions, policy.gate.undecided);
    Ok(Judgement { findings, conditions, outcome })
}

fn refuse_dead_budgets(rows: &[Compared], policy: &Policy) -> Result<(), Unjudgeable> {
    let dead = |budget: &&policy::Budget| !rows.iter().any(|row| budget.matches(row.id));
    match (policy.budgets.iter().find(dead), rows.first()) {
        (Some(budget), Some(row)) => Err(Unjudgeable::DeadBudget {
            origin: budget.origin.to_string(),
            pattern: budget.bench.pattern().to_string(),
            example: row.id.to_string(),
        }),
        (None, _) | (Some(_), None) => Ok(()),
    }
}

fn refuse_idle_verdict(
    findings: &[Finding],
    evidence: &Evidence,
    policy: &Policy,
) -> Result<(), Unjudgeable> {
    let idle = |finding: &Finding| matches!(finding.verdict, Verdict::NotJudged | Verdict::New);
    if !findings.iter().all(idle) {
        return Ok(());
    }
    let reason = findings.iter().find(|finding| finding.verdict == Verdict::NotJudged);
    let reason = reason.map(|it| format!("{}: {}", it.benchmark, it.message));
    Err(match evidence.base {
        None => Unjudgeable::NoQuestion(policy.source.to_string()),
        Some(_) => {
            Unjudgeable::NothingJudged(reason.unwrap_or("every unit that both sides have is ignored".into()))
        }
    })
}

/// Whether times of the two sides can be compared at all: not across machines, unless the policy ignores that.
fn comparable_times(evidence: &Evidence, policy: &Policy) -> Times {
    let condition = |key| match key {
        Key::Cpu => policy::Condition::DifferentCpu,
        Key::Goos | Key::Goarch => policy::Condition::DifferentPlatform,
    };
    let differs =
        evidence.differences().into_iter().find(|it| policy.level(condition(it.key)) != Level::Ignore);
    differs.map_or(Times::Comparable, |it| Times::Differ(it.key))
}

enum Times {
    Comparable,
    Differ(Key),
}

struct Judge<'a> {
    policy: &'a Policy,
    evidence: &'a Evidence<'a>,
    comparable: Times,
}

/// A decision about one row, before it is written down.
struct Ruling {
    verdict: Verdict,
    level: Level,
    rule: RuleText,
    message: String,
}

impl Judge<'_> {
    fn row(&self, row: &Compared, rule: &Rule) -> Finding {
        let unit = row.unit;
        let ruling = match (&row.contrast, over_budget(&row.contrast, unit, rule)) {
            (_, Some(ruling)) => ruling,
            (Contrast::Both(comparison), None) => self.relative(comparison, unit, rule),
            (Contrast::BaseOnly(_), None) => self.missing("measured in base, not in new"),
            (Contrast::NewOnly(new), None) => self.without_base(new, unit, rule),
        };
        let (base, new, comparison) = match &row.contrast {
            Contrast::Both(both) => (Some(both.base), Some(both.new), Some(both)),
            Contrast::BaseOnly(base) => (Some(*base), None, None),
            Contrast::NewOnly(new) => (None, Some(*new), None),
        };
        let adjusted = |comparison: &Comparison| match comparison.certainty {
            Certainty::Tested { adjusted, .. } => Some(adjusted),
            Certainty::Exact | Certainty::TooFew => None,
        };
        Finding {
            base,
            new,
            change: comparison.map(Change::of),
            p: comparison.map(|comparison| comparison.p),
            p_adjusted: comparison.and_then(adjusted),
            ..ruling.about(row.id, unit)
        }
    }

    /// Base against new, under the tolerance.
    fn relative(&self, comparison: &Comparison, unit: &Unit, rule: &Rule) -> Ruling {
        let Some(better) = rule.better else {
            let advice =
                format!("not judged: nobody knows which way {unit} is better (set `better` in the policy)");
            return Ruling::by_tolerance(Verdict::NotJudged, rule, advice);
        };
        if let (Class::Continuous, Times::Differ(key)) = (unit.class(), &self.comparable) {
            let why = format!("not judged: base and new ran with a different {}", key.as_str());
            return Ruling::by_tolerance(Verdict::NotJudged, rule, why);
        }
        let gate = &self.policy.gate;
        let tolerance = &rule.tolerance.value;
        let change = message::change(comparison, unit);
        let proven = || format!("{change}, {}; {tolerance}", message::proof(comparison, gate));
        let (verdict, told) = match decide(comparison, better, tolerance, gate) {
            Relative::Regressed => (Verdict::Regressed, proven()),
            Relative::Improved => (Verdict::Improved, proven()),
            Relative::Unchanged => (Verdict::Unchanged, format!("{change}, within {tolerance}")),
            Relative::Undecided => {
                (Verdict::Undecided, format!("{change}, {}", message::undecided(comparison, tolerance, gate)))
            }
            Relative::TooFew => {
                (Verdict::NotJudged, format!("{change}, {}", message::too_few(comparison, gate)))
            }
        };
        Ruling::by_tolerance(verdict, rule, told)
    }

    fn missing(&self, message: &str) -> Ruling {
        self.by_condition(policy::Condition::MissingBenchmark, Verdict::Missing, message.to_string())
    }

    fn without_base(&self, new: &Summary, unit: &Unit, rule: &Rule) -> Ruling {
        match (&rule.max, self.evidence.base) {
            (Some(max), None) => {
                let message = message::budget(new, unit, max.value);
                Ruling::by_maximum(Verdict::WithinBudget, rule.level.value, unit, max, message)
            }
            (None, None) => Ruling::by_tolerance(
                Verdict::NotJudged,
                rule,
                "not judged: no base and no budget".to_string(),
            ),
            (_, Some(_)) => {
                let message = format!("{} {unit}, not measured in base", super::Number(new.center));
                self.by_condition(policy::Condition::NewBenchmark, Verdict::New, message)
            }
        }
    }

    /// A maximum for a unit that neither side measured would otherwise be kept in silence.
    fn unmeasured(&self, id: BenchmarkId, rows: &[Compared], rules: &Rules) -> Vec<Finding> {
        let measured = |unit: &Unit| rows.iter().any(|row| row.unit == unit);
        let limits = rules.limited().into_iter().filter(|unit| !measured(unit));
        limits
            .map(|unit| self.missing("has a budget and was not measured; run with -benchmem").about(id, unit))
            .collect()
    }

    fn by_condition(&self, condition: policy::Condition, verdict: Verdict, message: String) -> Ruling {
        let level = self.policy.level(condition);
        let origin =
            self.policy.evidence.get(&condition).map_or_else(Origin::fallback, |it| it.origin.clone());
        Ruling { verdict, level, rule: rule_text(&origin, format!("{condition} = {level}")), message }
    }
}

/// An absolute maximum is judged with and without a baseline, before anything else.
fn over_budget(contrast: &Contrast, unit: &Unit, rule: &Rule) -> Option<Ruling> {
    let new = match contrast {
        Contrast::Both(comparison) => &comparison.new,
        Contrast::NewOnly(new) => new,
        Contrast::BaseOnly(_) => return None,
    };
    let max = rule.max.as_ref().filter(|max| message::measured(new, unit) > max.value)?;
    let message = message::budget(new, unit, max.value);
    Some(Ruling::by_maximum(Verdict::OverBudget, rule.level.value, unit, max, message))
}

impl Ruling {
    fn by_tolerance(verdict: Verdict, rule: &Rule, message: String) -> Ruling {
        let text = rule_text(&rule.tolerance.origin, rule.tolerance.value.to_string());
        Ruling { verdict, level: rule.level.value, rule: text, message }
    }

    fn by_maximum(
        verdict: Verdict,
        level: Level,
        unit: &Unit,
        max: &policy::Setting<f64>,
        message: String,
    ) -> Ruling {
        Ruling {
            verdict,
            level,
            rule: rule_text(&max.origin, format!("max {unit} = {}", max.value)),
            message,
        }
    }

    /// The finding with nothing measured yet.
    fn about(self, id: BenchmarkId, unit: &Unit) -> Finding {
        Finding {
            pkg: id.pkg.to_string(),
            benchmark: id.name.full().to_string(),
            unit: unit.clone(),
            verdict: self.verdict,
            level: self.level,
            base: None,
            new: None,
            change: None,
            p: None,
            p_adjusted: None,
            detectable_percent: None,
            rule: self.rule,
            message: self.message,
        }
    }
}

fn rule_text(origin: &Origin, text: String) -> RuleText {
    RuleText { source: origin.source.to_string(), line: origin.line, text }
}
