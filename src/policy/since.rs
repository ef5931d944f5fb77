//! The policy for what changed since an anchor.

use super::{AnchorWaiver, ConditionKind, Level, Policy, Setting};

impl Policy {
    /// The policy for what changed since an anchor: the settings of units under `[anchor]`, and the waivers that name it. Budgets,
    /// other waivers and removed benchmarks are the matter of each change.
    pub fn since(&self, anchor: &str) -> Policy {
        let mut policy = self.clone();
        if let Some(rule) = &self.anchor {
            policy.units.clone_from(&rule.units);
        }
        let named = self.anchor_waivers.iter().filter(|it| it.anchor == anchor);
        policy.waivers = named.map(|it| it.waiver.clone()).collect();
        policy.budgets.clear();
        policy.removals.clear();
        policy.decisions.clear();
        for condition in
            [ConditionKind::MissingBenchmark, ConditionKind::NewBenchmark, ConditionKind::UnbudgetedBenchmark]
        {
            policy.evidence.insert(condition, Setting::fallback(Level::Ignore));
        }
        policy.arrange();
        policy
    }

    /// The waivers for another anchor: they have ended.
    pub fn ended_waivers(&self, anchor: &str) -> impl Iterator<Item = &AnchorWaiver> {
        self.anchor_waivers.iter().filter(move |it| it.anchor != anchor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BenchmarkId, Unit};

    const POLICY: &str = "[history]\npoints = 8\n[anchor]\nrev = \"latest-tag\"\n\
        [anchor.unit.\"allocs/op\"]\ntolerance = { percent = 10 }\n[[budget]]\nbench = \"A\"\nmax = { \"B/op\" = 1 }\n\
        [[waiver]]\nbench = \"A\"\nunit = \"B/op\"\nup-to = 9\nexpires = 2027-01-31\nreason = \"r\"\nanchor = \"v1.4.0\"\n\
        [[waiver]]\nbench = \"B\"\nunit = \"B/op\"\nup-to = 9\nexpires = 2027-01-31\nreason = \"r\"\n";

    #[test]
    fn an_anchor_has_its_own_tolerances_and_waivers() {
        let policy = Policy::parse("p.toml", POLICY).expect("valid");
        assert_eq!((policy.history.points.value, policy.history.alpha.value), (8, 0.05));
        assert_eq!((policy.waivers.len(), policy.anchor_waivers.len()), (1, 1));
        let allocs = Unit::new("allocs/op");
        let tolerance = |policy: &Policy, unit: &Unit| policy.unit_rule(unit).tolerance.value.percent();
        let since = policy.since("v1.4.0");
        assert_eq!((tolerance(&policy, &allocs), tolerance(&since, &allocs)), (Some(1.0), Some(10.0)));
        assert_eq!(tolerance(&since, &Unit::new("B/op")), Some(2.0), "as under [unit]");
        assert_eq!((since.waivers.len(), since.budgets.len()), (1, 0));
        assert_eq!(since.waivers[0].bench.pattern(), "A");
        let id = BenchmarkId::new("", "A");
        assert_eq!((since.waiver_places(id).0, since.budget_places(id)), (vec![0], Vec::new()));
        assert!(policy.since("v1.5.0").waivers.is_empty(), "it ended when the anchor moved");
        assert_eq!(policy.ended_waivers("v1.5.0").count(), 1);
    }

    #[test]
    fn invalid_settings_are_errors_with_their_lines() {
        for (text, want) in [
            ("[history]\nalpha = 1.0\n", "p.toml:2: alpha must be between 0 and 1, got 1"),
            ("[history]\npoints = 2\n", "p.toml:2: points must be at least 3, got 2"),
            (
                "[history]\nleast-percent = -1.0\n",
                "p.toml:2: least-percent must be a finite number of at least 0, got -1",
            ),
            ("[anchor]\n", "p.toml:1: missing field `rev`"),
            ("[anchor]\nrev = \" \"\n", "p.toml:2: the revision is empty"),
        ] {
            let got = Policy::parse("p.toml", text).map(|_| ()).expect_err(text).to_string();
            assert!(got.starts_with(want), "got {got}\nwant {want}");
        }
    }
}
