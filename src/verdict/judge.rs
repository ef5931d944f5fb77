//! The judge of rows.

use super::conclude::{self, Bar, Conclusion};
use super::decision::{AppliedRule, BenchmarkText, Decision};
use super::error::{self, JudgeError};
use super::finding::{Finding, Verdict};
use super::maximum::{self, Platforms};
use super::reason::{NotCompared, Reason, Shortage};
use super::{Sides, annotate, suspect, waiver};
use crate::compare::{Compared, Comparison, Comparisons, Contrast};
use crate::group::{Difference, DifferenceKey, Side};
use crate::model::{BenchmarkId, Class, Name, SamplingPlan, Unit};
use crate::policy::{ConditionKind, Level, Policy, Rule, Rules, Setting};
use crate::words::SharedText;
use bstr::{BStr, ByteSlice};
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What was decided about the rows.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// One per benchmark and unit that the policy does not ignore, in the order of the rows.
    pub findings: Vec<Finding>,
    /// Package and name of the benchmarks that no budget matches, if the policy wants to know them.
    pub unbudgeted: BTreeSet<(String, String)>,
}

/// Judges every row by its rule. The rows of a benchmark stand together, as `compare` leaves them.
///
/// # Errors
/// If a budget cannot be applied, or can never be exceeded.
pub fn judge(
    compared: &Comparisons,
    sides: &Sides,
    platforms: &Platforms,
    policy: &Policy,
    today: Date,
) -> Result<Findings, JudgeError> {
    let rows = compared.rows.as_slice();
    let mut measured: BTreeSet<&Unit> = BTreeSet::new();
    for row in rows {
        measured.insert(row.unit); // one by one: to collect would sort all rows by their few units
    }
    let default_rules =
        measured.iter().map(|&unit| (unit, AppliedRule::new(policy.unit_rule(unit)))).collect();
    let separating = separating(sides, policy);
    let judge = Judge {
        policy,
        has_base: sides.base.is_some(),
        renames: sides.renames,
        plan: &compared.plan,
        separating,
        default_rules,
        lost: lost(sides.new),
        today,
    };
    let wants_unbudgeted = policy.level(ConditionKind::UnbudgetedBenchmark) != Level::Ignore;
    // A finding has 500 bytes: a list for each benchmark, and moving findings from list to list, was a third of judging.
    let judged = |together: &[&[Compared]]| {
        let mut judged = Findings::default();
        judged.findings.reserve(together.iter().map(|rows| rows.len()).sum());
        let mut pkg: Option<(&BStr, SharedText)> = None;
        for rows in together {
            let id = rows[0].id; // a chunk is never empty
            let rules = policy.rules(id, &platforms.of(id)).map_err(error::unknown_platform)?;
            error::unreachable_maxima(&rules, &measured)?;
            if wants_unbudgeted && rules.is_unbudgeted() {
                judged.unbudgeted.insert((id.pkg.to_string(), id.name.full().to_string()));
            }
            let same = pkg.take().filter(|(pkg, _)| *pkg == id.pkg);
            let (_, text) = pkg.insert(same.unwrap_or_else(|| (id.pkg, id.pkg.to_str_lossy().into())));
            let named = BenchmarkText { pkg: text.clone(), benchmark: id.name.full().to_str_lossy().into() };
            judge.benchmark(rows, &rules, &named, &mut judged.findings);
        }
        Ok(judged)
    };
    let benchmarks: Vec<&[Compared]> = rows.chunk_by(|a, b| a.id == b.id).collect();
    let mut all = Findings { findings: Vec::with_capacity(rows.len()), unbudgeted: BTreeSet::new() };
    for held in benchmarks.chunks(HELD) {
        let judged: Vec<Result<Findings, JudgeError>> = held.par_chunks(TOGETHER).map(judged).collect();
        for together in judged {
            let Findings { findings, unbudgeted } = together?; // of several errors the first one
            all.findings.extend(findings);
            all.unbudgeted.extend(unbudgeted);
        }
    }
    Ok(all)
}

/// A thread judges so many benchmarks in one go.
const TOGETHER: usize = 64;

/// The findings of at most so many benchmarks are held twice.
const HELD: usize = 4_096;

struct Judge<'a> {
    policy: &'a Policy,
    has_base: bool,
    /// Benchmarks of base that are likely others of new.
    renames: &'a BTreeMap<BenchmarkId<'a>, BenchmarkId<'a>>,
    plan: &'a SamplingPlan,
    /// The differences that keep times from being compared.
    separating: Vec<&'a Difference<'a>>,
    /// The rule of each unit where no budget applies.
    default_rules: BTreeMap<&'a Unit, AppliedRule>,
    /// The benchmarks of which new lost results, with the condition that reports it.
    lost: HashMap<BenchmarkId<'a>, ConditionKind>,
    /// The day on which waivers are looked at.
    today: Date,
}

