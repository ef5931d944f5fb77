//! The judge.

use super::condition::conditions;
use super::finding::{Finding, Verdict};
use super::message::{self, Told};
use super::platform::Platforms;
use super::relative::{self, Relative};
use super::ruling::Ruling;
use super::waive::waived;
use super::{Condition, Evidence, Noise, Number, Outcome, Unjudgeable, refuse};
use crate::compare::{Compared, Comparison, Comparisons, Contrast, Summary};
use crate::group::{Difference, Key};
use crate::model::{Class, Plan, Unit};
use crate::policy::{self, Level, Policy, Rule, Rules, Setting};
use crate::stats::Tails;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeSet;

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
    refuse::dead_entries(rows, policy)?;
    let judge = Judge { policy, evidence, apart: apart(evidence, policy), today };
    let platforms = Platforms::new(evidence, policy);
    let mut measured: BTreeSet<&Unit> = BTreeSet::new();
    for row in rows {
        measured.insert(row.unit); // one by one: to collect would sort all rows by their few units
    }
    let judged = |benchmark: &&[Compared]| {
        let id = benchmark[0].id; // a chunk is never empty
        let rules = policy.rules(id, &platforms.of(id)).map_err(refuse::nowhere)?;
        refuse::dead_limits(&rules, &measured)?;
        let unbudgeted = rules.is_unbudgeted().then(|| (id.pkg.to_string(), id.name.full().to_string()));
        Ok((judge.benchmark(benchmark, &rules), unbudgeted))
    };
    let benchmarks: Vec<&[Compared]> = rows.chunk_by(|a, b| a.id == b.id).collect();
    let judged: Vec<Result<_, Unjudgeable>> = benchmarks.par_iter().map(judged).collect();
    let mut findings = Vec::with_capacity(rows.len());
    let mut unbudgeted = BTreeSet::new();
    for benchmark in judged {
        let (found, name) = benchmark?; // of several errors the first one
        findings.extend(found);
        unbudgeted.extend(name);
    }
    refuse::idle_verdict(&findings, evidence, policy)?;
    let conditions = conditions(&findings, &unbudgeted, compared, evidence, policy, today);
    let outcome = Outcome::of(&findings, &conditions, policy.gate.undecided);
    let noise = Noise::of(&compared.suites, &findings);
    Ok(Judgement { findings, conditions, noise, plan: compared.plan.clone(), outcome })
}

struct Judge<'a> {
    policy: &'a Policy,
    evidence: &'a Evidence<'a>,
    /// Where times cannot be compared.
    apart: Vec<&'a Difference<'a>>,
    /// The day on which waivers are looked at.
    today: Date,
}

/// What keeps times from being compared: the two sides ran on different machines. Nothing, if the policy ignores that.
fn apart<'a>(evidence: &Evidence<'a>, policy: &Policy) -> Vec<&'a Difference<'a>> {
    let counts = |it: &&Difference| match it.key {
        Key::Cpu => policy.level(policy::Condition::DifferentCpu) != Level::Ignore,
        Key::Goos | Key::Goarch => policy.level(policy::Condition::DifferentPlatform) != Level::Ignore,
        Key::Procs => policy.level(policy::Condition::DifferentProcs) != Level::Ignore,
        Key::Package => false,
    };
    evidence.differences.iter().filter(counts).collect()
}

