//! From a policy as written to a [`Policy`], or to all its problems.

use super::checker::Checker;
use super::entry;
use super::file::{AnchorFile, EvidenceKey, GateFile, PolicyFile, UnitFile};
use super::index::PolicyIndex;
use super::plain;
use super::{
    AnchorRule, ConditionKind, Correction, DesignSetting, GateSettings, HistorySettings, Level, MissingBase,
    Origin, Policy, Setting, SmallSample, Undecided, UnitRule,
};
use crate::diag::{Diagnostic, Problems};
use crate::model::{Class, Unit};
use std::collections::BTreeMap;
use toml::Spanned;

/// The least number for a unit: counts that never vary need no test.
fn least_samples(unit: &Unit) -> usize {
    match unit.class() {
        Class::Counting => 1,
        Class::Continuous => GateSettings::LEAST_SAMPLES,
    }
}

impl Policy {
    /// The built-in policy.
    pub fn builtin() -> Policy {
        let empty = Policy {
            source: Origin::BUILT_IN.into(),
            gate: GateSettings {
                alpha: Setting::fallback(0.05),
                correction: Setting::fallback(Correction::Holm),
                design: Setting::fallback(DesignSetting::Recorded),
                min_samples: Setting::fallback(GateSettings::LEAST_SAMPLES),
                small_sample: Setting::fallback(SmallSample::Separation),
                undecided: Setting::fallback(Undecided::Pass),
                missing_base: Setting::fallback(MissingBase::Error),
                budget_iterations: Setting::fallback(100),
            },
            units: BTreeMap::new(),
            budgets: Vec::new(),
            waivers: Vec::new(),
            removals: Vec::new(),
            decisions: Vec::new(),
            history: HistorySettings::default(),
            anchor: None,
            anchor_waivers: Vec::new(),
            evidence: BTreeMap::new(),
            warnings: Vec::new(),
            index: PolicyIndex::default(),
        };
        empty.overlaid(Origin::BUILT_IN, Policy::BUILTIN).expect("the built-in policy is checked by a test")
    }

    /// The text of the built-in policy.
    pub const BUILTIN: &str = include_str!("default.toml");

    /// Reads a policy. `text` overrides the built-in policy key by key. `source` is what messages call it.
    ///
    /// # Errors
    /// All problems, with their places: if the text is not TOML, or has unknown keys or invalid values.
    pub fn parse(source: &str, text: &str) -> Result<Policy, Problems> {
        Policy::builtin().overlaid(source, text)
    }

    fn overlaid(mut self, source: &str, text: &str) -> Result<Policy, Problems> {
        let mut checker = Checker::new(source, text);
        match plain::read(text) {
            Ok(file) => checker.overlay(&mut self, file),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                checker.problems.push(Diagnostic::error(
                    "not-a-policy",
                    span,
                    error.message().replace('\n', " "),
                ));
            }
        }
        self.warnings = checker.warnings;
        self.arrange();
        let list = checker.problems;
        if list.is_empty() {
            Ok(self)
        } else {
            Err(Problems { origin: source.into(), text: text.into(), list })
        }
    }
}

impl Checker {
    fn overlay(&mut self, policy: &mut Policy, file: PolicyFile) {
        policy.source = self.source.clone();
        self.gate(&mut policy.gate, file.gate);
        for (unit, written) in file.unit {
            let unit = Unit::new(unit);
            let rule = policy.units.entry(unit.clone()).or_default();
            self.unit(&unit, rule, written);
        }
        for written in file.budget {
            let budget = entry::budget(self, &policy.units, written);
            policy.budgets.extend(budget);
        }
        for written in file.waiver {
            if let Some(anchor) = written.anchor.clone() {
                let waiver = entry::anchor_waiver(self, &policy.units, written, anchor);
                policy.anchor_waivers.extend(waiver);
            } else if written.removed {
                let removal = entry::removal(self, written);
                policy.removals.extend(removal);
            } else {
                let waiver = entry::waiver(self, &policy.units, written);
                policy.waivers.extend(waiver);
            }
        }
        for written in file.decision {
            let decision = entry::decision(self, written);
            policy.decisions.extend(decision);
        }
        self.history(&mut policy.history, file.history);
        if let Some(written) = file.anchor {
            policy.anchor = Some(self.anchor(policy.units.clone(), written));
        }
        self.evidence(&mut policy.evidence, file.evidence);
    }

