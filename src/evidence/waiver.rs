//! Waivers that expired, or that nothing needs.

use super::NAMES;
use super::entry::UnmatchedEntry;
use super::shards::ShardState;
use crate::group::selections;
use crate::policy::{ConditionKind, Origin, Policy, RemovalWaiver, Waiver};
use crate::verdict::{Finding, RuleText, Sides, Verdict, removal_text, rule_text};
use crate::words::{Listed, SharedText, counted};
use jiff::civil::Date;
use std::collections::HashSet;
use std::fmt;

/// Waivers to clean up, with their places.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WaiverState {
    /// Their last day has passed.
    Expired(Listed),
    /// They hold, their benchmark was measured, and no row needs them.
    Unused(Listed),
    /// The last day of waivers for removed benchmarks has passed.
    ExpiredRemovals(Listed),
    /// No benchmark that they match is missing.
    UnusedRemovals(Listed),
}

impl WaiverState {
    pub(super) fn of(
        policy: &Policy,
        findings: &[Finding],
        unmatched: &[UnmatchedEntry],
        sides: &Sides,
        today: Date,
    ) -> Vec<WaiverState> {
        let (expired, valid): (Vec<&Waiver>, _) = policy.waivers.iter().partition(|it| it.is_expired(today));
        let needed = needed(findings);
        let accepts = |it: &Waiver| needed.contains(&place(&rule_text(it)));
        let unmatched: HashSet<*const Origin> =
            unmatched.iter().map(|entry| std::ptr::from_ref(entry.origin)).collect();
        let is_measured = |it: &Waiver| !unmatched.contains(&std::ptr::from_ref(&it.origin));
        // Without a base there is no regression to accept.
        let is_compared = sides.base.is_some();
        let unused = valid.into_iter().filter(|it| is_compared && is_measured(it) && !accepts(it));
        let expired = expired.iter().map(|it| format!("{}: {it} expired on {}", it.origin, it.expires));
        let unused = unused.map(|it| format!("{}: {it}", it.origin));
        let expired = Listed::new(expired, NAMES).some().map(WaiverState::Expired);
        let unused = Listed::new(unused, NAMES).some().map(WaiverState::Unused);
        let removals = WaiverState::of_removals(policy, findings, sides, today);
        [expired, unused].into_iter().flatten().chain(removals).collect()
    }

    /// A waiver for removed benchmarks usually matches nothing once base does not have them either.
    fn of_removals(policy: &Policy, findings: &[Finding], sides: &Sides, today: Date) -> Vec<WaiverState> {
        let (expired, valid): (Vec<&RemovalWaiver>, _) =
            policy.removals.iter().partition(|it| it.is_expired(today));
        // Without a base nothing is missing, and a selection may leave the benchmark out.
        let is_partial = sides.is_partial || ShardState::missing(sides).is_some();
        let is_whole = sides.base.is_some() && !is_partial && selections(sides.base, sides.new).is_empty();
        let needed = needed(findings);
        let accepts = |it: &RemovalWaiver| needed.contains(&place(&removal_text(it)));
        let unused = valid.into_iter().filter(|it| is_whole && !accepts(it));
        let expired = expired.iter().map(|it| format!("{}: {it} expired on {}", it.origin, it.expires));
        let unused = unused.map(|it| format!("{}: {it}", it.origin));
        let expired = Listed::new(expired, NAMES).some().map(WaiverState::ExpiredRemovals);
        let unused = Listed::new(unused, NAMES).some().map(WaiverState::UnusedRemovals);
        [expired, unused].into_iter().flatten().collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            WaiverState::Expired(_) | WaiverState::ExpiredRemovals(_) => ConditionKind::ExpiredWaiver,
            WaiverState::Unused(_) | WaiverState::UnusedRemovals(_) => ConditionKind::UnusedWaiver,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            WaiverState::Expired(waivers) | WaiverState::ExpiredRemovals(waivers) => {
                counted(waivers.count, "expired waiver")
            }
            WaiverState::Unused(waivers) | WaiverState::UnusedRemovals(waivers) => {
                counted(waivers.count, "unused waiver")
            }
        }
    }
}

/// The places of the waivers that accept a row.
fn needed(findings: &[Finding]) -> HashSet<(SharedText, Option<usize>)> {
    findings.iter().filter(|it| it.verdict == Verdict::Waived).map(|it| place(&it.rule)).collect()
}

fn place(rule: &RuleText) -> (SharedText, Option<usize>) {
    (rule.source.clone(), rule.line)
}

impl fmt::Display for WaiverState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WaiverState::Expired(waivers) => {
                let what = if waivers.count == 1 {
                    "the regression and remove the waiver"
                } else {
                    "the regressions and remove the waivers"
                };
                write!(f, "{waivers}; fix {what}")
            }
            WaiverState::ExpiredRemovals(waivers) => {
                let what = if waivers.count == 1 { "the waiver" } else { "the waivers" };
                write!(f, "{waivers}; remove {what}")
            }
            WaiverState::UnusedRemovals(waivers) => {
                let (it, matches) =
                    if waivers.count == 1 { ("it", "it matches") } else { ("them", "they match") };
                write!(f, "{waivers}; no row needs {it}: no benchmark that {matches} is missing")
            }
            WaiverState::Unused(waivers) => {
                let (it, accepts) =
                    if waivers.count == 1 { ("it", "it accepts") } else { ("them", "they accept") };
                write!(f, "{waivers}; no row needs {it}: the regression is gone, or beyond what {accepts}")
            }
        }
    }
}
