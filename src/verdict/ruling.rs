//! A decision about one row, before it is written down.

use super::Text;
use super::finding::{Change, Finding, RuleText, Samples, Verdict};
use crate::compare::{Certainty, Compared, Comparison, Contrast, Effect};
use crate::model::{Class, Unit};
use crate::policy::{ConditionKind, Level, Origin, Policy, Rule, Setting, Tolerance};
use crate::stats::PValue;
use std::sync::Arc;

/// What is decided, by which rule, in which words.
pub(super) struct Ruling {
    pub verdict: Verdict,
    pub level: Level,
    pub rule: Arc<RuleText>,
    pub message: String,
    /// See [`Finding::detectable_percent`].
    pub detectable_percent: Option<f64>,
    /// See [`Finding::needed_samples`].
    pub needed_samples: Option<usize>,
    pub tolerance: Option<Tolerance>,
    pub max: Option<f64>,
}

/// A rule, and how its tolerance is written.
#[derive(Debug, Clone)]
pub(super) struct Applied {
    pub rule: Rule,
    pub tolerated: Arc<RuleText>,
}

/// Whose row it is.
pub(super) struct Named {
    pub pkg: Text,
    pub benchmark: Text,
}

impl Applied {
    pub fn new(rule: Rule) -> Applied {
        let tolerated = RuleText::new(&rule.tolerance.origin, rule.tolerance.value.to_string());
        Applied { rule, tolerated: Arc::new(tolerated) }
    }
}

impl Ruling {
    /// Decided by the tolerance for a change.
    pub fn by_tolerance(verdict: Verdict, applied: &Applied, message: String) -> Ruling {
        let (level, rule) = (applied.rule.level.value, applied.tolerated.clone());
        Ruling::plain(verdict, level, rule, message, bounds(&applied.rule))
    }

    /// Decided by an absolute maximum.
    pub fn by_maximum(
        verdict: Verdict,
        rule: &Rule,
        max: &Setting<f64>,
        unit: &Unit,
        message: String,
    ) -> Ruling {
        let text = RuleText::new(&max.origin, format!("max {unit} = {}", max.value));
        Ruling::plain(verdict, rule.max_level.value, Arc::new(text), message, bounds(rule))
    }

    /// Decided by a condition of the evidence.
    pub fn by_condition(
        verdict: Verdict,
        condition: ConditionKind,
        policy: &Policy,
        message: String,
    ) -> Ruling {
        let level = policy.level(condition);
        let origin = policy.evidence.get(&condition).map_or_else(Origin::fallback, |it| it.origin.clone());
        let rule = Arc::new(RuleText::new(&origin, format!("{condition} = {level}")));
        Ruling::plain(verdict, level, rule, message, (None, None))
    }

    fn plain(
        verdict: Verdict,
        level: Level,
        rule: Arc<RuleText>,
        message: String,
        (tolerance, max): (Option<Tolerance>, Option<f64>),
    ) -> Ruling {
        let (detectable_percent, needed_samples) = (None, None);
        Ruling { verdict, level, rule, message, detectable_percent, needed_samples, tolerance, max }
    }

    /// The finding on a row that was measured on some side.
    pub fn on(self, row: &Compared, named: &Named) -> Finding {
        let (base, new, comparison) = match &row.contrast {
            Contrast::Both(both) => (Some(both.base), Some(both.new), Some(both)),
            Contrast::BaseOnly(base) => (Some(*base), None, None),
            Contrast::NewOnly(new) => (None, Some(*new), None),
        };
        // An exceeded maximum is held against the worst sample of a count.
        let worst = new
            .filter(|_| self.verdict == Verdict::OverBudget && row.unit.class() == Class::Counting)
            .and_then(|new| new.high.filter(|&high| high != new.center));
        let worse = matches!(self.verdict, Verdict::OverBudget | Verdict::Regressed | Verdict::Waived);
        Finding {
            base,
            new,
            worst,
            samples: worse.then(|| Box::new(Samples::of(&row.series))),
            change: comparison.map(Change::of),
            p: comparison.map(|comparison| comparison.p),
            p_adjusted: comparison.and_then(p_adjusted),
            detectable_percent: self.detectable_percent,
            needed_samples: self.needed_samples,
            ..self.on_nothing(row.unit, named)
        }
    }

    /// The finding on a unit that was measured nowhere.
    pub fn on_nothing(self, unit: &Unit, named: &Named) -> Finding {
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
            needed_samples: None,
            tolerance: self.tolerance,
            max: self.max,
            rule: self.rule,
            message: self.message,
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
        (Certainty::Exact | Certainty::TooFew, _) => return None,
    };
    Some(if rises { tails.greater } else { tails.less })
}

/// What a change and a value are held against. Where changes are ignored, none is tolerated or not.
fn bounds(rule: &Rule) -> (Option<Tolerance>, Option<f64>) {
    let tolerance = (rule.level.value != Level::Ignore).then_some(rule.tolerance.value);
    (tolerance, rule.max.as_ref().map(|max| max.value))
}
