//! The gate: from two datasets and a policy to findings, conditions and an outcome.
//!
//! This is the only place that knows the order of the stages.

use crate::compare::{self, Comparisons, Enough};
use crate::evidence::{self, Condition, Noise, Outcome, Run, Sampling};
use crate::group::{self, GroupError, Pair, Pairing, Separation, Series, Side};
use crate::model::{BenchmarkId, Dataset, LearnedNoise, SamplingPlan, Unit};
use crate::pinned::Broken;
use crate::policy::{Date, GateSettings, MeasuredRow, Policy, Rules, SmallSample};
use crate::report::{Parts, Report};
use crate::verdict::{self, Finding, JudgeError, Platforms, Sides};
use std::cell::OnceCell;
use std::collections::HashMap;

/// A policy, and what else is known when results are judged by it.
#[derive(Debug, Clone, Copy)]
pub struct Gate<'p> {
    policy: &'p Policy,
    today: Date,
    go: Option<&'p str>,
    is_partial: bool,
    proposed: Option<&'p Policy>,
    missing_base: Option<&'p str>,
    broken: &'p [Broken],
    learned: Option<&'p LearnedNoise>,
}

/// Why the gate has no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// Base and new have no benchmark in common.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// The policy does not fit the results, or there is nothing to judge.
    #[error(transparent)]
    Judge(#[from] JudgeError),
}

/// Everything that was decided, with what it was decided on.
#[derive(Debug)]
pub struct Judgement<'s> {
    /// One per benchmark and unit that the policy does not ignore, in the order of the results.
    pub findings: Vec<Finding>,
    /// The conditions that hold for the run as a whole.
    pub conditions: Vec<Condition>,
    /// What the run can detect, per time-like unit.
    pub noise: Vec<Noise>,
    /// How the samples were taken.
    pub plan: SamplingPlan,
    /// The design that was used, and the processes that the files show.
    pub sampling: Option<Sampling>,
    /// The verdict on the whole.
    pub outcome: Outcome,
    policy: &'s Policy,
    base: Option<&'s Side<'s>>,
    new: &'s Side<'s>,
    compared: Comparisons<'s>,
    platforms: Platforms<'s>,
    /// The place of each row in `compared`, made when it is first needed.
    rows: OnceCell<HashMap<(BenchmarkId<'s>, &'s Unit), usize>>,
}