    /// The settings under `[anchor]`, on top of those under `[unit]`.
    fn anchor(&mut self, mut units: BTreeMap<Unit, UnitRule>, written: AnchorFile) -> AnchorRule {
        if written.rev.get_ref().trim().is_empty() {
            let help = "write a revision such as \"v1.4.0\", or \"latest-tag\"";
            self.problem("anchor", written.rev.span(), "the revision is empty", help);
        }
        for (unit, written) in written.unit {
            let unit = Unit::new(unit);
            self.unit(&unit, units.entry(unit.clone()).or_default(), written);
        }
        AnchorRule { rev: self.setting(written.rev), units }
    }

    fn evidence(
        &mut self,
        levels: &mut BTreeMap<ConditionKind, Setting<Level>>,
        written: BTreeMap<EvidenceKey, Spanned<Level>>,
    ) {
        for (&EvidenceKey { condition, former_name }, level) in &written {
            let Some(old) = former_name else { continue };
            if written.contains_key(&EvidenceKey { condition, former_name: None }) {
                let title = format!("`{old}` and `{condition}` are the same key");
                self.problem("renamed-key", level.span(), title, format!("remove `{old}`"));
            } else {
                self.warning(
                    "renamed-key",
                    level.span(),
                    format!("`{old}` is now `{condition}`"),
                    "rename the key",
                );
            }
        }
        for (key, level) in written {
            levels.insert(key.condition, self.setting(level));
        }
    }

    fn gate(&mut self, gate: &mut GateSettings, file: GateFile) {
        if let Some(alpha) = &file.alpha
            && !(*alpha.get_ref() > 0.0 && *alpha.get_ref() < 1.0)
        {
            let title = format!("alpha must be between 0 and 1, got {}", alpha.get_ref());
            self.problem(
                "alpha",
                alpha.span(),
                title,
                "alpha is the probability of a false alarm, such as 0.05",
            );
        }
        if let Some(least) = &file.min_samples {
            self.min_samples(least, GateSettings::LEAST_SAMPLES, "");
        }
        self.set(&mut gate.alpha, file.alpha);
        self.set(&mut gate.correction, file.correction);
        self.set(&mut gate.design, file.design);
        self.set(&mut gate.min_samples, file.min_samples);
        self.set(&mut gate.small_sample, file.small_sample);
        self.set(&mut gate.undecided, file.undecided);
        self.set(&mut gate.missing_base, file.missing_base);
        if let Some(none) = file.budget_iterations.as_ref().filter(|it| *it.get_ref() == 0) {
            let title = "budget-iterations must be at least 1, got 0".to_string();
            self.problem("budget-iterations", none.span(), title, "it is the b.N of a sample, such as 100");
        }
        self.set(&mut gate.budget_iterations, file.budget_iterations);
    }

    fn min_samples(&mut self, written: &Spanned<usize>, least: usize, of: &str) {
        if *written.get_ref() < least {
            let title = format!("min-samples{of} must be at least {least}, got {}", written.get_ref());
            let help = "fewer samples per side cannot show a change";
            self.problem("min-samples", written.span(), title, help);
        }
    }

    /// Overrides a setting, if the file has it.
    fn set<T>(&self, setting: &mut Setting<T>, written: Option<Spanned<T>>) {
        if let Some(written) = written {
            *setting = self.setting(written);
        }
    }

