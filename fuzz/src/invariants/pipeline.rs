//! From two datasets to a report, as `check` goes.

use allocgate::internals::gate::Gate;
use allocgate::internals::group::Side;
use allocgate::internals::model::{BenchmarkId, Dataset};
use allocgate::internals::policy::{Date, Policy};
use allocgate::report::{self, Explanation, Report};

/// A day like any other.
pub const TODAY: Date = Date::constant(2026, 11, 22);

/// The report on new results, against a base if there is one; with what `explain` says of its rows. `None` where the two
/// cannot be compared, or the policy cannot be applied.
pub fn report(base: Option<&Dataset>, new: &Dataset, policy: &Policy) -> Option<Report> {
    let (base, new) = (base.map(Side::new), Side::new(new));
    let base = base.as_ref();
    let judgement = Gate::new(policy, TODAY).judge(base, &new).ok()?;
    let mut out = Vec::new();
    for finding in &judgement.findings {
        let Some(rules) = judgement.rules(finding) else { continue };
        let id = BenchmarkId::new(&finding.pkg, &finding.benchmark);
        let series = judgement.series(finding);
        let base = series.and_then(|series| series.base().copied());
        let new = series.and_then(|series| series.new_side().copied());
        let (plan, conditions) = (&judgement.plan, judgement.conditions.as_slice());
        let explanation = Explanation { id, finding, base, new, rules: &rules, plan, conditions };
        report::explain(&explanation, &mut out).expect("memory cannot fail");
    }
    report::inspect(&new, true, &mut out).expect("memory cannot fail");
    Some(judgement.into_report())
}
