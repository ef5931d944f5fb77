//! Waivers: regressions and removed benchmarks that are accepted for a while.

use super::decision::Decision;
use super::finding::{RuleText, Verdict};
use super::maximum;
use super::reason::WaiverNote;
use crate::compare::{Compared, Contrast};
use crate::model::Direction;
use crate::policy::{Level, RemovalWaiver, Rules, Waiver};
use crate::words::Number;
use jiff::civil::Date;

/// Applies waivers: one accepts a regression or an exceeded maximum, up to its value and until its last day. A waiver that
/// does not is noted.
pub(super) fn apply(
    mut decision: Decision,
    row: &Compared,
    better: Option<Direction>,
    rules: &Rules,
    today: Date,
) -> Decision {
    let is_bad = matches!(decision.verdict, Verdict::Regressed | Verdict::OverBudget);
    if !is_bad || decision.level == Level::Ignore {
        return decision;
    }
    let (Some(value), Some(better)) = (measured(row), better) else { return decision };
    for waiver in rules.waivers(row.unit) {
        let Waiver { up_to, expires, reason, origin, .. } = waiver;
        if waiver.is_expired(today) {
            decision.waivers.push(WaiverNote::Expired { origin: origin.clone(), expires: *expires });
        } else if !waiver.covers(value, better) {
            decision.waivers.push(WaiverNote::Exceeded { origin: origin.clone(), up_to: *up_to });
        } else {
            let reason = reason.clone();
            decision.waivers.push(WaiverNote::Accepted { up_to: *up_to, expires: *expires, reason });
            return Decision { verdict: Verdict::Waived, rule: rule_text(waiver).into(), ..decision };
        }
    }
    decision
}

/// Applies waivers to a row of a benchmark that new does not have: one accepts that it is removed, until its last day.
pub(super) fn apply_to_removed(mut decision: Decision, rules: &Rules, today: Date) -> Decision {
    if decision.verdict != Verdict::Missing || decision.level == Level::Ignore {
        return decision;
    }
    for removal in rules.removals() {
        let RemovalWaiver { expires, reason, origin, .. } = removal;
        if removal.is_expired(today) {
            decision.waivers.push(WaiverNote::Expired { origin: origin.clone(), expires: *expires });
        } else {
            decision.waivers.push(WaiverNote::Removed { expires: *expires, reason: reason.clone() });
            return Decision { verdict: Verdict::Waived, rule: removal_text(removal).into(), ..decision };
        }
    }
    decision
}

/// What a waiver is held against: the same value as an absolute maximum.
fn measured(row: &Compared) -> Option<f64> {
    match &row.contrast {
        Contrast::Both(comparison) => Some(maximum::measured(&comparison.new, row.unit)),
        Contrast::NewOnly(new) => Some(maximum::measured(new, row.unit)),
        Contrast::BaseOnly(_) => None,
    }
}

/// A waiver as the rule of a finding that it accepts.
pub fn rule_text(waiver: &Waiver) -> RuleText {
    let text = format!("waiver up to {} until {}", Number(waiver.up_to), waiver.expires);
    RuleText::new(&waiver.origin, text)
}

/// A waiver for removed benchmarks as the rule of a finding that it accepts.
pub fn removal_text(removal: &RemovalWaiver) -> RuleText {
    RuleText::new(&removal.origin, format!("waiver of its removal until {}", removal.expires))
}