    fn unit(&mut self, unit: &Unit, rule: &mut UnitRule, written: UnitFile) {
        if let Some(better) = written.better {
            if let Some(known) = unit.direction()
                && known != *better.get_ref()
            {
                self.problem(
                    "contradiction",
                    better.span(),
                    format!("{unit} is better when {known}"),
                    "remove `better`: the units of Go have a fixed direction",
                );
            }
            rule.better = Some(self.setting(better));
        }
        if let Some(level) = written.level {
            if unit.direction().is_none() && rule.better.is_none() && *level.get_ref() != Level::Ignore {
                self.unknown_direction(unit, level.span());
            }
            rule.level = Some(self.setting(level));
        }
        if let Some(tolerance) = written.tolerance {
            rule.tolerance = self.tolerance(tolerance);
        }
        if let Some(least) = written.min_samples {
            self.min_samples(&least, least_samples(unit), &format!(" of {unit}"));
            rule.min_samples = Some(self.setting(least));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        Policy::parse("p.toml", text).map(|_| ()).expect_err(text).to_string()
    }

    #[test]
    fn the_built_in_policy_is_valid() {
        let policy = Policy::builtin();
        assert_eq!(policy.evidence.len(), ConditionKind::ALL.len(), "every condition has a level");
        assert_eq!(policy.units.len(), 9);
    }

    #[test]
    fn a_file_overrides_the_defaults_key_by_key() {
        let text = "[gate]\nalpha = 0.01\n[unit.\"ns/op\"]\nlevel = \"fail\"\n";
        let policy = Policy::parse("p.toml", text).expect("valid");
        assert_eq!((policy.gate.alpha.value, policy.gate.min_samples.value), (0.01, 5));
        let time = &policy.units[&Unit::new("ns/op")];
        let level = time.level.as_ref().expect("just set");
        assert_eq!((level.value, level.origin.to_string()), (Level::Fail, "p.toml:4".to_string()));
        let tolerance = time.tolerance.as_ref().expect("built in");
        assert_eq!(&*tolerance.origin.source, "built-in");
    }

    #[test]
    fn a_unit_can_need_another_number_of_samples() {
        let text = "[gate]\nmin-samples = 8\n[unit.\"allocs/op\"]\nmin-samples = 1\n";
        let policy = Policy::parse("p.toml", text).expect("valid");
        let of = |unit| {
            let it = policy.min_samples(&Unit::new(unit));
            (it.value, it.origin.to_string())
        };
        assert_eq!(of("allocs/op"), (1, "p.toml:4".to_string()));
        assert_eq!(of("ns/op"), (8, "p.toml:2".to_string()));
    }

    #[test]
    fn an_invalid_value_is_an_error_with_its_line() {
        for (text, want) in [
            ("[gate\n", "p.toml:1: "),
            ("[gate]\nalfa = 1\n", "p.toml:2: unknown field `alfa`, expected one of `alpha`"),
            ("[gate]\nalpha = 0.0\n", "p.toml:2: alpha must be between 0 and 1, got 0"),
            ("[gate]\nalpha = 1.0\n", "p.toml:2: alpha must be between 0 and 1, got 1"),
            ("[gate]\nalpha = 5\n", "p.toml:2: alpha must be between 0 and 1, got 5"),
            (
                "[gate]\nbudget-iterations = 0\n",
                "p.toml:2: budget-iterations must be at least 1, got 0; it is the b.N of a sample, such as 100",
            ),
            (
                "[gate]\nmin-samples = 4\n",
                "p.toml:2: min-samples must be at least 5, got 4; fewer samples per side cannot show a change",
            ),
            (
                "[unit.\"ns/op\"]\nmin-samples = 1\n",
                "p.toml:2: min-samples of ns/op must be at least 5, got 1",
            ),
            ("[unit.\"B/op\"]\nmin-samples = 0\n", "p.toml:2: min-samples of B/op must be at least 1, got 0"),
            ("[evidence]\nlost-result = \"warn\"\n", "p.toml:2: unknown variant `lost-result`"),
            (
                "[unit.x]\nlevel = \"fail\"\n",
                "p.toml:2: the direction of x is unknown; set better = \"lower\"",
            ),
            ("[unit.\"ns/op\"]\nbetter = \"higher\"\n", "p.toml:2: ns/op is better when lower"),
            ("[unit.\"ns/op\"]\ntolerance = {}\n", "p.toml:2: the tolerance is empty"),
            ("[[budget]]\nbench = \"{a\"\n", "p.toml:2: invalid pattern: "),
            (
                "[[budget]]\nbench = \"A\"\nmax = { \"MB/s\" = 1 }\n",
                "p.toml:3: MB/s is better when higher; a maximum is not allowed",
            ),
            (
                "[[budget]]\nbench = \"A\"\nlevel = { x = \"fail\" }\n",
                "p.toml:3: the direction of x is unknown",
            ),
            (
                "[[budget]]\nbench = \"A\"\nmax = { \"B/op\" = -1 }\n",
                "p.toml:3: a maximum must be a finite number of at least 0, got -1",
            ),
            (
                "[[budget]]\nbench = \"A\"\nmax = { \"B/op\" = inf }\n",
                "p.toml:3: a maximum must be a finite number of at least 0, got inf",
            ),
            (
                "[unit.x]\nbetter = \"higher\"\n[[budget]]\nbench = \"A\"\nmax = { x = 1 }\n",
                "p.toml:5: x is better when higher; a maximum is not allowed",
            ),
            ("[[budget]]\nmax = {}\n", "p.toml:1: missing field `bench`"),
            ("[[decision]]\nfunc = \"m.F\"\n", "p.toml:2: the decision is empty"),
            ("[[decision]]\nfunc = \"m.F\"\nlevel = \"warn\"\n", "p.toml:2: the decision is empty"),
            ("[[decision]]\ninline = true\n", "p.toml:1: missing field `func`"),
            (
                "[[decision]]\nfunc = \"m.F[int]\"\nheap = 0\n",
                "p.toml:2: invalid pattern: names have no type",
            ),
            ("[[decision]]\nfunc = \"{m\"\nheap = 0\n", "p.toml:2: invalid pattern: "),
            ("[[decision]]\nfunc = \"m.F\"\nheap = -1\n", "p.toml:3: invalid value: integer `-1`"),
            ("[[decision]]\nfunc = \"m.F\"\ninline = 1\n", "p.toml:3: invalid type: integer `1`"),
            (
                "[[decision]]\nfunc = \"m.F\"\nbounds = 1\n",
                "p.toml:3: unknown field `bounds`, expected one of",
            ),
            ("[[budget]]\nbench = \"A\"\n", "p.toml:2: the budget is empty"),
            (
                "[[budget]]\nbench = \"A\"\ngoos = \"Linux\"\nmax = { x = 1 }\n",
                "p.toml:3: unknown goos `Linux`; did you mean linux?",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoos = \"linix\"\nmax = { x = 1 }\n",
                "p.toml:3: unknown goos `linix`; did you mean linux?",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoarch = \"amd46\"\nmax = { x = 1 }\n",
                "p.toml:3: unknown goarch `amd46`; did you mean amd64?",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoarch = \"arm*\"\nmax = { x = 1 }\n",
                "p.toml:3: unknown goarch `arm*`",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoos = \"macos\"\nmax = { x = 1 }\n",
                "p.toml:3: unknown goos `macos`; expected one of aix, android, darwin,",
            ),
            ("[[budget]]\nbench = \"A\"\ngo = \"\"\nmax = { x = 1 }\n", "p.toml:3: the Go version is empty"),
            (
                "[unit.x]\ntolerance = 5\n",
                "p.toml:2: invalid type: integer `5`, expected a tolerance, such as",
            ),
        ] {
            let got = problems(text);
            assert!(got.starts_with(want), "{text}\n got: {got}\nwant: {want}");
        }
    }

    #[test]
    fn a_maximum_needs_no_direction() {
        let text = "[[budget]]\nbench = \"A\"\nmax = { x = 1 }\nlevel = { x = \"fail\" }\n";
        assert!(Policy::parse("p.toml", text).is_ok());
    }

    #[test]
    fn an_ignored_unit_needs_no_direction_and_a_budget_no_maximum() {
        for text in [
            "[unit.x]\nlevel = \"ignore\"\n",
            "[[budget]]\nbench = \"A\"\nlevel = { x = \"ignore\" }\n",
            "[[budget]]\nbench = \"A\"\ngoos = \"hurd\"\ngoarch = \"arm64be\"\nlevel = { x = \"ignore\" }\n",
            "[[budget]]\nbench = \"A\"\ntolerance = { \"ns/op\" = { percent = 0 } }\n",
        ] {
            assert!(Policy::parse("p.toml", text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_budget_keeps_its_platform() {
        let text = "[[budget]]\nbench = \"A\"\ngoos = \"linux\"\ngoarch = \"arm64\"\ngo = \"1.26\"\nmax = { x = 1 }\n";
        let policy = Policy::parse("p.toml", text).expect("valid");
        assert_eq!(policy.budgets[0].to_string(), "`A` on goos linux, goarch arm64, go 1.26");
    }

    #[test]
    fn the_last_decision_that_sets_a_key_decides() {
        let text = "[[decision]]\nfunc = \"m.*\"\nheap = 0\ninline = true\n[[decision]]\nfunc = \"m.F\"\nheap = 2\nlevel = \"warn\"\n";
        let policy = Policy::parse("p.toml", text).expect("valid");
        let heap = |name: &str| {
            let pinned = policy.decision_rule(name, false).heap.expect("it is set");
            (pinned.value, pinned.level, pinned.origin.to_string())
        };
        assert_eq!(heap("m.F"), (2, Level::Warn, "p.toml:7".to_string()));
        assert_eq!(heap("m.G"), (0, Level::Fail, "p.toml:3".to_string()));
        assert_eq!(
            policy.decision_rule("m.F", false).inline.map(|it| (it.value, it.level)),
            Some((true, Level::Fail))
        );
        assert_eq!(policy.decision_rule("n.F", false), crate::policy::DecisionRule::default());
        let of_test = policy.decision_rule("m.F", true);
        assert!(of_test.inline.is_none() && of_test.heap.is_some(), "the name, and not the pattern");
        assert!(!policy.names_benchmarks(), "decisions are about functions");
    }

    #[test]
    fn all_problems_are_reported_together() {
        assert_eq!(problems("[gate]\nalpha = 5\nmin-samples = 1\n").lines().count(), 2);
    }

    #[test]
    fn the_old_key_of_a_condition_is_read_with_a_warning() {
        let old = Policy::parse("p.toml", "[evidence]\nblind-run = \"fail\"\n").expect("valid");
        assert_eq!(old.level(ConditionKind::TooNoisy), Level::Fail);
        let [warning] = old.warnings.as_slice() else { panic!("one warning: {:?}", old.warnings) };
        assert_eq!(warning.title, "`blind-run` is now `too-noisy`");
        let new = Policy::parse("p.toml", "[evidence]\ntoo-noisy = \"fail\"\n").expect("valid");
        assert_eq!((new.level(ConditionKind::TooNoisy), new.warnings.len()), (Level::Fail, 0));
        let both = problems("[evidence]\nblind-run = \"fail\"\ntoo-noisy = \"warn\"\n");
        assert_eq!(both, "p.toml:2: `blind-run` and `too-noisy` are the same key; remove `blind-run`");
    }
}
