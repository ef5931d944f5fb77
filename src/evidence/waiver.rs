//! Waivers that expired, or that nothing needs.

use super::NAMES;
use super::entry::UnmatchedEntry;
use crate::policy::{ConditionKind, Policy, Waiver};
use crate::verdict::{Finding, Verdict, rule_text};
use crate::words::{Listed, counted};
use jiff::civil::Date;
use std::fmt;

/// Waivers to clean up, with their places.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WaiverState {
    /// Their last day has passed.
    Expired(Listed),
    /// They hold, their benchmark was measured, and no row needs them.
    Unused(Listed),
}

impl WaiverState {
    pub(super) fn of(
        policy: &Policy,
        findings: &[Finding],
        unmatched: &[UnmatchedEntry],
        today: Date,
    ) -> Vec<WaiverState> {
        let (expired, valid): (Vec<&Waiver>, _) = policy.waivers.iter().partition(|it| it.is_expired(today));
        let accepts = |it: &Waiver| {
            let rule = rule_text(it);
            findings.iter().any(|finding| finding.verdict == Verdict::Waived && *finding.rule == rule)
        };
        let is_measured = |it: &Waiver| unmatched.iter().all(|entry| !std::ptr::eq(entry.origin, &it.origin));
        let unused = valid.into_iter().filter(|it| is_measured(it) && !accepts(it));
        let expired = expired.iter().map(|it| format!("{}: {it} expired on {}", it.origin, it.expires));
        let unused = unused.map(|it| format!("{}: {it}", it.origin));
        let expired = Listed::new(expired, NAMES).some().map(WaiverState::Expired);
        let unused = Listed::new(unused, NAMES).some().map(WaiverState::Unused);
        [expired, unused].into_iter().flatten().collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            WaiverState::Expired(_) => ConditionKind::ExpiredWaiver,
            WaiverState::Unused(_) => ConditionKind::UnusedWaiver,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            WaiverState::Expired(waivers) => counted(waivers.count, "expired waiver"),
            WaiverState::Unused(waivers) => counted(waivers.count, "unused waiver"),
        }
    }
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
            WaiverState::Unused(waivers) => {
                let (it, accepts) =
                    if waivers.count == 1 { ("it", "it accepts") } else { ("them", "they accept") };
                write!(f, "{waivers}; no row needs {it}: the regression is gone, or beyond what {accepts}")
            }
        }
    }
}
