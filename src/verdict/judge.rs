//! The judge.

use super::condition::conditions;
use super::finding::{Finding, Verdict};
use super::message::{self, Told};
use super::platform::Platforms;
use super::relative::{self, Relative};
use super::ruling::{Applied, Named, Ruling};
use super::waive::waived;
use super::{Condition, Evidence, Noise, Outcome, Unjudgeable, entries, refuse};
use crate::compare::{Certainty, Compared, Comparison, Comparisons, Contrast, SampleSummary};
use crate::group::{Difference, DifferenceKey};
use crate::model::{Class, Plan, Unit};
use crate::policy::{self, Level, Policy, Rule, Rules, Setting};
use crate::stats::Tails;
use crate::words::Number;
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was decided.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// One per benchmark and unit that is not ignored.
    pub findings: Vec<Finding>,
    /// What about the evidence speaks against a verdict.
    pub conditions: Vec<Condition>,
    /// What the run could see, per time-like unit.
    pub noise: Vec<Noise>,
    /// How the samples are said to have been taken.
    pub plan: Plan,
    /// The verdict on the whole.
    pub outcome: Outcome,
}

/// Judges every row by the rule that holds for it. The rows of a benchmark must stand together, as `compare` leaves them.
///
/// # Errors
/// If a budget guards nothing, or nothing could be judged at all: a gate must not be green for lack of evidence.
pub fn judge(
    compared: &Comparisons,
    evidence: &Evidence,
    policy: &Policy,
    today: Date,
) -> Result<Judgement, Unjudgeable> {
    let rows = compared.rows.as_slice();
    let set_aside = entries::set_aside(rows, evidence, policy)?;
    let platforms = Platforms::new(evidence, policy);
    let mut measured: BTreeSet<&Unit> = BTreeSet::new();
    for row in rows {
        measured.insert(row.unit); // one by one: to collect would sort all rows by their few units
    }
    let usual = measured.iter().map(|&unit| (unit, Applied::new(policy.unit_rule(unit)))).collect();
    let judge =
        Judge { policy, evidence, plan: &compared.plan, apart: apart(evidence, policy), usual, today };
    let asks_for_budgets = policy.level(policy::ConditionKind::UnbudgetedBenchmark) != Level::Ignore;
    let judged = |benchmark: &&[Compared]| {
        let id = benchmark[0].id; // a chunk is never empty
        let rules = policy.rules(id, &platforms.of(id)).map_err(refuse::nowhere)?;
        refuse::dead_limits(&rules, &measured)?;
        let unbudgeted = (asks_for_budgets && rules.is_unbudgeted())
            .then(|| (id.pkg.to_string(), id.name.full().to_string()));
        Ok((judge.benchmark(benchmark, &rules), unbudgeted))
    };
    let benchmarks: Vec<&[Compared]> = rows.chunk_by(|a, b| a.id == b.id).collect();
    let mut findings = Vec::with_capacity(rows.len());
    let mut unbudgeted = BTreeSet::new();
    // Not all at once: findings are large, and would all be there twice.
    for benchmarks in benchmarks.chunks(AT_ONCE) {
        let judged: Vec<Result<_, Unjudgeable>> = benchmarks.par_iter().map(judged).collect();
        for benchmark in judged {
            let (found, name) = benchmark?; // of several errors the first one
            findings.extend(found);
            unbudgeted.extend(name);
        }
    }
    refuse::idle_verdict(&findings, evidence, policy)?;
    let conditions = conditions(&findings, &unbudgeted, &set_aside, compared, evidence, policy, today);
    let outcome = Outcome::of(&findings, &conditions, policy.gate.undecided);
    let noise = Noise::of(&compared.suites, &findings);
    Ok(Judgement { findings, conditions, noise, plan: compared.plan.clone(), outcome })
}

/// So many benchmarks are judged side by side.
const AT_ONCE: usize = 4096;

struct Judge<'a> {
    policy: &'a Policy,
    evidence: &'a Evidence<'a>,
    /// How the samples were taken.
    plan: &'a Plan,
    /// Where times cannot be compared.
    apart: Vec<&'a Difference<'a>>,
    /// What holds for each unit where no budget speaks.
    usual: BTreeMap<&'a Unit, Applied>,
    /// The day on which waivers are looked at.
    today: Date,
}

