//! Every condition that holds about a run.

use super::base::BrokenBase;
use super::condition::{Condition, Fact};
use super::coverage::Coverage;
use super::decisions::BrokenDecisions;
use super::design::ContradictoryDesign;
use super::entry::{UnmatchedEntry, UnmeasuredEntries};
use super::environment::Environment;
use super::policy::LooserPolicy;
use super::reading::Reading;
use super::samples::SampleShortage;
use super::shards::ShardState;
use super::suite::{Noise, SuiteFact};
use super::unequal::UnequalSamples;
use super::waiver::WaiverState;
use crate::compare::Comparisons;
use crate::model::{Design, HeaderProblem};
use crate::pinned::Broken;
use crate::policy::{Level, Policy};
use crate::verdict::{Finding, Findings, Sides};
use jiff::civil::Date;

/// A run that was judged row by row.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// What was judged.
    pub sides: &'r Sides<'r>,
    /// The comparison of its rows.
    pub compared: &'r Comparisons<'r>,
    /// Why base has no results, if it should have.
    pub missing_base: Option<&'r str>,
    /// The findings on them.
    pub findings: &'r Findings,
    /// Where the headers of the files contradict one another.
    pub problems: &'r [HeaderProblem],
    /// The entries of the policy that match no benchmark.
    pub unmatched: &'r [UnmatchedEntry<'r>],
    /// The policy.
    pub policy: &'r Policy,
    /// The policy that the change brings, if it is not the one that judges.
    pub proposed: Option<&'r Policy>,
    /// What the compiler decides otherwise than the policy demands.
    pub broken: &'r [Broken],
    /// The day on which waivers are looked at.
    pub today: Date,
}

/// Every condition that holds and that the policy does not ignore, in the order of [`ConditionKind`](crate::policy::ConditionKind).
pub fn conditions(run: Run) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = facts(run)
        .into_iter()
        .map(|fact| Condition { level: fact.level(run.policy), fact })
        .filter(|condition| condition.level != Level::Ignore)
        .collect();
    conditions.sort_by_key(Condition::kind); // stable: units stay in their order
    conditions
}

fn facts(run: Run) -> Vec<Fact> {
    let Run { sides, compared, missing_base, findings, problems, unmatched, policy, proposed, broken, today } =
        run;
    let Findings { findings, unbudgeted } = findings;
    let plan = &compared.plan;
    let is_block = plan.design == Design::Block;
    let mut facts: Vec<Fact> = Vec::new();
    facts.extend(Coverage::of(findings, unbudgeted).into_iter().map(Fact::Coverage));
    let (reading, base) = BrokenBase::separate(Reading::of(sides, is_block), sides, is_block);
    facts.extend(reading.into_iter().map(Fact::Reading));
    facts.extend(base.into_iter().map(Fact::Base));
    facts.extend(ShardState::of(sides).into_iter().map(Fact::Shards));
    facts.extend(missing_base.map(|why| Fact::NothingCompared(why.to_string())));
    facts.extend(Environment::of(sides.differences).into_iter().map(Fact::Environment));
    facts.extend(UnequalSamples::of(findings, policy).into_iter().map(Fact::Counts));
    facts.extend(SampleShortage::too_few(findings).map(Fact::Samples));
    facts.extend(SampleShortage::few_iterations(&compared.rows).map(Fact::Samples));
    facts.extend(sides.base.and_then(|_| ContradictoryDesign::of(problems, plan, policy)).map(Fact::Design));
    facts.extend(SuiteFact::of(compared, findings, &policy.gate).into_iter().map(Fact::Suite));
    facts.extend(UnmeasuredEntries::of(unmatched, sides).map(Fact::Entries));
    facts.extend(WaiverState::of(policy, findings, unmatched, sides, today).into_iter().map(Fact::Waivers));
    facts.extend(proposed.and_then(|proposed| LooserPolicy::of(policy, proposed)).map(Fact::Policy));
    facts.extend(BrokenDecisions::of(broken).map(Fact::Decisions));
    facts
}

/// What the run can detect, per time-like unit that was compared.
pub fn noise(compared: &Comparisons, findings: &[Finding]) -> Vec<Noise> {
    Noise::of(&compared.suites, findings)
}
