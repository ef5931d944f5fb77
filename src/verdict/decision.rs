//! A decision about one row, before it becomes a finding.

use super::annotate;
use super::finding::{Change, Finding, RuleText, Samples, Suspect, Verdict};
use super::reason::{Reason, Shortage, WaiverNote};
use crate::compare::{Certainty, Compared, Comparison, Contrast, Effect};
use crate::model::{Class, Unit};
use crate::policy::{ConditionKind, Level, Origin, Policy, Rule, Setting, Tolerance};
use crate::stats::PValue;
use crate::words::SharedText;
use std::sync::Arc;

/// A verdict, the rule that decided, and the reason.
pub(super) struct Decision {
    pub verdict: Verdict,
    pub level: Level,
    pub rule: Arc<RuleText>,
    pub reason: Reason,
    /// See [`Finding::suspect`].
    pub suspect: Option<Suspect>,
    /// See [`Finding::shortage`].
    pub shortage: Option<Shortage>,
    pub waivers: Vec<WaiverNote>,
    /// See [`Finding::detectable_percent`].
    pub detectable_percent: Option<f64>,
    pub tolerance: Option<Tolerance>,
    pub max: Option<f64>,
}

/// A rule, and how its tolerance is written.
#[derive(Debug, Clone)]
pub(super) struct AppliedRule {
    pub rule: Rule,
    pub tolerance: Arc<RuleText>,
}

/// The benchmark that the rows belong to.
pub(super) struct BenchmarkText {
    pub pkg: SharedText,
    pub benchmark: SharedText,
}

impl AppliedRule {
    pub fn new(rule: Rule) -> AppliedRule {
        let tolerance = RuleText::new(&rule.tolerance.origin, rule.tolerance.value.to_string());
        AppliedRule { rule, tolerance: Arc::new(tolerance) }
    }
}

impl Decision {
    /// Decided by the tolerance for a change.
    pub fn by_tolerance(verdict: Verdict, applied: &AppliedRule, reason: Reason) -> Decision {
        let (level, rule) = (applied.rule.level.value, applied.tolerance.clone());
        Decision::plain(verdict, level, rule, reason, bounds(&applied.rule))
    }

    /// Decided by an absolute maximum.
    pub fn by_maximum(
        verdict: Verdict,
        rule: &Rule,
        max: &Setting<f64>,
        unit: &Unit,
        reason: Reason,
    ) -> Decision {
        let text = RuleText::new(&max.origin, format!("max {unit} = {}", max.value));
        Decision::plain(verdict, rule.max_level.value, Arc::new(text), reason, bounds(rule))
    }

    /// Decided by a condition of the evidence.
    pub fn by_condition(
        verdict: Verdict,
        condition: ConditionKind,
        policy: &Policy,
        reason: Reason,
    ) -> Decision {
        let level = policy.level(condition);
        let origin = policy.evidence.get(&condition).map_or_else(Origin::fallback, |it| it.origin.clone());
        let rule = Arc::new(RuleText::new(&origin, format!("{condition} = {level}")));
        Decision::plain(verdict, level, rule, reason, (None, None))
    }

    fn plain(
        verdict: Verdict,
        level: Level,
        rule: Arc<RuleText>,
        reason: Reason,
        (tolerance, max): (Option<Tolerance>, Option<f64>),
    ) -> Decision {
        Decision {
            verdict,
            level,
            rule,
            reason,
            suspect: None,
            shortage: None,
            waivers: Vec::new(),
            detectable_percent: None,
            tolerance,
            max,
        }
    }

    /// The finding on a row that was measured on at least one side.
    pub fn on(self, row: &Compared, named: &BenchmarkText) -> Finding {
        let (base, new, comparison) = match &row.contrast {
            Contrast::Both(both) => (Some(both.base), Some(both.new), Some(both)),
            Contrast::BaseOnly(base) => (Some(*base), None, None),
            Contrast::NewOnly(new) => (None, Some(*new), None),
        };
        // An exceeded maximum is held against the worst sample of a count.
        let worst = new
            .filter(|_| self.verdict == Verdict::OverBudget && row.unit.class() == Class::Counting)
            .and_then(|new| new.high.filter(|&high| high != new.center));
        let worse = matches!(self.verdict, Verdict::OverBudget | Verdict::Regressed | Verdict::Waived)
            || self.suspect.is_some();
        let worse = worse && new.is_some(); // a removed benchmark can be waived
        Finding {
            base,
            new,
            worst,
            notes: annotate::on_samples(self.verdict, row.unit, &row.series),
            samples: worse.then(|| Box::new(Samples::of(&row.series))),
            change: comparison.map(Change::of),
            p: comparison.map(|comparison| comparison.p),
            p_adjusted: comparison.and_then(p_adjusted),
            detectable_percent: self.detectable_percent,
            ..self.on_nothing(row.unit, named)
        }
    }

    /// The finding on a unit that was measured nowhere.
    pub fn on_nothing(self, unit: &Unit, named: &BenchmarkText) -> Finding {
        Finding {
            pkg: named.pkg.clone(),
            benchmark: named.benchmark.clone(),
            unit: unit.clone(),
            verdict: self.verdict,
            level: self.level,
            base: None,
            new: None,
            worst: None,
            change: None,
            p: None,
            p_adjusted: None,
            detectable_percent: None,
            tolerance: self.tolerance,
            max: self.max,
            rule: self.rule,
            reason: self.reason,
            suspect: self.suspect,
            notes: Vec::new(),
            shortage: self.shortage,
            waivers: self.waivers,
            samples: None,
        }
    }
}

/// That of the side to which the estimate points.
fn p_adjusted(comparison: &Comparison) -> Option<PValue> {
    let (rises, tails) = match (comparison.certainty, comparison.effect) {
        (Certainty::Calibrated(row), _) => (row.effect.value >= 0.0, row.adjusted),
        (Certainty::Ranked(row), Effect::Shift(shift)) => (shift.value >= 0.0, row.adjusted),
        (Certainty::Ranked(row), Effect::Ratio(ratio)) => (ratio.value >= 1.0, row.adjusted),
        (Certainty::Exact | Certainty::FewProcesses(_) | Certainty::TooFew, _) => return None,
    };
    Some(if rises { tails.greater } else { tails.less })
}

/// Tolerance and maximum of a rule. Where changes are ignored there is no tolerance.
fn bounds(rule: &Rule) -> (Option<Tolerance>, Option<f64>) {
    let tolerance = (rule.level.value != Level::Ignore).then_some(rule.tolerance.value);
    (tolerance, rule.max.as_ref().map(|max| max.value))
}
