//! A condition that holds, as a value.

use super::base::BrokenBase;
use super::coverage::Coverage;
use super::decisions::BrokenDecisions;
use super::design::ContradictoryDesign;
use super::entry::UnmeasuredEntries;
use super::environment::Environment;
use super::policy::LooserPolicy;
use super::reading::Reading;
use super::samples::SampleShortage;
use super::shards::ShardState;
use super::suite::SuiteFact;
use super::unequal::UnequalSamples;
use super::waiver::WaiverState;
use crate::policy::{ConditionKind, Level, Policy};

/// A condition that holds and that the policy does not ignore.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Condition {
    /// What it does to the outcome.
    pub level: Level,
    /// What holds, with its numbers.
    pub fact: Fact,
}

/// What holds about a run, by subject.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fact {
    /// Which benchmarks were measured on which side.
    Coverage(Coverage),
    /// What was lost, failed, mixed up or never run.
    Reading(Reading),
    /// Shards of the suite are missing, or do not belong together.
    Shards(ShardState),
    /// Base has no results, for this reason.
    NothingCompared(String),
    /// What is wrong with base alone.
    Base(BrokenBase),
    /// How the environments of base and new differ.
    Environment(Environment),
    /// Different numbers of samples on the two sides.
    Counts(UnequalSamples),
    /// Too few samples, or samples of few iterations.
    Samples(SampleShortage),
    /// The files do not agree on how they were measured.
    Design(ContradictoryDesign),
    /// Noise, shift and drift of the whole suite.
    Suite(SuiteFact),
    /// Budgets and waivers of benchmarks that were not selected.
    Entries(UnmeasuredEntries),
    /// Waivers that expired, or that nothing needs.
    Waivers(WaiverState),
    /// What the policy of the change permits and the one that judged does not.
    Policy(LooserPolicy),
    /// What the compiler decides otherwise than the policy demands.
    Decisions(BrokenDecisions),
    /// The text of a report that was read back; another version may have written it.
    Read {
        /// Which condition it is.
        kind: ConditionKind,
        /// Its title.
        title: String,
        /// Its sentence.
        message: String,
    },
}

impl Condition {
    /// Which condition it is: a key of `[evidence]`.
    pub fn kind(&self) -> ConditionKind {
        self.fact.kind()
    }

    /// A few words, with a count where there is one.
    pub fn title(&self) -> String {
        self.fact.title()
    }

    /// One sentence, with places and what to do.
    pub fn message(&self) -> String {
        self.fact.message()
    }
}

impl Fact {
    /// Its level under this policy.
    pub(super) fn level(&self, policy: &Policy) -> Level {
        match self {
            Fact::Base(it) => it.level(policy),
            Fact::Decisions(it) => it.level(policy),
            _ => policy.level(self.kind()),
        }
    }

    /// The key of `[evidence]` that sets its level.
    pub fn kind(&self) -> ConditionKind {
        match self {
            Fact::Coverage(it) => it.kind(),
            Fact::Reading(it) => it.kind(),
            Fact::Shards(it) => it.kind(),
            Fact::NothingCompared(_) => ConditionKind::NothingCompared,
            Fact::Base(_) => ConditionKind::BrokenBase,
            Fact::Environment(it) => it.kind(),
            Fact::Counts(it) => it.kind(),
            Fact::Samples(it) => it.kind(),
            Fact::Design(_) => ConditionKind::ContradictoryDesign,
            Fact::Suite(it) => it.kind(),
            Fact::Entries(_) => ConditionKind::UnmeasuredBudgets,
            Fact::Waivers(it) => it.kind(),
            Fact::Policy(_) => ConditionKind::LooserPolicy,
            Fact::Decisions(_) => ConditionKind::BrokenDecisions,
            Fact::Read { kind, .. } => *kind,
        }
    }

    /// A few words, with a count where there is one.
    pub fn title(&self) -> String {
        match self {
            Fact::Coverage(it) => it.title(),
            Fact::Reading(it) => it.title(),
            Fact::Shards(it) => it.title(),
            Fact::NothingCompared(_) => "nothing was compared".to_string(),
            Fact::Base(it) => it.title(),
            Fact::Environment(it) => it.title().to_string(),
            Fact::Counts(it) => it.title(),
            Fact::Samples(it) => it.title(),
            Fact::Design(_) => "contradictory design".to_string(),
            Fact::Suite(it) => it.title().to_string(),
            Fact::Entries(it) => it.title(),
            Fact::Waivers(it) => it.title(),
            Fact::Policy(it) => it.title(),
            Fact::Decisions(it) => it.title(),
            Fact::Read { title, .. } => title.clone(),
        }
    }

    /// One sentence, with places and what to do.
    pub fn message(&self) -> String {
        match self {
            Fact::Coverage(it) => it.to_string(),
            Fact::Reading(it) => it.to_string(),
            Fact::Shards(it) => it.to_string(),
            Fact::NothingCompared(why) => format!("{why}; only budgets were judged"),
            Fact::Base(it) => it.to_string(),
            Fact::Environment(it) => it.to_string(),
            Fact::Counts(it) => it.to_string(),
            Fact::Samples(it) => it.to_string(),
            Fact::Design(it) => it.to_string(),
            Fact::Suite(it) => it.to_string(),
            Fact::Entries(it) => it.to_string(),
            Fact::Waivers(it) => it.to_string(),
            Fact::Policy(it) => it.to_string(),
            Fact::Decisions(it) => it.to_string(),
            Fact::Read { message, .. } => message.clone(),
        }
    }
}
