//! From what was written to a policy that holds, or to everything that is wrong with it.

use super::file::{BudgetFile, PolicyFile, ToleranceFile, UnitFile};
use super::{
    Budget, Correction, DesignSetting, GateSettings, Level, Origin, PlatformPattern, Policy, Setting,
    Tolerance, Undecided, UnitRule,
};
use crate::diag::{Diagnostic, Problems};
use crate::model::{Direction, Unit};
use crate::query::Glob;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// Below this many samples per side no rank test can prove anything: 4 against 4 reach 1/70, and 1/100 is asked for.
const LEAST_SAMPLES: usize = 5;

impl Policy {
    /// The defaults: a real policy file, which is part of the program.
    pub fn builtin() -> Policy {
        let nothing = Policy {
            source: Origin::BUILT_IN.into(),
            gate: GateSettings {
                alpha: 0.05,
                correction: Correction::Holm,
                design: DesignSetting::Recorded,
                min_samples: LEAST_SAMPLES,
                undecided: Undecided::Pass,
                origins: BTreeMap::new(),
            },
            units: BTreeMap::new(),
            budgets: Vec::new(),
            waivers: Vec::new(),
            evidence: BTreeMap::new(),
        };
        nothing.overlaid(Origin::BUILT_IN, Policy::BUILTIN).expect("the built-in policy is checked by a test")
    }

    /// The text of the defaults.
    pub const BUILTIN: &str = include_str!("default.toml");

    /// Reads a policy: the defaults, changed key by key by `text`. `source` is what messages call it.
    ///
    /// # Errors
    /// If the text is not TOML, names unknown keys, or holds values that make no sense: all problems, each with its place.
    pub fn parse(source: &str, text: &str) -> Result<Policy, Problems> {
        Policy::builtin().overlaid(source, text)
    }

    fn overlaid(mut self, source: &str, text: &str) -> Result<Policy, Problems> {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at).collect();
        let mut check = Checker { source: source.into(), ends, problems: Vec::new() };
        match toml::from_str::<PolicyFile>(text) {
            Ok(file) => check.overlay(&mut self, file),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                check.problems.push(Diagnostic::error(
                    "not-a-policy",
                    span,
                    error.message().replace('\n', " "),
                ));
            }
        }
        let list = check.problems;
        if list.is_empty() {
            Ok(self)
        } else {
            Err(Problems { origin: source.into(), text: text.into(), list })
        }
    }
}

/// A text on its way to a policy.
pub(super) struct Checker {
    source: Arc<str>,
    /// Where its lines end, to tell on which one a setting stands.
    ends: Vec<usize>,
    problems: Vec<Diagnostic>,
}

impl Checker {
    fn overlay(&mut self, policy: &mut Policy, file: PolicyFile) {
        policy.source = self.source.clone();
        self.gate(&mut policy.gate, &file);
        for (unit, written) in file.unit {
            let unit = Unit::new(unit);
            let rule = policy.units.entry(unit.clone()).or_default();
            self.unit(&unit, rule, written);
        }
        for written in file.budget {
            let budget = self.budget(&policy.units, written);
            policy.budgets.extend(budget);
        }
        for written in file.waiver {
            let waiver = self.waiver(&policy.units, written);
            policy.waivers.extend(waiver);
        }
        for (condition, level) in file.evidence {
            policy.evidence.insert(condition, self.setting(level));
        }
    }

