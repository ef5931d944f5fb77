//! Whether the files agree on how they were measured.

use crate::group;
use crate::model::{Design, HeaderProblem, Looks, SamplingPlan};
use crate::policy::{DesignSetting, Policy};
use crate::verdict::Sides;
use std::fmt;

/// The files contradict one another, or what they record cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ContradictoryDesign {
    /// What they contradict one another on.
    pub problems: Vec<HeaderProblem>,
    /// The design that was used.
    pub design: Design,
    /// The interim analyses that were charged for, where there were several.
    pub looks: Option<Looks>,
}

impl ContradictoryDesign {
    /// Where nothing is compared, the design does not matter, and where the policy sets it, the files' word does not.
    pub(super) fn of(sides: &Sides, plan: &SamplingPlan, policy: &Policy) -> Option<ContradictoryDesign> {
        let mut problems = group::read_headers(Some(sides.base?), sides.new).problems;
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
            write!(f, ", analyzed after {} rounds", looks.in_words())?;
        }
        write!(f, "; compare files of one run")
    }
}