/// What keeps times from being compared: the two sides ran on different machines. Nothing, if the policy ignores that.
fn apart<'a>(evidence: &Evidence<'a>, policy: &Policy) -> Vec<&'a Difference<'a>> {
    let counts = |it: &&Difference| match it.key {
        DifferenceKey::Cpu => policy.level(policy::ConditionKind::DifferentCpu) != Level::Ignore,
        DifferenceKey::Goos | DifferenceKey::Goarch => {
            policy.level(policy::ConditionKind::DifferentPlatform) != Level::Ignore
        }
        DifferenceKey::Procs => policy.level(policy::ConditionKind::DifferentProcs) != Level::Ignore,
        DifferenceKey::Package => false,
    };
    evidence.differences.iter().filter(counts).collect()
}

impl Judge<'_> {
    /// Every row of one benchmark, and every maximum that was set for a unit of which there is no row.
    fn benchmark(&self, rows: &[Compared], rules: &Rules) -> Vec<Finding> {
        let in_base = rows.iter().any(|row| !matches!(row.contrast, Contrast::NewOnly(_)));
        let judged = rows
            .iter()
            .map(|row| (row, self.applied(row.unit, rules)))
            .filter(|(_, it)| it.rule.level.value != Level::Ignore || it.rule.max.is_some());
        let id = rows[0].id; // a chunk is never empty
        let named = Named { pkg: id.pkg.to_string().into(), benchmark: id.name.full().to_string().into() };
        let mut findings = Vec::with_capacity(rows.len());
        for (row, applied) in judged {
            let ruling = self.row(row, &applied, in_base);
            findings.push(waived(ruling, row, applied.rule.better, rules, self.today).on(row, &named));
        }
        for unit in rules.limited().into_iter().filter(|unit| !rows.iter().any(|row| row.unit == *unit)) {
            let rule = rules.unit(unit);
            findings
                .extend(rule.max.as_ref().map(|max| unmeasured(&rule, max, unit).on_nothing(unit, &named)));
        }
        findings
    }

    fn applied(&self, unit: &Unit, rules: &Rules) -> Cow<'_, Applied> {
        match self.usual.get(unit).filter(|_| rules.is_unbudgeted()) {
            Some(usual) => Cow::Borrowed(usual),
            None => Cow::Owned(Applied::new(rules.unit(unit))),
        }
    }

    fn missing_level(&self) -> Level {
        self.policy.level(policy::ConditionKind::MissingBenchmark)
    }

    /// An absolute maximum is judged with and without a base, and before anything else.
    fn row(&self, row: &Compared, applied: &Applied, in_base: bool) -> Ruling {
        let (unit, rule) = (row.unit, &applied.rule);
        match (&row.contrast, &rule.max) {
            (Contrast::Both(Comparison { new, .. }) | Contrast::NewOnly(new), Some(max))
                if exceeds(new, unit, max) =>
            {
                Ruling::by_maximum(
                    Verdict::OverBudget,
                    rule,
                    max,
                    unit,
                    message::budget(new, unit, max.value),
                )
            }
            (Contrast::Both(comparison), _) => self.relative(comparison, row, applied),
            (Contrast::NewOnly(new), _) => self.without_base(new, unit, applied, in_base),
            // A budget that only warns does not excuse what is gone.
            (Contrast::BaseOnly(_), Some(max)) if rule.max_level.value >= self.missing_level() => {
                unmeasured(rule, max, unit)
            }
            (Contrast::BaseOnly(_), _) => self.missing("measured in base, not in new"),
        }
    }

    /// Base against new, under the tolerance.
    fn relative(&self, comparison: &Comparison, row: &Compared, applied: &Applied) -> Ruling {
        let (unit, rule) = (row.unit, &applied.rule);
        let change = message::change(comparison, unit);
        let not_compared = |why: &str| not_compared(&change, &comparison.new, unit, applied, why);
        if rule.level.value == Level::Ignore {
            return not_compared("the unit is ignored");
        }
        let Some(better) = rule.better else {
            let why = format!("nobody knows which way {unit} is better (set `better` in the policy)");
            return not_compared(&why);
        };
        let apart = self.apart.iter().find(|it| it.concerns(row.id));
        if let (Class::Continuous, Some(difference)) = (unit.class(), apart) {
            let why = format!("base and new ran with a different {}", difference.key.as_str());
            return not_compared(&why);
        }
        let (tolerance, gate) = (&rule.tolerance.value, &self.policy.gate);
        let told =
            Told { comparison, better, tolerance, limit: &applied.tolerated.text, gate, plan: self.plan };
        let ranks = || row.ranks().unwrap_or(Tails::NO_EVIDENCE);
        let (verdict, told) = match relative::decide(comparison, ranks, better, tolerance, gate) {
            Relative::TooFew => return not_compared(&told.too_few()),
            Relative::Regressed => (Verdict::Regressed, told.proof()),
            Relative::Improved => (Verdict::Improved, told.proof()),
            Relative::Unchanged => (Verdict::Unchanged, told.unchanged()),
            Relative::SetUp => (Verdict::Unchanged, told.set_up(unit)),
            Relative::Undecided => (Verdict::Undecided, told.undecided()),
        };
        let (detectable_percent, needed_samples) = match &comparison.certainty {
            Certainty::Calibrated(row) => {
                (relative::detectable_percent(row, relative::reach(row, gate), better), None)
            }
            Certainty::Ranked(row) if verdict == Verdict::Undecided => {
                (None, relative::provable_from(comparison, row, gate))
            }
            Certainty::Exact | Certainty::Ranked(_) | Certainty::TooFew => (None, None),
        };
        Ruling {
            detectable_percent,
            needed_samples,
            ..Ruling::by_tolerance(verdict, applied, change + ", " + &told)
        }
    }

    /// Only new was measured.
    fn without_base(&self, new: &SampleSummary, unit: &Unit, applied: &Applied, in_base: bool) -> Ruling {
        let rule = &applied.rule;
        match (self.evidence.base, &rule.max) {
            (None, Some(max)) => {
                let message = message::budget(new, unit, max.value);
                Ruling::by_maximum(Verdict::WithinBudget, rule, max, unit, message)
            }
            // Nobody asked anything of this row.
            (None, None) => Ruling {
                level: Level::Ignore,
                ..not_compared(&message::value(new, unit), new, unit, applied, "no base and no budget")
            },
            // Go prints counts for all benchmarks or for none: a base without them was run without -benchmem.
            (Some(_), _) if in_base && unit.class() == Class::Counting => {
                self.missing("measured in new, not in base; run base with -benchmem")
            }
            (Some(_), _) => {
                let message = format!("{}, not measured in base", message::value(new, unit));
                Ruling::by_condition(Verdict::New, policy::ConditionKind::NewBenchmark, self.policy, message)
            }
        }
    }

    fn missing(&self, message: &str) -> Ruling {
        Ruling::by_condition(
            Verdict::Missing,
            policy::ConditionKind::MissingBenchmark,
            self.policy,
            message.to_string(),
        )
    }
}

/// A maximum holds for what was not measured as well: otherwise a rename, or a forgotten flag, would disarm it.
fn unmeasured(rule: &Rule, max: &Setting<f64>, unit: &Unit) -> Ruling {
    let message = format!(
        "budget {} {unit}, not measured in new; renamed, removed, or run without -benchmem?",
        Number(max.value)
    );
    Ruling::by_maximum(Verdict::Missing, rule, max, unit, message)
}

/// Nothing to compare with; a maximum is judged all the same, and was kept.
fn not_compared(told: &str, new: &SampleSummary, unit: &Unit, applied: &Applied, why: &str) -> Ruling {
    match &applied.rule.max {
        Some(max) => {
            let message = format!("{}; not compared: {why}", message::budget(new, unit, max.value));
            Ruling::by_maximum(Verdict::WithinBudget, &applied.rule, max, unit, message)
        }
        None => Ruling::by_tolerance(Verdict::NotJudged, applied, format!("{told}, not judged: {why}")),
    }
}

fn exceeds(new: &SampleSummary, unit: &Unit, max: &Setting<f64>) -> bool {
    message::measured(new, unit) > max.value
}