/// The benchmarks of which a side lost results, with the condition that reports it.
fn lost<'s>(side: &Side<'s>) -> HashMap<BenchmarkId<'s>, ConditionKind> {
    let mut lost = HashMap::new();
    for loss in side.ledger().files.iter().flat_map(|file| &file.lost) {
        let kind = match loss.reason.is_death() {
            true => ConditionKind::FailedPackages,
            false => ConditionKind::LostResults,
        };
        let id = |name: &'s BStr| BenchmarkId { pkg: loss.package.as_bstr(), name: Name::new(name) };
        lost.extend(loss.reason.names().into_iter().map(|name| (id(name), kind)));
    }
    lost
}

/// The differences between the environments of base and new that keep times from being compared. None that the policy ignores.
fn separating<'a>(sides: &Sides<'a>, policy: &Policy) -> Vec<&'a Difference<'a>> {
    let counts = |it: &&Difference| match it.key {
        DifferenceKey::Cpu => policy.level(ConditionKind::DifferentCpu) != Level::Ignore,
        DifferenceKey::Goos | DifferenceKey::Goarch => {
            policy.level(ConditionKind::DifferentPlatform) != Level::Ignore
        }
        DifferenceKey::Counter => policy.level(ConditionKind::DifferentCounter) != Level::Ignore,
        DifferenceKey::Procs => policy.level(ConditionKind::DifferentProcs) != Level::Ignore,
        DifferenceKey::Package => false,
    };
    sides.differences.iter().filter(counts).collect()
}