impl Judge<'_> {
    /// Every row of one benchmark, and every maximum that was set for a unit of which there is no row.
    fn benchmark(&self, rows: &[Compared], rules: &Rules) -> Vec<Finding> {
        let in_base = rows.iter().any(|row| !matches!(row.contrast, Contrast::NewOnly(_)));
        let rule = |row: &Compared| rules.unit(row.unit);
        let judged = rows
            .iter()
            .map(|row| (row, rule(row)))
            .filter(|(_, rule)| rule.level.value != Level::Ignore || rule.max.is_some());
        let mut findings: Vec<Finding> =
            judged.map(|(row, rule)| self.waived(row, &rule, rules, in_base).on(row)).collect();
        let id = rows[0].id; // a chunk is never empty
        for unit in rules.limited().into_iter().filter(|unit| !rows.iter().any(|row| row.unit == *unit)) {
            let rule = rules.unit(unit);
            findings.extend(rule.max.as_ref().map(|max| unmeasured(&rule, max, unit).on_nothing(id, unit)));
        }
        findings
    }

    fn missing_level(&self) -> Level {
        self.policy.level(policy::Condition::MissingBenchmark)
    }

    fn waived(&self, row: &Compared, rule: &Rule, rules: &Rules, in_base: bool) -> Ruling {
        waived(self.row(row, rule, in_base), row, rule, rules, self.today)
    }

    /// An absolute maximum is judged with and without a base, and before anything else.
    fn row(&self, row: &Compared, rule: &Rule, in_base: bool) -> Ruling {
        let unit = row.unit;
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
            (Contrast::Both(comparison), _) => self.relative(comparison, row, rule),
            (Contrast::NewOnly(new), _) => self.without_base(new, unit, rule, in_base),
            // A budget that only warns does not excuse what is gone.
            (Contrast::BaseOnly(_), Some(max)) if rule.max_level.value >= self.missing_level() => {
                unmeasured(rule, max, unit)
            }
            (Contrast::BaseOnly(_), _) => self.missing("measured in base, not in new"),
        }
    }

    /// Base against new, under the tolerance.
    fn relative(&self, comparison: &Comparison, row: &Compared, rule: &Rule) -> Ruling {
        let unit = row.unit;
        let change = message::change(comparison, unit);
        if rule.level.value == Level::Ignore {
            return not_compared(&change, &comparison.new, unit, rule, "the unit is ignored");
        }
        let Some(better) = rule.better else {
            let why = format!("nobody knows which way {unit} is better (set `better` in the policy)");
            return not_compared(&change, &comparison.new, unit, rule, &why);
        };
        let apart = self.apart.iter().find(|it| it.concerns(row.id));
        if let (Class::Continuous, Some(difference)) = (unit.class(), apart) {
            let why = format!("base and new ran with a different {}", difference.key.as_str());
            return not_compared(&change, &comparison.new, unit, rule, &why);
        }
        let told = Told { comparison, better, tolerance: &rule.tolerance.value, gate: &self.policy.gate };
        let ranks = || row.ranks().unwrap_or(Tails::NO_EVIDENCE);
        let (verdict, told) = match relative::decide(comparison, ranks, better, told.tolerance, told.gate) {
            Relative::TooFew => {
                return not_compared(&change, &comparison.new, unit, rule, &told.too_few());
            }
            Relative::Regressed => (Verdict::Regressed, told.proof()),
            Relative::Improved => (Verdict::Improved, told.proof()),
            Relative::Unchanged => (Verdict::Unchanged, told.unchanged()),
            Relative::SetUp => (Verdict::Unchanged, told.set_up(unit)),
            Relative::Undecided => (Verdict::Undecided, told.undecided()),
        };
        let detectable_percent = relative::detectable_percent(comparison, better, &self.policy.gate);
        Ruling { detectable_percent, ..Ruling::by_tolerance(verdict, rule, format!("{change}, {told}")) }
    }

    /// Only new was measured.
    fn without_base(&self, new: &Summary, unit: &Unit, rule: &Rule, in_base: bool) -> Ruling {
        match (self.evidence.base, &rule.max) {
            (None, Some(max)) => {
                let message = message::budget(new, unit, max.value);
                Ruling::by_maximum(Verdict::WithinBudget, rule, max, unit, message)
            }
            // Nobody asked anything of this row.
            (None, None) => Ruling {
                level: Level::Ignore,
                ..not_compared(&message::value(new, unit), new, unit, rule, "no base and no budget")
            },
            // Go prints counts for all benchmarks or for none: a base without them was run without -benchmem.
            (Some(_), _) if in_base && unit.class() == Class::Counting => {
                self.missing("measured in new, not in base; run base with -benchmem")
            }
            (Some(_), _) => {
                let message = format!("{}, not measured in base", message::value(new, unit));
                Ruling::by_condition(Verdict::New, policy::Condition::NewBenchmark, self.policy, message)
            }
        }
    }

    fn missing(&self, message: &str) -> Ruling {
        Ruling::by_condition(
            Verdict::Missing,
            policy::Condition::MissingBenchmark,
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
fn not_compared(told: &str, new: &Summary, unit: &Unit, rule: &Rule, why: &str) -> Ruling {
    match &rule.max {
        Some(max) => {
            let message = format!("{}; not compared: {why}", message::budget(new, unit, max.value));
            Ruling::by_maximum(Verdict::WithinBudget, rule, max, unit, message)
        }
        None => Ruling::by_tolerance(Verdict::NotJudged, rule, format!("{told}, not judged: {why}")),
    }
}

fn exceeds(new: &Summary, unit: &Unit, max: &Setting<f64>) -> bool {
    message::measured(new, unit) > max.value
}
