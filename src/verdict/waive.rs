//! Waivers: regressions that are accepted for a while.

use super::condition::{NAMES, Text};
use super::entries::Entry;
use super::finding::{Finding, RuleText, Verdict};
use super::message;
use super::ruling::Ruling;
use crate::compare::{Compared, Contrast};
use crate::model::Direction;
use crate::policy::{Level, Policy, Rules, Waiver};
use crate::words::{Number, counted, list};
use jiff::civil::Date;

/// The same ruling, or what a waiver makes of it. A waiver accepts a regression or an exceeded maximum, up to its value and
/// until its day; where it does not, the ruling says why.
pub(super) fn waived(
    ruling: Ruling,
    row: &Compared,
    better: Option<Direction>,
    rules: &Rules,
    today: Date,
) -> Ruling {
    let (Contrast::Both(_) | Contrast::NewOnly(_), true) = (&row.contrast, is_bad(&ruling)) else {
        return ruling;
    };
    let (Some(value), Some(better)) = (measured(row), better) else { return ruling };
    let mut ruling = ruling;
    for waiver in rules.waivers(row.unit) {
        if waiver.is_expired(today) {
            ruling.message += &format!("; the waiver of {} ended on {}", waiver.origin, waiver.expires);
        } else if !waiver.covers(value, better) {
            ruling.message += &format!("; the waiver of {} ends at {}", waiver.origin, Number(waiver.up_to));
        } else {
            let Waiver { up_to, expires, reason, .. } = waiver;
            let message =
                format!("{}; accepted up to {} until {expires}: {reason}", ruling.message, Number(*up_to));
            return Ruling { verdict: Verdict::Waived, rule: text(waiver).into(), message, ..ruling };
        }
    }
    ruling
}

fn is_bad(ruling: &Ruling) -> bool {
    matches!(ruling.verdict, Verdict::Regressed | Verdict::OverBudget) && ruling.level != Level::Ignore
}

/// What the waiver is held against: as for an absolute maximum.
fn measured(row: &Compared) -> Option<f64> {
    match &row.contrast {
        Contrast::Both(comparison) => Some(message::measured(&comparison.new, row.unit)),
        Contrast::NewOnly(new) => Some(message::measured(new, row.unit)),
        Contrast::BaseOnly(_) => None,
    }
}

fn text(waiver: &Waiver) -> RuleText {
    let text = format!("waiver up to {} until {}", Number(waiver.up_to), waiver.expires);
    RuleText::new(&waiver.origin, text)
}

/// Waivers whose last day has passed.
pub(super) fn expired(policy: &Policy, today: Date) -> Text {
    let told = |it: &Waiver| format!("{}: {it} ended on {}", it.origin, it.expires);
    let expired: Vec<String> = policy.waivers.iter().filter(|it| it.is_expired(today)).map(told).collect();
    let advice = "mend what they accepted and take them out";
    some(&expired, "expired waiver", advice)
}

/// Waivers that hold and that nothing needed, although it was measured.
pub(super) fn unused(policy: &Policy, findings: &[Finding], set_aside: &[Entry], today: Date) -> Text {
    let used = |it: &Waiver| {
        findings.iter().any(|finding| finding.verdict == Verdict::Waived && *finding.rule == text(it))
    };
    let measured = |it: &Waiver| set_aside.iter().all(|entry| !std::ptr::eq(entry.origin, &it.origin));
    let unused = policy.waivers.iter().filter(|it| !it.is_expired(today) && measured(it) && !used(it));
    let unused: Vec<String> = unused.map(|it| format!("{}: {it}", it.origin)).collect();
    some(&unused, "unused waiver", "nothing came under them: no longer needed, or outgrown")
}

fn some(places: &[String], what: &str, advice: &str) -> Text {
    (!places.is_empty())
        .then(|| (counted(places.len(), what), format!("{}; {advice}", list(places.iter(), NAMES))))
}