    fn gate(&mut self, gate: &mut GateSettings, file: &PolicyFile) {
        if let Some(alpha) = &file.gate.alpha {
            gate.alpha = *alpha.get_ref();
            if !(gate.alpha > 0.0 && gate.alpha < 1.0) {
                self.problem(
                    "alpha",
                    alpha.span(),
                    format!("alpha is {}, which is no probability of a false alarm", gate.alpha),
                    "write a number between 0 and 1, such as 0.05",
                );
            }
        }
        if let Some(least) = &file.gate.min_samples {
            gate.min_samples = *least.get_ref();
            if gate.min_samples < LEAST_SAMPLES {
                self.problem(
                    "min-samples",
                    least.span(),
                    format!("{} samples per side cannot prove anything", gate.min_samples),
                    format!("write {LEAST_SAMPLES} or more"),
                );
            }
        }
        gate.correction = file.gate.correction.as_ref().map_or(gate.correction, |it| *it.get_ref());
        gate.design = file.gate.design.as_ref().map_or(gate.design, |it| *it.get_ref());
        gate.undecided = file.gate.undecided.as_ref().map_or(gate.undecided, |it| *it.get_ref());
        let spans = [
            ("alpha", file.gate.alpha.as_ref().map(Spanned::span)),
            ("correction", file.gate.correction.as_ref().map(Spanned::span)),
            ("design", file.gate.design.as_ref().map(Spanned::span)),
            ("min-samples", file.gate.min_samples.as_ref().map(Spanned::span)),
            ("undecided", file.gate.undecided.as_ref().map(Spanned::span)),
        ];
        for (key, span) in spans {
            gate.origins.extend(span.map(|span| (key, self.origin(span))));
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
                    format!("better {unit} is {known}, whatever the policy says"),
                    "leave `better` out for Go's own units",
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
    }

    fn budget(&mut self, units: &BTreeMap<Unit, UnitRule>, written: BudgetFile) -> Option<Budget> {
        let origin = self.origin(written.bench.span());
        let bench = self.glob(&written.bench)?;
        let pkg = match &written.pkg {
            Some(pkg) => Some(self.glob(pkg)?),
            None => None,
        };
        let mut level = BTreeMap::new();
        for (unit, written_level) in written.level {
            let limited = written.max.contains_key(&unit);
            let unit = Unit::new(unit);
            let directed =
                unit.direction().is_some() || units.get(&unit).is_some_and(|it| it.better.is_some());
            if !limited && !directed && *written_level.get_ref() != Level::Ignore {
                self.unknown_direction(&unit, written_level.span());
            }
            level.insert(unit, self.setting(written_level));
        }
        let mut max = BTreeMap::new();
        for (unit, limit) in written.max {
            let unit = Unit::new(unit);
            self.maximum(&unit, units, &limit);
            max.insert(unit, self.setting(limit));
        }
        let mut tolerance = BTreeMap::new();
        for (unit, written) in written.tolerance {
            tolerance.extend(self.tolerance(written).map(|setting| (Unit::new(unit), setting)));
        }
        if max.is_empty() && level.is_empty() && tolerance.is_empty() {
            let help = "add max = { \"allocs/op\" = 0 }, or a tolerance, or a level";
            self.problem("empty-budget", written.bench.span(), "this budget demands nothing", help);
        }
        let place = PlatformPattern {
            goos: self.platform_key("goos", written.goos),
            goarch: self.platform_key("goarch", written.goarch),
            go: self.platform_key("go", written.go),
        };
        Some(Budget { bench, pkg, place, origin, max, level, tolerance })
    }

    fn maximum(&mut self, unit: &Unit, units: &BTreeMap<Unit, UnitRule>, limit: &Spanned<f64>) {
        let better = unit.direction().or_else(|| units.get(unit)?.better.as_ref().map(|better| better.value));
        let value = *limit.get_ref();
        if better == Some(Direction::Higher) {
            let help = "limit ns/op instead, or drop the maximum";
            self.problem("max", limit.span(), format!("a maximum of {unit} forbids being fast"), help);
        } else if !(value.is_finite() && value >= 0.0) {
            let help = "write a finite number that is not negative";
            self.problem("max", limit.span(), format!("{value} {unit} is no limit"), help);
        }
    }

    pub(super) fn unknown_direction(&mut self, unit: &Unit, span: Range<usize>) {
        self.problem(
            "unknown-direction",
            span,
            format!("nobody knows whether more {unit} is better or worse"),
            format!("add better = \"lower\" or better = \"higher\" to [unit.\"{unit}\"]"),
        );
    }

    fn tolerance(&mut self, written: Spanned<ToleranceFile>) -> Option<Setting<Tolerance>> {
        let origin = self.origin(written.span());
        match Tolerance::new(written.get_ref()) {
            Ok(value) => Some(Setting { value, origin }),
            Err(why) => {
                self.problem(
                    "tolerance",
                    written.span(),
                    why,
                    "write { percent = 5 }, { absolute = 8 }, or both",
                );
                None
            }
        }
    }

    pub(super) fn glob(&mut self, pattern: &Spanned<String>) -> Option<Glob> {
        Glob::new(pattern.get_ref())
            .map_err(|error| {
                self.problem(
                    "pattern",
                    pattern.span(),
                    format!("this pattern cannot be read: {error}"),
                    "use *, **, ?, {a,b}; write \\ before a character that is meant as it is",
                );
            })
            .ok()
    }

    fn setting<T>(&self, written: Spanned<T>) -> Setting<T> {
        let origin = self.origin(written.span());
        Setting { value: written.into_inner(), origin }
    }

    pub(super) fn origin(&self, span: Range<usize>) -> Origin {
        let line = 1 + self.ends.partition_point(|&end| end < span.start);
        Origin { source: self.source.clone(), line: Some(line) }
    }

    pub(super) fn problem(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        title: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Diagnostic::error(code, span, title).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::ConditionKind;

    fn problems(text: &str) -> String {
        Policy::parse("p.toml", text).map(|_| ()).expect_err(text).to_string()
    }

    #[test]
    fn the_built_in_policy_is_one() {
        let policy = Policy::builtin();
        assert_eq!(policy.evidence.len(), ConditionKind::ALL.len(), "every condition has a level");
        assert_eq!(policy.units.len(), 4);
    }

    #[test]
    fn a_file_changes_the_defaults_key_by_key_and_leaves_its_line() {
        let text = "[gate]\nalpha = 0.01\n[unit.\"ns/op\"]\nlevel = \"fail\"\n";
        let policy = Policy::parse("p.toml", text).expect("valid");
        assert_eq!((policy.gate.alpha, policy.gate.min_samples), (0.01, 5));
        let time = &policy.units[&Unit::new("ns/op")];
        let level = time.level.as_ref().expect("just set");
        assert_eq!((level.value, level.origin.to_string()), (Level::Fail, "p.toml:4".to_string()));
        let tolerance = time.tolerance.as_ref().expect("built in");
        assert_eq!(&*tolerance.origin.source, "built-in");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_line() {
        for (text, want) in [
            ("[gate\n", "p.toml:1: "),
            ("[gate]\nalfa = 1\n", "p.toml:2: unknown field `alfa`, expected one of `alpha`"),
            ("[gate]\nalpha = 0.0\n", "p.toml:2: alpha is 0"),
            ("[gate]\nalpha = 1.0\n", "p.toml:2: alpha is 1"),
            ("[gate]\nalpha = 5\n", "p.toml:2: alpha is 5"),
            (
                "[gate]\nmin-samples = 4\n",
                "p.toml:2: 4 samples per side cannot prove anything; write 5 or more",
            ),
            ("[evidence]\nlost-result = \"warn\"\n", "p.toml:2: unknown variant `lost-result`"),
            ("[unit.x]\nlevel = \"fail\"\n", "p.toml:2: nobody knows whether more x is better"),
            ("[unit.\"ns/op\"]\nbetter = \"higher\"\n", "p.toml:2: better ns/op is lower"),
            ("[unit.\"ns/op\"]\ntolerance = {}\n", "p.toml:2: an empty tolerance"),
            ("[[budget]]\nbench = \"{a\"\n", "p.toml:2: this pattern cannot be read"),
            (
                "[[budget]]\nbench = \"A\"\nmax = { \"MB/s\" = 1 }\n",
                "p.toml:3: a maximum of MB/s forbids being fast",
            ),
            (
                "[[budget]]\nbench = \"A\"\nlevel = { x = \"fail\" }\n",
                "p.toml:3: nobody knows whether more x is better",
            ),
            ("[[budget]]\nbench = \"A\"\nmax = { \"B/op\" = -1 }\n", "p.toml:3: -1 B/op is no limit"),
            ("[[budget]]\nbench = \"A\"\nmax = { \"B/op\" = inf }\n", "p.toml:3: inf B/op is no limit"),
            (
                "[unit.x]\nbetter = \"higher\"\n[[budget]]\nbench = \"A\"\nmax = { x = 1 }\n",
                "p.toml:5: a maximum of x forbids being fast",
            ),
            ("[[budget]]\nmax = {}\n", "p.toml:1: missing field `bench`"),
            ("[[budget]]\nbench = \"A\"\n", "p.toml:2: this budget demands nothing"),
            (
                "[[budget]]\nbench = \"A\"\ngoos = \"Linux\"\nmax = { x = 1 }\n",
                "p.toml:3: `Linux` is no goos; did you mean linux?",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoos = \"linix\"\nmax = { x = 1 }\n",
                "p.toml:3: `linix` is no goos; did you mean linux?",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoarch = \"amd46\"\nmax = { x = 1 }\n",
                "p.toml:3: `amd46` is no goarch; did you mean amd64?",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoarch = \"arm*\"\nmax = { x = 1 }\n",
                "p.toml:3: `arm*` is no goarch",
            ),
            (
                "[[budget]]\nbench = \"A\"\ngoos = \"macos\"\nmax = { x = 1 }\n",
                "p.toml:3: `macos` is no goos; there are aix, android, darwin,",
            ),
            ("[[budget]]\nbench = \"A\"\ngo = \"\"\nmax = { x = 1 }\n", "p.toml:3: `` is no go"),
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
    fn a_limit_makes_sense_without_a_direction() {
        let text = "[[budget]]\nbench = \"A\"\nmax = { x = 1 }\nlevel = { x = \"fail\" }\n";
        assert!(Policy::parse("p.toml", text).is_ok());
    }

    #[test]
    fn what_is_ignored_needs_no_direction_and_a_budget_no_maximum() {
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
    fn a_budget_keeps_the_place_for_which_it_holds() {
        let text = "[[budget]]\nbench = \"A\"\ngoos = \"linux\"\ngoarch = \"arm64\"\ngo = \"1.26\"\nmax = { x = 1 }\n";
        let policy = Policy::parse("p.toml", text).expect("valid");
        assert_eq!(policy.budgets[0].to_string(), "`A` on goos linux, goarch arm64, go 1.26");
    }

    #[test]
    fn all_problems_are_named_at_once() {
        assert_eq!(problems("[gate]\nalpha = 5\nmin-samples = 1\n").lines().count(), 2);
    }
}
