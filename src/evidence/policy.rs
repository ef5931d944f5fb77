//! What a change permits by changing the policy.

use super::NAMES;
use crate::policy::{Policy, diff};
use crate::words::counted;
use std::fmt;

/// The settings that are looser in the policy of the change than in the policy that judged.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LooserPolicy {
    /// The policy that judged.
    judged_by: String,
    /// The policy of the change.
    proposed: String,
    /// The first settings that are looser.
    settings: Vec<String>,
    /// How many more there are.
    more: usize,
}

impl LooserPolicy {
    pub(super) fn of(policy: &Policy, proposed: &Policy) -> Option<LooserPolicy> {
        let looser = diff(policy, proposed);
        let settings: Vec<String> = looser.iter().take(NAMES).map(ToString::to_string).collect();
        (!settings.is_empty()).then(|| LooserPolicy {
            judged_by: policy.source.to_string(),
            proposed: proposed.source.to_string(),
            more: looser.len() - settings.len(),
            settings,
        })
    }

    pub(super) fn title(&self) -> String {
        counted(self.settings.len() + self.more, "looser policy setting")
    }
}

/// `allocgate.toml permits more than main:allocgate.toml, which judged this run: budget Tally max allocs/op: 2 → 3`
impl fmt::Display for LooserPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LooserPolicy { judged_by, proposed, settings, more } = self;
        write!(
            f,
            "{proposed} permits more than {judged_by}, which judged this run: {}",
            settings.join("; ")
        )?;
        if *more > 0 { write!(f, "; and {more} more") } else { Ok(()) }
    }
}
