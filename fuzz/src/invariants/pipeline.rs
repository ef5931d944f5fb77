//! From two datasets to a report, as `check` goes.

use allocgate::group::{self, Side};
use allocgate::model::Dataset;
use allocgate::policy::{Date, Policy};
use allocgate::report::{self, Explanation, Report};
use allocgate::verdict::{Evidence, Platforms, judge};
use allocgate::{compare, model::BenchmarkId};

/// A day like any other.
pub const TODAY: Date = Date::constant(2026, 11, 22);

/// The report on new results, against a base if there is one; with what `explain` says of its rows. `None` where the two
/// cannot be compared, or the policy cannot be applied.
pub fn report(base: Option<&Dataset>, new: &Dataset, policy: &Policy) -> Option<Report> {
    let (base, new) = (base.map(Side::new), Side::new(new));
    let base = base.as_ref();
    let pairing = match base {
        Some(base) => group::pair(base, &new).ok()?,
        None => group::only_new(&new),
    };
    let plan = policy.gate.plan(&group::read_headers(base, &new));
    let compared = compare::compare(&pairing.rows, &plan, policy.gate.min_samples);
    let evidence = Evidence::new(base, &new, &pairing.differences);
    let judgement = judge(&compared, &evidence, policy, TODAY).ok()?;
    let platforms = Platforms::new(&evidence, policy);
    let mut out = Vec::new();
    for finding in &judgement.findings {
        let id = BenchmarkId::new(&finding.pkg, &finding.benchmark);
        let Ok(rules) = policy.rules(id, &platforms.of(id)) else { continue };
        let row = pairing.rows.iter().find(|row| row.id == id && *row.unit == finding.unit);
        let base = row.and_then(|row| row.data.base().copied());
        let new = row.and_then(|row| row.data.new_side().copied());
        let (plan, conditions) = (&judgement.plan, judgement.conditions.as_slice());
        let trail = Explanation { id, finding, base, new, rules: &rules, plan, conditions };
        report::explain(&trail, &mut out).expect("memory cannot fail");
    }
    report::inspect(&new, true, &mut out).expect("memory cannot fail");
    Some(Report::new(judgement, &evidence, policy))
}
