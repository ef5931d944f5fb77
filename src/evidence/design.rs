//! Whether the files agree on how they were measured.

use crate::model::{Design, HeaderProblem, Looks, SamplingPlan};
use crate::policy::{DesignSetting, Policy};
use std::fmt;

/// The files contradict one another, or what they record cannot be read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContradictoryDesign {
    /// What they contradict one another on.
    pub problems: Vec<HeaderProblem>,
    /// The design that was used.
    pub design: Design,
    /// The interim analyses that were charged for, where there were several.
    pub looks: Option<Looks>,
}

impl ContradictoryDesign {
    /// A design that the policy sets is not taken from the files, so they may contradict one another on it.
    pub(super) fn of(
        problems: &[HeaderProblem],
        plan: &SamplingPlan,
        policy: &Policy,
    ) -> Option<ContradictoryDesign> {
        let mut problems = problems.to_vec();
        problems.retain(|problem| {
            !matches!(problem, HeaderProblem::Design(_))
                || policy.gate.design.value == DesignSetting::Recorded
        });
        let looks = plan.looks.clone().filter(Looks::is_sequential);
        (!problems.is_empty()).then_some(ContradictoryDesign { problems, design: plan.design, looks })
    }
}

impl fmt::Display for ContradictoryDesign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.iter().try_for_each(|problem| write!(f, "{problem}; "))?;
        write!(f, "judged as {}", self.design)?;
        if let Some(looks) = &self.looks {
            write!(f, ", looked at after {} rounds", looks.in_words())?;
        }
        write!(f, "; compare files of one run")
    }
}