impl<'p> Gate<'p> {
    /// A gate with this policy. Waivers are looked at on the day `today`.
    pub fn new(policy: &'p Policy, today: Date) -> Gate<'p> {
        Gate {
            policy,
            today,
            go: None,
            is_partial: false,
            proposed: None,
            missing_base: None,
            broken: &[],
            learned: None,
        }
    }

    /// Sets the Go version of the results, where they do not record it: some budgets are for some versions only.
    pub fn go(self, version: Option<&'p str>) -> Gate<'p> {
        Gate { go: version, ..self }
    }

    /// Accepts a policy with entries that match no benchmark, for results that are known to be a part of the suite.
    pub fn partial(self) -> Gate<'p> {
        Gate { is_partial: true, ..self }
    }

    /// Sets the policy that the change brings. Nothing is judged by it, but what it permits and the policy of the gate does not
    /// is a condition (`looser-policy`), and an entry that matches no benchmark is an error.
    pub fn proposed(self, policy: Option<&'p Policy>) -> Gate<'p> {
        Gate { proposed: policy, ..self }
    }

    /// Sets why base has no results, where the policy lets that pass. Only budgets are judged then, if there are any, and the
    /// condition `nothing-compared` holds.
    pub fn missing_base(self, why: Option<&'p str>) -> Gate<'p> {
        Gate { missing_base: why, ..self }
    }

    /// Sets what the compiler decides otherwise than the policy demands: the condition `broken-decisions` holds if there is anything.
    pub fn broken_decisions(self, broken: &'p [Broken]) -> Gate<'p> {
        Gate { broken, ..self }
    }

    /// Sets the noise between runs that earlier runs have shown. It takes the place of that of the suite, unless base and new were
    /// interleaved.
    pub fn learned(self, noise: Option<&'p LearnedNoise>) -> Gate<'p> {
        Gate { learned: noise, ..self }
    }

    /// Judges new results against base ones; without a base, against the budgets of the policy alone. If no row could be judged, the
    /// report has them all, and its verdict is an error: a gate must not pass because it saw nothing.
    ///
    /// # Errors
    /// If the sides have nothing in common, or the policy does not fit the results.
    pub fn report(&self, base: Option<&Dataset>, new: &Dataset) -> Result<Report, GateError> {
        let separated = Separation::of(base, new).map(|it| (base.map(|base| it.apply(base)), it.apply(new)));
        let (base, new) = separated.as_ref().map_or((base, new), |(base, new)| (base.as_ref(), new));
        let (base, new) = (base.map(Side::new), Side::new(new));
        self.judge(base.as_ref(), &new).map(Judgement::into_report)
    }

    /// As [`Gate::report`], with what the verdict was decided on. O(rows · n²) at most, for n samples.
    ///
    /// # Errors
    /// As [`Gate::report`].
    pub fn judge<'s>(&self, base: Option<&'s Side<'s>>, new: &'s Side<'s>) -> Result<Judgement<'s>, GateError>
    where
        'p: 's,
    {
        let Gate { policy, today, go, is_partial, proposed, missing_base, broken, learned } = *self;
        let Pairing { rows, differences, renames } = match base {
            Some(base) => group::pair(base, new)?,
            None => group::only_new(new),
        };
        let recorded = group::read_headers(base, new);
        let plan = policy.gate.plan(&recorded);
        let nothing = LearnedNoise::default();
        let learned = learned.unwrap_or(&nothing);
        let compared = compare::compare(&rows, &plan, |unit| enough(policy, unit), learned);
        drop(rows); // the comparisons have them all
        let sides = Sides { base, new, differences: &differences, renames: &renames, is_partial };
        let unmatched = evidence::unmatched_entries(&compared.rows, &sides, policy)?;
        proposed.map(|it| evidence::unmatched_entries(&compared.rows, &sides, it)).transpose()?;
        let platforms = Platforms::new(base, new, go, policy);
        let findings = verdict::judge(&compared, &sides, &platforms, policy, today)?;
        if base.is_none() && missing_base.is_none() {
            evidence::require_budget(&findings.findings, policy)?;
        }
        let run = Run {
            sides: &sides,
            compared: &compared,
            missing_base,
            findings: &findings,
            problems: &recorded.problems,
            unmatched: &unmatched,
            policy,
            proposed,
            broken,
            today,
        };
        let conditions = evidence::conditions(run);
        let findings = findings.findings;
        let nothing_judged =
            missing_base.is_none().then(|| evidence::nothing_judged(&findings, &sides)).flatten();
        let outcome = Outcome::of(&findings, &conditions, nothing_judged, policy.gate.undecided.value);
        let sampling = Sampling::of(&compared);
        let noise = evidence::noise(&compared, &findings);
        Ok(Judgement {
            findings,
            conditions,
            noise,
            plan,
            sampling,
            outcome,
            policy,
            base,
            new,
            compared,
            platforms,
            rows: OnceCell::new(),
        })
    }

    /// The values of one side as the maxima of budgets are held against them, in the units that are `wanted`.
    pub fn measured<'s>(
        side: &'s Side<'s>,
        go: Option<&str>,
        wanted: impl Fn(&Unit) -> bool,
    ) -> Vec<MeasuredRow<'s>> {
        let policy = Policy::builtin();
        let plan = policy.gate.plan(&group::read_headers(None, side));
        let mut rows = group::only_new(side).rows;
        rows.retain(|row| wanted(row.unit));
        let compared = compare::compare(&rows, &plan, |unit| enough(&policy, unit), &LearnedNoise::default());
        verdict::maxima(&compared.rows, side, go)
    }
}

/// How many samples a side needs. A policy that asks for more than usual does not take three.
fn enough(policy: &Policy, unit: &Unit) -> Enough {
    let samples = policy.min_samples(unit).value;
    let is_usual = samples <= GateSettings::LEAST_SAMPLES;
    Enough { samples, apart: is_usual && policy.gate.small_sample.value == SmallSample::Separation }
}

impl GateError {
    /// Whether the policy does not fit what was measured. More samples of the same benchmarks do not change that.
    pub fn is_policy_mismatch(&self) -> bool {
        match self {
            GateError::Group(_) => false,
            GateError::Judge(error) => error.is_policy_mismatch(),
        }
    }
}

impl<'s> Judgement<'s> {
    /// Everything that the policy says about the benchmark of a finding; `None` for a finding of another judgement that its
    /// budgets cannot be applied to.
    pub fn rules(&self, finding: &Finding) -> Option<Rules<'s>> {
        let id = BenchmarkId::new(&finding.pkg, &finding.benchmark);
        self.policy.rules(id, &self.platforms.of(id)).ok()
    }

    /// The samples of a finding, in the order measured; `None` where it was measured on no side.
    pub fn series(&self, finding: &Finding) -> Option<Pair<Series<'s>>> {
        let index = self.rows.get_or_init(|| {
            self.compared.rows.iter().enumerate().map(|(i, row)| ((row.id, row.unit), i)).collect()
        });
        let id = BenchmarkId::new(&finding.pkg, &finding.benchmark);
        index.get(&(id, &finding.unit)).map(|&i| self.compared.rows[i].series) // the index has places of these rows
    }

    /// The report: what every format renders. Frees what the verdict was decided on.
    pub fn into_report(self) -> Report {
        Report::new(Parts {
            outcome: self.outcome,
            findings: self.findings,
            conditions: self.conditions,
            noise: self.noise,
            plan: self.plan,
            sampling: self.sampling.filter(|_| self.base.is_some()),
            policy: &self.policy.source,
            base: self.base.map(Side::ledger),
            new: self.new.ledger(),
        })
    }
}