impl Judge<'_> {
    /// Every row of one benchmark, and every maximum of a unit that has no row.
    fn benchmark(
        &self,
        rows: &[Compared],
        rules: &Rules,
        named: &BenchmarkText,
        findings: &mut Vec<Finding>,
    ) {
        // What was lost is not removed.
        let is_gone = rows.iter().all(|row| matches!(row.contrast, Contrast::BaseOnly(_)))
            && !self.lost.contains_key(&rows[0].id);
        let in_base = rows.iter().any(|row| !matches!(row.contrast, Contrast::NewOnly(_)));
        let judged = rows
            .iter()
            .map(|row| (row, self.applied(row.unit, rules)))
            .filter(|(_, it)| it.rule.level.value != Level::Ignore || it.rule.max.is_some());
        let id = rows[0].id; // a chunk is never empty
        let first = findings.len();
        for (row, applied) in judged {
            let decision = self.row(row, &applied, in_base);
            let decision = match is_gone {
                true => waiver::apply_to_removed(decision, rules, self.today),
                false => waiver::apply(decision, row, applied.rule.better, rules, self.today),
            };
            findings.push(decision.on(row, named));
        }
        for unit in
            rules.units_with_max().into_iter().filter(|unit| !rows.iter().any(|row| row.unit == *unit))
        {
            let rule = rules.unit(unit);
            let missing = |max| {
                let decision = self.not_measured(&rule, max, unit, id);
                let decision =
                    if is_gone { waiver::apply_to_removed(decision, rules, self.today) } else { decision };
                decision.on_nothing(unit, named)
            };
            findings.extend(rule.max.as_ref().map(missing));
        }
        annotate::add_cpu_time(&mut findings[first..]);
    }

    fn applied(&self, unit: &Unit, rules: &Rules) -> Cow<'_, AppliedRule> {
        match self.default_rules.get(unit).filter(|_| rules.is_unbudgeted()) {
            Some(rule) => Cow::Borrowed(rule),
            None => Cow::Owned(AppliedRule::new(rules.unit(unit))),
        }
    }

    /// An absolute maximum is judged with and without a base, and before anything else.
    fn row(&self, row: &Compared, applied: &AppliedRule, in_base: bool) -> Decision {
        let (unit, rule) = (row.unit, &applied.rule);
        match (&row.contrast, &rule.max) {
            (Contrast::Both(Comparison { new, .. }) | Contrast::NewOnly(new), Some(max))
                if maximum::is_exceeded(max, new, unit) =>
            {
                Decision::by_maximum(Verdict::OverBudget, rule, max, unit, Reason::AboveMaximum)
            }
            (Contrast::Both(comparison), _) => {
                let decision = self.relative(comparison, row, applied);
                Decision { shortage: self.shortage(row.unit, comparison, decision.verdict), ..decision }
            }
            (Contrast::NewOnly(_), _) => self.without_base(unit, applied, in_base),
            // A budget that only warns does not excuse a missing benchmark.
            (Contrast::BaseOnly(_), Some(max)) if rule.max_level.value >= self.missing_level() => {
                self.not_measured(rule, max, unit, row.id)
            }
            // It is reported as lost, or as a failure; that is one finding.
            (Contrast::BaseOnly(_), _) => match self.lost.get(&row.id) {
                Some(&kind) if self.policy.level(kind) >= self.missing_level() => {
                    Decision::by_condition(Verdict::Missing, kind, self.policy, Reason::LostInNew)
                }
                Some(_) | None => self.missing(Reason::NotInNew { renamed: self.renamed(row.id) }),
            },
        }
    }

    /// Base against new, under the tolerance.
    fn relative(&self, comparison: &Comparison, row: &Compared, applied: &AppliedRule) -> Decision {
        let (unit, rule) = (row.unit, &applied.rule);
        let is_of_unit = |it: &Difference| it.key != DifferenceKey::Counter || unit.is_of_counter();
        let separating = || self.separating.iter().find(|it| it.concerns(row.id) && is_of_unit(it));
        if rule.level.value == Level::Ignore {
            return not_compared(unit, applied, NotCompared::UnitIgnored);
        }
        let Some(better) = rule.better else {
            return not_compared(unit, applied, NotCompared::DirectionUnknown);
        };
        if let (Class::Continuous, Some(difference)) = (unit.class(), separating()) {
            return not_compared(unit, applied, NotCompared::DifferentEnvironment(difference.key));
        }
        let (tolerance, gate) = (&rule.tolerance.value, &self.policy.gate);
        let min_samples = self.policy.min_samples(unit).value;
        let bar = Bar { better, tolerance, gate, min_samples, plan: self.plan };
        let decision = match conclude::conclude(row, comparison, bar) {
            Ok(Conclusion { verdict, reason, detectable_percent }) => {
                Decision { detectable_percent, ..Decision::by_tolerance(verdict, applied, reason) }
            }
            Err(why) => not_compared(unit, applied, why),
        };
        let suspect = suspect::suspect(decision.verdict, comparison, better, tolerance);
        Decision { suspect, ..decision }
    }

    fn shortage(&self, unit: &Unit, comparison: &Comparison, verdict: Verdict) -> Option<Shortage> {
        let needed = self.policy.min_samples(unit).value;
        let is_open = matches!(verdict, Verdict::Undecided | Verdict::NotJudged);
        let is_short = is_open && comparison.base.n.min(comparison.new.n) < needed;
        is_short.then(|| Shortage { needed, advice: conclude::take(needed, self.plan) })
    }

    /// Only new has the row.
    fn without_base(&self, unit: &Unit, applied: &AppliedRule, in_base: bool) -> Decision {
        let rule = &applied.rule;
        match (self.has_base, &rule.max) {
            (false, Some(max)) => {
                Decision::by_maximum(Verdict::WithinBudget, rule, max, unit, Reason::WithinMaximum(None))
            }
            (false, None) => {
                Decision { level: Level::Ignore, ..not_compared(unit, applied, NotCompared::NoBase) }
            }
            // Go prints counts for all benchmarks or for none: a base without them was run without -benchmem.
            (true, _) if in_base && unit.class() == Class::Counting => self.missing(Reason::NotInBase),
            (true, _) => {
                Decision::by_condition(Verdict::New, ConditionKind::NewBenchmark, self.policy, Reason::New)
            }
        }
    }

    fn missing_level(&self) -> Level {
        self.policy.level(ConditionKind::MissingBenchmark)
    }

    /// A maximum applies to what was not measured as well: otherwise a rename, or a forgotten flag, would disarm it.
    fn not_measured(&self, rule: &Rule, max: &Setting<f64>, unit: &Unit, id: BenchmarkId) -> Decision {
        let reason = Reason::MaximumNotMeasured { renamed: self.renamed(id) };
        Decision::by_maximum(Verdict::Missing, rule, max, unit, reason)
    }

    /// The benchmark that only new has, and that is likely this one.
    fn renamed(&self, id: BenchmarkId) -> Option<Box<str>> {
        self.renames.get(&id).map(|it| it.name.full().to_string().into())
    }

    fn missing(&self, reason: Reason) -> Decision {
        Decision::by_condition(Verdict::Missing, ConditionKind::MissingBenchmark, self.policy, reason)
    }
}

/// Base and new were not compared; a maximum is judged all the same, and is met.
fn not_compared(unit: &Unit, applied: &AppliedRule, why: NotCompared) -> Decision {
    match &applied.rule.max {
        Some(max) => {
            let reason = Reason::WithinMaximum(Some(why));
            Decision::by_maximum(Verdict::WithinBudget, &applied.rule, max, unit, reason)
        }
        None => {
            let verdict = match why {
                NotCompared::TooFewSamples { .. } => Verdict::Undecided,
                NotCompared::UnitIgnored
                | NotCompared::DirectionUnknown
                | NotCompared::DifferentEnvironment(_)
                | NotCompared::NoBase => Verdict::NotJudged,
            };
            Decision::by_tolerance(verdict, applied, Reason::NotCompared(why))
        }
    }
}
